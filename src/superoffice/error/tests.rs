//! `Retry-After`, and the sentences for unexpected responses.

use super::*;
use crate::chat::SessionId;

#[test]
fn the_servers_message_is_made_readable() {
    for (body, wanted) in [
        (
            r#"{"Error":true,"ErrorMessage":"[SR_ERR_X] No access.\r\n[SR_Y]"}"#,
            Some("No access"),
        ),
        (
            r#"{"Message":"The request is invalid.","MessageDetail":"bad id"}"#,
            Some("bad id"),
        ),
        (
            r#"{"ErrorMessage":"","ErrorType":"SoException"}"#,
            Some("SoException"),
        ),
        ("<html>", None),
        ("{}", None),
    ] {
        assert_eq!(server_message(body).as_deref(), wanted, "{body}");
    }
    assert_eq!(excerpt(&"x".repeat(999)).len(), MAX_EXCERPT + 3);
}

fn refused(status: u16, resource: Resource) -> String {
    let base = Url::parse("https://fjord.example/sales/api/v1/").unwrap();
    let status = StatusCode::from_u16(status).unwrap();
    let body = r#"{"ErrorMessage":"bad column"}"#;
    from_status(&base, resource, true, status, None, body).why
}

#[test]
fn only_a_refusal_of_what_every_service_has_is_attributed_to_the_settings() {
    for resource in [
        Resource::MessageSearch,
        Resource::Aggregates,
        Resource::Conversations,
        Resource::Presence,
        Resource::Archive,
    ] {
        for status in [304, 400, 405, 422] {
            let why = refused(status, resource);
            let advice = "this service may not support it (fjord.example: bad column)";
            assert!(why.ends_with(advice), "{why}");
        }
        let why = unexpected_body("h", resource, "application/json", "7").why;
        assert!(why.ends_with(": this service may not support it"), "{why}");
    }
    for resource in [
        Resource::SessionList,
        Resource::UserZone,
        Resource::TimeZones,
        Resource::Channels,
        Resource::Session(SessionId(341)),
    ] {
        for status in [400, 405, 422] {
            let why = refused(status, resource);
            let advice = ": check base_url, language and culture (fjord.example: bad column)";
            assert!(why.ends_with(advice), "{why}");
        }
        let why = unexpected_body("h", resource, "application/json", "7").why;
        assert!(why.ends_with(": check base_url"), "{why}");
    }
    for resource in [Resource::UserZone, Resource::TimeZones, Resource::Archive] {
        let why = refused(404, resource);
        assert!(why.ends_with("/api/v1/ (404): check base_url"), "{why}");
    }
    let why = refused(400, Resource::SessionList);
    let wanted = "Request for the chat sessions refused (400): check base_url, language and culture (fjord.example: bad column)";
    assert_eq!(why, wanted);
    assert_eq!(
        refused(304, Resource::SessionList),
        "Unexpected status 304 for the chat sessions: check base_url (fjord.example: bad column)"
    );
}

#[test]
fn an_unexpected_body_is_described() {
    for (content_type, body, wanted) in [
        (
            "text/html",
            "<html>",
            "a web page instead of the archived chat sessions",
        ),
        (
            "application/xml",
            "<ArrayOfChatMessage/>",
            "application/xml instead of the archived chat sessions as JSON",
        ),
        (
            "application/json",
            " ",
            "an empty response instead of the archived chat sessions",
        ),
        (
            "application/json",
            r#"{"ErrorMessage":"boom"}"#,
            "an error instead of the archived chat sessions (boom)",
        ),
        (
            "application/json",
            "7",
            "something other than the archived chat sessions",
        ),
    ] {
        let error = unexpected_body("h", Resource::Archive, content_type, body);
        assert_eq!(error.kind, ErrorKind::InvalidResponse);
        assert!(error.why.contains(wanted), "{}", error.why);
    }
}
