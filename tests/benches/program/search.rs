//! Measurement of a search across conversations by the dynamic archive, and the service's side of it.

use chrono::Local;
use serde_json::{Value, json};

use super::conversation::{Run, message_from_customer};
use super::service::{COMPANY, PROBE_CUSTOMER, PROBE_SESSION, Sessions};

/// Begins the searched words, which no generated message has.
const WORD: &str = "quokka";
/// Columns of a message, and the properties that it has in a transcript.
const COLUMNS: [(&str, &str); 8] = [
    ("chat_message.id", "ChatMessageId"),
    ("chat_message.session_id", "ChatSessionId"),
    ("chat_message.when_posted", "WhenPosted"),
    ("chat_message.type", "Type"),
    ("chat_message.special_type", "SpecialType"),
    ("chat_message.special_param", "SpecialParam"),
    ("chat_message.author", "Author"),
    ("chat_message.message", "Message"),
];

/// The rows of the dynamic archive for a query, and whether one of them is a hit: any query for a text is taken for
/// one of [`WORD`].
pub fn rows(sessions: &Sessions, query: &str) -> (Value, bool) {
    let is_for_text = decode(query).contains(" contains ");
    let above = id_bound(query, "chat_message.id gt ").unwrap_or(0);
    let below = id_bound(query, "chat_message.id lt ").unwrap_or(i64::MAX);
    let mut found: Vec<_> = sessions
        .messages()
        .filter(|(id, object)| {
            (above + 1..below).contains(id) && (!is_for_text || object.contains(WORD))
        })
        .collect();
    found.sort_unstable_by_key(|(id, _)| *id);
    if decode(query).contains(" desc") {
        found.reverse();
    }
    found.truncate(100);
    let rows: Value = found.iter().map(|(_, object)| row(object)).collect();
    (json!({ "value": rows }), is_for_text && !found.is_empty())
}

/// The number behind a condition of a query.
pub fn id_bound(query: &str, condition: &str) -> Option<i64> {
    let query = decode(query);
    let (_, rest) = query.split_once(condition)?;
    let id = rest.split(|c: char| !c.is_ascii_digit()).next()?;
    id.parse().ok()
}

fn decode(query: &str) -> String {
    query.replace("%20", " ").replace('+', " ")
}

fn row(object: &str) -> Value {
    let message: Value = serde_json::from_str(object).expect("the service's own JSON");
    let mut row = json!({
        "PrimaryKey": message["ChatMessageId"].to_string(),
        "EntityName": "dynamic",
        "chat_message.session_id.topic_id": 1,
        "chat_message.session_id.name": format!("Ida {PROBE_CUSTOMER}"),
        "chat_message.session_id.company_name": "",
    });
    for (column, property) in COLUMNS {
        row[column] = message[property].clone();
    }
    row
}

impl Run<'_> {
    /// Measures from the service's response with the only hit until the hit is visible.
    pub fn search_conversations(&mut self) {
        let mut terminal = self.peer.start(self.folder, &self.service, "");
        if terminal.wait_until_opened(COMPANY).is_none() {
            return;
        }
        for turn in 0..self.effort.posts {
            let text = format!("{WORD}{turn:03} was seen");
            let message = message_from_customer(text.clone());
            let now = Local::now().fixed_offset();
            self.service.sessions().add(PROBE_SESSION, &message, now);
            // The prompt has the words of the last search.
            for keys in ["S", "\x15", &format!("{WORD}{turn:03}")] {
                terminal.press_all(keys);
            }
            let start = terminal.write("\r");
            let shown = terminal.wait_for(&text, start).map(|time| start + time);
            let sent = self.service.take_hit_sent();
            let time = shown.zip(sent).map(|(shown, sent)| shown - sent);
            self.figures.record_time("hit sent to visible, ms", time);
            terminal.press_all("\x1b");
        }
    }
}
