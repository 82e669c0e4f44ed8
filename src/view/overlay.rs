//! Boxes over the panes: help, details, connection, raw JSON, links, time zones.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, StatefulWidget, Widget};

use super::spans::{pad_to, push_highlighted, url_highlights};
use super::theme::Role;
use super::{
    Appearance, ViewOutput, clear_under, from_column, render_marker, set_text, set_text_right,
};
use crate::app::App;
use crate::app::overlay::{Overlay, OverlayText, ScrollOffset, ZonePicker};
use crate::chat::Session;
use crate::text::{ZoneChoice, pad, truncate, width, wrap};

/// In fewer columns the places of a zone cannot be read.
const PLACES_MIN_WIDTH: u16 = 6;
/// Columns before an item of a list, for its marker.
const MARKER_WIDTH: u16 = 2;

/// An overlay in a box in the middle of the window, which is as large as its contents need.
pub(super) struct OverlayView<'a> {
    pub(super) app: &'a App,
    pub(super) appearance: &'a Appearance,
    pub(super) overlay: &'a Overlay,
}

impl StatefulWidget for &OverlayView<'_> {
    type State = ViewOutput;

    fn render(self, area: Rect, buf: &mut Buffer, output: &mut ViewOutput) {
        match self.overlay {
            Overlay::Help(scroll) => self.render_text("Keys", *scroll, area, buf),
            Overlay::Details(scroll) => {
                let title = self.app.focused_session().map(Session::title);
                self.render_text(&title.unwrap_or_default(), *scroll, area, buf);
            }
            Overlay::Connection(scroll) => {
                self.render_text("Link to the service", *scroll, area, buf);
            }
            Overlay::RawJson { scroll, .. } => {
                self.render_text("As it was sent", *scroll, area, buf);
            }
            Overlay::Links(links, selection) => {
                self.render_links(links, selection.0, area, buf, output);
            }
            Overlay::ZonePicker(picker) => self.render_zone_picker(picker, area, buf, output),
        }
    }
}

impl OverlayView<'_> {
    fn style(&self, role: Role) -> Style {
        self.appearance.theme.style(role)
    }

    /// Draws the border of a box for some columns and rows; returns its inside.
    fn render_border(
        &self,
        title: &str,
        columns: Option<usize>,
        rows: usize,
        window: Rect,
        buf: &mut Buffer,
    ) -> Rect {
        let fits = |wanted: usize, available: u16| {
            u16::try_from(wanted).unwrap_or(u16::MAX).min(available)
        };
        let columns = columns.unwrap_or(0).max(width(title) + 4) + 6;
        let columns = fits(columns, window.width.saturating_sub(2)).max(4);
        let rows = fits(rows + 2, window.height.saturating_sub(2)).max(3);
        let area = Rect::new(
            (window.width - columns) / 2,
            (window.height - rows) / 2,
            columns,
            rows,
        );
        // A blank column at both sides separates the border from the text around it.
        let cleared = Rect {
            x: area.x.saturating_sub(1),
            width: columns + 2,
            ..area
        };
        clear_under(cleared, buf);
        let border = self.appearance.symbols.box_border;
        let title = format!(" {title} ");
        let title = truncate(&title, usize::from(columns - 4));
        Block::bordered()
            .border_set(border)
            .border_style(self.style(Role::Border))
            .title(Line::from(vec![
                Span::styled(border.horizontal_top, self.style(Role::Border)),
                Span::styled(title, self.style(Role::Title)),
            ]))
            .render(area, buf);
        area.inner(Margin::new(2, 1))
    }

    /// Draws labelled lines from a scroll position, which is limited to the last page.
    fn render_text(&self, title: &str, scroll: ScrollOffset, window: Rect, buf: &mut Buffer) {
        let text = OverlayText::new(self.app, self.overlay);
        let count = text.rows.len();
        let inner = self.render_border(title, Some(text.max_width), count, window, buf);
        let height = usize::from(inner.height);
        let top = scroll.0.min(count.saturating_sub(height));
        for ((label, value), row) in text.rows.iter().skip(top).zip(inner.rows()) {
            let (role, columns) = if value.is_empty() {
                (Role::Title, usize::from(inner.width))
            } else {
                (Role::Key, text.text_column)
            };
            let x = set_text(row, &pad(label, columns), self.style(role), buf);
            set_text(from_column(row, x), value, self.style(Role::Text), buf);
        }
        if count > height {
            let shown = format!(" {}-{} of {count} ", top + 1, top + height);
            let bottom = Rect {
                y: inner.bottom(),
                height: 1,
                ..inner
            };
            set_text_right(bottom, &shown, self.style(Role::Muted), buf);
        }
    }

    /// Draws addresses in full, scrolled so that the selected one is visible.
    fn render_links(
        &self,
        links: &[String],
        selected: usize,
        window: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let columns = usize::from(window.width.saturating_sub(8)).max(1);
        let rows: Vec<_> = links
            .iter()
            .enumerate()
            .flat_map(|(index, link)| wrap(link, columns).map(move |row| (index, link, row.range)))
            .collect();
        let widest = links.iter().map(|link| width(link)).max();
        let inner = self.render_border("Links", widest, rows.len(), window, buf);
        let height = usize::from(inner.height);
        let end = rows.partition_point(|(index, ..)| *index <= selected);
        let start = rows.partition_point(|(index, ..)| *index < selected);
        let top = end.saturating_sub(height).min(start);
        for ((index, link, range), row) in rows.into_iter().skip(top).zip(inner.rows()) {
            let mut line = Line::default();
            pad_to(&mut line, MARKER_WIDTH);
            push_highlighted(
                &mut line,
                link,
                range,
                self.style(Role::Text),
                &url_highlights(link, self.appearance),
                &mut output.hyperlinks,
            );
            line.render(row, buf);
            if index == selected {
                render_marker(self.appearance, row, buf);
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
        let all: Vec<(String, String)> = picker.zones.iter().map(zone_columns).collect();
        // As wide as the widest of all zones, so that the box keeps its size while the list is filtered.
        let name_width = all.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
        let widest = all
            .iter()
            .map(|(_, places)| name_width + 4 + width(places))
            .max();
        let count = picker.zones.len() + 1;
        let inner = self.render_border("Time zone", widest, count, window, buf);
        let x = set_text(inner, "find: ", self.style(Role::Key), buf);
        let query = from_column(inner, x);
        set_text(query, picker.query.value(), self.style(Role::Text), buf);
        let cursor = x + u16::try_from(picker.query.visual_cursor()).unwrap_or(0);
        output.cursor = Some(Position {
            x: cursor.min(inner.right()),
            y: inner.y,
        });
        let list = Rect {
            y: inner.y + 1,
            height: inner.height.saturating_sub(1),
            ..inner
        };
        if picker.matches.is_empty() {
            let area = from_column(list, list.x + MARKER_WIDTH);
            set_text(area, "No zone matches.", self.style(Role::Muted), buf);
        }
        let height = usize::from(list.height).max(1);
        // The selected zone stays in the middle, between its neighbors.
        let top = picker.selection.0.saturating_sub(height / 2);
        let top = top.min(picker.matches.len().saturating_sub(height));
        let matches = picker.matches.iter().map(|index| &all[*index]).enumerate();
        for ((index, (name, places)), row) in matches.skip(top).zip(list.rows()) {
            let is_selected = index == picker.selection.0;
            let role = if is_selected {
                render_marker(self.appearance, row, buf);
                Role::Selected
            } else {
                Role::Text
            };
            let area = from_column(row, row.x + MARKER_WIDTH);
            let name = pad(name, name_width.min(usize::from(area.width)));
            let x = set_text(area, &name, self.style(role), buf);
            let area = from_column(area, x + 2);
            if area.width >= PLACES_MIN_WIDTH {
                set_text(area, places, self.style(Role::Muted), buf);
            }
        }
    }
}

/// Offset and name of a zone, and its places.
fn zone_columns(choice: &ZoneChoice) -> (String, String) {
    let places = [&choice.country, &choice.region, &choice.cities].map(String::as_str);
    let places: Vec<_> = places
        .into_iter()
        .filter(|place| !place.is_empty())
        .collect();
    (
        format!("{}  {}", pad(&choice.offset, 6), choice.zone.label()),
        places.join(", "),
    )
}
