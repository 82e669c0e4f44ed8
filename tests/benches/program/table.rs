//! The table: one row for each figure of each size, with ratios to the viewer, as text or Markdown.

use std::fmt::Write;

use sochat::text;

use super::figures::{Figures, Metric};
use super::peers::Peer;

/// The figures of all programs on one set of messages.
pub struct SizeResults {
    /// How many messages.
    pub size: usize,
    /// The programs that were measured.
    pub columns: Vec<(&'static str, Figures)>,
    /// What an echo costs.
    pub floor: Figures,
}

/// How the table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Aligned columns.
    Plain,
    /// A table of a Markdown page.
    Markdown,
}

/// Rows: what each shows, and which of the samples, in percent: 50 is the median, 100 the largest.
const ROWS: [(&str, Metric, usize); 35] = [
    ("start to first paint, ms", Metric::FirstPaint, 50),
    ("start to messages, ms", Metric::Opened, 50),
    ("start to the last message, ms", Metric::OpenedAtLast, 50),
    ("a key while loading, p50, ms", Metric::KeyWhileLoading, 50),
    ("a key while loading, p99, ms", Metric::KeyWhileLoading, 99),
    ("line key to repaint, p50, ms", Metric::Line, 50),
    ("line key to repaint, p99, ms", Metric::Line, 99),
    ("bytes a line key", Metric::LineBytes, 50),
    ("page key to repaint, p50, ms", Metric::Page, 50),
    ("bytes a page key", Metric::PageBytes, 50),
    ("key to the first message, ms", Metric::First, 50),
    ("key to the last message, ms", Metric::Last, 50),
    ("200 keys in one write, ms", Metric::Burst, 50),
    ("bytes of 200 keys", Metric::BurstBytes, 50),
    ("search, one hit half way, ms", Metric::SearchHit, 50),
    ("search, no hit, ms", Metric::SearchMiss, 50),
    (
        "search, a common word counted, ms",
        Metric::CountMatches,
        50,
    ),
    ("resize to repaint, ms", Metric::Resize, 50),
    ("memory, MiB", Metric::Memory, 50),
    ("memory at its peak, MiB", Metric::Peak, 50),
    ("following, nothing new: CPU, %", Metric::IdleCpu, 50),
    ("… wake-ups a second", Metric::Wakes, 50),
    ("… bytes painted a second", Metric::Painted, 50),
    ("… requests a second", Metric::Requests, 50),
    ("… bytes of answers a second", Metric::Answered, 50),
    (
        "window without the keyboard: CPU, %",
        Metric::UnfocusedCpu,
        50,
    ),
    ("… wake-ups a second", Metric::UnfocusedWakes, 50),
    ("… bytes painted a second", Metric::UnfocusedPainted, 50),
    ("nothing followed: CPU, %", Metric::StillProcessor, 50),
    ("… wake-ups a second", Metric::StillWakes, 50),
    ("… bytes painted a second", Metric::StillPainted, 50),
    ("posted to visible, p50, ms", Metric::Follow, 50),
    ("posted to visible, slowest, ms", Metric::Follow, 100),
    ("quit, ms", Metric::Quit, 50),
    ("terminal left as it was", Metric::Clean, 0),
];

/// Writes the table.
pub fn render(blocks: &[SizeResults], style: TableFormat) -> String {
    let peers: Vec<&str> = blocks
        .first()
        .map(|block| block.columns.iter().map(|column| column.0).collect())
        .unwrap_or_default();
    let mut head = vec![String::new(), "echo".to_owned()];
    for &peer in &peers {
        head.push(peer.to_owned());
        if peer != Peer::SOCHAT {
            head.push("ratio".to_owned());
        }
    }
    let mut lines = vec![head];
    for block in blocks {
        let size = format!("{} messages", number(block.size as f64));
        lines.push(match style {
            TableFormat::Plain => vec![size],
            TableFormat::Markdown => vec![format!("**{size}**")],
        });
        lines.extend(ROWS.map(|row| block.line(row)));
    }
    match style {
        TableFormat::Plain => plain(&lines),
        TableFormat::Markdown => markdown(&lines),
    }
}

impl SizeResults {
    fn line(&self, (title, what, percent): (&str, Metric, usize)) -> Vec<String> {
        let ours = self.columns.iter().find(|column| column.0 == Peer::SOCHAT);
        let ours = ours.and_then(|(_, figures)| figures.quantile(what, percent));
        let mut line = vec![
            title.to_owned(),
            cell(what, self.floor.quantile(what, percent)),
        ];
        for (name, figures) in &self.columns {
            let figure = figures.quantile(what, percent);
            line.push(cell(what, figure));
            if *name != Peer::SOCHAT {
                let both = ours.zip(figure).filter(|(_, theirs)| *theirs > 0.0);
                let ratio = both.filter(|_| what != Metric::Clean);
                line.push(absent_or(ratio.map(|(ours, theirs)| number(ours / theirs))));
            }
        }
        line
    }
}

fn cell(what: Metric, figure: Option<f64>) -> String {
    absent_or(figure.map(|figure| match what {
        Metric::Clean if figure > 0.0 => "yes".to_owned(),
        Metric::Clean => "no".to_owned(),
        _ => number(figure),
    }))
}

fn absent_or(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// A number with three digits or more, thousands apart.
fn number(number: f64) -> String {
    match number {
        0.0 => "0".to_owned(),
        ..0.005 => "<0.01".to_owned(),
        ..9.995 => format!("{number:.2}"),
        ..99.95 => format!("{number:.1}"),
        _ => {
            let digits = format!("{number:.0}");
            let mut grouped = String::new();
            for (index, digit) in digits.chars().enumerate() {
                if index > 0 && (digits.len() - index).is_multiple_of(3) {
                    grouped.push(' ');
                }
                grouped.push(digit);
            }
            grouped
        }
    }
}

fn plain(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column| {
        let cells = lines
            .iter()
            .filter_map(|line: &Vec<String>| line.get(column));
        cells
            .map(|cell: &String| text::width(cell))
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        for (column, cell) in line.iter().enumerate() {
            let pad = " ".repeat(widths[column] - text::width(cell));
            // Writing to a string cannot fail.
            let _never = match column {
                0 => write!(text, "{cell}{pad}"),
                _ => write!(text, "  {pad}{cell}"),
            };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

fn markdown(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        text.push('|');
        for column in 0..columns {
            let cell = line.get(column).map_or("", String::as_str);
            let space = if cell.is_empty() { "" } else { " " };
            text.push_str(space);
            text.push_str(&cell.replace('|', "\\|"));
            text.push_str(" |");
        }
        text.push('\n');
        if index == 0 {
            text.push_str("| --- |");
            text.push_str(&" ---: |".repeat(columns - 1));
            text.push('\n');
        }
    }
    text
}
