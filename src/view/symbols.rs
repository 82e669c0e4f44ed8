//! Shapes: a set for terminals with Unicode, and one of plain ASCII. All are one column wide, except
//! those that are words.

use ratatui::symbols::border;

/// A set of shapes.
#[derive(Debug, PartialEq)]
pub struct Symbols {
    /// Between the panes.
    pub divider: &'static str,
    /// A horizontal line.
    pub line: &'static str,
    pub box_border: border::Set<'static>,
    /// Beside the selected message or row.
    pub marker: &'static str,
    /// Beside messages of the customer, an agent, a bot and the service.
    pub author_bars: [&'static str; 4],
    /// Beside the second and further rows of an event.
    pub event_bar: &'static str,
    /// A message that the customer has read, and one not yet read.
    pub read_ticks: [&'static str; 2],
    /// Session: needs reply, queued, active, in pre-chat, unknown, ended, missed, deleted.
    pub stages: [&'static str; 8],
    /// Connection: live, connecting or retrying, broken.
    pub connection: [&'static str; 3],
    /// Event: a message of the service.
    pub notice: &'static str,
    /// Event: the customer was sent to an address.
    pub redirect: &'static str,
    /// Event: started or reopened.
    pub started: &'static str,
    pub ended: &'static str,
    pub transfer: &'static str,
    pub error: &'static str,
    /// Event: the customer clicked an option.
    pub chosen: &'static str,
    /// Event of an unknown kind.
    pub unknown: &'static str,
    /// An option, and the clicked one.
    pub choices: [&'static str; 2],
    /// Track and thumb of the scroll bar.
    pub scrollbar: [&'static str; 2],
    /// The same in rows with a search match.
    pub scrollbar_match: [&'static str; 2],
    /// New messages are below.
    pub new_below: &'static str,
    /// Between the parts of a line.
    pub dot: &'static str,
    /// Replacements for symbols that come with texts.
    pub ascii_fallbacks: &'static [(&'static str, &'static str)],
    /// Before the number of unread messages.
    pub unread: &'static str,
    pub watched: &'static str,
    /// The customer types.
    pub typing: &'static str,
    /// The service has escalated the session.
    pub alert: &'static str,
    /// Before the rating.
    pub star: &'static str,
    pub bot: &'static str,
}

pub(super) static UNICODE: Symbols = Symbols {
    divider: "│",
    line: "─",
    box_border: border::ROUNDED,
    marker: "▌",
    author_bars: ["┃", "│", "┊", " "],
    event_bar: " ",
    read_ticks: ["✓", "·"],
    stages: ["●", "○", "◐", "…", "?", "·", "×", "-"],
    connection: ["●", "○", "×"],
    notice: "◆",
    redirect: "→",
    started: "▶",
    ended: "■",
    transfer: "⇄",
    error: "✗",
    chosen: "◉",
    unknown: "◇",
    choices: ["○", "◉"],
    scrollbar: [" ", "▐"],
    scrollbar_match: ["╶", "▐"],
    new_below: "↓",
    dot: "·",
    ascii_fallbacks: &[],
    unread: "•",
    watched: "◎",
    typing: "✎",
    alert: "▲",
    star: "★",
    bot: "bot",
};

pub(super) static ASCII: Symbols = Symbols {
    divider: "|",
    line: "-",
    box_border: border::Set {
        top_left: "+",
        top_right: "+",
        bottom_left: "+",
        bottom_right: "+",
        vertical_left: "|",
        vertical_right: "|",
        horizontal_top: "-",
        horizontal_bottom: "-",
    },
    marker: ">",
    author_bars: ["#", "|", ":", " "],
    event_bar: " ",
    read_ticks: ["v", "."],
    stages: ["!", "o", "~", ".", "?", "-", "x", "_"],
    connection: ["*", "o", "x"],
    notice: "*",
    redirect: ">",
    started: "+",
    ended: "=",
    transfer: "%",
    error: "!",
    chosen: "@",
    unknown: "?",
    choices: ["o", "@"],
    scrollbar: [" ", "|"],
    scrollbar_match: ["-", "="],
    new_below: "v",
    dot: "-",
    ascii_fallbacks: &[
        ("…", "~"),
        ("·", "-"),
        ("↑", "^"),
        ("↓", "v"),
        ("←", "<"),
        ("→", ">"),
    ],
    unread: "+",
    watched: "@",
    typing: "...",
    alert: "!",
    star: "*",
    bot: "bot",
};
