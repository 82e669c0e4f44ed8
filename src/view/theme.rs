//! The theme: the style of every role. No other file chooses a colour.
//!
//! It uses the terminal's sixteen colours and never a background, so that dark and light windows stay
//! readable; without colours, everything that matters still differs by weight.
#![expect(
    clippy::disallowed_types,
    reason = "the theme gives roles their colours"
)]

use ratatui::style::{Color, Style};

pub use crate::app::theme::Palette;

/// The part of the screen that a style is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Text,
    /// Less important text.
    Muted,
    /// Lines between panes and around boxes.
    Border,
    Title,
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
    Special,
    Redirect,
    RedirectLabel,
    Link,
    /// The host in an address.
    Host,
    /// What only looks like the host of an address.
    Suspicious,
    /// Needs a reply.
    Waiting,
    Queued,
    /// A wait that has passed the first threshold.
    Warning,
    /// A wait that has passed the second threshold.
    Alarm,
    Success,
    Error,
    /// Unread messages, and new ones below.
    Unread,
    Match,
    /// Letters of a command that the command palette found.
    Hit,
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
        let mut style = match role {
            Role::Text => plain,
            Role::Muted | Role::Border => plain.dim(),
            Role::Title | Role::SelectedUnfocused => plain.bold(),
            Role::Selected => plain.reversed(),
            Role::Key | Role::Marker | Role::Customer => plain.cyan().bold(),
            Role::Hit => plain.cyan().bold().underlined(),
            Role::Agent => plain.green().bold(),
            Role::Success => plain.green(),
            Role::Bot => plain.blue().bold(),
            Role::Link => plain.blue().underlined(),
            Role::Host => plain.blue().underlined().bold(),
            Role::Special | Role::Queued => plain.magenta().bold(),
            Role::Error => plain.red().bold(),
            Role::Warning => plain.red().bold().underlined(),
            Role::Alarm => plain.red().reversed().bold(),
            Role::Waiting | Role::Unread => plain.yellow().bold(),
            Role::MatchTick => plain.yellow(),
            Role::Match => plain.yellow().reversed(),
            Role::CurrentMatch => plain.yellow().reversed().bold(),
            Role::Redirect => plain.magenta().bold(),
            Role::RedirectLabel => plain.magenta().reversed().bold(),
            Role::Suspicious => plain.red().reversed(),
        };
        style.fg = style.fg.and_then(|color| self.adapt(color));
        style
    }

    fn adapt(self, color: Color) -> Option<Color> {
        Some(match (self.palette, color) {
            (Palette::Mono, _) => return None,
            (Palette::Dark, Color::Blue) => Color::LightBlue,
            (Palette::Dark, Color::Red) => Color::LightRed,
            (Palette::Dark, Color::Green) => Color::LightGreen,
            (Palette::Dark, Color::Cyan) => Color::LightCyan,
            (Palette::Dark, Color::Magenta) => Color::LightMagenta,
            (Palette::Dark, Color::Yellow) => Color::LightYellow,
            // Yellow and cyan are hard to read on white.
            (Palette::Light, Color::Yellow) => Color::Red,
            (Palette::Light, Color::Cyan) => Color::Blue,
            (_, color) => color,
        })
    }
}

/// A patch that dims any style.
pub(crate) fn muted() -> Style {
    Style::new().not_bold().dim()
}
