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

/// The columns that can be requested. The customer's key to the conversation is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum MessageColumn {
    Id,
    SessionId,
    Posted,
    Type,
    SpecialType,
    SpecialParam,
    Author,
    Message,
    ChannelId,
    CustomerName,
    CompanyName,
}

impl MessageColumn {
    /// The columns of the message itself.
    pub(in super::super) const OWN: [Self; 8] = [
        Self::Id,
        Self::SessionId,
        Self::Posted,
        Self::Type,
        Self::SpecialType,
        Self::SpecialParam,
        Self::Author,
        Self::Message,
    ];
    /// The columns of the message's session.
    pub(in super::super) const JOINED: [Self; 3] =
        [Self::ChannelId, Self::CustomerName, Self::CompanyName];

    pub(in super::super) fn name(self) -> &'static str {
        match self {
            Self::Id => "chat_message.id",
            Self::SessionId => "chat_message.session_id",
            Self::Posted => "chat_message.when_posted",
            Self::Type => "chat_message.type",
            Self::SpecialType => "chat_message.special_type",
            Self::SpecialParam => "chat_message.special_param",
            Self::Author => "chat_message.author",
            Self::Message => "chat_message.message",
            Self::ChannelId => "chat_message.session_id.topic_id",
            Self::CustomerName => "chat_message.session_id.name",
            Self::CompanyName => "chat_message.session_id.company_name",
        }
    }
}

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
