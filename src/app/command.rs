//! What the reader of the screen wants, in the imperative.

/// One thing that can be asked for by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// Go one session or message down.
    Down,
    /// Go one session or message up.
    Up,
    /// Go half a page down.
    HalfPageDown,
    /// Go half a page up.
    HalfPageUp,
    /// Go a page down.
    PageDown,
    /// Go a page up.
    PageUp,
    /// Go to the oldest, or the first.
    First,
    /// Go to the newest and follow, or to the last.
    Last,
    /// Give the other pane the keys.
    FocusOtherPane,
    /// Give the list the keys.
    FocusList,
    /// Give the reader the keys.
    FocusTranscript,
    /// Open the session, or the links of the message.
    Open,
    /// Close what is on top, clear, or go back to the list.
    Back,
    /// Filter the list, or search the transcript.
    Search,
    /// Go to the next match.
    NextMatch,
    /// Go to the match before.
    PreviousMatch,
    /// Go to the next special message.
    NextSpecial,
    /// Go to the special message before.
    PreviousSpecial,
    /// Open the next session that needs a reply, longest wait first.
    NextReply,
    /// Follow the newest message, or stop following.
    Follow,
    /// Open a link of the message, its full address shown first.
    OpenLink,
    /// Copy the message.
    Copy,
    /// Copy the message with time and author.
    CopyWithAuthor,
    /// Mark the session read.
    MarkRead,
    /// Mark it unread from the message on.
    MarkUnread,
    /// Watch the session, or no longer.
    WatchSession,
    /// Show what is known of the session.
    ShowDetails,
    /// Show the message as it was sent.
    ShowRawJson,
    /// Choose the time zone.
    ChooseZone,
    /// Show times in the zone, in UTC, or relative to now.
    CycleTimeFormat,
    /// Change the order of the list.
    CycleSortOrder,
    /// Change which sessions the list holds.
    CycleScope,
    /// Show one pane or two.
    Zoom,
    /// Ask the service now.
    Refresh,
    /// Show how the link to the service stands.
    ShowConnection,
    /// Show the keys.
    ShowHelp,
    /// Go back one level, quit at the top.
    Quit,
    /// Quit from anywhere.
    ForceQuit,
    /// Draw everything again.
    Redraw,
    /// Suspend the program.
    Suspend,
}
