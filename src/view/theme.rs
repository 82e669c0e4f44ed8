//! The theme: the style of every role. No other file names a color.
//!
//! It uses the terminal's sixteen colors and never a background, so that dark and light windows stay
//! readable; without colors, everything that matters still differs by weight.
#![expect(
    clippy::disallowed_types,
    reason = "the theme gives roles their colours"
)]

use ratatui::style::{Color, Modifier, Style};

/// A set of colors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Palette {
    /// The terminal's sixteen colors, for any background.
    #[default]
    Auto,
    /// Brighter colors, for dark backgrounds.
    Dark,
    /// Darker colors, for light backgrounds.
    Light,
    /// No color at all.
    Mono,
}

/// What a part of the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Text,
    /// Less important text.
    Muted,
    /// Lines between panes and around boxes.
    Border,
    /// Titles, and the name of the program.
    Title,
    /// A key in the footer or in the help.
    Key,
    /// The marker of the selected row in the focused pane.
    Marker,
    /// The selected row in the focused pane.
    Selected,
    /// The selected row in the other pane.
    SelectedUnfocused,
    Customer,
    Agent,
    Bot,
    /// A special message.
    Special,
    /// A special message about an error.
    EventError,
    Link,
    /// The host in an address.
    Host,
    /// Needs a reply.
    Waiting,
    /// In the queue.
    Queued,
    Success,
    Error,
    /// Unread messages, and new ones below.
    Unread,
    /// A search match.
    Match,
    /// A search match in the selected message.
    CurrentMatch,
    /// A search match in the scroll bar.
    MatchTick,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    palette: Palette,
}

impl Theme {
    pub fn new(palette: Palette) -> Self {
        Self { palette }
    }

    pub fn style(self, role: Role) -> Style {
        let plain = Style::new();
        let (color, modifier) = match role {
            Role::Text => (None, Modifier::empty()),
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
        match color.and_then(|color| self.adapt(color)) {
            Some(color) => styled.fg(color),
            None => styled,
        }
    }

    fn adapt(self, color: Color) -> Option<Color> {
        match (self.palette, color) {
            (Palette::Mono, _) => None,
            (Palette::Auto, color) => Some(color),
            (Palette::Dark, Color::Blue) => Some(Color::LightBlue),
            (Palette::Dark, Color::Red) => Some(Color::LightRed),
            (Palette::Dark, Color::Green) => Some(Color::LightGreen),
            (Palette::Dark, Color::Cyan) => Some(Color::LightCyan),
            (Palette::Dark, Color::Magenta) => Some(Color::LightMagenta),
            (Palette::Dark, Color::Yellow) => Some(Color::LightYellow),
            // Yellow and cyan are hard to read on white.
            (Palette::Light, Color::Yellow) => Some(Color::Red),
            (Palette::Light, Color::Cyan) => Some(Color::Blue),
            (_, color) => Some(color),
        }
    }
}

/// A patch that dims any style.
pub(crate) fn muted() -> Style {
    Style::new()
        .remove_modifier(Modifier::BOLD)
        .add_modifier(Modifier::DIM)
}
