//! A simulated SuperOffice, served over real HTTP on loopback, for `sochat demo` and the tests.
//!
//! It implements the documentation of the service anew and shares nothing with the client, which is
//! tested against it, so no other module may be used here. A seed decides all events, which are
//! simulated when a request comes and never end.

mod aggregates;
mod archive;
mod archive_row;
mod columns;
mod encoding;
mod entities;
mod enums;
mod failed_response;
mod faults;
mod filter;
mod http;
mod messages;
mod quirks;
mod recorded_request;
mod request;
mod response;
mod routes;
mod scenario;
mod session;
mod simulation;
mod state;
mod store;
mod zones;

#[cfg(test)]
mod tests;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::{Mutex, MutexGuard};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

#[cfg(test)]
pub(crate) use entities::SESSION_KEY;
pub use enums::SessionStatus;
#[cfg(test)]
pub(crate) use enums::{MessageType, SpecialType};
pub(crate) use faults::Fault;
#[cfg(test)]
pub(crate) use faults::{Failure, RetryAfter};
pub use quirks::Quirks;
#[cfg(test)]
pub(crate) use quirks::{
    AggregateSupport, ArchiveColumns, ColumnMember, EmptyText, EnumFormat, FilterQuirks,
    IgnoredOption, MarkupFormat, MessageSearchAccess, MessageSearchQuirks, OffsetFormat,
    PostedTime, PrimaryKey, TypingFlags, WarnMinutes,
};
pub(crate) use recorded_request::RecordedRequest;
pub use session::NewMessage;

use encoding::Encoding;
use scenario::CAST;
use session::Session;
use state::ServiceState;

/// The only tenant of the service.
pub(crate) const TENANT: &str = "Cust12345";

#[derive(Clone, Debug)]
pub struct DemoOptions {
    pub seed: u64,
    /// The number of sessions at the start; about half of them are open.
    pub sessions: usize,
    /// How fast time passes; at 0 nothing happens.
    pub rate: f64,
    /// Whether requests fail at random.
    pub faults: bool,
    /// The simulated time at which the service starts.
    pub start: DateTime<Utc>,
    /// Where to listen; port 0 finds a free one.
    pub address: SocketAddr,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            sessions: 24,
            rate: 1.0,
            faults: false,
            // 28 March 2026, 20:30 UTC: the night in which summer time begins in Europe.
            start: DateTime::UNIX_EPOCH + TimeDelta::seconds(1_774_729_800),
            address: (Ipv4Addr::LOCALHOST, 0).into(),
        }
    }
}

/// A running demo service; it stops when dropped.
#[derive(Debug)]
pub struct DemoServer {
    state: Arc<Mutex<ServiceState>>,
    /// Stored because dropping it ends the tasks.
    _listeners: JoinSet<()>,
}

impl DemoServer {
    /// Starts listening at the given address and at a second port, the origin the tenant may move to.
    pub async fn start(options: DemoOptions) -> io::Result<Self> {
        let first = TcpListener::bind(options.address).await?;
        let second = TcpListener::bind((options.address.ip(), 0)).await?;
        let origin = |listener: &TcpListener| {
            let address = listener.local_addr()?;
            io::Result::Ok(format!("http://{address}"))
        };
        let origins = [origin(&first)?, origin(&second)?];
        let state = Arc::new(Mutex::new(ServiceState::new(&options, origins)));
        let mut listeners = JoinSet::new();
        listeners.spawn(http::serve(first, 0, Arc::clone(&state)));
        listeners.spawn(http::serve(second, 1, Arc::clone(&state)));
        Ok(Self {
            state,
            _listeners: listeners,
        })
    }

    /// The base address for a client: `http://127.0.0.1:PORT/Cust12345/api/v1/`.
    pub fn base_url(&self) -> String {
        request::base_url(&self.lock().origins[0])
    }

    /// The base address at the second origin, where the tenant is served once [`Quirks::moved`] is set.
    pub fn moved_base_url(&self) -> String {
        request::base_url(&self.lock().origins[1])
    }

    pub fn quirks(&self) -> Quirks {
        self.lock().quirks.clone()
    }

    pub fn set_quirks(&self, quirks: Quirks) {
        self.lock().quirks = quirks;
    }

    pub fn add_fault(&self, fault: Fault) {
        self.lock().quirks.faults.push(fault);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.lock().database.now
    }

    /// Jumps ahead in simulated time.
    pub fn advance(&self, by: TimeDelta) {
        self.lock().clock.advance(by);
    }

    /// The requests so far, the newest last; only some thousands are stored.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.lock().requests.iter().cloned().collect()
    }

    /// Posts a message now and returns its id; 0 if there is no such session.
    pub fn post(&self, session: i64, message: NewMessage) -> i64 {
        self.lock().database.post_message(session, message)
    }

    /// Opens a session in the first channel and returns its id. Its only message is `NewSession`.
    pub fn open_session(&self) -> i64 {
        let (channel, customer) = (&CAST.channels[0], &CAST.customers[0]);
        self.lock().database.open_session(channel, customer)
    }

    /// Sets a status, forwards or backwards.
    pub fn set_status(&self, session: i64, status: SessionStatus) {
        let now = self.now();
        self.change_session(session, |session| session.set_status(status, now));
    }

    /// Removes a session, which then is a 404.
    pub fn remove_session(&self, session: i64) {
        self.lock().database.sessions.remove(&session);
    }

    pub fn remove_message(&self, session: i64, message: i64) {
        self.change_session(session, |session| {
            session.messages.retain(|other| other.id != message);
        });
    }

    /// Sets whether the customer has read a message.
    pub fn set_read(&self, session: i64, message: i64, read: bool) {
        self.change_session(session, |session| {
            let mut messages = session.messages.iter_mut();
            if let Some(message) = messages.find(|other| other.id == message) {
                message.content.read = read;
            }
        });
    }

    /// Sends this element at the end of every list of the session's messages.
    pub fn inject_message(&self, session: i64, element: Value) {
        self.change_session(session, |session| session.injected.push(element));
    }

    /// The messages of a session as they are sent at present, with times in UTC.
    pub fn messages(&self, session: i64) -> Vec<Value> {
        let state = self.lock();
        let encoding = Encoding::utc(&state.quirks, state.database.now);
        let session = state.database.sessions.get(&session);
        session.map_or_else(Vec::new, |it| entities::encode_messages(&encoding, it, 0))
    }

    /// All sessions as they are sent at present, with times in UTC.
    pub fn sessions(&self) -> Vec<Value> {
        let state = self.lock();
        let encoding = Encoding::utc(&state.quirks, state.database.now);
        let encode = |it| entities::encode_session(&encoding, it);
        state.database.sessions.values().map(encode).collect()
    }

    fn lock(&self) -> MutexGuard<'_, ServiceState> {
        state::lock(&self.state)
    }

    fn change_session(&self, id: i64, change: impl FnOnce(&mut Session)) {
        if let Some(session) = self.lock().database.sessions.get_mut(&id) {
            change(session);
        }
    }
}
