//! Positions: the top row, and rows above and below it, found from the anchor outwards.

use super::block::Lens;
use super::{Anchor, Position, Reader};

impl Reader {
    /// The position of the top row.
    pub(super) fn top(&self, lens: &Lens<'_>) -> Option<Position> {
        match self.anchor {
            Anchor::Bottom => self.bottom_top(lens),
            Anchor::At { message, spot } => {
                let Some(place) = self.transcript.index_of(message) else {
                    return self.bottom_top(lens);
                };
                let rows = self.rows(place, lens);
                Some((
                    place,
                    rows.partition_point(|row| row.spot <= spot)
                        .saturating_sub(1),
                ))
            }
        }
    }

    /// The position of the top row when the last row of the transcript is the last on the screen.
    pub(super) fn bottom_top(&self, lens: &Lens<'_>) -> Option<Position> {
        let place = self.transcript.len().checked_sub(1)?;
        let last = (place, self.rows(place, lens).len().saturating_sub(1));
        Some(self.walk(last, 1 - isize::from(lens.rows.max(1).cast_signed()), lens))
    }

    /// The position some rows further down, or up for negative ones, stopping at the ends.
    pub(super) fn walk(&self, from: Position, rows: isize, lens: &Lens<'_>) -> Position {
        let (mut place, mut row) = from;
        let mut left = rows.unsigned_abs();
        while left > 0 {
            if rows < 0 {
                if row >= left {
                    return (place, row - left);
                }
                if place == 0 {
                    return (0, 0);
                }
                left -= row + 1;
                place -= 1;
                row = self.rows(place, lens).len() - 1;
            } else {
                let height = self.rows(place, lens).len();
                if row + left < height {
                    return (place, row + left);
                }
                if place + 1 >= self.transcript.len() {
                    return (place, height - 1);
                }
                left -= height - row;
                place += 1;
                row = 0;
            }
        }
        (place, row)
    }
}
