//! Signing in: headers, secrets, and tenants that move.

use tokio::sync::mpsc;

use super::*;
use crate::sync::{ConnectionState, PollIntervals, Poller, SyncEvent};

#[tokio::test]
async fn every_scheme_has_its_headers() {
    let basic = AuthScheme::Basic { user: "ola".into() };
    let cookies = "a=1; XSRF-TOKEN=t=; b=2";
    let encoded = "Basic b2xhOnDDpHNzd29yZA==";
    for (scheme, secret, authorization, xsrf, cookie) in [
        (Some(basic), "pässword", encoded, "", ""),
        (Some(AuthScheme::Bearer), "8A:x", "Bearer 8A:x", "", ""),
        (Some(AuthScheme::SoTicket), "7T:x", "SOTicket 7T:x", "", ""),
        (Some(AuthScheme::Xsrf), cookies, "", "t=", cookies),
        (None, "", "", "", ""),
    ] {
        let service = full_service();
        let identity = scheme.map(|scheme| Identity {
            scheme,
            secret: literal_secret(secret),
        });
        let signed = identity.is_some();
        let client = Client::new(Settings {
            identity,
            app_token: signed.then(|| literal_secret("app")),
            ..settings(&service.base)
        });
        client.unwrap().me().await.unwrap();
        let request = &service.requests()[0];
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

fn service_accepting(token: &Arc<Mutex<String>>) -> ScriptedService {
    let token = Arc::clone(token);
    ScriptedService::start(move |request| {
        if request.header("Authorization") == format!("Bearer {}", token.lock().unwrap()) {
            json_response(r#"[{"ChatMessageId":1}]"#)
        } else {
            error_response("401 Unauthorized", "expired")
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
    let print = format!("cat '{}'; echo noise", path.display());
    let print = SecretSource::Command(SecretCommand::Shell(print));
    for source in [SecretSource::File(path.clone()), print] {
        let is_command = matches!(source, SecretSource::Command(_));
        let token = Arc::new(Mutex::new("old-token".to_owned()));
        let service = service_accepting(&token);
        let client = Client::new(authenticated_settings(
            &service.base,
            AuthScheme::Bearer,
            source,
        ))
        .unwrap();
        write_secret(&path, " old-token \nsecond line\n", 0o600);
        assert_eq!(messages(&client, 0).await.1, None);

        // Expired and not renewed yet: the error contains no secret.
        *token.lock().unwrap() = "new-token".to_owned();
        for _ in 0..2 {
            let error = messages(&client, 0).await.1.unwrap();
            assert_eq!(error.kind, ErrorKind::SignIn);
            assert!(!format!("{error:?}{client:?}").contains("-token"));
        }

        // Renewed: found by the next call, or by the same one if it was renewed before. A command is run
        // again at once only for the user.
        write_secret(&path, "new-token\n", 0o600);
        if is_command {
            client.retry_sign_in();
        }
        assert_eq!(messages(&client, 0).await.1, None);
        *token.lock().unwrap() = "third-token".to_owned();
        write_secret(&path, "third-token\n", 0o600);
        let before = service.requests().len();
        assert_eq!(messages(&client, 0).await.1, None);
        assert_eq!(service.requests().len(), before + 2);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_secret_never_accepted_is_sent_once_until_its_source_returns_another() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    write_secret(&path, "wrong", 0o600);
    let token = Arc::new(Mutex::new("right".to_owned()));
    let service = service_accepting(&token);
    let source = SecretSource::File(path.clone());
    let settings = authenticated_settings(&service.base, AuthScheme::Bearer, source);
    let client = Client::new(settings).unwrap();
    // As at the start of the viewer.
    let (first, second, third) = tokio::join!(
        messages(&client, 0),
        messages(&client, 0),
        messages(&client, 0)
    );
    for (_, error) in [first, second, third, messages(&client, 0).await] {
        let error = error.unwrap();
        assert_eq!(error.kind, ErrorKind::SignIn);
        assert!(
            error
                .why
                .starts_with("Sign-in refused (401): check auth.user")
        );
    }
    assert_eq!(service.requests().len(), 1);
    client.retry_sign_in();
    assert!(messages(&client, 0).await.1.is_some());
    assert_eq!(service.requests().len(), 2);
    write_secret(&path, "right", 0o600);
    assert_eq!(messages(&client, 0).await.1, None);
    assert_eq!(service.requests().len(), 3);
}

#[tokio::test]
async fn at_the_start_the_list_tries_the_secret_for_all() {
    let service = ScriptedService::start(|_| error_response("401 Unauthorized", "no"));
    let settings =
        authenticated_settings(&service.base, AuthScheme::Bearer, literal_secret("wrong"));
    let client = Arc::new(Client::new(settings).unwrap());
    let intervals = PollIntervals {
        open_session: None,
        list: None,
    };
    let (sender, mut events) = mpsc::channel(1);
    let (_commands, received) = mpsc::unbounded_channel();
    let limiter = client.rate_limiter();
    let poller = Poller::new(client, limiter, sender, intervals, 1, Scope::Channels);
    tokio::spawn(poller.run(received));
    // Nothing is tried by itself, so there is no countdown.
    let signed_out = |event: &SyncEvent| {
        matches!(
            event,
            SyncEvent::ConnectionChanged {
                state: ConnectionState::SignedOut { after: None, .. },
                ..
            }
        )
    };
    assert!(signed_out(&events.recv().await.unwrap()));
    // Once more, refused without a request.
    assert!(signed_out(&events.recv().await.unwrap()));
    assert_eq!(service.paths(), ["ChatSession/ForCurrentUser"]);
}

#[cfg(unix)]
#[tokio::test]
async fn an_unavailable_secret_is_described() {
    let service = full_service();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, mode| {
        let path = folder.path().join(name);
        write_secret(&path, text, mode);
        SecretSource::File(path)
    };
    let command = |text: &str| SecretSource::Command(SecretCommand::Shell(text.to_owned()));
    let missing = SecretSource::File(folder.path().join("none"));
    let bearer = AuthScheme::Bearer;
    for (scheme, source, words) in [
        (&bearer, file("open", "t", 0o640), "chmod 600"),
        (&bearer, file("empty", "\n", 0o600), "empty"),
        (&bearer, missing, "Cannot read"),
        (&bearer, file("odd", "a\u{7}b", 0o600), "characters"),
        (&bearer, command("exit 3"), "exit status: 3"),
        (&bearer, command("true"), "printed nothing"),
        (&bearer, command("echo not signed in"), "it contains spaces"),
        (&AuthScheme::Xsrf, literal_secret("a=1; b=2"), "XSRF-TOKEN"),
    ] {
        let client = Client::new(authenticated_settings(
            &service.base,
            scheme.clone(),
            source,
        ))
        .unwrap();
        let error = client.me().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::SignIn);
        assert!(error.why.contains(words), "{error}");
    }
    assert!(
        service.requests().is_empty(),
        "nothing is sent without the secret"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_secret_command_runs_once_until_its_secret_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count");
    let line = format!("echo x >> '{}'; echo t", count.display());
    let runs = || {
        std::fs::read_to_string(&count)
            .unwrap_or_default()
            .lines()
            .count()
    };
    let token = Arc::new(Mutex::new("t".to_owned()));
    let service = service_accepting(&token);
    let command = SecretSource::Command(SecretCommand::Shell(line));
    let settings = authenticated_settings(&service.base, AuthScheme::Bearer, command);
    let client = Client::new(settings).unwrap();
    client.run_secret_command().await.unwrap();
    client.run_secret_command().await.unwrap();
    assert_eq!(runs(), 1);
    // A refusal of what was just printed does not run it again for the same request.
    *token.lock().unwrap() = "other".to_owned();
    assert_eq!(
        messages(&client, 0).await.1.unwrap().kind,
        ErrorKind::SignIn
    );
    assert_eq!(runs(), 1);
    assert_eq!(
        messages(&client, 0).await.1.unwrap().kind,
        ErrorKind::SignIn
    );
    assert_eq!(runs(), 2);
}

#[tokio::test]
async fn a_moved_tenant_is_found_without_sending_credentials() {
    let new = full_service();
    let api = new.base.as_str().trim_end_matches("v1/").to_owned();
    let old = ScriptedService::start(move |request| match request.path() {
        "/api/state/Cust1" => json_response(&format!(
            r#"{{"ContextIdentifier":"Cust1","IsRunning":true,"Api":"{api}"}}"#
        )),
        _ => http_response("421 Misdirected Request", &[], b""),
    });
    let client = Client::new(authenticated_settings(
        &old.base,
        AuthScheme::Bearer,
        literal_secret("t"),
    ))
    .unwrap();
    let error = client.me().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Moved);
    let new_host = format!("127.0.0.1:{}", new.base.port().unwrap());
    assert!(error.why.contains(&new_host), "{error}");
    assert_eq!(old.requests()[1].header("Authorization"), "");
    assert_eq!(client.base_url(), new.base);
    assert_eq!(client.me().await.unwrap().name, "Ola Hansen");
    assert_eq!(new.requests()[0].header("Authorization"), "Bearer t");
}

#[tokio::test]
async fn a_tenant_is_not_followed_to_another_site() {
    let busy = ErrorKind::Busy { retry_after: None };
    for (state, words) in [
        (
            json_response(r#"{"Api":"http://198.51.100.1/Cust1/api"}"#),
            "not known",
        ),
        (json_response(r#"{"Api":""}"#), "not known"),
        (
            json_response(r#"{"IsRunning":false,"State":"OfflineMaintenance"}"#),
            "OfflineMaintenance",
        ),
        (json_response("<html>"), "not known"),
        (error_response("500 Oops", ""), "not known"),
    ] {
        let service = ScriptedService::start(move |request| match request.path() {
            "/api/state/Cust1" => state.clone(),
            _ => http_response("421 Misdirected Request", &[], b""),
        });
        let client = client(&service);
        let error = client.me().await.unwrap_err();
        let is_stopped = words == "OfflineMaintenance";
        let kind = if is_stopped {
            ErrorKind::TenantStopped
        } else {
            busy
        };
        assert_eq!(error.kind, kind, "{error}");
        assert!(error.why.contains(words), "{error}");
        assert_eq!(client.base_url(), service.base);
    }
}

#[tokio::test]
async fn moves_in_a_row_have_a_limit_that_starts_again_after_a_good_response() {
    // The reported address of the tenant; the first prefix answers, all others do not serve it.
    let place = Arc::new(AtomicUsize::new(1));
    let next = Arc::clone(&place);
    let service = ScriptedService::start(move |request| {
        if request.target == "/api/state/Cust1" {
            let host = request.header("Host");
            let number = next.fetch_add(1, Ordering::SeqCst);
            return json_response(&format!(r#"{{"Api":"http://{host}/{number}/Cust1/api"}}"#));
        }
        if request.target.starts_with("/9/") {
            json_response(r#"{"AssociateId":5,"FullName":"Ola"}"#)
        } else {
            http_response("421 Misdirected Request", &[], b"")
        }
    });
    let client = client(&service);
    let kinds = async |count: usize| {
        let mut kinds = Vec::new();
        for _ in 0..count {
            kinds.push(client.session(SessionId(1)).await.unwrap_err().kind);
        }
        kinds
    };
    let (moved, stopped) = (ErrorKind::Moved, ErrorKind::Busy { retry_after: None });
    assert_eq!(kinds(2).await, [moved, moved]);
    place.store(9, Ordering::SeqCst);
    assert_eq!(kinds(1).await, [moved]);
    assert_eq!(client.me().await.unwrap().name, "Ola");
    // The good response has started the count again; from here the service only moves.
    client.lock_state().base_url = service.base.clone();
    place.store(20, Ordering::SeqCst);
    assert_eq!(kinds(4).await, [moved, moved, moved, stopped]);
    assert_eq!(
        kinds(1).await,
        [moved],
        "after the limit it may be tried again"
    );
}
