//! JSON of the service's small answers, shared by both services of the benches.

use serde_json::{Value, json};

/// Id of the only channel.
pub const CHANNEL: i64 = 1;
/// Name of the only channel.
pub const CHANNEL_NAME: &str = "Support";

/// The answers that depend on nothing: user, channels and time zones; `None` for other paths.
pub fn fixed_response(path: &str) -> Option<Value> {
    match path {
        "ChatTopic/ForCurrentUser" => Some(json!([{"ChatTopicId": CHANNEL, "Name": CHANNEL_NAME}])),
        "User/currentPrincipal" => Some(json!({"AssociateId": 5, "FullName": "Kari Nordmann"})),
        "TimeZone" => Some(json!({"value": [{"id": 261, "timeZone": "NO"}]})),
        "TimeZone/current" => {
            Some(json!({"TZLocationID": 261, "TZLocationCode": "NO", "Name": "Norway"}))
        }
        _ => None,
    }
}

/// The fields of a session that differ between sessions.
pub struct SessionFields<'a> {
    pub id: i64,
    pub status: &'a str,
    pub customer: &'a str,
    pub company: &'a str,
    pub last_message: &'a str,
    pub requested: &'a str,
    pub last_activity: &'a str,
}

pub fn session_json(session: &SessionFields<'_>) -> Value {
    let id = session.id;
    json!({
        "ChatSessionId": id,
        "TopicId": CHANNEL,
        "CustomerAlias": format!("customer{id}"),
        "CustomerName": session.customer,
        "CustomerEmail": format!("c{id}@example.com"),
        "CustomerCompanyName": session.company,
        "Status": session.status,
        "FirstMessage": "Hello",
        "LastMessage": session.last_message,
        "WhenRequested": session.requested,
        "WhenStarted": session.requested,
        "WhenEnded": null,
        "WhenIdle": session.last_activity,
        "Flags": "",
    })
}
