//! `Retry-After`, and the sentences for unexpected responses.

use super::*;

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

#[test]
fn an_unexpected_body_is_described() {
    for (content_type, body, wanted) in [
        ("text/html", "<html>", "a web page instead of messages"),
        (
            "application/xml",
            "<ArrayOfChatMessage/>",
            "application/xml instead of messages as JSON",
        ),
        (
            "application/json",
            " ",
            "an empty response instead of messages",
        ),
        (
            "application/json",
            r#"{"ErrorMessage":"boom"}"#,
            "an error instead of messages (boom)",
        ),
        ("application/json", "7", "something other than messages"),
    ] {
        let error = unexpected_body("h", "messages", content_type, body);
        assert_eq!(error.kind, ErrorKind::InvalidResponse);
        assert!(error.why.contains(wanted), "{}", error.why);
    }
}

#[test]
fn the_session_is_found_in_the_name_of_a_request() {
    assert_eq!(session_id_in("session 341"), Some("341"));
    assert_eq!(session_id_in("the messages of session 341"), Some("341"));
    assert_eq!(session_id_in("the chat sessions"), None);
}
