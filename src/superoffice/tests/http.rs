//! HTTP: GET only, within the origin, with limits; errors of connections and settings.

use super::*;

/// Every call of the client, all of them GET, below the base address except the last.
const ENDPOINTS: [&str; 10] = [
    "ChatSession/ForCurrentUser",
    "ChatSession/{id}",
    "ChatSession/{id}/Messages?after={id}",
    "ChatSession?$select=...",
    "ChatTopic/ForCurrentUser",
    "TimeZone?$select=...",
    "TimeZone/current",
    "TimeZone/base",
    "User/currentPrincipal",
    "/api/state/{tenant}",
];

async fn call_every_endpoint(client: &Client) {
    for scope in [Scope::Channels, Scope::Mine, Scope::All] {
        client.sessions(scope, None).await.unwrap();
    }
    client.session(SessionId(341)).await.unwrap();
    client.zones().await.unwrap();
    client.user_zone().await.unwrap();
    client.me().await.unwrap();
    assert_eq!(ids(&messages(client, 0).await.0), [1, 2]);
}

#[tokio::test]
async fn only_get_requests_are_sent() {
    let service = full_service();
    call_every_endpoint(&client(&service)).await;
    for request in service.requests() {
        assert_eq!(request.method, "GET");
        let path: String = request
            .path()
            .split_inclusive(['/', '?', '='])
            .map(|part| {
                let bare = part.trim_end_matches(['/', '?', '=']);
                if bare.parse::<i64>().is_ok() {
                    part.replace(bare, "{id}")
                } else {
                    part.to_owned()
                }
            })
            .collect();
        let path = path.split_inclusive("$select=").next().unwrap();
        let listed = |call: &&str| call.trim_end_matches("...") == path;
        assert!(ENDPOINTS.iter().any(listed), "{path} is not in the list");
    }
    // Only one file holds an HTTP client, and only one verb is ever called on it.
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/superoffice");
    let mut left = vec![std::path::PathBuf::from(folder)];
    let mut gets = 0;
    while let Some(path) = left.pop() {
        if path.ends_with("tests") {
            continue;
        }
        if path.is_dir() {
            left.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for verb in [
            ".post(",
            ".put(",
            ".patch(",
            ".delete(",
            ".head(",
            ".request(",
            ".execute(",
            "Method::",
        ] {
            assert!(!text.contains(verb), "{verb} in {}", path.display());
        }
        if text.contains("reqwest::Client") || text.contains("ClientBuilder") {
            assert!(path.ends_with("http.rs"), "a client in {}", path.display());
            gets += text.matches("self.client().get(").count();
            assert_eq!(text.matches("self.client()").count(), gets);
            // Handed out in one place and nowhere else.
            assert_eq!(text.matches("self.clients.lock()").count(), 1);
        }
    }
    assert_eq!(gets, 1);
}

#[tokio::test]
async fn language_culture_and_zone_are_requested() {
    let service = ScriptedService::start(|_| {
        json_response(r#"[{"ChatMessageId":1,"WhenPosted":"2026-07-01T12:00:00"}]"#)
    });
    let client = Client::new(Settings {
        language: Some("nb-NO".into()),
        culture: Some("nb-NO".into()),
        ..settings(&service.base)
    })
    .unwrap();
    client.set_time_zone("NO", Some(chrono_tz::Tz::Europe__Oslo));
    let (read, error) = messages(&client, 17).await;
    let posted = read[0].posted.map(|moment| moment.to_rfc3339());
    assert_eq!(
        (posted.as_deref(), error),
        (Some("2026-07-01T12:00:00+02:00"), None)
    );
    let request = &service.requests()[0];
    assert_eq!(request.path(), "ChatSession/341/Messages?after=17");
    for (name, wanted) in [
        ("Accept-Language", "nb-NO"),
        ("SO-Language", "nb-NO"),
        ("SO-Culture", "nb-NO"),
        ("SO-TimeZone", "NO, includeTZOffset"),
    ] {
        assert_eq!(request.header(name), wanted, "{name}");
    }
}

#[tokio::test]
async fn a_zone_that_the_service_refuses_is_replaced_by_utc() {
    let service = ScriptedService::start(|request| {
        match request.header("SO-TimeZone").split(',').next().unwrap() {
            _ if request.path() == "ChatSession/7" => error_response("400 Bad", "no such id"),
            "UTC" | "NO" => {
                json_response(r#"[{"ChatMessageId":1,"WhenPosted":"2026-07-01T12:00:00"}]"#)
            }
            _ => error_response("400 Bad Request", "unknown time zone"),
        }
    });
    let client = client(&service);
    let zones = || {
        let requests = service.requests();
        let zones = requests.iter().map(|it| it.header("SO-TimeZone"));
        zones
            .map(|zone| zone.replace(", includeTZOffset", ""))
            .collect::<Vec<_>>()
    };
    let kolkata = chrono_tz::Tz::Asia__Kolkata;
    client.set_time_zone("IN", Some(kolkata));
    // Not the fault of the zone.
    let error = client.session(SessionId(7)).await.unwrap_err();
    assert!(error.why.contains("(400)"), "{error}");
    for _ in 0..2 {
        let (read, error) = messages(&client, 0).await;
        let posted = read[0].posted.map(|moment| moment.to_rfc3339());
        assert_eq!(
            (posted.as_deref(), error),
            (Some("2026-07-01T12:00:00+00:00"), None)
        );
    }
    assert_eq!(zones(), ["IN", "UTC", "IN", "UTC", "UTC"]);
    // One that was accepted is not doubted again.
    client.set_time_zone("NO", None);
    messages(&client, 0).await;
    client.session(SessionId(7)).await.unwrap_err();
    assert_eq!(zones()[5..], ["NO", "NO"]);
}

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed() {
    let foreign = ScriptedService::start(|request| {
        // A redirect to itself: HTTP clients have sent stripped headers again after such a hop.
        http_response(
            "302 Found",
            &[("Location", &format!("{}x", request.target))],
            b"",
        )
    });
    let to = foreign.base.clone();
    let service = ScriptedService::start(move |_| {
        http_response("307 Moved", &[("Location", to.as_str())], b"")
    });
    let client = Client::new(Settings {
        app_token: Some(literal_secret("app-token")),
        ..authenticated_settings(
            &service.base,
            AuthScheme::Bearer,
            literal_secret("bearer-token"),
        )
    });
    let error = client.unwrap().me().await.unwrap_err();
    assert!(foreign.requests().is_empty());
    for base in [&service.base, &foreign.base] {
        let host = format!("127.0.0.1:{}", base.port().unwrap());
        assert!(error.why.contains(&host), "{error}");
    }
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_the_sign_in() {
    let service = ScriptedService::start(|request| match request.path() {
        "User/currentPrincipal" => http_response("308 Here", &[("Location", "/other/me")], b""),
        "/other/me" => json_response(r#"{"AssociateId":5,"FullName":"Ola Hansen"}"#),
        _ => http_response("302 Round", &[("Location", &request.target)], b""),
    });
    let client = Client::new(authenticated_settings(
        &service.base,
        AuthScheme::Bearer,
        literal_secret("t"),
    ))
    .unwrap();
    assert_eq!(client.me().await.unwrap().name, "Ola Hansen");
    assert_eq!(service.requests()[1].header("Authorization"), "Bearer t");
    let circle = client.session(SessionId(1)).await.unwrap_err();
    assert!(circle.why.contains("Redirect loop"), "{circle}");
}

#[tokio::test]
async fn bodies_are_bounded_once_decoded() {
    let service = ScriptedService::start(|_| {
        let coding = [
            ("Content-Encoding", "deflate"),
            ("Content-Type", "application/json"),
        ];
        http_response("200 OK", &coding, &decompression_bomb())
    });
    let (read, error) = messages(&client(&service), 0).await;
    let error = error.unwrap();
    assert_eq!((read.len(), error.kind), (0, ErrorKind::TooLarge));
    assert!(error.why.contains("1 MiB"), "{error}");
}

/// A small deflated body that unpacks to `[` and 25 million spaces: two literals, then copies of 258
/// bytes from one byte back, in the fixed code.
fn decompression_bomb() -> Vec<u8> {
    let mut bits = vec![true, true, false];
    let mut code =
        |value: u32, length: u32| bits.extend((0..length).rev().map(|bit| value >> bit & 1 == 1));
    code(0x30 + u32::from(b'['), 8);
    code(0x30 + u32::from(b' '), 8);
    for _ in 0..100_000 {
        code(0b1100_0101, 8);
        code(0, 5);
    }
    let byte = |bits: &[bool]| {
        bits.iter()
            .rev()
            .fold(0, |byte, bit| byte << 1 | u8::from(*bit))
    };
    [0x78, 0x9c]
        .into_iter()
        .chain(bits.chunks(8).map(byte))
        .collect()
}

#[tokio::test]
async fn connection_errors_are_described() {
    let bind = || std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = |listener: &std::net::TcpListener| listener.local_addr().unwrap().to_string();
    let refusing = address(&bind());
    // Accepted by the system, but nothing is read or written.
    let silent = bind();
    for (host, words) in [
        (refusing, "Connection refused"),
        // Reserved: unknown on every network.
        ("sochat.invalid".to_owned(), "Host sochat.invalid not found"),
        (address(&silent), "Timed out waiting for"),
    ] {
        let base = Url::parse(&format!("http://{host}/api/v1/")).unwrap();
        let client = Client::new(Settings {
            allow_http: true,
            timeout: Duration::from_millis(if words.starts_with("Timed") {
                200
            } else {
                20_000
            }),
            ..settings(&base)
        });
        let error = client.unwrap().me().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Network);
        assert!(error.why.contains(words), "{error}");
    }
}

#[test]
fn invalid_settings_are_described() {
    let with = |base: &str| settings(&Url::parse(base).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let not_pem = folder.path().join("ca.pem");
    std::fs::write(&not_pem, "hello").unwrap();
    let with_ca_file = |path| Settings {
        ca_file: Some(path),
        ..with("https://crm.example.com/api/v1/")
    };
    let with_language = Settings {
        language: Some("n\u{7}".into()),
        ..with("http://[::1]/api/v1/")
    };
    for (settings, words) in [
        (with("http://crm.example.com/api/v1/"), "allow_http"),
        (with("ftp://crm.example.com/api/v1/"), "https://"),
        (with("http://u:p@127.0.0.1/api/v1/"), "user or password"),
        (with_ca_file(not_pem), "no PEM certificate found"),
        (with_ca_file("/nowhere/ca.pem".into()), "/nowhere/ca.pem"),
        (with_language, "language"),
    ] {
        let error = Client::new(settings).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Config);
        assert!(error.why.contains(words), "{error}");
    }
    for loopback in [
        "http://localhost/api/v1/",
        "http://127.0.0.7:81/api/v1/",
        "http://[::1]/api/v1/",
    ] {
        assert!(Client::new(with(loopback)).is_ok(), "{loopback}");
    }
}

#[tokio::test]
async fn a_service_without_tls_is_detected() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}/api/v1/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(std::io::Write::write_all(
                &mut stream,
                b"HTTP/1.1 400 Bad Request\r\n\r\n",
            ));
            // Kept open until the client has read the response and closed.
            drop(std::io::Read::read_to_end(&mut stream, &mut Vec::new()));
        }
    });
    let client = Client::new(Settings {
        // Without it, the test would fail on a machine without certificates.
        ca_file: Some(
            concat!(
                env!("CARGO_MANIFEST_DIR"),
                "/src/superoffice/tests/tls/authority.pem"
            )
            .into(),
        ),
        ..settings(&Url::parse(&base).unwrap())
    });
    let error = client.unwrap().me().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(error.why.contains("does not speak TLS"), "{error}");
}
