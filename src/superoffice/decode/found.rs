//! Decodes rows of the dynamic archive: a message with some columns of its session.
//!
//! Columns have the names of the database; the message is decoded as one of a transcript, under the names it has
//! there.

use serde_json::value::RawValue;

use super::Decoder;
use super::object::LenientObject;
use crate::chat::{
    Channel, ChannelId, Customer, FoundMessage, MessageId, MessageMark, Session, SessionId,
};
use crate::superoffice::json_array::MAX_ELEMENT_BYTES;
use crate::superoffice::message_search::MessageColumn;

/// The properties of a message, and their columns.
const PROPERTIES: [(&str, MessageColumn); 7] = [
    ("ChatSessionId", MessageColumn::SessionId),
    ("Type", MessageColumn::Type),
    ("Message", MessageColumn::Message),
    ("Author", MessageColumn::Author),
    ("WhenPosted", MessageColumn::Posted),
    ("SpecialType", MessageColumn::SpecialType),
    ("SpecialParam", MessageColumn::SpecialParam),
];

impl Decoder {
    /// Decodes a row; `None` if it has no ids or is too large.
    pub(in super::super) fn decode_found_message(
        &mut self,
        raw: &RawValue,
    ) -> Option<FoundMessage> {
        if raw.get().len() > MAX_ELEMENT_BYTES {
            return None;
        }
        let row = LenientObject::parse(raw.get())?.flatten();
        let channel = row.id(MessageColumn::ChannelId.name());
        let session = Session {
            id: SessionId(row.id(MessageColumn::SessionId.name())?),
            channel: Channel {
                id: ChannelId(channel.unwrap_or_default()),
                ..Channel::default()
            },
            customer: Customer {
                name: row.clean_line(MessageColumn::CustomerName.name()),
                company: row.clean_line(MessageColumn::CompanyName.name()),
                ..Customer::default()
            },
            ..Session::default()
        };
        let id = message_id(&row)?;
        let properties = PROPERTIES.iter().filter_map(|(name, column)| {
            let value = row.raw(column.name())?;
            Some(format!(",\"{name}\":{}", value.get()))
        });
        let json = format!(
            "{{\"ChatMessageId\":{id}{}}}",
            properties.collect::<String>()
        );
        self.count_invalid(&row);
        let message = self.decode_message(json.as_bytes());
        Some(FoundMessage { session, message })
    }

    pub(in super::super) fn decode_message_mark(&mut self, raw: &RawValue) -> Option<MessageMark> {
        let row = LenientObject::parse(raw.get())?.flatten();
        let mark = MessageMark {
            id: message_id(&row)?,
            posted: row.timestamp(MessageColumn::Posted.name(), self.naive_zone),
        };
        self.count_invalid(&row);
        Some(mark)
    }
}

fn message_id(row: &LenientObject<'_>) -> Option<MessageId> {
    let id = row.id(MessageColumn::Id.name());
    id.or_else(|| row.id("PrimaryKey")).map(MessageId)
}
