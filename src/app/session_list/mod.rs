//! The session list: scope, order, filter, pages of the archive, and a selection by session id.
//!
//! The selection belongs to a session, not to a row, so that a refresh never moves it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::TimeDelta;

mod archive;
mod filter;
mod masking;
mod query;
mod sort_order;
mod typing;
mod waits;

use archive::{add_customer, merge_live};
use filter::FilterMatches;
pub(crate) use filter::TypedFilter;
pub(crate) use query::{FilterProblem, format_narrowing};
use query::{FilterQuery, QueryTimes};
use sort_order::SortKey;
pub(crate) use sort_order::SortOrder;
use typing::TypingHistory;
use waits::RowWait;
pub(crate) use waits::{Attention, HiddenCounts, StageSummary};

use crate::chat::{Scope, Session, SessionId, SessionPage, Stage, ThresholdSettings, WaitTracker};
use crate::text::ListedSession;

/// From this height on, each session takes two rows.
const TWO_ROW_MIN_HEIGHT: u16 = 12;

#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "facts that do not depend on each other"
)]
pub(crate) struct SessionList {
    scope: Scope,
    sort_order: SortOrder,
    filter: String,
    /// Whether the filter is still being typed.
    is_filter_typed: bool,
    /// The times in the filter, as typed.
    filter_times: Vec<String>,
    /// The time and zone that these are relative to.
    times: QueryTimes,
    /// Shows only sessions that wait, and these; `None` to show all.
    attention: Option<BTreeSet<SessionId>>,
    all: Vec<ListedSession>,
    /// The wait of each session in `all`.
    row_waits: Vec<RowWait>,
    /// Where each session is in `all`.
    indices: HashMap<SessionId, usize>,
    matches: FilterMatches,
    summaries: BTreeMap<Stage, StageSummary>,
    /// Summaries of the sessions that pass the filter.
    visible_summaries: BTreeMap<Stage, StageSummary>,
    /// In the scope of all sessions, the rows of the archive and the live ones that `all` is made of.
    archive: Vec<ListedSession>,
    archive_bytes: usize,
    live: Vec<ListedSession>,
    live_ids: HashSet<SessionId>,
    /// Indices of the sessions that pass the filter, in display order.
    visible_indices: Vec<usize>,
    selected: Option<SessionId>,
    /// The first visible row.
    offset: usize,
    /// How many sessions fit into the pane.
    fits: usize,
    /// Whether the selected session moved out of sight by itself, so that the list does not follow it.
    is_selection_away: bool,
    /// The next page of the archive begins below this session.
    next_page: Option<SessionId>,
    /// The page that was requested last, so that each is requested once.
    requested_page: Option<SessionId>,
    /// The archive has no session below this one.
    archive_end: Option<SessionId>,
    /// Whether the service has listed this scope.
    listed: bool,
    /// Whether rows of the archive were left out because there are too many.
    is_over_limit: bool,
    /// Elements of the last response that could not be read.
    unreadable: usize,
    typing_history: TypingHistory,
    waits: WaitTracker,
    /// Whether waits have changed since they were checked for notifications.
    have_waits_changed: bool,
}

impl SessionList {
    /// An empty list that is polled at this interval; the thresholds are those that the user has set.
    pub(crate) fn new(interval: Option<TimeDelta>, thresholds: ThresholdSettings) -> Self {
        let mut list = Self::default();
        // Without focus it is polled less often, and a response may take a while.
        list.waits.max_gap = interval.unwrap_or_default() * 4;
        list.waits.settings = thresholds;
        list
    }

    pub(crate) fn scope(&self) -> Scope {
        self.scope
    }

    pub(crate) fn sort_order(&self) -> SortOrder {
        self.sort_order
    }

    pub(crate) fn filter(&self) -> &str {
        &self.filter
    }

    pub(crate) fn is_listed(&self) -> bool {
        self.listed
    }

    /// The number of sessions before filtering.
    pub(crate) fn count(&self) -> usize {
        self.all.len()
    }

    pub(crate) fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// The sessions that pass the filter, in display order.
    pub(crate) fn visible(&self) -> impl ExactSizeIterator<Item = &Session> {
        self.visible_rows().map(|row| &**row)
    }

    /// The rows that pass the filter, in display order, not masked.
    pub(crate) fn visible_rows(&self) -> impl ExactSizeIterator<Item = &ListedSession> {
        self.visible_indices.iter().map(|&index| &self.all[index])
    }

    /// All sessions, in the order of the service.
    pub(crate) fn all(&self) -> impl ExactSizeIterator<Item = &Session> {
        self.rows().map(|row| &**row)
    }

    /// All rows, in the order of the service, not masked.
    pub(crate) fn rows(&self) -> impl ExactSizeIterator<Item = &ListedSession> {
        self.all.iter()
    }

    pub(crate) fn get(&self, id: SessionId) -> Option<&Session> {
        self.listed(id).map(|session| &**session)
    }

    pub(crate) fn listed(&self, id: SessionId) -> Option<&ListedSession> {
        self.all.get(*self.indices.get(&id)?)
    }

    pub(crate) fn selected(&self) -> Option<&Session> {
        self.selected.and_then(|id| self.get(id))
    }

    /// The row of the selected session; `None` if it is filtered out.
    pub(crate) fn selected_row(&self) -> Option<usize> {
        let selected = self.indices.get(&self.selected?)?;
        let mut visible = self.visible_indices.iter();
        visible.position(|index| index == selected)
    }

    /// Returns `true` if the selected session moved out of sight by itself.
    #[cfg(test)]
    pub(crate) fn is_selection_away(&self) -> bool {
        self.is_selection_away
    }

    pub(crate) fn offset(&self) -> usize {
        self.offset
    }

    /// How many rows a session takes in a pane of this height.
    pub(crate) fn rows_per_item(height: u16) -> u16 {
        if height >= TWO_ROW_MIN_HEIGHT { 2 } else { 1 }
    }

    /// How many sessions fit into a pane of this height, at least one.
    pub(crate) fn visible_items(height: u16) -> usize {
        usize::from(height / Self::rows_per_item(height)).max(1)
    }

    /// Returns `true` if rows of the archive were left out because there are too many.
    pub(crate) fn is_over_limit(&self) -> bool {
        self.is_over_limit
    }

    /// Applies a response: the whole scope, or a page of the archive below a session; pages are stored as far
    /// as they stay within `max_bytes`. Returns `true` if anything visible may have changed.
    pub(crate) fn apply(
        &mut self,
        below: Option<SessionId>,
        listing: SessionPage<ListedSession>,
        max_bytes: usize,
    ) -> bool {
        let SessionPage {
            sessions,
            next,
            unreadable_count,
            ..
        } = listing;
        if sessions.is_empty() && next.is_none() {
            self.archive_end = below;
        }
        // A row of the archive has no flags: that is no change of them.
        if self.scope != Scope::All {
            self.typing_history.observe(&sessions, &self.all);
        }
        let first = !std::mem::replace(&mut self.listed, true);
        let is_changed = if self.scope == Scope::All {
            self.apply_page(sessions, below, next, max_bytes)
        } else {
            // The poller already shares unchanged rows.
            self.replace(sessions)
        };
        let has_deeper_pages =
            next.is_some_and(|next| self.archive.last().is_some_and(|known| known.id() < next));
        if self.is_over_limit {
            // Further pages would be dropped as well.
            self.next_page = None;
        } else if !has_deeper_pages {
            // A refresh of the first page does not show where the archive ends.
            self.next_page = next.filter(|next| Some(*next) != self.archive_end);
        }
        self.unreadable = unreadable_count;
        is_changed || first
    }

    /// Replaces all sessions; returns `true` if anything visible may have changed.
    fn replace(&mut self, all: Vec<ListedSession>) -> bool {
        if all == self.all {
            self.summarize();
            self.summarize_visible();
            return false;
        }
        // Read before the list changes: afterwards the indices are wrong until it is sorted again.
        let row = self.selected_row();
        let before = (self.selected, self.key_of_selected());
        let indices = all.iter().enumerate();
        self.indices = indices
            .map(|(index, session)| (session.id(), index))
            .collect();
        self.all = all;
        self.matches.clear();
        self.on_changed(&before, row);
        true
    }

    /// Sets the live rows in the scope of all sessions: they have more properties than those of the archive.
    pub(crate) fn set_live(&mut self, live: Vec<ListedSession>) -> bool {
        self.typing_history.observe(&live, &self.all);
        self.live_ids = live.iter().map(ListedSession::id).collect();
        // The row of the archive lacks properties of a session that is no longer live.
        for gone in (self.live.iter()).filter(|row| !self.live_ids.contains(&row.id())) {
            add_customer(&mut self.archive, gone);
        }
        self.live = live;
        self.replace(merge_live(&self.archive, &self.live))
    }

    pub(crate) fn is_live(&self, id: SessionId) -> bool {
        self.live_ids.contains(&id)
    }

    /// Switches to another scope, with nothing listed yet.
    pub(crate) fn set_scope(&mut self, scope: Scope) {
        *self = Self {
            scope,
            sort_order: self.sort_order,
            filter: std::mem::take(&mut self.filter),
            filter_times: std::mem::take(&mut self.filter_times),
            times: std::mem::take(&mut self.times),
            attention: self.attention.take(),
            selected: self.selected,
            fits: self.fits,
            typing_history: std::mem::take(&mut self.typing_history),
            waits: std::mem::take(&mut self.waits),
            ..Self::default()
        };
    }

    pub(crate) fn set_sort_order(&mut self, order: SortOrder) {
        self.is_selection_away = false;
        self.sort_order = order;
        self.resort(self.selected_row());
    }

    /// Moves the selection by sessions, stopping at the ends. From a selection that left the visible
    /// rows it comes back to them.
    pub(crate) fn select_relative(&mut self, by: isize) {
        let last = self.visible_indices.len().saturating_sub(1);
        let is_step = by.unsigned_abs() <= self.fits;
        let row = match self.selected_row() {
            _ if self.is_selection_away && is_step && by > 0 => self.offset,
            _ if self.is_selection_away && is_step => self.offset + self.fits.saturating_sub(1),
            Some(row) => row.saturating_add_signed(by),
            None => 0,
        };
        self.select_row(row.min(last));
    }

    /// Selects the session in a row, or the last one for rows past the end.
    pub(crate) fn select_row(&mut self, row: usize) {
        self.is_selection_away = false;
        let visible = &self.visible_indices;
        if let Some(&index) = visible.get(row).or(visible.last()) {
            self.selected = Some(self.all[index].id());
        }
    }

    /// Selects a session, listed or not.
    pub(crate) fn select(&mut self, id: SessionId) {
        self.is_selection_away = false;
        self.selected = Some(id);
    }

    /// Follows the selection again after it moved out of sight by itself: the user changes what is shown.
    pub(crate) fn follow_selection(&mut self) {
        self.is_selection_away = false;
    }

    /// Scrolls no further than needed to show the selection, and where there is space a neighbour, in a
    /// pane of this height. A session that changed its place by itself is not followed: what was
    /// visible stays so.
    pub(crate) fn scroll_to_selection(&mut self, height: u16) {
        let fits = Self::visible_items(height);
        self.fits = fits;
        let last_offset = self.visible_indices.len().saturating_sub(fits);
        let row = self.selected_row().unwrap_or(0);
        self.offset = self.offset.min(last_offset);
        self.is_selection_away &= !self.is_selection_visible();
        if !self.is_selection_away {
            let margin = usize::from(fits >= 3);
            let first = (row + 1 + margin).saturating_sub(fits);
            let offset = self.offset.clamp(first, row.saturating_sub(margin));
            self.offset = offset.min(last_offset);
        }
    }

    /// Updates the order after a change. `before` are the selected session and its sort key then.
    fn on_changed(&mut self, before: &(Option<SessionId>, Option<SortKey>), row: Option<usize>) {
        self.summarize();
        self.resort(row);
        // It had no place before it was listed, nor was any in sight before the list was shown.
        let had_place = before.1.is_some() && self.fits > 0;
        let has_moved = before.0 == self.selected && before.1 != self.key_of_selected();
        self.is_selection_away |= had_place && has_moved && !self.is_selection_visible();
    }

    fn is_selection_visible(&self) -> bool {
        let visible = self.offset..self.offset + self.fits;
        self.selected_row()
            .is_some_and(|row| visible.contains(&row))
    }

    /// Filters and sorts. If the selected session is no longer there, its row is selected.
    fn resort(&mut self, row: Option<usize>) {
        let query = FilterQuery::parse(&self.filter, self.is_filter_typed);
        let matches = self.matches.find(&self.all, query, &self.times).shown();
        self.visible_indices.clear();
        let (all, row_waits, attention) = (&self.all, &self.row_waits, &self.attention);
        let is_shown = |index: &usize| {
            let is_kept = |kept: &BTreeSet<_>| kept.contains(&all[*index].id());
            attention
                .as_ref()
                .is_none_or(|it| row_waits[*index].stage.is_waiting() || is_kept(it))
        };
        let indices = matches.iter().map(|(index, _)| *index);
        self.visible_indices.extend(indices.filter(is_shown));
        let mut visible = std::mem::take(&mut self.visible_indices);
        visible.sort_by_cached_key(|&index| self.sort_key(index));
        self.visible_indices = visible;
        self.summarize_visible();
        if self.selected_row().is_none() {
            // The rows shown stay, also when the session that had left them is gone.
            let row = if self.is_selection_away {
                self.offset
            } else {
                row.unwrap_or(0)
            };
            self.select_row(row);
        }
    }
}
