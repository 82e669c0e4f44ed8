//! Draws the app into a buffer, one widget a pane. Takes a shared reference, changes nothing, and
//! reads no clock, file or environment.

mod footer;
mod freshness;
mod header;
mod hyperlinks;
mod overlay;
mod session_list;
mod spans;
mod symbols;
pub(crate) mod theme;
mod transcript;

pub(crate) use hyperlinks::{Hyperlinks, hyperlink_id};
pub(crate) use symbols::Symbols;
pub use theme::Palette;
pub(crate) use theme::Theme;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::{Clear, StatefulWidget, Widget};

use crate::app::App;
use crate::app::layout::Focus;
use crate::text::{truncate, width};
use footer::Footer;
use header::Header;
use overlay::OverlayView;
use session_list::SessionListView;
use theme::Role;
use transcript::TranscriptView;

/// Colors and shapes.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance {
    pub theme: Theme,
    pub symbols: &'static Symbols,
}

impl Appearance {
    /// Creates an appearance from a palette, with ASCII shapes for terminals that have no others.
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

/// What belongs to a frame besides its cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewOutput {
    /// Where the cursor is, while something is typed.
    pub cursor: Option<Position>,
    pub hyperlinks: Hyperlinks,
}

/// Draws the whole window into an empty buffer.
pub fn view(app: &App, appearance: &Appearance, buf: &mut Buffer) -> ViewOutput {
    let mut output = ViewOutput::default();
    let Some(panes) = app.panes() else {
        let style = appearance.theme.style(Role::Muted);
        for (row, text) in buf.area.rows().zip(["window too small", "20x5 at least"]) {
            set_text(row, text, style, buf);
        }
        return output;
    };
    Header { app, appearance }.render(panes.header, buf);
    SessionListView { app, appearance }.render(panes.list, buf);
    let divider = appearance.theme.style(Role::Border);
    for row in panes.divider.rows() {
        set_text(row, appearance.symbols.divider, divider, buf);
    }
    if !panes.transcript.is_empty() {
        let transcript = TranscriptView {
            app,
            appearance,
            panes: &panes,
        };
        transcript.render(buf.area, buf, &mut output);
    }
    Footer { app, appearance }.render(panes.footer, buf, &mut output);
    if let Some(overlay) = app.overlay() {
        let overlay = OverlayView {
            app,
            appearance,
            overlay,
        };
        overlay.render(buf.area, buf, &mut output);
    }
    use_ascii_fallbacks(appearance, buf);
    output
}

/// Replaces the symbols that come with texts, as `…` and the names of keys do, where the appearance
/// has others.
fn use_ascii_fallbacks(appearance: &Appearance, buf: &mut Buffer) {
    let fallbacks = appearance.symbols.ascii_fallbacks;
    if fallbacks.is_empty() {
        return;
    }
    for cell in &mut buf.content {
        if let Some((_, plain)) = fallbacks.iter().find(|(from, _)| *from == cell.symbol()) {
            cell.set_symbol(plain);
        }
    }
}

/// Returns `true` if a pane has the focus and no overlay takes the keys.
fn is_focused(app: &App, focus: Focus) -> bool {
    app.focus() == focus && app.overlay().is_none()
}

/// Draws the marker of the selected row at the left end of an area.
fn render_marker(appearance: &Appearance, area: Rect, buf: &mut Buffer) {
    let marker = Rect { width: 1, ..area };
    let style = appearance.theme.style(Role::Marker);
    set_text(marker, appearance.symbols.marker, style, buf);
}

/// Draws text in the first row of an area, cut with `…` to its columns; returns the column after it.
fn set_text(area: Rect, text: &str, style: Style, buf: &mut Buffer) -> u16 {
    let visible = area.intersection(buf.area);
    if visible.is_empty() {
        return area.x;
    }
    let columns = usize::from(visible.width);
    let text = truncate(text, columns);
    buf.set_stringn(visible.x, visible.y, text, columns, style)
        .0
}

/// Draws text at the right end of an area; returns the column it begins in.
fn set_text_right(area: Rect, text: &str, style: Style, buf: &mut Buffer) -> u16 {
    let area = right_end(area, width_u16(text));
    set_text(area, text, style, buf);
    area.x
}

/// The last columns of an area.
fn right_end(area: Rect, columns: u16) -> Rect {
    let width = columns.min(area.width);
    Rect {
        x: area.right() - width,
        width,
        ..area
    }
}

/// An area from a column on.
fn from_column(area: Rect, x: u16) -> Rect {
    Rect {
        x: x.min(area.right()),
        width: area.right().saturating_sub(x),
        ..area
    }
}

/// An area up to a column.
fn until_column(area: Rect, x: u16) -> Rect {
    Rect {
        width: x.saturating_sub(area.x).min(area.width),
        ..area
    }
}

/// Clears an area for something that lies over the rest.
fn clear_under(area: Rect, buf: &mut Buffer) {
    blank_split_characters(area, buf);
    Clear.render(area, buf);
}

/// Blanks wide characters that reach into an area from the left: half of one cannot be shown.
fn blank_split_characters(area: Rect, buf: &mut Buffer) {
    for row in area.intersection(buf.area).rows() {
        let before = row.x.checked_sub(1);
        let before = before.and_then(|x| buf.cell_mut((x, row.y)));
        if let Some(before) = before.filter(|cell| width(cell.symbol()) > 1) {
            before.set_symbol(" ");
        }
    }
}

/// The columns of a text as areas count them.
fn width_u16(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// Joins the first parts that fit whole.
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
