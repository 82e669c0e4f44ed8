//! Decoding of messages: every oddity of the service, and damaged elements.

use super::*;
use crate::chat::{Choice, RichText, Timestamp};
use crate::superoffice::decode::rewrite_times;

mod properties;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(text).unwrap()
}

#[test]
fn an_ordinary_message_is_decoded_completely() {
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
        time_in_raw: None,
        original: crate::chat::Original::default(),
    };
    let mut decoder = Decoder::default();
    assert_eq!(decoder.decode_message(json.as_bytes()), wanted);
    assert_eq!(decoder.invalid_properties, 0);
}

#[test]
fn a_session_key_is_removed_from_messages_at_any_depth() {
    let identity = r#""ChatMessageId":7,"ChatSessionId":1,"WhenPosted":"2026-03-28T22:58:40Z""#;
    for skips_texts in [false, true] {
        let mut decoder = Decoder {
            skips_texts,
            ..Decoder::default()
        };
        for name in ["SessionKey", "sessionkey", "Session\\u004bey"] {
            let json = format!(
                r#"{{{identity},"{name}":"secret","Extra":[{{"{name}":{{"a":"secret"}}}}],"Message":"SessionKey"}}"#
            );
            let message = decoder.decode_message(json.as_bytes());
            let wanted = format!(r#"{{{identity},"Extra":[{{}}],"Message":"SessionKey"}}"#);
            assert_eq!((message.id, &*message.raw), (MessageId(7), &*wanted));
        }
    }
}

#[test]
fn invalid_values_do_not_affect_the_others() {
    let json = r#"{"chatmessageid":"7","TYPE":1.0,"Message":{"a":1},"Author":null,
        "ReadByCustomer":"yes?","SpecialType":16,"WhenPosted":"soon"}"#;
    let mut decoder = Decoder {
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
        special: Some(SpecialKind::BotMessage.into()),
        read_by_customer: false,
        unreadable: None,
        raw: json.into(),
        time_in_raw: None,
        original: crate::chat::Original::default(),
    };
    assert_eq!(decoder.decode_message(json.as_bytes()), wanted);
    assert_eq!(decoder.invalid_properties, 3);
}

#[test]
fn type_and_special_type_determine_the_special_kind() {
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
            (read.direction, read.special.map(|special| *special)),
            (direction, wanted),
            "{json}"
        );
    }
}

#[test]
fn every_element_becomes_a_message() {
    let mut decoder = Decoder::default();
    let first =
        decoder.decode_message(br#"{"ChatMessageId":1,"WhenPosted":"2026-03-28T22:58:40Z"}"#);
    for element in [&b"17"[..], b"null", b"\xff\xfe", b"[1,2]", b"tru"] {
        let read = decoder.decode_message(element);
        assert!(read.id.is_synthetic() && read.id.0 != 0);
        assert!(read.unreadable.is_some());
        assert_eq!(read.inferred_time, first.posted);
        assert_eq!(read, decoder.decode_message(element), "the same each time");
    }
    let named = decoder.decode_message(br#"{"ChatMessageId":8,"Message":"bad \x"}"#);
    assert_eq!(named.id, MessageId(8));
    assert!(named.unreadable.is_some());
    let nameless = decoder.decode_message(br#"{"ChatMessageId":{},"Message":"still here"}"#);
    assert!(nameless.id.is_synthetic());
    assert_eq!(nameless.unreadable, None);
    assert_eq!(nameless.body.text, "still here");
}

/// A conversation as in the service's documentation: a bot, its options, a click, an answer.
#[test]
fn a_whole_conversation_is_decoded() {
    let mut decoder = Decoder::default();
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
    .map(|json| decoder.decode_message(json.as_bytes()))
    .collect();
    let summary: Vec<(Direction, &str, Option<SpecialKind>)> = read
        .iter()
        .map(|message| {
            (
                message.direction.clone(),
                message.body.text.as_str(),
                message.special.as_deref().cloned(),
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
        summary,
        [
            (Direction::Special, "", Some(SpecialKind::NewSession)),
            (Direction::ToUser, "feil beløp <kr 1 200>", None),
            (Direction::ToCustomer, "Hva gjelder saken?", Some(options)),
            (Direction::Special, "Faktura", Some(clicked)),
        ]
    );
    assert_eq!(decoder.invalid_properties, 0);
}

#[test]
fn all_decoded_text_is_sanitized() {
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
            // The Debug format escapes unprintable characters, so their escapes are searched for.
            let shown = format!("{shown:?}");
            for trace in ["\\u{1b}", "\\u{7}", "\\u{202e}", "\\0"] {
                assert!(!shown.contains(trace), "{trace} in {shown}");
            }
        }
    }
}

/// Without texts a message has the same id, time and JSON, and nothing else.
#[test]
fn without_texts_a_message_is_the_same_one() {
    for (json, is_usual) in [
        (
            r#"{"ChatMessageId":1,"ChatSessionId":341,"Message":"a","WhenPosted":"2026-03-28T22:58:40+0100"}"#,
            true,
        ),
        (
            r#"{ "WhenPosted" : "2026-03-28T22:58:40" , "ChatSessionId":"341","ChatMessageId":"[I:1]" , "New":{"WhenEnded":[]}}"#,
            true,
        ),
        (
            r#"{"ChatMessageId":1,"ChatSessionId":342,"WhenPosted":"2026-03-28T22:58:40Z"}"#,
            true,
        ),
        // None, twice, by another name, beside another time, in columns, never, no time at all, no JSON.
        (r#"{"ChatMessageId":1,"ChatSessionId":341}"#, false),
        (
            r#"{"ChatMessageId":1,"ChatMessageId":2,"ChatSessionId":341,"WhenPosted":"2026-03-28T22:58:40Z"}"#,
            false,
        ),
        (
            r#"{"chatMessageId":1,"ChatSessionId":341,"WhenPosted":"2026-03-28T22:58:40Z"}"#,
            false,
        ),
        (
            r#"{"ChatMessageId":1,"ChatSessionId":341,"WhenPosted":"2026-03-28T22:58:40Z","\u0057henPosted":""}"#,
            false,
        ),
        (
            r#"{"ChatMessageId":1,"ChatSessionId":341,"WhenPosted":"2026-03-28T22:58:40Z","whenEnded":""}"#,
            false,
        ),
        (
            r#"{"ChatMessageId":1,"ChatSessionId":341,"WhenPosted":"2026-03-28T22:58:40Z","Column":{}}"#,
            false,
        ),
        (
            r#"{"ChatMessageId":1,"ChatSessionId":341,"WhenPosted":"0001-01-01T00:00:00"}"#,
            false,
        ),
        (
            r#"{"ChatMessageId":-1,"ChatSessionId":341,"WhenPosted":"2026-03-28T22:58:40Z"}"#,
            false,
        ),
        (
            r#"{"ChatMessageId":1,"ChatSessionId":341,"WhenPosted":["2026"]}"#,
            false,
        ),
        (
            r#"{"ChatMessageId":1,"ChatSessionId":341,"WhenPosted":"2026-03-28T22:58:40Z"} 1"#,
            false,
        ),
        ("[7]", false),
    ] {
        let decode = |skips_texts| {
            let mut decoder = Decoder {
                skips_texts,
                session: Some(crate::chat::SessionId(341)),
                naive_zone: crate::superoffice::NaiveZone(Some(chrono_tz::Tz::Europe__Oslo)),
                ..Decoder::default()
            };
            (decoder.decode_message(json.as_bytes()), decoder.is_own)
        };
        let ((whole, is_own), (brief, is_own_in_brief)) = (decode(false), decode(true));
        let identity = |message: &Message| {
            let unreadable = message.unreadable.clone();
            (
                message.id,
                message.posted,
                message.sort_time(),
                unreadable,
                message.raw.clone(),
            )
        };
        assert_eq!(identity(&brief), identity(&whole), "{json}");
        assert_eq!(is_own_in_brief, is_own, "{json}");
        assert_eq!(brief.time_in_raw.is_some(), is_usual, "{json}");
        if let Some(place) = brief.time_in_raw {
            let sent: String = serde_json::from_str(json.get(place).unwrap()).unwrap();
            assert!(sent.starts_with("2026-03-28T22:58:40"));
        }
    }
}
