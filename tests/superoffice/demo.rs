//! The client against the demo service: under every switch, what is decoded is what was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::TimeDelta;
use serde_json::Value;
use sochat::chat::{Direction, Said, SpecialKind, Status};
use sochat::demo::{
    self, ArchiveColumns, ColumnMember, Empties, Enums, Failure, Flags, Markup, Offsets,
    PrimaryKey, RetryAfter, Switches,
};
use sochat::superoffice::rewrite_times;

use super::*;

/// A story that stands still.
async fn story() -> demo::Service {
    let options = demo::Options {
        rate: 0.0,
        ..demo::Options::default()
    };
    demo::Service::start(options).await.unwrap()
}

fn reading(service: &demo::Service) -> Client {
    Client::new(settings(&Url::parse(&service.base_url()).unwrap())).unwrap()
}

/// A healthy service and one for each way it may differ.
fn varieties() -> Vec<Switches> {
    let healthy = Switches::default;
    vec![
        healthy(),
        Switches {
            offsets: Offsets::None,
            fraction_digits: 0,
            ..healthy()
        },
        Switches {
            offsets: Offsets::Z,
            fraction_digits: 7,
            ..healthy()
        },
        Switches {
            offsets: Offsets::Colon,
            fraction_digits: 9,
            ..healthy()
        },
        Switches {
            empties: Empties::Null,
            enums: Enums::Numbers,
            ..healthy()
        },
        Switches {
            empties: Empties::Missing,
            enums: Enums::Unknown,
            ..healthy()
        },
        Switches {
            markup: Markup::Escaped,
            flags: Flags::AsBits,
            ..healthy()
        },
        Switches {
            flags: Flags::Stuck,
            reason_phrases: false,
            ..healthy()
        },
    ]
}

async fn read(client: &Client, session: i64) -> Vec<Message> {
    let mut pages = client
        .messages(SessionId(session), MessageId::START)
        .await
        .unwrap();
    let mut all = Vec::new();
    while let Some(batch) = pages.next().await.unwrap() {
        all.extend(batch.iter().map(Said::to_message));
    }
    all
}

/// An element with its times as instants, so that ways of writing them do not matter.
fn sent(raw: &str) -> Value {
    let times = rewrite_times(raw, sochat::superoffice::NaiveZone::default(), |moment| {
        moment.to_utc().to_rfc3339()
    });
    serde_json::from_str(&times).unwrap()
}

#[tokio::test]
async fn messages_are_decoded_as_they_were_sent() {
    let service = story().await;
    for switches in varieties() {
        service.set_switches(switches.clone());
        let client = reading(&service);
        for session in client
            .sessions(Scope::Channels, None)
            .await
            .unwrap()
            .sessions
        {
            let wanted = service.messages(session.id.0);
            let read = read(&client, session.id.0).await;
            let raw: Vec<Value> = read.iter().map(|message| sent(&message.raw)).collect();
            let wanted: Vec<Value> = wanted
                .iter()
                .map(|element| sent(&element.to_string()))
                .collect();
            assert_eq!(raw, wanted, "{switches:?}");
            for (message, element) in read.iter().zip(&wanted) {
                assert_eq!(message.id.0, element["ChatMessageId"], "{switches:?}");
                assert_eq!(message.unreadable, None);
                let posted = message.posted.map(|moment| moment.to_utc().to_rfc3339());
                assert_eq!(
                    posted.as_deref(),
                    element["WhenPosted"].as_str(),
                    "{switches:?}"
                );
                if let Some(SpecialKind::Unknown { name, .. }) = &message.special {
                    assert!(
                        ["ScreenShared", "42"].contains(&name.as_str())
                            || switches.enums == Enums::Unknown,
                        "{name}"
                    );
                }
                let is_known = !matches!(message.direction, Direction::Other(_));
                assert!(is_known || switches.enums == Enums::Unknown, "{message:?}");
            }
        }
    }
}

#[tokio::test]
async fn sessions_are_decoded_as_they_were_sent_but_for_their_key() {
    let service = story().await;
    for switches in varieties() {
        service.set_switches(switches.clone());
        let client = reading(&service);
        let listing = client.sessions(Scope::Channels, None).await.unwrap();
        assert_eq!(listing.unreadable_count, 0);
        assert!(!listing.sessions.is_empty());
        for session in &listing.sessions {
            assert_eq!(
                &client.session(session.id).await.unwrap().customer,
                &session.customer
            );
            assert_ne!(session.channel.name, "");
            let all = service.sessions();
            let mut wanted = all
                .iter()
                .find(|wanted| wanted["ChatSessionId"] == session.id.0)
                .unwrap()
                .clone();
            wanted
                .as_object_mut()
                .unwrap()
                .shift_remove("SessionKey")
                .unwrap();
            assert_eq!(
                sent(&session.raw),
                sent(&wanted.to_string()),
                "{switches:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_archive_without_the_newer_columns_is_asked_for_them_again_after_an_hour() {
    let service = story().await;
    service.set_switches(Switches {
        archive: ArchiveColumns::NewerRefused,
        ..Switches::default()
    });
    let minutes = Arc::new(AtomicI64::new(0));
    let client = reading(&service).with_clock({
        let minutes = Arc::clone(&minutes);
        let start = service.now().fixed_offset();
        Arc::new(move || start + TimeDelta::minutes(minutes.load(Ordering::SeqCst)))
    });
    let is_archive = |path: &str| path.ends_with("/ChatSession");
    for (minute, asked) in [
        (0, 2),
        (1, 1),
        (59, 1),
        (60, 2),
        (61, 1),
        (119, 1),
        (120, 2),
    ] {
        minutes.store(minute, Ordering::SeqCst);
        let count = || {
            let requests = service.requests();
            requests.iter().filter(|it| is_archive(&it.path)).count()
        };
        let before = count();
        client.sessions(Scope::All, None).await.unwrap();
        assert_eq!(count() - before, asked, "after {minute} minutes");
    }
}

#[tokio::test]
async fn the_archive_is_read_in_every_form() {
    let service = story().await;
    let all: Vec<i64> = session_ids(
        &reading(&service)
            .sessions(Scope::All, None)
            .await
            .unwrap()
            .sessions,
    );
    let entities = service.sessions();
    assert!(all.len() > 20 && all.is_sorted_by(|one, next| one > next));
    for archive in [
        ArchiveColumns::All,
        ArchiveColumns::NewerRefused,
        ArchiveColumns::NewerMissing,
    ] {
        for column_member in [
            ColumnMember::Column,
            ColumnMember::Columns,
            ColumnMember::ColumnData,
        ] {
            for primary_key in [PrimaryKey::ByMode, PrimaryKey::Text, PrimaryKey::Number] {
                let switches = Switches {
                    archive,
                    column_member,
                    primary_key,
                    ..Switches::default()
                };
                service.set_switches(switches);
                let listing = reading(&service).sessions(Scope::All, None).await.unwrap();
                assert_eq!(session_ids(&listing.sessions), all);
                assert_eq!(listing.unreadable_count, 0);
                for session in &listing.sessions {
                    let told = (
                        session.status.clone(),
                        session.requested.is_some(),
                        session.channel.name.is_empty(),
                    );
                    let entity = entities
                        .iter()
                        .find(|entity| entity["ChatSessionId"] == session.id.0)
                        .unwrap();
                    let wanted = match archive {
                        ArchiveColumns::All => Status::parse(entity["Status"].as_str().unwrap()),
                        // Without the column only the end is known.
                        _ if session.ended.is_some() => Status::Closed,
                        _ => Status::Invalid,
                    };
                    assert_eq!(told, (wanted, true, false), "{}", session.raw);
                }
            }
        }
    }
}

#[tokio::test]
async fn zones_and_user_are_known() {
    let service = story().await;
    let client = reading(&service);
    let zones = client.zones().await.unwrap();
    let norway = zones.iter().find(|zone| zone.code == "NO").unwrap();
    assert_eq!(
        (norway.id, norway.offset, norway.daylight),
        (261, Some(60), Some(120))
    );
    let home = client.home_zone().await.unwrap();
    assert!(zones.iter().any(|zone| zone.code == home.code));
    assert!(client.me().await.unwrap().id.0 > 0);
}

#[tokio::test]
async fn every_failure_has_its_kind() {
    let wait = |seconds| FaultKind::Busy {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    for (failure, kind) in [
        (Failure::Status(401), FaultKind::SignIn),
        (Failure::Status(403), FaultKind::Forbidden),
        (Failure::Status(404), FaultKind::NotFound),
        (Failure::Page(503), FaultKind::Busy { retry_after: None }),
        (Failure::SignInPage, FaultKind::Garbled),
        (Failure::Busy(429, RetryAfter::Seconds(7)), wait(7)),
        (Failure::Busy(503, RetryAfter::Date(9)), wait(9)),
        (Failure::Cut, FaultKind::Network),
        (Failure::Garbage, FaultKind::Garbled),
        (Failure::Body("{}".into()), FaultKind::Garbled),
        (Failure::RedirectAway, FaultKind::Garbled),
        (Failure::RedirectHere, FaultKind::Garbled),
        (Failure::Reset, FaultKind::Network),
    ] {
        let service = story().await;
        let client = reading(&service);
        service.fail(demo::Fault::always(failure.clone()));
        let fault = client.sessions(Scope::Channels, None).await.unwrap_err();
        assert_eq!(fault.kind, kind, "{failure:?}: {fault}");
    }
}

#[tokio::test]
async fn a_tenant_that_moved_is_followed() {
    let service = story().await;
    let client = reading(&service);
    let moved = Switches {
        moved: true,
        ..Switches::default()
    };
    service.set_switches(moved);
    assert_eq!(client.me().await.unwrap_err().kind, FaultKind::Moved);
    assert_eq!(client.base_url().as_str(), service.moved_base_url());
    assert!(client.me().await.is_ok());
}
