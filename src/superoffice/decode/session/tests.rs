//! Tests of decoding sessions.

use super::*;
use crate::chat::Timestamp;

/// A live session as `ForCurrentUser` sends it.
const LIVE: &str = r#"{"ChatSessionId": 341, "TopicId": 7,
 "User": {"AssociateId": 5, "Name": "OLA", "PersonId": 12, "FullName": "Ola Hansen", "UserName": null},
 "Person": null, "CustomerAlias": "Kari", "CustomerHost": "203.0.113.9", "CustomerName": "Kari Nordmann",
 "CustomerEmail": "kari@example.com", "CustomerPhone": "", "CustomerConsented": true, "CustomerCompanyName": "Fjord AS",
 "Status": "CustomerLast", "FirstMessage": "Hei", "LastMessage": "Er du\nder?",
 "WhenRequested": "2026-03-28T22:57:50+0100", "WhenStarted": "2026-03-28T22:59:30+0100", "WhenEnded": "0001-01-01T00:00:00",
 "WhenIdle": "2026-03-29T03:01:12+0200", "WhenFetched": "2026-03-29T03:01:20+0200", "SessionKey": "secret-do-not-keep",
 "InitialQueuePos": 2, "AlertLevel": 1, "Rank": 1, "Flags": "CustomerIsTyping", "Contact": {"ContactId": 9, "Name": "Fjord AS"},
 "Project": null, "Sale": {"SaleId": 0, "Title": ""}, "Ticket": {"TicketId": 77, "Title": "Invoice", "TicketStatusDisplayValue":
 "NO:\"Åpen\";US:\"Open\""}, "TransferTo": {"AssociateId": -1}, "ChatbotIsActive": 0, "Rating": 0}"#;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(text).unwrap()
}

fn read(json: &str) -> Option<Session> {
    Decoder::default().decode_session(json.as_bytes())
}

#[test]
fn a_live_session_is_decoded_completely() {
    let wanted = Session {
        id: SessionId(341),
        channel: Channel {
            id: ChannelId(7),
            ..Channel::default()
        },
        status: Status::CustomerLast,
        customer: Customer {
            name: "Kari Nordmann".into(),
            alias: "Kari".into(),
            email: "kari@example.com".into(),
            phone: String::new(),
            company: "Fjord AS".into(),
            host: "203.0.113.9".into(),
            consented: true,
        },
        agent: Some(Agent {
            id: AssociateId(5),
            name: "Ola Hansen".into(),
        }),
        transfer_to: None,
        bot_active: false,
        typing: Typing {
            customer: true,
            agent: false,
        },
        first_message: "Hei".into(),
        last_message: "Er du der?".into(),
        requested: Some(at("2026-03-28T22:57:50+01:00")),
        started: Some(at("2026-03-28T22:59:30+01:00")),
        ended: None,
        last_activity: Some(at("2026-03-29T03:01:12+02:00")),
        customer_last_poll: Some(at("2026-03-29T03:01:20+02:00")),
        queue_position: 2,
        alert_level: 1,
        rating: None,
        contact: Some(EntityRef {
            id: 9,
            name: "Fjord AS".into(),
        }),
        person: None,
        ticket: Some(EntityRef {
            id: 77,
            name: "Invoice (Open)".into(),
        }),
        sale: None,
        project: None,
        raw: LIVE
            .replace(r#" "SessionKey": "secret-do-not-keep","#, "")
            .into(),
        original: crate::chat::Original::default(),
    };
    assert_eq!(read(LIVE), Some(wanted));
}

#[test]
fn the_session_key_is_removed() {
    for name in ["SessionKey", "sessionkey", "SESSIONKEY", "Session\\u004bey"] {
        let json = LIVE.replace("SessionKey", name);
        let shown = format!("{:?}", read(&json).unwrap()).to_ascii_lowercase();
        assert!(!shown.contains("secret-do-not-keep"), "{name}");
        assert!(
            !shown.contains("sessionkey") && !shown.contains("u004bey"),
            "{name}"
        );
    }
    let raw = read(LIVE).unwrap().raw;
    assert_eq!(
        &*raw,
        LIVE.replace(" \"SessionKey\": \"secret-do-not-keep\",", "")
    );
}

#[test]
fn other_elements_are_not_sessions() {
    for json in [
        "null",
        "[]",
        "7",
        "{}",
        r#"{"ChatSessionId":0}"#,
        r#"{"ChatSessionId":1"#,
    ] {
        assert_eq!(read(json), None, "{json}");
    }
}

#[test]
fn invalid_values_do_not_affect_the_others() {
    let mut decoder = Decoder::default();
    let json = r#"{"ChatSessionId":"1","Status":5,"User":[],"Rating":9,"InitialQueuePos":"many",
        "Contact":"Fjord","CustomerName":null,"WhenEnded":{}}"#;
    let wanted = Session {
        id: SessionId(1),
        status: Status::CustomerLast,
        raw: json.into(),
        ..Session::default()
    };
    assert_eq!(decoder.decode_session(json.as_bytes()), Some(wanted));
    assert_eq!(decoder.invalid_properties, 4);
}

#[test]
fn flags_come_as_names_and_bits() {
    for (flags, customer, agent) in [
        ("CustomerIsTyping", true, false),
        ("CustomerIsTyping, useristyping", true, true),
        ("UserIsTyping", false, true),
        ("0", false, false),
        ("1", true, false),
        ("2", false, true),
        ("3", true, true),
        ("", false, false),
        ("Dancing", false, false),
    ] {
        assert_eq!(parse_typing(flags), Typing { customer, agent }, "{flags}");
    }
}

#[test]
fn a_status_comes_as_name_number_or_in_the_encoding_of_the_archive() {
    for (json, status) in [
        (r#"{"Status":"Closed"}"#, Status::Closed),
        (r#"{"Status":9}"#, Status::Closed),
        (r#"{"Status":"9"}"#, Status::Closed),
        (r#"{"Status":"[I:9]"}"#, Status::Closed),
        (r#"{"Status":null}"#, Status::Invalid),
    ] {
        let object = LenientObject::parse(json).unwrap();
        assert_eq!(decode_status(&object, "Status"), status, "{json}");
    }
}
