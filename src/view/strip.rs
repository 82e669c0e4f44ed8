//! One row as it looks, before it has a place on the screen: texts in their styles, and links.

use std::ops::Range;

use ratatui::style::Style;

use super::{Canvas, width_u16};
use crate::text::truncate;

/// What stands in one row, by columns from its left end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Strip {
    columns: u16,
    text: String,
    pieces: Vec<Piece>,
    links: Vec<(Range<u16>, String)>,
}

/// A part of the text: the columns it takes, how many bytes it has, and its style.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    columns: Range<u16>,
    bytes: usize,
    style: Style,
}

impl Strip {
    /// A blank row of so many columns.
    pub(super) fn new(columns: u16) -> Self {
        Self {
            columns,
            text: String::new(),
            pieces: Vec::new(),
            links: Vec::new(),
        }
    }

    /// The columns from one on.
    pub(super) fn room(&self, x: u16) -> u16 {
        self.columns.saturating_sub(x)
    }

    /// Puts a text at a column, cut to so many and to those there are; answers with the column after.
    pub(super) fn text(&mut self, x: u16, columns: u16, text: &str, style: Style) -> u16 {
        let columns = columns.min(self.room(x));
        let cut = truncate(text, usize::from(columns));
        self.put(x, &cut, style)
    }

    /// Puts a text that ends before a column.
    pub(super) fn text_right(&mut self, right: u16, columns: u16, text: &str, style: Style) {
        let x = right.saturating_sub(width_u16(text).min(columns));
        self.text(x, columns, text, style);
    }

    /// Puts as much of a text at a column as fits; answers with the column after.
    pub(super) fn put(&mut self, x: u16, text: &str, style: Style) -> u16 {
        let end = x + width_u16(text).min(self.room(x));
        if end > x {
            self.text.push_str(text);
            self.pieces.push(Piece {
                columns: x..end,
                bytes: text.len(),
                style,
            });
        }
        end
    }

    /// Makes columns part of a link.
    pub(super) fn link(&mut self, columns: Range<u16>, target: &str) {
        if !columns.is_empty() {
            self.links.push((columns, target.to_owned()));
        }
    }

    /// Draws the row with its left end in a cell.
    pub(super) fn draw(&self, x: u16, y: u16, canvas: &mut Canvas) {
        let mut rest = self.text.as_str();
        for piece in &self.pieces {
            let (words, others) = rest.split_at(piece.bytes);
            let left = piece.columns.start;
            let columns = piece.columns.end - left;
            canvas.put(x + left, y, words, columns, piece.style);
            rest = others;
        }
        for (columns, target) in &self.links {
            canvas.link(x + columns.start..x + columns.end, y, target);
        }
    }
}
