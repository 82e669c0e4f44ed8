//! Every way to sign in, a secret that is renewed, and a tenant that moves.

use std::fs;
use std::path::Path;

use crate::superoffice::{AuthScheme, Identity, SecretSource};

use super::*;

fn options_with_identity(scheme: AuthScheme, secret: SecretSource) -> HarnessOptions {
    HarnessOptions {
        identity: Some(Identity { scheme, secret }),
        ..HarnessOptions::default()
    }
}

#[tokio::test]
async fn every_way_to_sign_in_reads_everything() {
    let basic = AuthScheme::Basic { user: "ola".into() };
    let table = [
        (basic, "fjell:tur", Some("Basic b2xhOmZqZWxsOnR1cg==")),
        (AuthScheme::Bearer, "abc", Some("Bearer abc")),
        (AuthScheme::SoTicket, "7T:abc", Some("SOTicket 7T:abc")),
        (AuthScheme::Xsrf, "XSRF-TOKEN=abc; SID=1", None),
    ];
    for (scheme, secret, credential) in table {
        let service = start_service().await;
        let session = busiest_session(&service);
        change_quirks(&service, |quirks| {
            quirks.require_sign_in = true;
            quirks.credential = credential.map(str::to_owned);
        });
        let options = options_with_identity(scheme, SecretSource::Literal(secret.into()));
        let mut harness = ViewerHarness::open_caught_up(&service, session, options).await;
        harness.assert_complete(&service, session);
        let listed = |app: &App| app.session_list().count() > 5 && app.me().is_some();
        harness.wait_until("all is listed", listed).await;
        assert!(!harness.screen_text().contains(secret));
    }
}

fn write_secret(path: &Path, secret: &str) {
    fs::write(path, secret).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

#[tokio::test]
async fn a_renewed_secret_is_picked_up_and_nothing_is_lost_meanwhile() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("secret");
    write_secret(&file, "first");
    let service = start_service().await;
    let session = busiest_session(&service);
    change_quirks(&service, |it| it.credential = Some("Bearer first".into()));
    let options = options_with_identity(AuthScheme::Bearer, SecretSource::File(file.clone()));
    let mut harness = ViewerHarness::open_caught_up(&service, session, options).await;
    let before = shown_messages(&harness.app);

    change_quirks(&service, |it| it.credential = Some("Bearer second".into()));
    let posted = service.post(session.0, NewMessage::from_customer("Anyone?"));
    let signed_out = |app: &App| matches!(freshness(app), Freshness::SignedOut { .. });
    harness.wait_until("it is reported", signed_out).await;
    harness.wait_until_shown("Sign-in refused (401)").await;
    assert_eq!(shown_messages(&harness.app), before);

    write_secret(&file, "second");
    harness.wait_for_message(posted).await;
    harness.wait_until("all is well", is_live).await;
    harness.assert_complete(&service, session);
}

#[tokio::test]
async fn a_tenant_that_moves_is_followed_and_reported() {
    let (service, session, mut harness) = open_busiest_session().await;
    // The request that finds the move reports it, so it has to be one with a connection state.
    let settled = |app: &App| {
        let mut sessions = app.session_list().all();
        let is_listed = sessions.len() > 0;
        let named = sessions.all(|it| !it.channel.name.is_empty());
        app.me().is_some() && !app.time_zone().service_zones().is_empty() && is_listed && named
    };
    harness.wait_until("all else is answered", settled).await;
    change_quirks(&service, |quirks| quirks.moved = true);
    harness.post_and_wait(&service, session, "Here now").await;
    harness.wait_until("all is well", is_live).await;
    harness.assert_complete(&service, session);
    let is_reported = harness.connection_states.iter().any(
        |(_, state)| matches!(state, ConnectionState::Retrying { why, .. } if why.contains("has moved to")),
    );
    assert!(is_reported, "{:?}", harness.connection_states);
    let last = service.requests().pop().unwrap();
    assert!(service.moved_base_url().starts_with(&last.origin));
}
