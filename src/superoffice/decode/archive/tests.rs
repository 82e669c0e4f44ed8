//! Tests of decoding archive rows.

use super::*;
use crate::chat::Timestamp;

fn at(text: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(text).unwrap()
}

fn row(json: &str) -> Option<Session> {
    Decoder::default().decode_session_row(serde_json::from_str(json).unwrap())
}

/// The session that both the slim and the full form of a row decode to.
fn wanted() -> Session {
    Session {
        id: SessionId(341),
        channel: Channel {
            id: ChannelId(7),
            name: "Support NO".into(),
            ..Channel::default()
        },
        status: Status::UserLast,
        agent: Some(Agent {
            id: AssociateId(5),
            name: "Ola Hansen".into(),
        }),
        first_message: "Hei".into(),
        last_message: "Er du der?".into(),
        requested: Some(at("2026-03-28T22:57:50Z")),
        queue_position: 2,
        rating: Some(4),
        contact: Some(EntityRef {
            id: 9,
            name: "Fjord AS".into(),
        }),
        ..Session::default()
    }
}

#[test]
fn slim_and_full_rows_decode_to_the_same_session() {
    let slim = r#"{"PrimaryKey":"341","EntityName":"chat","chatSessionId":341,"status":"UserLast",
        "whenRequested":"2026-03-28T22:57:50","whenEnded":"0001-01-01T00:00:00","rating":4,"queueLength":2,
        "associateId":"5","associate/fullName":"Ola Hansen","contactId":"9","contact/name":"Fjord AS",
        "personId":-1,"firstMessage":"Hei","lastMessage":"Er du der?","chatTopic/chatTopicId":7,
        "chatTopic/name":"Support NO"}"#;
    let safe = slim
        .replace("chatTopic/", "chatTopic_")
        .replace("associate/", "associate_")
        .replace("contact/", "contact_");
    let full = |member: &str| {
        format!(
            r#"{{"PrimaryKey":341,"EntityName":"chat","TableRight":{{"Mask":7}},"{member}":{{
            "status":{{"RawValue":"6","DisplayValue":"Waiting for customer"}},
            "whenRequested":{{"RawValue":"[DT:03/28/2026 22:57:50]"}},"whenEnded":{{"RawValue":null,"DisplayValue":""}},
            "rating":{{"RawValue":4}},"queueLength":{{"RawValue":"[I:2]"}},
            "associateId":{{"RawValue":"[I:5]","DisplayValue":"OLA"}},"associate/fullName":{{"RawValue":"","DisplayValue":"Ola Hansen"}},
            "contactId":{{"RawValue":"9","DisplayValue":"Fjord AS"}},"contact/name":{{"DisplayValue":"Fjord AS"}},
            "firstMessage":{{"RawValue":"Hei"}},"lastMessage":{{"RawValue":"Er du der?"}},
            "chatTopic/chatTopicId":{{"RawValue":7}},"chatTopic/name":{{"RawValue":"Support NO"}}}}}}"#
        )
    };
    for json in [
        slim.to_owned(),
        safe,
        full("Column"),
        full("Columns"),
        full("ColumnData"),
    ] {
        let raw = json.as_str().into();
        assert_eq!(row(&json), Some(Session { raw, ..wanted() }), "{json}");
    }
}

#[test]
fn a_row_of_the_2021_edition_is_closed_once_it_ended() {
    let read = row(r#"{"PrimaryKey":"341","whenEnded":"2026-03-28T23:57:50","associateId":"OLA"}"#)
        .unwrap();
    assert_eq!(read.status, Status::Closed);
    let ola = Agent {
        id: AssociateId(0),
        name: "OLA".into(),
    };
    assert_eq!(read.agent, Some(ola));
    assert_eq!(
        row(r#"{"PrimaryKey":"341"}"#).unwrap().status,
        Status::Invalid
    );
    assert_eq!(row(r#"{"EntityName":"chat"}"#), None);
}

#[test]
fn an_envelope_shows_whether_there_are_more_rows() {
    for (json, wanted) in [
        (
            r#"{"odata.metadata":"m","odata.nextLink":null,"value":[{},{}]}"#,
            Some((2, false)),
        ),
        (
            r#"{"odata.nextLink":"https://elsewhere.example/","value":[]}"#,
            Some((0, true)),
        ),
        (r#"{"value":null}"#, None),
        (r#"{"Error":true}"#, None),
        ("[]", None),
    ] {
        let read = parse_archive_page(json, 1 << 20).map(|page| (page.rows.len(), page.has_more));
        assert_eq!(read, wanted, "{json}");
    }
}

#[test]
fn rows_beyond_the_limit_are_left_out() {
    let json = format!(r#"{{"value":[1{}]}}"#, ",1".repeat(999));
    for (max_bytes, wanted) in [
        (3_072_000, (1000, false)),
        (3_071_999, (999, true)),
        (0, (0, true)),
    ] {
        let page = parse_archive_page(&json, max_bytes).unwrap();
        assert_eq!((page.rows.len(), page.is_too_large), wanted, "{max_bytes}");
    }
}
