//! Rows that only moved: the terminal moves them itself, by its scroll region.
//!
//! A region is as wide as the terminal, so whatever stands beside the rows moves along and has to be
//! written again. It is taken only where that saves most of the writing: always in one pane, beside a
//! short list too.

use std::io::Write as _;
use std::ops::Range;

use crossterm::cursor::MoveTo;
use crossterm::queue;
use ratatui::buffer::Cell;

use super::row;
use crate::view::Canvas;

/// Furthest that rows are looked for: a key moves by a message at most, the wheel by less.
const FURTHEST: u16 = 8;
/// A scroll is taken where less than this share of the moved rows is left to write.
const SHARE: usize = 8;

/// Rows of the terminal that move.
#[derive(Debug)]
pub(super) struct Scroll {
    rows: Range<u16>,
    up: bool,
    by: u16,
}

impl Scroll {
    /// The scroll that brings most of the next picture, if there is one.
    pub(super) fn find(stands: &Canvas, next: &Canvas) -> Option<Self> {
        let pane = next.scrolls.pane;
        if stands.scrolls.pane != pane || stands.scrolls.rows == next.scrolls.rows {
            return None;
        }
        let scroll = (1..FURTHEST.min(pane.height))
            .flat_map(|by| [true, false].map(|up| (by, up)))
            .map(|(by, up)| Self {
                rows: pane.top()..pane.bottom(),
                up,
                by,
            })
            .find(|scroll| scroll.brings_most(&stands.scrolls.rows, &next.scrolls.rows))?;
        let blank = vec![Cell::default(); usize::from(next.buffer.area.width)];
        let most = blank.len() * usize::from(pane.height) / SHARE;
        let left = scroll.rows.clone().flat_map(|y| {
            let moved = scroll
                .source(y)
                .map_or(&blank[..], |from| row(stands, from));
            let cells = moved.iter().zip(row(next, y));
            cells.filter(|(moved, wanted)| moved != wanted)
        });
        (left.take(most).count() < most).then_some(scroll)
    }

    fn brings_most<T: PartialEq>(&self, stand: &[T], wanted: &[T]) -> bool {
        let place = |y: u16| usize::from(y - self.rows.start);
        let same = |&y: &u16| {
            self.source(y)
                .and_then(|from| stand.get(place(from)))
                .is_some_and(|row| wanted.get(place(y)) == Some(row))
        };
        2 * self.rows.clone().filter(same).count() > self.rows.len()
    }

    /// The row that moves to a row; `None` for one that comes in blank.
    fn source(&self, y: u16) -> Option<u16> {
        let from = if self.up {
            y.checked_add(self.by)
        } else {
            y.checked_sub(self.by)
        };
        from.filter(|from| self.rows.contains(from))
    }

    /// Has the terminal move the rows, and moves them in the picture of what stands there.
    pub(super) fn apply(&self, stands: &mut Canvas, bytes: &mut Vec<u8>) {
        let Range { start, end } = self.rows;
        let (edge, step) = if self.up {
            (end - 1, "\n")
        } else {
            (start, "\x1bM")
        };
        // Writing into a vector cannot fail.
        let _never = write!(bytes, "\x1b[{};{end}r", start + 1);
        let _never = queue!(bytes, MoveTo(0, edge));
        bytes.extend(step.repeat(usize::from(self.by)).bytes());
        bytes.extend(b"\x1b[r");
        let width = usize::from(stands.buffer.area.width);
        let region = usize::from(start) * width..usize::from(end) * width;
        let by = usize::from(self.by) * width;
        let Some(cells) = stands.buffer.content.get_mut(region) else {
            return;
        };
        let blank = if self.up {
            cells.rotate_left(by);
            cells.len() - by..cells.len()
        } else {
            cells.rotate_right(by);
            0..by
        };
        for cell in cells.get_mut(blank).unwrap_or_default() {
            cell.reset();
        }
    }
}
