//! What is answered: lists whole, broken and paged, and every kind of no.

use chrono::Timelike;

use super::*;

#[tokio::test]
async fn what_came_whole_is_kept_and_the_fault_told_after_it() {
    let two = r#"[{"ChatMessageId":1},{"ChatMessageId":2}"#;
    for (reply, read, kind, words) in [
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
        (
            json_response(two),
            &[1, 2],
            Some(ErrorKind::InvalidResponse),
            "is truncated",
        ),
        (
            json_response(&format!("{two},,")),
            &[1, 2],
            Some(ErrorKind::InvalidResponse),
            "not valid JSON",
        ),
        (
            truncate_body(&json_response(&format!("{two},"))),
            &[1, 2],
            Some(ErrorKind::Network),
            "Truncated or damaged",
        ),
        (
            json_response(""),
            &[],
            Some(ErrorKind::InvalidResponse),
            "an empty response",
        ),
        (
            json_response(r#"{"ErrorMessage":"boom"}"#),
            &[],
            Some(ErrorKind::InvalidResponse),
            "(boom)",
        ),
        (
            http_response(
                "200 OK",
                &[("Content-Type", "text/html")],
                b"<!doctype html><title>Sign in",
            ),
            &[],
            Some(ErrorKind::InvalidResponse),
            "a web page",
        ),
        (
            http_response("200 OK", &[("Content-Type", "text/plain")], b"hello"),
            &[],
            Some(ErrorKind::InvalidResponse),
            "text/plain",
        ),
    ] {
        let service = ScriptedService::start(move |_| reply.clone());
        let (got, fault) = messages(&client(&service), 0).await;
        assert_eq!(
            ids(&got).iter().map(|id| (*id).max(-1)).collect::<Vec<_>>(),
            read
        );
        assert_eq!(fault.as_ref().map(|fault| fault.kind), kind, "{fault:?}");
        let why = fault.map_or_else(String::new, |fault| fault.why);
        assert!(why.contains(words), "{why}");
    }
}

/// The same answer, its connection closed before the promised length.
fn truncate_body(reply: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(reply);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let promised = format!("Content-Length: {}", body.len() + 100);
    let head = head.replace(&format!("Content-Length: {}", body.len()), &promised);
    format!("{head}\r\n\r\n{body}").into_bytes()
}

/// So many messages that they arrive in many chunks; one in a thousand has a time.
#[tokio::test]
async fn a_long_answer_stays_in_order_and_tells_its_fault_last() {
    let body: Vec<String> = (1..=40_000)
        .map(|id| match id % 1000 {
            7 => format!(
                r#"{{"ChatMessageId":{id},"WhenPosted":"2026-03-01T08:{:02}:00"}}"#,
                id / 1000
            ),
            _ => format!(
                r#"{{"ChatMessageId":{id},"Message":"{}"}}"#,
                "text ".repeat(20)
            ),
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
    let fault = loop {
        match pages.next().await {
            Ok(page) => {
                let page = page.expect("there is no end but the fault");
                let bytes: usize = page.iter().map(|message| message.raw.len()).sum();
                assert!((1..512 << 10).contains(&bytes));
                all.extend(page);
            }
            Err(fault) => break fault,
        }
    };
    let strays = (1..).zip(ids(&all)).find(|(wanted, id)| wanted != id);
    assert_eq!((strays, all.len()), (None, 40_000));
    for message in &all {
        let minute = (message.id.0 >= 7).then(|| (message.id.0 - 7) / 1000);
        let place = message.sort_time().map(|place| i64::from(place.minute()));
        assert_eq!(place, minute, "{}", message.id);
    }
    assert_eq!(fault.kind, ErrorKind::InvalidResponse, "{fault}");
}

#[tokio::test]
async fn every_no_has_its_kind_and_its_words() {
    let after = |seconds| ErrorKind::Busy {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    let busy = ErrorKind::Busy { retry_after: None };
    let date = [
        ("Date", "Sun, 22 Nov 2026 10:00:00 GMT"),
        ("Retry-After", "Sun, 22 Nov 2026 10:00:42 GMT"),
    ];
    for (reply, kind, words) in [
        (
            error_response("401 Unauthorized", "[SR_X] expired"),
            ErrorKind::SignIn,
            "No credentials configured: set auth.user",
        ),
        (
            error_response("403 Forbidden", "no right"),
            ErrorKind::Forbidden,
            ": no right)",
        ),
        (
            error_response("404 ChatSession Not Found", "gone"),
            ErrorKind::NotFound,
            "Session 341 not found: check the number (127.0.0.1",
        ),
        (
            error_response("400 Bad Request", "bad zone"),
            ErrorKind::Config,
            ": bad zone)",
        ),
        (
            http_response("429 Slow", &[("Retry-After", "7")], b""),
            after(7),
            "Too many requests (429)",
        ),
        (
            http_response("503 Down", &date, b"<html>maintenance"),
            after(42),
            "unavailable (503)",
        ),
        (
            http_response("503 Down", &[], b""),
            busy,
            "unavailable (503)",
        ),
        (error_response("500 Oops", "boom"), busy, ": boom)"),
        (
            http_response("421 Misdirected", &[], b""),
            busy,
            "no longer serves",
        ),
        (
            http_response("304 Not Modified", &[], b""),
            ErrorKind::InvalidResponse,
            "304",
        ),
        (
            json_response("null"),
            ErrorKind::NotFound,
            "Session 341 not found",
        ),
        (
            json_response("[]"),
            ErrorKind::InvalidResponse,
            "session 341",
        ),
    ] {
        let service = ScriptedService::start(move |_| reply.clone());
        let fault = client(&service).session(SessionId(341)).await.unwrap_err();
        assert_eq!(fault.kind, kind, "{fault}");
        assert!(fault.why.contains(words), "{fault}");
        assert!(fault.why.contains("127.0.0.1"), "{fault}");
    }
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
    let asked = |path: &str| service.paths().iter().filter(|have| *have == path).count();
    assert_eq!(
        asked("ChatTopic/ForCurrentUser"),
        1,
        "also the unnamed one is asked for once"
    );
    assert_eq!(asked("User/currentPrincipal"), 1);
}

#[tokio::test]
async fn a_listing_does_not_fail_for_want_of_names() {
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
async fn a_pause_asked_for_counts_whichever_question_meets_it() {
    let service = ScriptedService::start(|request| match request.path() {
        "ChatTopic/ForCurrentUser" => http_response("429 Slow", &[("Retry-After", "4")], b""),
        _ => json_response(r#"[{"ChatSessionId":1,"TopicId":7}]"#),
    });
    let fault = client(&service).sessions(Scope::Channels, None).await;
    let retry_after = Some(Duration::from_secs(4));
    assert_eq!(fault.unwrap_err().kind, ErrorKind::Busy { retry_after });
}

/// Archive rows with these ids, newest first.
fn archive_rows(ids: std::ops::RangeInclusive<i64>, next: &str) -> Vec<u8> {
    let rows: Vec<String> = ids
        .rev()
        .map(|id| format!(r#"{{"PrimaryKey":"{id}","chatSessionId":{id},"chatTopic/name":"S"}}"#))
        .collect();
    json_response(&format!(
        r#"{{"odata.metadata":"m","odata.nextLink":{next},"value":[{}]}}"#,
        rows.join(",")
    ))
}

#[tokio::test]
async fn the_archive_is_paged_by_key() {
    let service = ScriptedService::start(|request| match request.path() {
        path if path.contains("chatSessionId%20lt%20151&") => archive_rows(51..=150, "null"),
        path if path.contains("chatSessionId%20lt%2051&") => {
            archive_rows(31..=50, "\"https://elsewhere.example/\"")
        }
        path if path.contains("chatSessionId%20lt%2031&") => archive_rows(1..=30, "null"),
        _ => archive_rows(151..=250, "null"),
    });
    let client = client(&service);
    let mut below = None;
    let mut all = Vec::new();
    loop {
        let listing = client.sessions(Scope::All, below).await.unwrap();
        all.extend(session_ids(&listing.sessions));
        below = listing.next;
        if below.is_none() {
            break;
        }
    }
    assert_eq!(all, (1..=250).rev().collect::<Vec<_>>());
    assert_eq!(service.requests().len(), 4);
}

#[tokio::test]
async fn a_filter_without_effect_ends_the_paging() {
    let service = ScriptedService::start(|_| archive_rows(151..=250, "null"));
    let listing = client(&service)
        .sessions(Scope::All, Some(SessionId(151)))
        .await
        .unwrap();
    assert_eq!((listing.sessions.len(), listing.next), (0, None));
}

#[tokio::test]
async fn refused_columns_are_left_out_from_then_on() {
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let service = ScriptedService::start(move |request| {
        if request.target.contains("rating") {
            count.fetch_add(1, Ordering::Relaxed);
            return error_response("500 Oops", "unknown column");
        }
        archive_rows(1..=3, "null")
    });
    let client = client(&service);
    for _ in 0..3 {
        let listing = client.sessions(Scope::All, None).await.unwrap();
        assert_eq!(session_ids(&listing.sessions), [3, 2, 1]);
    }
    assert_eq!(refused.load(Ordering::Relaxed), 1);
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
async fn the_base_zone_stands_in_for_the_users() {
    for first in [
        error_response("404 Nope", ""),
        json_response("null"),
        error_response("500 Oops", ""),
    ] {
        let service = ScriptedService::start(move |request| match request.path() {
            "TimeZone/current" => first.clone(),
            _ => json_response(r#"{"TZLocationID":261,"TZLocationCode":"NO"}"#),
        });
        assert_eq!(client(&service).user_zone().await.unwrap().code, "NO");
    }
}
