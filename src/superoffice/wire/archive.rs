//! Answers of the archive (`GET ChatSession`, `GET TimeZone`): an envelope and rows.
//!
//! A slim row is flat, with ids as text; a full row has its columns in a member of its own, each with
//! a raw and a display value. Status is a number only in a full row, in a slim one it is words. The 2021
//! edition knows fewer columns: what is not there stays empty.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::object::Object;
use super::session::{SECRET, excerpt, rating, status};
use super::value::decoded;
use super::{Reader, first_filled, reprint};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, EntityRef, Session, SessionId, Status,
};

/// The columns asked for. The fewer there are the less can be refused: what is linked is known once the
/// session itself is read.
pub(in crate::superoffice) const COLUMNS: &str = "chatSessionId,status,whenRequested,whenStarted,\
    whenEnded,rating,queueLength,associateId,associate/fullName,agent,contact/name,person/fullName,\
    person/email/emailAddress,firstMessage,lastMessage,chatTopic/chatTopicId,chatTopic/name";

/// Those of them that the 2021 edition has.
pub(in crate::superoffice) const COLUMNS_2021: &str = "chatSessionId,whenRequested,whenStarted,\
    whenEnded,associateId,associate/fullName,contact/name,person/fullName,person/email/emailAddress,\
    firstMessage,lastMessage,chatTopic/chatTopicId,chatTopic/name";

/// One page of an archive.
#[derive(Debug)]
pub(in crate::superoffice) struct Page<'a> {
    /// The rows as they were sent.
    pub(in crate::superoffice) rows: Vec<&'a RawValue>,
    /// Whether the service says that there are more. Where they are is asked by key, never by the
    /// address it gives, which may name another host.
    pub(in crate::superoffice) more: bool,
}

/// Reads the envelope; `None` for what is none.
pub(in crate::superoffice) fn page(json: &str) -> Option<Page<'_>> {
    let envelope = Object::read(json)?;
    Some(Page {
        rows: serde_json::from_str(envelope.raw("value")?.get()).ok()?,
        more: ["odata.nextLink", "@odata.nextLink"]
            .iter()
            .any(|name| !envelope.line(name).is_empty()),
    })
}

impl Reader {
    /// Reads one row of the archive of sessions; `None` for what is none or has no id.
    pub(in crate::superoffice) fn session_row(&mut self, raw: &RawValue) -> Option<Session> {
        let row = flat(Object::read(raw.get())?);
        let id = row.id("chatSessionId").or_else(|| row.id("PrimaryKey"))?;
        let ended = row.moment("whenEnded", self.naive);
        let session = Session {
            id: SessionId(id),
            channel: Channel {
                id: ChannelId(row.id("chatTopic/chatTopicId").unwrap_or_default()),
                name: self.words(&row, "chatTopic/name"),
            },
            status: match status(&row, "status") {
                // Without the column its end is all that tells.
                Status::Invalid if ended.is_some() => Status::Closed,
                status => status,
            },
            customer: Customer {
                email: row.line("person/email/emailAddress"),
                ..Customer::default()
            },
            agent: agent(&row),
            first_message: excerpt(&row, "firstMessage"),
            last_message: excerpt(&row, "lastMessage"),
            requested: row.moment("whenRequested", self.naive),
            started: row.moment("whenStarted", self.naive),
            ended,
            queue_position: row.whole("queueLength").unwrap_or_default(),
            rating: rating(&row, "rating"),
            contact: link(&row, "contactId", "contact/name"),
            person: link(&row, "personId", "person/fullName"),
            raw: reprint::without(SECRET, raw.get()).into(),
            ..Session::default()
        };
        self.count(&row);
        Some(session)
    }
}

/// The agent: by number where the row is full, by initials or name where it is slim.
fn agent(row: &Object<'_>) -> Option<Agent> {
    let texts = ["associate/fullName", "agent", "associateId"].map(|name| row.line(name));
    let id = decoded(&texts[2]).parse().ok().filter(|id| *id > 0);
    let name = texts.map(|text| match decoded(&text).parse::<i64>() {
        Ok(_) => String::new(),
        Err(_) => text,
    });
    let agent = Agent {
        id: AssociateId(id.unwrap_or_default()),
        name: first_filled(name),
    };
    (agent != Agent::default()).then_some(agent)
}

fn link(row: &Object<'_>, id: &str, name: &str) -> Option<EntityRef> {
    let name = row.line(name);
    let id = row.id(id);
    (id.is_some() || !name.is_empty()).then(|| EntityRef {
        id: id.unwrap_or_default(),
        name,
    })
}

/// The columns of a full row, each with its `RawValue` and `DisplayValue`; none for a slim row.
pub(super) fn cells<'a>(row: &Object<'a>) -> Vec<(Cow<'a, str>, Object<'a>)> {
    ["Column", "Columns", "ColumnData"]
        .iter()
        .find_map(|name| Object::read(row.raw(name)?.get()))
        .iter()
        .flat_map(Object::properties)
        .filter_map(|(name, cell)| Some((name.clone(), Object::read(cell.get())?)))
        .collect()
}

/// A row as one flat object, whichever form it came in.
pub(super) fn flat<'a>(row: Object<'a>) -> Object<'a> {
    let cells = cells(&row);
    if cells.is_empty() {
        return row;
    }
    let key = row
        .raw("PrimaryKey")
        .map(|key| (Cow::Borrowed("PrimaryKey"), key));
    let value = |(name, cell): (Cow<'a, str>, Object<'a>)| {
        let filled = |raw: &&RawValue| !matches!(raw.get(), "null" | "\"\"");
        let raw = cell.raw("RawValue").filter(filled);
        Some((name, raw.or_else(|| cell.raw("DisplayValue"))?))
    };
    Object::of(
        key.into_iter()
            .chain(cells.into_iter().filter_map(value))
            .collect(),
    )
}

#[cfg(test)]
mod tests;
