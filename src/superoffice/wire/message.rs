//! One element of `ChatSession/{id}/Messages` as a message.
//!
//! Nothing is dropped: an element without a readable id gets a stand-in made of its content, and
//! one that is no object at all becomes a message that says so.

use super::object::Object;
use super::{Reader, special};
use crate::chat::{Direction, Message, MessageId, Special, clean};
use crate::superoffice::markup;

impl Reader {
    /// Reads the next message of an answer.
    pub(in crate::superoffice) fn message(&mut self, element: &[u8]) -> Message {
        let json = String::from_utf8_lossy(element);
        let (object, whole) = Object::salvage(&json);
        let unreadable = (!whole).then(|| match json.as_bytes().first() {
            Some(b'{') => "the service sent a message that is not valid JSON".to_owned(),
            _ => "the service sent something that is no message".to_owned(),
        });
        let body = markup::read(&object.text("Message"));
        let direction = direction(&object.text("Type"));
        let special = special::read(
            &object.text("SpecialType"),
            &object.text("SpecialParam"),
            &body,
        );
        let posted = object.moment("WhenPosted", self.naive);
        let message = Message {
            id: MessageId(
                object
                    .id("ChatMessageId")
                    .unwrap_or_else(|| stand_in(element)),
            ),
            posted,
            placed: self.before.filter(|_| posted.is_none()),
            special: special
                .or_else(|| (direction == Direction::Special && whole).then_some(Special::Notice)),
            direction,
            author: object.line("Author"),
            body,
            read_by_customer: object.flag("ReadByCustomer"),
            unreadable,
            raw: json.as_ref().into(),
        };
        self.before = message.place();
        self.count(&object);
        message
    }
}

/// Reads `Type` by name or number, in any case; 0 is the service's own "Invalid".
fn direction(kind: &str) -> Direction {
    match kind.trim().to_ascii_lowercase().as_str() {
        "tocustomer" | "1" => Direction::ToCustomer,
        "touser" | "2" => Direction::ToUser,
        "special" | "3" => Direction::Special,
        "invalid" | "0" => Direction::Other("Invalid".to_owned()),
        _ => Direction::Other(clean::line(kind.trim())),
    }
}

/// A negative id made of the content (FNV-1a), the same each time the element comes again.
fn stand_in(element: &[u8]) -> i64 {
    let hash = element
        .iter()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
        });
    -(i64::try_from(hash >> 1).unwrap_or(i64::MAX)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Moment, Rich};

    fn at(text: &str) -> Moment {
        Moment::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn an_ordinary_message_is_read_whole() {
        let json = r#"{"ChatMessageId": 9002, "ChatSessionId": 341, "Type": "ToUser",
            "Message": "Er du der?", "Author": " Kari ", "ReadByCustomer": 1, "SpecialType": "None",
            "SpecialParam": null, "WhenPosted": "2026-03-28T22:58:40+0100", "Novelty": [1]}"#;
        let wanted = Message {
            id: MessageId(9002),
            posted: Some(at("2026-03-28T22:58:40+01:00")),
            placed: None,
            direction: Direction::ToUser,
            author: "Kari".into(),
            body: Rich::plain("Er du der?"),
            special: None,
            read_by_customer: true,
            unreadable: None,
            raw: json.into(),
        };
        let mut reader = Reader::default();
        assert_eq!(reader.message(json.as_bytes()), wanted);
        assert_eq!(reader.misread, 0);
    }

    #[test]
    fn wrong_values_cost_only_themselves() {
        let json = r#"{"chatmessageid":"7","TYPE":1.0,"Message":{"a":1},"Author":null,
            "ReadByCustomer":"yes?","SpecialType":16,"WhenPosted":"soon"}"#;
        let mut reader = Reader {
            before: Some(at("2026-03-28T22:58:40+01:00")),
            ..Reader::default()
        };
        let wanted = Message {
            id: MessageId(7),
            posted: None,
            placed: Some(at("2026-03-28T22:58:40+01:00")),
            direction: Direction::Other("1.0".into()),
            author: String::new(),
            body: Rich::default(),
            special: Some(Special::BotMessage),
            read_by_customer: false,
            unreadable: None,
            raw: json.into(),
        };
        assert_eq!(reader.message(json.as_bytes()), wanted);
        assert_eq!(reader.misread, 3);
    }

    #[test]
    fn what_is_special_follows_type_and_special_type() {
        for (kind, special, direction, wanted) in [
            ("\"ToUser\"", "\"None\"", Direction::ToUser, None),
            ("2", "null", Direction::ToUser, None),
            ("\"touser\"", "0", Direction::ToUser, None),
            (
                "\"Special\"",
                "\"None\"",
                Direction::Special,
                Some(Special::Notice),
            ),
            ("3", "\"\"", Direction::Special, Some(Special::Notice)),
            (
                "1",
                "\"ClosedByIdle\"",
                Direction::ToCustomer,
                Some(Special::ClosedByIdle),
            ),
            (
                "\"ToEveryone\"",
                "\"None\"",
                Direction::Other("ToEveryone".into()),
                None,
            ),
            ("0", "0", Direction::Other("Invalid".into()), None),
            (
                "null",
                "10",
                Direction::Other(String::new()),
                Some(Special::ClosedByUser),
            ),
        ] {
            let json = format!(r#"{{"ChatMessageId":1,"Type":{kind},"SpecialType":{special}}}"#);
            let read = Reader::default().message(json.as_bytes());
            assert_eq!(
                (read.direction, read.special),
                (direction, wanted),
                "{json}"
            );
        }
    }

    #[test]
    fn nothing_is_dropped() {
        let mut reader = Reader::default();
        let first = reader.message(br#"{"ChatMessageId":1,"WhenPosted":"2026-03-28T22:58:40Z"}"#);
        for element in [&b"17"[..], b"null", b"\xff\xfe", b"[1,2]", b"tru"] {
            let read = reader.message(element);
            assert!(!read.id.is_known() && read.id.0 != 0);
            assert!(read.unreadable.is_some());
            assert_eq!(read.placed, first.posted);
            assert_eq!(read, reader.message(element), "the same each time");
        }
        let named = reader.message(br#"{"ChatMessageId":8,"Message":"bad \x"}"#);
        assert_eq!(named.id, MessageId(8));
        assert!(named.unreadable.is_some());
        let nameless = reader.message(br#"{"ChatMessageId":{},"Message":"still here"}"#);
        assert!(!nameless.id.is_known());
        assert_eq!(nameless.unreadable, None);
        assert_eq!(nameless.body.text, "still here");
    }
}
