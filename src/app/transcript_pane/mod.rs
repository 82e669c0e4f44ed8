//! The transcript pane: messages, view position, selection, follow, unread, search.
//!
//! The view is anchored to a row of a message, never to an offset, so that neither arriving messages
//! nor a new size moves it; only keys do. Rows are laid out on demand from the anchor outwards, so
//! that drawing costs the same whatever the length of the transcript.

mod hidden_messages;
mod incremental_search;
mod layout_cache;
mod link_at;
pub(crate) mod message_layout;
mod navigation;
mod removed;
pub(crate) mod scrollbar;
pub(crate) mod search;
mod unread;
pub(crate) mod viewport;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use incremental_search::SearchOrigin;
use layout_cache::LayoutCache;
use message_layout::{LayoutRow, RowKind};
use search::Search;
pub(crate) use unread::LIST_LAG;
use unread::ReadMark;
use viewport::{RowIndex, Viewport};

use crate::chat::{MergeResult, Message, MessageId, Timestamp, Transcript, exceeds_max_body};
use crate::text::time_format;

/// Shown for a session without messages that had some.
const MISSING: &str =
    "The service no longer has messages of this session; showing the last ones received";

/// Where a jump leads from the selected message or session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Towards {
    /// Down in the transcript, to later conversations.
    Newer,
    Older,
}

/// The transcript of one session and the view on it.
#[derive(Clone, Debug, Default)]
pub struct TranscriptPane {
    transcript: Transcript,
    view: ViewState,
    search: Option<Search>,
    /// Whether messages that do not match the search are hidden, as long as any match.
    only_matches: bool,
    /// The view to return to, while a query is being typed.
    search_origin: Option<SearchOrigin>,
    layout_cache: LayoutCache,
    fully_loaded: bool,
    /// Why the service does not send the messages of this session, if it does not.
    unavailable: Option<String>,
    /// What to do about messages that were left out because there are too many; `None` if there are none.
    over_limit: Option<String>,
    /// Raw bytes of the messages that arrived before the transcript was fully loaded.
    loaded_bytes: usize,
}

/// What keys change: the position of the view and what the user has seen.
#[derive(Clone, Copy, Debug, Default)]
struct ViewState {
    anchor: Anchor,
    /// The selected message; `None` for the newest, whichever that is.
    selected_id: Option<MessageId>,
    /// What had been seen when following ended; messages that arrive below it are counted as new.
    paused_at: Option<ReadMark>,
    /// What had been seen when the pane lost focus; messages that arrive below it are unread.
    read_mark: Option<ReadMark>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Anchor {
    /// The last row of the transcript is the last one on the screen: follow.
    #[default]
    Bottom,
    /// `rows_above` rows are on the screen above this row. It is a row with text: the rows above it may
    /// change when messages arrive before it.
    At {
        message: MessageId,
        kind: RowKind,
        rows_above: usize,
    },
}

/// A row on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleRow {
    /// The index of its message in the transcript.
    pub(crate) message_index: usize,
    pub row: LayoutRow,
    /// Whether it is the first row with text of its message.
    pub(crate) is_first_text_row: bool,
    /// Whether the line with the current day is shown in its place.
    pub(crate) is_covered: bool,
}

impl VisibleRow {
    /// Returns `true` if the row has text of the same section as another one.
    pub(crate) fn continues_text(&self, other: &Self) -> bool {
        match (self.row.kind, other.row.kind) {
            (RowKind::Text(section, _), RowKind::Text(other_section, _)) => {
                self.message_index == other.message_index && section == other_section
            }
            _ => false,
        }
    }
}

impl TranscriptPane {
    pub fn transcript(&self) -> &Transcript {
        &self.transcript
    }

    /// Returns `true` if the newest message stays on the screen.
    pub fn is_following(&self) -> bool {
        self.view.anchor == Anchor::Bottom
    }

    /// Returns `true` if the transcript has been read to its end at least once.
    pub(crate) fn is_fully_loaded(&self) -> bool {
        self.fully_loaded
    }

    /// Raw bytes of the messages read so far, counted until the transcript is fully loaded.
    pub(crate) fn loaded_bytes(&self) -> usize {
        self.loaded_bytes
    }

    /// Records that a response is complete, and whether it was unexpectedly empty. Returns `true` if
    /// that changed the state of the pane.
    pub(crate) fn on_messages_complete(&mut self, is_missing: bool) -> bool {
        let was_loaded = std::mem::replace(&mut self.fully_loaded, true);
        // An empty response does not show that the session exists.
        let unavailable = if self.transcript.is_empty() {
            self.unavailable.clone()
        } else {
            let missing = is_missing.then(|| MISSING.to_owned());
            missing.or_else(|| self.over_limit.clone())
        };
        self.set_unavailable(unavailable) || !was_loaded
    }

    /// Sets why the messages are not sent; returns `true` if that changed.
    pub(crate) fn set_unavailable(&mut self, why: Option<String>) -> bool {
        let before = std::mem::replace(&mut self.unavailable, why);
        before != self.unavailable
    }

    /// Why the service does not send the messages of this session, if it does not.
    pub(crate) fn unavailable(&self) -> Option<&str> {
        self.unavailable.as_deref()
    }

    /// Returns `true` if the service refuses the messages, rather than that they are too many.
    pub(crate) fn is_refused(&self) -> bool {
        self.unavailable.is_some() && self.unavailable != self.over_limit
    }

    pub fn search(&self) -> Option<&Search> {
        self.search.as_ref()
    }

    pub(crate) fn selected_message(&self) -> Option<&Message> {
        self.transcript.get(self.selected_index()?)
    }

    /// What a movement changes: the first row on the screen, the selected message, and follow.
    pub fn position(&self, viewport: &Viewport<'_>) -> (Option<VisibleRow>, Option<usize>, bool) {
        let first_row = self.visible_rows(viewport).into_iter().next();
        (first_row, self.selected_index(), self.is_following())
    }

    pub fn selected_index(&self) -> Option<usize> {
        let newest = self.transcript.len().checked_sub(1)?;
        let selected = self
            .view
            .selected_id
            .and_then(|id| self.transcript.index_of(id));
        Some(self.nearest_shown(selected.unwrap_or(newest)))
    }

    /// The number of the choice that the customer clicked in an options message, if any.
    pub(crate) fn clicked_choice(&self, index: usize) -> Option<u16> {
        let later = self.transcript.ordered().iter().skip(index + 1);
        let later = later.map(|message| &**message);
        let number = self.transcript.get(index)?.clicked(later)?;
        u16::try_from(number).ok()
    }

    /// Returns `true` if messages were left out because there are too many.
    pub(crate) fn is_over_limit(&self) -> bool {
        self.over_limit.is_some()
    }

    /// Merges the messages of a response, as far as the transcript stays within `max_bytes`; those of
    /// later requests win.
    pub(crate) fn merge_within(
        &mut self,
        mut messages: Vec<Message>,
        request_id: u64,
        max_bytes: usize,
    ) -> MergeResult {
        let mut left = max_bytes.saturating_sub(self.transcript.bytes());
        let total = messages.len();
        messages.retain(|message| {
            let known = self.transcript.by_id(message.id);
            let known = known.map_or(0, Message::stored_bytes);
            let more = message.stored_bytes().saturating_sub(known);
            let fits = more <= left;
            left -= if fits { more } else { 0 };
            fits
        });
        if messages.len() < total {
            let limit = max_bytes as u64;
            let why = exceeds_max_body("Transcript", limit, " to read all of it");
            self.over_limit = Some(why);
            self.unavailable.clone_from(&self.over_limit);
        }
        self.merge(messages, request_id)
    }

    /// Merges the messages of a response; those of later requests win.
    pub fn merge(&mut self, messages: Vec<Message>, request_id: u64) -> MergeResult {
        if !self.fully_loaded {
            self.loaded_bytes += messages.iter().map(|it| it.raw.len()).sum::<usize>();
        }
        let unread = self.unread_marker_index();
        let merged = self.transcript.merge(messages, request_id);
        if !merged.is_unchanged() {
            self.update_from(merged.first_changed);
            self.invalidate_if_unread_marker_moved(unread);
        }
        merged
    }

    /// Replaces each message by another form of it: masked, or as it was.
    pub(crate) fn replace_messages(&mut self, form: impl FnMut(&Arc<Message>) -> Arc<Message>) {
        self.transcript.replace_all(form);
        self.update_from(0);
    }

    /// Updates everything that depends on the messages from an index on.
    fn update_from(&mut self, index: usize) {
        if let Some(search) = &mut self.search {
            search.update_from(index, &self.transcript);
        }
        // A match shows messages above it as well.
        let index = if self.only_matches { 0 } else { index };
        self.layout_cache.invalidate_from(index);
    }

    /// Caches the rows on the screen and a page around it, where the next key is likely to move, and the
    /// last page: every move checks whether it reaches the end.
    pub(crate) fn fill_layout_cache(&mut self, viewport: &Viewport<'_>) {
        self.layout_cache.invalidate_if_changed(viewport);
        // First the rows from which all others are counted.
        let anchored = self.anchored_index();
        let newest = self.transcript.len().checked_sub(1);
        self.fill_with(&anchored.into_iter().chain(newest).collect(), viewport);
        let Some(top) = self.top_row(viewport) else {
            return;
        };
        let page = isize::from(viewport.rows.cast_signed());
        let message_start = RowIndex::start_of(top.message);
        let first = self.offset_by(message_start, -page, viewport).message;
        let last = self.offset_by(message_start, 2 * page, viewport).message;
        let end = self.last_page_top(viewport).unwrap_or(top).message;
        let near = self.indices_from(first).take_while(|index| *index <= last);
        let indices: BTreeSet<_> = near.chain(self.indices_from(end)).collect();
        self.fill_with(&indices, viewport);
        self.layout_cache.retain(&indices);
    }

    fn fill_with(&mut self, indices: &BTreeSet<usize>, viewport: &Viewport<'_>) {
        // The cache is taken out while it is filled: the pane lays out the rows.
        let mut cache = std::mem::take(&mut self.layout_cache);
        cache.fill(indices, &self.transcript, viewport, |index| {
            self.lay_out(index, viewport)
        });
        self.layout_cache = cache;
    }

    /// The messages that have rows, from one on that has some.
    fn indices_from(&self, first: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(first), |index| self.index_below(*index))
    }

    /// The rows on the screen, from the top.
    pub(crate) fn visible_rows(&self, viewport: &Viewport<'_>) -> Vec<VisibleRow> {
        let Some(top) = self.top_row(viewport) else {
            return Vec::new();
        };
        let height = usize::from(viewport.rows);
        let mut visible = Vec::with_capacity(height);
        let mut skip = top.row;
        for index in self.indices_from(top.message) {
            let rows = self.message_rows(index, viewport);
            let first = rows.iter().position(|row| row.kind.is_text());
            let rows = rows.iter().enumerate().skip(std::mem::take(&mut skip));
            let space = height - visible.len();
            visible.extend(rows.take(space).map(|(number, row)| VisibleRow {
                message_index: index,
                row: row.clone(),
                is_first_text_row: Some(number) == first,
                is_covered: false,
            }));
            if visible.len() >= height {
                break;
            }
        }
        let is_covered = viewport.has_day_line() && self.is_day_out_of_sight(&visible, viewport);
        if let Some(first) = visible.first_mut() {
            first.is_covered = is_covered;
        }
        visible
    }

    /// Returns `true` if the line above the messages of the first row's day is further up.
    fn is_day_out_of_sight(&self, visible: &[VisibleRow], viewport: &Viewport<'_>) -> bool {
        let is_leading = |kind: &RowKind| matches!(kind, RowKind::Blank | RowKind::Gap(_));
        let mut kinds = visible.iter().map(|row| row.row.kind).take(2);
        let shows_day = kinds.find(|kind| !is_leading(kind)) == Some(RowKind::Day);
        let message = visible
            .first()
            .and_then(|row| self.transcript.get(row.message_index));
        message.is_some_and(|message| viewport.day(message).is_some()) && !shows_day
    }

    /// When relative times change, or the name of a day.
    pub(crate) fn next_change(
        &self,
        viewport: &Viewport<'_>,
        is_relative: bool,
    ) -> Option<Timestamp> {
        let now = viewport.now;
        let midnight = time_format::next_midnight(now, viewport.zone);
        let midnight = midnight.filter(|at| *at > now && !self.transcript.is_empty());
        let shown = is_relative.then(|| self.visible_rows(viewport));
        let posted = shown.into_iter().flatten();
        let posted = posted.filter_map(|row| self.transcript.get(row.message_index)?.posted);
        let ages = posted.filter_map(|posted| time_format::next_age_change(posted, now));
        ages.map(|wait| now + wait).chain(midnight).min()
    }

    /// When the next future message is due.
    pub(crate) fn next_due_at(&self, viewport: &Viewport<'_>) -> Option<Timestamp> {
        let messages = self.transcript.iter().rev();
        messages.map_while(|message| viewport.due_at(message)).min()
    }

    fn message_rows(&self, index: usize, viewport: &Viewport<'_>) -> Cow<'_, [LayoutRow]> {
        let fresh = || self.lay_out(index, viewport);
        let cached = self.layout_cache.rows(index, viewport);
        debug_assert!(cached.is_none_or(|rows| rows.len() > 500 || rows == fresh()));
        cached.map_or_else(|| Cow::Owned(fresh()), Cow::Borrowed)
    }

    /// The rows of a message: none if it is hidden, but for the last one of several.
    fn lay_out(&self, index: usize, viewport: &Viewport<'_>) -> Vec<LayoutRow> {
        if let Some(run) = self.hidden_run(index) {
            let gap = LayoutRow::gap(run.len());
            return (index + 1 == run.end).then_some(gap).into_iter().collect();
        }
        let above = self.shown_above(index);
        // The line stays above the first unread message that is shown.
        let marker = self.unread_marker_index();
        let unread = marker.is_some_and(|it| it <= index && above.is_none_or(|above| above < it));
        message_layout::layout(&self.transcript, index, above, unread, viewport)
    }
}

#[cfg(test)]
mod tests;
