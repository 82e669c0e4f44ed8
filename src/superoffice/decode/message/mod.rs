//! One element of `ChatSession/{id}/Messages` as a message.
//!
//! Nothing is dropped: an element without a readable id gets a stand-in made of its content, and
//! one that is no object at all becomes a message that says so.

use super::object::LenientObject;
use super::value::decode_utf8_lossy;
use super::{Decoder, special};
use crate::chat::{Direction, Message, MessageId, Raw, SpecialKind, sanitize};
use crate::superoffice::html;

impl Decoder {
    /// Reads the next message of an answer.
    pub(in crate::superoffice) fn decode_message(&mut self, element: &[u8]) -> Message {
        let json = decode_utf8_lossy(element);
        let like_another = self.moulds.cast(&json, self.naive_zone);
        let mut message = like_another.unwrap_or_else(|| self.parse_message(element, &json));
        message.inferred_time = self.previous_time.filter(|_| message.posted.is_none());
        self.previous_time = message.sort_time();
        message
    }

    fn parse_message(&mut self, element: &[u8], json: &str) -> Message {
        let (object, is_complete) = LenientObject::parse_partial(json);
        let unreadable = (!is_complete).then(|| match json.as_bytes().first() {
            Some(b'{') => "the service sent a message that is not valid JSON".to_owned(),
            _ => "the service sent something that is no message".to_owned(),
        });
        let body = html::parse(&object.text("Message"));
        let direction = parse_direction(&object.text("Type"));
        let special = special::parse(
            &object.text("SpecialType"),
            &object.text("SpecialParam"),
            &body,
        );
        let id = object.id("ChatMessageId");
        let places =
            ["ChatMessageId", "Message", "WhenPosted"].map(|it| object.value_range(it, json));
        let [id_at, body_at, time_at] = places.clone();
        let message = Message {
            id: MessageId(id.unwrap_or_else(|| synthetic_id(element))),
            posted: object.timestamp("WhenPosted", self.naive_zone),
            inferred_time: None,
            special: special.or_else(|| {
                (direction == Direction::Special && is_complete).then_some(SpecialKind::Notice)
            }),
            direction,
            author: object.clean_line("Author"),
            body,
            read_by_customer: object.flag("ReadByCustomer"),
            unreadable,
            raw: Raw::new(json, id_at, body_at, time_at),
        };
        if is_complete && object.invalid_properties() == 0 {
            self.moulds.learn(json, &message, &places);
        }
        self.count_invalid(&object);
        message
    }
}

/// Reads `Type` by name or number, in any case; 0 is the service's own "Invalid".
fn parse_direction(kind: &str) -> Direction {
    let kind = kind.trim();
    let is = |name: &str, number: &str| kind.eq_ignore_ascii_case(name) || kind == number;
    if is("ToUser", "2") {
        Direction::ToUser
    } else if is("ToCustomer", "1") {
        Direction::ToCustomer
    } else if is("Special", "3") {
        Direction::Special
    } else if is("Invalid", "0") {
        Direction::Other("Invalid".to_owned())
    } else {
        Direction::Other(sanitize::sanitize_line(kind))
    }
}

/// A negative id made of the content (FNV-1a), the same each time the element comes again.
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
