//! The service of one conversation: answers come from a file, so that its own work does not blur
//! the figures of the programs.

use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::entities::{self, SessionFields};
use super::http::{Body, HttpServer, Responder};
use super::messages::{Messages, SESSION};

/// Number of sessions in the list.
const SESSIONS: i64 = 20;

pub struct Service {
    pub server: HttpServer,
    state: Arc<ServiceState>,
}

struct ServiceState {
    messages: Arc<Messages>,
    /// JSON objects of posted messages, in order.
    posted: Mutex<Vec<String>>,
}

impl Service {
    /// Starts a service with nothing posted yet.
    pub fn start(messages: &Arc<Messages>) -> Self {
        messages.remove_posted();
        let state = Arc::new(ServiceState {
            messages: Arc::clone(messages),
            posted: Mutex::default(),
        });
        Self {
            server: HttpServer::start(Arc::clone(&state)),
            state,
        }
    }

    /// Adds a message to the conversation and to the transcript file.
    pub fn post(&self, text: &str) {
        let mut posted = self.state.posted.lock().unwrap();
        let object = self.state.messages.post(posted.len(), text);
        posted.push(object);
    }
}

impl Responder for ServiceState {
    fn respond(&self, path: &str, query: &str) -> Option<Body> {
        match path.split('/').collect::<Vec<_>>()[..] {
            ["ChatSession", id, "Messages"] if id == SESSION.to_string() => {
                let after = query.strip_prefix("after=").unwrap_or_default();
                Some(self.messages_after(after.parse().unwrap_or_default()))
            }
            ["ChatSession", "ForCurrentUser"] => {
                let sessions: Value = (SESSION..SESSION + SESSIONS).map(session).collect();
                Some(sessions.into())
            }
            ["ChatSession", id] => Some(session(id.parse().ok()?).into()),
            _ => entities::fixed_response(path).map(Body::from),
        }
    }
}

impl ServiceState {
    fn messages_after(&self, after: i64) -> Body {
        let range = self.messages.byte_range_after(after);
        let posted = self.posted.lock().unwrap();
        let known = self.messages.posted_up_to(after).min(posted.len());
        let mut rest = posted[known..].join(",");
        if !range.is_empty() && !rest.is_empty() {
            rest.insert(0, ',');
        }
        Body::Array {
            file: self.messages.array.clone(),
            range,
            rest,
        }
    }
}

fn session(id: i64) -> Value {
    let when = "2016-07-21T14:13:48+02:00";
    entities::session_json(&SessionFields {
        id,
        status: "CustomerLast",
        customer: &format!("Customer {id}"),
        company: "",
        last_message: "thanks!",
        requested: when,
        last_activity: when,
    })
}
