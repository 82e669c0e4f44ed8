//! The sessions of the busy service: live ones that change, and the archive behind them.

use chrono::{DateTime, Local, SecondsFormat, TimeDelta};
use serde_json::{Value, json};

use super::conversation::Conversation;
use super::entities::{self, CHANNEL, CHANNEL_NAME, SessionFields};

/// Sessions in the list of live ones.
pub const LIVE_SESSIONS: i64 = 3_000;
/// Sessions in the archive, the live ones included.
pub const ARCHIVED_SESSIONS: i64 = 20_000;
const FIRST_LIVE_SESSION: i64 = ARCHIVED_SESSIONS - LIVE_SESSIONS + 1;

/// The session that is open; without a company, so that a company on the screen means the list.
pub const OPEN_SESSION: i64 = ARCHIVED_SESSIONS;
/// The session that the bench posts to.
pub const PROBE_SESSION: i64 = ARCHIVED_SESSIONS - 1;
/// Name of the customer of the probed session and of no other.
pub const PROBE_CUSTOMER: &str = "Quixwell";
/// Part of the company of every session but the open and the probed one.
pub const COMPANY: &str = "Acme";

const FIRST_NAMES: &[&str] = &[
    "Anna", "José", "Mike", "Liu", "Åse", "Fatima", "Jonas", "Ida",
];
const LAST_NAMES: &[&str] = &[
    "Schmidt", "García", "O'Neill", "Wei", "Østby", "Haddad", "Berg",
];

pub struct LiveSessions {
    sessions: Vec<LiveSession>,
    last_message_id: i64,
}

pub struct LiveSession {
    id: i64,
    customer: String,
    company: String,
    status: &'static str,
    requested: String,
    last_activity: String,
    last_message: String,
    /// Ids and JSON objects, in order.
    messages: Vec<(i64, String)>,
}

impl LiveSessions {
    /// Live sessions with one message each; the last messages are up to two hours old.
    pub fn new() -> Self {
        let now = Local::now();
        let ids = FIRST_LIVE_SESSION..=ARCHIVED_SESSIONS;
        let mut live = Self {
            sessions: ids.clone().map(LiveSession::new).collect(),
            last_message_id: 1000,
        };
        let mut conversation = Conversation::new();
        for id in ids {
            let posted = now - TimeDelta::seconds((ARCHIVED_SESSIONS - id) % 7_200);
            let kind = if id % 2 == 0 { "ToUser" } else { "ToCustomer" };
            live.post_at(posted, id, kind, &conversation.next().text);
        }
        for session in live.sessions.iter_mut().step_by(10) {
            session.status = "InQueue";
        }
        live
    }

    pub fn get(&self, id: i64) -> Option<&LiveSession> {
        self.sessions.get(index(id)?)
    }

    /// The list of live sessions.
    pub fn json(&self) -> Value {
        self.sessions.iter().map(LiveSession::json).collect()
    }

    /// Adds a message and updates the session's row, as the service does.
    pub fn post(&mut self, id: i64, kind: &str, text: &str) {
        self.post_at(Local::now(), id, kind, text);
    }

    fn post_at(&mut self, posted: DateTime<Local>, id: i64, kind: &str, text: &str) {
        self.last_message_id += 1;
        let message_id = self.last_message_id;
        let index = index(id).expect("only live sessions get messages");
        let session = &mut self.sessions[index];
        let author = match kind {
            "ToUser" => session.customer.as_str(),
            _ => "Kari Nordmann",
        };
        let posted = posted.to_rfc3339_opts(SecondsFormat::Millis, false);
        let object = json!({
            "ChatMessageId": message_id,
            "ChatSessionId": id,
            "Type": kind,
            "Message": text,
            "Author": author,
            "ReadByCustomer": 1,
            "SpecialType": "None",
            "SpecialParam": "",
            "WhenPosted": posted,
        });
        session.messages.push((message_id, object.to_string()));
        session.status = match kind {
            "ToUser" => "CustomerLast",
            _ => "UserLast",
        };
        text.clone_into(&mut session.last_message);
        if session.requested.is_empty() {
            session.requested.clone_from(&posted);
        }
        session.last_activity = posted;
    }

    /// A row of the archive, for a live session or an ended one.
    pub fn archive_row(&self, id: i64) -> Value {
        let live = self.get(id);
        let requested = live.map_or("2026-03-01T08:00:00Z", |session| &session.requested);
        json!({
            "PrimaryKey": id.to_string(),
            "EntityName": "ChatSession",
            "chatSessionId": id,
            "status": live.map_or("Closed", |session| session.status),
            "whenRequested": requested,
            "whenStarted": requested,
            "whenEnded": if live.is_some() { Value::Null } else { "2026-03-01T09:00:00Z".into() },
            "contact/name": company(id),
            "person/fullName": customer(id),
            "firstMessage": "Hello",
            "lastMessage": self.last_message(id),
            "chatTopic/chatTopicId": CHANNEL,
            "chatTopic/name": CHANNEL_NAME,
        })
    }

    /// A session as a line of text, for programs that filter lines.
    pub fn line(&self, id: i64) -> String {
        let text = self.last_message(id).replace('\n', " ");
        format!("{} {} {CHANNEL_NAME} {text}\n", customer(id), company(id))
    }

    fn last_message(&self, id: i64) -> &str {
        self.get(id)
            .map_or("Thank you, that was all.", |session| &session.last_message)
    }
}

impl LiveSession {
    fn new(id: i64) -> Self {
        Self {
            id,
            customer: customer(id),
            company: company(id),
            status: "UserLast",
            requested: String::new(),
            last_activity: String::new(),
            last_message: String::new(),
            messages: Vec::new(),
        }
    }

    pub fn json(&self) -> Value {
        entities::session_json(&SessionFields {
            id: self.id,
            status: self.status,
            customer: &self.customer,
            company: &self.company,
            last_message: &self.last_message,
            requested: &self.requested,
            last_activity: &self.last_activity,
        })
    }

    /// The JSON array of the messages with ids above `after`.
    pub fn messages_after(&self, after: i64) -> String {
        let known = self.messages.partition_point(|(id, _)| *id <= after);
        let objects: Vec<&str> = self.messages[known..]
            .iter()
            .map(|(_, object)| object.as_str())
            .collect();
        format!("[{}]", objects.join(","))
    }
}

/// Position of a live session; `None` for an ended one.
fn index(id: i64) -> Option<usize> {
    usize::try_from(id - FIRST_LIVE_SESSION).ok()
}

fn customer(id: i64) -> String {
    let (number, last) = split_index(id, LAST_NAMES.len());
    let (_, first) = split_index(number, FIRST_NAMES.len());
    match id {
        PROBE_SESSION => format!("Ida {PROBE_CUSTOMER}"),
        _ => format!("{} {}", FIRST_NAMES[first], LAST_NAMES[last]),
    }
}

fn company(id: i64) -> String {
    match id {
        OPEN_SESSION | PROBE_SESSION => String::new(),
        _ => format!("{COMPANY} {}", id % 997),
    }
}

/// Quotient and remainder, the latter as an index.
fn split_index(number: i64, count: usize) -> (i64, usize) {
    let count = i64::try_from(count).unwrap();
    (number / count, usize::try_from(number % count).unwrap())
}
