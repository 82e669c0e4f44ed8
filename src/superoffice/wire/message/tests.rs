use std::borrow::Cow;

use proptest::prelude::*;

use super::*;
use crate::chat::{Choice, Moment, Rich, Transcript};
use crate::superoffice::wire::with_times;

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
    // Once more it is read without being parsed.
    assert_eq!(reader.moulds.cast(json, reader.naive), Some(wanted));
    let other = json
        .replace("9002", "9003")
        .replace("du", "\\\"De\\\"")
        .replace("+01", "+02");
    let other = reader.moulds.cast(&other, reader.naive).unwrap();
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
        let read = Reader::default().message(json.as_bytes());
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

/// A conversation as the service's documentation composes it: a bot, its choices, a click, an answer.
#[test]
fn a_whole_conversation_is_read() {
    let mut reader = Reader::default();
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
    .map(|json| reader.message(json.as_bytes()))
    .collect();
    let told: Vec<(Direction, &str, Option<Special>)> = read
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
    let options = Special::Options {
        choices: choices.into(),
        rest: String::new(),
    };
    let clicked = Special::ClickedOption {
        choice: "Faktura".into(),
    };
    assert_eq!(
        told,
        [
            (Direction::Special, "", Some(Special::NewSession)),
            (Direction::ToUser, "feil beløp <kr 1 200>", None),
            (Direction::ToCustomer, "Hva gjelder saken?", Some(options)),
            (Direction::Special, "Faktura", Some(clicked)),
        ]
    );
    assert_eq!(reader.misread, 0);
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
            let read = Reader::default().message(json.as_bytes());
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

proptest! {
    #[test]
    fn any_bytes_make_a_message(element in prop::collection::vec(any::<u8>(), 0..80)) {
        let read = Reader::default().message(&element);
        prop_assert!(read.id.0 != 0);
        prop_assert_eq!(&*read.raw, String::from_utf8_lossy(&element));
    }

    #[test]
    fn any_values_make_a_message_that_is_printed_again_as_it_came(
        values in prop::collection::vec(prop_oneof![
            Just("null".to_owned()), Just("[{}]".to_owned()), Just("-1".to_owned()), Just("1e999".to_owned()),
            "[1-9][0-9]{0,19}", ".{0,20}".prop_map(|text| serde_json::Value::from(text).to_string()),
        ], 9),
    ) {
        let names = ["ChatMessageId", "ChatSessionId", "Type", "Message", "Author", "ReadByCustomer",
            "SpecialType", "SpecialParam", "WhenPosted"];
        let properties: Vec<String> =
            names.iter().zip(&values).map(|(name, value)| format!("\"{name}\" : {value}")).collect();
        let json = format!("{{ {} }}", properties.join(" ,"));
        let mut reader = Reader::default();
        let read = reader.message(json.as_bytes());
        prop_assert_eq!(&read.unreadable, &None);
        prop_assert_eq!(&*read.raw, json.as_str());
        let again = with_times(&json, reader.naive, |_| "then".to_owned());
        if read.posted.is_none() {
            prop_assert_eq!(again, json);
        } else {
            prop_assert_eq!(again, json.replace(&format!("\"WhenPosted\" : {}", values[8]), "\"WhenPosted\" : \"then\""));
        }
    }

    #[test]
    fn what_was_read_before_makes_no_difference(elements in prop::collection::vec(prop_oneof![4 => alike(), 1 => element()], 1..60)) {
        let mut reader = Reader::default();
        let mut misread = 0;
        for element in elements {
            let mut fresh = Reader { before: reader.before, ..Reader::default() };
            let wanted = fresh.message(element.as_bytes());
            prop_assert_eq!(reader.message(element.as_bytes()), wanted, "{}", element);
            misread += fresh.misread;
            prop_assert_eq!(reader.misread, misread);
        }
    }

    #[test]
    fn any_objects_come_out_of_a_transcript_as_they_went_in(elements in prop::collection::vec(element(), 1..12)) {
        let mut reader = Reader::default();
        let mut transcript = Transcript::default();
        for element in elements {
            let read = reader.message(element.as_bytes());
            transcript.merge(vec![read.clone()], 1);
            // Of two with one id, the greater stays.
            if let Some(kept) = transcript.by_id(read.id).filter(|kept| kept.raw() == element) {
                prop_assert_eq!(kept.posted.map(|at| *at.offset()), read.posted.map(|at| *at.offset()));
                if kept.placed == read.placed {
                    prop_assert_eq!(kept, read.said());
                }
            } else {
                prop_assert!(*transcript.by_id(read.id).unwrap().raw() > *element);
            }
        }
    }
}

/// Elements that are much alike, their values sound or not.
fn alike() -> impl Strategy<Value = String> {
    let one_of = |all: &'static [&'static str]| prop::sample::select(all);
    let ids = one_of(&[
        "7",
        "8",
        "9002",
        "07",
        "-4",
        "\"7\"",
        "\"8\"",
        "0",
        "",
        "7x",
        "99999999999999999999",
    ]);
    let bodies = one_of(&[
        r#""a""#,
        r#""<b>a</b> &amp; https://a.example""#,
        r#""""#,
        r#""\"q\" \\""#,
        r#""caf\u00e9 \ud800""#,
        "null",
        "12",
        "\"a\tb\"",
        "\"a\u{1b}b\"",
        r#""\x""#,
        r#""a"#,
        r#""a","Message":"b""#,
        r#""a","Author":"b""#,
        "\"åß今\"",
    ]);
    let times = one_of(&[
        r#""2026-03-28T22:58:40Z""#,
        r#""2026-03-28T22:58:40.1234567+02:00""#,
        r#""2026-03-28\t22:58:40""#,
        "\"2026-03-28\t22:58:40\"",
        r#""2026\u002d03-28""#,
        r#""0001-01-01T00:00:00""#,
        r#""soon""#,
        r#""""#,
        "null",
        "7",
    ]);
    let around = (
        one_of(&["ToUser", "Special"]),
        one_of(&["Kari", "Ola\\n"]),
        one_of(&["None", "Url", "BotMessage"]),
    );
    let ends = one_of(&["}", "} ", ",\"X\":1}", ",}", ""]);
    (ids, bodies, times, around, ends).prop_map(|(id, body, time, (kind, author, special), end)| {
        format!(
            r#"{{"ChatMessageId":{id},"Type":"{kind}","Message":{body},"Author":"{author}","SpecialType":"{special}","WhenPosted":{time}{end}"#
        )
    })
}

/// JSON objects with the properties of messages, mostly sound, in any order and spelling.
fn element() -> impl Strategy<Value = String> {
    let json = |text: String| serde_json::Value::from(text).to_string();
    let ids = prop_oneof![
        4 => (1..30_u8).prop_map(|id| id.to_string()),
        1 => prop::sample::select(vec!["\"7\"", "7.0", "07", "123456789012345678901234567890", "null", "-4", "1e2"])
            .prop_map(str::to_owned),
    ];
    let bodies = prop_oneof![
        4 => "[a-c]{0,3}".prop_map(json),
        2 => ".{0,12}".prop_map(json),
        1 => prop::sample::select(vec![
            r#""a\nb""#, r#""\"q\" \\""#, r#""caf\u00e9""#, r#""a\/b""#, r#""<b>x</b> &amp;""#, r#"" padded ""#,
            r#""see https://example.com/x""#, r#""\r\n\tx""#, r#""\ud800""#, "null", "12.50", "true", "[1]", "{}",
        ]).prop_map(str::to_owned),
    ];
    let times = prop_oneof![
        4 => (0..60_u8, 0..10_usize, prop::sample::select(vec!["", "Z", "+02:00", "-0500", "+05:45"])).prop_map(
            |(second, digits, offset)| {
                let point = if digits == 0 { "" } else { "." };
                let fraction = "0123456789".get(..digits).unwrap_or_default();
                format!("\"2026-03-28T22:58:{second:02}{point}{fraction}{offset}\"")
            }
        ),
        1 => prop::sample::select(vec![
            "\"2026-03-28 22:58:40Z\"", "\"2026-03-28T22:58:40.Z\"", "\"[DT:03/28/2026 22:58:40]\"", "\"2026-03-28\"",
            "\"0001-01-01T00:00:00\"", "\"2026-03-28T22:58:40.12345678901Z\"", "\"2026-03-28T22:58:60Z\"", "\"soon\"", "null", "7",
            r#""2026\u002d03-28T22:58:40Z""#,
        ]).prop_map(str::to_owned),
    ];
    let others = prop::sample::select(vec![
        r#""Type":"ToUser""#,
        r#""Type":"ToCustomer""#,
        r#""Type":3"#,
        r#""Author":"Kari""#,
        r#""Author":"Ola""#,
        r#""ReadByCustomer":1"#,
        r#""ReadByCustomer":0"#,
        r#""SpecialType":"Url""#,
        r#""SpecialParam":"x""#,
        r#""Novelty":[{"a":"}"}]"#,
        r#""Big":123456789012345678901234567890.5e400"#,
        r#""message":"other case""#,
        r#""ChatMessageId":3"#,
        r#""WhenPosted":"2026-03-28T22:58:40Z""#,
        r#""\u004dessage":"escaped name""#,
    ]);
    let spaces = prop::sample::select(vec!["", " ", "\n\t", "  "]);
    (
        ids,
        bodies,
        times,
        prop::collection::vec(others, 0..4),
        spaces,
        any::<bool>(),
    )
        .prop_map(|(id, body, time, others, space, turned)| {
            let mut properties = vec![
                format!("\"ChatMessageId\"{space}:{id}"),
                format!("\"Message\":{space}{body}"),
                format!("\"WhenPosted\":{time}{space}"),
            ];
            properties.extend(others.into_iter().map(str::to_owned));
            if turned {
                properties.reverse();
            }
            format!("{{{space}{}}}", properties.join(","))
        })
}
