//! A service that no longer has what it had: everything is read again at once. And what a pull costs
//! where messages are big.

use super::*;
use crate::sync::PullExtent;

/// When messages were requested, and after which id.
fn pulls(harness: &PollerHarness) -> Vec<(Duration, i64)> {
    let log = harness.api.log().into_iter();
    log.filter_map(|(at, call)| match call {
        ApiCall::Messages { after, .. } => Some((at, after)),
        _ => None,
    })
    .collect()
}

fn extents(passed: &[(Duration, SyncEvent)]) -> Vec<PullExtent> {
    let ends = passed.iter().filter_map(|(_, event)| match event {
        SyncEvent::MessagesComplete { extent, .. } => Some(*extent),
        _ => None,
    });
    ends.collect()
}

#[tokio::test(start_paused = true)]
async fn a_session_that_lacks_what_it_had_is_read_from_its_start_at_once() {
    let lower = || numbered_messages(93..=95);
    let reused = || vec![message(99, 99), message(100, 500), message(101, 501)];
    for odd in [Vec::new(), lower(), reused()] {
        let is_reused = odd.len() == 3 && odd[2].id.0 > 100;
        let mut harness = start_poller(INTERVALS, move |call, before| match (call, before) {
            (ApiCall::Messages { .. }, 0) => Reply::pages(ms(0), [numbered_messages(1..=100)]),
            (ApiCall::Messages { .. }, 1) => Reply::pages(ms(0), [odd.clone()]),
            (ApiCall::Messages { after, .. }, _) => {
                Reply::pages(ms(0), [numbered_messages(after + 1..=95)])
            }
            _ => Reply::ok(),
        });
        harness.open(A);
        let passed = harness.advance(ms(2500)).await;
        let expected = [(s(0), 0), (s(1), 92), (s(1), 0), (s(2), 87)];
        assert_eq!(pulls(&harness), expected, "{is_reused}");
        let [full, tail] = [PullExtent::Full, PullExtent::Tail];
        assert_eq!(extents(&passed), [full, tail, full, tail]);
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_that_comes_with_two_times_is_no_reason_to_read_again() {
    for (first, second) in [(500, 100), (100, 500)] {
        let twice = [message(100, first), message(100, second)];
        let mut harness = start_poller(INTERVALS, move |call, _| match call {
            ApiCall::Messages { after, .. } => {
                let mut all = numbered_messages(after + 1..=99);
                all.extend(twice.clone());
                Reply::pages(ms(0), [all])
            }
            _ => Reply::ok(),
        });
        harness.open(A);
        harness.advance(ms(3500)).await;
        assert_eq!(
            pulls(&harness),
            [(s(0), 0), (s(1), 92), (s(2), 92), (s(3), 92)]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn one_empty_response_removes_nothing_and_two_of_a_reread_do() {
    // A short session is always read from its start.
    for (second, expected) in [
        (numbered_messages(1..=4), PullExtent::Full),
        (Vec::new(), PullExtent::Full),
    ] {
        let mut harness = start_poller(INTERVALS, move |call, before| match (call, before) {
            (ApiCall::Messages { .. }, 0) => Reply::pages(ms(0), [numbered_messages(1..=4)]),
            (ApiCall::Messages { .. }, 1) => Reply::ok(),
            (ApiCall::Messages { .. }, _) => Reply::pages(ms(0), [second.clone()]),
            _ => Reply::ok(),
        });
        harness.open(A);
        let passed = harness.advance(ms(1500)).await;
        assert_eq!(pulls(&harness), [(s(0), 0), (s(1), 0), (s(1), 0)]);
        assert_eq!(
            extents(&passed),
            [PullExtent::Full, PullExtent::Tail, expected]
        );
    }
    // Repeated responses without a list: the messages stay, and are reported as missing.
    let mut harness = start_poller(INTERVALS, |call, before| match (call, before) {
        (ApiCall::Messages { .. }, 0) => Reply::pages(ms(0), [numbered_messages(1..=100)]),
        (ApiCall::Messages { .. }, _) => Reply::not_a_list(),
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(ms(1500)).await;
    let expected = [PullExtent::Full, PullExtent::Tail, PullExtent::Empty];
    assert_eq!(extents(&passed), expected);
}

#[tokio::test(start_paused = true)]
async fn big_messages_are_transferred_once_between_two_rereads() {
    let images = || {
        let mut messages = numbered_messages(1..=20);
        for message in &mut messages[14..18] {
            message.raw = "x".repeat(1 << 20).into();
        }
        messages
    };
    let mut harness = start_poller(INTERVALS, move |call, _| match call {
        ApiCall::Messages { after, .. } => {
            let above = images().into_iter().filter(|message| message.id.0 > *after);
            Reply::pages(ms(0), [above.collect()])
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(ms(59_500)).await;
    let pulls = pulls(&harness);
    assert_eq!((pulls[0], pulls.len()), ((s(0), 0), 60));
    assert!(
        pulls[1..].iter().all(|(_, after)| *after == 18),
        "{pulls:?}"
    );
    let tails = extents(&passed)[1..]
        .iter()
        .all(|it| *it == PullExtent::Tail);
    assert!(tails);
}

#[tokio::test(start_paused = true)]
async fn an_empty_response_is_normal_where_nothing_is_requested_again() {
    let big = || {
        let mut messages = numbered_messages(1..=3);
        messages[2].raw = "x".repeat(1 << 20).into();
        messages
    };
    let mut harness = start_poller(INTERVALS, move |call, _| match call {
        ApiCall::Messages { after, .. } => {
            let above = big().into_iter().filter(|message| message.id.0 > *after);
            Reply::pages(ms(0), [above.collect()])
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(ms(3500)).await;
    assert_eq!(
        pulls(&harness),
        [(s(0), 0), (s(1), 3), (s(2), 3), (s(3), 3)]
    );
    // What is the same is reported once.
    assert_eq!(extents(&passed), [PullExtent::Full, PullExtent::Tail]);
}
