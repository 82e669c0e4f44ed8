//! Needs of commands: what must be there for each to do something, and the pane that follows from it.

use super::KeyContext;
use crate::app::command::Command;

/// What a command may need; [`App::why_unavailable`](crate::app::App::why_unavailable) names what is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Need {
    /// The list is focused.
    List,
    /// The transcript is focused.
    Transcript,
    LoadedList,
    /// While the list is focused, it has a row.
    RowIfInList,
    /// While the transcript is focused, it has a message.
    MessageIfInTranscript,
    /// A message is selected, which is so in the transcript only.
    Message,
    /// A session is selected, or open and known.
    Session,
    /// As [`Self::Session`], or the session is among the customer's conversations.
    SessionOrSummary,
    /// While the list is focused, it has a row, or a session is open.
    RowOrOpenSessionIfInList,
    /// While the transcript is focused, it has a message, or its session is known.
    MessageOrSessionIfInTranscript,
    /// The transcript was searched.
    Search,
    /// The search has a match.
    Match,
}

/// What a command needs, in the order in which that is checked.
pub(in crate::app) fn needs_of(command: Command) -> &'static [Need] {
    match command {
        Command::Down
        | Command::Up
        | Command::HalfPageDown
        | Command::HalfPageUp
        | Command::PageDown
        | Command::PageUp
        | Command::First
        | Command::Last => &[Need::RowIfInList, Need::MessageIfInTranscript],
        Command::Open => &[Need::RowIfInList, Need::MessageOrSessionIfInTranscript],
        Command::FocusOtherPane | Command::FocusTranscript => &[Need::RowOrOpenSessionIfInList],
        Command::NextReply | Command::NextUnread | Command::MarkAllRead => &[Need::LoadedList],
        Command::OpenLink
        | Command::Copy
        | Command::CopyWithAuthor
        | Command::CopyLocator
        | Command::ShowMessageText
        | Command::ShowRawJson
        | Command::MarkUnread => &[Need::Message],
        Command::ShowDetails
        | Command::MarkRead
        | Command::WatchSession
        | Command::CopySessionId => &[Need::Session],
        Command::EarlierConversation | Command::LaterConversation => &[Need::SessionOrSummary],
        Command::Follow
        | Command::NextSpecial
        | Command::PreviousSpecial
        | Command::NextTurn
        | Command::PreviousTurn
        | Command::ShowAllLinks
        | Command::Export => &[Need::Transcript, Need::MessageIfInTranscript],
        Command::NextMatch | Command::PreviousMatch => &[Need::Transcript, Need::Search],
        Command::ToggleMatches => &[Need::Transcript, Need::Search, Need::Match],
        Command::GoToTime => &[Need::MessageIfInTranscript],
        Command::CycleSortOrder => &[Need::List],
        Command::FocusList
        | Command::Back
        | Command::Search
        | Command::SearchConversations
        | Command::PreviousSession
        | Command::ShowOverview
        | Command::CopyExportPath
        | Command::UndoMarkAllRead
        | Command::ToggleAttention
        | Command::SetSortOrder(_)
        | Command::CycleScope
        | Command::SetScope(_)
        | Command::ToggleView(_)
        | Command::ChooseZone
        | Command::CycleTimeFormat
        | Command::ToggleMessageTimes
        | Command::TogglePrivacy
        | Command::Zoom
        | Command::SetTheme(_)
        | Command::Refresh
        | Command::ShowConnection
        | Command::ShowCommandPalette
        | Command::ShowHelp
        | Command::Quit
        | Command::ForceQuit
        | Command::Redraw
        | Command::Suspend => &[],
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
