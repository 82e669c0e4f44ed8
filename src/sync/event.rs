//! Events of the poller: what the service returned, and the state of the connection.

use std::time::Duration;

use super::api::{ApiError, ServiceNotice};
use super::search::{SearchReport, SearchUpdate};
use crate::chat::{
    AgentPresence, CurrentUser, CustomerId, Message, Scope, ServiceZone, Session, SessionId,
    SessionPage, TurnScan,
};
use crate::text::ListedSession;

#[derive(Clone, Debug, PartialEq)]
pub enum SyncEvent {
    /// The service listed sessions: a whole scope, or one page of it. The list feed is live.
    SessionsListed {
        scope: Scope,
        /// Where the page began; `None` for the first.
        below: Option<SessionId>,
        listing: SessionPage<ListedSession>,
    },
    /// Messages of a session arrived, in the order sent; some may be known already.
    MessagesArrived {
        session: SessionId,
        /// Later requests have higher ids.
        request_id: u64,
        messages: Vec<Message>,
    },
    /// A response with the messages of a session ended. The messages feed is live.
    MessagesComplete {
        session: SessionId,
        request_id: u64,
        extent: PullExtent,
        /// The last messages; those before were reported by [`SyncEvent::MessagesArrived`].
        messages: Vec<Message>,
    },
    SessionFetched(Box<Session>),
    /// A session cannot be read: it does not exist, or is not ours to read. The connection works.
    SessionUnavailable {
        session: SessionId,
        /// One sentence for the user.
        why: String,
    },
    /// The service listed the conversations of a customer, or the request failed.
    ConversationsFetched {
        customer: CustomerId,
        result: Result<Vec<Session>, ApiError>,
    },
    /// The service listed which agents are present, or the request failed.
    PresenceFetched(Result<Vec<AgentPresence>, ApiError>),
    /// A transcript was read for a wait; `None` if that failed.
    WaitRead {
        session: SessionId,
        scan: Option<TurnScan>,
        /// The messages of the last minutes, which may notify.
        recent: Vec<Message>,
    },
    /// A search across conversations found something, or made progress.
    SearchUpdated {
        id: u64,
        update: SearchUpdate,
    },
    /// A search across conversations ended without being cancelled.
    SearchEnded {
        id: u64,
        report: Box<SearchReport>,
    },
    SignedIn(CurrentUser),
    /// The service returned the zone it has for this user.
    UserZoneFetched(ServiceZone),
    /// The service does not provide the zone of the user.
    UserZoneRefused,
    /// The service does not list its zones.
    ZonesRefused,
    ZonesListed(Vec<ServiceZone>),
    /// The state of a feed changed. Only failures and slowness are reported: any response means
    /// [`ConnectionState::Live`].
    ConnectionChanged {
        feed: Feed,
        /// The session, for the messages feed.
        session: Option<SessionId>,
        state: ConnectionState,
    },
    Notice(ServiceNotice),
}

/// How much of a session a response held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PullExtent {
    /// All messages: those not in it are gone.
    Full,
    /// The messages after the cursor, and some before it again.
    Tail,
    /// No message, not even those that every pull repeats.
    Empty,
}

/// A kind of request that is repeated, each with its own connection state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feed {
    List,
    /// The messages of the open session.
    Messages,
}

/// The state of the connection to the service, for one feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConnectionState {
    #[default]
    Connecting,
    Live,
    /// A request has not been answered for some seconds.
    Slow,
    /// The last request failed and is repeated.
    Retrying {
        /// Counted from the event.
        after: Duration,
        why: String,
        /// Whether the service has requested the pause, which then holds for every request.
        is_pause: bool,
    },
    /// Not signed in, or not allowed; repeated with a renewed secret if there is one.
    SignedOut {
        /// Counted from the event; `None` if the same secret is sent again only at the user's request.
        after: Option<Duration>,
        why: String,
    },
    /// The service is not running; repeated all the same.
    Stopped {
        why: String,
    },
}

impl ConnectionState {
    /// Why it is not live, if there is a reason.
    pub(crate) fn why_mut(&mut self) -> Option<&mut String> {
        match self {
            Self::Retrying {
                after: _,
                why,
                is_pause: _,
            }
            | Self::SignedOut { after: _, why }
            | Self::Stopped { why } => Some(why),
            Self::Connecting | Self::Live | Self::Slow => None,
        }
    }
}
