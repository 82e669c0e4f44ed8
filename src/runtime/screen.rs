//! Pictures to bytes: only the cells that changed, in one write, and nothing when none did.
//!
//! Two pictures are kept, what stands on the terminal and what is to stand there. Cells of a link
//! are written between OSC 8 marks with the same id, so the terminal takes its rows for one.

use std::fmt::Write as _;
use std::io::{self, Write};

use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{cursor, queue, terminal};
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Rect, Size};

use crate::view::Canvas;
use crate::view::theme::take_link;

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
        if unknown {
            self.stands.reset(area);
        }
        let mut bytes = Vec::new();
        queue!(bytes, BeginSynchronizedUpdate, cursor::Hide)?;
        let empty = bytes.len();
        if unknown {
            queue!(bytes, terminal::Clear(terminal::ClearType::All))?;
        }
        self.write_changes(&mut bytes)?;
        if let Some(Position { x, y }) = self.next.cursor {
            queue!(bytes, cursor::MoveTo(x, y), cursor::Show)?;
        }
        let changed = bytes.len() > empty || self.stands.cursor != self.next.cursor;
        std::mem::swap(&mut self.stands, &mut self.next);
        if changed {
            queue!(bytes, EndSynchronizedUpdate)?;
            self.out.write_all(&bytes)?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Writes bytes that are no part of a picture, between two of them.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    fn write_changes(&self, bytes: &mut Vec<u8>) -> io::Result<()> {
        let changes = self.stands.buffer.diff(&self.next.buffer);
        let mut cells: Vec<(u16, u16, Option<u32>, Cell)> = Vec::with_capacity(changes.len());
        for (x, y, cell) in changes {
            let mut cell = cell.clone();
            let link = take_link(&mut cell);
            cells.push((x, y, link, cell));
        }
        for run in cells.chunk_by(|left, right| left.2 == right.2) {
            let link = run[0]
                .2
                .and_then(|number| Some((number, self.next.target(number)?)));
            if let Some((number, target)) = link {
                let target = escaped(target);
                bytes.extend(format!("\x1b]8;id={number};{target}\x1b\\").into_bytes());
            }
            let cells = run.iter().map(|(x, y, _, cell)| (*x, *y, cell));
            CrosstermBackend::new(&mut *bytes).draw(cells)?;
            if link.is_some() {
                bytes.extend_from_slice(b"\x1b]8;;\x1b\\");
            }
        }
        Ok(())
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
