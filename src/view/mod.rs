//! Draws what is known, from shared references only; asks the time, the files and the
//! environment for nothing, and changes nothing.

mod canvas;
mod glyphs;
mod message;
mod overlay;
mod painted;
mod reader;
mod sessions;
mod stale;
mod status;
mod strip;
mod styled;
pub mod theme;

pub use canvas::{Canvas, Scrolls};
pub use glyphs::Glyphs;
pub use painted::Painted;
pub use theme::{Palette, Theme};

use crate::app::App;
use crate::app::layout::Focus;
use crate::text::width;
use strip::Strip;
use theme::Role;

/// How things look: colours and shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// Roles to styles.
    pub theme: Theme,
    /// Shapes.
    pub glyphs: &'static Glyphs,
}

impl Look {
    /// Makes a look of a palette, in ASCII shapes where the terminal has no others.
    pub fn new(palette: Palette, ascii: bool) -> Self {
        Self {
            theme: Theme::new(palette),
            glyphs: if ascii {
                &glyphs::ASCII
            } else {
                &glyphs::UNICODE
            },
        }
    }
}

/// Draws the whole window.
pub fn view(app: &App, look: &Look, canvas: &mut Canvas) {
    let Some(panes) = app.panes() else {
        let size = app.size();
        for (row, text) in ["window too small", "20x5 at least"]
            .into_iter()
            .take(usize::from(size.height))
            .enumerate()
        {
            canvas.text(
                0,
                u16::try_from(row).unwrap_or(0),
                size.width,
                text,
                look.theme.style(Role::Dim),
            );
        }
        return;
    };
    status::header(app, look, panes.header, canvas);
    if !panes.list.is_empty() {
        sessions::list(app, look, panes.list, canvas);
        stale::list(app, look, panes.list, canvas);
    }
    for y in panes.divider.top()..panes.divider.bottom() {
        canvas.text(
            panes.divider.x,
            y,
            1,
            look.glyphs.divider,
            look.theme.style(Role::Frame),
        );
    }
    if !panes.reader.is_empty() {
        reader::reader(app, look, &panes, canvas);
    }
    status::footer(app, look, panes.footer, canvas);
    if let Some(over) = app.overlay() {
        overlay::overlay(app, look, over, canvas);
    }
    // Cut texts, names of zones and of keys bring these along wherever they are drawn.
    canvas.replace(look.glyphs.instead);
}

/// Tells whether a pane has the keys, for the parts that show it.
fn has_keys(app: &App, focus: Focus) -> bool {
    app.focus() == focus && app.overlay().is_none()
}

/// Marks the row that is selected where the keys go.
fn mark(look: &Look, x: u16, y: u16, canvas: &mut Canvas) {
    canvas.text(x, y, 1, look.glyphs.marker, look.theme.style(Role::Marker));
}

/// The columns of a text, as areas count them.
fn wide(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// Joins as many parts, from the first, as fit whole.
fn join_fitting(parts: &[String], look: &Look, columns: impl Into<usize>) -> String {
    let columns = columns.into();
    let mut joined = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let longer = if joined.is_empty() {
            part.clone()
        } else {
            format!("{joined} {} {part}", look.glyphs.dot)
        };
        if width(&longer) > columns {
            break;
        }
        joined = longer;
    }
    joined
}
