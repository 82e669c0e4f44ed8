//! Roles to styles; no colour is named anywhere else.
//!
//! The sixteen colours of the terminal and never a fixed background, so that dark and light
//! windows both stay readable; without colour everything that matters still differs by weight.
#![expect(
    clippy::disallowed_types,
    reason = "the theme gives roles their colours"
)]

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier, Style};

/// Which set of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// The terminal's sixteen colours, for any background.
    #[default]
    Auto,
    /// Brighter, for dark backgrounds.
    Dark,
    /// Darker, for light backgrounds.
    Light,
    /// No colour at all.
    Mono,
}

/// What something on the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Less important text.
    Muted,
    /// Lines between and around panes.
    Border,
    /// The program's name, titles.
    Title,
    /// A key in the footer or in help.
    Key,
    /// The mark at the selected row of the pane that has the keys.
    Marker,
    /// The selected row of the pane that has the keys.
    Selected,
    /// The selected row of the other pane.
    SelectedUnfocused,
    /// The customer.
    Customer,
    /// An agent.
    Agent,
    /// A bot.
    Bot,
    /// Special messages.
    Special,
    /// Special messages about something that went wrong.
    EventError,
    /// A link.
    Link,
    /// The host in an address.
    Host,
    /// What waits for somebody.
    Waiting,
    /// What queues.
    Queued,
    /// What goes well.
    Success,
    /// What went wrong.
    Error,
    /// Where the unread begin, and how many came below.
    Unread,
    /// Words that are searched for.
    Match,
    /// The same in the selected message.
    CurrentMatch,
    /// Where such words stand, in the scroll bar.
    MatchTick,
    /// What is over.
    Ended,
}

/// Roles to styles.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    palette: Palette,
}

impl Theme {
    /// A theme of one palette.
    pub fn new(palette: Palette) -> Self {
        Self { palette }
    }

    /// The style of a role.
    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let (colour, modifier) = match role {
            Role::Text | Role::Ended => (None, Modifier::empty()),
            Role::Muted | Role::Border => (None, Modifier::DIM),
            Role::Title => (None, Modifier::BOLD),
            Role::Key | Role::Marker => (Some(Color::Cyan), Modifier::BOLD),
            Role::Selected => (None, Modifier::REVERSED),
            Role::SelectedUnfocused => (None, Modifier::BOLD),
            Role::Customer => (Some(Color::Cyan), Modifier::BOLD),
            Role::Agent => (Some(Color::Green), Modifier::BOLD),
            Role::Bot => (Some(Color::Blue), Modifier::BOLD),
            Role::Special => (Some(Color::Magenta), Modifier::BOLD),
            Role::EventError | Role::Error => (Some(Color::Red), Modifier::BOLD),
            Role::Link => (Some(Color::Blue), Modifier::UNDERLINED),
            Role::Host => (
                Some(Color::Blue),
                Modifier::UNDERLINED.union(Modifier::BOLD),
            ),
            Role::Waiting => (Some(Color::Yellow), Modifier::BOLD),
            Role::Queued => (Some(Color::Magenta), Modifier::BOLD),
            Role::Success => (Some(Color::Green), Modifier::empty()),
            Role::Unread => (Some(Color::Yellow), Modifier::BOLD),
            Role::MatchTick => (Some(Color::Yellow), Modifier::empty()),
            Role::Match => (Some(Color::Yellow), Modifier::REVERSED),
            Role::CurrentMatch => (
                Some(Color::Yellow),
                Modifier::REVERSED.union(Modifier::BOLD),
            ),
        };
        let styled = plain.add_modifier(modifier);
        match colour.and_then(|colour| self.adapt(colour)) {
            Some(colour) => styled.fg(colour),
            None => styled,
        }
    }

    /// The style of marked text: weight and line, no colour.
    pub fn emphasis(self, bold: bool, italic: bool, underline: bool) -> Style {
        let mut style = Style::new();
        for (on, modifier) in [
            (bold, Modifier::BOLD),
            (italic, Modifier::ITALIC),
            (underline, Modifier::UNDERLINED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        style
    }

    fn adapt(self, colour: Color) -> Option<Color> {
        match (self.palette, colour) {
            (Palette::Mono, _) => None,
            (Palette::Auto, colour) => Some(colour),
            (Palette::Dark, Color::Blue) => Some(Color::LightBlue),
            (Palette::Dark, Color::Red) => Some(Color::LightRed),
            (Palette::Dark, Color::Green) => Some(Color::LightGreen),
            (Palette::Dark, Color::Cyan) => Some(Color::LightCyan),
            (Palette::Dark, Color::Magenta) => Some(Color::LightMagenta),
            (Palette::Dark, Color::Yellow) => Some(Color::LightYellow),
            // Yellow and cyan are hardly seen on white.
            (Palette::Light, Color::Yellow) => Some(Color::Red),
            (Palette::Light, Color::Cyan) => Some(Color::Blue),
            (_, colour) => Some(colour),
        }
    }
}

/// What takes the weight out of any style.
pub fn muted() -> Style {
    Style::new()
        .remove_modifier(Modifier::BOLD)
        .add_modifier(Modifier::DIM)
}

/// The style that marks a cell as part of a numbered link.
pub fn hyperlink_style(id: u32) -> Style {
    Style::new().underline_color(Color::from_u32(id))
}

/// The number of the link a cell is part of.
pub fn hyperlink_id(cell: &Cell) -> Option<u32> {
    match cell.underline_color {
        Color::Rgb(red, green, blue) => Some(u32::from_be_bytes([0, red, green, blue])),
        _ => None,
    }
}

/// Tells whether a terminal set to the style of the one cell is set to that of the other.
pub fn same_sgr(one: &Cell, other: &Cell) -> bool {
    (one.fg, one.bg, one.modifier) == (other.fg, other.bg, other.modifier)
}

/// The codes of the escape (SGR) that switches a plain terminal to the style of a cell; its link is
/// not part of it.
pub fn sgr_codes(cell: &Cell) -> impl Iterator<Item = u8> {
    let modifiers = [
        (Modifier::BOLD, 1),
        (Modifier::DIM, 2),
        (Modifier::ITALIC, 3),
        (Modifier::UNDERLINED, 4),
        (Modifier::REVERSED, 7),
    ];
    let on = modifiers
        .into_iter()
        .filter(|(modifier, _)| cell.modifier.contains(*modifier));
    let colours = [(cell.fg, 30), (cell.bg, 40)]
        .into_iter()
        .filter_map(|(colour, base)| Some(base + color_index(colour)?));
    on.map(|(_, code)| code).chain(colours)
}

/// The number of one of the sixteen colours, the bright ones 60 further on; nothing for the default.
fn color_index(colour: Color) -> Option<u8> {
    let named = [
        [Color::Black, Color::DarkGray],
        [Color::Red, Color::LightRed],
        [Color::Green, Color::LightGreen],
        [Color::Yellow, Color::LightYellow],
        [Color::Blue, Color::LightBlue],
        [Color::Magenta, Color::LightMagenta],
        [Color::Cyan, Color::LightCyan],
        [Color::Gray, Color::White],
    ];
    (0..)
        .zip(named)
        .find_map(|(number, [dark, bright])| match colour {
            colour if colour == dark => Some(number),
            colour if colour == bright => Some(number + 60),
            _ => None,
        })
}
