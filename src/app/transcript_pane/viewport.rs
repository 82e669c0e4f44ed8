//! Positions: the top row, and rows above and below it, found from the anchor outwards.

use super::message_layout::Viewport;
use super::{Anchor, RowIndex, TranscriptPane};

impl TranscriptPane {
    /// The position of the top row.
    pub(super) fn top_row(&self, viewport: &Viewport<'_>) -> Option<RowIndex> {
        match self.anchor {
            Anchor::Bottom => self.last_page_top(viewport),
            Anchor::At { message, spot } => {
                let Some(index) = self.transcript.index_of(message) else {
                    return self.last_page_top(viewport);
                };
                let rows = self.message_rows(index, viewport);
                Some((
                    index,
                    rows.partition_point(|row| row.kind <= spot)
                        .saturating_sub(1),
                ))
            }
        }
    }

    /// The position of the top row when the last row of the transcript is the last on the screen.
    pub(super) fn last_page_top(&self, viewport: &Viewport<'_>) -> Option<RowIndex> {
        let index = self.transcript.len().checked_sub(1)?;
        let last = (
            index,
            self.message_rows(index, viewport).len().saturating_sub(1),
        );
        Some(self.offset_by(
            last,
            1 - isize::from(viewport.rows.max(1).cast_signed()),
            viewport,
        ))
    }

    /// The position some rows further down, or up for negative ones, stopping at the ends.
    pub(super) fn offset_by(
        &self,
        from: RowIndex,
        rows: isize,
        viewport: &Viewport<'_>,
    ) -> RowIndex {
        let (mut index, mut row) = from;
        let mut left = rows.unsigned_abs();
        while left > 0 {
            if rows < 0 {
                if row >= left {
                    return (index, row - left);
                }
                if index == 0 {
                    return (0, 0);
                }
                left -= row + 1;
                index -= 1;
                row = self.message_rows(index, viewport).len() - 1;
            } else {
                let height = self.message_rows(index, viewport).len();
                if row + left < height {
                    return (index, row + left);
                }
                if index + 1 >= self.transcript.len() {
                    return (index, height - 1);
                }
                left -= height - row;
                index += 1;
                row = 0;
            }
        }
        (index, row)
    }
}
