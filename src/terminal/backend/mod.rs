//! The ratatui backend: writes the changed cells of a frame as escape sequences, in one write inside
//! a synchronized update, and nothing when nothing has changed.
//!
//! ratatui reports changed cells alone. Terminals disagree about the width of some grapheme
//! clusters, so the cells after one have to be written again although they are equal; for that the
//! backend stores what the terminal shows.

mod cell_writer;
mod changes;

use std::io::{self, Write};

use crossterm::terminal::{self, BeginSynchronizedUpdate, EndSynchronizedUpdate};
use crossterm::{cursor, queue};
use ratatui::Terminal;
use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect, Size};

use crate::chat::sanitize;
use crate::view::{Hyperlinks, ViewOutput};
use cell_writer::CellWriter;
use changes::ChangeWriter;

/// A ratatui terminal that is drawn to as ANSI escape sequences.
pub type AnsiTerminal<W> = Terminal<AnsiBackend<W>>;

/// Collects a frame and writes what differs from the frame before.
#[derive(Debug)]
pub struct AnsiBackend<W: Write> {
    out: W,
    /// What the terminal shows after the next flush.
    shown: Buffer,
    /// The changes to be flushed, as escape sequences.
    changes: Vec<u8>,
    shown_cursor: Option<Position>,
    cursor: Option<Position>,
    hyperlinks: Hyperlinks,
    needs_clear: bool,
    /// Whether the window has a title that can be set.
    has_title: bool,
    /// The title of the window, and of the next frame.
    shown_title: String,
    title: String,
}

impl<W: Write> AnsiBackend<W> {
    /// Creates a backend for a terminal whose size is known with the first frame.
    pub fn new(out: W) -> Self {
        Self {
            out,
            shown: Buffer::default(),
            changes: Vec::new(),
            shown_cursor: None,
            cursor: None,
            hyperlinks: Hyperlinks::default(),
            needs_clear: true,
            has_title: false,
            shown_title: String::new(),
            title: String::new(),
        }
    }

    /// Also sets the title of the window, which has to be restored at the end.
    pub(crate) fn with_title(self) -> Self {
        Self {
            has_title: true,
            ..self
        }
    }

    /// Returns `true` if the next frame is written completely.
    pub(crate) fn needs_clear(&self) -> bool {
        self.needs_clear
    }

    /// Writes bytes that belong to no frame, such as a clipboard sequence.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)?;
        self.out.flush()
    }

    fn resize(&mut self, size: Size) {
        self.shown.resize(Rect::from((Position::ORIGIN, size)));
    }
}

/// Draws a frame of the size that the layout was made for; the window may have another by now, which
/// the next resize event reports.
pub fn draw<W: Write>(
    terminal: &mut AnsiTerminal<W>,
    size: Size,
    view: impl FnOnce(&mut Buffer) -> ViewOutput,
) -> io::Result<()> {
    terminal.backend_mut().resize(size);
    terminal.autoresize()?;
    let output = view(terminal.current_buffer_mut());
    terminal.backend_mut().hyperlinks = output.hyperlinks;
    terminal.backend_mut().title = output.title;
    terminal.apply_buffer_with_cursor(output.cursor)?;
    Ok(())
}

impl<W: Write> Backend for AnsiBackend<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let writer = CellWriter::new(&mut self.changes, &self.hyperlinks);
        let mut writer = ChangeWriter::new(writer, &mut self.shown);
        for (x, y, cell) in content {
            writer.write(x, y, cell);
        }
        writer.finish();
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor = None;
        Ok(())
    }

    /// Does nothing: the cursor is shown with its position.
    fn show_cursor(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor = Some(position.into());
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.needs_clear = true;
        self.shown.reset();
        Ok(())
    }

    /// Clears everything: a viewport that fills the window has no smaller region to clear.
    fn clear_region(&mut self, _region: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.shown.area.as_size())
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize {
            columns_rows: self.size()?,
            pixels: Size::ZERO,
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut bytes = Vec::new();
        queue!(bytes, BeginSynchronizedUpdate)?;
        let empty = bytes.len();
        if std::mem::take(&mut self.needs_clear) {
            // Another program may have set one.
            self.shown_title.clear();
            queue!(bytes, terminal::Clear(terminal::ClearType::All))?;
        }
        bytes.append(&mut self.changes);
        if self.has_title && self.shown_title != self.title {
            let title = sanitize::sanitize_line(&self.title);
            // Not ended by a bell, which a terminal without titles would ring.
            bytes.extend(format!("\x1b]2;{title}\x1b\\").bytes());
            self.shown_title.clone_from(&self.title);
        }
        match self.cursor {
            Some(Position { x, y }) if bytes.len() > empty || self.cursor != self.shown_cursor => {
                queue!(bytes, cursor::MoveTo(x, y), cursor::Show)?;
            }
            None if self.shown_cursor.is_some() => queue!(bytes, cursor::Hide)?,
            _ => {}
        }
        self.shown_cursor = self.cursor;
        if bytes.len() > empty {
            queue!(bytes, EndSynchronizedUpdate)?;
            self.write(&bytes)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
