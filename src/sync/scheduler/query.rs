//! Queries: what can be requested, how urgent it is, and which feed its result belongs to.

use crate::chat::{CustomerId, Scope, SessionId, WaitRead};
use crate::sync::Feed;

/// Something to request from the service, once unless it says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sync) enum Query {
    /// The messages of an open or watched session, repeated.
    Messages(SessionId),
    /// The sessions of a scope, repeated; one page below an id, once.
    List {
        scope: Scope,
        below: Option<SessionId>,
    },
    /// A page of the archive that was loaded before.
    ArchivePage {
        below: SessionId,
    },
    Session(SessionId),
    /// The conversations of a customer.
    Conversations(CustomerId),
    /// Which agents are present, repeated.
    Presence,
    /// A transcript, for how long the customer waits.
    Wait(WaitRead),
    /// The zone of this user.
    UserZone,
    /// The zones of the service.
    Zones,
    /// The user of these credentials.
    Me,
}

/// A request to make now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sync) struct Request {
    pub(in crate::sync) query: Query,
    /// Counts the requests.
    pub(in crate::sync) id: u64,
    pub(in crate::sync) is_low_priority: bool,
}

/// How urgent a request is, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    /// The open session, or something the user requested.
    User,
    /// The list, which the user may be looking at, and the zone of its times.
    Feed,
    /// Everything else; it leaves part of the rate limit to the others.
    Low,
}

impl Query {
    /// The feed whose connection state a failure changes; most one-shot queries change none.
    pub(in crate::sync) fn feed(self) -> Option<Feed> {
        match self {
            Self::List { .. } => Some(Feed::List),
            Self::Messages(_) => Some(Feed::Messages),
            _ => None,
        }
    }

    pub(super) fn is_repeated(self) -> bool {
        matches!(
            self,
            Self::Messages(_) | Self::List { below: None, .. } | Self::Presence
        )
    }

    /// The session whose messages it requests.
    pub(in crate::sync) fn session(self) -> Option<SessionId> {
        match self {
            Self::Messages(session) => Some(session),
            _ => None,
        }
    }
}
