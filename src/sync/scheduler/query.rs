//! Queries: what can be requested, how urgent it is, what repeats it, and what follows a failure.

use crate::chat::{CustomerId, Scope, SessionId, WaitRead};
use crate::sync::{ApiError, ErrorKind, Feed, SyncEvent};

/// Something to request from the service, once, unless its variant is described as repeated.
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
    Conversations(CustomerId),
    /// Which agents are present, repeated.
    Presence,
    /// A transcript, for how long the customer waits.
    Wait(WaitRead),
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

/// What follows a failure.
#[derive(Debug)]
pub(super) enum AfterFailure {
    /// It is requested again after a delay, and the state of its feed, if it has one, shows the reason.
    Retry,
    /// It is requested again after a delay, and this is reported.
    RetryAndReport(SyncEvent),
    /// It is requested again after a delay: the session is not there, or not ours to read.
    SessionUnavailable(SessionId),
    /// It is not requested again, and this is reported.
    GiveUp(SyncEvent),
    /// As [`Scheduler::on_wait_read_failed`](super::Scheduler::on_wait_read_failed) decides.
    NextWaitRead(WaitRead),
}

impl Query {
    /// How urgent it is while this session is open.
    pub(super) fn priority(self, open: Option<SessionId>) -> Priority {
        match self {
            Self::Messages(session) if Some(session) == open => Priority::User,
            Self::List { below: Some(_), .. } | Self::Session(_) | Self::Conversations(_) => {
                Priority::User
            }
            Self::List { below: None, .. } | Self::UserZone => Priority::Feed,
            Self::Messages(_)
            | Self::ArchivePage { .. }
            | Self::Presence
            | Self::Wait(_)
            | Self::Zones
            | Self::Me => Priority::Low,
        }
    }

    /// The feed at whose interval it is requested again; `None` if only the user or a change repeats it.
    pub(super) fn interval_feed(self) -> Option<Feed> {
        match self {
            Self::Messages(_) => Some(Feed::Messages),
            Self::List { below: None, .. } | Self::Presence => Some(Feed::List),
            Self::List { below: Some(_), .. }
            | Self::ArchivePage { .. }
            | Self::Session(_)
            | Self::Conversations(_)
            | Self::Wait(_)
            | Self::UserZone
            | Self::Zones
            | Self::Me => None,
        }
    }

    /// The feed whose connection state a failure or a slow response changes; most one-shot queries change none.
    pub(in crate::sync) fn status_feed(self) -> Option<Feed> {
        match self {
            Self::List { .. } => Some(Feed::List),
            Self::Messages(_) => Some(Feed::Messages),
            Self::ArchivePage { .. }
            | Self::Session(_)
            | Self::Conversations(_)
            | Self::Presence
            | Self::Wait(_)
            | Self::UserZone
            | Self::Zones
            | Self::Me => None,
        }
    }

    /// What follows a failure of this kind.
    pub(super) fn after_failure(self, kind: ErrorKind, error: &ApiError) -> AfterFailure {
        match self {
            Self::Messages(session) | Self::Session(session)
                if matches!(kind, ErrorKind::NotFound | ErrorKind::Forbidden) =>
            {
                AfterFailure::SessionUnavailable(session)
            }
            // The user waits for the result, and a key requests it again.
            Self::Conversations(customer) if kind != ErrorKind::Moved => {
                let result = Err(error.clone());
                AfterFailure::GiveUp(SyncEvent::ConversationsFetched { customer, result })
            }
            // It is requested when the overview is opened again.
            Self::Presence if kind.is_refusal() => {
                AfterFailure::GiveUp(SyncEvent::PresenceFetched(Err(error.clone())))
            }
            Self::UserZone if kind.is_refusal() => {
                AfterFailure::RetryAndReport(SyncEvent::UserZoneRefused)
            }
            Self::Zones if kind.is_refusal() => {
                AfterFailure::RetryAndReport(SyncEvent::ZonesRefused)
            }
            Self::Wait(read) => AfterFailure::NextWaitRead(read),
            Self::Messages(_)
            | Self::List { .. }
            | Self::ArchivePage { .. }
            | Self::Session(_)
            | Self::Conversations(_)
            | Self::Presence
            | Self::UserZone
            | Self::Zones
            | Self::Me => AfterFailure::Retry,
        }
    }

    /// The session whose messages it requests.
    pub(in crate::sync) fn session(self) -> Option<SessionId> {
        match self {
            Self::Messages(session) => Some(session),
            _ => None,
        }
    }
}
