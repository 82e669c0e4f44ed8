//! Draws what is known, from shared references only; asks the time, the files and the
//! environment for nothing, and changes nothing.

mod canvas;
mod freshness;
mod message_row;
mod overlay;
mod painted;
mod session_list;
mod status;
mod strip;
mod styled;
mod symbols;
pub mod theme;
mod transcript;

pub use canvas::{Canvas, Scrolls};
pub use painted::Painted;
pub use symbols::Symbols;
pub use theme::{Palette, Theme};

use crate::app::App;
use crate::app::layout::Focus;
use crate::text::width;
use strip::Strip;
use theme::Role;

/// How things look: colours and shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance {
    /// Roles to styles.
    pub theme: Theme,
    /// Shapes.
    pub symbols: &'static Symbols,
}

impl Appearance {
    /// Makes a look of a palette, in ASCII shapes where the terminal has no others.
    pub fn new(palette: Palette, ascii: bool) -> Self {
        Self {
            theme: Theme::new(palette),
            symbols: if ascii {
                &symbols::ASCII
            } else {
                &symbols::UNICODE
            },
        }
    }
}

/// Draws the whole window.
pub fn view(app: &App, appearance: &Appearance, canvas: &mut Canvas) {
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
                appearance.theme.style(Role::Muted),
            );
        }
        return;
    };
    status::render_header(app, appearance, panes.header, canvas);
    if !panes.list.is_empty() {
        session_list::render_list(app, appearance, panes.list, canvas);
        freshness::render_list_label(app, appearance, panes.list, canvas);
    }
    for y in panes.divider.top()..panes.divider.bottom() {
        canvas.text(
            panes.divider.x,
            y,
            1,
            appearance.symbols.divider,
            appearance.theme.style(Role::Border),
        );
    }
    if !panes.transcript.is_empty() {
        transcript::render(app, appearance, &panes, canvas);
    }
    status::render_footer(app, appearance, panes.footer, canvas);
    if let Some(overlay) = app.overlay() {
        overlay::render(app, appearance, overlay, canvas);
    }
    // Cut texts, names of zones and of keys bring these along wherever they are drawn.
    canvas.replace(appearance.symbols.ascii_fallbacks);
}

/// Tells whether a pane has the keys, for the parts that show it.
fn is_focused(app: &App, focus: Focus) -> bool {
    app.focus() == focus && app.overlay().is_none()
}

/// Marks the row that is selected where the keys go.
fn render_marker(appearance: &Appearance, x: u16, y: u16, canvas: &mut Canvas) {
    canvas.text(
        x,
        y,
        1,
        appearance.symbols.marker,
        appearance.theme.style(Role::Marker),
    );
}

/// The columns of a text, as areas count them.
fn width_u16(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// Joins as many parts, from the first, as fit whole.
fn join_fitting(parts: &[String], appearance: &Appearance, columns: impl Into<usize>) -> String {
    let columns = columns.into();
    let mut joined = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        let longer = if joined.is_empty() {
            part.clone()
        } else {
            format!("{joined} {} {part}", appearance.symbols.dot)
        };
        if width(&longer) > columns {
            break;
        }
        joined = longer;
    }
    joined
}

#[cfg(test)]
mod tests;
