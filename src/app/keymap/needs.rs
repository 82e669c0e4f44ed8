//! Needs of commands: what must be there for each to do something, and the pane that follows from it.

use super::KeyContext;
use crate::app::command::Command as C;

/// What a command may need; [`App::why_unavailable`](crate::app::App::why_unavailable) names what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Need {
    /// The list is focused.
    List,
    /// The transcript is focused.
    Transcript,
    LoadedList,
    /// While the list is focused, it has a row.
    Row,
    /// While the transcript is focused, it has a message.
    ShownMessage,
    /// A message is selected, which is so in the transcript only.
    Message,
    /// A session is selected, or open and known.
    Session,
    /// As [`Self::Session`], or the session is among the customer's conversations.
    SessionOrSummary,
    /// While the list is focused, it has a row, or a session is open.
    RowOrOpenSession,
    /// While the transcript is focused, it has a message, or its session is known.
    MessageOrSession,
    /// The transcript was searched.
    Search,
    /// The search has a match.
    Match,
}

/// What a command needs, in the order in which that is checked.
pub(in crate::app) fn needs_of(command: C) -> &'static [Need] {
    match command {
        C::Down
        | C::Up
        | C::HalfPageDown
        | C::HalfPageUp
        | C::PageDown
        | C::PageUp
        | C::First
        | C::Last => &[Need::Row, Need::ShownMessage],
        C::Open => &[Need::Row, Need::MessageOrSession],
        C::FocusOtherPane | C::FocusTranscript => &[Need::RowOrOpenSession],
        C::NextReply | C::NextUnread | C::MarkAllRead => &[Need::LoadedList],
        C::OpenLink
        | C::Copy
        | C::CopyWithAuthor
        | C::CopyLocator
        | C::ShowMessageText
        | C::ShowRawJson
        | C::MarkUnread => &[Need::Message],
        C::ShowDetails | C::MarkRead | C::WatchSession | C::CopySessionId => &[Need::Session],
        C::EarlierConversation | C::LaterConversation => &[Need::SessionOrSummary],
        C::Follow
        | C::NextSpecial
        | C::PreviousSpecial
        | C::NextTurn
        | C::PreviousTurn
        | C::ShowAllLinks
        | C::Export => &[Need::Transcript, Need::ShownMessage],
        C::NextMatch | C::PreviousMatch => &[Need::Transcript, Need::Search],
        C::ToggleMatches => &[Need::Transcript, Need::Search, Need::Match],
        C::GoToTime => &[Need::ShownMessage],
        C::CycleSortOrder => &[Need::List],
        C::FocusList
        | C::Back
        | C::Search
        | C::SearchConversations
        | C::PreviousSession
        | C::ShowOverview
        | C::CopyExportPath
        | C::UndoMarkAllRead
        | C::ToggleAttention
        | C::SetSortOrder(_)
        | C::CycleScope
        | C::SetScope(_)
        | C::ToggleView(_)
        | C::ChooseZone
        | C::CycleTimeFormat
        | C::ToggleMessageTimes
        | C::TogglePrivacy
        | C::Zoom
        | C::SetTheme(_)
        | C::Refresh
        | C::ShowConnection
        | C::ShowCommandPalette
        | C::ShowHelp
        | C::Quit
        | C::ForceQuit
        | C::Redraw
        | C::Suspend => &[],
    }
}

/// Where the keys of a command work.
pub(super) fn context(command: C) -> KeyContext {
    let needs = needs_of(command);
    if needs.contains(&Need::List) {
        KeyContext::List
    } else if needs.contains(&Need::Transcript) || needs.contains(&Need::Message) {
        KeyContext::Transcript
    } else {
        KeyContext::Everywhere
    }
}
