//! Symbols: a set for terminals with Unicode, and one of plain ASCII. All are one column wide, except
//! `typing` in ASCII.

use crate::app::overlay::{LEGEND, Shape};
use crate::chat::WaitLevel;

/// Before a wait that may be longer, in any set: a part of the text.
const LOWER_BOUND: &str = ">";

#[derive(Debug, PartialEq)]
pub(crate) struct Symbols {
    /// Whether everything else that is drawn is replaced by [`ascii_fallback`] where there is one.
    pub(crate) is_ascii: bool,
    /// Between the panes.
    pub divider: &'static str,
    /// Beside the selected message or row.
    pub marker: &'static str,
    /// Beside the open session in the list.
    pub open: &'static str,
    /// Beside messages of the customer, an agent, a bot and the service.
    pub(crate) author_bars: [&'static str; 4],
    /// At the first row of a message: read by the customer, not yet read, and of the customer.
    pub(crate) read_ticks: [&'static str; 2],
    pub(crate) message_start: &'static str,
    /// Session: needs reply, in queue, answered, bot, form, unknown, missed, ended, deleted.
    pub(crate) stages: [&'static str; 9],
    /// Before a wait that has passed the first threshold, and the second.
    pub(crate) levels: [&'static str; 2],
    /// Connection: live, connecting or retrying, broken.
    pub connection: [&'static str; 3],
    /// Special messages: text from the service, started or reopened, and so on.
    pub notice: &'static str,
    pub started: &'static str,
    pub ended: &'static str,
    pub(crate) transfer: &'static str,
    pub error: &'static str,
    pub(crate) chosen: &'static str,
    pub unknown: &'static str,
    /// A redirect, and the bar beside it.
    pub redirect: &'static str,
    pub(crate) redirect_bar: &'static str,
    /// An option, and the clicked one.
    pub(crate) choices: [&'static str; 2],
    /// Track and thumb of the scroll bar.
    pub(crate) scrollbar: [&'static str; 2],
    /// Track and thumb in rows with a search match.
    pub(crate) scrollbar_match: [&'static str; 2],
    /// Before the number of unread messages.
    pub unread: &'static str,
    pub watched: &'static str,
    pub typing: &'static str,
    pub(crate) alert: &'static str,
    pub(crate) star: &'static str,
}

pub(super) static UNICODE: Symbols = Symbols {
    is_ascii: false,
    divider: "│",
    marker: "▌",
    open: "›",
    author_bars: ["┃", "│", "┊", " "],
    read_ticks: ["✓", "·"],
    message_start: "╶",
    stages: ["●", "○", "◐", "□", "…", "?", "×", "·", "-"],
    levels: ["!", "‼"],
    connection: ["●", "○", "×"],
    notice: "◆",
    started: "▶",
    ended: "■",
    transfer: "⇄",
    error: "✗",
    chosen: "◉",
    unknown: "◇",
    redirect: "→",
    redirect_bar: "█",
    choices: ["○", "◉"],
    scrollbar: [" ", "▐"],
    scrollbar_match: ["╶", "▐"],
    unread: "•",
    watched: "◎",
    typing: "✎",
    alert: "▲",
    star: "★",
};

pub(super) static ASCII: Symbols = Symbols {
    is_ascii: true,
    divider: "|",
    marker: ">",
    open: ")",
    author_bars: ["#", "|", ":", " "],
    read_ticks: ["v", ","],
    message_start: "'",
    stages: ["!", "o", "~", "b", ".", "?", "x", "-", "_"],
    levels: ["w", "W"],
    connection: ["*", "o", "x"],
    notice: "*",
    started: "+",
    ended: "=",
    transfer: "%",
    error: "E",
    chosen: "@",
    unknown: "$",
    redirect: "^",
    redirect_bar: "[",
    choices: ["o", "@"],
    scrollbar: [" ", "|"],
    scrollbar_match: ["-", "="],
    unread: "+",
    watched: "@",
    typing: "...",
    alert: "A",
    star: "*",
};

impl Symbols {
    /// The mark before a wait; empty without one.
    pub(super) fn level(&self, level: WaitLevel) -> &'static str {
        match level {
            WaitLevel::None => "",
            WaitLevel::Warning => self.levels[0],
            WaitLevel::Alarm => self.levels[1],
        }
    }

    pub(super) fn shape(&self, shape: Shape) -> &'static str {
        match shape {
            Shape::Stage(stage) => self.stages[stage as usize],
            Shape::Warning => self.levels[0],
            Shape::Alarm => self.levels[1],
            Shape::LowerBound => LOWER_BOUND,
            Shape::Marker => self.marker,
            Shape::Open => self.open,
            Shape::Unread => self.unread,
            Shape::Watched => self.watched,
            Shape::Typing => self.typing,
            Shape::Transfer => self.transfer,
            Shape::Alert => self.alert,
            Shape::Rating => self.star,
            Shape::Customer => self.author_bars[0],
            Shape::Agent => self.author_bars[1],
            Shape::Bot => self.author_bars[2],
            Shape::Read => self.read_ticks[0],
            Shape::NotRead => self.read_ticks[1],
            Shape::MessageStart => self.message_start,
            Shape::Redirect => self.redirect,
            Shape::RedirectBar => self.redirect_bar,
            Shape::Notice => self.notice,
            Shape::Started => self.started,
            Shape::Closed => self.ended,
            Shape::Error => self.error,
            Shape::NotChosen => self.choices[0],
            Shape::Chosen => self.chosen,
            Shape::UnknownSpecial => self.unknown,
            Shape::Connected => self.connection[0],
            Shape::Connecting => self.connection[1],
            Shape::Disconnected => self.connection[2],
        }
    }
}

/// Each shape, the same in ASCII, and its meaning.
pub fn legend() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    LEGEND
        .iter()
        .map(|(shape, meaning)| (UNICODE.shape(*shape), ASCII.shape(*shape), *meaning))
}

/// The replacement for a symbol that is part of a text, as `…`, the names of keys and the bars of a
/// sparkline are, or of a box.
pub(super) fn ascii_fallback(symbol: &str) -> Option<&'static str> {
    Some(match symbol {
        "…" => "~",
        "·" | "─" => "-",
        "│" => "|",
        "•" => "*",
        "╭" | "╮" | "╰" | "╯" => "+",
        "↑" => "^",
        "↓" => "v",
        "←" => "<",
        "→" => ">",
        "▁" => "_",
        "▂" => ".",
        "▃" => ":",
        "▄" => "-",
        "▅" => "=",
        "▆" => "+",
        "▇" => "*",
        "█" => "#",
        // In place of control characters, and of what could not be decoded.
        _ if symbol.starts_with(is_substitute) => "?",
        _ => return None,
    })
}

fn is_substitute(character: char) -> bool {
    matches!(character, '\u{2400}'..='\u{2421}' | '\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Also in ASCII, where shapes are few: whatever else is shared, these are not.
    #[test]
    fn each_state_level_and_mark_of_a_row_has_a_shape_of_their_own() {
        for symbols in [&UNICODE, &ASCII] {
            let shapes: Vec<_> = LEGEND.iter().map(|(shape, _)| *shape).collect();
            // These are shown elsewhere: in the header, before an option, before a number.
            let is_elsewhere = |shape: &Shape| {
                matches!(
                    shape,
                    Shape::Connected
                        | Shape::Connecting
                        | Shape::Disconnected
                        | Shape::NotChosen
                        | Shape::LowerBound
                )
            };
            for own in &shapes {
                // A dim dot beside a message is no row of the list.
                let is_own = matches!(
                    own,
                    Shape::Stage(_) | Shape::Warning | Shape::Alarm | Shape::Marker | Shape::Open
                );
                let same = shapes
                    .iter()
                    .filter(|it| symbols.shape(**it) == symbols.shape(*own));
                let same = same.filter(|it| symbols.is_ascii || **it != Shape::NotRead);
                let same = same.filter(|it| !is_elsewhere(it));
                assert!(
                    !is_own || same.count() == 1,
                    "{own:?} {}",
                    symbols.shape(*own)
                );
            }
        }
    }
}
