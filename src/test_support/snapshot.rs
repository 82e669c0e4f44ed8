//! A frame as text: its rows, a map of its styles with a legend, its links and its cursor.
#![expect(clippy::disallowed_types, reason = "a snapshot shows colours")]

use std::fmt::Write as _;

use crate::text::width;
use crate::view::{ViewOutput, hyperlink_id};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Color;

#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub buffer: Buffer,
    pub output: ViewOutput,
}

/// The rows as text, without the blanks at their ends.
pub(crate) fn text_lines(picture: &Picture) -> Vec<String> {
    map_rows(picture, |cell| cell.symbol().to_owned())
}

/// Text, styles, links and cursor: everything that a change of the view can change.
pub(crate) fn dump(picture: &Picture) -> String {
    let area = picture.buffer.area;
    let mut dump = format!("{} x {}\n", area.width, area.height);
    for line in text_lines(picture) {
        writeln!(dump, "|{line}").unwrap();
    }
    dump.push_str("\nstyles\n");
    let (styles, legend) = style_map(picture);
    for line in styles {
        writeln!(dump, "|{line}").unwrap();
    }
    dump += &legend;
    for (index, (x, y, columns, target)) in links(picture).into_iter().enumerate() {
        let title = if index == 0 { "\nlinks\n" } else { "" };
        writeln!(dump, "{title}{y},{x}+{columns} {target}").unwrap();
    }
    if let Some(cursor) = picture.output.cursor {
        writeln!(dump, "\ncursor {},{}", cursor.y, cursor.x).unwrap();
    }
    dump
}

/// The styles in a short form: of each row the letters of its cells, each with how often it is repeated, and
/// their legend.
pub(crate) fn style_runs(picture: &Picture) -> String {
    let (styles, legend) = style_map(picture);
    let mut runs = String::new();
    for (y, line) in styles
        .iter()
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
    {
        write!(runs, "{y}").unwrap();
        let mut letters = line.chars().peekable();
        while let Some(letter) = letters.next() {
            let mut count = 1;
            while letters.next_if_eq(&letter).is_some() {
                count += 1;
            }
            let letter = if letter == ' ' { '.' } else { letter };
            write!(runs, " {letter}{count}").unwrap();
        }
        runs.push('\n');
    }
    runs + &legend
}

/// A letter for the style of each cell, blank for none, and what the letters mean.
fn style_map(picture: &Picture) -> (Vec<String>, String) {
    let mut legend: Vec<String> = Vec::new();
    let styles = map_rows(picture, |cell| {
        let style = describe_style(cell);
        let letter = if style.is_empty() {
            ' '
        } else if let Some(known) = legend.iter().position(|known| *known == style) {
            legend_letter(known)
        } else {
            legend.push(style);
            legend_letter(legend.len() - 1)
        };
        letter.to_string().repeat(width(cell.symbol()))
    });
    let mut lines = String::new();
    for (number, style) in legend.iter().enumerate() {
        writeln!(lines, "{} {style}", legend_letter(number)).unwrap();
    }
    (styles, lines)
}

/// The runs of cells with the same link: column, row, columns, target.
pub(crate) fn links(picture: &Picture) -> Vec<(u16, u16, u16, String)> {
    let mut links: Vec<(u16, u16, u16, String)> = Vec::new();
    for position in picture.buffer.area.positions() {
        let cell = &picture.buffer[position];
        let Some(id) = hyperlink_id(cell) else {
            continue;
        };
        let target = picture.output.hyperlinks.target(id).unwrap();
        // The cell under the right half of a wide character has no link.
        let width = u16::try_from(width(cell.symbol())).unwrap();
        match links.last_mut() {
            Some((x, y, columns, last))
                if *y == position.y && *x + *columns == position.x && last == target =>
            {
                *columns += width;
            }
            _ => links.push((position.x, position.y, width, target.to_owned())),
        }
    }
    links
}

fn map_rows(picture: &Picture, mut map: impl FnMut(&Cell) -> String) -> Vec<String> {
    let rows = picture.buffer.area.rows().map(|area| {
        let mut row = String::new();
        let mut x = area.left();
        while x < area.right() {
            let cell = &picture.buffer[(x, area.y)];
            row.push_str(&map(cell));
            // The cell under the right half of a wide character shows nothing.
            x += u16::try_from(width(cell.symbol()).max(1)).unwrap();
        }
        row.trim_end().to_owned()
    });
    rows.collect()
}

fn legend_letter(number: usize) -> char {
    ('a'..='z').chain('A'..='Z').nth(number).unwrap()
}

fn describe_style(cell: &Cell) -> String {
    let mut words = Vec::new();
    if cell.fg != Color::Reset {
        words.push(cell.fg.to_string().to_lowercase());
    }
    if cell.bg != Color::Reset {
        words.push(format!("on {}", cell.bg).to_lowercase());
    }
    let modifiers = cell.modifier.iter_names();
    words.extend(modifiers.map(|(name, _)| name.to_lowercase()));
    words.join(" ")
}
