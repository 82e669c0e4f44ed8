//! The results of a search across conversations: the state of the search, and two rows for each hit.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::overlay::OverlayView;
use super::spans::{Highlight, push_highlighted};
use super::theme::Role;
use super::{
    Hyperlinks, SEPARATOR, from_column, join_fitting, set_line, set_text, set_text_right,
    until_column,
};
use crate::app::command::Command;
use crate::app::layout::MARKER_WIDTH;
use crate::app::search_results::{ListedHit, SearchResults};
use crate::text::{time_format, truncate, width, wrap};

/// From this width on, a hit has its time and the id of its session.
const TIMES_MIN_WIDTH: u16 = 60;
/// From this height on, a blank row is above the hits.
const GAP_MIN_HEIGHT: u16 = 16;
/// A lower box has one row for each hit, that of its text.
const TWO_ROWS_MIN_HEIGHT: u16 = 4;

impl OverlayView<'_> {
    pub(super) fn render_search_results(
        &self,
        results: &SearchResults,
        window: Rect,
        buf: &mut Buffer,
    ) {
        let Self(context, _) = self;
        // As large as the window, so that it keeps its size while hits come.
        let size = (window.width.into(), window.height.into());
        let inner = self.render_border(&results.title(), size.0, size.1, window, buf);
        let status = results.status(context.app.time_zone().displayed());
        let status_rows = wrap(&status, inner.width.into());
        let status_rows: Vec<_> = status_rows
            .take(usize::from(inner.height / 3).max(1))
            .map(|row| status.get(row.range).unwrap_or_default())
            .collect();
        for (text, row) in status_rows.iter().zip(inner.rows()) {
            set_text(row, text, context.style(Role::Muted), buf);
        }
        let above = u16::try_from(status_rows.len()).unwrap_or(inner.height);
        let above = above + u16::from(inner.height >= GAP_MIN_HEIGHT);
        let list = Rect {
            y: inner.y + above.min(inner.height),
            height: inner.height.saturating_sub(above),
            ..inner
        };
        let hits = results.hits();
        if hits.is_empty() && !results.is_running() {
            let filter = context.app.keymap().first_key(Command::Search);
            let text = results.no_hits_text(context.app.is_private(), &filter);
            for (line, row) in wrap(&text, list.width.into()).zip(list.rows()) {
                let line = text.get(line.range).unwrap_or_default();
                set_text(row, line, context.style(Role::Text), buf);
            }
        }
        let rows_per_hit = if list.height < TWO_ROWS_MIN_HEIGHT {
            1
        } else {
            2
        };
        let shown = usize::from(list.height / rows_per_hit).max(1);
        // The selected hit stays in the middle, between its neighbours.
        let selected = results.selected_index();
        let top = selected.saturating_sub(shown / 2);
        let top = top.min(hits.len().saturating_sub(shown));
        let areas = (list.top()..list.bottom()).step_by(rows_per_hit.into());
        let areas = areas.filter(|y| y + rows_per_hit <= list.bottom());
        for ((index, hit), y) in hits.iter().enumerate().skip(top).zip(areas) {
            let area = Rect {
                y,
                height: rows_per_hit,
                ..list
            };
            if index == selected {
                area.rows().for_each(|row| context.render_marker(row, buf));
            }
            let area = from_column(area, area.x + MARKER_WIDTH);
            let text = area.rows().next_back().unwrap_or(area);
            if rows_per_hit > 1 {
                self.render_source(hit, index == selected, area, buf);
            }
            self.render_context(results, hit, text, buf);
        }
        self.render_position(top, shown, hits.len(), list, buf);
    }

    /// Draws who wrote a hit, where and when: customer, channel and author, session and time.
    fn render_source(&self, hit: &ListedHit, is_selected: bool, area: Rect, buf: &mut Buffer) {
        let Self(context, _) = self;
        let muted = context.style(Role::Muted);
        let zone = context.app.time_zone().displayed();
        let time = hit.posted.map_or_else(String::new, |posted| {
            let day = time_format::local_date(posted, zone);
            let time = time_format::format_time(posted, zone, false);
            if area.width < TIMES_MIN_WIDTH {
                day.to_string()
            } else {
                format!("{}  {day} {time}", hit.session.id)
            }
        });
        let right = set_text_right(area, &time, muted, buf);
        let area = until_column(area, right.saturating_sub(2));
        let session = context.app.session_of_hit(hit);
        let role = if is_selected {
            Role::Selected
        } else {
            Role::Text
        };
        let title = session.title();
        let name = truncate(&title, area.width.into());
        let end = set_text(area, &name, context.style(role), buf);
        let area = from_column(area, end);
        let parts = [session.channel.name.as_str(), hit.author_name.as_str()];
        let columns = usize::from(area.width).saturating_sub(width(SEPARATOR));
        let parts = join_fitting(&parts, columns);
        if !parts.is_empty() {
            set_text(area, &format!("{SEPARATOR}{parts}"), muted, buf);
        }
    }

    /// Draws the line of a hit with the words marked.
    fn render_context(
        &self,
        results: &SearchResults,
        hit: &ListedHit,
        area: Rect,
        buf: &mut Buffer,
    ) {
        let Self(context, _) = self;
        let found = hit.context(&results.query, area.width.into());
        let style = context.style(Role::Match);
        let highlights: Vec<_> = (found.matches.into_iter())
            .map(|range| Highlight::new(range, style))
            .collect();
        let mut line = Line::default();
        let base = context.style(Role::Text);
        let mut no_links = Hyperlinks::default();
        let all = 0..found.line.len();
        push_highlighted(
            &mut line,
            &found.line,
            all,
            base,
            &highlights,
            &mut no_links,
        );
        set_line(area, &line, buf);
    }
}
