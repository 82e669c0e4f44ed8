//! Hyperlinks of a frame: cells carry an id, this table has the targets; and rows that continue in the next.
//!
//! The id is stored in the underline colour of a cell, which is never sent to the terminal. A cell
//! whose target changes is therefore written again, and a link stays one however it is wrapped or cut.
#![expect(
    clippy::disallowed_types,
    reason = "a link id is stored in the underline colour, which is never sent"
)]

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Style};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hyperlinks {
    targets: HashMap<u32, String>,
}

impl Hyperlinks {
    /// Adds a target and returns the style that makes cells part of its link.
    pub(crate) fn add(&mut self, target: &str) -> Style {
        let id = link_id(target);
        self.targets.entry(id).or_insert_with(|| target.to_owned());
        Style::new().underline_color(Color::from_u32(id))
    }

    /// Removes all links from a frame.
    pub(super) fn remove_from(&mut self, buf: &mut Buffer) {
        self.targets.clear();
        for cell in &mut buf.content {
            if hyperlink_id(cell).is_some() {
                cell.underline_color = Color::Reset;
            }
        }
    }

    pub(crate) fn target(&self, id: u32) -> Option<&str> {
        self.targets.get(&id).map(String::as_str)
    }
}

/// The style of the last cell of a row whose line continues in the next row.
pub(crate) fn continued_row() -> Style {
    Style::new().underline_color(Color::White)
}

/// Returns `true` if the line that ends in a cell continues in the next row.
pub(crate) fn is_continued(cell: &Cell) -> bool {
    cell.underline_color == Color::White
}

/// The id of the hyperlink that a cell is part of.
pub(crate) fn hyperlink_id(cell: &Cell) -> Option<u32> {
    match cell.underline_color {
        Color::Rgb(red, green, blue) => Some(u32::from_be_bytes([0, red, green, blue])),
        _ => None,
    }
}

/// Hashes a target to the 24 bits of a colour, so that it has the same id in every frame.
fn link_id(target: &str) -> u32 {
    let hash = BuildHasherDefault::<DefaultHasher>::default().hash_one(target);
    u32::try_from(hash & 0x00ff_ffff).unwrap_or(0)
}
