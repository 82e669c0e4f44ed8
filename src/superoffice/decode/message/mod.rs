//! Decodes one element of `ChatSession/{id}/Messages` into a message.
//!
//! No element is dropped: one without a readable id gets an id derived from its content, and one
//! that is not a JSON object becomes a message that is marked as unreadable.

use std::borrow::Cow;

use super::identity::MessageIdentity;
use super::object::{LenientObject, beginning};
use super::rewrite::remove_property;
use super::session::SESSION_KEY;
use super::value::{self, decode_utf8_lossy, subslice_range};
use super::{Decoder, special};
use crate::chat::{Direction, Message, MessageId, Original, RichText, SpecialKind, sanitize};
use crate::superoffice::html;

impl Decoder {
    /// Decodes the next message of a response.
    pub(crate) fn decode_message(&mut self, element: &[u8]) -> Message {
        self.decode(element, None)
    }

    /// Decodes the properties of a message of which only the first bytes were stored.
    pub(crate) fn decode_message_start(&mut self, start: &[u8], unreadable: &str) -> Message {
        self.decode(start, Some(unreadable))
    }

    fn decode(&mut self, element: &[u8], unreadable: Option<&str>) -> Message {
        if self.skips_texts
            && unreadable.is_none()
            && let Some(message) = self.decode_identity(element)
        {
            return message;
        }
        let json = decode_utf8_lossy(element);
        let (object, is_complete) = LenientObject::parse_partial(&json);
        let invalid = (!is_complete).then(|| match json.as_bytes().first() {
            Some(b'{') if object.is_full() => {
                "the service sent a message with more than 10000 properties"
            }
            Some(b'{') => "the service sent a message that is not valid JSON",
            _ => "the service sent something other than a message",
        });
        let unreadable = unreadable.or(invalid).map(str::to_owned);
        let texts = if self.skips_texts {
            Texts::default()
        } else {
            Texts::decode(&object, is_complete)
        };
        let id = object.id("ChatMessageId");
        let posted = object.timestamp("WhenPosted", self.naive_zone);
        self.check_owner(object.id("ChatSessionId"));
        let message = Message {
            id: MessageId(id.unwrap_or_else(|| synthetic_id(element))),
            posted,
            inferred_time: self.previous_time.filter(|_| posted.is_none()),
            special: texts.special.map(Box::new),
            direction: texts.direction,
            author: texts.author,
            body: texts.body,
            read_by_customer: object.flag("ReadByCustomer"),
            unreadable,
            raw: remove_property(SESSION_KEY, &json).into(),
            time_in_raw: None,
            original: Original::default(),
        };
        self.previous_time = message.sort_time();
        self.count_invalid(&object);
        message
    }

    /// Decodes only the ids and the time of a message; `None` for one with an unusual form.
    fn decode_identity(&mut self, element: &[u8]) -> Option<Message> {
        let json = str::from_utf8(element).ok()?;
        if matches!(remove_property(SESSION_KEY, json), Cow::Owned(_)) {
            return None;
        }
        let identity = MessageIdentity::parse(json)?;
        let id = value::integer(identity.id).ok()?.filter(|id| *id > 0)?;
        let owner = value::integer(identity.session).ok()?;
        let posted = self
            .naive_zone
            .parse(&value::text(identity.posted).ok()?)
            .ok()??;
        self.check_owner(owner.filter(|owner| *owner > 0));
        self.previous_time = Some(posted);
        let texts = Texts::default();
        Some(Message {
            id: MessageId(id),
            posted: Some(posted),
            inferred_time: None,
            special: None,
            direction: texts.direction,
            author: texts.author,
            body: texts.body,
            read_by_customer: false,
            unreadable: None,
            raw: json.into(),
            time_in_raw: Some(subslice_range(identity.posted.get(), json)),
            original: Original::default(),
        })
    }

    fn check_owner(&mut self, owner: Option<i64>) {
        self.is_own = self
            .session
            .is_none_or(|session| owner.is_none_or(|owner| owner == session.0));
        self.foreign_messages += usize::from(!self.is_own);
    }
}

/// The decoded texts of a message.
struct Texts {
    body: RichText,
    direction: Direction,
    special: Option<SpecialKind>,
    author: String,
}

impl Default for Texts {
    fn default() -> Self {
        Self {
            body: RichText::default(),
            direction: Direction::Other(String::new()),
            special: None,
            author: String::new(),
        }
    }
}

impl Texts {
    fn decode(object: &LenientObject<'_>, is_complete: bool) -> Self {
        let body = html::parse(&object.text("Message"));
        let direction = parse_direction(beginning(&object.text("Type")));
        let special = special::parse(
            beginning(&object.text("SpecialType")),
            beginning(&object.text("SpecialParam")),
            &body,
        )
        .or_else(|| {
            (direction == Direction::Special && is_complete).then_some(SpecialKind::Notice)
        });
        Self {
            body,
            direction,
            special,
            author: object.clean_line("Author"),
        }
    }
}

/// Parses `Type`, a name in any case or a number; 0 is the service's own "Invalid".
fn parse_direction(kind: &str) -> Direction {
    match kind.trim().to_ascii_lowercase().as_str() {
        "invalid" | "0" => Direction::Other("Invalid".to_owned()),
        "tocustomer" | "1" => Direction::ToCustomer,
        "touser" | "2" => Direction::ToUser,
        "special" | "3" => Direction::Special,
        _ => Direction::Other(sanitize::sanitize_line(kind.trim())),
    }
}

/// Returns a negative id derived from the content (FNV-1a), so that the same element always gets
/// the same id.
fn synthetic_id(element: &[u8]) -> i64 {
    let hash = element
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    -(i64::try_from(hash >> 1).unwrap_or(i64::MAX)).max(1)
}

#[cfg(test)]
mod tests;
