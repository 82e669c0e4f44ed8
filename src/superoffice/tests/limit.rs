//! The rate limit, measured at the service.
#![expect(
    clippy::disallowed_methods,
    reason = "real requests are counted in real time"
)]

use std::time::Instant;

use crate::sync::{PollIntervals, Poller, SyncCommand};
use tokio::sync::mpsc;

use super::*;

const MAX_PER_SECOND: usize = 8;

#[tokio::test]
async fn all_requests_count_towards_the_limit() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&times);
    let service = ScriptedService::start(move |request| {
        record.lock().unwrap().push(Instant::now());
        let renewed = request.header("Authorization").ends_with('2');
        match request.path() {
            path if path.contains("Messages") => json_response("[]"),
            _ if !request.target.contains("/api/state") && !renewed => {
                error_response("401 Unauthorized", "expired")
            }
            // A redirected list, whose channel names are requested separately.
            "ChatSession/ForCurrentUser" => {
                http_response("307 Moved", &[("Location", "there")], b"")
            }
            "ChatSession/there" => json_response(r#"[{"ChatSessionId":1,"TopicId":7}]"#),
            "ChatTopic/ForCurrentUser" => json_response(r#"[{"ChatTopicId":7,"Name":"Support"}]"#),
            "TimeZone/current" => error_response("404 Not Found", "none"),
            "TimeZone/base" => json_response(r#"{"TZLocationID":261,"TZLocationCode":"NO"}"#),
            path if path.starts_with("TimeZone?") => {
                let is_last = path.ends_with("skip=3");
                let more = if is_last { "null" } else { "\"more\"" };
                json_response(&format!(
                    r#"{{"odata.nextLink":{more},"value":[{{"id":261,"timeZone":"NO"}}]}}"#
                ))
            }
            path if path.contains(",rating,") => {
                error_response("400 Bad Request", "unknown column")
            }
            path if path.starts_with("ChatSession?") => {
                json_response(r#"{"value":[{"PrimaryKey":"9"}]}"#)
            }
            path if path.starts_with("User") => {
                error_response("421 Misdirected Request", "elsewhere")
            }
            _ => json_response("[]"),
        }
    });
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(secret.path(), "secret1\n").unwrap();
    let client = Client::new(Settings {
        max_per_second: f64::from(u32::try_from(MAX_PER_SECOND).unwrap()),
        ..authenticated_settings(
            &service.base,
            AuthScheme::Bearer,
            SecretSource::File(secret.path().to_owned()),
        )
    })
    .unwrap();
    drop(messages(&client, 0).await);
    std::fs::write(secret.path(), "secret2\n").unwrap();
    let (list, archive, zones, home, me) = tokio::join!(
        client.sessions(Scope::Channels, None),
        client.sessions(Scope::All, None),
        client.zones(),
        client.user_zone(),
        client.me(),
    );
    assert_eq!(list.unwrap().sessions[0].channel.name, "Support");
    assert_eq!(archive.unwrap().sessions.len(), 1);
    assert_eq!(zones.unwrap().len(), 4);
    assert_eq!(home.unwrap().code, "NO");
    me.unwrap_err();
    let times = times.lock().unwrap();
    assert!(times.len() > 2 * MAX_PER_SECOND, "{} requests", times.len());
    assert_limit(&times);
}

#[tokio::test]
async fn a_poller_and_its_follow_up_requests_share_the_limit() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let record = Arc::clone(&times);
    let service = ScriptedService::start(move |request| {
        record.lock().unwrap().push(Instant::now());
        match request.path() {
            "ChatSession/ForCurrentUser" => {
                http_response("307 Moved", &[("Location", "there")], b"")
            }
            "ChatSession/there" => json_response(r#"[{"ChatSessionId":1,"TopicId":7}]"#),
            _ => json_response("[]"),
        }
    });
    let client = Arc::new(
        Client::new(Settings {
            max_per_second: f64::from(u32::try_from(MAX_PER_SECOND).unwrap()),
            ..settings(&service.base)
        })
        .unwrap(),
    );
    let intervals = PollIntervals {
        open_session: Some(Duration::from_millis(100)),
        list: Some(Duration::from_millis(100)),
    };
    let (sender, mut events) = mpsc::channel(1);
    let (commands, received) = mpsc::unbounded_channel();
    let limiter = client.rate_limiter();
    let poller = Poller::new(client, limiter, sender, intervals, 1, Scope::Channels);
    tokio::spawn(poller.run(received));
    let watched = (1..50).map(SessionId).collect();
    commands.send(SyncCommand::SetWatched(watched)).unwrap();
    let listening = async { while events.recv().await.is_some() {} };
    let ended = tokio::time::timeout(Duration::from_millis(3500), listening).await;
    assert!(ended.is_err(), "the poller ended");
    let times = times.lock().unwrap();
    assert!(times.len() > 3 * MAX_PER_SECOND, "{} requests", times.len());
    assert_limit(&times);
}

fn assert_limit(times: &[Instant]) {
    for (first, next) in times.iter().zip(&times[MAX_PER_SECOND..]) {
        // Counted on arrival, which may be a little later than they were sent.
        let apart = next.duration_since(*first);
        assert!(apart > Duration::from_millis(930), "{apart:?}");
    }
}
