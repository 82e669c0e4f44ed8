//! The changes of a frame: the cells that ratatui reports, and unchanged ones that are written again
//! because terminals disagree about the width of a cluster before them.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;

use super::cell_writer::{CellWriter, columns, max_columns};
use crate::view::is_continued;

/// Up to this many unchanged cells between two changed ones are written again, which takes fewer
/// bytes than moving the cursor past them.
const MAX_GAP: u16 = 6;

/// Writes changed cells, which come row by row and from left to right.
pub(super) struct ChangeWriter<'a> {
    writer: CellWriter<'a>,
    /// What the terminal shows.
    shown: &'a mut Buffer,
    y: u16,
    /// The column after the last cell written in this row.
    written_to: u16,
    /// Clusters of ambiguous width may have moved or overwritten the cells before this column.
    ambiguous_to: u16,
}

impl<'a> ChangeWriter<'a> {
    pub(super) fn new(writer: CellWriter<'a>, shown: &'a mut Buffer) -> Self {
        Self {
            writer,
            shown,
            y: 0,
            written_to: 0,
            ambiguous_to: 0,
        }
    }

    pub(super) fn finish(mut self) {
        self.finish_row();
        self.continue_row();
        self.writer.finish();
    }

    /// Writes a changed cell, and what has to be written again before it.
    pub(super) fn write(&mut self, x: u16, y: u16, cell: &Cell) {
        if y != self.y {
            self.finish_row();
            if (x, y) != (0, self.y + 1) {
                self.continue_row();
            }
            if y != self.y {
                (self.y, self.written_to, self.ambiguous_to) = (y, 0, 0);
            }
        }
        if x < self.written_to {
            // Covered by the wide cell before it.
            return;
        }
        self.write_ambiguous(x);
        if self.written_to > 0 && x - self.written_to <= MAX_GAP {
            while self.written_to < x {
                self.write_next();
            }
        }
        self.written_to = x;
        for column in x..self.end_of(x, cell) {
            let old = &mut self.shown[(column, y)];
            let reach = column.saturating_add(max_columns(old));
            self.ambiguous_to = self.ambiguous_to.max(reach);
            if column == x {
                old.clone_from(cell);
            } else {
                old.reset();
            }
        }
        self.write_next();
    }

    /// Writes the cells up to a column that a cluster of ambiguous width may have changed.
    fn write_ambiguous(&mut self, column: u16) {
        while self.written_to < column.min(self.ambiguous_to) {
            self.write_next();
        }
    }

    fn finish_row(&mut self) {
        if self.written_to > 0 {
            self.write_ambiguous(self.shown.area.width);
        }
    }

    /// Writes the first cell of the next row again after the last one of a row that continues there: only
    /// then does the terminal join the two.
    fn continue_row(&mut self) {
        let Rect { width, height, .. } = self.shown.area;
        let is_written = self.written_to == width && self.y + 1 < height;
        if is_written && is_continued(&self.shown[(width - 1, self.y)]) {
            (self.y, self.written_to, self.ambiguous_to) = (self.y + 1, 0, 0);
            self.write_next();
        }
    }

    /// Writes the shown cell after the last one written.
    fn write_next(&mut self) {
        let x = self.written_to;
        let cell = &self.shown[(x, self.y)];
        self.writer.write_cell(cell, x, self.y);
        self.ambiguous_to = self.ambiguous_to.max(x.saturating_add(max_columns(cell)));
        self.written_to = self.end_of(x, cell);
    }

    /// The column after a cell.
    fn end_of(&self, x: u16, cell: &Cell) -> u16 {
        x.saturating_add(columns(cell)).min(self.shown.area.width)
    }
}
