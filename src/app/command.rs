//! Commands: everything that a key or the command palette can do, in the imperative.

use super::session_list::SortOrder;
use super::theme::ThemeId;
use crate::chat::Scope;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Search all commands, to run one.
    ShowCommandPalette,
    /// Select the next session or message.
    Down,
    /// Select the previous session or message.
    Up,
    HalfPageDown,
    HalfPageUp,
    PageDown,
    PageUp,
    /// Select the first session or the oldest message.
    First,
    /// Select the last session, or follow the newest message.
    Last,
    FocusOtherPane,
    FocusList,
    FocusTranscript,
    /// Open the session, or the links or details of the message.
    Open,
    /// Close the overlay, clear search or filter, or return to the list.
    Back,
    /// Filter the list, or search the transcript.
    Search,
    /// Search the messages of all conversations.
    SearchConversations,
    NextMatch,
    PreviousMatch,
    /// Show only the messages that match the search and those around them, or all.
    ToggleMatches,
    NextSpecial,
    PreviousSpecial,
    /// Select the first message of the customer's next turn.
    NextTurn,
    PreviousTurn,
    /// Open the session that was open before this one.
    PreviousSession,
    /// Open the conversation that the customer had before this one, or after it.
    EarlierConversation,
    LaterConversation,
    /// Open the next session that needs a reply, longest wait first.
    NextReply,
    /// Open the next session with unread messages, at the first of them.
    NextUnread,
    /// Show only sessions that need attention, or all.
    ToggleAttention,
    Follow,
    /// List the links of the message with their full addresses, to open one.
    OpenLink,
    /// List the links of the whole conversation.
    ShowAllLinks,
    /// Go to a date or time that is typed: to a message, or to a day of the list.
    GoToTime,
    Copy,
    CopyWithAuthor,
    CopySessionId,
    /// Show the text of the message alone, in the whole window.
    ShowMessageText,
    /// Copy a command that opens the viewer at the message.
    CopyLocator,
    /// Write the transcript to a file.
    Export,
    /// Copy the path of the file exported last.
    CopyExportPath,
    MarkRead,
    MarkAllRead,
    UndoMarkAllRead,
    /// Mark the session unread from the selected message on.
    MarkUnread,
    /// Toggle notifications for everything new in the session.
    WatchSession,
    ShowDetails,
    /// Show the JSON of the message as it was received.
    ShowRawJson,
    ChooseZone,
    /// Show times in the zone, in UTC, or relative to now.
    CycleTimeFormat,
    /// Show the time of every message to the second, or that of a run of messages.
    ToggleMessageTimes,
    CycleSortOrder,
    SetSortOrder(SortOrder),
    /// List the sessions of the next scope: my channels, mine, all.
    CycleScope,
    SetScope(Scope),
    /// Switch the saved view with this number on or off.
    ToggleView(u8),
    SetTheme(ThemeId),
    /// Show pseudonyms in place of personal data, or names again.
    TogglePrivacy,
    Zoom,
    /// Request everything that is shown now.
    Refresh,
    ShowConnection,
    /// Show how many wait, per channel and per agent.
    ShowOverview,
    ShowHelp,
    /// Go back one level, quit at the top.
    Quit,
    /// Quit from anywhere, also while typing.
    ForceQuit,
    /// Draw every cell again.
    Redraw,
    /// Return to the shell until continued.
    Suspend,
}

impl Command {
    /// Returns `true` if it moves the selection, or scrolls.
    pub(crate) fn is_movement(self) -> bool {
        matches!(
            self,
            Self::Down
                | Self::Up
                | Self::HalfPageDown
                | Self::HalfPageUp
                | Self::PageDown
                | Self::PageUp
                | Self::First
                | Self::Last
        )
    }
}
