//! The command palette: a query, and the commands that match it with their names and keys.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::overlay::OverlayView;
use super::spans::{Highlight, push_highlighted};
use super::theme::Role;
use super::{Hyperlinks, ViewOutput, from_column, right_end, set_line, set_text};
use super::{set_text_right, until_column, width_u16};
use crate::app::layout::MARKER_WIDTH;
use crate::app::overlay::{CommandPalette, PaletteEntry, PaletteMatch};
use crate::text::truncate;

/// In fewer columns there are no names, and only the first key.
const NAMES_MIN_WIDTH: u16 = 60;
/// Columns between two texts of a row.
const GAP: u16 = 2;

impl OverlayView<'_> {
    pub(super) fn render_command_palette(
        &self,
        palette: &CommandPalette,
        window: Rect,
        buf: &mut Buffer,
        output: &mut ViewOutput,
    ) {
        let Self(context, _) = self;
        let widest = |column: fn(&PaletteEntry) -> String| {
            let widths = palette
                .entries
                .iter()
                .map(|entry| width_u16(&column(entry)));
            widths.max().unwrap_or(0)
        };
        let help_width = widest(|entry| entry.help.to_string());
        let name_width = widest(|entry| entry.name.to_owned());
        let keys_width = widest(|entry| entry.keys.join(" "));
        let columns = [MARKER_WIDTH, help_width, GAP, name_width, GAP, keys_width];
        let columns = columns.map(usize::from).iter().sum();
        let rows = palette.entries.len() + 1;
        let inner = self.render_border("Commands", columns, rows, window, buf);
        let list = self.render_query(&palette.query, inner, buf, output);
        if palette.matches.is_empty() {
            let area = from_column(list, list.x + MARKER_WIDTH);
            set_text(area, "No command matches.", context.style(Role::Muted), buf);
        }
        let height = usize::from(list.height).max(1);
        // The selected command stays in the middle, between its neighbours.
        let top = palette.selection.0.saturating_sub(height / 2);
        let top = top.min(palette.matches.len().saturating_sub(height));
        let shown = palette.matches.iter().enumerate().skip(top);
        for ((index, found), row) in shown.zip(list.rows()) {
            let is_selected = index == palette.selection.0;
            if is_selected {
                context.render_marker(row, buf);
            }
            let row = from_column(row, row.x + MARKER_WIDTH);
            let names = [name_width, keys_width];
            let names = (row.width >= NAMES_MIN_WIDTH).then_some(names);
            self.render_entry(palette, found, is_selected, names, row, buf);
        }
        self.render_position(top, height, palette.matches.len(), list, buf);
    }

    /// Draws a command: its meaning, or why it does nothing here; in wide windows its name; its keys.
    fn render_entry(
        &self,
        palette: &CommandPalette,
        found: &PaletteMatch,
        is_selected: bool,
        name_and_keys: Option<[u16; 2]>,
        row: Rect,
        buf: &mut Buffer,
    ) {
        let Self(context, _) = self;
        let entry = &palette.entries[found.index];
        let reason = context.app.why_unavailable(entry.command);
        let role = match &reason {
            _ if is_selected => Role::Selected,
            Some(_) => Role::Muted,
            None => Role::Text,
        };
        let key_role = reason.as_ref().map_or(Role::Key, |_| Role::Muted);
        let [help_hits, name_hits] = &found.hits;
        let help_end = if let Some([name_width, keys_width]) = name_and_keys {
            // Many keys of one command leave space for the rest.
            let keys_x = row.right() - keys_width.min(row.width / 3);
            let keys = entry.keys.join(" ");
            let area = from_column(row, keys_x);
            set_text(area, &keys, context.style(key_role), buf);
            if reason.is_some() {
                keys_x - GAP
            } else {
                let name_x = keys_x - GAP - name_width;
                let area = until_column(from_column(row, name_x), keys_x - GAP);
                self.render_hits(entry.name, name_hits, Role::Muted, area, buf);
                name_x - GAP
            }
        } else {
            let key = entry.keys.first().map_or("", String::as_str);
            let half = right_end(row, row.width / 2);
            let x = set_text_right(half, key, context.style(key_role), buf);
            if key.is_empty() { row.right() } else { x - 1 }
        };
        let area = until_column(row, help_end);
        let help = reason.map_or_else(
            || entry.help.to_string(),
            |reason| format!("{}: {reason}", entry.help),
        );
        self.render_hits(&help, help_hits, role, area, buf);
    }

    /// Draws a text with the letters that the query found, cut to the area.
    fn render_hits(
        &self,
        text: &str,
        hits: &[Range<usize>],
        role: Role,
        area: Rect,
        buf: &mut Buffer,
    ) {
        let Self(context, _) = self;
        let shown = truncate(text, area.width.into());
        let kept = shown.trim_end_matches('…').len();
        let hits = hits.iter().filter(|hit| hit.end <= kept);
        let style = context.style(Role::Hit);
        let highlights: Vec<_> = hits.map(|hit| Highlight::new(hit.clone(), style)).collect();
        let mut line = Line::default();
        let base = context.style(role);
        let mut no_links = Hyperlinks::default();
        let all = 0..shown.len();
        push_highlighted(&mut line, &shown, all, base, &highlights, &mut no_links);
        set_line(area, &line, buf);
    }
}
