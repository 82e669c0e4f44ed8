//! Every way to sign in, a secret that is renewed, and a tenant that moves.

use std::fs;
use std::path::Path;

use sochat::superoffice::{Identity, AuthScheme, SecretSource};

use super::*;
use stand::{held, holds, is_live, shown};

fn identity(scheme: AuthScheme, secret: SecretSource) -> Wish {
    Wish {
        identity: Some(Identity { scheme, secret }),
        ..Wish::default()
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
        let service = story().await;
        let session = busiest(&service);
        switch(&service, |switches| {
            switches.require_sign_in = true;
            switches.credential = credential.map(str::to_owned);
        });
        let wish = identity(scheme, SecretSource::Literal(secret.into()));
        let mut stand = Stand::reading(&service, session, wish).await;
        assert_eq!(shown(&stand.app), held(&service, session));
        let listed = |app: &App| app.session_list().count() > 5 && app.me().is_some();
        stand.until("all is listed", listed).await;
        assert!(!stand.screen().contains(secret));
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
    let service = story().await;
    let session = busiest(&service);
    switch(&service, |it| it.credential = Some("Bearer first".into()));
    let wish = identity(AuthScheme::Bearer, SecretSource::File(file.clone()));
    let mut stand = Stand::reading(&service, session, wish).await;
    let before = shown(&stand.app);

    switch(&service, |it| it.credential = Some("Bearer second".into()));
    let posted = service.post(session.0, Post::from_customer("Anyone?"));
    let signed_out = |app: &App| {
        let freshness = app.status().freshness(Feed::Messages, app.local_now());
        matches!(freshness, Freshness::SignedOut { .. })
    };
    stand.until("it is told", signed_out).await;
    stand.until_shown("does not accept our sign-in").await;
    assert_eq!(shown(&stand.app), before);

    write_secret(&file, "second");
    stand.until("the message comes", holds(posted)).await;
    stand.until("all is well", is_live).await;
    assert_eq!(shown(&stand.app), held(&service, session));
}

#[tokio::test]
async fn a_tenant_that_moves_is_followed_and_told() {
    let service = story().await;
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    // Who finds the move tells it, so that has to be one of the two that tell how they stand.
    let settled = |app: &App| {
        let sessions = app.session_list().all();
        let named = sessions.iter().all(|it| !it.channel.name.is_empty());
        app.me().is_some() && !app.time_zone().service_zones().is_empty() && !sessions.is_empty() && named
    };
    stand.until("all else is answered", settled).await;
    switch(&service, |switches| switches.moved = true);
    let posted = service.post(session.0, Post::from_customer("Here now"));
    stand.until("the message comes", holds(posted)).await;
    stand.until("all is well", is_live).await;
    assert_eq!(shown(&stand.app), held(&service, session));
    let told = stand.links.iter().any(
        |(_, link)| matches!(link, ConnectionState::Retrying { why, .. } if why.contains("has moved from")),
    );
    assert!(told, "{:?}", stand.links);
    let last = service.requests().pop().unwrap();
    assert!(service.moved_base_url().starts_with(&last.origin));
}
