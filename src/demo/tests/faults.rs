//! Refusals and faults: sign-in, the wrong host, and every failure over HTTP.

use super::*;

const PATH: &str = "ChatSession/ForCurrentUser";

#[tokio::test]
async fn signing_in_can_be_required() {
    let service = start_frozen().await;
    assert_eq!(status(&service, PATH, &[]).await, 200);
    change_quirks(&service, |it| it.require_sign_in = true);
    let refused = get(&service, PATH).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.json()["ErrorType"], "SoSessionException");
    let cases: [(&[(&str, &str)], u16); 5] = [
        (&[("Authorization", "Basic a2FyaTpwdw==")], 200),
        (&[("Authorization", "Bearer 8A:Cust12345.x")], 200),
        (&[("Authorization", "SOTicket 7T:abc")], 200),
        (&[("X-XSRF-TOKEN", "abc"), ("Cookie", "session=1")], 200),
        (&[("X-XSRF-TOKEN", "abc")], 401),
    ];
    for (headers, expected) in cases {
        assert_eq!(status(&service, PATH, headers).await, expected);
    }
    change_quirks(&service, |it| it.credential = Some("Bearer new".to_owned()));
    for (credential, expected) in [("Bearer old", 401), ("Bearer new", 200)] {
        let headers = [("Authorization", credential)];
        assert_eq!(status(&service, PATH, &headers).await, expected);
    }
}

#[tokio::test]
async fn a_moved_tenant_is_found_by_its_state() {
    let service = start_frozen().await;
    change_quirks(&service, |it| it.moved = true);
    let refused = get(&service, PATH).await;
    assert_eq!(refused.status(), 421);
    assert_eq!(refused.reason(), "Misdirected Request");
    let base = service.base_url();
    let state = get_url(&base.replace("Cust12345/api/v1/", "api/state/Cust12345")).await;
    let api = format!("{}/v1/", state.json()["Api"].as_str().unwrap());
    assert_eq!(api, service.moved_base_url());
    let moved = format!("{api}{PATH}");
    assert_eq!(get_url(&moved).await.status(), 200);
    change_quirks(&service, |it| it.moved = false);
    assert_eq!(get_url(&moved).await.status(), 421);
}

#[tokio::test]
async fn a_fault_applies_to_its_addresses_and_ends() {
    let service = start_frozen().await;
    service.add_fault(Fault::next(2, Failure::Status(401)).on("ForCurrentUser"));
    service.add_fault(Fault::next(1, Failure::Status(403)).on("/messages?after=9"));
    let messages = "ChatSession/341/Messages?after=9";
    for (path, expected) in [
        (PATH, 401),
        ("ChatSession/341", 200),
        (PATH, 401),
        (PATH, 200),
        (messages, 403),
        (messages, 200),
    ] {
        assert_eq!(status(&service, path, &[]).await, expected, "{path}");
    }
    assert_eq!(service.quirks().faults, []);
    service.add_fault(Fault::always(Failure::Status(500)));
    service.add_fault(Fault::next(0, Failure::Reset));
    for _ in 0..3 {
        assert_eq!(status(&service, PATH, &[]).await, 500);
    }
}

#[tokio::test]
async fn errors_and_pages_look_like_those_of_the_service() {
    let service = start_frozen().await;
    let text = |reply: &Reply| String::from_utf8(reply.body.clone()).unwrap();
    let once = async |failure: Failure| {
        service.add_fault(Fault::next(1, failure));
        get(&service, PATH).await
    };
    for status in [401, 403, 404, 500] {
        let reply = once(Failure::Status(status)).await;
        assert_eq!(reply.status(), status);
        assert_eq!(reply.json()["Error"], true);
    }
    let here = format!("{}{PATH}", service.base_url());
    let away = format!("{}{PATH}", service.moved_base_url());
    let (page, json) = (
        "text/html; charset=utf-8",
        "application/json; charset=utf-8",
    );
    let in_a_minute = "Sat, 28 Mar 2026 20:31:00 GMT";
    let (seconds, date) = (RetryAfter::Seconds(7), RetryAfter::Date(60));
    let plain = "text/plain".to_owned();
    for (failure, status, name, value) in [
        (Failure::HtmlPage(503), 503, "content-type", page),
        (Failure::SignInPage, 200, "content-type", page),
        (Failure::Busy(429, seconds), 429, "retry-after", "7"),
        (Failure::Busy(503, date), 503, "retry-after", in_a_minute),
        (Failure::RedirectHere, 302, "location", &here),
        (Failure::RedirectAway, 302, "location", &away),
        (
            Failure::ContentType(plain),
            200,
            "content-type",
            "text/plain",
        ),
        (Failure::Garbage, 200, "content-type", json),
    ] {
        let reply = once(failure.clone()).await;
        assert_eq!(reply.status(), status, "{failure:?}");
        assert_eq!(reply.header(name), Some(value), "{failure:?}");
        let date = reply.header("date");
        assert_eq!(date, Some("Sat, 28 Mar 2026 20:30:00 GMT"));
    }
    assert!(text(&once(Failure::SignInPage).await).contains("Sign in"));
    let garbage = once(Failure::Garbage).await;
    assert!(serde_json::from_slice::<Value>(&garbage.body).is_err());
    assert_eq!(text(&once(Failure::Body("[{}]".to_owned())).await), "[{}]");
    let wrong = once(Failure::ContentType("text/plain".to_owned())).await;
    assert!(wrong.json().is_array());
}

#[tokio::test]
async fn bodies_are_truncated_slow_or_endless() {
    let service = start_frozen().await;
    let whole = get(&service, PATH).await;
    service.add_fault(Fault::next(1, Failure::Truncated));
    let cut = get(&service, PATH).await;
    assert_eq!(cut.header("content-length"), whole.header("content-length"));
    assert_eq!(cut.body, whole.body[..whole.body.len() / 2]);

    let pause = Duration::from_millis(4);
    let chunked = Failure::Chunked(whole.body.len() / 10, pause);
    service.add_fault(Fault::next(1, chunked));
    service.add_fault(Fault::next(1, Failure::Delay(pause * 5)));
    let begun = Instant::now();
    assert_eq!(get(&service, PATH).await.body, whole.body);
    assert!(begun.elapsed() >= pause * 15);

    service.add_fault(Fault::next(1, Failure::Endless));
    let address = service.base_url();
    let host = address.split('/').nth(2).unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let request = format!("GET /api/v1/{PATH} HTTP/1.1\r\nhost: {host}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut buffer = vec![0; 5 * whole.body.len()];
    stream.read_exact(&mut buffer).await.unwrap();
}

#[tokio::test]
async fn a_decompression_bomb_is_small_and_names_its_encoding() {
    let service = start_frozen().await;
    service.add_fault(Fault::next(1, Failure::DecompressionBomb));
    let bomb = get(&service, PATH).await;
    assert_eq!(bomb.header("content-encoding"), Some("deflate"));
    assert!(bomb.body.len() < 1 << 18, "{}", bomb.body.len());
    assert_eq!(bomb.body[..2], [0x78, 0x9c]);
}

#[tokio::test]
async fn a_reset_connection_has_no_response() {
    let service = start_frozen().await;
    service.add_fault(Fault::next(1, Failure::Reset));
    let reply = send("GET", &format!("{}{PATH}", service.base_url()), &[]).await;
    assert_eq!(reply.unwrap_err().kind(), io::ErrorKind::ConnectionReset);
    assert_eq!(status(&service, PATH, &[]).await, 200);
}

#[tokio::test]
async fn random_faults_depend_on_the_seed_and_are_few() {
    let statuses = async |faults| {
        let service = start_with_faults(faults).await;
        let url = format!("{}User/currentPrincipal", service.base_url());
        let mut seen = Vec::new();
        for _ in 0..120 {
            let reply = send("GET", &url, &[]).await;
            seen.push(reply.map_or(0, |reply| reply.status()));
        }
        seen
    };
    let (bad, again) = (statuses(true).await, statuses(true).await);
    assert_eq!(bad, again);
    let failed = bad.iter().filter(|status| **status != 200).count();
    assert!((1..30).contains(&failed), "{bad:?}");
    assert_eq!(statuses(false).await, [200; 120]);
}

#[tokio::test]
async fn reason_phrases_and_the_clock_can_differ() {
    let service = start_frozen().await;
    let reply = get(&service, "ChatSession/341").await;
    assert_eq!(reply.reason(), "ChatSessionEntity found.");
    change_quirks(&service, |it| {
        it.standard_reasons = true;
        it.clock_skew = TimeDelta::minutes(90);
    });
    let reply = get(&service, "ChatSession/341").await;
    assert_eq!(reply.reason(), "OK");
    let date = reply.header("date");
    assert_eq!(date, Some("Sat, 28 Mar 2026 22:00:00 GMT"));
}

#[tokio::test]
async fn a_dropped_service_listens_no_more() {
    let service = start_frozen().await;
    let url = service.base_url();
    drop(service);
    let gone = async { while send("GET", &url, &[]).await.is_ok() {} };
    timeout(Duration::from_secs(5), gone).await.unwrap();
}
