//! Keeping up: changed rows, watched sessions, removed messages, re-reading, number of events.

use super::*;
use crate::chat::{Session, Status};
use crate::sync::Coverage;

fn list_row(id: SessionId, last_message: &str) -> Session {
    Session {
        id,
        status: Status::CustomerLast,
        last_message: last_message.to_owned(),
        ..Session::default()
    }
}

fn numbered_messages(ids: std::ops::RangeInclusive<i64>) -> Vec<Message> {
    ids.map(|id| message(id, id)).collect()
}

fn completions(passed: &[(Duration, SyncEvent)], of: SessionId) -> Vec<(Duration, bool, usize)> {
    let ends = passed.iter().filter_map(|(at, event)| match event {
        SyncEvent::MessagesComplete {
            session,
            coverage: extent,
            messages,
            ..
        } if *session == of => Some((*at, *extent == Coverage::Full, messages.len())),
        _ => None,
    });
    ends.collect()
}

#[tokio::test(start_paused = true)]
async fn a_watched_session_is_pulled_when_its_row_moves() {
    let mut harness = start_poller(INTERVALS, |asked, before| match asked {
        ApiCall::List { .. } if before < 10 => {
            Reply::listing(vec![list_row(A, "one"), list_row(B, "x")], None)
        }
        ApiCall::List { .. } => Reply::listing(vec![list_row(A, "two"), list_row(B, "x")], None),
        _ => Reply::ok(),
    });
    harness.send(SyncCommand::SetWatched(vec![A, B]));
    harness.advance(s(29)).await;
    let before = harness.api.times(is_messages_call).len();
    let passed = harness.advance(s(2)).await;
    let ends = completions(&passed, A);
    assert_eq!(ends, [(s(30), true, 0)]);
    assert_eq!(harness.api.times(is_messages_call).len(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_pull_that_brings_nothing_new_wakes_the_screen_once() {
    for count in [5, 500] {
        let mut harness = start_poller(INTERVALS, move |asked, _| match asked {
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
        assert_eq!(passed.len(), pulls + lists, "{count}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_list_that_came_to_its_end_tells_what_is_gone() {
    let mut harness = start_poller(INTERVALS, |asked, before| match (asked, before) {
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
async fn a_long_session_is_read_again_after_a_minute_and_whenever_somebody_asks() {
    let mut harness = start_poller(INTERVALS, |asked, _| match asked {
        ApiCall::Messages { after, .. } => {
            Reply::pages(ms(1), [numbered_messages(after + 1..=100)])
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(ms(30_500)).await;
    harness.send(SyncCommand::Refresh);
    harness.advance(ms(400_000)).await;
    let log = harness.api.log();
    let from_start = log.iter().filter_map(|(at, asked)| match asked {
        ApiCall::Messages { after: 0, .. } => Some(at.as_secs()),
        _ => None,
    });
    // The user may refresh at any time; automatic re-reads are a minute after opening, then every five.
    let from_start: Vec<_> = from_start.collect();
    assert_eq!(from_start[..3], [0, 30, 60]);
    assert!((360..=362).contains(&from_start[3]), "{from_start:?}");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_is_asked_for_seldom_and_at_once_when_it_goes_on() {
    let ended = Session {
        status: Status::Closed,
        ..list_row(A, "bye")
    };
    let mut harness = start_poller(INTERVALS, move |asked, before| match asked {
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
async fn what_is_not_asked_for_by_itself_is_asked_for_when_somebody_does() {
    let mut harness = start_poller(NO_POLLING, |asked, before| match asked {
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
    let told = harness.connection_states(s(9_000), Feed::List).await;
    assert!(
        matches!(
            &told[..],
            [ConnectionState::Retrying { .. }, ConnectionState::Live]
        ),
        "{told:?}"
    );
    assert_eq!(harness.api.times(is_messages_call)[2..], [s(9_000); 2]);
    for attended in [false, true] {
        harness.send(SyncCommand::SetFocused(attended));
    }
    let before = harness.api.log().len();
    assert_eq!(harness.advance(s(9_000)).await.len(), 0);
    assert_eq!(harness.api.log().len(), before);
}

#[tokio::test(start_paused = true)]
async fn a_list_alone_tells_when_the_open_session_moves() {
    let listed = PollIntervals {
        list: INTERVALS.list,
        ..NO_POLLING
    };
    let mut harness = start_poller(listed, |asked, before| match asked {
        ApiCall::List { .. } if before < 10 => Reply::listing(vec![list_row(A, "one")], None),
        ApiCall::List { .. } => Reply::listing(vec![list_row(A, "two")], None),
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(s(60)).await;
    assert_eq!(harness.api.times(is_messages_call), [s(0), s(30)]);
}
