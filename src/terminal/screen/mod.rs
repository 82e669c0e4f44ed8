//! Pictures to bytes: only the cells that changed, in one write, and nothing when none did.
//!
//! Two pictures are kept, what stands on the terminal and what is to stand there. Cells of a link
//! are written between OSC 8 marks with the same id, so the terminal takes its rows for one.

mod scroll;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::ops::Range;

use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{cursor, queue, terminal};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Rect, Size};

use scroll::Scroll;

use crate::text::grapheme_width;
use crate::view::Canvas;
use crate::view::theme::{hyperlink_id, same_sgr, sgr_codes};

/// So many unchanged cells between two changed ones are written again: that is shorter than
/// sending the cursor past them.
const BRIDGED: usize = 6;

/// A terminal to draw on.
#[derive(Debug)]
pub struct Screen<W: Write> {
    out: W,
    stands: Canvas,
    next: Canvas,
    /// The terminal holds something else than we drew: it is cleared first.
    unknown: bool,
}

impl<W: Write> Screen<W> {
    /// A screen whose content is not known yet.
    pub fn new(out: W) -> Self {
        Self {
            out,
            stands: Canvas::default(),
            next: Canvas::default(),
            unknown: true,
        }
    }

    /// Has every cell written with the next picture.
    pub fn forget(&mut self) {
        self.unknown = true;
    }

    /// Tells whether every cell will be written with the next picture.
    pub fn is_unknown(&self) -> bool {
        self.unknown
    }

    /// Brings a picture to the terminal.
    pub fn draw(&mut self, size: Size, picture: impl FnOnce(&mut Canvas)) -> io::Result<()> {
        let area = Rect::from((Position::ORIGIN, size));
        self.next.reset(area);
        // Rows painted for the last picture serve this one, whichever canvas it is drawn on.
        self.next.painted = std::mem::take(&mut self.stands.painted);
        picture(&mut self.next);
        let unknown = std::mem::take(&mut self.unknown) || self.stands.buffer.area != area;
        let mut bytes = Vec::new();
        queue!(bytes, BeginSynchronizedUpdate)?;
        let empty = bytes.len();
        if unknown {
            self.stands.reset(area);
            queue!(bytes, terminal::Clear(terminal::ClearType::All))?;
        } else if let Some(scroll) = Scroll::find(&self.stands, &self.next) {
            scroll.apply(&mut self.stands, &mut bytes);
        }
        Strokes::new(&mut bytes, &self.next).draw(&self.stands);
        let cursor = self.next.cursor;
        if cursor.is_some() && (bytes.len() > empty || cursor != self.stands.cursor) {
            let Position { x, y } = cursor.unwrap_or_default();
            queue!(bytes, cursor::MoveTo(x, y), cursor::Show)?;
        } else if self.stands.cursor.is_some() && cursor.is_none() {
            queue!(bytes, cursor::Hide)?;
        }
        let changed = bytes.len() > empty;
        std::mem::swap(&mut self.stands, &mut self.next);
        if changed {
            queue!(bytes, EndSynchronizedUpdate)?;
            self.write(&bytes)?;
        }
        Ok(())
    }

    /// Writes bytes that are no part of a picture, between two of them.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }
}

/// Writes the changed cells of a picture, with as few moves and styles as it takes.
struct Strokes<'a> {
    bytes: &'a mut Vec<u8>,
    picture: &'a Canvas,
    /// Where the terminal's cursor is, as far as every terminal agrees.
    at: Option<(u16, u16)>,
    /// A cell of the style that the terminal is set to.
    styled: Cell,
    link: Option<u32>,
}

impl<'a> Strokes<'a> {
    fn new(bytes: &'a mut Vec<u8>, picture: &'a Canvas) -> Self {
        Self {
            bytes,
            picture,
            at: None,
            styled: Cell::default(),
            link: None,
        }
    }

    /// Writes what differs from what stands there.
    fn draw(&mut self, stands: &Canvas) {
        let area = self.picture.buffer.area;
        for y in area.top()..area.bottom() {
            self.row(row(stands, y), row(self.picture, y), y);
        }
        self.set_link(None);
        self.set_style(&Cell::default());
    }

    /// Writes the changed cells of a row, and the few between two of them.
    fn row(&mut self, old: &[Cell], new: &[Cell], y: u16) {
        // What is written or written over may reach this far, as far as terminals agree.
        let mut unsure_to = 0;
        // Where what was written last ends, and how many unchanged cells have followed.
        let (mut written_to, mut unchanged) = (0, usize::MAX);
        let mut x = 0;
        while let Some(cell) = new.get(x) {
            let end = new.len().min(x + columns(cell));
            let over = old.get(x..end).unwrap_or_default();
            if x >= unsure_to && over == &new[x..end] {
                unchanged = unchanged.saturating_add(1);
            } else {
                let from = if unchanged > BRIDGED { x } else { written_to };
                self.cells(new, from..end, y);
                let reach = (x..).zip(over).map(|(x, old)| x + widest(old)).max();
                unsure_to = unsure_to.max(x + widest(cell)).max(reach.unwrap_or(x));
                (written_to, unchanged) = (end, 0);
            }
            x = end;
        }
    }

    /// Writes the cells of a row that are to be seen: not those behind a wide character.
    fn cells(&mut self, row: &[Cell], range: Range<usize>, y: u16) {
        let mut x = range.start;
        while let Some(cell) = row.get(x).filter(|_| x < range.end) {
            let column = u16::try_from(x).unwrap_or(u16::MAX);
            if self.at != Some((column, y)) {
                self.bytes.extend(b"\x1b[");
                self.number(y + 1);
                self.bytes.push(b';');
                self.number(column + 1);
                self.bytes.push(b'H');
            }
            self.set_link(hyperlink_id(cell));
            self.set_style(cell);
            self.bytes.extend_from_slice(cell.symbol().as_bytes());
            // Terminals disagree on how wide some characters are; after plain ones they cannot.
            let plain = cell.symbol().is_ascii();
            self.at = plain.then_some((column + 1, y));
            x += columns(cell);
        }
    }

    /// Escapes make up most of what is written; formatted as text they would take most of its time.
    fn number(&mut self, number: u16) {
        let mut digits = itoa::Buffer::new();
        self.bytes
            .extend_from_slice(digits.format(number).as_bytes());
    }

    fn set_style(&mut self, cell: &Cell) {
        if !same_sgr(cell, &self.styled) {
            self.bytes.extend(b"\x1b[0");
            for code in sgr_codes(cell) {
                self.bytes.push(b';');
                self.number(code.into());
            }
            self.bytes.push(b'm');
            self.styled.clone_from(cell);
        }
    }

    fn set_link(&mut self, link: Option<u32>) {
        if link == self.link {
            return;
        }
        self.link = link;
        let target = link.and_then(|number| Some((number, self.picture.target(number)?)));
        let mark = match target {
            Some((number, target)) => format!("\x1b]8;id={number};{}\x1b\\", escaped(target)),
            None => "\x1b]8;;\x1b\\".to_owned(),
        };
        self.bytes.extend_from_slice(mark.as_bytes());
    }
}

/// The cells of a row.
fn row(canvas: &Canvas, y: u16) -> &[Cell] {
    let width = usize::from(canvas.buffer.area.width);
    let row = usize::from(y) * width..usize::from(y + 1) * width;
    canvas.buffer.content.get(row).unwrap_or_default()
}

/// How many columns a cell covers.
fn columns(cell: &Cell) -> usize {
    match cell.symbol() {
        plain if plain.len() == 1 => 1,
        symbol => grapheme_width(symbol).max(1),
    }
}

/// How many columns a cell covers in a terminal that joins no characters.
fn widest(cell: &Cell) -> usize {
    match cell.symbol() {
        plain if plain.len() == 1 => 1,
        symbol => {
            let mut character = [0; 4];
            let each = symbol
                .chars()
                .map(|one| grapheme_width(one.encode_utf8(&mut character)));
            each.sum::<usize>().max(1)
        }
    }
}

/// An address as OSC 8 wants it: everything but printable ASCII percent-encoded.
fn escaped(target: &str) -> String {
    let mut escaped = String::with_capacity(target.len());
    for byte in target.bytes() {
        if byte.is_ascii_graphic() {
            escaped.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _never = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
