//! Searches by the service's own search.

use std::time::Duration;

use chrono::TimeDelta;

use super::fake_service::now;
use super::*;
use crate::chat::{ChannelId, MessageId, Scope, SearchProbe, SearchSupport};
use crate::sync::ErrorKind;
use crate::sync::search::{SearchEnd, SearchUpdate};
use crate::text::TimePoint;

/// Session 1 in the user's channel and session 2 in another.
fn service() -> FakeService {
    FakeService::new([
        (
            session(1, 40),
            vec![
                message(11, 40, "Hello"),
                message(12, 40, "Where is my <refund>?"),
                message(14, 39, "The Refúnd is there"),
            ],
        ),
        (session(2, 40), vec![message(13, 40, "Another refund")]),
        (
            session(3, 2),
            vec![message(50_001, 2, "A REFUND"), message(50_002, 2, "Bye")],
        ),
    ])
}

#[tokio::test(start_paused = true)]
async fn windows_of_ids_from_the_newest_back() {
    let outcome = run(&service(), &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#12"]);
    assert_eq!(outcome.hits[0].session.channel.name, "channel 7");
    assert_eq!(
        outcome.requests,
        [
            "channels",
            "Newest",
            "search 30002.. refund",
            "search 30002..50001 refund",
            "NewestBelow(MessageId(30003))",
            "search 0..15 refund",
            "search 0..12 refund",
            "Oldest",
        ]
    );
    assert_eq!(
        outcome.coverage(),
        "server search, all messages back to 16 February 2026; accented forms may be missed"
    );
    let probe = SearchProbe {
        at: now(),
        support: SearchSupport::Available {
            newest: MessageId(50_002),
        },
    };
    assert_eq!(outcome.probe, Some(probe));
    assert!(outcome.report.coverage.is_complete());
}

#[tokio::test(start_paused = true)]
async fn a_stored_probe_is_used_for_a_day() {
    let probe = |hours| SearchProbe {
        at: now() - TimeDelta::hours(hours),
        support: SearchSupport::Available {
            newest: MessageId(14),
        },
    };
    let mut request = request("refund");
    request.probe = Some(probe(23));
    let outcome = run(&service(), &request).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#12"]);
    assert_eq!(outcome.requests[1], "search 0.. refund");
    assert_eq!(outcome.probe, None);
    // Also one of the future is not.
    for hours in [24, 25, -1] {
        request.probe = Some(probe(hours));
        let outcome = run(&service(), &request).await;
        assert_eq!(outcome.requests[1], "Newest");
        assert!(outcome.probe.is_some());
    }
}

#[tokio::test(start_paused = true)]
async fn only_sessions_that_the_archive_lists_are_shown() {
    let mut service = service();
    let mut request = request("refund");
    request.scope = Scope::All;
    let outcome = run(&service, &request).await;
    assert_eq!(outcome.ids(), ["3#50001", "2#13", "1#12"]);
    assert!(!outcome.requests.contains(&"channels".to_owned()));
    service.forbidden = vec![2];
    let outcome = run(&service, &request).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#12"]);
    assert_eq!(outcome.report.coverage.left_out.not_allowed, 1);
    assert!(!outcome.report.coverage.is_complete());
    // One refusal may be a fault.
    *service.failures.lock().unwrap() = vec![("rows", [ErrorKind::Forbidden].into())];
    assert_eq!(run(&service, &request).await.ids(), ["3#50001", "1#12"]);
    // Without an archive it is not known which may be shown, by lists neither.
    service.refused = vec![("rows", ErrorKind::Forbidden)];
    let outcome = run(&service, &request).await;
    assert_eq!(outcome.ids(), [""; 0]);
    assert!(
        matches!(&outcome.report.end, SearchEnd::Failed(error) if error.kind == ErrorKind::Forbidden)
    );
    service.refused.clear();
    request.channels = vec![ChannelId(8)];
    service.forbidden.clear();
    assert_eq!(run(&service, &request).await.ids(), ["2#13"]);
    request.channels.clear();
    request.scope = Scope::Mine;
    assert_eq!(run(&service, &request).await.ids(), ["1#12"]);
}

#[tokio::test(start_paused = true)]
async fn the_other_words_are_checked_here() {
    let service = service();
    for (text, expected) in [
        ("refund where", &["1#12"][..]),
        ("\"my <refund>\"", &["1#12"]),
        ("\"my refund\"", &[]),
        ("refund nowhere", &[]),
    ] {
        assert_eq!(
            run(&service, &request(text)).await.ids(),
            expected,
            "{text}"
        );
    }
    // Both spellings are sent.
    let outcome = run(&service, &request("refúnd")).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#14", "1#12"]);
    assert_eq!(outcome.requests[2], "search 30002.. refúnd refund");
}

#[tokio::test(start_paused = true)]
async fn it_ends_at_the_limit_and_at_the_time_given() {
    let messages = (1..=35)
        .map(|id| message(id * 1000, 40 - id, "refund"))
        .collect();
    let service = FakeService::new([(session(1, 40), messages)]);
    let mut request = request("refund");
    request.limit = 12;
    let outcome = run(&service, &request).await;
    assert_eq!(
        (outcome.hits.len(), outcome.report.end.clone()),
        (12, SearchEnd::Limit)
    );
    assert_eq!(outcome.ids()[11], "1#24000");
    assert!(
        outcome
            .coverage()
            .starts_with("server search, back to 12 March 2026;")
    );
    request.limit = 100;
    assert_eq!(run(&service, &request).await.hits.len(), 35);
    request.since = Some(TimePoint::Instant(now() - TimeDelta::days(10)));
    let outcome = run(&service, &request).await;
    assert_eq!(outcome.hits.len(), 6);
    assert!(outcome.report.coverage.is_complete());
    let last = outcome.requests.last().unwrap();
    assert!(last.starts_with("NewestBelow"), "{last}");
}

#[tokio::test(start_paused = true)]
async fn windows_follow_the_speed_of_the_service() {
    let bounds = |outcome: &Outcome| -> Vec<i64> {
        let requests = outcome.requests.iter();
        let searches = requests.filter_map(|it| it.strip_prefix("search "));
        let above = searches.map(|it| it.split("..").next().unwrap().parse().unwrap());
        above.collect()
    };
    let mut service = FakeService::new([(
        session(1, 40),
        (1..=100).map(|id| message(id * 4000, 1, "x")).collect(),
    )]);
    let fast = run(&service, &request("refund")).await;
    assert_eq!(bounds(&fast), [380_000, 300_000, 0]);
    service.per_id = Duration::from_millis(1);
    let slow = run(&service, &request("refund")).await;
    assert_eq!(bounds(&slow)[..4], [380_000, 370_000, 363_000, 357_500]);
}

#[tokio::test(start_paused = true)]
async fn failures_that_may_pass_are_retried_with_a_smaller_window() {
    let service = service();
    let kinds = [ErrorKind::Busy { retry_after: None }, ErrorKind::Network];
    *service.failures.lock().unwrap() = vec![("search", kinds.into())];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#12"]);
    assert_eq!(
        outcome.requests[2..5],
        [
            "search 30002.. refund",
            "search 45002.. refund",
            "search 48752.. refund"
        ]
    );
    // After some of it was searched, it does not begin anew in another way.
    *service.failures.lock().unwrap() = vec![("search 0", [ErrorKind::Network; 9].into())];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#50001"]);
    let SearchEnd::Failed(error) = &outcome.report.end else {
        panic!("{:?}", outcome.report.end)
    };
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(outcome.report.coverage.is_begun());
}

#[tokio::test(start_paused = true)]
async fn without_channels_and_without_messages_there_is_nothing_to_do() {
    let mut nowhere = service();
    nowhere.channels.clear();
    let outcome = run(&nowhere, &request("refund")).await;
    assert_eq!(
        (outcome.requests, outcome.hits),
        (vec!["channels".to_owned()], vec![])
    );
    let outcome = run(
        &FakeService {
            channels: vec![7],
            ..FakeService::default()
        },
        &request("x"),
    )
    .await;
    assert_eq!(outcome.requests, ["channels", "Newest"]);
    assert_eq!(outcome.probe, None);
}

#[tokio::test(start_paused = true)]
async fn a_refused_text_does_not_affect_other_searches() {
    for (kind, is_reported) in [
        (ErrorKind::Config, false),
        (ErrorKind::Forbidden, true),
        (ErrorKind::NotFound, true),
    ] {
        let mut service = service();
        service.refused = vec![("search", kind)];
        let mut request = request("refund");
        request.probe = Some(SearchProbe {
            at: now(),
            support: SearchSupport::Available {
                newest: MessageId(50_002),
            },
        });
        let outcome = run(&service, &request).await;
        // By lists, accents are ignored too.
        assert_eq!(outcome.ids(), ["3#50001", "1#14", "1#12"], "{kind:?}");
        let is_refused = |probe: &SearchProbe| matches!(probe.support, SearchSupport::Refused(_));
        let probe = outcome.probe;
        assert_eq!(
            probe.as_ref().is_some_and(is_refused),
            is_reported,
            "{kind:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_that_ignores_the_filter_is_not_relied_on() {
    let mut service = service();
    service.ignores_filter = true;
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#14", "1#12"]);
    assert!(
        outcome.coverage().starts_with("first and last messages"),
        "{}",
        outcome.coverage()
    );
}

#[tokio::test(start_paused = true)]
async fn what_is_too_large_is_requested_in_smaller_windows() {
    let service = service();
    *service.failures.lock().unwrap() = vec![("search", [ErrorKind::TooLarge; 3].into())];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#12"]);
    assert_eq!(outcome.report.end, SearchEnd::Complete);
    assert_eq!(outcome.requests[5], "search 49690.. refund");
}

/// Above the newest message of an earlier search there may be far more than a window has.
#[tokio::test(start_paused = true)]
async fn the_newest_message_is_read_again_when_the_first_window_fails() {
    let service = service();
    *service.failures.lock().unwrap() = vec![("search", [ErrorKind::Network].into())];
    let mut request = request("refund");
    request.probe = Some(SearchProbe {
        at: now(),
        support: SearchSupport::Available {
            newest: MessageId(14),
        },
    });
    let outcome = run(&service, &request).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#12"]);
    assert_eq!(
        outcome.requests[1..4],
        ["search 0.. refund", "Newest", "search 45002.. refund"]
    );
}

#[tokio::test(start_paused = true)]
async fn the_first_requests_are_retried() {
    let service = service();
    let kinds = [ErrorKind::Network, ErrorKind::Forbidden];
    *service.failures.lock().unwrap() = vec![("channels", kinds.into()), ("me", kinds.into())];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["3#50001", "1#12"]);
    let mut mine = request("refund");
    mine.scope = Scope::Mine;
    assert_eq!(run(&service, &mine).await.ids(), ["1#12"]);
}

#[tokio::test(start_paused = true)]
async fn the_probe_is_reported_before_the_search() {
    let service = service();
    let (sender, mut updates) = tokio::sync::mpsc::channel(1);
    let request = request("refund");
    tokio::select! {
        biased;
        update = updates.recv() => {
            assert!(matches!(update, Some(SearchUpdate::Probed(_))), "{update:?}");
        }
        report = crate::sync::search::search(&service, &request, &sender) => panic!("{report:?}"),
    }
    assert_eq!(service.take_requests()[..2], ["channels", "Newest"]);
}

#[tokio::test(start_paused = true)]
async fn messages_that_cannot_be_read_are_left_out() {
    let mut unreadable = message(12, 40, "refund");
    unreadable.unreadable = Some("It broke".into());
    let messages = vec![
        message(11, 40, "refund"),
        unreadable,
        message(13, 40, "Bye"),
    ];
    let mut service = FakeService::new([(session(1, 40), messages)]);
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["1#11"]);
    assert_eq!(outcome.report.coverage.left_out.unreadable, 1);
    service.refused = vec![("Newest", ErrorKind::Forbidden)];
    let outcome = run(&service, &request("refund")).await;
    assert_eq!(outcome.ids(), ["1#11"]);
    assert_eq!(outcome.report.coverage.left_out.unreadable, 1);
}
