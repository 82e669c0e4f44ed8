//! The queue overview: a table with a line for each channel and each agent.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::overlay::OverlayView;
use super::theme::{Role, level_role};
use super::{from_column, set_text, set_text_right, until_column};
use crate::app::layout::MARKER_WIDTH;
use crate::app::overlay::{Overview, OverviewRow, RowPresence};
use crate::text::time_format::format_wait;
use crate::text::{NameField, truncate};

/// A column right of the name: its heading and how many columns it has.
type Column = (&'static str, u16);

const QUEUE: Column = ("queue", 5);
const REPLY: Column = ("reply", 5);
const ANSWERED: Column = ("answered", 8);
const BOT: Column = ("bot", 3);
const LONGEST: Column = ("longest", 7);
const TODAY: Column = ("today", 5);
const PRESENT: Column = ("present", 9);
/// The columns of the table, by the width from which they fit.
const TABLES: [(u16, &[Column]); 4] = [
    (64, &[QUEUE, REPLY, ANSWERED, BOT, LONGEST, TODAY, PRESENT]),
    (48, &[QUEUE, REPLY, LONGEST, PRESENT]),
    (32, &[QUEUE, REPLY, LONGEST]),
    (0, &[LONGEST]),
];
/// Columns for a name, where there is space.
const NAME_WIDTH: u16 = 24;

/// The columns that fit into a width, and the gap before each: one where that leaves more for the name.
#[derive(Clone, Copy)]
struct Table {
    columns: &'static [Column],
    gap: u16,
}

impl Table {
    fn fitting(width: u16) -> Self {
        let table = TABLES.iter().find(|(from, _)| width >= *from);
        let columns = table.map_or(&[][..], |(_, columns)| columns);
        let wide = Self { columns, gap: 2 };
        if wide.width() <= width {
            return wide;
        }
        Self { gap: 1, ..wide }
    }

    /// With the marker and a name.
    fn width(self) -> u16 {
        let columns = self.columns.iter().map(|(_, columns)| columns + self.gap);
        MARKER_WIDTH + NAME_WIDTH + columns.sum::<u16>()
    }
}

enum TableLine {
    Heading(NameField),
    /// The index of a row.
    Row(usize),
}

impl OverlayView<'_> {
    pub(super) fn render_overview(&self, overview: &Overview, window: Rect, buf: &mut Buffer) {
        let Self(context, _) = self;
        let rows = context.overview_rows;
        let lines = table_lines(rows);
        let columns = usize::from(Table::fitting(u16::MAX).width());
        let scope = context.app.session_list().scope().label();
        let presence = if context.app.is_presence_unavailable() {
            " (presence not available)"
        } else {
            ""
        };
        let title = format!("Overview, {scope}{presence}");
        let inner = self.render_border(&title, columns, lines.len().max(1), window, buf);
        if rows.is_empty() {
            set_text(inner, "No sessions.", context.style(Role::Muted), buf);
            return;
        }
        let table = Table::fitting(inner.width);
        let selected = overview.selected_index(rows);
        let is_selected =
            |line: &TableLine| matches!(line, TableLine::Row(row) if *row == selected);
        let height = usize::from(inner.height).max(1);
        let middle = lines.iter().position(is_selected).unwrap_or(0);
        let top = middle.saturating_sub(height / 2);
        let top = top.min(lines.len().saturating_sub(height));
        for (line, area) in lines.iter().skip(top).zip(inner.rows()) {
            match line {
                TableLine::Heading(field) => {
                    let name = match field {
                        NameField::Channel => "Channels",
                        NameField::Agent => "Agents",
                    };
                    let cells = table.columns.iter().map(|(name, _)| match field {
                        NameField::Agent if *name == PRESENT.0 => "chats",
                        _ => name,
                    });
                    let cells = cells.map(|name| (name.to_owned(), Role::Muted));
                    let cells: Vec<_> = cells.collect();
                    self.render_line((name, Role::Title), &cells, table, area, buf);
                }
                TableLine::Row(index) => {
                    let role = if is_selected(line) {
                        context.render_marker(area, buf);
                        Role::Selected
                    } else {
                        Role::Text
                    };
                    let row = &rows[*index];
                    let cells = table.columns.iter().map(|column| self.cell(row, *column));
                    let cells: Vec<_> = cells.collect();
                    self.render_line((&row.name(), role), &cells, table, area, buf);
                }
            }
        }
        self.render_position(top, height, lines.len(), inner, buf);
    }

    fn cell(&self, row: &OverviewRow, column: Column) -> (String, Role) {
        let Self(context, _) = self;
        let count = match column {
            QUEUE => row.queued,
            REPLY => row.needs_reply,
            ANSWERED => row.answered,
            BOT => row.bot,
            TODAY => row.today,
            PRESENT => return presence_cell(row.presence),
            _ => {
                let now = context.app.now();
                let wait = row.waits.longest().map(|wait| format_wait(wait, now));
                let level = row.waits.level(now);
                let text = format!(
                    "{}{}",
                    context.symbols.level(level),
                    wait.unwrap_or_default()
                );
                return (text, level_role(level).unwrap_or(Role::Text));
            }
        };
        // Zero is left blank, so that other counts stand out.
        let text = (count > 0).then(|| count.to_string());
        (text.unwrap_or_default(), Role::Text)
    }

    fn render_line(
        &self,
        (name, role): (&str, Role),
        cells: &[(String, Role)],
        table: Table,
        area: Rect,
        buf: &mut Buffer,
    ) {
        let Self(context, _) = self;
        let mut left = area;
        for ((text, role), (_, columns)) in cells.iter().zip(table.columns).rev() {
            set_text_right(left, text, context.style(*role), buf);
            let end = left.right().saturating_sub(columns + table.gap);
            left = until_column(left, end);
        }
        let area = from_column(left, left.x + MARKER_WIDTH);
        let name = truncate(name, usize::from(area.width));
        set_text(area, &name, context.style(role), buf);
    }
}

/// Who is present, in words: the number of agents, or whether the agent is and with how many chats.
fn presence_cell(presence: Option<RowPresence>) -> (String, Role) {
    let (is_present, chats) = match presence {
        None => return (String::new(), Role::Text),
        Some(RowPresence::Channel(count)) => return (count.to_string(), Role::Text),
        Some(RowPresence::Agent { is_present, chats }) => (is_present, chats),
    };
    let (word, role) = if is_present {
        ("present", Role::Text)
    } else {
        ("away", Role::Muted)
    };
    let chats = (chats > 0).then(|| format!(" {chats}"));
    (format!("{word}{}", chats.unwrap_or_default()), role)
}

/// The rows under the headings of their fields.
fn table_lines(rows: &[OverviewRow]) -> Vec<TableLine> {
    let mut lines = Vec::with_capacity(rows.len() + 2);
    let mut heading = None;
    for (index, row) in rows.iter().enumerate() {
        if heading != Some(row.field()) {
            heading = Some(row.field());
            lines.push(TableLine::Heading(row.field()));
        }
        lines.push(TableLine::Row(index));
    }
    lines
}
