//! A service on loopback: sessions in memory, answered by one thread a connection.

use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, FixedOffset};
use serde_json::{Value, json};

use super::export::ArchivedTranscripts;
use super::messages::Message;
use super::search;

const BASE_PATH: &str = "/api/v1/";
/// Rows of one page of the archive.
const PAGE_SIZE: i64 = 100;

/// Sessions in the archive, live ones included; also the id of the newest one.
pub const ARCHIVED_SESSIONS: i64 = 20_000;
/// The session that is open; without a company, so that a company on the screen means the list.
pub const OPEN_SESSION: i64 = ARCHIVED_SESSIONS;
/// The session whose row is watched.
pub const PROBE_SESSION: i64 = ARCHIVED_SESSIONS - 1;
/// Name of the customer of the watched row and of no other.
pub const PROBE_CUSTOMER: &str = "Quixwell";
/// Part of the company of every session but the open and the watched one.
pub const COMPANY: &str = "Acme";

const REQUESTED: &str = "2026-03-01T08:00:00Z";
const FIRST_NAMES: [&str; 6] = ["Anna", "José", "Mike", "Liu", "Åse", "Ida"];
const LAST_NAMES: [&str; 7] = [
    "Schmidt", "García", "O'Neill", "Wei", "Østby", "Haddad", "Berg",
];

/// Live sessions with consecutive ids, up to the newest one of the archive.
#[derive(Clone)]
pub struct Sessions {
    list: Vec<Session>,
    last_message_id: i64,
}

#[derive(Clone)]
pub struct Session {
    id: i64,
    pub status: &'static str,
    last_activity: String,
    last_message: String,
    /// Ids and JSON objects, in order.
    messages: Vec<(i64, Arc<str>)>,
    /// The messages have been requested.
    is_read: bool,
}

impl Sessions {
    pub fn new(count: i64) -> Self {
        let ids = ARCHIVED_SESSIONS - count + 1..=ARCHIVED_SESSIONS;
        Self {
            list: ids.map(Session::new).collect(),
            last_message_id: 1000,
        }
    }

    /// Adds a message and returns its JSON; the session's row stays as it is, so that a text on the
    /// screen can only be in the transcript.
    pub fn add(&mut self, id: i64, message: &Message, posted: DateTime<FixedOffset>) -> Arc<str> {
        self.last_message_id += 1;
        let object: Arc<str> = message.json(self.last_message_id, id, posted).into();
        let added = (self.last_message_id, Arc::clone(&object));
        self.get_mut(id).messages.push(added);
        object
    }

    /// Adds a message and updates the session's row, as SuperOffice does.
    pub fn post(&mut self, id: i64, message: &Message, posted: DateTime<FixedOffset>) {
        self.add(id, message, posted);
        let session = self.get_mut(id);
        session.status = match message.kind {
            "ToUser" => "CustomerLast",
            _ => "UserLast",
        };
        session.last_message.clone_from(&message.text);
        session.last_activity = posted.to_rfc3339();
    }

    pub fn get_mut(&mut self, id: i64) -> &mut Session {
        let index = self.index(id).expect("only live sessions change");
        &mut self.list[index]
    }

    pub fn ids(&self) -> RangeInclusive<i64> {
        self.list[0].id..=ARCHIVED_SESSIONS
    }

    /// Ids and JSON objects of all messages.
    pub fn messages(&self) -> impl Iterator<Item = (i64, &Arc<str>)> {
        let messages = self.list.iter().flat_map(|session| &session.messages);
        messages.map(|(id, object)| (*id, object))
    }

    /// Returns `true` if the messages of each session have been requested.
    pub fn are_read(&self) -> bool {
        self.list.iter().all(|session| session.is_read)
    }

    /// The newest sessions as lines of text, for programs that filter lines.
    pub fn lines(&self, count: i64) -> String {
        let ids = ARCHIVED_SESSIONS - count + 1..=ARCHIVED_SESSIONS;
        let line = |id| {
            let text = self.last_message(id).replace('\n', " ");
            format!("{} {} Support {text}\n", customer(id), company(id))
        };
        ids.rev().map(line).collect()
    }

    fn get(&self, id: i64) -> Option<&Session> {
        self.list.get(self.index(id)?)
    }

    fn index(&self, id: i64) -> Option<usize> {
        usize::try_from(id - self.list[0].id).ok()
    }

    fn row(&self, id: i64) -> Value {
        let ended = Session {
            status: "Closed",
            last_message: self.last_message(id).to_owned(),
            ..Session::new(id)
        };
        self.get(id).unwrap_or(&ended).row()
    }

    fn last_message(&self, id: i64) -> &str {
        let session = self.get(id);
        session.map_or("That was all.", |session| &session.last_message)
    }

    fn archive(&self, ids: RangeInclusive<i64>) -> Value {
        let row = |id: i64| {
            let live = self.get(id);
            json!({
                "PrimaryKey": id.to_string(),
                "EntityName": "ChatSession",
                "chatSessionId": id,
                "status": live.map_or("Closed", |session| session.status),
                "whenRequested": REQUESTED,
                "whenStarted": REQUESTED,
                "whenEnded": live.map_or("2026-03-01T09:00:00Z".into(), |_| Value::Null),
                "contact/name": company(id),
                "person/fullName": customer(id),
                "firstMessage": "Hello",
                "lastMessage": self.last_message(id),
                "chatTopic/chatTopicId": 1,
                "chatTopic/name": "Support",
            })
        };
        let next = (*ids.start() > 1).then_some("https://example.com/next");
        json!({"odata.nextLink": next, "value": ids.rev().map(row).collect::<Value>()})
    }
}

impl Session {
    fn new(id: i64) -> Self {
        Self {
            id,
            status: "UserLast",
            last_activity: REQUESTED.to_owned(),
            last_message: "thanks!".to_owned(),
            messages: Vec::new(),
            is_read: false,
        }
    }

    fn row(&self) -> Value {
        let id = self.id;
        json!({
            "ChatSessionId": id,
            "TopicId": 1,
            "CustomerAlias": format!("customer{id}"),
            "CustomerName": customer(id),
            "CustomerEmail": format!("c{id}@example.com"),
            "CustomerCompanyName": company(id),
            "Status": self.status,
            "FirstMessage": "Hello",
            "LastMessage": self.last_message,
            "WhenRequested": REQUESTED,
            "WhenStarted": REQUESTED,
            "WhenEnded": null,
            "WhenIdle": self.last_activity,
            "Flags": "",
        })
    }

    /// The JSON array of the messages with ids above `after`, in parts.
    fn messages_after(&self, after: i64) -> Vec<Arc<str>> {
        let known = self.messages.partition_point(|(id, _)| *id <= after);
        let mut parts = vec![Arc::from("[")];
        let comma: Arc<str> = ",".into();
        for (_, object) in &self.messages[known..] {
            parts.extend([Arc::clone(object), Arc::clone(&comma)]);
        }
        if parts.len() > 1 {
            parts.pop();
        }
        parts.push("]".into());
        parts
    }
}

fn customer(id: i64) -> String {
    let number = usize::try_from(id).unwrap();
    match id {
        PROBE_SESSION => format!("Ida {PROBE_CUSTOMER}"),
        _ => format!("{} {}", FIRST_NAMES[number % 6], LAST_NAMES[number % 7]),
    }
}

fn company(id: i64) -> String {
    match id {
        OPEN_SESSION | PROBE_SESSION => String::new(),
        _ => format!("{COMPANY} {}", id % 997),
    }
}

/// A running service; it ends with the process.
pub struct Service {
    sessions: Mutex<Sessions>,
    /// The transcripts of the sessions that are not live.
    archived: Option<ArchivedTranscripts>,
    /// How long each response takes.
    delay: Duration,
    address: SocketAddr,
    requests: AtomicU64,
    bytes: AtomicU64,
    /// The lowest id in any page of the archive sent so far.
    oldest_sent: AtomicI64,
    /// The addresses requested since the last call of [`Self::take_targets`].
    targets: Mutex<Vec<String>>,
    /// When the last response with a hit of a search was sent.
    hit_sent: Mutex<Option<Instant>>,
}

impl Service {
    pub fn start(sessions: Sessions) -> Arc<Self> {
        Self::start_with(sessions, None, Duration::ZERO)
    }

    /// Serves the transcripts of archived sessions as well, each response after a delay.
    pub fn start_with(
        sessions: Sessions,
        archived: Option<ArchivedTranscripts>,
        delay: Duration,
    ) -> Arc<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let service = Arc::new(Self {
            sessions: Mutex::new(sessions),
            archived,
            delay,
            address: listener.local_addr().unwrap(),
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            oldest_sent: AtomicI64::new(i64::MAX),
            targets: Mutex::default(),
            hit_sent: Mutex::default(),
        });
        let running = Arc::clone(&service);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let service = Arc::clone(&running);
                // A client may close its connection at any time.
                thread::spawn(move || drop(service.serve(&stream)));
            }
        });
        service
    }

    pub fn base_url(&self) -> String {
        format!("http://{}{BASE_PATH}", self.address)
    }

    pub fn sessions(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().unwrap()
    }

    /// Requests answered and bytes of response bodies sent so far.
    pub fn traffic(&self) -> [u64; 2] {
        [&self.requests, &self.bytes].map(|count| count.load(Ordering::Relaxed))
    }

    /// The addresses requested since the last call, below the base address, in order.
    pub fn take_targets(&self) -> Vec<String> {
        std::mem::take(&mut self.targets.lock().unwrap())
    }

    /// When the last hit of a search was sent, unless this was called since.
    pub fn take_hit_sent(&self) -> Option<Instant> {
        self.hit_sent.lock().unwrap().take()
    }

    /// Returns `true` if the last page of the archive was sent.
    pub fn is_archive_sent(&self) -> bool {
        self.oldest_sent.load(Ordering::Relaxed) == 1
    }

    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        // Head and body are separate writes: without this, the second waits for an acknowledgement.
        stream.set_nodelay(true)?;
        let mut lines = BufReader::new(stream).lines();
        while let Some(request) = lines.next().transpose()? {
            for header in lines.by_ref() {
                if header?.is_empty() {
                    break;
                }
            }
            let target = request.split(' ').nth(1).unwrap_or_default();
            let target = target.strip_prefix(BASE_PATH).unwrap_or(target);
            let (path, query) = target.split_once('?').unwrap_or((target, ""));
            self.requests.fetch_add(1, Ordering::Relaxed);
            if self.archived.is_some() {
                self.targets.lock().unwrap().push(target.to_owned());
            }
            if !self.delay.is_zero() {
                thread::sleep(self.delay);
            }
            let size = send(stream, self.respond(path, query))?;
            self.bytes.fetch_add(size as u64, Ordering::Relaxed);
        }
        Ok(())
    }

    /// The body of the response, in parts; `None` for an unknown address.
    fn respond(&self, path: &str, query: &str) -> Option<Vec<Arc<str>>> {
        let parts: Vec<_> = path.split('/').collect();
        if let (Some(archived), ["ChatSession", id, "Messages"]) = (&self.archived, &parts[..]) {
            return Some(vec![archived.of_session(id.parse().ok()?).into()]);
        }
        let mut sessions = self.sessions();
        let body = match parts[..] {
            ["ChatSession", "ForCurrentUser"] => sessions.list.iter().map(Session::row).collect(),
            ["ChatSession", id, "Messages"] => {
                let after = query.strip_prefix("after=").unwrap_or_default();
                let id = id.parse().ok()?;
                sessions.get(id)?;
                let session = sessions.get_mut(id);
                session.is_read = true;
                return Some(session.messages_after(after.parse().unwrap_or_default()));
            }
            ["ChatSession", id] => sessions.row(id.parse().ok()?),
            ["Archive", "dynamic"] => {
                let (rows, has_hit) = search::rows(&sessions, query);
                if has_hit {
                    *self.hit_sent.lock().unwrap() = Some(Instant::now());
                }
                rows
            }
            ["ChatSession"] => {
                let newest = search::id_bound(query, "chatSessionId lt ")
                    .unwrap_or(ARCHIVED_SESSIONS + 1)
                    - 1;
                let oldest = (newest - PAGE_SIZE + 1).max(1);
                self.oldest_sent.fetch_min(oldest, Ordering::Relaxed);
                sessions.archive(oldest..=newest)
            }
            ["ChatTopic", "ForCurrentUser"] => json!([{"ChatTopicId": 1, "Name": "Support"}]),
            ["User", "currentPrincipal"] => json!({"AssociateId": 5, "FullName": "Kari Nordmann"}),
            ["TimeZone"] => json!({"value": [{"id": 261, "timeZone": "NO"}]}),
            ["TimeZone", "current"] => {
                json!({"TZLocationID": 261, "TZLocationCode": "NO", "Name": "Norway"})
            }
            _ => return None,
        };
        Some(vec![body.to_string().into()])
    }
}

/// Sends a response and returns the size of its body.
fn send(stream: &TcpStream, body: Option<Vec<Arc<str>>>) -> io::Result<usize> {
    let status = if body.is_some() {
        "200 OK"
    } else {
        "404 Not Found"
    };
    let body = body.unwrap_or_else(|| vec![r#"{"Message": "no such address"}"#.into()]);
    let size = body.iter().map(|part| part.len()).sum();
    let mut output = BufWriter::with_capacity(64 << 10, stream);
    write!(
        output,
        "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {size}\r\n\r\n"
    )?;
    for part in body {
        output.write_all(part.as_bytes())?;
    }
    output.flush()?;
    Ok(size)
}
