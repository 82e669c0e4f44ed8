//! An in-memory SuperOffice, served over real HTTP on loopback.
//!
//! `sochat demo` and the tests talk to the same one. It is its own reading of how the service
//! behaves and shares nothing with the client that is tested against it; no other room may be used
//! here. Its story is decided by a seed, told lazily at each request, and goes on for ever.
//!
//! | Room | Keeps |
//! | --- | --- |
//! | `cast`, `story`, `world`, `session` | who there is, what happens next, what has happened |
//! | `kinds`, `entities`, `style` | the service's names, its shapes, how single values are written |
//! | `archive`, `columns`, `filter`, `zones` | rows in pages, what they tell, their conditions, the time zones |
//! | `routes`, `answer`, `http` | which address answers what, an answer, its delivery |
//! | `switches`, `faults`, `clock` | how it behaves, what goes wrong, what time it is |

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

pub use entities::SESSION_KEY;
pub use enums::{MessageType, SessionStatus, SpecialType};
pub use quirks::{
    ArchiveColumns, ColumnMember, EmptyText, EnumFormat, Failure, Fault, MarkupFormat,
    OffsetFormat, PostedTime, PrimaryKey, Quirks, RetryAfter, TypingFlags,
};
pub use session::NewMessage;
pub use state::RecordedRequest;

use state::AppState;

/// The tenant the service plays.
pub const TENANT: &str = "Cust12345";

/// How a demo service is set up.
#[derive(Clone, Debug)]
pub struct DemoOptions {
    /// What decides the story.
    pub seed: u64,
    /// How many sessions there are at the start; about half of them are open.
    pub sessions: usize,
    /// How fast time passes; at 0 the story stands still.
    pub rate: f64,
    /// Whether something goes wrong now and then.
    pub faults: bool,
    /// What time it is when the service starts.
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
    /// Kept only to end with the service.
    _listening: JoinSet<()>,
}

impl DemoServer {
    /// Starts listening, on the address asked for and on one more port that is "the new host".
    pub async fn start(options: DemoOptions) -> io::Result<Self> {
        let first = TcpListener::bind(options.address).await?;
        let second = TcpListener::bind((options.address.ip(), 0)).await?;
        let origin = |listener: &TcpListener| {
            let address = listener.local_addr()?;
            io::Result::Ok(format!("http://{address}"))
        };
        let origins = [origin(&first)?, origin(&second)?];
        let shared = Arc::new(AppState::new(&options, origins));
        let mut listening = JoinSet::new();
        listening.spawn(http::serve(first, 0, Arc::clone(&shared)));
        listening.spawn(http::serve(second, 1, Arc::clone(&shared)));
        Ok(Self {
            state: shared,
            _listening: listening,
        })
    }

    /// The address to give to a client: `http://127.0.0.1:PORT/Cust12345/api/v1/`.
    pub fn base_url(&self) -> String {
        self.state.base_url(0)
    }

    /// The address of the new host, where the tenant lives once [`Quirks::moved`] is on.
    pub fn moved_base_url(&self) -> String {
        self.state.base_url(1)
    }

    /// How the service behaves at the moment.
    pub fn quirks(&self) -> Quirks {
        self.state.lock().quirks.clone()
    }

    /// Makes the service behave otherwise from now on.
    pub fn set_quirks(&self, quirks: Quirks) {
        self.state.lock().quirks = quirks;
    }

    /// Adds something that goes wrong.
    pub fn add_fault(&self, fault: Fault) {
        self.state.lock().quirks.faults.push(fault);
    }

    /// What time it is in the story.
    pub fn now(&self) -> DateTime<Utc> {
        self.state.lock().clock.now()
    }

    /// Jumps ahead in the story.
    pub fn advance(&self, by: TimeDelta) {
        self.state.lock().clock.advance(by);
    }

    /// Changes how fast time passes; at 0 the story stands still.
    pub fn set_rate(&self, rate: f64) {
        self.state.lock().clock.set_rate(rate);
    }

    /// What was asked so far, the newest last; no more than some thousands are kept.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.state.lock().requests.iter().cloned().collect()
    }

    /// Lets somebody say something now and returns the message's id; 0 when there is no such session.
    pub fn post(&self, session: i64, message: NewMessage) -> i64 {
        let mut state = self.state.lock_and_advance();
        let now = state.clock.now();
        state.database.post_message(now, session, message)
    }

    /// Opens a session without messages but its beginning, in the first channel, and returns its id.
    pub fn open_session(&self) -> i64 {
        let mut state = self.state.lock_and_advance();
        let now = state.clock.now();
        state.database.open_session(now, 0, 0)
    }

    /// Puts a session into a status, forwards or backwards.
    pub fn set_status(&self, session: i64, status: SessionStatus) {
        let mut state = self.state.lock_and_advance();
        let now = state.clock.now();
        if let Some(session) = state.database.sessions.get_mut(&session) {
            session.set_status(status, now);
        }
    }

    /// Removes a session, so that it answers 404.
    pub fn remove_session(&self, session: i64) {
        self.state
            .lock_and_advance()
            .database
            .sessions
            .remove(&session);
    }

    /// Takes a message away.
    pub fn remove_message(&self, session: i64, message: i64) {
        if let Some(session) = self
            .state
            .lock_and_advance()
            .database
            .sessions
            .get_mut(&session)
        {
            session.messages.retain(|held| held.id != message);
        }
    }

    /// Says whether the customer has read a message.
    pub fn set_read(&self, session: i64, message: i64, read: bool) {
        let mut state = self.state.lock_and_advance();
        let session = state.database.sessions.get_mut(&session);
        for found in session.into_iter().flat_map(|it| &mut it.messages) {
            if found.id == message {
                found.read = read;
            }
        }
    }

    /// Sends this element at the end of every answer with messages of the session.
    pub fn inject_message(&self, session: i64, element: Value) {
        if let Some(session) = self
            .state
            .lock_and_advance()
            .database
            .sessions
            .get_mut(&session)
        {
            session.injected.push(element);
        }
    }

    /// Sends this element at the end of every `ForCurrentUser` answer.
    pub fn inject_session(&self, element: Value) {
        self.state
            .lock_and_advance()
            .database
            .injected
            .push(element);
    }

    /// The messages of a session as they are sent under the present switches, with times in UTC.
    pub fn messages(&self, session: i64) -> Vec<Value> {
        let state = self.state.lock_and_advance();
        let style = encoding::Encoding::utc(&state.quirks);
        let session = state.database.sessions.get(&session);
        session.map_or_else(Vec::new, |it| entities::encode_messages(&style, it, 0))
    }

    /// All sessions as they are sent under the present switches, with times in UTC.
    pub fn sessions(&self) -> Vec<Value> {
        let state = self.state.lock_and_advance();
        let (style, now) = (encoding::Encoding::utc(&state.quirks), state.clock.now());
        let sessions = state.database.sessions.values();
        sessions
            .map(|it| entities::encode_session(&style, it, now))
            .collect()
    }
}
