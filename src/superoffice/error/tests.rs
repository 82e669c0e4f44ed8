//! Tests of error classification and wording.

use super::*;

#[test]
fn waits_are_obeyed_to_the_second_within_reason() {
    let date = Some("Sun, 22 Nov 2026 10:00:00 GMT");
    for (retry_after, date, wanted) in [
        ("7", None, Some(7)),
        (" 0 ", None, Some(0)),
        ("999999999", None, Some(3600)),
        ("Sun, 22 Nov 2026 10:01:30 GMT", date, Some(90)),
        ("Sun, 22 Nov 2026 09:00:00 GMT", date, Some(0)),
        ("Sun, 22 Nov 2026 10:01:30 GMT", None, None),
        ("-3", date, None),
        ("soon", date, None),
    ] {
        assert_eq!(
            parse_retry_after(retry_after, date),
            wanted.map(Duration::from_secs),
            "{retry_after}"
        );
    }
}

#[test]
fn what_the_service_says_is_made_readable() {
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
fn a_wrong_answer_is_called_by_its_name() {
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
            "an empty answer instead of messages",
        ),
        (
            "application/json",
            r#"{"ErrorMessage":"boom"}"#,
            "an error instead of messages (boom)",
        ),
        ("application/json", "7", "something that is not messages"),
    ] {
        let fault = unexpected_body("h", "messages", content_type, body);
        assert_eq!(fault.kind, ErrorKind::InvalidResponse);
        assert!(fault.why.contains(wanted), "{}", fault.why);
    }
}
