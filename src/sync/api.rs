//! The read-only interface to a chat service.

use std::future::Future;
use std::time::Duration;

use chrono::TimeDelta;
use chrono_tz::Tz;

use crate::chat::{
    AgentPresence, AggregateQuery, Aggregates, Channel, CurrentUser, CustomerId, Message,
    MessageEdge, MessageId, MessageMark, MessagePage, MessageSearch, Scope, ServiceZone, Session,
    SessionId, SessionPage, TrafficStats,
};

/// A chat service that can be read.
pub trait ChatApi: Send + Sync + 'static {
    type Messages: MessageStream;

    /// Lists the sessions of a scope. [`Scope::All`] is returned in pages, the next one with ids
    /// below `below`; the other scopes are returned whole.
    fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> impl Future<Output = Result<SessionPage, ApiError>> + Send;

    fn session(&self, id: SessionId) -> impl Future<Output = Result<Session, ApiError>> + Send;

    /// Requests the messages with ids above `after`; returns once the response begins.
    fn messages(
        &self,
        session: SessionId,
        after: MessageId,
    ) -> impl Future<Output = Result<Self::Messages, ApiError>> + Send;

    /// Lists the conversations of a customer, the newest ones, if the service can.
    fn conversations(
        &self,
        _customer: CustomerId,
    ) -> impl Future<Output = Result<Vec<Session>, ApiError>> + Send {
        let why = "The service does not have the customer's conversations";
        std::future::ready(Err(ApiError::new(ErrorKind::NotFound, why)))
    }

    /// Returns a page of the messages that contain a text, from all sessions, if the service can. Whether
    /// more follow is known from an empty page only.
    fn search_messages(
        &self,
        _search: &MessageSearch,
    ) -> impl Future<Output = Result<MessagePage, ApiError>> + Send {
        std::future::ready(Err(no_message_search()))
    }

    /// Finds a message of all sessions by its place in the order of ids, if the service can; `None` if there is
    /// none.
    fn message_at(
        &self,
        _edge: MessageEdge,
    ) -> impl Future<Output = Result<Option<MessageMark>, ApiError>> + Send {
        std::future::ready(Err(no_message_search()))
    }

    /// Lists a page of the archived sessions whose first or last message contains one of these texts, if the
    /// service can.
    fn search_sessions(
        &self,
        _texts: &[String],
        _below: Option<SessionId>,
    ) -> impl Future<Output = Result<SessionPage, ApiError>> + Send {
        let why = "The service does not search its archived sessions";
        std::future::ready(Err(ApiError::new(ErrorKind::NotFound, why)))
    }

    /// Lists a page of the archived sessions that are linked to a person with this email address, if the service can.
    fn sessions_of_mail(
        &self,
        _mail: &str,
        _below: Option<SessionId>,
    ) -> impl Future<Output = Result<SessionPage, ApiError>> + Send {
        let why = "The service does not find sessions by email address";
        std::future::ready(Err(ApiError::new(ErrorKind::NotFound, why)))
    }

    /// Lists those of these sessions that are in the user's archive, if the service can.
    fn archived_sessions(
        &self,
        _ids: &[SessionId],
    ) -> impl Future<Output = Result<Vec<Session>, ApiError>> + Send {
        let why = "The service does not have archived sessions";
        std::future::ready(Err(ApiError::new(ErrorKind::NotFound, why)))
    }

    /// Counts sessions, if the service can.
    fn aggregates(
        &self,
        _query: &AggregateQuery,
    ) -> impl Future<Output = Result<Aggregates, ApiError>> + Send {
        let why = "The service does not count sessions";
        std::future::ready(Err(ApiError::new(ErrorKind::NotFound, why)))
    }

    /// Lists which agents are present, if the service can.
    fn presence(&self) -> impl Future<Output = Result<Vec<AgentPresence>, ApiError>> + Send {
        let why = "The service does not have the presence of agents";
        std::future::ready(Err(ApiError::new(ErrorKind::NotFound, why)))
    }

    /// Lists the channels of this user.
    fn channels(&self) -> impl Future<Output = Result<Vec<Channel>, ApiError>> + Send;

    /// Lists all channels by number and name, where the service does; otherwise those of this user.
    fn all_channels(&self) -> impl Future<Output = Result<Vec<Channel>, ApiError>> + Send {
        self.channels()
    }

    fn zones(&self) -> impl Future<Output = Result<Vec<ServiceZone>, ApiError>> + Send;

    /// Fetches the zone that the service has for this user.
    fn user_zone(&self) -> impl Future<Output = Result<ServiceZone, ApiError>> + Send;

    /// Fetches the user of these credentials.
    fn me(&self) -> impl Future<Output = Result<CurrentUser, ApiError>> + Send;

    /// Requests times in this zone from now on, and reads those without offset in `naive`, UTC
    /// where `None`. Both change at once: a request must not be sent with one zone and its
    /// response be read with another.
    fn set_time_zone(&self, code: &str, naive: Option<Tz>);

    /// Takes the notices since the last call.
    fn take_notices(&self) -> Vec<ServiceNotice> {
        Vec::new()
    }

    /// How far the service's clock is ahead of ours, by the responses so far.
    fn clock_offset(&self) -> TimeDelta {
        TimeDelta::zero()
    }

    /// Counts of requests and bytes so far.
    fn traffic(&self) -> TrafficStats {
        TrafficStats::default()
    }

    /// Sends a refused secret again with the next request, as the user requests.
    fn retry_sign_in(&self) {}

    /// Returns `true` if the secret could not be read because the screen uses the terminal.
    fn needs_terminal(&self) -> bool {
        false
    }

    /// Runs the command that prints the secret, if there is one, with the terminal its own: it may prompt for a
    /// passphrase.
    fn run_secret_command(&self) -> impl Future<Output = Result<(), ApiError>> + Send {
        std::future::ready(Ok(()))
    }

    /// Drops every connection: after the machine slept, or when the user refreshes because nothing
    /// comes, none of them is certain to work.
    fn reconnect(&self) {}
}

fn no_message_search() -> ApiError {
    let why = "The service does not search the texts of messages";
    ApiError::new(ErrorKind::NotFound, why)
}

/// The messages of one response, in the order sent. Dropping it cancels the download.
pub trait MessageStream: Send + 'static {
    /// The next messages that have arrived whole; `None` after the last. A call that is dropped may lose messages.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<Message>>, ApiError>> + Send;

    /// Returns `true`, after the end, if the response was a list: then messages not in it do not
    /// exist. An empty body does not show that.
    fn is_complete_list(&self) -> bool;
}

/// A fact about the service itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceNotice {
    /// The clock of the service is ahead of ours by this much; behind where negative.
    ClockOffset(TimeDelta),
    /// The service moved to another address.
    Moved { from: String, to: String },
}

/// The sentence for a service that has moved to an address or a host.
pub(crate) fn describe_move(to: &str) -> String {
    format!("The service has moved to {to}; using that address now")
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct ApiError {
    pub kind: ErrorKind,
    /// What failed, why, and what to do: one sentence for the user, without secrets.
    pub why: String,
    /// When the secret is sent again, if the service has refused it.
    pub(crate) secret_retry: Option<SecretRetry>,
}

/// When a secret that the service has refused is sent again. Its source is read more often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SecretRetry {
    After(Duration),
    /// Only at the user's request.
    OnRequest,
}

/// The kind of a failure, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No response, or a broken connection: try again later.
    Network,
    /// The service is overloaded or broken.
    Busy {
        /// The shortest wait, if the service named one.
        retry_after: Option<Duration>,
    },
    /// The service reports that it is not running.
    TenantStopped,
    /// The response could not be understood: try again later.
    InvalidResponse,
    /// The service moved and its new address is known: try again at once.
    Moved,
    /// Not signed in; each try reads the secret again, which may have been renewed.
    SignIn,
    /// Signed in, but not allowed.
    Forbidden,
    /// Does not exist, or not now.
    NotFound,
    /// The response exceeds the limit.
    TooLarge,
    /// The request was refused, or our configuration does not allow it.
    Config,
}

impl ErrorKind {
    /// Returns `true` if the same request will probably be refused again.
    pub(crate) fn is_refusal(self) -> bool {
        matches!(self, Self::Forbidden | Self::NotFound | Self::Config)
    }
}

impl ApiError {
    pub fn new(kind: ErrorKind, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
            secret_retry: None,
        }
    }

    /// Replaces the sentence of the error.
    pub(crate) fn map_why(&self, map: impl FnOnce(&str) -> String) -> Self {
        Self {
            why: map(&self.why),
            ..self.clone()
        }
    }
}
