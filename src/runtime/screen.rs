//! Pictures to bytes: only the cells that changed, in one write, and nothing when none did.
//!
//! Two pictures are kept, what stands on the terminal and what is to stand there. Cells of a link
//! are written between OSC 8 marks with the same id, so the terminal takes its rows for one.

mod scroll;

use std::fmt::Write as _;
use std::io::{self, Write};

use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{cursor, queue, terminal};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Rect, Size};

use scroll::Scroll;

use crate::text::width;
use crate::view::Canvas;
use crate::view::theme::{is_styled_as, link_of, sgr};

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

/// A visible cell: its column, how many it covers, and whether it has to be written.
struct Seen {
    x: u16,
    columns: u16,
    changed: bool,
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

    fn draw(&mut self, stands: &Canvas) {
        let area = self.picture.buffer.area;
        for y in area.top()..area.bottom() {
            if row(stands, y) == row(self.picture, y) {
                continue;
            }
            let row = self.seen(stands, y);
            let mut from = 0;
            while let Some(first) = (from..row.len()).find(|&cell| row[cell].changed) {
                let mut last = first;
                while let Some(next) =
                    (last + 1..row.len().min(last + 2 + BRIDGED)).find(|&cell| row[cell].changed)
                {
                    last = next;
                }
                for cell in &row[first..=last] {
                    self.cell(cell, y);
                }
                from = last + 1;
            }
        }
        self.set_link(None);
        self.set_style(&Cell::default());
    }

    /// The cells of a row that are to be seen: not those behind a wide character.
    fn seen(&self, stands: &Canvas, y: u16) -> Vec<Seen> {
        let (old, new) = (&stands.buffer, &self.picture.buffer);
        let mut row: Vec<Seen> = Vec::with_capacity(usize::from(new.area.width));
        let mut x = new.area.left();
        // What is written or written over may reach this far, as far as terminals agree.
        let mut unsure_to = x;
        while x < new.area.right() {
            let columns = columns(&new[(x, y)]).min(new.area.right() - x);
            let differs = (x..x + columns).any(|x| old[(x, y)] != new[(x, y)]);
            let changed = differs || x < unsure_to;
            if changed {
                let reach = (x..x + columns).map(|x| x + widest(&old[(x, y)])).max();
                unsure_to = unsure_to
                    .max(x + widest(&new[(x, y)]))
                    .max(reach.unwrap_or(x));
            }
            row.push(Seen {
                x,
                columns,
                changed,
            });
            x += columns;
        }
        row
    }

    fn cell(&mut self, seen: &Seen, y: u16) {
        let cell = &self.picture.buffer[(seen.x, y)];
        if self.at != Some((seen.x, y)) {
            // Writing into a vector cannot fail.
            let _never = queue!(self.bytes, cursor::MoveTo(seen.x, y));
        }
        self.set_link(link_of(cell));
        self.set_style(cell);
        self.bytes.extend_from_slice(cell.symbol().as_bytes());
        // Terminals disagree on how wide some characters are; after plain ones they cannot.
        let plain = cell.symbol().is_ascii();
        self.at = plain.then_some((seen.x + seen.columns, y));
    }

    fn set_style(&mut self, cell: &Cell) {
        if !is_styled_as(cell, &self.styled) {
            self.bytes.extend_from_slice(sgr(cell).as_bytes());
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
fn columns(cell: &Cell) -> u16 {
    if cell.symbol().len() == 1 {
        1
    } else {
        u16::try_from(width(cell.symbol())).unwrap_or(1).max(1)
    }
}

/// How many columns a cell covers in a terminal that joins no characters.
fn widest(cell: &Cell) -> u16 {
    if cell.symbol().len() == 1 {
        return 1;
    }
    let mut character = [0; 4];
    let each = cell
        .symbol()
        .chars()
        .map(|one| width(one.encode_utf8(&mut character)));
    u16::try_from(each.sum::<usize>()).unwrap_or(1).max(1)
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
#[path = "screen/tests.rs"]
mod tests;
