//! The line: reads only, keeps to its origin, has limits, and says what it cannot reach.

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
async fn it_can_only_get() {
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
            // Handed out in one place and replaced in another, nothing else.
            assert_eq!(text.matches("self.lock_client()").count(), 2);
        }
    }
    assert_eq!(gets, 1);
}

#[tokio::test]
async fn language_culture_and_zone_are_asked_for() {
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
    let (read, fault) = messages(&client, 17).await;
    let posted = read[0].posted.map(|moment| moment.to_rfc3339());
    assert_eq!(
        (posted.as_deref(), fault),
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
async fn a_foreign_redirect_gets_no_header_at_all() {
    let foreign = ScriptedService::start(|request| {
        // It would send us round to itself, the hop where stripped headers have come back before.
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
    let fault = client.unwrap().me().await.unwrap_err();
    assert!(foreign.requests().is_empty());
    for base in [&service.base, &foreign.base] {
        let host = format!("127.0.0.1:{}", base.port().unwrap());
        assert!(fault.why.contains(&host), "{fault}");
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
    let (read, fault) = messages(&client(&service), 0).await;
    let fault = fault.unwrap();
    assert_eq!((read.len(), fault.kind), (0, ErrorKind::TooLarge));
    assert!(fault.why.contains("1 MiB"), "{fault}");
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
async fn nobody_there_is_told_as_such() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let base = Url::parse(&format!("http://{free}/api/v1/")).unwrap();
    let fault = Client::new(settings(&base))
        .unwrap()
        .me()
        .await
        .unwrap_err();
    assert_eq!(fault.kind, ErrorKind::Network);
    assert!(fault.why.contains("Connection refused"), "{fault}");
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_as_such() {
    // Reserved: no network knows it.
    let base = Url::parse("http://sochat.invalid/api/v1/").unwrap();
    let client = Client::new(Settings {
        allow_http: true,
        ..settings(&base)
    });
    let fault = client.unwrap().me().await.unwrap_err();
    assert_eq!(fault.kind, ErrorKind::Network);
    assert!(
        fault.why.contains("Host sochat.invalid not found"),
        "{fault}"
    );
}

#[tokio::test]
async fn silence_is_told_as_such() {
    // Accepted by the system, answered by nobody.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = Url::parse(&format!("http://{}/api/v1/", silent.local_addr().unwrap())).unwrap();
    let client = Client::new(Settings {
        timeout: Duration::from_millis(200),
        ..settings(&base)
    });
    let fault = client.unwrap().me().await.unwrap_err();
    assert_eq!(fault.kind, ErrorKind::Network);
    assert!(fault.why.contains("Timed out waiting for"), "{fault}");
}

#[test]
fn a_set_up_that_cannot_work_says_what_to_change() {
    let with = |base: &str| settings(&Url::parse(base).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let not_pem = folder.path().join("ca.pem");
    std::fs::write(&not_pem, "hello").unwrap();
    let https = "https://crm.example.com/api/v1/";
    for (settings, words) in [
        (with("http://crm.example.com/api/v1/"), "allow_http"),
        (with("ftp://crm.example.com/api/v1/"), "https://"),
        (with("http://u:p@127.0.0.1/api/v1/"), "auth.user"),
        (
            Settings {
                ca_file: Some(not_pem),
                ..with(https)
            },
            "no PEM certificate",
        ),
        (
            Settings {
                ca_file: Some("/nowhere/ca.pem".into()),
                ..with(https)
            },
            "/nowhere/ca.pem",
        ),
        (
            Settings {
                language: Some("n\u{7}".into()),
                ..with("http://[::1]/api/v1/")
            },
            "language",
        ),
    ] {
        let fault = Client::new(settings).unwrap_err();
        assert_eq!(fault.kind, ErrorKind::Config);
        assert!(fault.why.contains(words), "{fault}");
    }
    for near in [
        "http://localhost/api/v1/",
        "http://127.0.0.7:81/api/v1/",
        "http://[::1]/api/v1/",
    ] {
        assert!(Client::new(with(near)).is_ok(), "{near}");
    }
}

#[tokio::test]
async fn a_service_without_tls_is_told_as_such() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}/api/v1/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            drop(std::io::Write::write_all(
                &mut stream,
                b"HTTP/1.1 400 Bad Request\r\n\r\n",
            ));
            // Kept open until the client has read it and gone.
            drop(std::io::Read::read_to_end(&mut stream, &mut Vec::new()));
        }
    });
    let client = Client::new(Settings {
        // Without it, a machine that has no certificates could not run this.
        ca_file: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/src/superoffice/tests/ca.pem").into()),
        ..settings(&Url::parse(&base).unwrap())
    });
    let fault = client.unwrap().me().await.unwrap_err();
    assert_eq!(fault.kind, ErrorKind::Network);
    assert!(fault.why.contains("does not speak TLS"), "{fault}");
}
