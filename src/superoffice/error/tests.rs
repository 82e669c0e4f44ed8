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
