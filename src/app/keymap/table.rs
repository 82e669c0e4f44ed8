//! Commands with their default keys, by topic: a new key is one row here.

use crate::app::command::Command::{
    self, Back, ChooseZone, Copy, CopyExportPath, CopyLocator, CopySessionId, CopyWithAuthor,
    CycleScope, CycleSortOrder, CycleTimeFormat, Down, EarlierConversation, Export, First,
    FocusList, FocusOtherPane, FocusTranscript, Follow, ForceQuit, GoToTime, HalfPageDown,
    HalfPageUp, Last, LaterConversation, MarkAllRead, MarkRead, MarkUnread, NextMatch, NextReply,
    NextSpecial, NextTurn, NextUnread, Open, OpenLink, PageDown, PageUp, PreviousMatch,
    PreviousSession, PreviousSpecial, PreviousTurn, Quit, Redraw, Refresh, Search,
    SearchConversations, SetScope, SetSortOrder, SetTheme, ShowAllLinks, ShowCommandPalette,
    ShowConnection, ShowDetails, ShowHelp, ShowMessageText, ShowOverview, ShowRawJson, Suspend,
    ToggleAttention, ToggleMatches, ToggleMessageTimes, TogglePrivacy, ToggleView, UndoMarkAllRead,
    Up, WatchSession, Zoom,
};
use crate::app::session_list::SortOrder;
use crate::app::theme::ThemeId;
use crate::chat::Scope;

/// A command with its name in the configuration, its keys as [`crate::app::keys::parse`] reads them,
/// separated by spaces, and its description in help.
type Row = (Command, &'static str, &'static str, &'static str);

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
    (Down, "down", "j ↓", "next session or message"),
    (Up, "up", "k ↑", "previous session or message"),
    (HalfPageDown, "half-page-down", "Ctrl-d", "half a page down"),
    (HalfPageUp, "half-page-up", "Ctrl-u", "half a page up"),
    (PageDown, "page-down", "PgDn Space", "a page down"),
    (PageUp, "page-up", "PgUp b", "a page up"),
    (First, "first", "g Home", "first session, oldest message"),
    (
        Last,
        "last",
        "G End",
        "last session, newest message and follow",
    ),
    (FocusOtherPane, "other-pane", "Tab Shift-Tab", "other pane"),
    (FocusList, "list-pane", "h ←", "session list"),
    (FocusTranscript, "transcript-pane", "l →", "transcript"),
    (
        Open,
        "open",
        "Enter",
        "open; in the transcript: links or details of the message",
    ),
    (Back, "back", "Esc", "back, clear"),
];

const FINDING: &[Row] = &[
    (
        NextReply,
        "next-reply",
        "a Alt-a",
        "next session that needs a reply, longest wait first",
    ),
    (
        NextUnread,
        "next-unread",
        "u",
        "next session with unread messages, at the first of them",
    ),
    (
        PreviousSession,
        "previous-session",
        "-",
        "the session before this one",
    ),
    (
        EarlierConversation,
        "earlier-conversation",
        "<",
        "the customer's earlier conversation",
    ),
    (
        LaterConversation,
        "later-conversation",
        ">",
        "the customer's later conversation",
    ),
    (
        ShowOverview,
        "overview",
        "W",
        "queue overview: how many wait, per channel and agent",
    ),
    (Search, "search", "/", "list: filter; transcript: search"),
    (
        SearchConversations,
        "search-conversations",
        "S",
        "search messages across conversations",
    ),
    (NextMatch, "next-match", "n", "next match"),
    (PreviousMatch, "previous-match", "N", "previous match"),
    (
        ToggleMatches,
        "matches",
        "&",
        "only matches, with two messages around each; again: all",
    ),
    (NextSpecial, "next-special", "] J", "next special message"),
    (
        PreviousSpecial,
        "previous-special",
        "[ K",
        "previous special message",
    ),
    (NextTurn, "next-turn", "} D", "next turn of the customer"),
    (
        PreviousTurn,
        "previous-turn",
        "{ U",
        "previous turn of the customer",
    ),
    (
        GoToTime,
        "go-to-time",
        "d",
        "go to a date or time; in the list to that day",
    ),
];

const CONTENTS: &[Row] = &[
    (Follow, "follow", "f F", "toggle follow"),
    (
        OpenLink,
        "open-link",
        "o",
        "open a link; its full address is shown first",
    ),
    (
        ShowAllLinks,
        "all-links",
        "O",
        "all links of the conversation, newest first",
    ),
    (
        Copy,
        "copy",
        "y",
        "copy the message; in an overlay the selected line",
    ),
    (CopySessionId, "copy-id", "", "copy the session id"),
    (
        CopyWithAuthor,
        "copy-whole",
        "Y",
        "copy the message with author and time; in an overlay all of it",
    ),
    (
        ShowMessageText,
        "message-text",
        "B",
        "the message alone, for the terminal's own selection",
    ),
    (
        CopyLocator,
        "copy-locator",
        "c",
        "copy a command that opens the viewer at the message",
    ),
    (Export, "export", "e", "export this transcript to a file"),
    (
        CopyExportPath,
        "copy-export-path",
        "",
        "copy the path of the last export",
    ),
    (ShowRawJson, "raw", "r", "raw JSON of the message"),
    (ShowDetails, "details", "i", "session details"),
];

const READ_STATE: &[Row] = &[
    (MarkRead, "mark-read", "m", "mark the session read"),
    (MarkAllRead, "mark-all-read", "", "mark all read"),
    (
        UndoMarkAllRead,
        "undo-mark-all-read",
        "",
        "undo mark all read",
    ),
    (
        MarkUnread,
        "mark-unread",
        "M",
        "mark unread from this message on",
    ),
    (
        WatchSession,
        "watch",
        "w",
        "toggle notifications for this session",
    ),
];

const DISPLAY: &[Row] = &[
    (CycleSortOrder, "order", "s", "sort order"),
    (
        SetSortOrder(SortOrder::Urgency),
        "order-urgency",
        "",
        "order by urgency",
    ),
    (
        SetSortOrder(SortOrder::Recent),
        "order-latest",
        "",
        "order by last activity, latest first",
    ),
    (
        SetSortOrder(SortOrder::Name),
        "order-name",
        "",
        "order by customer name",
    ),
    (
        SetSortOrder(SortOrder::Channel),
        "order-channel",
        "",
        "order by channel",
    ),
    (CycleScope, "scope", "v", "scope: my channels, mine, all"),
    (
        SetScope(Scope::Channels),
        "scope-channels",
        "",
        "scope my channels",
    ),
    (SetScope(Scope::Mine), "scope-mine", "", "scope mine"),
    (SetScope(Scope::All), "scope-all", "", "scope all"),
    (ToggleView(1), "view-1", "1", "saved view 1"),
    (ToggleView(2), "view-2", "2", "saved view 2"),
    (ToggleView(3), "view-3", "3", "saved view 3"),
    (ToggleView(4), "view-4", "4", "saved view 4"),
    (ToggleView(5), "view-5", "5", "saved view 5"),
    (ToggleView(6), "view-6", "6", "saved view 6"),
    (ToggleView(7), "view-7", "7", "saved view 7"),
    (ToggleView(8), "view-8", "8", "saved view 8"),
    (ToggleView(9), "view-9", "9", "saved view 9"),
    (
        ToggleAttention,
        "attention",
        "x",
        "only what needs attention: waiting, unread, watched",
    ),
    (ChooseZone, "choose-zone", "t", "choose the time zone"),
    (
        CycleTimeFormat,
        "cycle-times",
        "T",
        "times in the zone, in UTC, relative",
    ),
    (
        ToggleMessageTimes,
        "message-times",
        "",
        "each message's own time, to the second; again: that of a run",
    ),
    (
        TogglePrivacy,
        "privacy",
        "p",
        "privacy: pseudonyms in place of names, addresses, numbers",
    ),
    (Zoom, "zoom", "z", "one pane or two"),
    (
        SetTheme(ThemeId::Auto),
        "theme-auto",
        "",
        "theme auto: as the background of the terminal requires",
    ),
    (SetTheme(ThemeId::Dark), "theme-dark", "", "theme dark"),
    (SetTheme(ThemeId::Light), "theme-light", "", "theme light"),
    (
        SetTheme(ThemeId::HighContrast),
        "theme-high-contrast",
        "",
        "theme of high contrast, white on black",
    ),
    (
        SetTheme(ThemeId::ColorBlind),
        "theme-color-blind",
        "",
        "theme for those who confuse red and green",
    ),
    (
        SetTheme(ThemeId::Terminal),
        "theme-terminal",
        "",
        "theme terminal: its own sixteen colours",
    ),
    (
        SetTheme(ThemeId::Mono),
        "theme-mono",
        "",
        "theme mono: no colours",
    ),
    (
        SetTheme(ThemeId::Own),
        "theme-own",
        "",
        "theme of your own, from a file",
    ),
];

const PROGRAM: &[Row] = &[
    (Refresh, "refresh", "R Ctrl-r", "refresh now"),
    (ShowConnection, "connection", "L", "connection details"),
    (
        ShowCommandPalette,
        "commands",
        ": Ctrl-p Ctrl-k",
        "command palette: every command by name",
    ),
    (ShowHelp, "help", "? F1", "help"),
    (Quit, "quit", "q", "back one level, quit at the top"),
    (ForceQuit, "quit-now", "Ctrl-c", "quit from anywhere"),
    (Redraw, "redraw", "Ctrl-l", "redraw"),
    (Suspend, "suspend", "Ctrl-z", "suspend"),
];

/// The short name where neither the label in the footer nor the beginning of the description is one.
pub(super) fn label(command: Command) -> &'static str {
    match command {
        CopyLocator => "copy locator",
        CopyWithAuthor => "copy with author",
        MarkUnread => "mark unread",
        SearchConversations => "search messages",
        ShowMessageText => "show message",
        _ => "",
    }
}

/// The label in the footer; empty for commands that are not shown there.
pub(super) fn hint(command: Command) -> &'static str {
    match command {
        Open => "open",
        NextReply => "next reply",
        Search => "search",
        SearchConversations => "search texts",
        Follow => "follow",
        OpenLink => "links",
        Copy => "copy",
        ShowRawJson => "raw",
        ShowDetails => "details",
        CycleSortOrder => "sort",
        CycleScope => "scope",
        ShowHelp => "help",
        Quit => "quit",
        _ => "",
    }
}
