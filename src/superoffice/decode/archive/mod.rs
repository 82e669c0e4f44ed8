//! Decodes archive responses (`GET ChatSession`, `GET TimeZone`): an envelope with rows.
//!
//! A slim row is flat, with ids as text; a full row has its columns in a nested object, each with a raw
//! and a display value. Status is a number in full rows only, and text in slim ones. The 2021 edition
//! has fewer columns; missing ones decode as empty.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::object::LenientObject;
use super::session::{SESSION_KEY, decode_rating, decode_status, message_excerpt};
use super::value::strip_type_tag;
use super::{Decoder, first_non_empty, rewrite};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, EntityRef, Session, SessionId, Status,
    stored_session_bytes,
};
use crate::superoffice::json_array::MAX_ELEMENT_BYTES;

/// The requested columns. A service rejects the request if it does not support one of them, so these are
/// only what the list needs; links to other entities come with the session itself.
pub(crate) const SESSION_COLUMNS: &str = "chatSessionId,status,whenRequested,whenStarted,\
    whenEnded,rating,queueLength,associateId,associate/fullName,agent,contact/name,person/fullName,\
    person/email/emailAddress,firstMessage,lastMessage,chatTopic/chatTopicId,chatTopic/name";

/// The subset that the 2021 edition supports.
pub(crate) const SESSION_COLUMNS_2021: &str = "chatSessionId,whenRequested,whenStarted,\
    whenEnded,associateId,associate/fullName,contact/name,person/fullName,person/email/emailAddress,\
    firstMessage,lastMessage,chatTopic/chatTopicId,chatTopic/name";

#[derive(Debug)]
pub(crate) struct ArchivePage<'a> {
    pub(crate) rows: Vec<&'a RawValue>,
    /// Whether there are more rows. The next page is requested by key rather than by the link of the
    /// service, which may name another host.
    pub(crate) has_more: bool,
    /// Whether the rows exceed the limit; those beyond it are left out.
    pub(crate) is_too_large: bool,
}

/// Parses the envelope and the rows up to a limit, see [`stored_session_bytes`].
pub(crate) fn parse_archive_page(json: &str, max_bytes: u64) -> Option<ArchivePage<'_>> {
    let envelope = LenientObject::parse(json)?;
    let (rows, is_too_large) = parse_rows(envelope.raw("value")?, max_bytes)?;
    Some(ArchivePage {
        is_too_large,
        rows,
        has_more: ["odata.nextLink", "@odata.nextLink"]
            .iter()
            .any(|name| !envelope.clean_line(name).is_empty()),
    })
}

/// Parses an array of sessions up to a limit. The flag is `true` if there are more.
pub(super) fn parse_rows(array: &RawValue, max_bytes: u64) -> Option<(Vec<&RawValue>, bool)> {
    let mut rows = RowCollector {
        rows: Vec::new(),
        bytes_left: Some(max_bytes),
    };
    serde_json::Deserializer::from_str(array.get())
        .deserialize_seq(&mut rows)
        .ok()?;
    Some((rows.rows, rows.bytes_left.is_none()))
}

struct RowCollector<'a> {
    rows: Vec<&'a RawValue>,
    /// `None` if it was exceeded.
    bytes_left: Option<u64>,
}

impl<'a> Visitor<'a> for &mut RowCollector<'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut rows: A) -> Result<(), A::Error> {
        while let Some(row) = rows.next_element::<&RawValue>()? {
            let bytes = stored_session_bytes(row.get().len()) as u64;
            self.bytes_left = self.bytes_left.and_then(|left| left.checked_sub(bytes));
            if self.bytes_left.is_some() {
                self.rows.push(row);
            }
        }
        Ok(())
    }
}

/// Returns `true` if a row of the session archive has a status.
pub(crate) fn has_status(raw: &RawValue) -> bool {
    let row = LenientObject::parse(raw.get()).map(LenientObject::flatten);
    row.is_some_and(|row| row.raw("status").is_some())
}

impl Decoder {
    /// Decodes a row of the session archive; `None` if it is not an object, has no id or is too large.
    pub(crate) fn decode_session_row(&mut self, raw: &RawValue) -> Option<Session> {
        if raw.get().len() > MAX_ELEMENT_BYTES {
            return None;
        }
        let row = LenientObject::parse(raw.get())?.flatten();
        let id = row.id("chatSessionId").or_else(|| row.id("PrimaryKey"))?;
        let ended = row.timestamp("whenEnded", self.naive_zone);
        let session = Session {
            id: SessionId(id),
            channel: Channel {
                id: ChannelId(row.id("chatTopic/chatTopicId").unwrap_or_default()),
                name: self.localized_line(&row, "chatTopic/name"),
                ..Channel::default()
            },
            status: match decode_status(&row, "status") {
                // Without the column, only an end time shows that the session is closed.
                Status::Invalid if ended.is_some() => Status::Closed,
                status => status,
            },
            customer: Customer {
                email: row.clean_line("person/email/emailAddress"),
                ..Customer::default()
            },
            agent: row_agent(&row),
            first_message: message_excerpt(&row, "firstMessage"),
            last_message: message_excerpt(&row, "lastMessage"),
            requested: row.timestamp("whenRequested", self.naive_zone),
            started: row.timestamp("whenStarted", self.naive_zone),
            ended,
            queue_position: row.integer("queueLength").unwrap_or_default(),
            rating: decode_rating(&row, "rating"),
            contact: row_entity_ref(&row, "contactId", "contact/name"),
            person: row_entity_ref(&row, "personId", "person/fullName"),
            raw: rewrite::remove_property(SESSION_KEY, raw.get()).into(),
            ..Session::default()
        };
        self.count_invalid(&row);
        Some(session)
    }
}

/// Decodes the agent: full rows have the id, slim rows initials or a name.
fn row_agent(row: &LenientObject<'_>) -> Option<Agent> {
    let texts = ["associate/fullName", "agent", "associateId"].map(|name| row.clean_line(name));
    let id = strip_type_tag(&texts[2]).parse().ok().filter(|id| *id > 0);
    let name = texts.map(|text| match strip_type_tag(&text).parse::<i64>() {
        Ok(_) => String::new(),
        Err(_) => text,
    });
    let agent = Agent {
        id: AssociateId(id.unwrap_or_default()),
        name: first_non_empty(name),
    };
    (agent != Agent::default()).then_some(agent)
}

fn row_entity_ref(row: &LenientObject<'_>, id: &str, name: &str) -> Option<EntityRef> {
    let name = row.clean_line(name);
    let id = row.id(id);
    (id.is_some() || !name.is_empty()).then(|| EntityRef {
        id: id.unwrap_or_default(),
        name,
    })
}

#[cfg(test)]
mod tests;
