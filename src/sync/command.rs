//! Commands to the poller.

use std::time::Duration;

use super::search::SearchRequest;
use crate::chat::{CustomerId, Scope, SessionId, Timestamp, WaitRead};

/// A change of what the poller polls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncCommand {
    /// Poll the messages of this session, and no longer those of the one opened before
    /// unless it is watched. `from_start` discards the cursor: nothing of the session is stored.
    Open {
        session: SessionId,
        from_start: bool,
    },
    /// Poll these sessions beside the open one, and no others.
    SetWatched(Vec<SessionId>),
    /// Read these transcripts for how long the customers wait, one a second, in this order, instead of
    /// those named before. `now` is the time by the clock of the service.
    ReadWaits {
        reads: Vec<WaitRead>,
        now: Timestamp,
    },
    /// Fetch one session once: the list does not contain it.
    FetchSession(SessionId),
    /// Fetch the conversations of this customer once, instead of those of another.
    FetchConversations(CustomerId),
    /// Poll which agents are present, or no longer.
    PollPresence(bool),
    /// Poll the list of this scope.
    SetScope(Scope),
    /// Fetch the page of the list below this session.
    FetchNextPage {
        below: SessionId,
    },
    /// Search across conversations, in place of the search before. Later searches have higher ids.
    Search {
        id: u64,
        request: Box<SearchRequest>,
    },
    CancelSearch,
    /// Request everything now, also what waits after a failure or was given up. Only a pause that
    /// the service requested still holds.
    Refresh,
    /// Poll at full rate, or less while the window has no focus.
    SetFocused(bool),
    /// Request everything again over new connections: the machine slept, and requests in flight
    /// may never be answered.
    Resume {
        slept: Duration,
    },
}
