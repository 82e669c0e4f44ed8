//! The client against the demo service: with every quirk, what is decoded is what was sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::chat::{ChannelThresholds, Direction, SpecialKind, Status};
use crate::demo::{
    self, ArchiveColumns, ColumnMember, EmptyText, EnumFormat, Failure, MarkupFormat, OffsetFormat,
    PrimaryKey, Quirks, RetryAfter, TypingFlags, WarnMinutes,
};
use crate::superoffice::rewrite_times;
use chrono::TimeDelta;
use serde_json::Value;

use super::*;

/// A service whose data does not change.
pub(super) async fn start_service() -> demo::DemoServer {
    let options = demo::DemoOptions {
        rate: 0.0,
        ..demo::DemoOptions::default()
    };
    demo::DemoServer::start(options).await.unwrap()
}

pub(super) fn client_for(service: &demo::DemoServer) -> Client {
    Client::new(settings(&Url::parse(&service.base_url()).unwrap())).unwrap()
}

/// No quirks, and one variant of each kind.
pub(super) fn quirk_variants() -> Vec<Quirks> {
    let healthy = Quirks::default;
    vec![
        healthy(),
        Quirks {
            offset_format: OffsetFormat::None,
            fraction_digits: 0,
            ..healthy()
        },
        Quirks {
            offset_format: OffsetFormat::Z,
            fraction_digits: 7,
            ..healthy()
        },
        Quirks {
            offset_format: OffsetFormat::Colon,
            fraction_digits: 9,
            ..healthy()
        },
        Quirks {
            empty_text: EmptyText::Null,
            enum_format: EnumFormat::Numbers,
            ..healthy()
        },
        Quirks {
            empty_text: EmptyText::Missing,
            enum_format: EnumFormat::Unknown,
            ..healthy()
        },
        Quirks {
            markup_format: MarkupFormat::Escaped,
            typing_flags: TypingFlags::AsBits,
            ..healthy()
        },
        Quirks {
            typing_flags: TypingFlags::Stuck,
            standard_reasons: true,
            ..healthy()
        },
    ]
}

async fn read_messages(client: &Client, session: i64) -> Vec<Message> {
    let mut pages = client
        .messages(SessionId(session), MessageId::START)
        .await
        .unwrap();
    let mut all = Vec::new();
    while let Some(batch) = pages.next().await.unwrap() {
        all.extend(batch);
    }
    all
}

/// An element with its times in one format.
fn normalize_times(raw: &str) -> Value {
    let times = rewrite_times(raw, crate::superoffice::NaiveZone::default(), |moment| {
        moment.to_utc().to_rfc3339()
    });
    serde_json::from_str(&times).unwrap()
}

#[tokio::test]
async fn messages_are_decoded_as_they_were_sent() {
    let service = start_service().await;
    for quirks in quirk_variants() {
        service.set_quirks(quirks.clone());
        let client = client_for(&service);
        let listing = client.sessions(Scope::Channels, None).await.unwrap();
        for session in listing.sessions {
            let wanted = service.messages(session.id.0);
            let read = read_messages(&client, session.id.0).await;
            let raw: Vec<Value> = read
                .iter()
                .map(|message| normalize_times(&message.raw))
                .collect();
            let wanted: Vec<Value> = wanted
                .iter()
                .map(|element| normalize_times(&element.to_string()))
                .collect();
            assert_eq!(raw, wanted, "{quirks:?}");
            for (message, element) in read.iter().zip(&wanted) {
                assert_eq!(message.id.0, element["ChatMessageId"], "{quirks:?}");
                assert_eq!(message.unreadable, None);
                let posted = message.posted.map(|moment| moment.to_utc().to_rfc3339());
                assert_eq!(
                    posted.as_deref(),
                    element["WhenPosted"].as_str(),
                    "{quirks:?}"
                );
                if let Some(SpecialKind::Unknown { name, .. }) = message.special.as_deref() {
                    assert!(
                        ["ScreenShared", "42"].contains(&name.as_str())
                            || quirks.enum_format == EnumFormat::Unknown,
                        "{name}"
                    );
                }
                let is_known = !matches!(message.direction, Direction::Other(_));
                assert!(
                    is_known || quirks.enum_format == EnumFormat::Unknown,
                    "{message:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn sessions_are_decoded_as_they_were_sent_except_for_their_key() {
    let service = start_service().await;
    for quirks in quirk_variants() {
        service.set_quirks(quirks.clone());
        let client = client_for(&service);
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
            let mut sent = all
                .iter()
                .filter(|sent| sent["ChatSessionId"] == session.id.0);
            let mut wanted = sent.next().unwrap().clone();
            let properties = wanted.as_object_mut().unwrap();
            properties.shift_remove("SessionKey").unwrap();
            assert_eq!(
                normalize_times(&session.raw),
                normalize_times(&wanted.to_string()),
                "{quirks:?}"
            );
        }
    }
}

#[tokio::test]
async fn refused_columns_are_requested_again_after_an_hour() {
    let service = start_service().await;
    service.set_quirks(Quirks {
        archive_columns: ArchiveColumns::NewerRefused,
        ..Quirks::default()
    });
    let minutes = Arc::new(AtomicI64::new(0));
    let client = client_for(&service).with_clock({
        let minutes = Arc::clone(&minutes);
        let start = service.now().fixed_offset();
        Arc::new(move || start + TimeDelta::minutes(minutes.load(Ordering::SeqCst)))
    });
    let wanted = [
        (0, 3),
        (1, 1),
        (59, 1),
        (60, 3),
        (61, 1),
        (119, 1),
        (120, 3),
    ];
    for (minute, requests) in wanted {
        minutes.store(minute, Ordering::SeqCst);
        let count = || {
            let requests = service.requests();
            let archive = requests
                .iter()
                .filter(|it| it.path.ends_with("/ChatSession"));
            archive.count()
        };
        let before = count();
        client.sessions(Scope::All, None).await.unwrap();
        assert_eq!(count() - before, requests, "after {minute} minutes");
    }
}

#[tokio::test]
async fn the_archive_is_read_in_every_form() {
    let service = start_service().await;
    let listing = client_for(&service).sessions(Scope::All, None).await;
    let all = session_ids(&listing.unwrap().sessions);
    let entities = service.sessions();
    assert!(all.len() > 20 && all.is_sorted_by(|one, next| one > next));
    for archive_columns in [
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
                let quirks = Quirks {
                    archive_columns,
                    primary_key,
                    column_member,
                    ..Quirks::default()
                };
                service.set_quirks(quirks);
                let listing = client_for(&service)
                    .sessions(Scope::All, None)
                    .await
                    .unwrap();
                assert_eq!(session_ids(&listing.sessions), all);
                assert_eq!(listing.unreadable_count, 0);
                let is_newest = archive_columns == ArchiveColumns::All;
                assert_eq!(listing.lacks_status, !is_newest);
                for session in &listing.sessions {
                    let summary = (
                        session.status.clone(),
                        session.requested.is_some(),
                        session.channel.name.is_empty(),
                    );
                    let entity = entities
                        .iter()
                        .find(|entity| entity["ChatSessionId"] == session.id.0)
                        .unwrap();
                    let wanted = match archive_columns {
                        ArchiveColumns::All => Status::parse(entity["Status"].as_str().unwrap()),
                        // Without the column only the end is known.
                        _ if session.ended.is_some() => Status::Closed,
                        _ => Status::Invalid,
                    };
                    assert_eq!(summary, (wanted, true, false), "{}", session.raw);
                }
            }
        }
    }
}

/// Minutes in the queue, then for a reply; 0 is never, and what is not sent is the default.
#[tokio::test]
async fn sessions_have_the_thresholds_of_their_channel() {
    let service = start_service().await;
    for (warn_minutes, expected) in [
        (WarnMinutes::Set, [Some(2), Some(5), Some(3), Some(8)]),
        (WarnMinutes::Text, [Some(2), Some(5), Some(3), Some(8)]),
        (WarnMinutes::Zero, [None; 4]),
        (WarnMinutes::Null, [Some(2), Some(5), Some(3), Some(10)]),
        (WarnMinutes::Missing, [Some(2), Some(5), Some(3), Some(10)]),
    ] {
        service.set_quirks(Quirks {
            warn_minutes,
            ..Quirks::default()
        });
        let client = client_for(&service);
        let listing = client.sessions(Scope::Channels, None).await.unwrap();
        assert!(!listing.sessions.is_empty());
        for session in &listing.sessions {
            let ChannelThresholds { queue, reply } = session.channel.thresholds;
            let thresholds = [queue.warning, queue.alarm, reply.warning, reply.alarm];
            let minutes = thresholds.map(|after| after.map(|after| after.num_minutes()));
            assert_eq!(minutes, expected, "{warn_minutes:?}");
        }
        let session = listing.sessions.first().unwrap();
        let alone = client.session(session.id).await.unwrap();
        assert_eq!(alone.channel, session.channel);
    }
}

#[tokio::test]
async fn zones_and_user_are_known() {
    let service = start_service().await;
    let client = client_for(&service);
    let zones = client.zones().await.unwrap();
    let norway = zones.iter().find(|zone| zone.code == "NO").unwrap();
    assert_eq!(
        (norway.id, norway.offset, norway.daylight),
        (261, Some(60), Some(120))
    );
    let home = client.user_zone().await.unwrap();
    assert!(zones.iter().any(|zone| zone.code == home.code));
    assert!(client.me().await.unwrap().id.0 > 0);
}

#[tokio::test]
async fn every_failure_has_its_kind() {
    let wait = |seconds| ErrorKind::Busy {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    for (failure, kind) in [
        (Failure::Status(401), ErrorKind::SignIn),
        (Failure::Status(403), ErrorKind::Forbidden),
        (Failure::Status(404), ErrorKind::NotFound),
        (
            Failure::HtmlPage(503),
            ErrorKind::Busy { retry_after: None },
        ),
        (Failure::SignInPage, ErrorKind::InvalidResponse),
        (Failure::Busy(429, RetryAfter::Seconds(7)), wait(7)),
        (Failure::Busy(503, RetryAfter::Date(9)), wait(9)),
        (Failure::Truncated, ErrorKind::Network),
        (Failure::Garbage, ErrorKind::InvalidResponse),
        (Failure::Body("{}".into()), ErrorKind::InvalidResponse),
        (Failure::RedirectAway, ErrorKind::InvalidResponse),
        (Failure::RedirectHere, ErrorKind::InvalidResponse),
        (Failure::Reset, ErrorKind::Network),
    ] {
        let service = start_service().await;
        let client = client_for(&service);
        service.add_fault(demo::Fault::always(failure.clone()));
        let error = client.sessions(Scope::Channels, None).await.unwrap_err();
        assert_eq!(error.kind, kind, "{failure:?}: {error}");
    }
}

#[tokio::test]
async fn a_moved_tenant_is_followed() {
    let service = start_service().await;
    let client = client_for(&service);
    let moved = Quirks {
        moved: true,
        ..Quirks::default()
    };
    service.set_quirks(moved);
    assert_eq!(client.me().await.unwrap_err().kind, ErrorKind::Moved);
    assert_eq!(client.base_url().as_str(), service.moved_base_url());
    assert!(client.me().await.is_ok());
}
