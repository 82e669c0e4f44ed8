//! Boxes over the panes: command palette, help, details, queue overview, results of a search, connection, raw JSON,
//! links, time zones, a message alone.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::symbols::border;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, StatefulWidget, Widget};
use tui_input::Input;

use super::spans::{link_highlights, push_highlighted};
use super::theme::Role;
use super::{
    Context, ViewOutput, clear_under, continued_row, from_column, set_line, set_text,
    set_text_right,
};
use crate::app::layout::{MARKER_WIDTH, overlay_space, selectable_size};
use crate::app::overlay::{
    LinkLine, LinkList, LinkRow, LongText, Overlay, OverlayText, ZonePicker,
};
use crate::chat::{Session, disguised_host};
use crate::text::{pad, truncate, width};

/// In fewer columns the places of a zone cannot be read.
const PLACES_MIN_WIDTH: u16 = 6;

/// An overlay in a box in the middle of the window, which is as large as its contents need.
pub(super) struct OverlayView<'a>(pub(super) Context<'a>, pub(super) &'a Overlay);

impl StatefulWidget for &OverlayView<'_> {
    type State = ViewOutput;

    fn render(self, area: Rect, buf: &mut Buffer, output: &mut ViewOutput) {
        let OverlayView(context, overlay) = self;
        match overlay {
            Overlay::CommandPalette(palette) => {
                self.render_command_palette(palette, area, buf, output);
            }
            Overlay::Help(help) => {
                let place = TextPlace::from_top(help.scroll.0);
                self.render_text("Help", place, Some(&help.query), area, buf, output);
            }
            Overlay::Details(details) => {
                let title = context.app.focused_session().map(Session::title);
                let height = usize::from(selectable_size(area.as_size()).height);
                let place = TextPlace {
                    // The selected row stays in the middle.
                    top: details.selection.0.saturating_sub(height / 2),
                    selected: Some(details.selection.0),
                };
                let title = title.unwrap_or_default();
                self.render_text(&title, place, None, area, buf, output);
            }
            Overlay::Connection(scroll) => {
                let place = TextPlace::from_top(scroll.0);
                self.render_text("Connection", place, None, area, buf, output);
            }
            Overlay::RawJson(raw) => self.render_raw(raw, area, buf),
            Overlay::MessageText(message) => render_message(message, area, buf),
            Overlay::Overview(overview) => self.render_overview(overview, area, buf),
            Overlay::SearchResults => {
                if let Some(results) = context.app.search_results() {
                    self.render_search_results(results, area, buf);
                }
            }
            Overlay::Links(links) => self.render_links(links, area, buf, output),
            Overlay::ZonePicker(picker) => self.render_zone_picker(picker, area, buf, output),
        }
    }
}

/// What a text shows: the first row on the screen, and the row that is selected, if one can be.
#[derive(Clone, Copy)]
struct TextPlace {
    top: usize,
    selected: Option<usize>,
}

impl TextPlace {
    fn from_top(top: usize) -> Self {
        let selected = None;
        Self { top, selected }
    }
}

impl OverlayView<'_> {
    /// Draws the border of a box for some columns and rows; returns its inside. In small windows the
    /// inside is all but the footer.
    pub(super) fn render_border(
        &self,
        title: &str,
        columns: usize,
        rows: usize,
        window: Rect,
        buf: &mut Buffer,
    ) -> Rect {
        let Self(context, _) = self;
        let space = overlay_space(window.as_size());
        if !space.has_frame {
            let area = Rect {
                height: space.size.height,
                ..window
            };
            clear_under(area, buf);
            return Rect {
                width: space.size.width,
                ..area
            };
        }
        let fits = |wanted: usize, available: u16| {
            u16::try_from(wanted).unwrap_or(u16::MAX).min(available)
        };
        let columns = columns.max(width(title) + 4) + 6;
        let columns = fits(columns, window.width.saturating_sub(2)).max(4);
        let rows = fits(rows + 2, window.height.saturating_sub(2)).max(3);
        let (x, y) = ((window.width - columns) / 2, (window.height - rows) / 2);
        let area = Rect::new(x, y, columns, rows);
        // A blank column at both sides separates the border from the text around it.
        clear_under(area.outer(Margin::new(1, 0)), buf);
        let title = format!(" {title} ");
        let title = truncate(&title, usize::from(columns - 4));
        let style = context.style(Role::Border);
        Block::bordered()
            .border_set(border::ROUNDED)
            .border_style(style)
            .title(Line::from(vec![
                Span::styled(border::ROUNDED.horizontal_top, style),
                Span::styled(title, Style::reset().patch(context.style(Role::Title))),
            ]))
            .render(area, buf);
        area.inner(Margin::new(2, 1))
    }

    /// Draws the line that is typed into; returns the area below it.
    pub(super) fn render_query(
        &self,
        query: &Input,
        inner: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) -> Rect {
        let Self(context, _) = self;
        let x = set_text(inner, "find: ", context.style(Role::Key), buf);
        let typed = from_column(inner, x);
        set_text(typed, query.value(), context.style(Role::Text), buf);
        let cursor = x + u16::try_from(query.visual_cursor()).unwrap_or(0);
        output.cursor = Some(Position {
            x: cursor.min(inner.right()),
            y: inner.y,
        });
        Rect {
            y: inner.y + 1,
            height: inner.height.saturating_sub(1),
            ..inner
        }
    }

    /// Draws labelled lines from a scroll position, which is limited to the last page.
    fn render_text(
        &self,
        title: &str,
        place: TextPlace,
        query: Option<&Input>,
        window: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let Self(context, overlay) = self;
        let text = OverlayText::new(context.app, overlay);
        let count = text.rows.len();
        let all_rows = text.row_count + usize::from(text.has_query);
        let mut inner = self.render_border(title, text.max_width, all_rows, window, buf);
        if let Some(query) = query {
            inner = self.render_query(query, inner, buf, output);
            if count == 0 {
                set_text(inner, "Nothing matches.", context.style(Role::Muted), buf);
            }
        }
        let height = usize::from(inner.height);
        let top = place.top.min(count.saturating_sub(height));
        let selected = place
            .selected
            .map(|selected| selected.min(count.saturating_sub(1)));
        let rows = text.rows.iter().enumerate().skip(top);
        for ((index, line), row) in rows.zip(inner.rows()) {
            if selected == Some(index) {
                context.render_marker(row, buf);
            }
            let margin = selected.map_or(0, |_| MARKER_WIDTH);
            let row = from_column(row, row.x + margin);
            let role = if line.is_heading {
                Role::Title
            } else {
                Role::Key
            };
            let shape = line.shape.map(|shape| context.symbols.shape(shape));
            set_text(row, shape.unwrap_or(&line.label), context.style(role), buf);
            let column = u16::try_from(line.text_column).unwrap_or(u16::MAX);
            let area = from_column(row, row.x.saturating_add(column));
            set_text(area, &line.text, context.style(Role::Text), buf);
        }
        self.render_position(top, height, count, inner, buf);
    }

    /// Draws the rows of raw JSON from the one at the top; how many there are in all is not known.
    fn render_raw(&self, raw: &LongText, window: Rect, buf: &mut Buffer) {
        let Self(context, _) = self;
        let columns = selectable_size(window.as_size()).width.into();
        let count = raw.rows_from(0, columns).take(window.height.into()).count();
        let inner = self.render_border("Raw JSON", raw.max_width(), count, window, buf);
        let (top, end) = (raw.top(columns, inner.height.into()), raw.text().len());
        let selected = raw.selected(columns);
        let mut shown_to = top;
        for (text_row, row) in raw.rows_from(top, columns).zip(inner.rows()) {
            shown_to = text_row.range.end;
            if text_row.range.start == selected {
                context.render_marker(row, buf);
            }
            let area = from_column(row, row.x + MARKER_WIDTH);
            set_text(area, &text_row.text, context.style(Role::Text), buf);
        }
        if inner.x == 0 {
            self.render_position(top, shown_to - top, end, inner, buf);
        } else if (top, shown_to) != (0, end) {
            let percent = format!(" {} % ", shown_to * 100 / end.max(1));
            let below = Rect {
                y: inner.bottom(),
                ..inner
            };
            set_text_right(below, &percent, context.style(Role::Muted), buf);
        }
    }

    /// Draws which rows of all are visible, if not all: in the frame, or as a scroll bar.
    pub(super) fn render_position(
        &self,
        top: usize,
        shown: usize,
        count: usize,
        inner: Rect,
        buf: &mut Buffer,
    ) {
        let Self(context, _) = self;
        if count <= shown {
            return;
        }
        if inner.x == 0 {
            let bar = Rect::new(inner.right(), inner.y, 1, inner.height);
            context.render_scrollbar(bar, top, shown, count, buf);
            return;
        }
        let shown = format!(" {}-{} of {count} ", top + 1, top + shown);
        let below = Rect {
            y: inner.bottom(),
            ..inner
        };
        set_text_right(below, &shown, context.style(Role::Muted), buf);
    }

    /// Draws addresses in full, scrolled so that the selected one is visible.
    fn render_links(
        &self,
        links: &LinkList,
        window: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let Self(context, _) = self;
        let columns = usize::from(selectable_size(window.as_size()).width);
        let rows = links.line_count(columns, window.height.into());
        let title = if links.is_of_conversation {
            "Links of the conversation"
        } else {
            "Links"
        };
        let inner = self.render_border(title, links.max_width, rows, window, buf);
        let shown = links.visible_lines(columns, inner.height.into());
        for ((index, part), row) in shown.zip(inner.rows()) {
            let LinkRow { target, caption } = &links.rows[index];
            let mut text = Line::raw("  ");
            match part {
                LinkLine::Address(range) => {
                    let highlights =
                        link_highlights(0, target, target.as_str().into(), context.theme);
                    let (base, hyperlinks) = (Style::new(), &mut output.hyperlinks);
                    push_highlighted(&mut text, target, range, base, &highlights, hyperlinks);
                }
                LinkLine::Warning => {
                    let host = disguised_host(target).unwrap_or_default();
                    let warning = format!("leads to {host}");
                    text.push_span(Span::styled(warning, context.style(Role::Error)));
                }
                LinkLine::Caption(range) => {
                    let caption = caption.get(range).unwrap_or_default().to_owned();
                    text.push_span(Span::styled(caption, context.style(Role::Muted)));
                }
            }
            set_line(row, &text, buf);
            if index == links.selection.0 {
                context.render_marker(row, buf);
            }
        }
    }

    fn render_zone_picker(
        &self,
        picker: &ZonePicker,
        window: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let Self(context, _) = self;
        // As wide as the widest of all zones, so that the box keeps its size while the list is filtered.
        let [name_width, places_width] = picker.widths;
        let (columns, rows) = (name_width + 4 + places_width, picker.rows.len() + 1);
        let inner = self.render_border("Time zone", columns, rows, window, buf);
        let list = self.render_query(&picker.query, inner, buf, output);
        let mut rows = list.rows();
        if picker.matches.is_empty()
            && let Some(row) = rows.next()
        {
            let area = from_column(row, row.x + MARKER_WIDTH);
            let style = context.style(Role::Muted);
            set_text(area, "No time zone matches.", style, buf);
        }
        let height = usize::from(list.height).max(1);
        // The selected zone stays in the middle, between its neighbours.
        let top = picker.selection.0.saturating_sub(height / 2);
        let top = top.min(picker.matches.len().saturating_sub(height));
        let zones = picker.matches.iter().map(|index| &picker.rows[*index]);
        for ((index, zone), row) in zones.enumerate().skip(top).zip(rows) {
            let is_selected = index == picker.selection.0;
            let role = if is_selected {
                context.render_marker(row, buf);
                Role::Selected
            } else {
                Role::Text
            };
            let area = from_column(row, row.x + MARKER_WIDTH);
            let name = pad(&zone.label, name_width.min(usize::from(area.width)));
            let x = set_text(area, &name, context.style(role), buf);
            let area = from_column(area, x + 2);
            if area.width >= PLACES_MIN_WIDTH {
                set_text(area, &zone.places, context.style(Role::Muted), buf);
            }
        }
    }
}

/// Draws a message alone: nothing but its text, in rows that the terminal itself joins where a line goes
/// on, so that its own selection copies lines as they were written.
fn render_message(message: &LongText, window: Rect, buf: &mut Buffer) {
    clear_under(window, buf);
    let (columns, height) = (window.width.into(), window.height.into());
    let text = message.text();
    let rows = message.rows_from(message.top(columns, height), columns);
    for (text_row, row) in rows.zip(window.rows()) {
        let next = text.as_bytes().get(text_row.range.end);
        let goes_on = next.is_some_and(|byte| *byte != b'\n');
        set_text(row, &text_row.text, Style::new(), buf);
        let last = (row.right().saturating_sub(1), row.y);
        if let Some(cell) = buf.cell_mut(last).filter(|_| goes_on) {
            cell.set_style(continued_row());
        }
    }
}
