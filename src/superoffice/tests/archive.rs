//! The archive: pages, columns, and services that ignore what is requested.

use super::*;

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
    assert_eq!(service.requests().len(), 5, "the last one is empty");
}

/// All sessions of the archive, page by page, and why some may be missing.
async fn read_archive(client: &Client) -> (Vec<i64>, Option<String>) {
    let (mut all, mut below, mut incomplete) = (Vec::new(), None, None);
    loop {
        let listing = client.sessions(Scope::All, below).await.unwrap();
        all.extend(session_ids(&listing.sessions));
        incomplete = incomplete.or(listing.incomplete);
        below = listing.next;
        if below.is_none() {
            return (all, incomplete);
        }
    }
}

/// The session below which a page was requested.
fn requested_below(request: &scripted::Request) -> i64 {
    let below = request.target.split_once("%20lt%20");
    below.map_or(i64::MAX, |(_, rest)| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    })
}

#[tokio::test]
async fn an_archive_that_sends_all_rows_at_once_is_read_in_pages() {
    let service = ScriptedService::start(|request| {
        let last = (requested_below(request) - 1).min(2300);
        archive_rows(1..=last, "null")
    });
    let client = Client::new(Settings {
        max_body: 64 << 20,
        ..settings(&service.base)
    });
    let client = client.unwrap();
    let first = client.sessions(Scope::All, None).await.unwrap();
    assert_eq!(
        (first.sessions.len(), first.next),
        (1000, Some(SessionId(1301)))
    );
    let all = (1..=2300).rev().collect::<Vec<_>>();
    assert_eq!(read_archive(&client).await, (all, None));
}

/// An archive of these rows that ignores `$top`; more than a response may have.
fn long_archive(ids: impl Iterator<Item = i64>) -> Vec<u8> {
    let text = "text ".repeat(200);
    let row = |id| format!(r#"{{"chatSessionId":{id},"firstMessage":"{text}"}}"#);
    let rows = ids.map(row).collect::<Vec<_>>().join(",");
    json_response(&format!(
        r#"{{"odata.count":[{{"value":1}}],"Value":[{rows}],"odata.nextLink":"more"}}"#
    ))
}

#[tokio::test]
async fn an_archive_that_exceeds_the_limit_still_has_the_rows_before_it() {
    let service = ScriptedService::start(|request| {
        let last = (requested_below(request) - 1).min(3000);
        long_archive((1..=last).rev())
    });
    let client = Client::new(Settings {
        max_body: 1 << 20,
        ..settings(&service.base)
    });
    let client = client.unwrap();
    let first = client.sessions(Scope::All, None).await.unwrap();
    assert!((100..1000).contains(&first.sessions.len()));
    // The others come with the pages after it.
    let all = (1..=3000).rev().collect::<Vec<_>>();
    assert_eq!(read_archive(&client).await, (all, None));
}

#[tokio::test]
async fn an_archive_in_another_order_that_exceeds_the_limit_is_incomplete() {
    let ascending =
        ScriptedService::start(|request| long_archive(1..requested_below(request).min(3001)));
    let unfiltered = ScriptedService::start(|_| long_archive((1..=3000).rev()));
    for (service, ignored) in [(ascending, "order"), (unfiltered, "filter")] {
        let client = Client::new(Settings {
            max_body: 1 << 20,
            ..settings(&service.base)
        });
        let (all, incomplete) = read_archive(&client.unwrap()).await;
        assert!((100..1000).contains(&all.len()));
        let incomplete = incomplete.unwrap();
        let why = format!(
            "ignores the requested {ignored} of its archive, which exceeds max_body: sessions may be missing"
        );
        assert!(incomplete.ends_with(&why), "{incomplete}");
    }
}

/// The client stops reading: the service cannot send more than what is on its way.
#[tokio::test]
async fn a_response_is_read_no_further_than_to_a_whole_page() {
    let service = ScriptedService::start(|_| long_archive((1..=40_000).rev()));
    let client = Client::new(Settings {
        max_body: 64 << 20,
        ..settings(&service.base)
    });
    let client = client.unwrap();
    let first = client.sessions(Scope::All, None).await.unwrap();
    assert_eq!(
        (first.sessions.len(), first.next),
        (1000, Some(SessionId(39_001)))
    );
    let received = client.http.stats.traffic().total_bytes;
    assert!(received < 4 << 20, "{received} bytes");
}

#[tokio::test]
async fn an_archive_that_caps_its_pages_without_a_link_is_read_whole() {
    let service = ScriptedService::start(|request| {
        let last = (requested_below(request) - 1).min(120);
        archive_rows((last - 49).max(1)..=last, "null")
    });
    let (all, incomplete) = read_archive(&client(&service)).await;
    assert_eq!(all, (1..=120).rev().collect::<Vec<_>>());
    assert_eq!(incomplete, None);
}

#[tokio::test]
async fn a_page_of_which_nothing_can_be_read_is_no_end_of_the_archive() {
    let service = ScriptedService::start(|request| match requested_below(request) {
        i64::MAX => archive_rows(151..=250, "null"),
        _ => json_response(r#"{"value":[7,{"chatSessionId":"?"}]}"#),
    });
    let (all, incomplete) = read_archive(&client(&service)).await;
    assert_eq!(all.len(), 100);
    assert_eq!(
        incomplete.unwrap(),
        "No archived session below 151 could be read: older ones are missing"
    );
}

#[tokio::test]
async fn an_archive_that_ignores_what_is_requested_is_incomplete() {
    let ascending = |request: &scripted::Request| {
        let rows: Vec<_> = (1..requested_below(request).min(101))
            .map(|id| format!(r#"{{"chatSessionId":{id}}}"#))
            .collect();
        json_response(&format!(r#"{{"value":[{}]}}"#, rows.join(",")))
    };
    let (all, incomplete) = read_archive(&client(&ScriptedService::start(ascending))).await;
    assert_eq!(all, (1..=100).collect::<Vec<_>>());
    assert!(incomplete.unwrap().contains("ignores the requested order"));
    let unfiltered = ScriptedService::start(|_| archive_rows(151..=250, "null"));
    let (all, incomplete) = read_archive(&client(&unfiltered)).await;
    assert_eq!(all, (151..=250).rev().collect::<Vec<_>>());
    assert!(incomplete.unwrap().contains("ignores the requested filter"));
}

#[tokio::test]
async fn a_session_listed_twice_is_there_once() {
    let service = ScriptedService::start(|request| {
        let rows =
            [1, 2, 2, 3, 4].map(|id| format!(r#"{{"ChatSessionId":{id},"chatSessionId":{id}}}"#));
        let rows = rows.join(",");
        match request.path() {
            path if path.starts_with("ChatSession?") => {
                json_response(&format!(r#"{{"value":[{rows}]}}"#))
            }
            _ => json_response(&format!("[{rows}]")),
        }
    });
    for scope in [Scope::Channels, Scope::All] {
        let listing = client(&service).sessions(scope, None).await.unwrap();
        assert_eq!(session_ids(&listing.sessions), [1, 2, 3, 4], "{scope:?}");
        assert_eq!(listing.unreadable_count, 0);
    }
}

#[tokio::test]
async fn columns_refused_twice_are_left_out_from_then_on() {
    let refused = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&refused);
    let service = ScriptedService::start(move |request| {
        if request.target.contains("rating") {
            count.fetch_add(1, Ordering::Relaxed);
            return error_response("400 Bad Request", "unknown column");
        }
        archive_rows(1..=3, "null")
    });
    let client = client(&service);
    for _ in 0..3 {
        let listing = client.sessions(Scope::All, None).await.unwrap();
        assert_eq!(session_ids(&listing.sessions), [3, 2, 1]);
    }
    assert_eq!(refused.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn nothing_is_concluded_from_one_failed_request() {
    let html = http_response("200 OK", &[("Content-Type", "text/html")], b"<html>");
    for fault in [
        error_response("500 Oops", ""),
        error_response("503 Busy", ""),
        error_response("404 Nope", ""),
        error_response("400 Bad Request", ""),
        html,
    ] {
        let is_refusal = fault.starts_with(b"HTTP/1.1 400");
        let fault = Mutex::new(Some(fault));
        let service = ScriptedService::start(move |request| match request.path() {
            path if path.starts_with("ChatSession?") && !path.contains("rating") => {
                error_response("500 Oops", "fewer columns")
            }
            path if path.starts_with("ChatSession?") => {
                let fault = fault.lock().unwrap().take();
                fault.unwrap_or_else(|| archive_rows(1..=3, "null"))
            }
            _ => json_response("[]"),
        });
        let client = client(&service);
        let first = client.sessions(Scope::All, None).await;
        assert_eq!(first.is_ok(), is_refusal, "{first:?}");
        let second = client.sessions(Scope::All, None).await.unwrap();
        assert_eq!(session_ids(&second.sessions), [3, 2, 1]);
    }
}
