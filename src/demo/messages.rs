//! The messages of all sessions as rows of the dynamic archive, which reads the tables of the database.

use super::columns::{
    ColumnValue::{Enum, Int, Text, UtcTime},
    Provider,
};
use super::enums::{MessageType, SpecialType};
use super::quirks::MessageSearchAccess;
use super::request::Request;
use super::response::Response;
use super::store::Database;
use chrono::{DateTime, Utc};

/// A message with what the archive can join to it.
#[derive(Debug)]
pub(super) struct MessageRow {
    id: i64,
    session: i64,
    text: String,
    posted: DateTime<Utc>,
    kind: MessageType,
    special: SpecialType,
    param: String,
    author: String,
    channel: i64,
    customer: String,
    company: String,
}

pub(super) static MESSAGES: Provider<MessageRow> = Provider {
    path: "Archive/dynamic",
    entity: "dynamic",
    column_quirk: |quirks| quirks.message_search.joined_columns,
    newer: &[
        "chat_message.session_id.topic_id",
        "chat_message.session_id.name",
        "chat_message.session_id.company_name",
    ],
    columns: &[
        ("chat_message.id", |it, _| Int(it.id)),
        ("chat_message.session_id", |it, _| Int(it.session)),
        ("chat_message.message", |it, _| Text(it.text.clone())),
        ("chat_message.when_posted", |it, _| UtcTime(it.posted)),
        ("chat_message.type", |it, _| {
            Enum(it.kind as i64, format!("{:?}", it.kind))
        }),
        ("chat_message.special_type", |it, _| {
            Enum(it.special as i64, format!("{:?}", it.special))
        }),
        ("chat_message.special_param", |it, _| Text(it.param.clone())),
        ("chat_message.author", |it, _| Text(it.author.clone())),
        ("chat_message.session_id.topic_id", |it, _| Int(it.channel)),
        ("chat_message.session_id.name", |it, _| {
            Text(it.customer.clone())
        }),
        ("chat_message.session_id.company_name", |it, _| {
            Text(it.company.clone())
        }),
    ],
};

/// The rows that the user gets. Rights are probably not applied.
pub(super) fn rows(database: &Database, access: MessageSearchAccess) -> Vec<MessageRow> {
    let sessions = database.sessions.values();
    let sessions = sessions
        .filter(|session| access != MessageSearchAccess::OwnChannels || session.channel.mine);
    let rows = sessions.flat_map(|session| {
        session.messages.iter().map(|message| MessageRow {
            id: message.id,
            session: session.id,
            text: message.content.text.clone(),
            posted: message.posted,
            kind: message.content.kind,
            special: message.content.special,
            param: message.content.param.clone(),
            author: message.content.author.clone(),
            channel: session.channel.id,
            customer: session.customer.name.clone(),
            company: session.customer.company.clone(),
        })
    });
    rows.collect()
}

/// The refusal where the provider is blocked or does not exist.
pub(super) fn refuse(request: &Request<'_>) -> Option<Response> {
    let (status, why) = match request.encoding.quirks.message_search.access {
        MessageSearchAccess::AllChannels | MessageSearchAccess::OwnChannels => return None,
        MessageSearchAccess::Blocked => (403, "The archive provider is blocked."),
        MessageSearchAccess::Missing => (404, "Resource Not Found"),
    };
    Some(Response::error(status, why))
}
