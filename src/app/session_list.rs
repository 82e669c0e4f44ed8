//! The list pane: scope, order, filter, and a selection that belongs to a session, not to a row.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::fuzzy;
use crate::chat::{Scope, Session, SessionId, SessionPage, Stage, Timestamp, Typing};

/// From this many rows on, a session takes two.
const TWO_ROW_MIN_HEIGHT: u16 = 12;

/// The list of sessions.
#[derive(Clone, Debug, Default)]
pub struct SessionList {
    scope: Scope,
    sort_order: SortOrder,
    filter: String,
    all: Vec<Session>,
    /// Indices of those that pass the filter, in order.
    visible_indices: Vec<usize>,
    selected: Option<SessionId>,
    /// The first row on the screen.
    offset: usize,
    /// Where the next page of the archive begins.
    next_page: Option<SessionId>,
    requested_page: Option<SessionId>,
    listed: bool,
    unreadable: usize,
    typing_history: HashMap<SessionId, TypingHistory>,
}

/// How the list is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortOrder {
    /// Needs reply longest first, then queued longest first, then active, then ended by time.
    #[default]
    Urgency,
    /// The one that moved last first.
    Recent,
    /// By customer.
    Name,
    /// By channel, then urgency.
    Channel,
}

/// What was seen of the typing flags: believed only after they have changed once.
#[derive(Clone, Copy, Debug)]
struct TypingHistory {
    initial: Typing,
    changed: bool,
}

impl SortOrder {
    /// The words shown for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Urgency => "by urgency",
            Self::Recent => "latest first",
            Self::Name => "by name",
            Self::Channel => "by channel",
        }
    }

    fn next(self) -> Self {
        match self {
            Self::Urgency => Self::Recent,
            Self::Recent => Self::Name,
            Self::Name => Self::Channel,
            Self::Channel => Self::Urgency,
        }
    }
}

impl SessionList {
    /// Which sessions it holds.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// How it is sorted.
    pub fn sort_order(&self) -> SortOrder {
        self.sort_order
    }

    /// What is typed as filter.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Tells whether the service has listed this scope.
    pub fn is_listed(&self) -> bool {
        self.listed
    }

    /// How many sessions there are before filtering.
    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// How many elements of the last answer could not be read.
    pub fn unreadable(&self) -> usize {
        self.unreadable
    }

    /// The sessions shown, in order.
    pub fn visible(&self) -> impl ExactSizeIterator<Item = &Session> {
        self.visible_indices.iter().map(|&index| &self.all[index])
    }

    /// Every session held, in the order of the service.
    pub fn all(&self) -> &[Session] {
        &self.all
    }

    /// How many sessions are at a stage, filtered out or not, and since when the first of them is.
    pub fn stage_summary(&self, stage: Stage) -> (usize, Option<Timestamp>) {
        let waits = || {
            self.all
                .iter()
                .filter(|session| session.status.stage() == stage)
        };
        (
            waits().count(),
            waits().filter_map(Session::state_since).min(),
        )
    }

    /// A session by its id.
    pub fn get(&self, id: SessionId) -> Option<&Session> {
        self.all.iter().find(|session| session.id == id)
    }

    /// The selected session.
    pub fn selected(&self) -> Option<&Session> {
        self.selected.and_then(|id| self.get(id))
    }

    /// The row of the selected session among those shown.
    pub fn selected_row(&self) -> Option<usize> {
        let id = self.selected?;
        self.visible_indices
            .iter()
            .position(|&index| self.all[index].id == id)
    }

    /// The first row on the screen.
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Tells whether a customer can be believed to type.
    pub fn is_customer_typing(&self, session: &Session) -> bool {
        let changed = self
            .typing_history
            .get(&session.id)
            .is_some_and(|seen| seen.changed);
        session.typing.customer && changed && session.status.stage().is_open()
    }

    /// How many rows of the screen a session takes in a pane of this height.
    pub fn rows_per_item(height: u16) -> u16 {
        if height >= TWO_ROW_MIN_HEIGHT { 2 } else { 1 }
    }

    /// Takes in an answer; tells whether anything on the screen may have changed.
    pub fn apply(&mut self, below: Option<SessionId>, listing: SessionPage) -> bool {
        let SessionPage {
            sessions,
            next,
            unreadable_count: unreadable,
        } = listing;
        for session in &sessions {
            let seen = self
                .typing_history
                .entry(session.id)
                .or_insert(TypingHistory {
                    initial: session.typing,
                    changed: false,
                });
            seen.changed |= seen.initial != session.typing;
        }
        let first = !std::mem::replace(&mut self.listed, true);
        if self.typing_history.len() > 2 * (self.all.len() + sessions.len()) {
            // Sessions come and go all day; what is held or listed is all that is looked up.
            let known: HashSet<_> = self
                .all
                .iter()
                .chain(&sessions)
                .map(|known| known.id)
                .collect();
            self.typing_history.retain(|id, _| known.contains(id));
        }
        let all = if self.scope == Scope::All {
            merge_pages(&self.all, sessions, below, next)
        } else {
            sessions
        };
        let holds_deeper = next.is_some_and(|next| self.all.iter().any(|held| held.id < next));
        if !holds_deeper {
            self.next_page = next;
        }
        self.unreadable = unreadable;
        if all == self.all && !first {
            return false;
        }
        // The row is that of the old list: it means nothing in the new one until that is arranged.
        let row = self.selected_row();
        self.all = all;
        self.resort(row);
        true
    }

    /// Goes to another scope, with nothing listed yet.
    pub fn set_scope(&mut self, scope: Scope) {
        *self = Self {
            scope,
            sort_order: self.sort_order,
            filter: std::mem::take(&mut self.filter),
            selected: self.selected,
            typing_history: std::mem::take(&mut self.typing_history),
            ..Self::default()
        };
    }

    /// Goes to the next order.
    pub fn cycle_sort_order(&mut self) {
        self.sort_order = self.sort_order.next();
        self.resort(self.selected_row());
    }

    /// Shows only what matches, fuzzily; nothing typed shows all.
    pub fn set_filter(&mut self, filter: &str) {
        filter.clone_into(&mut self.filter);
        self.resort(self.selected_row());
    }

    /// Moves the selection by sessions, stopping at the ends.
    pub fn select_relative(&mut self, by: isize) {
        let last = self.visible_indices.len().saturating_sub(1);
        let row = self
            .selected_row()
            .map_or(0, |row| row.saturating_add_signed(by))
            .min(last);
        self.select_row(row);
    }

    /// Selects the session in a row, the last one for rows past the end.
    pub fn select_row(&mut self, row: usize) {
        let index = self
            .visible_indices
            .get(row)
            .or(self.visible_indices.last());
        if let Some(&index) = index {
            self.selected = Some(self.all[index].id);
        }
    }

    /// Selects a session, shown or not.
    pub fn select(&mut self, id: SessionId) {
        self.selected = Some(id);
    }

    /// Keeps the selection in sight in a pane of this height.
    pub fn scroll_to_selection(&mut self, height: u16) {
        let fits = usize::from(height / Self::rows_per_item(height)).max(1);
        let row = self.selected_row().unwrap_or(0);
        self.offset = self
            .offset
            .clamp((row + 1).saturating_sub(fits), row)
            .min(self.visible_indices.len().saturating_sub(fits));
    }

    /// Where the next page of the archive begins, once the selection comes near the end; each
    /// page is asked for once.
    pub fn next_page_to_fetch(&mut self, height: u16) -> Option<SessionId> {
        let below = self.next_page?;
        let near = self.offset + 2 * usize::from(height) >= self.visible_indices.len();
        if !near || self.requested_page == Some(below) {
            return None;
        }
        self.requested_page = Some(below);
        Some(below)
    }

    /// The session that needs a reply and has waited longest, after `open` when that needs one too.
    pub fn next_needing_reply(&self, open: Option<SessionId>) -> Option<SessionId> {
        let mut waiting: Vec<_> = self
            .all
            .iter()
            .filter(|session| session.status.stage() == Stage::NeedsReply)
            .collect();
        waiting.sort_by_key(|session| (session.state_since(), session.id));
        let after = waiting
            .iter()
            .position(|session| Some(session.id) == open)
            .map_or(0, |index| index + 1);
        waiting
            .get(after)
            .or(waiting.first())
            .map(|session| session.id)
    }

    /// Filters and sorts anew; the selection stays with its session, or with its row if it is gone.
    fn resort(&mut self, row: Option<usize>) {
        let keys: Vec<_> = self
            .all
            .iter()
            .map(|session| (session, self.sort_order))
            .map(sort_key)
            .collect();
        self.visible_indices = filter_sessions(&self.all, &self.filter);
        self.visible_indices
            .sort_by(|&left, &right| keys[left].cmp(&keys[right]));
        if self.selected_row().is_none() {
            self.select_row(row.unwrap_or(0));
        }
    }
}

/// Puts one page of the archive in its place: newest first, what it covers replaced.
fn merge_pages(
    known: &[Session],
    page: Vec<Session>,
    below: Option<SessionId>,
    next: Option<SessionId>,
) -> Vec<Session> {
    let covers =
        |id: SessionId| below.is_none_or(|below| id < below) && next.is_none_or(|next| id >= next);
    let mut all: Vec<_> = known
        .iter()
        .filter(|session| !covers(session.id))
        .cloned()
        .chain(page)
        .collect();
    all.sort_by_key(|session| Reverse(session.id));
    all
}

/// The numbers of the sessions in which every word of the filter is found: fuzzily in the short
/// texts, literally in the last message, where any few letters would be found somewhere.
fn filter_sessions(all: &[Session], filter: &str) -> Vec<usize> {
    let fields: [fn(&Session) -> String; 4] = [
        Session::title,
        |session| session.company().to_owned(),
        |session| session.customer.email.clone(),
        |session| session.channel.name.clone(),
    ];
    let columns = fields.map(|field| all.iter().map(field).collect::<Vec<_>>());
    let mut rows: Vec<usize> = (0..all.len()).collect();
    for word in filter.split_whitespace() {
        let small = word.to_lowercase();
        let found: HashSet<usize> = columns
            .iter()
            .flat_map(|column| fuzzy::rank_matches(word, column))
            .collect();
        rows.retain(|row| {
            found.contains(row) || all[*row].last_message.to_lowercase().contains(&small)
        });
    }
    rows
}

type SortKey = (u8, String, i64, Reverse<SessionId>);

fn sort_key((session, order): (&Session, SortOrder)) -> SortKey {
    let stage = session.status.stage();
    let since = session
        .state_since()
        .map_or(i64::MAX, |since| since.timestamp_millis());
    // The longest wait first; what is over, and what merely goes on, the latest first.
    let waits = matches!(stage, Stage::NeedsReply | Stage::Queued | Stage::PreChat);
    let urgency = match stage {
        Stage::NeedsReply => 0,
        Stage::Queued => 1,
        Stage::Active => 2,
        Stage::PreChat => 3,
        Stage::Unknown => 4,
        Stage::Ended | Stage::Missed => 5,
        Stage::Deleted => 6,
    };
    let time = if waits { since } else { since.saturating_neg() };
    let latest = session
        .last_activity
        .max(session.requested)
        .max(session.ended);
    let latest = latest.map_or(i64::MAX, |latest| -latest.timestamp_millis());
    let id = Reverse(session.id);
    match order {
        SortOrder::Urgency => (urgency, String::new(), time, id),
        SortOrder::Recent => (0, String::new(), latest, id),
        SortOrder::Name => (0, session.title().to_lowercase(), time, id),
        SortOrder::Channel => (
            0,
            format!("{}\0{urgency}", session.channel.name.to_lowercase()),
            time,
            id,
        ),
    }
}
