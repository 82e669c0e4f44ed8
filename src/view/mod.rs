//! Draws the app into a buffer, one widget a pane. Takes a shared reference, changes nothing, and
//! reads no clock, file or environment.

mod command_palette;
mod footer;
mod freshness;
mod header;
mod hidden_label;
mod hyperlinks;
mod overlay;
mod overview;
mod search_results;
mod session_list;
mod spans;
mod symbols;
pub(crate) mod theme;
mod transcript;

pub(crate) use hyperlinks::{Hyperlinks, continued_row, hyperlink_id, is_continued};
pub(crate) use symbols::Symbols;
pub use symbols::legend;
pub use theme::ThemeId;
pub(crate) use theme::{SIXTEEN, Theme};

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Clear, StatefulWidget, Widget};

use crate::app::App;
use crate::app::command::Command;
use crate::app::layout::{Focus, Panes, scrollbar_thumb};
use crate::app::overlay::{Overlay, OverviewRow};
use crate::app::status::Feed;
use crate::text::{count_single_width, truncate, width, wrap};
use footer::Footer;
use header::Header;
use overlay::OverlayView;
use session_list::SessionListView;
use theme::Role;
use transcript::TranscriptView;

/// Separates the parts of a line.
const SEPARATOR: &str = " · ";

/// The colours and symbols to draw with.
#[derive(Clone, Debug, PartialEq)]
pub struct Appearance {
    /// The configured theme.
    pub(crate) theme_id: ThemeId,
    /// The theme of [`ThemeId::Own`].
    pub own_theme: Theme,
    pub(crate) symbols: &'static Symbols,
}

impl Appearance {
    pub fn new(theme_id: ThemeId, ascii: bool) -> Self {
        let symbols = if ascii {
            &symbols::ASCII
        } else {
            &symbols::UNICODE
        };
        let own_theme = Theme::default();
        Self {
            theme_id,
            own_theme,
            symbols,
        }
    }

    /// The theme to draw the app with.
    fn theme(&self, app: &App) -> &Theme {
        match app.theme(self.theme_id) {
            ThemeId::Own => &self.own_theme,
            theme_id => Theme::built_in(theme_id),
        }
    }
}

/// The results of drawing besides the cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewOutput {
    /// The position of the cursor while the user types into a line.
    pub cursor: Option<Position>,
    pub(crate) hyperlinks: Hyperlinks,
    /// The title of the terminal's window.
    pub title: String,
}

/// Draws the whole window into an empty buffer.
pub fn view(app: &App, appearance: &Appearance, buf: &mut Buffer) -> ViewOutput {
    let overview_rows = match app.overlay() {
        Some(Overlay::Overview(_)) => app.overview_rows(),
        _ => Vec::new(),
    };
    let context = Context {
        app,
        overview_rows: &overview_rows,
        theme: appearance.theme(app),
        symbols: appearance.symbols,
    };
    let mut output = ViewOutput {
        title: header::window_title(app),
        ..ViewOutput::default()
    };
    if let Some(panes) = app.panes() {
        context.render_window(panes, buf, &mut output);
    } else {
        context.render_too_small(buf);
    }
    if app.is_private() {
        // The app has no control over what a terminal opens.
        output.hyperlinks.remove_from(buf);
    }
    if context.symbols.is_ascii {
        for cell in &mut buf.content {
            if let Some(fallback) = symbols::ascii_fallback(cell.symbol()) {
                cell.set_symbol(fallback);
            }
        }
    }
    context.theme.fill(buf);
    output
}

/// The input of all widgets.
#[derive(Clone, Copy)]
struct Context<'a> {
    app: &'a App,
    /// The rows of the queue overview, if it is open: they are counted once a frame.
    overview_rows: &'a [OverviewRow],
    theme: &'a Theme,
    symbols: &'static Symbols,
}

impl Context<'_> {
    fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Draws everything but the smallest windows.
    fn render_window(&self, panes: Panes, buf: &mut Buffer, output: &mut ViewOutput) {
        let (context, app) = (*self, self.app);
        Header(context).render(panes.header, buf);
        SessionListView(context).render(panes.list, buf);
        for row in panes.divider.rows() {
            let style = context.style(Role::Border);
            set_text(row, context.symbols.divider, style, buf);
        }
        if !panes.transcript.is_empty() {
            TranscriptView { context, panes }.render(panes.transcript, buf, output);
        }
        if let Some(overlay) = app.overlay() {
            let body = Rect {
                height: panes.footer.y - panes.header.bottom(),
                y: panes.header.bottom(),
                ..buf.area
            };
            self.theme.dim_beneath(body, buf);
            OverlayView(context, overlay).render(buf.area, buf, output);
        }
        // Drawn last: a long notice takes rows above the footer.
        let is_alone = matches!(app.overlay(), Some(Overlay::MessageText(_)));
        if !is_alone || app.status().notice().is_some() {
            Footer(context).render(panes.footer, buf, output);
        }
    }

    /// Dims a pane with data that may be out of date. Its age is in the header, or in the title of the
    /// transcript.
    fn dim_if_stale(&self, feed: Feed, area: Rect, buf: &mut Buffer) {
        let age = self.app.status().stale_age(feed, self.app.local_now());
        if age.is_some() {
            self.theme.dim_stale(area, buf);
        }
    }

    /// Returns `true` if keys go to a pane.
    fn is_focused(&self, focus: Focus) -> bool {
        self.app.focus() == focus && self.app.overlay().is_none()
    }

    /// Draws the marker of a selected row at its left end.
    fn render_marker(&self, row: Rect, buf: &mut Buffer) {
        let style = self.style(Role::Marker);
        set_text(Rect { width: 1, ..row }, self.symbols.marker, style, buf);
    }

    /// Draws lines in place of the contents of an empty pane, wrapped; blank rows are left out where
    /// there is no space for them.
    fn render_placeholder(&self, lines: &[(&str, Role)], pane: Rect, buf: &mut Buffer) {
        let margin = if pane.width < 40 { 1 } else { 2 };
        let inner = pane.inner(Margin::new(margin, 0));
        let wrapped = lines.iter().flat_map(|(line, role)| {
            wrap(line, inner.width.into())
                .map(|row| (line.get(row.range).unwrap_or_default(), *role))
        });
        let mut rows: Vec<_> = [("", Role::Text)].into_iter().chain(wrapped).collect();
        if rows.len() > usize::from(inner.height) {
            rows.retain(|(text, _)| !text.is_empty());
        }
        for ((text, role), row) in rows.into_iter().zip(inner.rows()) {
            set_text(row, text, self.style(role), buf);
        }
    }

    /// Draws why a pane is empty, whole, and the key if it helps.
    fn render_pane_error(&self, why: &str, pane: Rect, buf: &mut Buffer) {
        let key = self.app.keymap().first_key(Command::Refresh);
        let retry = format!("{key}: try again now");
        let lines = [(why, Role::Error), ("", Role::Text), (&retry, Role::Muted)];
        let is_available = self.app.why_unavailable(Command::Refresh).is_none();
        let lines = &lines[..if is_available { 3 } else { 1 }];
        self.render_placeholder(lines, pane, buf);
    }

    /// Shows that the window is too small, in as many words as fit.
    fn render_too_small(&self, buf: &mut Buffer) {
        let texts = [
            "Window too small: 20x5 at least",
            "Window too small",
            "too small",
        ];
        let rows = |text| wrap(text, buf.area.width.into()).count();
        let fitting = texts
            .iter()
            .find(|text| rows(text) <= usize::from(buf.area.height));
        let text = fitting.unwrap_or(&"small");
        for (line, row) in wrap(text, buf.area.width.into()).zip(buf.area.rows()) {
            let line = text.get(line.range).unwrap_or_default();
            set_text(row, line, self.style(Role::Muted), buf);
        }
    }

    /// Draws a scroll bar into a column.
    fn render_scrollbar(
        &self,
        area: Rect,
        first: usize,
        shown: usize,
        count: usize,
        buf: &mut Buffer,
    ) {
        let thumb = scrollbar_thumb(area.height, first, shown, count);
        for (row, area) in area.rows().enumerate() {
            if thumb.contains(&u16::try_from(row).unwrap_or(u16::MAX)) {
                set_text(
                    area,
                    self.symbols.scrollbar[1],
                    self.style(Role::Border),
                    buf,
                );
            }
        }
    }

    /// Draws a label over the lower right end of a pane.
    fn render_pill(&self, label: &str, role: Role, pane: Rect, buf: &mut Buffer) {
        let Some(last_row) = pane.rows().next_back() else {
            return;
        };
        let padded = format!(" {label} ");
        let fits = width_u16(&padded) <= last_row.width;
        let label = if fits { padded.as_str() } else { label };
        let area = right_end(last_row, width_u16(label));
        clear_under(area, buf);
        let style = self.style(role).patch(self.style(Role::Selected));
        set_text(area, label, style, buf);
    }
}

/// Draws text in the first row of an area, cut with `…` to its columns; returns the column after it.
fn set_text(area: Rect, text: &str, style: Style, buf: &mut Buffer) -> u16 {
    let visible = area.intersection(buf.area);
    if visible.is_empty() {
        return area.x;
    }
    let text = truncate(text, usize::from(visible.width));
    set_characters(visible, &text, style, buf)
}

/// Draws a line in the first row of an area, as far as it fits.
fn set_line(area: Rect, line: &Line<'_>, buf: &mut Buffer) {
    let mut rest = area.intersection(buf.area);
    for span in &line.spans {
        if rest.is_empty() {
            break;
        }
        let end = set_characters(rest, &span.content, span.style, buf);
        rest = from_column(rest, end);
    }
}

/// Draws text in the first row of an area in the buffer, as far as it fits; returns the column after it.
/// Most text has a cell for each character, and a third of drawing was finding its grapheme clusters.
fn set_characters(area: Rect, text: &str, style: Style, buf: &mut Buffer) -> u16 {
    if count_single_width(text).is_none() {
        let columns = usize::from(area.width);
        return buf.set_stringn(area.x, area.y, text, columns, style).0;
    }
    let start = buf.index_of(area.x, area.y);
    let row = buf.content.iter_mut().skip(start).take(area.width.into());
    let mut end = area.x;
    for (cell, character) in row.zip(text.chars()) {
        cell.set_char(character).set_style(style);
        end += 1;
    }
    end
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

/// Clears an area for something that lies over the rest, with the wide characters that reach into it
/// from the left: half of one cannot be shown.
fn clear_under(area: Rect, buf: &mut Buffer) {
    for row in area.intersection(buf.area).rows() {
        let before = row.x.checked_sub(1);
        let before = before.and_then(|x| buf.cell_mut((x, row.y)));
        if let Some(before) = before.filter(|cell| width(cell.symbol()) > 1) {
            before.set_symbol(" ");
        }
    }
    Clear.render(area, buf);
}

/// The columns of a text as areas count them.
fn width_u16(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

/// Joins the first parts that fit whole; empty ones are left out.
fn join_fitting(parts: &[impl AsRef<str>], columns: impl Into<usize>) -> String {
    let columns = columns.into();
    let mut joined = String::new();
    for part in parts
        .iter()
        .map(AsRef::as_ref)
        .filter(|part| !part.is_empty())
    {
        let separator = if joined.is_empty() { "" } else { SEPARATOR };
        if width(&joined) + width(separator) + width(part) > columns {
            break;
        }
        joined.extend([separator, part]);
    }
    joined
}

#[cfg(test)]
mod tests;
