//! The scroll bar: the part of the transcript on the screen, and where the matches of the search are.
//!
//! Measured in messages, not in rows: the number of rows is only known once every message has been
//! wrapped, which would be repeated at every change of width.

use super::viewport::Viewport;
use super::{TranscriptPane, VisibleRow};

/// Fractions of a message that positions within it are rounded to.
const STEPS_PER_MESSAGE: usize = 1024;

/// One row of the scroll bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScrollbarCell {
    /// Whether this part of the transcript is on the screen.
    pub(crate) is_thumb: bool,
    /// Whether a message in this part matches the search.
    pub(crate) has_match: bool,
}

impl TranscriptPane {
    /// The scroll bar beside the visible rows, from the top; empty when all rows are visible.
    pub(crate) fn scrollbar(
        &self,
        visible: &[VisibleRow],
        viewport: &Viewport<'_>,
    ) -> Vec<ScrollbarCell> {
        let (Some(first), Some(last)) = (visible.first(), visible.last()) else {
            return Vec::new();
        };
        let count = self.transcript.len();
        let total = count * STEPS_PER_MESSAGE;
        let top = self.scroll_position(first, 0, viewport);
        let bottom = self.scroll_position(last, 1, viewport);
        let height = usize::from(viewport.rows);
        if (top, bottom) == (0, total) || height == 0 {
            return Vec::new();
        }
        let hidden = total - (bottom - top);
        let thumb = (height * (bottom - top) / total).max(1);
        // The thumb reaches the end of the bar only when the view is at the very end.
        let start = if bottom == total {
            height - thumb
        } else {
            ((height - thumb) * top / hidden).min((height - thumb).saturating_sub(1))
        };
        // The messages that begin in a row of the bar.
        let first_message = |row: usize| (row * count).div_ceil(height);
        let has_match = |row: usize| {
            let messages = first_message(row)..first_message(row + 1);
            self.search
                .as_ref()
                .is_some_and(|search| search.has_match_in(&messages))
        };
        (0..height)
            .map(|row| ScrollbarCell {
                is_thumb: (start..start + thumb).contains(&row),
                has_match: has_match(row),
            })
            .collect()
    }

    /// Where a visible row begins, or ends with `rows_after` 1, in steps from the oldest message.
    fn scroll_position(
        &self,
        visible: &VisibleRow,
        rows_after: usize,
        viewport: &Viewport<'_>,
    ) -> usize {
        if let Some(run) = self.hidden_run(visible.message_index) {
            let ends = [run.start, run.end];
            return ends[rows_after] * STEPS_PER_MESSAGE;
        }
        let rows = self.message_rows(visible.message_index, viewport);
        let row = rows.iter().position(|row| row.kind == visible.row.kind);
        let rows_above = row.unwrap_or(0) + rows_after;
        visible.message_index * STEPS_PER_MESSAGE
            + rows_above * STEPS_PER_MESSAGE / rows.len().max(1)
    }
}
