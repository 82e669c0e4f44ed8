//! A simulated SuperOffice, served over real HTTP on loopback.
//!
//! `sochat demo` and the tests use the same one. It is its own reading of how the service behaves and
//! shares nothing with the client that is tested against it, so no other module may be used here. A
//! seed decides what happens, it is simulated when a request comes, and it never ends.
//!
//! | Module | Contents |
//! | --- | --- |
//! | `scenario`, `simulation`, `store`, `session` | people and conversations, what happens next, what has happened |
//! | `enums`, `entities`, `encoding` | the service's names, its JSON shapes, how single values are written |
//! | `archive`, `columns`, `filter`, `zones` | pages of rows, their columns, their filter, the time zones |
//! | `request`, `routes`, `response`, `http` | a request, which response it gets, its delivery |
//! | `quirks`, `faults`, `clock` | how the service behaves, what goes wrong, what time it is |

mod archive;
mod clock;
mod columns;
mod encoding;
mod entities;
mod enums;
mod faults;
mod filter;
mod http;
mod quirks;
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
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

#[cfg(test)]
pub(crate) use entities::SESSION_KEY;
pub use enums::SessionStatus;
#[cfg(test)]
pub(crate) use enums::{MessageType, SpecialType};
pub(crate) use quirks::Fault;
pub use quirks::Quirks;
#[cfg(test)]
pub(crate) use quirks::{
    ArchiveColumns, ColumnMember, EmptyText, EnumFormat, Failure, MarkupFormat, OffsetFormat,
    PostedTime, PrimaryKey, RetryAfter, TypingFlags,
};
pub(crate) use request::RecordedRequest;
pub use session::NewMessage;

use encoding::Encoding;
use session::Session;
use state::AppState;

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
    state: Arc<AppState>,
    /// Kept because dropping it ends the tasks.
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
        let state = Arc::new(AppState::new(&options, origins));
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
        self.state.base_url(0)
    }

    /// The base address at the second origin, where the tenant lives once [`Quirks::moved`] is set.
    pub fn moved_base_url(&self) -> String {
        self.state.base_url(1)
    }

    pub fn quirks(&self) -> Quirks {
        self.state.lock().quirks.clone()
    }

    pub fn set_quirks(&self, quirks: Quirks) {
        self.state.lock().quirks = quirks;
    }

    pub fn add_fault(&self, fault: Fault) {
        self.state.lock().quirks.faults.push(fault);
    }

    /// The simulated time.
    pub fn now(&self) -> DateTime<Utc> {
        self.state.lock().clock.now()
    }

    /// Jumps ahead in simulated time.
    pub fn advance(&self, by: TimeDelta) {
        self.state.lock().clock.advance(by);
    }

    /// The requests so far, the newest last; only some thousands are kept.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.lock().requests.iter().cloned().collect()
    }

    /// Posts a message now and returns its id; 0 if there is no such session.
    pub fn post(&self, session: i64, message: NewMessage) -> i64 {
        let mut state = self.state.lock_and_advance();
        let now = state.clock.now();
        state.database.post_message(now, session, message)
    }

    /// Opens a session in the first channel and returns its id. Its only message is `NewSession`.
    pub fn open_session(&self) -> i64 {
        let mut state = self.state.lock_and_advance();
        let now = state.clock.now();
        state.database.open_session(now, 0, 0)
    }

    /// Sets a status, forwards or backwards.
    pub fn set_status(&self, session: i64, status: SessionStatus) {
        self.change_session(session, |session, now| session.set_status(status, now));
    }

    /// Removes a session, which then is a 404.
    pub fn remove_session(&self, session: i64) {
        let mut state = self.state.lock_and_advance();
        state.database.sessions.remove(&session);
    }

    pub fn remove_message(&self, session: i64, message: i64) {
        self.change_session(session, |session, _| {
            session.messages.retain(|other| other.id != message);
        });
    }

    /// Sets whether the customer has read a message.
    pub fn set_read(&self, session: i64, message: i64, read: bool) {
        self.change_session(session, |session, _| {
            let mut messages = session.messages.iter_mut();
            if let Some(message) = messages.find(|other| other.id == message) {
                message.read = read;
            }
        });
    }

    /// Sends this element at the end of every list of the session's messages.
    pub fn inject_message(&self, session: i64, element: Value) {
        self.change_session(session, |session, _| session.injected.push(element));
    }

    /// The messages of a session as they are sent at present, with times in UTC.
    pub fn messages(&self, session: i64) -> Vec<Value> {
        let state = self.state.lock_and_advance();
        let encoding = Encoding::utc(&state.quirks);
        let session = state.database.sessions.get(&session);
        session.map_or_else(Vec::new, |it| entities::encode_messages(&encoding, it, 0))
    }

    /// All sessions as they are sent at present, with times in UTC.
    pub fn sessions(&self) -> Vec<Value> {
        let state = self.state.lock_and_advance();
        let (encoding, now) = (Encoding::utc(&state.quirks), state.clock.now());
        let sessions = state.database.sessions.values();
        sessions
            .map(|it| entities::encode_session(&encoding, it, now))
            .collect()
    }

    fn change_session(&self, id: i64, change: impl FnOnce(&mut Session, DateTime<Utc>)) {
        let mut state = self.state.lock_and_advance();
        let now = state.clock.now();
        if let Some(session) = state.database.sessions.get_mut(&id) {
            change(session, now);
        }
    }
}
