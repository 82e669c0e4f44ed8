//! A frame as text: its rows, a map of its styles with a legend, its links and its cursor.
#![expect(clippy::disallowed_types, reason = "a snapshot shows colours")]

use std::fmt::Write as _;

use crate::text::width;
use crate::view::{ViewOutput, hyperlink_id};
use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

/// Everything that is drawn.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    pub buffer: Buffer,
    pub output: ViewOutput,
}

/// The rows as text, without the blanks at their ends.
pub(crate) fn text_lines(picture: &Picture) -> Vec<String> {
    map_rows(picture, |cell| cell.symbol().to_owned())
}

/// Text, styles and links: whatever a change of the view can change.
pub(crate) fn dump(picture: &Picture) -> String {
    let area = picture.buffer.area;
    let mut dump = format!("{} x {}\n", area.width, area.height);
    for line in text_lines(picture) {
        writeln!(dump, "|{line}").unwrap();
    }
    let mut legend: Vec<String> = Vec::new();
    let styles = map_rows(picture, |cell| {
        let style = describe_style(cell);
        let letter = if style.is_empty() {
            " ".to_owned()
        } else {
            let known = legend.iter().position(|known| *known == style);
            let number = known.unwrap_or_else(|| {
                legend.push(style);
                legend.len() - 1
            });
            legend_letter(number).to_string()
        };
        letter.repeat(width(cell.symbol()))
    });
    dump.push_str("\nstyles\n");
    for line in styles {
        writeln!(dump, "|{line}").unwrap();
    }
    for (number, style) in legend.iter().enumerate() {
        writeln!(dump, "{} {style}", legend_letter(number)).unwrap();
    }
    let links = links(picture);
    if !links.is_empty() {
        dump.push_str("\nlinks\n");
    }
    for (x, y, columns, target) in links {
        writeln!(dump, "{y},{x}+{columns} {target}").unwrap();
    }
    if let Some(cursor) = picture.output.cursor {
        writeln!(dump, "\ncursor {},{}", cursor.y, cursor.x).unwrap();
    }
    dump
}

/// Every stretch of a link: column, row, columns, target.
pub(crate) fn links(picture: &Picture) -> Vec<(u16, u16, u16, String)> {
    let mut links: Vec<(u16, u16, u16, String)> = Vec::new();
    for position in picture.buffer.area.positions() {
        let cell = &picture.buffer[position];
        let Some(number) = hyperlink_id(cell) else {
            continue;
        };
        let target = picture.output.hyperlinks.target(number).unwrap();
        // The cell under the right half of a wide one carries nothing.
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

fn map_rows(picture: &Picture, mut of: impl FnMut(&Cell) -> String) -> Vec<String> {
    let area = picture.buffer.area;
    (area.top()..area.bottom())
        .map(|y| {
            let mut row = String::new();
            let mut x = area.left();
            while x < area.right() {
                let cell = &picture.buffer[(x, y)];
                row.push_str(&of(cell));
                // The cell under the right half of a wide one shows nothing.
                x += u16::try_from(width(cell.symbol()).max(1)).unwrap();
            }
            row.truncate(row.trim_end().len());
            row
        })
        .collect()
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
    words.extend(
        cell.modifier
            .iter_names()
            .map(|(name, _): (&str, Modifier)| name.to_lowercase()),
    );
    words.join(" ")
}
