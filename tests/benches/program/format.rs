//! Numbers and tables as text or Markdown.

use std::fmt::Write;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Aligned columns.
    Plain,
    Markdown,
}

/// Formats a number with at least three digits, and a space between thousands.
pub fn number(number: f64) -> String {
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

pub fn absent_or(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// Formats lines of cells; the first line is the head, and columns from `numbers` on are aligned to
/// the right.
pub fn table(lines: &[Vec<String>], numbers: usize, format: TableFormat) -> String {
    match format {
        TableFormat::Plain => plain(lines, numbers),
        TableFormat::Markdown => markdown(lines, numbers),
    }
}

fn plain(lines: &[Vec<String>], numbers: usize) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width = |column| {
        let cells = lines
            .iter()
            .filter_map(|line: &Vec<String>| line.get(column));
        let widths = cells.map(|cell: &String| columns_of(cell));
        widths.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for line in lines {
        for (column, cell) in line.iter().enumerate() {
            let pad = " ".repeat(widths[column] - columns_of(cell));
            let gap = if column == 0 { "" } else { "  " };
            // Writing to a string cannot fail.
            let _never = if column < numbers {
                write!(text, "{gap}{cell}{pad}")
            } else {
                write!(text, "{gap}{pad}{cell}")
            };
        }
        text.truncate(text.trim_end().len());
        text.push('\n');
    }
    text
}

/// Columns on the screen: all characters of the tables are one column wide.
fn columns_of(cell: &str) -> usize {
    cell.chars().count()
}

fn markdown(lines: &[Vec<String>], numbers: usize) -> String {
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
            text.push('|');
            text.push_str(&" --- |".repeat(numbers));
            text.push_str(&" ---: |".repeat(columns - numbers));
            text.push('\n');
        }
    }
    text
}
