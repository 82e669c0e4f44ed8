//! Commands with their default keys, by topic: a new key is one row here.

use crate::app::command::Command;
use crate::app::session_list::SortOrder;
use crate::app::theme::ThemeId;
use crate::chat::Scope;

/// A command and the keys that it has unless the configuration gives it others.
#[derive(Clone, Copy)]
pub(super) struct DefaultBinding {
    pub(super) command: Command,
    /// Its name in the configuration.
    pub(super) name: &'static str,
    /// As [`crate::app::keys::parse`] reads them, separated by spaces.
    pub(super) keys: &'static str,
    /// Its description in help.
    pub(super) help: &'static str,
}

const fn bind(
    command: Command,
    name: &'static str,
    keys: &'static str,
    help: &'static str,
) -> DefaultBinding {
    DefaultBinding {
        command,
        name,
        keys,
        help,
    }
}

/// All commands by topic, as help and README list them.
pub(super) const TOPICS: [(&str, &[DefaultBinding]); 6] = [
    ("Moving", MOVING),
    ("Finding", FINDING),
    ("Messages and sessions", CONTENTS),
    ("Read state", READ_STATE),
    ("Display", DISPLAY),
    ("Program", PROGRAM),
];

#[rustfmt::skip]
const MOVING: &[DefaultBinding] = &[
    bind(Command::Down, "down", "j ↓", "next session or message"),
    bind(Command::Up, "up", "k ↑", "previous session or message"),
    bind(Command::HalfPageDown, "half-page-down", "Ctrl-d", "half a page down"),
    bind(Command::HalfPageUp, "half-page-up", "Ctrl-u", "half a page up"),
    bind(Command::PageDown, "page-down", "PgDn Space", "a page down"),
    bind(Command::PageUp, "page-up", "PgUp b", "a page up"),
    bind(Command::First, "first", "g Home", "first session, oldest message"),
    bind(Command::Last, "last", "G End", "last session, newest message and follow"),
    bind(Command::FocusOtherPane, "other-pane", "Tab Shift-Tab", "other pane"),
    bind(Command::FocusList, "list-pane", "h ←", "session list"),
    bind(Command::FocusTranscript, "transcript-pane", "l →", "transcript"),
    bind(Command::Open, "open", "Enter", "open; in the transcript: links or details of the message"),
    bind(Command::Back, "back", "Esc", "back, clear"),
];

#[rustfmt::skip]
const FINDING: &[DefaultBinding] = &[
    bind(Command::NextReply, "next-reply", "a Alt-a", "next session that needs a reply, longest wait first"),
    bind(Command::NextUnread, "next-unread", "u", "next session with unread messages, at the first of them"),
    bind(Command::PreviousSession, "previous-session", "-", "the session before this one"),
    bind(Command::EarlierConversation, "earlier-conversation", "<", "the customer's earlier conversation"),
    bind(Command::LaterConversation, "later-conversation", ">", "the customer's later conversation"),
    bind(Command::ShowOverview, "overview", "W", "queue overview: how many wait, per channel and agent"),
    bind(Command::Search, "search", "/", "list: filter; transcript: search"),
    bind(Command::SearchConversations, "search-conversations", "S", "search messages across conversations"),
    bind(Command::NextMatch, "next-match", "n", "next match"),
    bind(Command::PreviousMatch, "previous-match", "N", "previous match"),
    bind(Command::ToggleMatches, "matches", "&", "only matches, with two messages around each; again: all"),
    bind(Command::NextSpecial, "next-special", "] J", "next special message"),
    bind(Command::PreviousSpecial, "previous-special", "[ K", "previous special message"),
    bind(Command::NextTurn, "next-turn", "} D", "next turn of the customer"),
    bind(Command::PreviousTurn, "previous-turn", "{ U", "previous turn of the customer"),
    bind(Command::GoToTime, "go-to-time", "d", "go to a date or time; in the list to that day"),
];

#[rustfmt::skip]
const CONTENTS: &[DefaultBinding] = &[
    bind(Command::Follow, "follow", "f F", "toggle follow"),
    bind(Command::OpenLink, "open-link", "o", "open a link; its full address is shown first"),
    bind(Command::ShowAllLinks, "all-links", "O", "all links of the conversation, newest first"),
    bind(Command::Copy, "copy", "y", "copy the message; in an overlay the selected line"),
    bind(Command::CopySessionId, "copy-id", "", "copy the session id"),
    bind(Command::CopyWithAuthor, "copy-whole", "Y", "copy the message with author and time; in an overlay all of it"),
    bind(Command::ShowMessageText, "message-text", "B", "the message alone, for the terminal's own selection"),
    bind(Command::CopyLocator, "copy-locator", "c", "copy a command that opens the viewer at the message"),
    bind(Command::Export, "export", "e", "export this transcript to a file"),
    bind(Command::CopyExportPath, "copy-export-path", "", "copy the path of the last export"),
    bind(Command::ShowRawJson, "raw", "r", "raw JSON of the message"),
    bind(Command::ShowDetails, "details", "i", "session details"),
];

#[rustfmt::skip]
const READ_STATE: &[DefaultBinding] = &[
    bind(Command::MarkRead, "mark-read", "m", "mark the session read"),
    bind(Command::MarkAllRead, "mark-all-read", "", "mark all read"),
    bind(Command::UndoMarkAllRead, "undo-mark-all-read", "", "undo mark all read"),
    bind(Command::MarkUnread, "mark-unread", "M", "mark unread from this message on"),
    bind(Command::WatchSession, "watch", "w", "toggle notifications for this session"),
];

#[rustfmt::skip]
const DISPLAY: &[DefaultBinding] = &[
    bind(Command::CycleSortOrder, "order", "s", "sort order"),
    bind(Command::SetSortOrder(SortOrder::Urgency), "order-urgency", "", "order by urgency"),
    bind(Command::SetSortOrder(SortOrder::Recent), "order-latest", "", "order by last activity, latest first"),
    bind(Command::SetSortOrder(SortOrder::Name), "order-name", "", "order by customer name"),
    bind(Command::SetSortOrder(SortOrder::Channel), "order-channel", "", "order by channel"),
    bind(Command::CycleScope, "scope", "v", "scope: my channels, mine, all"),
    bind(Command::SetScope(Scope::Channels), "scope-channels", "", "scope my channels"),
    bind(Command::SetScope(Scope::Mine), "scope-mine", "", "scope mine"),
    bind(Command::SetScope(Scope::All), "scope-all", "", "scope all"),
    bind(Command::ToggleView(1), "view-1", "1", "saved view 1"),
    bind(Command::ToggleView(2), "view-2", "2", "saved view 2"),
    bind(Command::ToggleView(3), "view-3", "3", "saved view 3"),
    bind(Command::ToggleView(4), "view-4", "4", "saved view 4"),
    bind(Command::ToggleView(5), "view-5", "5", "saved view 5"),
    bind(Command::ToggleView(6), "view-6", "6", "saved view 6"),
    bind(Command::ToggleView(7), "view-7", "7", "saved view 7"),
    bind(Command::ToggleView(8), "view-8", "8", "saved view 8"),
    bind(Command::ToggleView(9), "view-9", "9", "saved view 9"),
    bind(Command::ToggleAttention, "attention", "x", "only what needs attention: waiting, unread, watched"),
    bind(Command::ChooseZone, "choose-zone", "t", "choose the time zone"),
    bind(Command::CycleTimeFormat, "cycle-times", "T", "times in the zone, in UTC, relative"),
    bind(Command::ToggleMessageTimes, "message-times", "", "each message's own time, to the second; again: that of a run"),
    bind(Command::TogglePrivacy, "privacy", "p", "privacy: pseudonyms in place of names, addresses, numbers"),
    bind(Command::Zoom, "zoom", "z", "one pane or two"),
    bind(Command::SetTheme(ThemeId::Auto), "theme-auto", "", "theme auto: as the background of the terminal requires"),
    bind(Command::SetTheme(ThemeId::Dark), "theme-dark", "", "theme dark"),
    bind(Command::SetTheme(ThemeId::Light), "theme-light", "", "theme light"),
    bind(Command::SetTheme(ThemeId::HighContrast), "theme-high-contrast", "", "theme of high contrast, white on black"),
    bind(Command::SetTheme(ThemeId::ColorBlind), "theme-color-blind", "", "theme for those who confuse red and green"),
    bind(Command::SetTheme(ThemeId::Terminal), "theme-terminal", "", "theme terminal: its own sixteen colours"),
    bind(Command::SetTheme(ThemeId::Mono), "theme-mono", "", "theme mono: no colours"),
    bind(Command::SetTheme(ThemeId::Own), "theme-own", "", "theme of your own, from a file"),
];

#[rustfmt::skip]
const PROGRAM: &[DefaultBinding] = &[
    bind(Command::Refresh, "refresh", "R Ctrl-r", "refresh now"),
    bind(Command::ShowConnection, "connection", "L", "connection details"),
    bind(Command::ShowCommandPalette, "commands", ": Ctrl-p Ctrl-k", "command palette: every command by name"),
    bind(Command::ShowHelp, "help", "? F1", "help"),
    bind(Command::Quit, "quit", "q", "back one level, quit at the top"),
    bind(Command::ForceQuit, "quit-now", "Ctrl-c", "quit from anywhere"),
    bind(Command::Redraw, "redraw", "Ctrl-l", "redraw"),
    bind(Command::Suspend, "suspend", "Ctrl-z", "suspend"),
];

/// The short name where neither the label in the footer nor the beginning of the description is one.
pub(super) fn label(command: Command) -> &'static str {
    match command {
        Command::CopyLocator => "copy locator",
        Command::CopyWithAuthor => "copy with author",
        Command::MarkUnread => "mark unread",
        Command::SearchConversations => "search messages",
        Command::ShowMessageText => "show message",
        _ => "",
    }
}

/// The label in the footer; empty for commands that are not shown there.
pub(super) fn hint(command: Command) -> &'static str {
    match command {
        Command::Open => "open",
        Command::NextReply => "next reply",
        Command::Search => "search",
        Command::SearchConversations => "search texts",
        Command::Follow => "follow",
        Command::OpenLink => "links",
        Command::Copy => "copy",
        Command::ShowRawJson => "raw",
        Command::ShowDetails => "details",
        Command::CycleSortOrder => "sort",
        Command::CycleScope => "scope",
        Command::ShowHelp => "help",
        Command::Quit => "quit",
        _ => "",
    }
}
