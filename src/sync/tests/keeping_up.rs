//! Keeping up: changed rows, watched sessions, removed messages, re-reading, number of events.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::*;
use crate::chat::{Session, Status};
use crate::sync::PullExtent;

fn list_row(id: SessionId, last_message: &str) -> Session {
    Session {
        id,
        status: Status::CustomerLast,
        last_message: last_message.to_owned(),
        ..Session::default()
    }
}

fn completions(passed: &[(Duration, SyncEvent)], of: SessionId) -> Vec<(Duration, bool, usize)> {
    let ends = passed.iter().filter_map(|(at, event)| match event {
        SyncEvent::MessagesComplete {
            session,
            extent,
            messages,
            ..
        } if *session == of => Some((*at, *extent == PullExtent::Full, messages.len())),
        _ => None,
    });
    ends.collect()
}

/// Each event wakes the thread that draws.
#[tokio::test(start_paused = true)]
async fn pulls_with_nothing_new_cause_one_event_between_two_lists() {
    for count in [5, 500] {
        let mut harness = start_poller(INTERVALS, move |call, _| match call {
            ApiCall::Messages { after, .. } => {
                Reply::pages(ms(1), [numbered_messages(after + 1..=count)])
            }
            _ => Reply::ok(),
        });
        harness.open(A);
        harness.advance(ms(900)).await;
        let pulls = harness.api.times(is_messages_call).len();
        let lists = harness.api.times(is_list_call).len();
        let passed = harness.advance(s(50)).await;
        let pulls = harness.api.times(is_messages_call).len() - pulls;
        let lists = harness.api.times(is_list_call).len() - lists;
        assert_eq!((pulls, lists), (50, 16));
        assert_eq!(passed.len(), 1 + lists + lists, "{count}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_complete_list_shows_what_is_gone() {
    let mut harness = start_poller(INTERVALS, |call, before| match (call, before) {
        (ApiCall::Messages { .. }, 0) => Reply::pages(ms(1), [numbered_messages(1..=4)]),
        (ApiCall::Messages { .. }, 1) => Reply::not_a_list(),
        (ApiCall::Messages { .. }, 2) => {
            Reply::pages(ms(1), [numbered_messages(1..=2)]).truncated()
        }
        (ApiCall::Messages { .. }, _) => Reply::pages(ms(1), [numbered_messages(1..=3)]),
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(ms(3900)).await;
    let whole: Vec<_> = completions(&passed, A)
        .iter()
        .map(|end| (end.1, end.2))
        .collect();
    assert_eq!(whole[..3], [(true, 0), (false, 0), (true, 3)]);
}

#[tokio::test(start_paused = true)]
async fn all_of_many_new_sessions_are_listed_within_two_intervals() {
    let newest = Arc::new(AtomicI64::new(1050));
    let mut harness = start_poller_limited(INTERVALS, 4.0, 1, {
        let newest = Arc::clone(&newest);
        move |call, _| match call {
            ApiCall::List {
                scope: Scope::All,
                below,
            } => {
                let last = below.map_or(newest.load(Ordering::SeqCst), |below| below.0 - 1);
                let first = (last - 99).max(1);
                let next = (first <= last).then_some(SessionId(first));
                let ids = (first..=last).rev();
                Reply::listing(ids.map(|id| list_row(SessionId(id), "")).collect(), next)
            }
            _ => Reply::ok(),
        }
    });
    harness.send(SyncCommand::SetScope(Scope::All));
    harness.advance(s(10)).await;
    for new in [150, 100, 101, 450] {
        let before = newest.fetch_add(new, Ordering::SeqCst);
        let mut listed = HashSet::new();
        for (_, event) in harness.advance(s(6)).await {
            if let SyncEvent::SessionsListed { listing, .. } = event {
                listed.extend(listing.sessions.iter().map(|session| session.id.0));
            }
        }
        let missing: Vec<_> = (before + 1..=before + new)
            .filter(|id| !listed.contains(id))
            .collect();
        assert_eq!(missing, Vec::<i64>::new(), "of {new}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_ended_session_is_polled_rarely_and_at_once_when_reopened() {
    let ended = Session {
        status: Status::Closed,
        ..list_row(A, "bye")
    };
    let mut harness = start_poller(INTERVALS, move |call, before| match call {
        ApiCall::List { .. } if before < 20 => Reply::listing(vec![ended.clone()], None),
        ApiCall::List { .. } => Reply::listing(vec![list_row(A, "one more thing")], None),
        _ => Reply::ok(),
    });
    harness.advance(ms(100)).await;
    harness.open(A);
    harness.advance(s(70)).await;
    let times: Vec<_> = harness
        .api
        .times(is_messages_call)
        .iter()
        .map(Duration::as_secs)
        .collect();
    // The first list response came before it was opened; the twentieth comes at 60 s.
    assert_eq!(times[..6], [0, 1, 2, 3, 18, 33]);
    assert!(times.contains(&60) && times.contains(&61), "{times:?}");
}

const NO_POLLING: PollIntervals = PollIntervals {
    open_session: None,
    list: None,
};

#[tokio::test(start_paused = true)]
async fn without_intervals_only_the_user_causes_requests() {
    let mut harness = start_poller(NO_POLLING, |call, before| match call {
        ApiCall::List { .. } if before == 1 => Reply::fault(ErrorKind::Network),
        _ => Reply::ok(),
    });
    harness.send(SyncCommand::SetWatched(vec![A, B]));
    harness.open(A);
    harness.advance(s(9_000)).await;
    let log = harness.api.log();
    let late: Vec<_> = log.iter().filter(|(at, _)| *at > s(3)).collect();
    assert_eq!(late, Vec::<&(Duration, ApiCall)>::new());
    assert_eq!(harness.api.times(is_messages_call).len(), 2, "{log:?}");
    assert_eq!(harness.api.times(is_list_call).len(), 1, "{log:?}");
    // What the user requests is retried until it succeeds, then not repeated.
    harness.send(SyncCommand::Refresh);
    let states = harness.connection_states(s(9_000), Feed::List).await;
    assert!(
        matches!(
            &states[..],
            [ConnectionState::Retrying { .. }, ConnectionState::Live]
        ),
        "{states:?}"
    );
    assert_eq!(harness.api.times(is_messages_call)[2..], [s(9_000); 2]);
    for is_focused in [false, true] {
        harness.send(SyncCommand::SetFocused(is_focused));
    }
    let before = harness.api.log().len();
    assert_eq!(harness.advance(s(9_000)).await.len(), 0);
    assert_eq!(harness.api.log().len(), before);
}

#[tokio::test(start_paused = true)]
async fn with_a_list_interval_alone_a_changed_row_pulls_the_open_session() {
    let listed = PollIntervals {
        list: INTERVALS.list,
        ..NO_POLLING
    };
    let mut harness = start_poller(listed, |call, before| match call {
        ApiCall::List { .. } if before < 10 => Reply::listing(vec![list_row(A, "one")], None),
        ApiCall::List { .. } => Reply::listing(vec![list_row(A, "two")], None),
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(s(60)).await;
    assert_eq!(harness.api.times(is_messages_call), [s(0), s(30)]);
}
