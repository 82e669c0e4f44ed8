//! The theme: the style of every role, read from a file of `assets/themes` or of the user. No other module
//! chooses a colour.
//!
//! Without colours, everything that matters still differs by weight and shape.
#![expect(
    clippy::disallowed_types,
    reason = "the theme gives roles their colours"
)]

mod color;
mod file;

use std::sync::LazyLock;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Style};

pub use crate::app::theme::ThemeId;
use crate::chat::{Stage, WaitLevel};
pub(crate) use color::SIXTEEN;
pub(crate) use file::parse;

/// The part of the screen that a style is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    Text,
    /// Less important text.
    Muted,
    /// Lines between panes and around boxes.
    Border,
    /// What lies beneath an overlay.
    Dimmed,
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
    NeedsReply,
    Queued,
    /// A wait that has passed the first threshold.
    Warning,
    /// A wait that has passed the second threshold.
    Alarm,
    /// A connection whose request has not been answered for some seconds.
    Slow,
    Success,
    Error,
    /// Unread messages, and new ones below.
    Unread,
    Match,
    /// A search match in the selected message.
    CurrentMatch,
    /// A search match in the scroll bar.
    MatchTick,
    /// Letters of a command that the command palette found.
    Hit,
}

impl Role {
    /// The names in theme files, in the order of the variants.
    pub(crate) const NAMES: [&str; 30] = [
        "text",
        "muted",
        "border",
        "dimmed",
        "title",
        "key",
        "marker",
        "selected",
        "selected-unfocused",
        "customer",
        "agent",
        "bot",
        "special",
        "redirect",
        "redirect-label",
        "link",
        "host",
        "suspicious",
        "needs-reply",
        "queued",
        "warning",
        "alarm",
        "slow",
        "success",
        "error",
        "unread",
        "match",
        "current-match",
        "match-tick",
        "hit",
    ];
}

/// The styles of all roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Boxed, because it is passed by value.
    styles: Box<[Style; Role::NAMES.len()]>,
}

impl Default for Theme {
    fn default() -> Self {
        Self::built_in(ThemeId::Auto).clone()
    }
}

/// The themes of the program, in the order of [`ThemeId::BUILT_IN`]; each is read when it is first drawn with.
static BUILT_IN: [LazyLock<Theme>; ThemeId::BUILT_IN.len()] = [
    LazyLock::new(|| parse_built_in(include_str!("../../../assets/themes/auto.toml"))),
    LazyLock::new(|| parse_built_in(include_str!("../../../assets/themes/dark.toml"))),
    LazyLock::new(|| parse_built_in(include_str!("../../../assets/themes/light.toml"))),
    LazyLock::new(|| parse_built_in(include_str!("../../../assets/themes/high-contrast.toml"))),
    LazyLock::new(|| parse_built_in(include_str!("../../../assets/themes/color-blind.toml"))),
    LazyLock::new(|| parse_built_in(include_str!("../../../assets/themes/terminal.toml"))),
    LazyLock::new(|| parse_built_in(include_str!("../../../assets/themes/mono.toml"))),
];

fn parse_built_in(text: &str) -> Theme {
    parse(text).expect("a test reads the themes of the program")
}

impl Theme {
    /// A theme of the program; for [`ThemeId::Own`], which has a file of the user's, that for any background.
    pub(crate) fn built_in(theme_id: ThemeId) -> &'static Self {
        let index = ThemeId::BUILT_IN.iter().position(|it| *it == theme_id);
        &BUILT_IN[index.unwrap_or(0)]
    }

    /// No style for any role.
    fn plain() -> Self {
        Self {
            styles: Box::new([Style::new(); Role::NAMES.len()]),
        }
    }

    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// Gives the colours of text to all cells that have none of their own.
    pub(super) fn fill(&self, buf: &mut Buffer) {
        let Style { fg, bg, .. } = self.style(Role::Text);
        if (fg, bg) == (None, None) {
            return;
        }
        for cell in &mut buf.content {
            if let (Color::Reset, Some(fg)) = (cell.fg, fg) {
                cell.fg = fg;
            }
            if let (Color::Reset, Some(bg)) = (cell.bg, bg) {
                cell.bg = bg;
            }
        }
    }

    /// Dims data that is out of date, row by row from the first drawn cell to the last: blank margins keep the
    /// default style. How much a terminal dims is up to it, so that a theme with colours has one for it.
    pub(super) fn dim_stale(&self, area: Rect, buf: &mut Buffer) {
        let dimmed = match self.style(Role::Muted).fg {
            Some(color) => Style::new().fg(color).bg(Color::Reset),
            None => Style::new().dim(),
        };
        for row in area.intersection(buf.area).rows() {
            let mut drawn = row.columns().filter(|column| buf[*column] != Cell::EMPTY);
            if let Some(first) = drawn.next() {
                let last = drawn.next_back().unwrap_or(first);
                buf.set_style(first.union(last), dimmed.not_bold());
            }
        }
    }

    /// Draws an area as what lies beneath an overlay: in one style and without links, so that it takes few
    /// bytes.
    pub(super) fn dim_beneath(&self, area: Rect, buf: &mut Buffer) {
        let style = self.style(Role::Dimmed);
        for position in area.intersection(buf.area).positions() {
            let cell = &mut buf[position];
            let mut dimmed = Cell::EMPTY;
            if cell.symbol() != " " {
                dimmed.set_symbol(cell.symbol()).set_style(style);
            }
            *cell = dimmed;
        }
    }
}

/// The role of a wait that has passed a threshold.
pub(super) fn level_role(level: WaitLevel) -> Option<Role> {
    match level {
        WaitLevel::None => None,
        WaitLevel::Warning => Some(Role::Warning),
        WaitLevel::Alarm => Some(Role::Alarm),
    }
}

/// The role that shows how urgent a stage is.
pub(super) fn stage_role(stage: Stage) -> Role {
    match stage {
        Stage::NeedsReply => Role::NeedsReply,
        Stage::Queued => Role::Queued,
        Stage::Answered => Role::Success,
        Stage::Bot => Role::Bot,
        Stage::Form | Stage::Unknown => Role::Text,
        Stage::Missed => Role::Error,
        Stage::Ended | Stage::Deleted => Role::Muted,
    }
}

#[cfg(test)]
mod tests;
