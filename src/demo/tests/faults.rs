//! Refusals and faults: sign-in, the wrong host, and every failure over HTTP.

use super::*;

const PATH: &str = "ChatSession/ForCurrentUser";

#[tokio::test]
async fn signing_in_can_be_required() {
    let service = start_frozen().await;
    assert_eq!(get(&service, PATH).await.status(), 200);
    change_quirks(&service, |it| it.require_sign_in = true);
    let refused = get(&service, PATH).await;
    assert_eq!(
        (refused.status(), &refused.json()["ErrorType"]),
        (401, &json!("SoSessionException"))
    );
    let accepted: [&[(&str, &str)]; 4] = [
        &[("Authorization", "Basic a2FyaTpwdw==")],
        &[("Authorization", "Bearer 8A:Cust12345.x")],
        &[("Authorization", "SOTicket 7T:abc")],
        &[("X-XSRF-TOKEN", "abc"), ("Cookie", "session=1")],
    ];
    for headers in accepted {
        assert_eq!(get_with(&service, PATH, headers).await.status(), 200);
    }
    assert_eq!(
        get_with(&service, PATH, &[("X-XSRF-TOKEN", "abc")])
            .await
            .status(),
        401
    );
    change_quirks(&service, |it| it.credential = Some("Bearer new".to_owned()));
    assert_eq!(
        get_with(&service, PATH, &[("Authorization", "Bearer old")])
            .await
            .status(),
        401
    );
    assert_eq!(
        get_with(&service, PATH, &[("Authorization", "Bearer new")])
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn a_moved_tenant_is_found_by_its_state() {
    let service = start_frozen().await;
    change_quirks(&service, |it| it.moved = true);
    let refused = get(&service, PATH).await;
    assert_eq!(
        (refused.status(), refused.reason()),
        (421, "Misdirected Request")
    );
    let state = service
        .base_url()
        .replace("Cust12345/api/v1/", "api/state/Cust12345");
    let state = send("GET", &state, &[]).await.unwrap().json();
    let api = state["Api"].as_str().unwrap();
    assert_eq!(format!("{api}/v1/"), service.moved_base_url());
    assert_eq!(
        send("GET", &format!("{api}/v1/{PATH}"), &[])
            .await
            .unwrap()
            .status(),
        200
    );
    change_quirks(&service, |it| it.moved = false);
    assert_eq!(
        send("GET", &format!("{api}/v1/{PATH}"), &[])
            .await
            .unwrap()
            .status(),
        421
    );
}

#[tokio::test]
async fn a_fault_applies_to_its_addresses_and_ends() {
    let service = start_frozen().await;
    service.add_fault(Fault::next(2, Failure::Status(401)).on("ForCurrentUser"));
    service.add_fault(Fault::next(1, Failure::Status(403)).on("/messages?after=9"));
    let mut seen = Vec::new();
    for path in [
        PATH,
        "ChatSession/341",
        PATH,
        PATH,
        "ChatSession/341/Messages?after=9",
        "ChatSession/341/Messages?after=9",
    ] {
        seen.push(get(&service, path).await.status());
    }
    assert_eq!(seen, [401, 200, 401, 200, 403, 200]);
    assert_eq!(service.quirks().faults, []);
    service.add_fault(Fault::always(Failure::Status(500)));
    service.add_fault(Fault::next(0, Failure::Reset));
    for _ in 0..3 {
        assert_eq!(get(&service, PATH).await.status(), 500);
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
        assert_eq!(
            (reply.status(), &reply.json()["Error"]),
            (status, &json!(true))
        );
    }
    let page = once(Failure::HtmlPage(503)).await;
    assert_eq!(
        (page.status(), page.header("content-type")),
        (503, Some("text/html; charset=utf-8"))
    );
    let sign_in = once(Failure::SignInPage).await;
    assert_eq!(sign_in.status(), 200);
    assert!(text(&sign_in).contains("Sign in"));
    let busy = once(Failure::Busy(429, RetryAfter::Seconds(7))).await;
    assert_eq!(
        (busy.status(), busy.header("retry-after")),
        (429, Some("7"))
    );
    let busy = once(Failure::Busy(503, RetryAfter::Date(60))).await;
    assert_eq!(busy.header("date"), Some("Sat, 28 Mar 2026 20:30:00 GMT"));
    assert_eq!(
        busy.header("retry-after"),
        Some("Sat, 28 Mar 2026 20:31:00 GMT")
    );
    let here = once(Failure::RedirectHere).await;
    assert_eq!(
        here.header("location"),
        Some(format!("{}{PATH}", service.base_url()).as_str())
    );
    let away = once(Failure::RedirectAway).await;
    assert_eq!(away.status(), 302);
    assert_eq!(
        away.header("location"),
        Some(format!("{}{PATH}", service.moved_base_url()).as_str())
    );
    let garbage = once(Failure::Garbage).await;
    assert!(serde_json::from_slice::<Value>(&garbage.body).is_err());
    assert_eq!(text(&once(Failure::Body("[{}]".to_owned())).await), "[{}]");
    let wrong = once(Failure::ContentType("text/plain".to_owned())).await;
    assert_eq!(wrong.header("content-type"), Some("text/plain"));
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
    service.add_fault(Fault::next(
        1,
        Failure::Chunked(whole.body.len() / 10, pause),
    ));
    service.add_fault(Fault::next(1, Failure::Delay(pause * 5)));
    let begun = Instant::now();
    assert_eq!(get(&service, PATH).await.body, whole.body);
    assert!(begun.elapsed() >= pause * 15);

    service.add_fault(Fault::next(1, Failure::Endless));
    let host = service.base_url();
    let host = host
        .strip_prefix("http://")
        .unwrap()
        .split('/')
        .next()
        .unwrap()
        .to_owned();
    let mut stream = TcpStream::connect(&host).await.unwrap();
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
    assert_eq!(get(&service, PATH).await.status(), 200);
}

#[tokio::test]
async fn random_faults_depend_on_the_seed_and_are_few() {
    let troubles = async |faults| {
        let options = DemoOptions {
            faults,
            rate: 0.0,
            ..DemoOptions::default()
        };
        let service = DemoServer::start(options).await.unwrap();
        let url = format!("{}User/currentPrincipal", service.base_url());
        let mut seen = Vec::new();
        for _ in 0..120 {
            let reply = send("GET", &url, &[]).await;
            seen.push(reply.map_or(0, |reply| reply.status()));
        }
        seen
    };
    let (bad, again, good) = (
        troubles(true).await,
        troubles(true).await,
        troubles(false).await,
    );
    assert_eq!(bad, again);
    let failed = bad.iter().filter(|status| **status != 200).count();
    assert!((1..30).contains(&failed), "{bad:?}");
    assert_eq!(good, [200; 120]);
}

#[tokio::test]
async fn reason_phrases_and_the_clock_can_differ() {
    let service = start_frozen().await;
    assert_eq!(
        get(&service, "ChatSession/341").await.reason(),
        "ChatSessionEntity found."
    );
    change_quirks(&service, |it| {
        it.reason_phrases = false;
        it.clock_skew = TimeDelta::minutes(90);
    });
    let reply = get(&service, "ChatSession/341").await;
    assert_eq!(
        (reply.reason(), reply.header("date")),
        ("OK", Some("Sat, 28 Mar 2026 22:00:00 GMT"))
    );
}

#[tokio::test]
async fn a_dropped_service_listens_no_more() {
    let service = start_frozen().await;
    let url = service.base_url();
    drop(service);
    let gone = async { while send("GET", &url, &[]).await.is_ok() {} };
    timeout(Duration::from_secs(5), gone).await.unwrap();
}
