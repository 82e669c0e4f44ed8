//! The real client against a scripted service over real HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::format_push_string,
    clippy::string_slice,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking, and writes for reading"
)]

#[path = "superoffice/scripted.rs"]
mod scripted;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use scripted::{Service, answer, error, json};
use sochat::chat::{ChannelId, Message, MessageId, Scope, Session, SessionId};
use sochat::superoffice::{CALLS, Client, Identity, Scheme, SecretSource, Settings};
use sochat::sync::{Fault, FaultKind, Pages, Source};
use url::Url;

fn settings(base: &Url) -> Settings {
    Settings {
        base_url: base.clone(),
        identity: None,
        app_token: None,
        language: None,
        culture: None,
        allow_http: false,
        ca_file: None,
        proxy: None,
        timeout: Duration::from_secs(20),
        max_body: 1 << 20,
    }
}

fn signed(base: &Url, scheme: Scheme, secret: SecretSource) -> Settings {
    Settings {
        identity: Some(Identity { scheme, secret }),
        ..settings(base)
    }
}

fn client(service: &Service) -> Client {
    Client::new(settings(&service.base)).unwrap()
}

fn given(secret: &str) -> SecretSource {
    SecretSource::Given(secret.into())
}

/// All messages of one answer, and the fault it ended with, if any.
async fn messages(client: &Client, after: i64) -> (Vec<Message>, Option<Fault>) {
    let mut all = Vec::new();
    let mut pages = match client.messages(SessionId(341), MessageId(after)).await {
        Ok(pages) => pages,
        Err(fault) => return (all, Some(fault)),
    };
    loop {
        match pages.next().await {
            Ok(Some(batch)) => all.extend(batch),
            Ok(None) => return (all, None),
            Err(fault) => return (all, Some(fault)),
        }
    }
}

fn ids(messages: &[Message]) -> Vec<i64> {
    messages.iter().map(|message| message.id.0).collect()
}

fn session_ids(sessions: &[Session]) -> Vec<i64> {
    sessions.iter().map(|session| session.id.0).collect()
}

/// A service with one of everything.
fn everything() -> Service {
    Service::start(|request| {
        json(match request.path() {
            "ChatSession/ForCurrentUser" => {
                r#"[{"ChatSessionId":1,"TopicId":7,"User":{"AssociateId":5},"SessionKey":"k"},7,
                    {"ChatSessionId":2,"TopicId":8,"User":{"AssociateId":6}},
                    {"ChatSessionId":3,"TopicId":7,"User":null}]"#
            }
            "ChatSession/341" => r#"{"ChatSessionId":341,"TopicId":7,"SessionKey":"k"}"#,
            "ChatTopic/ForCurrentUser" => r#"[{"ChatTopicId":7,"Name":"Support NO"}]"#,
            "User/currentPrincipal" => r#"{"AssociateId":5,"FullName":"Ola Hansen"}"#,
            "TimeZone/current" | "TimeZone/base" => r#"{"TZLocationID":261,"TZLocationCode":"NO"}"#,
            path if path.starts_with("TimeZone?") => r#"{"value":[{"id":261,"timeZone":"NO"}]}"#,
            path if path.starts_with("ChatSession?") => r#"{"value":[{"PrimaryKey":"9"}]}"#,
            _ => r#"[{"ChatMessageId":1},{"ChatMessageId":2}]"#,
        })
    })
}

async fn call_everything(client: &Client) {
    for scope in [Scope::Channels, Scope::Mine, Scope::All] {
        client.sessions(scope, None).await.unwrap();
    }
    client.session(SessionId(341)).await.unwrap();
    client.zones().await.unwrap();
    client.home_zone().await.unwrap();
    client.me().await.unwrap();
    assert_eq!(ids(&messages(client, 0).await.0), [1, 2]);
}

#[tokio::test]
async fn it_can_only_get() {
    let service = everything();
    call_everything(&client(&service)).await;
    for request in service.seen() {
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
        assert!(
            CALLS.iter().any(|call| listed(&call)),
            "{path} is not in the list"
        );
    }
    // Only one file holds an HTTP client, and only one verb is ever called on it.
    let room = concat!(env!("CARGO_MANIFEST_DIR"), "/src/superoffice");
    let mut left = vec![std::path::PathBuf::from(room)];
    let mut gets = 0;
    while let Some(path) = left.pop() {
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
            assert!(path.ends_with("get.rs"), "a client in {}", path.display());
            gets += text.matches("self.http.get(").count();
            assert_eq!(text.matches("self.http").count(), gets);
        }
    }
    assert_eq!(gets, 1);
}

#[tokio::test]
async fn every_scheme_has_its_headers() {
    let basic = Scheme::Basic { user: "ola".into() };
    for (scheme, secret, authorization, xsrf, cookie) in [
        (
            Some(basic),
            "pässword",
            "Basic b2xhOnDDpHNzd29yZA==",
            "",
            "",
        ),
        (
            Some(Scheme::Bearer),
            "8A:Cust1.x",
            "Bearer 8A:Cust1.x",
            "",
            "",
        ),
        (Some(Scheme::SoTicket), "7T:x", "SOTicket 7T:x", "", ""),
        (
            Some(Scheme::Xsrf),
            "a=1; XSRF-TOKEN=t=; b=2",
            "",
            "t=",
            "a=1; XSRF-TOKEN=t=; b=2",
        ),
        (None, "", "", "", ""),
    ] {
        let service = everything();
        let identity = scheme.map(|scheme| Identity {
            scheme,
            secret: given(secret),
        });
        let signed = identity.is_some();
        let client = Client::new(Settings {
            identity,
            app_token: signed.then(|| given("app")),
            ..settings(&service.base)
        });
        client.unwrap().me().await.unwrap();
        let request = &service.seen()[0];
        for (name, wanted) in [
            ("Authorization", authorization),
            ("X-XSRF-TOKEN", xsrf),
            ("Cookie", cookie),
            ("SO-AppToken", if signed { "app" } else { "" }),
            ("Accept", "application/json"),
            ("Accept-Language", "en"),
            ("SO-Language", "en"),
            ("SO-Culture", ""),
            ("SO-TimeZone", "UTC, includeTZOffset"),
            ("Referer", ""),
        ] {
            assert_eq!(request.header(name), wanted, "{name}");
        }
    }
}

#[tokio::test]
async fn language_culture_and_zone_are_asked_for() {
    let service =
        Service::start(|_| json(r#"[{"ChatMessageId":1,"WhenPosted":"2026-07-01T12:00:00"}]"#));
    let client = Client::new(Settings {
        language: Some("nb-NO".into()),
        culture: Some("nb-NO".into()),
        ..settings(&service.base)
    })
    .unwrap();
    client.ask_in("NO");
    client.assume(Some(chrono_tz::Tz::Europe__Oslo));
    let (read, fault) = messages(&client, 17).await;
    let posted = read[0].posted.map(|moment| moment.to_rfc3339());
    assert_eq!(
        (posted.as_deref(), fault),
        (Some("2026-07-01T12:00:00+02:00"), None)
    );
    let request = &service.seen()[0];
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
    let foreign = Service::start(|request| {
        // It would send us round to itself, the hop where stripped headers have come back before.
        answer(
            "302 Found",
            &[("Location", &format!("{}x", request.target))],
            b"",
        )
    });
    let to = foreign.base.clone();
    let service = Service::start(move |_| answer("307 Moved", &[("Location", to.as_str())], b""));
    let client = Client::new(Settings {
        app_token: Some(given("app-token")),
        ..signed(&service.base, Scheme::Bearer, given("bearer-token"))
    });
    let fault = client.unwrap().me().await.unwrap_err();
    assert!(foreign.seen().is_empty());
    for base in [&service.base, &foreign.base] {
        let host = format!("127.0.0.1:{}", base.port().unwrap());
        assert!(fault.why.contains(&host), "{fault}");
    }
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_the_sign_in() {
    let service = Service::start(|request| match request.path() {
        "User/currentPrincipal" => answer("308 Here", &[("Location", "/other/me")], b""),
        "/other/me" => json(r#"{"AssociateId":5,"FullName":"Ola Hansen"}"#),
        _ => answer("302 Round", &[("Location", &request.target)], b""),
    });
    let client = Client::new(signed(&service.base, Scheme::Bearer, given("t"))).unwrap();
    assert_eq!(client.me().await.unwrap().name, "Ola Hansen");
    assert_eq!(service.seen()[1].header("Authorization"), "Bearer t");
    let circle = client.session(SessionId(1)).await.unwrap_err();
    assert!(circle.why.contains("circles"), "{circle}");
}

#[tokio::test]
async fn bodies_are_bounded_once_decoded() {
    let service = Service::start(|_| {
        let coding = [
            ("Content-Encoding", "deflate"),
            ("Content-Type", "application/json"),
        ];
        answer("200 OK", &coding, &bomb())
    });
    let (read, fault) = messages(&client(&service), 0).await;
    let fault = fault.unwrap();
    assert_eq!((read.len(), fault.kind), (0, FaultKind::TooLarge));
    assert!(fault.why.contains("1 MiB"), "{fault}");
}

/// A small deflated body that unpacks to `[` and 25 million spaces: two literals, then copies of 258
/// bytes from one byte back, in the fixed code.
fn bomb() -> Vec<u8> {
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
async fn what_came_whole_is_kept_and_the_fault_told_after_it() {
    let two = r#"[{"ChatMessageId":1},{"ChatMessageId":2}"#;
    for (reply, read, kind, words) in [
        (json("[]"), &[][..], None, ""),
        (json("null"), &[], None, ""),
        (answer("204 No Content", &[], b""), &[], None, ""),
        (json(&format!("{two}]")), &[1, 2], None, ""),
        (json(&format!("\u{feff}{two},7]")), &[1, 2, -1], None, ""),
        (
            json(two),
            &[1, 2],
            Some(FaultKind::Garbled),
            "ends in the middle",
        ),
        (
            json(&format!("{two},,")),
            &[1, 2],
            Some(FaultKind::Garbled),
            "not valid JSON",
        ),
        (
            cut(&json(&format!("{two},"))),
            &[1, 2],
            Some(FaultKind::Network),
            "cut short",
        ),
        (json(""), &[], Some(FaultKind::Garbled), "an empty answer"),
        (
            json(r#"{"ErrorMessage":"boom"}"#),
            &[],
            Some(FaultKind::Garbled),
            "(boom)",
        ),
        (
            answer(
                "200 OK",
                &[("Content-Type", "text/html")],
                b"<!doctype html><title>Sign in",
            ),
            &[],
            Some(FaultKind::Garbled),
            "a web page",
        ),
        (
            answer("200 OK", &[("Content-Type", "text/plain")], b"hello"),
            &[],
            Some(FaultKind::Garbled),
            "text/plain",
        ),
    ] {
        let service = Service::start(move |_| reply.clone());
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
fn cut(reply: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(reply);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let promised = format!("Content-Length: {}", body.len() + 100);
    let head = head.replace(&format!("Content-Length: {}", body.len()), &promised);
    format!("{head}\r\n\r\n{body}").into_bytes()
}

#[tokio::test]
async fn long_answers_come_in_batches() {
    let body: Vec<String> = (1..=5000)
        .map(|id| format!(r#"{{"ChatMessageId":{id}}}"#))
        .collect();
    let body = format!("[{}]", body.join(","));
    let service = Service::start(move |_| json(&body));
    let client = client(&service);
    let mut pages = client
        .messages(SessionId(341), MessageId::START)
        .await
        .unwrap();
    let mut all = Vec::new();
    while let Some(batch) = pages.next().await.unwrap() {
        assert!((1..=512).contains(&batch.len()));
        all.extend(batch);
    }
    assert_eq!(ids(&all), (1..=5000).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_no_has_its_kind_and_its_words() {
    let after = |seconds| FaultKind::Busy {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    let busy = FaultKind::Busy { retry_after: None };
    let date = [
        ("Date", "Sun, 22 Nov 2026 10:00:00 GMT"),
        ("Retry-After", "Sun, 22 Nov 2026 10:00:42 GMT"),
    ];
    for (reply, kind, words) in [
        (
            error("401 Unauthorized", "[SR_X] expired"),
            FaultKind::SignIn,
            "(expired)",
        ),
        (
            error("403 Forbidden", "no right"),
            FaultKind::Forbidden,
            "(no right)",
        ),
        (
            error("404 ChatSession Not Found", ""),
            FaultKind::NotFound,
            "session 341",
        ),
        (
            error("400 Bad Request", "bad zone"),
            FaultKind::Setup,
            "(bad zone)",
        ),
        (
            answer("429 Slow", &[("Retry-After", "7")], b""),
            after(7),
            "slow down",
        ),
        (
            answer("503 Down", &date, b"<html>maintenance"),
            after(42),
            "not available",
        ),
        (answer("503 Down", &[], b""), busy, "not available"),
        (error("500 Oops", "boom"), busy, "500 (boom)"),
        (
            answer("421 Misdirected", &[], b""),
            busy,
            "no longer serves",
        ),
        (
            answer("304 Not Modified", &[], b""),
            FaultKind::Garbled,
            "304",
        ),
        (json("null"), FaultKind::NotFound, "session 341"),
        (json("[]"), FaultKind::Garbled, "session 341"),
    ] {
        let service = Service::start(move |_| reply.clone());
        let fault = client(&service).session(SessionId(341)).await.unwrap_err();
        assert_eq!(fault.kind, kind, "{fault}");
        assert!(fault.why.contains(words), "{fault}");
        assert!(fault.why.contains("127.0.0.1"), "{fault}");
    }
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
    assert_eq!(fault.kind, FaultKind::Network);
    assert!(fault.why.contains("connection refused"), "{fault}");
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
    assert_eq!(fault.kind, FaultKind::Network);
    assert!(fault.why.contains("silent"), "{fault}");
}

/// A service that takes one token at a time.
fn taking(token: &Arc<Mutex<String>>) -> Service {
    let token = Arc::clone(token);
    Service::start(move |request| {
        if request.header("Authorization") == format!("Bearer {}", token.lock().unwrap()) {
            json(r#"[{"ChatMessageId":1}]"#)
        } else {
            error("401 Unauthorized", "expired")
        }
    })
}

#[cfg(unix)]
fn write_secret(path: &std::path::Path, secret: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, secret).unwrap();
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn a_renewed_secret_is_picked_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let print = SecretSource::Command(format!("cat '{}'; echo noise", path.display()));
    for source in [SecretSource::File(path.clone()), print] {
        let token = Arc::new(Mutex::new("old-token".to_owned()));
        let service = taking(&token);
        let client = Client::new(signed(&service.base, Scheme::Bearer, source)).unwrap();
        write_secret(&path, " old-token \nsecond line\n", 0o600);
        assert_eq!(messages(&client, 0).await.1, None);

        // Expired and not yet renewed: signed out, and no secret is told.
        *token.lock().unwrap() = "new-token".to_owned();
        for _ in 0..2 {
            let fault = messages(&client, 0).await.1.unwrap();
            assert_eq!(fault.kind, FaultKind::SignIn);
            assert!(!format!("{fault:?}{client:?}").contains("-token"));
        }

        // Renewed: found at the next try, and within one call when it was renewed in time.
        write_secret(&path, "new-token\n", 0o600);
        assert_eq!(messages(&client, 0).await.1, None);
        *token.lock().unwrap() = "third-token".to_owned();
        write_secret(&path, "third-token\n", 0o600);
        let asked = service.seen().len();
        assert_eq!(messages(&client, 0).await.1, None);
        assert_eq!(service.seen().len(), asked + 2);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_secret_that_cannot_be_had_says_what_to_do() {
    let service = everything();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, mode| {
        let path = folder.path().join(name);
        write_secret(&path, text, mode);
        SecretSource::File(path)
    };
    let command = |text: &str| SecretSource::Command(text.to_owned());
    for (scheme, source, words) in [
        (Scheme::Bearer, file("open", "t", 0o640), "chmod 600"),
        (Scheme::Bearer, file("empty", "\n", 0o600), "empty"),
        (
            Scheme::Bearer,
            SecretSource::File(folder.path().join("none")),
            "could not read",
        ),
        (Scheme::Bearer, file("odd", "a\u{7}b", 0o600), "characters"),
        (Scheme::Bearer, command("exit 3"), "exit status: 3"),
        (Scheme::Bearer, command("true"), "printed nothing"),
        (Scheme::Xsrf, given("a=1; b=2"), "XSRF-TOKEN"),
    ] {
        let client = Client::new(signed(&service.base, scheme, source)).unwrap();
        let fault = client.me().await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::SignIn);
        assert!(fault.why.contains(words), "{fault}");
    }
    let mut slow = signed(&service.base, Scheme::Bearer, command("sleep 60"));
    slow.timeout = Duration::from_millis(50);
    let fault = Client::new(slow).unwrap().me().await.unwrap_err();
    assert!(fault.why.contains("in time"), "{fault}");
    assert!(
        service.seen().is_empty(),
        "nothing is sent without the secret"
    );
}

#[tokio::test]
async fn a_tenant_that_moved_is_found_without_showing_the_sign_in() {
    let new = everything();
    let api = new.base.as_str().trim_end_matches("v1/").to_owned();
    let old = Service::start(move |request| match request.path() {
        "/api/state/Cust1" => json(&format!(
            r#"{{"ContextIdentifier":"Cust1","IsRunning":true,"Api":"{api}"}}"#
        )),
        _ => answer("421 Misdirected Request", &[], b""),
    });
    let client = Client::new(signed(&old.base, Scheme::Bearer, given("t"))).unwrap();
    let fault = client.me().await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Moved);
    assert!(
        fault
            .why
            .contains(&format!("127.0.0.1:{}", new.base.port().unwrap())),
        "{fault}"
    );
    assert_eq!(old.seen()[1].header("Authorization"), "");
    assert_eq!(client.base_url(), new.base);
    assert_eq!(client.me().await.unwrap().name, "Ola Hansen");
    assert_eq!(new.seen()[0].header("Authorization"), "Bearer t");
}

#[tokio::test]
async fn a_tenant_is_not_followed_just_anywhere() {
    let busy = FaultKind::Busy { retry_after: None };
    for (state, words) in [
        (
            json(r#"{"Api":"http://198.51.100.1/Cust1/api"}"#),
            "not known",
        ),
        (json(r#"{"Api":""}"#), "not known"),
        (
            json(r#"{"IsRunning":false,"State":"OfflineMaintenance"}"#),
            "OfflineMaintenance",
        ),
        (json("<html>"), "not known"),
        (error("500 Oops", ""), "not known"),
    ] {
        let service = Service::start(move |request| match request.path() {
            "/api/state/Cust1" => state.clone(),
            _ => answer("421 Misdirected Request", &[], b""),
        });
        let client = client(&service);
        let fault = client.me().await.unwrap_err();
        assert_eq!(fault.kind, busy, "{fault}");
        assert!(fault.why.contains(words), "{fault}");
        assert_eq!(client.base_url(), service.base);
    }
}

#[tokio::test]
async fn sessions_are_listed_by_scope_with_their_channels() {
    let service = everything();
    let client = client(&service);
    let listing = client.sessions(Scope::Channels, None).await.unwrap();
    assert_eq!(session_ids(&listing.sessions), [1, 2, 3]);
    assert_eq!((listing.next, listing.unreadable), (None, 1));
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
    let service = Service::start(|request| match request.path() {
        "ChatTopic/ForCurrentUser" => error("500 Oops", ""),
        _ => json(r#"[{"ChatSessionId":1,"TopicId":7}]"#),
    });
    let listing = client(&service)
        .sessions(Scope::Channels, None)
        .await
        .unwrap();
    assert_eq!(session_ids(&listing.sessions), [1]);
}

/// Archive rows with these ids, newest first.
fn rows(ids: std::ops::RangeInclusive<i64>, next: &str) -> Vec<u8> {
    let rows: Vec<String> = ids
        .rev()
        .map(|id| format!(r#"{{"PrimaryKey":"{id}","chatSessionId":{id},"chatTopic/name":"S"}}"#))
        .collect();
    json(&format!(
        r#"{{"odata.metadata":"m","odata.nextLink":{next},"value":[{}]}}"#,
        rows.join(",")
    ))
}

#[tokio::test]
async fn the_archive_is_paged_by_key() {
    let service = Service::start(|request| match request.path() {
        path if path.contains("chatSessionId%20lt%20151&") => rows(51..=150, "null"),
        path if path.contains("chatSessionId%20lt%2051&") => {
            rows(31..=50, "\"https://elsewhere.example/\"")
        }
        path if path.contains("chatSessionId%20lt%2031&") => rows(1..=30, "null"),
        _ => rows(151..=250, "null"),
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
    assert_eq!(service.seen().len(), 4);
}

#[tokio::test]
async fn a_filter_without_effect_ends_the_paging() {
    let service = Service::start(|_| rows(151..=250, "null"));
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
    let service = Service::start(move |request| {
        if request.target.contains("rating") {
            count.fetch_add(1, Ordering::Relaxed);
            return error("500 Oops", "unknown column");
        }
        rows(1..=3, "null")
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
    let service = Service::start(|request| {
        let page = if request.target.contains("$skip=0") {
            r#"{"odata.nextLink":"http://x.example/","value":[{"id":1,"timeZone":"UTC"},{"id":2}]}"#
        } else {
            r#"{"odata.nextLink":null,"value":[{"id":261,"timeZone":"NO","offset":"+1:00"}]}"#
        };
        json(page)
    });
    let zones = client(&service).zones().await.unwrap();
    let codes: Vec<&str> = zones.iter().map(|zone| zone.code.as_str()).collect();
    assert_eq!(codes, ["UTC", "NO"]);
    assert!(service.paths()[1].contains("$skip=2"));
}

#[tokio::test]
async fn the_base_zone_stands_in_for_the_users() {
    for first in [error("404 Nope", ""), json("null"), error("500 Oops", "")] {
        let service = Service::start(move |request| match request.path() {
            "TimeZone/current" => first.clone(),
            _ => json(r#"{"TZLocationID":261,"TZLocationCode":"NO"}"#),
        });
        assert_eq!(client(&service).home_zone().await.unwrap().code, "NO");
    }
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
            "no certificate",
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
        assert_eq!(fault.kind, FaultKind::Setup);
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
