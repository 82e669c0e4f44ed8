//! The scroll bar: where in the transcript the screen is, and where the hits of the search are.
//!
//! Counted in rows. Until every message is measured the rest is an estimate, and gets better.

use super::layout_cache::Heights;
use super::message_layout::Viewport;
use super::{TranscriptPane, VisibleRow};

/// One row of the scroll bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScrollbarCell {
    /// Whether this part of the transcript is on the screen.
    pub is_thumb: bool,
    /// Whether a message that begins in this part holds what is searched for.
    pub has_match: bool,
}

impl TranscriptPane {
    /// The scroll bar beside the rows on the screen, from the top; empty when everything is shown.
    pub fn scrollbar(&self, visible: &[VisibleRow], viewport: &Viewport<'_>) -> Vec<ScrollbarCell> {
        let (Some(first), Some(last)) = (visible.first(), visible.last()) else {
            return Vec::new();
        };
        let screen = Heights {
            rows: visible.len(),
            messages: last.message_index + 1 - first.message_index,
        };
        let all = self
            .layout_cache
            .above(self.transcript.len(), screen, viewport);
        let height = usize::from(viewport.rows);
        if all <= visible.len() || height == 0 {
            return Vec::new();
        }
        let hidden = all - visible.len();
        let rows = self.message_rows(first.message_index, viewport);
        let into = rows.iter().position(|row| row.kind == first.row.kind);
        let above = self
            .layout_cache
            .above(first.message_index, screen, viewport)
            + into.unwrap_or(0);
        let thumb = (height * visible.len() / all).max(1);
        // Only at the very end the thumb touches the ground: an estimate must not say so sooner.
        let start = if self.is_at_end(last, viewport) {
            height - thumb
        } else {
            ((height - thumb) * above / hidden).min((height - thumb).saturating_sub(1))
        };
        // The messages that begin in a row of the bar.
        let first = |row: usize| {
            self.layout_cache
                .first_from((row * all).div_ceil(height), screen, viewport)
        };
        let has_match = |row| {
            self.search
                .as_ref()
                .is_some_and(|search| search.has_match_in(&(first(row)..first(row + 1))))
        };
        (0..height)
            .map(|row| ScrollbarCell {
                is_thumb: (start..start + thumb).contains(&row),
                has_match: has_match(row),
            })
            .collect()
    }

    fn is_at_end(&self, last: &VisibleRow, viewport: &Viewport<'_>) -> bool {
        last.message_index + 1 == self.transcript.len()
            && self
                .message_rows(last.message_index, viewport)
                .last()
                .is_some_and(|row| row.kind == last.row.kind)
    }
}
