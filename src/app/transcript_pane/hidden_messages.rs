//! Hidden messages: while only those that match the search are shown, with some around each, the others take no
//! rows, but for one with their number. That row belongs to the last of them, so that every row still
//! belongs to a message.

use std::ops::Range;

use super::TranscriptPane;
use super::search::Search;
use super::viewport::{RowIndex, Viewport};

/// How many messages are shown above and below each match.
const CONTEXT: usize = 2;

impl TranscriptPane {
    /// Returns `true` if messages that do not match are hidden.
    pub(crate) fn shows_only_matches(&self) -> bool {
        self.filtering_search().is_some()
    }

    /// The search that decides what is shown. Once nothing matches any more, everything is.
    fn filtering_search(&self) -> Option<&Search> {
        let search = self.search.as_ref().filter(|_| self.only_matches);
        search.filter(|search| search.match_count() > 0)
    }

    /// Hides the messages that do not match, or shows them again. The selected message, or else the
    /// nearest one that is shown, stays in its row on the screen.
    pub(crate) fn toggle_only_matches(&mut self, viewport: &Viewport<'_>) {
        self.set_only_matches(!self.only_matches, viewport);
    }

    pub(super) fn show_all(&mut self, viewport: &Viewport<'_>) {
        if self.only_matches {
            self.set_only_matches(false, viewport);
        }
    }

    fn set_only_matches(&mut self, only_matches: bool, viewport: &Viewport<'_>) {
        let selected = self.selected_index();
        let visible = self.visible_rows(viewport);
        let is_first_row =
            |row: &super::VisibleRow| row.is_first_text_row && Some(row.message_index) == selected;
        let y = visible
            .iter()
            .position(is_first_row)
            .unwrap_or(visible.len() / 3);
        self.only_matches = only_matches;
        self.layout_cache.invalidate_from(0);
        if self.is_following() {
            self.release_hidden_selection(viewport);
            return;
        }
        let Some(message) = selected.map(|index| self.nearest_shown(index)) else {
            return;
        };
        let rows = self.message_rows(message, viewport);
        let row = rows.iter().position(|row| row.kind.is_text()).unwrap_or(0);
        let top = self.offset_by(RowIndex { message, row }, -y.cast_signed(), viewport);
        let end = self.last_page_top(viewport);
        self.anchor_at(end.map_or(top, |end| top.min(end)), viewport);
        self.view.selected_id = self.transcript.get(message).map(|it| it.id);
    }

    /// The messages without a match near them that this one is among; `None` if it is shown.
    pub(super) fn hidden_run(&self, index: usize) -> Option<Range<usize>> {
        let (above, below) = self.filtering_search()?.matches_around(index);
        let start = above.map_or(0, |hit| hit + CONTEXT + 1);
        let end = below.map_or(self.transcript.len(), |hit| hit.saturating_sub(CONTEXT));
        (start..end).contains(&index).then_some(start..end)
    }

    pub(super) fn is_hidden(&self, index: usize) -> bool {
        self.hidden_run(index).is_some()
    }

    /// The message that has the rows of this one: itself, or the last of the hidden ones it is among.
    pub(super) fn row_owner(&self, index: usize) -> usize {
        self.hidden_run(index).map_or(index, |run| run.end - 1)
    }

    /// The message with the rows above those of a message that has some.
    pub(super) fn index_above(&self, index: usize) -> Option<usize> {
        let first = self.hidden_run(index).map_or(index, |run| run.start);
        first.checked_sub(1)
    }

    /// The message with the rows below those of a message that has some.
    pub(super) fn index_below(&self, index: usize) -> Option<usize> {
        let below = index + 1;
        (below < self.transcript.len()).then(|| self.row_owner(below))
    }

    /// The shown message above a shown one.
    pub(super) fn shown_above(&self, index: usize) -> Option<usize> {
        let above = self.index_above(index)?;
        if self.is_hidden(above) {
            self.index_above(above)
        } else {
            Some(above)
        }
    }

    /// The shown message below a shown one.
    pub(super) fn shown_below(&self, index: usize) -> Option<usize> {
        let below = self.index_below(index)?;
        if self.is_hidden(below) {
            self.index_below(below)
        } else {
            Some(below)
        }
    }

    /// The message itself if it is shown, else the one above it that is, or else below.
    pub(super) fn nearest_shown(&self, index: usize) -> usize {
        self.hidden_run(index)
            .map_or(index, |run| run.start.checked_sub(1).unwrap_or(run.end))
    }
}
