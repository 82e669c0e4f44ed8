//! What commands need where they are executed, and the pane in which their keys work, which follows from it.

use super::KeyContext;
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

/// What a command may need; [`App::why_unavailable`](crate::app::App::why_unavailable) says what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Need {
    /// The list is focused.
    List,
    /// The transcript is focused.
    Transcript,
    /// The list was loaded.
    LoadedList,
    /// While the list is focused, it has a row.
    Row,
    /// While the transcript is focused, it has a message.
    ShownMessage,
    /// A message is selected, which is so in the transcript only.
    Message,
    /// A session is selected, or open and known.
    Session,
    /// The same, or the customer's conversations say enough of it.
    SessionOrSummary,
    /// While the list is focused, it has a row, or a session is open.
    RowOrOpenSession,
    /// While the transcript is focused, it has a message, or its session is known.
    MessageOrSession,
    /// The transcript was searched.
    Search,
    /// With a match.
    Match,
}

/// What a command needs, in the order in which that is checked.
pub(in crate::app) fn needs_of(command: Command) -> &'static [Need] {
    match command {
        Down | Up | HalfPageDown | HalfPageUp | PageDown | PageUp | First | Last => {
            &[Need::Row, Need::ShownMessage]
        }
        Open => &[Need::Row, Need::MessageOrSession],
        FocusOtherPane | FocusTranscript => &[Need::RowOrOpenSession],
        NextReply | NextUnread | MarkAllRead => &[Need::LoadedList],
        OpenLink | Copy | CopyWithAuthor | CopyLocator | ShowMessageText | ShowRawJson
        | MarkUnread => &[Need::Message],
        ShowDetails | MarkRead | WatchSession | CopySessionId => &[Need::Session],
        EarlierConversation | LaterConversation => &[Need::SessionOrSummary],
        Follow | NextSpecial | PreviousSpecial | NextTurn | PreviousTurn | ShowAllLinks
        | Export => &[Need::Transcript, Need::ShownMessage],
        NextMatch | PreviousMatch => &[Need::Transcript, Need::Search],
        ToggleMatches => &[Need::Transcript, Need::Search, Need::Match],
        GoToTime => &[Need::ShownMessage],
        CycleSortOrder => &[Need::List],
        FocusList | Back | Search | SearchConversations | PreviousSession | ShowOverview
        | CopyExportPath | UndoMarkAllRead | ToggleAttention | SetSortOrder(_) | CycleScope
        | SetScope(_) | ToggleView(_) | ChooseZone | CycleTimeFormat | ToggleMessageTimes
        | TogglePrivacy | Zoom | SetTheme(_) | Refresh | ShowConnection | ShowCommandPalette
        | ShowHelp | Quit | ForceQuit | Redraw | Suspend => &[],
    }
}

/// Where the keys of a command work.
pub(super) fn context(command: Command) -> KeyContext {
    let needs = needs_of(command);
    if needs.contains(&Need::List) {
        KeyContext::List
    } else if needs.contains(&Need::Transcript) || needs.contains(&Need::Message) {
        KeyContext::Transcript
    } else {
        KeyContext::Everywhere
    }
}
