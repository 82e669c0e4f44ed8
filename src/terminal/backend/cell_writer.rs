//! Cells as escape sequences: cursor moves, styles (SGR), hyperlinks (OSC 8) and text.
#![expect(
    clippy::disallowed_types,
    reason = "the backend encodes colours as escape sequences"
)]

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use ratatui::buffer::{Cell, CellWidth};
use ratatui::style::{Color, Modifier};

use crate::text::grapheme_width;
use crate::view::{Hyperlinks, SIXTEEN, hyperlink_id, is_continued};

/// What OSC 8 requires to be percent-encoded in a target, beside all that is not ASCII.
const NOT_PRINTABLE: &AsciiSet = &CONTROLS.add(b' ');

/// Terminals ignore longer targets, and the target is sent again with every row.
const MAX_TARGET: usize = 2000;

/// Writes cells with as few moves and styles as possible.
pub(super) struct CellWriter<'a> {
    bytes: &'a mut Vec<u8>,
    hyperlinks: &'a Hyperlinks,
    /// The terminal's cursor; `None` where terminals disagree about it.
    cursor: Option<(u16, u16)>,
    /// A cell of the style that the terminal is set to.
    style: Cell,
    hyperlink: Option<u32>,
}

impl<'a> CellWriter<'a> {
    pub(super) fn new(bytes: &'a mut Vec<u8>, hyperlinks: &'a Hyperlinks) -> Self {
        Self {
            bytes,
            hyperlinks,
            cursor: None,
            style: Cell::default(),
            hyperlink: None,
        }
    }

    /// Ends the open hyperlink and resets the style.
    pub(super) fn finish(mut self) {
        self.set_hyperlink(None);
        self.set_style(&Cell::default());
    }

    pub(super) fn write_cell(&mut self, cell: &Cell, x: u16, y: u16) {
        if self.cursor != Some((x, y)) {
            self.move_to(x, y);
        }
        self.set_hyperlink(hyperlink_id(cell));
        self.set_style(cell);
        if !is_one_byte(cell) && columns_one_by_one(cell) < columns(cell) {
            // A terminal that ignores the variation selector of `❤️` would show what was in the
            // second column before.
            self.bytes.extend(b" ".repeat(columns(cell).into()));
            self.move_to(x, y);
        }
        self.bytes.extend_from_slice(cell.symbol().as_bytes());
        // Only after ASCII do all terminals agree where the cursor is. At the end of a row that continues it
        // is not moved: the next cell is then written where the terminal wraps.
        self.cursor = if is_continued(cell) {
            Some((0, y + 1))
        } else {
            cell.symbol().is_ascii().then_some((x + 1, y))
        };
    }

    fn move_to(&mut self, x: u16, y: u16) {
        self.bytes.extend(b"\x1b[");
        self.push_int(y + 1);
        self.bytes.push(b';');
        self.push_int(x + 1);
        self.bytes.push(b'H');
    }

    /// Writes a number; most of a frame is escape sequences, and `format!` would take most of the
    /// time spent on them.
    fn push_int(&mut self, number: u16) {
        let mut digits = itoa::Buffer::new();
        self.bytes
            .extend_from_slice(digits.format(number).as_bytes());
    }

    fn set_style(&mut self, cell: &Cell) {
        let sgr = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
        if sgr(cell) != sgr(&self.style) {
            self.bytes.extend(b"\x1b[0");
            for code in sgr_codes(cell) {
                self.bytes.push(b';');
                self.push_int(code.into());
            }
            self.bytes.push(b'm');
            self.style.clone_from(cell);
        }
    }

    /// Opens or ends a hyperlink. All cells of one carry the same id, so that the terminal
    /// highlights them together over several rows.
    fn set_hyperlink(&mut self, id: Option<u32>) {
        if id == self.hyperlink {
            return;
        }
        self.hyperlink = id;
        let target = id
            .and_then(|id| Some((id, self.hyperlinks.target(id)?)))
            .filter(|(_, target)| target.len() <= MAX_TARGET);
        let escape = match target {
            Some((id, target)) => {
                let target = utf8_percent_encode(target, NOT_PRINTABLE);
                format!("\x1b]8;id={id};{target}\x1b\\")
            }
            None => "\x1b]8;;\x1b\\".to_owned(),
        };
        self.bytes.extend_from_slice(escape.as_bytes());
    }
}

/// Returns `true` for most cells, whose width is then known.
fn is_one_byte(cell: &Cell) -> bool {
    cell.symbol().len() == 1
}

pub(super) fn columns(cell: &Cell) -> u16 {
    cell.cell_width().max(1)
}

/// The most columns that any terminal gives to a cell.
pub(super) fn max_columns(cell: &Cell) -> u16 {
    if is_one_byte(cell) {
        1
    } else {
        columns_one_by_one(cell).max(columns(cell))
    }
}

/// The columns of a cell in a terminal that draws the characters of a cluster one by one.
fn columns_one_by_one(cell: &Cell) -> u16 {
    let mut characters = cell.symbol().chars();
    let (Some(_), Some(_)) = (characters.next(), characters.next()) else {
        return columns(cell);
    };
    let widths = cell.symbol().split("").map(grapheme_width);
    u16::try_from(widths.sum::<usize>())
        .unwrap_or(u16::MAX)
        .max(1)
}

/// The SGR codes that set the style of a cell after a reset; the hyperlink is not one of them.
fn sgr_codes(cell: &Cell) -> impl Iterator<Item = u8> {
    let modifiers = [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ];
    let on = modifiers
        .into_iter()
        .filter(|(modifier, _)| cell.modifier.contains(*modifier));
    let colors = [(cell.fg, 30), (cell.bg, 40)]
        .into_iter()
        .flat_map(|(color, base)| color_codes(color, base));
    on.map(|(_, code)| code).chain(colors)
}

/// The codes of a colour, `base` being that of black: none for the default, one for the terminal's own
/// sixteen, three for the others.
fn color_codes(color: Color, base: u8) -> impl Iterator<Item = u8> {
    let own = |index: u8| base + index + if index < 8 { 0 } else { 52 };
    let (codes, count) = match color {
        Color::Indexed(index @ 16..) => ([base + 8, 5, index], 3),
        Color::Indexed(index) => ([own(index), 0, 0], 1),
        named => {
            let mut indexed = (0..).zip(SIXTEEN);
            let found = indexed.find(|(_, it)| *it == named);
            found.map_or(([0; 3], 0), |(index, _)| ([own(index), 0, 0], 1))
        }
    };
    codes.into_iter().take(count)
}
