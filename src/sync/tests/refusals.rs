//! Refusals: sessions that are not there or not ours to read, and feeds that are refused.

use super::*;
use crate::chat::Session;

/// When a session was reported as unavailable.
fn unavailable_times(passed: &[(Duration, SyncEvent)]) -> Vec<Duration> {
    let of_a = |event: &SyncEvent| {
        let why = "it broke".to_owned();
        *event == SyncEvent::SessionUnavailable { session: A, why }
    };
    let reported = passed.iter().filter(|(_, event)| of_a(event));
    reported.map(|(at, _)| *at).collect()
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_not_there_is_no_failure_of_the_connection_and_requested_every_minute() {
    for kind in [ErrorKind::NotFound, ErrorKind::Forbidden] {
        let mut harness = start_poller(INTERVALS, failing(0..3, kind));
        harness.open(A);
        let passed = harness.advance(ms(69_500)).await;
        let failed = |event: &SyncEvent| matches!(event, SyncEvent::ConnectionChanged { .. });
        assert!(!passed.iter().any(|(_, event)| failed(event)), "{kind:?}");
        // A repeated request is made a little early, together with another.
        assert_eq!(unavailable_times(&passed), [s(0), s(57)]);
        assert_eq!(harness.api.times(is_messages_call), [s(0), s(57)]);
        assert_eq!(harness.api.times(is_list_call).len(), 24);
        harness.send(SyncCommand::Refresh);
        harness.advance(s(60)).await;
        let times = harness.api.times(is_messages_call);
        assert_eq!(times[2..4], [ms(69_500), ms(126_500)]);
        let states = harness.connection_states(s(3), Feed::Messages).await;
        assert_eq!(states[0], ConnectionState::Live, "it is there");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_not_there_is_requested_when_its_row_changes() {
    let mut harness = start_poller(INTERVALS, |call, before| match call {
        ApiCall::Messages { .. } => Reply::fault(ErrorKind::NotFound),
        ApiCall::List { .. } => {
            let row = |last_message: &str| Session {
                id: A,
                last_message: last_message.to_owned(),
                ..Session::default()
            };
            // Listed from 9 s on, changed at 18 s.
            let rows = match before {
                0..3 => vec![],
                3..6 => vec![row("one")],
                _ => vec![row("two")],
            };
            Reply::listing(rows, None)
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(s(30)).await;
    assert_eq!(harness.api.times(is_messages_call), [s(0), s(9), s(18)]);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_does_not_exist_is_reported_although_its_messages_are_an_empty_list() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Session(_) => Reply::fault(ErrorKind::NotFound),
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.send(SyncCommand::FetchSession(A));
    let passed = harness.advance(s(70)).await;
    assert_eq!(unavailable_times(&passed), [s(0), s(57)]);
    harness.open(B);
    harness.advance(s(120)).await;
    let fetches = harness.api.times(|call| *call == ApiCall::Session(A));
    assert_eq!(fetches, [s(0), s(57)], "not once another is open");
}

#[tokio::test(start_paused = true)]
async fn no_refusal_stops_a_feed_for_good() {
    // Also 400 and 409 on the list.
    for kind in [ErrorKind::Config, ErrorKind::NotFound] {
        let mut harness = start_poller(INTERVALS, move |call, before| match call {
            ApiCall::List { .. } if before < 30 => Reply::fault(kind),
            _ => Reply::ok(),
        });
        let states = harness.connection_states(s(700), Feed::List).await;
        let retries = states.iter().take_while(
            |state| matches!(state, ConnectionState::Retrying { after, .. } if *after <= s(20)),
        );
        assert_eq!(retries.count(), 30, "{states:?}");
        assert_eq!(states[30], ConnectionState::Live);
    }
    let mut harness = start_poller(INTERVALS, failing(0..1, ErrorKind::Config));
    harness.open(A);
    let states = harness.connection_states(s(2), Feed::Messages).await;
    assert!(
        matches!(
            &states[..2],
            [ConnectionState::Retrying { .. }, ConnectionState::Live]
        ),
        "{states:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_messages_are_known_is_not_given_up_for_one_refusal() {
    for (refusals, reported) in [(1..2, 0), (1..9, 7)] {
        let wanted = refusals.len();
        let mut harness = start_poller(INTERVALS, move |call, before| match call {
            ApiCall::Messages { .. } if refusals.contains(&before) => {
                Reply::fault(ErrorKind::NotFound)
            }
            ApiCall::Messages { after, .. } => {
                Reply::pages(ms(0), [numbered_messages(after + 1..=100)])
            }
            _ => Reply::ok(),
        });
        harness.open(A);
        let passed = harness.advance(s(7 * 60)).await;
        assert_eq!(unavailable_times(&passed).len(), reported, "{wanted}");
        let times = harness.api.times(is_messages_call);
        let gaps: Vec<_> = times
            .windows(2)
            .map(|pair| pair[1].abs_diff(pair[0]))
            .collect();
        for (gap, most) in gaps[1..].iter().zip([1, 1, 2, 60, 60]).take(wanted) {
            assert!(*gap <= s(most), "{gaps:?}");
        }
    }
}
