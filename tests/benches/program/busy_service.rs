//! A busy service: thousands of live sessions, a steady stream of messages, and an archive.

use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::entities;
use super::http::{Body, HttpServer, Responder};
use super::live_sessions::{ARCHIVED_SESSIONS, LIVE_SESSIONS, LiveSessions, PROBE_SESSION};

/// Messages a second, over all live sessions.
pub const MESSAGES_A_SECOND: u32 = 20;
/// Rows of one page of the archive.
const PAGE_SIZE: i64 = 100;

pub struct BusyService {
    pub server: HttpServer,
    state: Arc<BusyState>,
}

struct BusyState {
    live: Mutex<LiveSessions>,
    /// The lowest id in any page of the archive sent so far.
    oldest_sent: AtomicI64,
    paused: AtomicBool,
}

impl BusyService {
    /// Starts the service and its stream of messages.
    pub fn start() -> Self {
        let state = Arc::new(BusyState {
            live: Mutex::new(LiveSessions::new()),
            oldest_sent: AtomicI64::new(i64::MAX),
            paused: AtomicBool::new(false),
        });
        let writer = Arc::clone(&state);
        thread::spawn(move || writer.write_messages());
        Self {
            server: HttpServer::start(Arc::clone(&state)),
            state,
        }
    }

    /// Adds a message to the probed session.
    pub fn post(&self, text: &str) {
        self.state.lock().post(PROBE_SESSION, "ToUser", text);
    }

    /// Stops the stream of messages.
    pub fn pause(&self) {
        self.state.paused.store(true, Ordering::Relaxed);
    }

    /// Returns `true` if the last page of the archive was sent.
    pub fn is_archive_sent(&self) -> bool {
        self.state.oldest_sent.load(Ordering::Relaxed) == 1
    }

    /// The newest sessions as lines of text, for programs that filter lines.
    pub fn lines(&self, count: i64) -> String {
        let live = self.state.lock();
        let oldest = ARCHIVED_SESSIONS - count + 1;
        (oldest..=ARCHIVED_SESSIONS)
            .rev()
            .map(|id| live.line(id))
            .collect()
    }
}

impl Responder for BusyState {
    fn respond(&self, path: &str, query: &str) -> Option<Body> {
        match path.split('/').collect::<Vec<_>>()[..] {
            ["ChatSession", "ForCurrentUser"] => Some(self.lock().json().into()),
            ["ChatSession", id, "Messages"] => {
                let after = query.strip_prefix("after=").unwrap_or_default();
                let after = after.parse().unwrap_or_default();
                let live = self.lock();
                Some(Body::Text(
                    live.get(id.parse().ok()?)?.messages_after(after),
                ))
            }
            ["ChatSession", id] => Some(self.lock().get(id.parse().ok()?)?.json().into()),
            ["ChatSession"] => Some(self.archive_page(query).into()),
            _ => entities::fixed_response(path).map(Body::from),
        }
    }
}

impl BusyState {
    fn lock(&self) -> MutexGuard<'_, LiveSessions> {
        self.live.lock().unwrap()
    }

    /// Posts to random sessions, in turns as customer and agent, until the process ends.
    fn write_messages(&self) {
        let interval = Duration::from_secs(1) / MESSAGES_A_SECOND;
        let mut random = Rng::with_seed(42);
        let mut conversation = Conversation::new();
        let mut next = Instant::now();
        for kind in ["ToUser", "ToCustomer"].into_iter().cycle() {
            next += interval;
            thread::sleep(next.saturating_duration_since(Instant::now()));
            if !self.paused.load(Ordering::Relaxed) {
                let id = ARCHIVED_SESSIONS - random.i64(0..LIVE_SESSIONS);
                self.lock().post(id, kind, &conversation.next().text);
            }
        }
    }

    /// The page below the id in the filter of the query, newest first.
    fn archive_page(&self, query: &str) -> Value {
        let query = query.replace("%20", " ").replace('+', " ");
        let below = query.split_once("chatSessionId lt ").map(|(_, rest)| rest);
        let below = below.and_then(|rest| {
            rest.split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        });
        let newest = below.map_or(ARCHIVED_SESSIONS, |below: i64| below - 1);
        let oldest = (newest - PAGE_SIZE + 1).max(1);
        self.oldest_sent.fetch_min(oldest, Ordering::Relaxed);
        let live = self.lock();
        let rows: Vec<Value> = (oldest..=newest)
            .rev()
            .map(|id| live.archive_row(id))
            .collect();
        let next = (oldest > 1).then_some("https://example.com/next");
        json!({"odata.nextLink": next, "value": rows})
    }
}
