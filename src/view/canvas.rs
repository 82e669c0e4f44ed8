//! What is drawn on: a buffer of cells, the links they belong to, and the cursor; and rows that need
//! not be painted again for the next picture.
//!
//! A cell remembers its link as a number in a style that the terminal never sees, so that a link
//! is drawn anew whenever its cells change and stays whole however it is cut.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::painted::Painted;
use super::{theme, width_u16};
use crate::app::transcript_pane::message_layout::RowKind;
use crate::chat::MessageId;
use crate::text::{is_single_width, truncate, width};

/// One picture.
#[derive(Clone, Debug, Default)]
pub struct Canvas {
    /// The cells.
    pub buffer: Buffer,
    /// Where the cursor shows, while something is typed.
    pub cursor: Option<Position>,
    /// What moves together when it is scrolled.
    pub scrolls: Scrolls,
    /// Rows of the transcript as they were painted last.
    pub painted: Painted,
    links: HashMap<u32, String>,
}

/// A pane whose rows move together, and what stands in each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrolls {
    /// Where the rows are.
    pub pane: Rect,
    /// The message of each row and the spot in it.
    pub rows: Vec<(MessageId, RowKind)>,
}

impl Canvas {
    /// An empty picture of this area.
    pub fn new(area: Rect) -> Self {
        Self {
            buffer: Buffer::empty(area),
            ..Self::default()
        }
    }

    /// Empties it for the next picture; what was painted stays known.
    pub fn reset(&mut self, area: Rect) {
        self.buffer.resize(area);
        self.buffer.reset();
        self.links.clear();
        self.cursor = None;
        self.scrolls.pane = Rect::ZERO;
        self.scrolls.rows.clear();
    }

    /// Writes one line of text within some columns; answers with the column after it.
    pub fn text(&mut self, x: u16, y: u16, columns: u16, text: &str, style: Style) -> u16 {
        if columns == 0 || !self.buffer.area.contains(Position { x, y }) {
            return x;
        }
        let cut = truncate(text, usize::from(columns));
        self.part_wide(x, y);
        self.put(x, y, &cut, columns, style)
    }

    /// Writes as much of a text as fits into some columns; answers with the column after it.
    pub(super) fn put(&mut self, x: u16, y: u16, text: &str, columns: u16, style: Style) -> u16 {
        if !is_single_width(text) {
            let columns = usize::from(columns);
            return self.buffer.set_stringn(x, y, text, columns, style).0;
        }
        // Where every character is a column there is nothing to take apart; most rows are such.
        let area = self.buffer.area;
        let columns = columns.min(area.right().saturating_sub(x));
        let start = usize::from(y - area.y) * usize::from(area.width) + usize::from(x - area.x);
        let cells = self.buffer.content.iter_mut().skip(start);
        let written = cells.zip(text.chars()).take(usize::from(columns));
        let mut end = x;
        for (cell, character) in written {
            cell.set_char(character).set_style(style);
            end += 1;
        }
        end
    }

    /// Writes text that ends in a column; answers with the column it begins in.
    pub fn text_right(
        &mut self,
        right: u16,
        y: u16,
        columns: u16,
        text: &str,
        style: Style,
    ) -> u16 {
        let wide = width_u16(text).min(columns);
        let x = right.saturating_sub(wide);
        self.text(x, y, wide, text, style);
        x
    }

    /// Makes cells of one row part of a link.
    pub fn link(&mut self, x: std::ops::Range<u16>, y: u16, target: &str) {
        let number = number(target);
        self.links.insert(number, target.to_owned());
        for x in x {
            if let Some(cell) = self.buffer.cell_mut((x, y)) {
                cell.set_style(theme::hyperlink_style(number));
            }
        }
    }

    /// The target of a numbered link.
    pub fn target(&self, number: u32) -> Option<&str> {
        self.links.get(&number).map(String::as_str)
    }

    /// Blanks an area for something that lies over the rest.
    pub fn clear(&mut self, area: Rect) {
        let area = area.intersection(self.buffer.area);
        for y in area.top()..area.bottom() {
            self.part_wide(area.x, y);
        }
        for position in area.positions() {
            self.buffer[position].reset();
        }
    }

    /// Takes the weight out of what is drawn in an area.
    pub(super) fn dim(&mut self, area: Rect) {
        for row in area.intersection(self.buffer.area).rows() {
            let is_drawn = |x: &u16| self.buffer[(*x, row.y)] != Cell::EMPTY;
            let mut drawn = (row.left()..row.right()).filter(is_drawn);
            if let Some(first) = drawn.next() {
                let width = drawn.next_back().unwrap_or(first) + 1 - first;
                let drawn = Rect {
                    x: first,
                    width,
                    ..row
                };
                self.buffer.set_style(drawn, theme::muted());
            }
        }
    }

    /// Puts plain characters in the place of others, one column for one.
    pub(super) fn replace(&mut self, plain: &[(&str, &str)]) {
        for cell in &mut self.buffer.content {
            if let Some((_, plain)) = plain.iter().find(|(from, _)| *from == cell.symbol()) {
                cell.set_symbol(plain);
            }
        }
    }

    /// Blanks a wide character that reaches into this cell: half of one cannot stand.
    fn part_wide(&mut self, x: u16, y: u16) {
        let before = x.checked_sub(1).and_then(|x| self.buffer.cell_mut((x, y)));
        if let Some(before) = before.filter(|cell| width(cell.symbol()) > 1) {
            before.set_symbol(" ");
        }
    }
}

/// The same target always has the same number, of 24 bits.
fn number(target: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    target.hash(&mut hasher);
    u32::try_from(hasher.finish() & 0x00ff_ffff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use ratatui::style::Modifier;

    use super::*;

    proptest! {
        #[test]
        fn words_are_put_as_the_renderer_puts_them(
            words in "([a-zøß│● …]|[今\u{301}]){0,14}", x in 0..8_u16, columns in 0..12_u16,
        ) {
            let style = Style::new().add_modifier(Modifier::BOLD);
            let mut canvas = Canvas::new(Rect::new(0, 0, 10, 1));
            let mut expected = canvas.buffer.clone();
            let end = canvas.put(x, 0, &words, columns, style);
            let (expected_end, _) = expected.set_stringn(x, 0, &words, usize::from(columns), style);
            prop_assert_eq!(end, expected_end);
            prop_assert_eq!(canvas.buffer, expected);
        }
    }
}
