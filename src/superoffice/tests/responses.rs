//! Responses: complete, truncated, malformed and paged ones, and refusals.

use chrono::Timelike;

use super::*;

#[tokio::test]
async fn complete_elements_are_returned_before_the_error() {
    let two = r#"[{"ChatMessageId":1},{"ChatMessageId":2}"#;
    let broken = Some(ErrorKind::InvalidResponse);
    let cut_off = truncate_body(&json_response(&format!("{two},")));
    let typed = |content_type, body: &str| {
        http_response("200 OK", &[("Content-Type", content_type)], body.as_bytes())
    };
    for (response, wanted_ids, kind, words) in [
        (json_response("[]"), &[][..], None, ""),
        (json_response("null"), &[], None, ""),
        (http_response("204 No Content", &[], b""), &[], None, ""),
        (json_response(&format!("{two}]")), &[1, 2], None, ""),
        (
            json_response(&format!("\u{feff}{two},7]")),
            &[1, 2, -1],
            None,
            "",
        ),
        (json_response(two), &[1, 2], broken, "is truncated"),
        (
            json_response(&format!("{two},,")),
            &[1, 2],
            broken,
            "not valid JSON",
        ),
        (
            cut_off,
            &[1, 2],
            Some(ErrorKind::Network),
            "Truncated or damaged",
        ),
        (json_response(""), &[], broken, "an empty response"),
        (
            json_response(r#"{"ErrorMessage":"boom"}"#),
            &[],
            broken,
            "(boom)",
        ),
        (
            typed("text/html", "<!doctype html>"),
            &[],
            broken,
            "a web page",
        ),
        (typed("text/plain", "hello"), &[], broken, "text/plain"),
    ] {
        let service = ScriptedService::start(move |_| response.clone());
        let (read, error) = messages(&client(&service), 0).await;
        let ids: Vec<i64> = ids(&read).iter().map(|id| (*id).max(-1)).collect();
        assert_eq!(ids, wanted_ids);
        assert_eq!(error.as_ref().map(|error| error.kind), kind, "{error:?}");
        let why = error.map_or_else(String::new, |error| error.why);
        assert!(why.contains(words), "{why}");
    }
}

/// A response whose connection is closed before the announced length.
fn truncate_body(response: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(response);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = |more: usize| format!("Content-Length: {}", body.len() + more);
    let head = head.replace(&length(0), &length(100));
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// So many messages that they arrive in many chunks; one in a thousand has a time.
#[tokio::test]
async fn a_long_response_stays_in_order_and_its_error_comes_last() {
    let text = "text ".repeat(20);
    let body: Vec<String> = (1..=40_000)
        .map(|id| match (id % 1000, id / 1000) {
            (7, minute) => {
                let time = format!("2026-03-01T08:{minute:02}:00");
                format!(r#"{{"ChatMessageId":{id},"WhenPosted":"{time}"}}"#)
            }
            _ => format!(r#"{{"ChatMessageId":{id},"Message":"{text}"}}"#),
        })
        .collect();
    let body = format!("[{}", body.join(","));
    let service = ScriptedService::start(move |_| json_response(&body));
    let client = Client::new(Settings {
        max_body: 64 << 20,
        ..settings(&service.base)
    })
    .unwrap();
    let mut pages = client
        .messages(SessionId(341), MessageId::START)
        .await
        .unwrap();
    let mut all = Vec::new();
    let error = loop {
        match pages.next().await {
            Ok(page) => {
                let page = page.expect("the response ends with an error");
                let bytes: usize = page.iter().map(|message| message.raw.len()).sum();
                assert!((1..512 << 10).contains(&bytes));
                all.extend(page);
            }
            Err(error) => break error,
        }
    };
    let misplaced = (1..).zip(ids(&all)).find(|(wanted, id)| wanted != id);
    assert_eq!((misplaced, all.len()), (None, 40_000));
    for message in &all {
        let minute = (message.id.0 >= 7).then(|| (message.id.0 - 7) / 1000);
        let sort_minute = message.sort_time().map(|time| i64::from(time.minute()));
        assert_eq!(sort_minute, minute, "{}", message.id);
    }
    assert_eq!(error.kind, ErrorKind::InvalidResponse, "{error}");
}

/// The client reads it in at least three chunks: the first of 8 KiB, the second of 16.
#[tokio::test]
async fn a_fast_response_is_one_batch() {
    let element = format!(
        r#"{{"ChatMessageId":1,"Message":"{}"}}"#,
        "text ".repeat(20)
    );
    let body = format!("[{}]", vec![element; 400].join(","));
    let service = ScriptedService::start(move |_| json_response(&body));
    let client = client(&service);
    // A busy machine may take longer than a batch waits.
    for _ in 0..50 {
        let stream = client.messages(SessionId(341), MessageId::START);
        if let Some(batch) = stream.await.unwrap().next().await.unwrap()
            && batch.len() == 400
        {
            return;
        }
    }
    panic!("never one batch");
}

#[tokio::test]
async fn every_refusal_has_its_kind_and_sentence() {
    let after = |seconds| ErrorKind::Busy {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    let busy = ErrorKind::Busy { retry_after: None };
    let broken = ErrorKind::InvalidResponse;
    let date = [
        ("Date", "Sun, 22 Nov 2026 10:00:00 GMT"),
        ("Retry-After", "Sun, 22 Nov 2026 10:00:42 GMT"),
    ];
    let no_credentials = "No credentials configured: set auth.user";
    let not_allowed =
        "Not allowed to read session 341 (403): ask for access, or renew the secret (127";
    let not_found = "Session 341 not found (127.0.0.1";
    let refused = error_response;
    let empty = |status, headers: &[(&str, &str)]| http_response(status, headers, b"");
    for (response, kind, words) in [
        (
            refused("401 No", "[SR_X] expired"),
            ErrorKind::SignIn,
            no_credentials,
        ),
        (
            refused("403 No", "no right"),
            ErrorKind::Forbidden,
            not_allowed,
        ),
        (
            refused("403 No", "no right"),
            ErrorKind::Forbidden,
            ": no right)",
        ),
        (
            refused("404 Session Not Found", "gone"),
            ErrorKind::NotFound,
            not_found,
        ),
        (
            refused("400 Bad", "bad zone"),
            ErrorKind::Config,
            ": bad zone)",
        ),
        (
            empty("429 Slow", &[("Retry-After", "7")]),
            after(7),
            "Too many requests (429)",
        ),
        (empty("503 Down", &date), after(42), "unavailable (503)"),
        (empty("503 Down", &[]), busy, "unavailable (503)"),
        (refused("500 Oops", "boom"), busy, ": boom)"),
        (empty("421 Misdirected", &[]), busy, "no longer serves"),
        (empty("304 Not Modified", &[]), broken, "304"),
        (json_response("null"), ErrorKind::NotFound, not_found),
        (json_response("[]"), broken, "session 341"),
    ] {
        let service = ScriptedService::start(move |_| response.clone());
        let error = client(&service).session(SessionId(341)).await.unwrap_err();
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.why.contains(words), "{error}");
        assert!(error.why.contains("127.0.0.1"), "{error}");
    }
}

#[tokio::test]
async fn a_forbidden_session_list_means_that_signing_in_failed() {
    let service = ScriptedService::start(|_| error_response("403 Forbidden", "no right"));
    let client = client(&service);
    for scope in [Scope::Channels, Scope::Mine] {
        let error = client.sessions(scope, None).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Forbidden);
        let sentence = "Sign-in refused (403): check auth.user, auth.scheme and the secret (127";
        assert!(error.why.starts_with(sentence), "{error}");
    }
    let error = client.sessions(Scope::All, None).await.unwrap_err();
    assert!(
        error.why.starts_with("Not allowed to read the archived"),
        "{error}"
    );
}

#[tokio::test]
async fn sessions_are_listed_by_scope_with_their_channels() {
    let service = full_service();
    let client = client(&service);
    let listing = client.sessions(Scope::Channels, None).await.unwrap();
    assert_eq!(session_ids(&listing.sessions), [1, 2, 3]);
    assert_eq!((listing.next, listing.unreadable_count), (None, 1));
    let names: Vec<&str> = listing
        .sessions
        .iter()
        .map(|session| session.channel.name.as_str())
        .collect();
    assert_eq!(names, ["Support NO", "", "Support NO"]);
    let shown = format!("{listing:?}").to_ascii_lowercase();
    assert!(!shown.contains("sessionkey"), "{shown}");

    for _ in 0..2 {
        let mine = client.sessions(Scope::Mine, None).await.unwrap();
        assert_eq!(session_ids(&mine.sessions), [1]);
    }
    let session = client.session(SessionId(341)).await.unwrap();
    assert_eq!(
        (session.channel.id, session.channel.name.as_str()),
        (ChannelId(7), "Support NO")
    );
    let requests_of = |path: &str| service.paths().iter().filter(|have| *have == path).count();
    assert_eq!(
        requests_of("ChatTopic/ForCurrentUser"),
        1,
        "also the one without name is requested once"
    );
    assert_eq!(requests_of("User/currentPrincipal"), 1);
}

#[tokio::test]
async fn a_list_does_not_need_channel_names() {
    let service = ScriptedService::start(|request| match request.path() {
        "ChatTopic/ForCurrentUser" => error_response("500 Oops", ""),
        _ => json_response(r#"[{"ChatSessionId":1,"TopicId":7}]"#),
    });
    let listing = client(&service)
        .sessions(Scope::Channels, None)
        .await
        .unwrap();
    assert_eq!(session_ids(&listing.sessions), [1]);
}

#[tokio::test]
async fn retry_after_is_obeyed_whichever_request_returns_it() {
    let service = ScriptedService::start(|request| match request.path() {
        "ChatTopic/ForCurrentUser" => http_response("429 Slow", &[("Retry-After", "4")], b""),
        _ => json_response(r#"[{"ChatSessionId":1,"TopicId":7}]"#),
    });
    let error = client(&service).sessions(Scope::Channels, None).await;
    let retry_after = Some(Duration::from_secs(4));
    assert_eq!(error.unwrap_err().kind, ErrorKind::Busy { retry_after });
}

#[tokio::test]
async fn zones_are_read_to_the_end() {
    let service = ScriptedService::start(|request| {
        let page = if request.target.contains("$skip=0") {
            r#"{"odata.nextLink":"http://x.example/","value":[{"id":1,"timeZone":"UTC"},{"id":2}]}"#
        } else {
            r#"{"odata.nextLink":null,"value":[{"id":261,"timeZone":"NO","offset":"+1:00"}]}"#
        };
        json_response(page)
    });
    let zones = client(&service).zones().await.unwrap();
    let codes: Vec<&str> = zones.iter().map(|zone| zone.code.as_str()).collect();
    assert_eq!(codes, ["UTC", "NO"]);
    assert!(service.paths()[1].contains("$skip=2"));
}

#[tokio::test]
async fn the_base_zone_replaces_a_missing_user_zone() {
    for first in [
        error_response("404 Nope", ""),
        error_response("400 Nope", ""),
        json_response("null"),
    ] {
        let service = service_with_user_zone(first);
        assert_eq!(client(&service).user_zone().await.unwrap().code, "NO");
    }
}

#[tokio::test]
async fn a_failed_request_for_the_user_zone_does_not_lead_to_the_base_zone() {
    let service = service_with_user_zone(error_response("500 Oops", ""));
    let error = client(&service).user_zone().await.unwrap_err();
    assert!(matches!(error.kind, ErrorKind::Busy { .. }), "{error:?}");
    assert_eq!(service.paths(), ["TimeZone/current"]);
}

fn service_with_user_zone(user_zone: Vec<u8>) -> ScriptedService {
    ScriptedService::start(move |request| match request.path() {
        "TimeZone/current" => user_zone.clone(),
        _ => json_response(r#"{"TZLocationID":261,"TZLocationCode":"NO"}"#),
    })
}
