//! Shapes: one set for terminals with Unicode, one of plain ASCII. All are one column wide, but
//! for the words among them.

/// One set of shapes.
#[derive(Debug, PartialEq)]
pub struct Symbols {
    /// Between the panes.
    pub divider: &'static str,
    /// A horizontal line.
    pub line: &'static str,
    /// The corners of a box: top left, top right, bottom left, bottom right.
    pub box_corners: [&'static str; 4],
    /// The sides of a box.
    pub box_side: &'static str,
    /// Beside the selected message or row.
    pub marker: &'static str,
    /// Beside what the customer, an agent, a bot and the service say.
    pub author_bars: [&'static str; 4],
    /// Beside the further rows of an event.
    pub event_bar: &'static str,
    /// A message the customer has read, and one not yet.
    pub read_ticks: [&'static str; 2],
    /// Session: needs reply, queued, active, arriving, unknown, ended, missed, gone.
    pub stages: [&'static str; 8],
    /// Link: live, connecting or retrying, broken.
    pub connection: [&'static str; 3],
    /// An event: something said by the service.
    pub notice: &'static str,
    /// An event: the customer was sent somewhere.
    pub redirect: &'static str,
    /// An event: something began or came back.
    pub started: &'static str,
    /// An event: something ended.
    pub ended: &'static str,
    /// An event: something was handed over.
    pub transfer: &'static str,
    /// An event: something went wrong.
    pub error: &'static str,
    /// An event: a choice was made.
    pub chosen: &'static str,
    /// An event of an unknown kind.
    pub unknown: &'static str,
    /// A choice, and the chosen one.
    pub choices: [&'static str; 2],
    /// Track and thumb of the scroll bar.
    pub scrollbar: [&'static str; 2],
    /// The same where something searched for was found.
    pub scrollbar_match: [&'static str; 2],
    /// New messages are below.
    pub new_below: &'static str,
    /// Between the parts of a line.
    pub dot: &'static str,
    /// What stands for shapes that come with a text.
    pub ascii_fallbacks: &'static [(&'static str, &'static str)],
    /// Something is unread; before how much.
    pub unread: &'static str,
    /// The session is watched.
    pub watched: &'static str,
    /// The customer types.
    pub typing: &'static str,
    /// The service has escalated it.
    pub alert: &'static str,
    /// A rating.
    pub star: &'static str,
    /// A bot answers.
    pub bot: &'static str,
}

/// Shapes for terminals with Unicode.
pub(super) static UNICODE: Symbols = Symbols {
    divider: "│",
    line: "─",
    box_corners: ["╭", "╮", "╰", "╯"],
    box_side: "│",
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

/// Shapes of plain ASCII.
pub(super) static ASCII: Symbols = Symbols {
    divider: "|",
    line: "-",
    box_corners: ["+", "+", "+", "+"],
    box_side: "|",
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
