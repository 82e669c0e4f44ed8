//! Commands with their default keys, by topic: a new key is one row here.

use crate::app::command::Command as C;
use crate::app::session_list::SortOrder;
use crate::app::theme::ThemeId;
use crate::chat::Scope;

/// A command with its name in the configuration, its keys as [`crate::app::keys::parse`] reads them,
/// separated by spaces, and its description in help.
type Row = (C, &'static str, &'static str, &'static str);

/// All commands by topic, as help and README list them.
pub(super) const TOPICS: [(&str, &[Row]); 6] = [
    ("Moving", MOVING),
    ("Finding", FINDING),
    ("Messages and sessions", CONTENTS),
    ("Read state", READ_STATE),
    ("Display", DISPLAY),
    ("Program", PROGRAM),
];

const MOVING: &[Row] = &[
    (C::Down, "down", "j ↓", "next session or message"),
    (C::Up, "up", "k ↑", "previous session or message"),
    (
        C::HalfPageDown,
        "half-page-down",
        "Ctrl-d",
        "half a page down",
    ),
    (C::HalfPageUp, "half-page-up", "Ctrl-u", "half a page up"),
    (C::PageDown, "page-down", "PgDn Space", "a page down"),
    (C::PageUp, "page-up", "PgUp b", "a page up"),
    (C::First, "first", "g Home", "first session, oldest message"),
    (
        C::Last,
        "last",
        "G End",
        "last session, newest message and follow",
    ),
    (
        C::FocusOtherPane,
        "other-pane",
        "Tab Shift-Tab",
        "other pane",
    ),
    (C::FocusList, "list-pane", "h ←", "session list"),
    (C::FocusTranscript, "transcript-pane", "l →", "transcript"),
    (
        C::Open,
        "open",
        "Enter",
        "open; in the transcript: links or details of the message",
    ),
    (C::Back, "back", "Esc", "back, clear"),
];

const FINDING: &[Row] = &[
    (
        C::NextReply,
        "next-reply",
        "a Alt-a",
        "next session that needs a reply, longest wait first",
    ),
    (
        C::NextUnread,
        "next-unread",
        "u",
        "next session with unread messages, at the first of them",
    ),
    (
        C::PreviousSession,
        "previous-session",
        "-",
        "the session before this one",
    ),
    (
        C::EarlierConversation,
        "earlier-conversation",
        "<",
        "the customer's earlier conversation",
    ),
    (
        C::LaterConversation,
        "later-conversation",
        ">",
        "the customer's later conversation",
    ),
    (
        C::ShowOverview,
        "overview",
        "W",
        "queue overview: how many wait, per channel and agent",
    ),
    (C::Search, "search", "/", "list: filter; transcript: search"),
    (
        C::SearchConversations,
        "search-conversations",
        "S",
        "search messages across conversations",
    ),
    (C::NextMatch, "next-match", "n", "next match"),
    (C::PreviousMatch, "previous-match", "N", "previous match"),
    (
        C::ToggleMatches,
        "matches",
        "&",
        "only matches, with two messages around each; again: all",
    ),
    (
        C::NextSpecial,
        "next-special",
        "] J",
        "next special message",
    ),
    (
        C::PreviousSpecial,
        "previous-special",
        "[ K",
        "previous special message",
    ),
    (C::NextTurn, "next-turn", "} D", "next turn of the customer"),
    (
        C::PreviousTurn,
        "previous-turn",
        "{ U",
        "previous turn of the customer",
    ),
    (
        C::GoToTime,
        "go-to-time",
        "d",
        "go to a date or time; in the list to that day",
    ),
];

const CONTENTS: &[Row] = &[
    (C::Follow, "follow", "f F", "toggle follow"),
    (
        C::OpenLink,
        "open-link",
        "o",
        "open a link; its full address is shown first",
    ),
    (
        C::ShowAllLinks,
        "all-links",
        "O",
        "all links of the conversation, newest first",
    ),
    (
        C::Copy,
        "copy",
        "y",
        "copy the message; in an overlay the selected line",
    ),
    (C::CopySessionId, "copy-id", "", "copy the session id"),
    (
        C::CopyWithAuthor,
        "copy-whole",
        "Y",
        "copy the message with author and time; in an overlay all of it",
    ),
    (
        C::ShowMessageText,
        "message-text",
        "B",
        "the message alone, for the terminal's own selection",
    ),
    (
        C::CopyLocator,
        "copy-locator",
        "c",
        "copy a command that opens the viewer at the message",
    ),
    (C::Export, "export", "e", "export this transcript to a file"),
    (
        C::CopyExportPath,
        "copy-export-path",
        "",
        "copy the path of the last export",
    ),
    (C::ShowRawJson, "raw", "r", "raw JSON of the message"),
    (C::ShowDetails, "details", "i", "session details"),
];

const READ_STATE: &[Row] = &[
    (C::MarkRead, "mark-read", "m", "mark the session read"),
    (C::MarkAllRead, "mark-all-read", "", "mark all read"),
    (
        C::UndoMarkAllRead,
        "undo-mark-all-read",
        "",
        "undo mark all read",
    ),
    (
        C::MarkUnread,
        "mark-unread",
        "M",
        "mark unread from this message on",
    ),
    (
        C::WatchSession,
        "watch",
        "w",
        "toggle notifications for this session",
    ),
];

const DISPLAY: &[Row] = &[
    (C::CycleSortOrder, "order", "s", "sort order"),
    (
        C::SetSortOrder(SortOrder::Urgency),
        "order-urgency",
        "",
        "order by urgency",
    ),
    (
        C::SetSortOrder(SortOrder::Recent),
        "order-latest",
        "",
        "order by last activity, latest first",
    ),
    (
        C::SetSortOrder(SortOrder::Name),
        "order-name",
        "",
        "order by customer name",
    ),
    (
        C::SetSortOrder(SortOrder::Channel),
        "order-channel",
        "",
        "order by channel",
    ),
    (C::CycleScope, "scope", "v", "scope: my channels, mine, all"),
    (
        C::SetScope(Scope::Channels),
        "scope-channels",
        "",
        "scope my channels",
    ),
    (C::SetScope(Scope::Mine), "scope-mine", "", "scope mine"),
    (C::SetScope(Scope::All), "scope-all", "", "scope all"),
    (C::ToggleView(1), "view-1", "1", "saved view 1"),
    (C::ToggleView(2), "view-2", "2", "saved view 2"),
    (C::ToggleView(3), "view-3", "3", "saved view 3"),
    (C::ToggleView(4), "view-4", "4", "saved view 4"),
    (C::ToggleView(5), "view-5", "5", "saved view 5"),
    (C::ToggleView(6), "view-6", "6", "saved view 6"),
    (C::ToggleView(7), "view-7", "7", "saved view 7"),
    (C::ToggleView(8), "view-8", "8", "saved view 8"),
    (C::ToggleView(9), "view-9", "9", "saved view 9"),
    (
        C::ToggleAttention,
        "attention",
        "x",
        "only what needs attention: waiting, unread, watched",
    ),
    (C::ChooseZone, "choose-zone", "t", "choose the time zone"),
    (
        C::CycleTimeFormat,
        "cycle-times",
        "T",
        "times in the zone, in UTC, relative",
    ),
    (
        C::ToggleMessageTimes,
        "message-times",
        "",
        "each message's own time, to the second; again: that of a run",
    ),
    (
        C::TogglePrivacy,
        "privacy",
        "p",
        "privacy: pseudonyms in place of names, addresses, numbers",
    ),
    (C::Zoom, "zoom", "z", "one pane or two"),
    (
        C::SetTheme(ThemeId::Auto),
        "theme-auto",
        "",
        "theme auto: as the background of the terminal requires",
    ),
    (C::SetTheme(ThemeId::Dark), "theme-dark", "", "theme dark"),
    (
        C::SetTheme(ThemeId::Light),
        "theme-light",
        "",
        "theme light",
    ),
    (
        C::SetTheme(ThemeId::HighContrast),
        "theme-high-contrast",
        "",
        "theme of high contrast, white on black",
    ),
    (
        C::SetTheme(ThemeId::ColorBlind),
        "theme-color-blind",
        "",
        "theme for those who confuse red and green",
    ),
    (
        C::SetTheme(ThemeId::Terminal),
        "theme-terminal",
        "",
        "theme terminal: its own sixteen colours",
    ),
    (
        C::SetTheme(ThemeId::Mono),
        "theme-mono",
        "",
        "theme mono: no colours",
    ),
    (
        C::SetTheme(ThemeId::Own),
        "theme-own",
        "",
        "theme of your own, from a file",
    ),
];

const PROGRAM: &[Row] = &[
    (C::Refresh, "refresh", "R Ctrl-r", "refresh now"),
    (C::ShowConnection, "connection", "L", "connection details"),
    (
        C::ShowCommandPalette,
        "commands",
        ": Ctrl-p Ctrl-k",
        "command palette: every command by name",
    ),
    (C::ShowHelp, "help", "? F1", "help"),
    (C::Quit, "quit", "q", "back one level, quit at the top"),
    (C::ForceQuit, "quit-now", "Ctrl-c", "quit from anywhere"),
    (C::Redraw, "redraw", "Ctrl-l", "redraw"),
    (C::Suspend, "suspend", "Ctrl-z", "suspend"),
];

/// The short name where neither the label in the footer nor the beginning of the description is one.
pub(super) fn label(command: C) -> &'static str {
    match command {
        C::CopyLocator => "copy locator",
        C::CopyWithAuthor => "copy with author",
        C::MarkUnread => "mark unread",
        C::SearchConversations => "search messages",
        C::ShowMessageText => "show message",
        _ => "",
    }
}

/// The label in the footer; empty for commands that are not shown there.
pub(super) fn hint(command: C) -> &'static str {
    match command {
        C::Open => "open",
        C::NextReply => "next reply",
        C::Search => "search",
        C::SearchConversations => "search texts",
        C::Follow => "follow",
        C::OpenLink => "links",
        C::Copy => "copy",
        C::ShowRawJson => "raw",
        C::ShowDetails => "details",
        C::CycleSortOrder => "sort",
        C::CycleScope => "scope",
        C::ShowHelp => "help",
        C::Quit => "quit",
        _ => "",
    }
}
