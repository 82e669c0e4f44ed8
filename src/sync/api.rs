//! What keeping up needs of a chat service, and no more.

use std::fmt;
use std::future::Future;
use std::time::Duration;

use super::ServiceNotice;
use crate::chat::{
    CurrentUser, Message, MessageId, Scope, ServiceZone, Session, SessionId, SessionPage,
};

/// A chat service that can be read.
pub trait ChatApi: Send + Sync + 'static {
    /// The messages of one answer, as they arrive.
    type Messages: MessageStream;

    /// Lists the sessions of a scope. `below` continues [`Scope::All`] under a session id; the
    /// other scopes answer whole.
    fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> impl Future<Output = Result<SessionPage, ApiError>> + Send;

    /// Reads one session.
    fn session(&self, id: SessionId) -> impl Future<Output = Result<Session, ApiError>> + Send;

    /// Asks for the messages of a session with ids above `after`; returns once the answer begins.
    fn messages(
        &self,
        session: SessionId,
        after: MessageId,
    ) -> impl Future<Output = Result<Self::Messages, ApiError>> + Send;

    /// Lists the zones the service knows.
    fn zones(&self) -> impl Future<Output = Result<Vec<ServiceZone>, ApiError>> + Send;

    /// The zone the service has for this user.
    fn user_zone(&self) -> impl Future<Output = Result<ServiceZone, ApiError>> + Send;

    /// Who we are signed in as.
    fn me(&self) -> impl Future<Output = Result<CurrentUser, ApiError>> + Send;

    /// Asks for times in this zone (code or number of the service) from now on.
    fn set_time_zone(&self, zone: &str);

    /// What was learnt about the service itself since this was last asked.
    fn take_notices(&self) -> Vec<ServiceNotice> {
        Vec::new()
    }

    /// Gives up every connection: the machine slept, and none of them has outlived that for certain.
    fn reconnect(&self) {}
}

/// The messages of one answer, in the order they were sent. Dropping it cancels the download.
pub trait MessageStream: Send + 'static {
    /// The next messages that have arrived whole; `None` after the last.
    fn next(&mut self) -> impl Future<Output = Result<Option<Vec<Message>>, ApiError>> + Send;

    /// Tells, after the end, whether there was a list: what is not in it is not there. An answer
    /// without one says nothing about that.
    fn is_complete_list(&self) -> bool;
}

/// Something that did not work, told for the reader of the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// What sort it is: decides what is tried next.
    pub kind: ErrorKind,
    /// What failed, why, and what to do, in one plain sentence without secrets.
    pub why: String,
}

/// What sort of failure, by what can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No answer, or a broken connection: try again later.
    Network,
    /// The service is busy or unwell; it may have said when to come back.
    Busy {
        /// Not before this much time has passed.
        retry_after: Option<Duration>,
    },
    /// The answer could not be understood: try again later.
    InvalidResponse,
    /// The service has moved and the new address is known by now: try again at once.
    Moved,
    /// Not signed in (any more): a renewed secret is looked for at each try.
    SignIn,
    /// Signed in, but not allowed.
    Forbidden,
    /// There is no such thing (any more): do not ask again.
    NotFound,
    /// The answer went over a limit of ours: do not ask again by itself.
    TooLarge,
    /// Our own set-up is wrong: do not ask again.
    Config,
}

impl ApiError {
    /// Makes a fault of a kind with its sentence.
    pub fn new(kind: ErrorKind, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
        }
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl std::error::Error for ApiError {}
