use std::borrow::Cow;

use super::*;
use crate::chat::{Choice, RichText, Timestamp, Transcript};
use crate::superoffice::decode::rewrite_times;

mod properties;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(text).unwrap()
}

#[test]
fn an_ordinary_message_is_read_whole() {
    let json = r#"{"ChatMessageId": 9002, "ChatSessionId": 341, "Type": "ToUser",
        "Message": "Er du der?", "Author": " Kari ", "ReadByCustomer": 1, "SpecialType": "None",
        "SpecialParam": null, "WhenPosted": "2026-03-28T22:58:40+0100", "Novelty": [1]}"#;
    let wanted = Message {
        id: MessageId(9002),
        posted: Some(at("2026-03-28T22:58:40+01:00")),
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".into(),
        body: RichText::plain("Er du der?"),
        special: None,
        read_by_customer: true,
        unreadable: None,
        raw: json.into(),
    };
    let mut reader = Decoder::default();
    assert_eq!(reader.decode_message(json.as_bytes()), wanted);
    assert_eq!(reader.invalid_properties, 0);
    // Once more it is read without being parsed.
    assert_eq!(reader.moulds.cast(json, reader.naive_zone), Some(wanted));
    let other = json
        .replace("9002", "9003")
        .replace("du", "\\\"De\\\"")
        .replace("+01", "+02");
    let other = reader.moulds.cast(&other, reader.naive_zone).unwrap();
    assert_eq!(
        (other.id, &*other.body.text),
        (MessageId(9003), "Er \"De\" der?")
    );
    assert_eq!(other.posted, Some(at("2026-03-28T21:58:40+01:00")));
}

/// What is put together again is owned, what is kept whole is borrowed.
#[test]
fn ordinary_messages_are_not_kept_whole() {
    for json in [
        r#"{"ChatMessageId":9002,"Message":"Er du der?","WhenPosted":"2026-03-28T22:58:40+0100"}"#,
        r#"{ "WhenPosted" : "2026-03-28T22:58:40.1234567Z", "Message" : "\"a\"\nb", "ChatMessageId" : "9002" }"#,
        r#"{"ChatMessageId":9002,"Message":"<b>a</b> &amp; caf\u00e9 https://a.example","WhenPosted":"2026-03-28T22:58:40"}"#,
        r#"{"ChatMessageId":9002,"Message":null,"SpecialType":"NewSession","WhenPosted":"2026-03-28T22:58:40.5"}"#,
    ] {
        let read = Decoder::default().decode_message(json.as_bytes());
        let mut transcript = Transcript::default();
        transcript.merge(vec![read.clone()], 1);
        let kept = transcript.get(0).unwrap();
        assert!(
            matches!(kept.raw(), Cow::Owned(raw) if raw == json),
            "{json}"
        );
        assert_eq!(kept, read.said());
    }
}

#[test]
fn wrong_values_cost_only_themselves() {
    let json = r#"{"chatmessageid":"7","TYPE":1.0,"Message":{"a":1},"Author":null,
        "ReadByCustomer":"yes?","SpecialType":16,"WhenPosted":"soon"}"#;
    let mut reader = Decoder {
        previous_time: Some(at("2026-03-28T22:58:40+01:00")),
        ..Decoder::default()
    };
    let wanted = Message {
        id: MessageId(7),
        posted: None,
        inferred_time: Some(at("2026-03-28T22:58:40+01:00")),
        direction: Direction::Other("1.0".into()),
        author: String::new(),
        body: RichText::default(),
        special: Some(SpecialKind::BotMessage),
        read_by_customer: false,
        unreadable: None,
        raw: json.into(),
    };
    assert_eq!(reader.decode_message(json.as_bytes()), wanted);
    assert_eq!(reader.invalid_properties, 3);
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
            Some(SpecialKind::Notice),
        ),
        ("3", "\"\"", Direction::Special, Some(SpecialKind::Notice)),
        (
            "1",
            "\"ClosedByIdle\"",
            Direction::ToCustomer,
            Some(SpecialKind::ClosedByIdle),
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
            Some(SpecialKind::ClosedByUser),
        ),
    ] {
        let json = format!(r#"{{"ChatMessageId":1,"Type":{kind},"SpecialType":{special}}}"#);
        let read = Decoder::default().decode_message(json.as_bytes());
        assert_eq!(
            (read.direction, read.special),
            (direction, wanted),
            "{json}"
        );
    }
}

#[test]
fn nothing_is_dropped() {
    let mut reader = Decoder::default();
    let first =
        reader.decode_message(br#"{"ChatMessageId":1,"WhenPosted":"2026-03-28T22:58:40Z"}"#);
    for element in [&b"17"[..], b"null", b"\xff\xfe", b"[1,2]", b"tru"] {
        let read = reader.decode_message(element);
        assert!(!read.id.is_known() && read.id.0 != 0);
        assert!(read.unreadable.is_some());
        assert_eq!(read.inferred_time, first.posted);
        assert_eq!(read, reader.decode_message(element), "the same each time");
    }
    let named = reader.decode_message(br#"{"ChatMessageId":8,"Message":"bad \x"}"#);
    assert_eq!(named.id, MessageId(8));
    assert!(named.unreadable.is_some());
    let nameless = reader.decode_message(br#"{"ChatMessageId":{},"Message":"still here"}"#);
    assert!(!nameless.id.is_known());
    assert_eq!(nameless.unreadable, None);
    assert_eq!(nameless.body.text, "still here");
}

/// A conversation as the service's documentation composes it: a bot, its choices, a click, an answer.
#[test]
fn a_whole_conversation_is_read() {
    let mut reader = Decoder::default();
    let read: Vec<Message> = [
        r#"{"ChatMessageId": 9001, "Type": "Special", "Message": "", "Author": "", "ReadByCustomer": 1,
            "SpecialType": "NewSession", "SpecialParam": "", "WhenPosted": "2026-03-28T22:58:01+0100"}"#,
        r#"{"ChatMessageId": 9002, "Type": "ToUser", "Message": "feil bel&oslash;p &lt;kr 1 200&gt;",
            "Author": "Kari", "SpecialType": "None", "SpecialParam": null, "WhenPosted": "2026-03-28T22:58:40+0100"}"#,
        r#"{"ChatMessageId": 9003, "Type": "ToCustomer", "Message": "Hva gjelder <b>saken</b>?", "Author": "FjordBot",
            "SpecialType": "Options", "SpecialParam": "[\"Faktura\",\"Levering\"]", "WhenPosted": "2026-03-28T22:58:44+0100"}"#,
        r#"{"ChatMessageId": 9004, "Type": "Special", "Message": "Faktura", "Author": "Kari",
            "SpecialType": "ClickedOption", "SpecialParam": "Faktura", "WhenPosted": "2026-03-28T22:59:02+0100"}"#,
    ]
    .iter()
    .map(|json| reader.decode_message(json.as_bytes()))
    .collect();
    let told: Vec<(Direction, &str, Option<SpecialKind>)> = read
        .iter()
        .map(|message| {
            (
                message.direction.clone(),
                message.body.text.as_str(),
                message.special.clone(),
            )
        })
        .collect();
    let choices = ["Faktura", "Levering"].map(|label| Choice {
        label: label.into(),
        value: String::new(),
    });
    let options = SpecialKind::Options {
        choices: choices.into(),
        unparsed: String::new(),
    };
    let clicked = SpecialKind::ClickedOption {
        choice: "Faktura".into(),
    };
    assert_eq!(
        told,
        [
            (Direction::Special, "", Some(SpecialKind::NewSession)),
            (Direction::ToUser, "feil beløp <kr 1 200>", None),
            (Direction::ToCustomer, "Hva gjelder saken?", Some(options)),
            (Direction::Special, "Faktura", Some(clicked)),
        ]
    );
    assert_eq!(reader.invalid_properties, 0);
}

#[test]
fn nothing_unclean_gets_through_the_door() {
    let foul = r"a\u001b[31m\u0007\u202eb\u0000\ud800c";
    for special in [
        "None",
        "Url",
        "Block",
        "Error",
        "Options",
        "ClickedOption",
        "IllegalFileType",
        foul,
    ] {
        for param in [
            foul.to_owned(),
            format!(r#"[\"{foul}\",{{\"text\":\"{foul}\"}},\"{foul}"#),
        ] {
            let json = format!(
                r#"{{"ChatMessageId":1,"Type":"{foul}","Message":"{foul}","Author":"{foul}","SpecialType":"{special}","SpecialParam":"{param}"}}"#
            );
            let read = Decoder::default().decode_message(json.as_bytes());
            assert_eq!(read.unreadable, None, "{json}");
            let shown = Message {
                raw: "".into(),
                ..read
            };
            // Debug text escapes what is not printable, which is what must not be there.
            let shown = format!("{shown:?}");
            for trace in ["\\u{1b}", "\\u{7}", "\\u{202e}", "\\0"] {
                assert!(!shown.contains(trace), "{trace} in {shown}");
            }
        }
    }
}
