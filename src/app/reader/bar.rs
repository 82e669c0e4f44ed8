//! The scroll bar: where in the transcript the screen is, and where the hits of the search are.
//!
//! Counted in rows. Until every message is measured the rest is an estimate, and gets better.

use super::block::Lens;
use super::laid::Heights;
use super::{Reader, Shown};

/// One row of the scroll bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Whether this part of the transcript is on the screen.
    pub is_shown: bool,
    /// Whether a message that begins in this part holds what is searched for.
    pub is_hit: bool,
}

impl Reader {
    /// The scroll bar beside the rows on the screen, from the top; empty when everything is shown.
    pub fn bar(&self, shown: &[Shown], lens: &Lens<'_>) -> Vec<Tick> {
        let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
            return Vec::new();
        };
        let screen = Heights {
            rows: shown.len(),
            messages: last.place + 1 - first.place,
        };
        let all = self.laid.above(self.transcript.len(), screen, lens);
        let height = usize::from(lens.rows);
        if all <= shown.len() || height == 0 {
            return Vec::new();
        }
        let hidden = all - shown.len();
        let rows = self.rows(first.place, lens);
        let into = rows.iter().position(|row| row.spot == first.row.spot);
        let above = self.laid.above(first.place, screen, lens) + into.unwrap_or(0);
        let thumb = (height * shown.len() / all).max(1);
        // Only at the very end the thumb touches the ground: an estimate must not say so sooner.
        let start = if self.is_at_end(last, lens) {
            height - thumb
        } else {
            ((height - thumb) * above / hidden).min((height - thumb).saturating_sub(1))
        };
        // The messages that begin in a row of the bar.
        let first = |row: usize| {
            self.laid
                .first_from((row * all).div_ceil(height), screen, lens)
        };
        let is_hit = |row| {
            self.search
                .as_ref()
                .is_some_and(|search| search.is_in(&(first(row)..first(row + 1))))
        };
        (0..height)
            .map(|row| Tick {
                is_shown: (start..start + thumb).contains(&row),
                is_hit: is_hit(row),
            })
            .collect()
    }

    fn is_at_end(&self, last: &Shown, lens: &Lens<'_>) -> bool {
        last.place + 1 == self.transcript.len()
            && self
                .rows(last.place, lens)
                .last()
                .is_some_and(|row| row.spot == last.row.spot)
    }
}
