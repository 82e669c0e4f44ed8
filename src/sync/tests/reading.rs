//! Reading messages: cursors, pages as they arrive, sessions left early, and a slow receiver.

use super::*;

/// The ids of a session, page by page, with the time of each page.
fn arrived_pages(passed: &[(Duration, SyncEvent)], of: SessionId) -> Vec<(Duration, Vec<i64>)> {
    let pages = passed.iter().filter_map(|(at, event)| match event {
        SyncEvent::MessagesArrived {
            session, messages, ..
        }
        | SyncEvent::MessagesComplete {
            session, messages, ..
        } if *session == of && !messages.is_empty() => {
            Some((*at, messages.iter().map(|message| message.id.0).collect()))
        }
        _ => None,
    });
    pages.collect()
}

#[tokio::test(start_paused = true)]
async fn every_pull_but_the_first_begins_at_the_cursor_less_the_overlap() {
    let mut harness = start_poller(INTERVALS, |call, before| match call {
        ApiCall::Messages { after, .. } => {
            let newest = if before < 2 { 20 } else { 25 };
            Reply::pages(Duration::ZERO, [numbered_messages(after + 1..=newest)])
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(ms(3500)).await;
    let after: Vec<_> = harness
        .api
        .log()
        .into_iter()
        .filter_map(|(_, call)| match call {
            ApiCall::Messages { after, .. } => Some(after),
            _ => None,
        })
        .collect();
    assert_eq!(after, [0, 12, 12, 17]);
}

#[tokio::test(start_paused = true)]
async fn pages_are_reported_while_the_download_runs() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Messages { .. } => Reply::pages(
            s(1),
            [
                numbered_messages(1..=2),
                numbered_messages(3..=4),
                numbered_messages(5..=5),
            ],
        ),
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(ms(3500)).await;
    let expected = [(s(1), vec![1, 2]), (s(2), vec![3, 4]), (s(3), vec![5])];
    assert_eq!(arrived_pages(&passed, A), expected);
    let ends: Vec<_> = passed
        .iter()
        .filter(|(_, event)| matches!(event, SyncEvent::MessagesComplete { session: A, .. }))
        .map(|(at, _)| *at)
        .collect();
    assert_eq!(ends, [s(3)]);
}

#[tokio::test(start_paused = true)]
async fn opening_another_session_cancels_the_download_of_the_one_before() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Messages { session: A, .. } => {
            Reply::pages(s(1), (1..=60).map(|id| numbered_messages(id..=id)))
        }
        ApiCall::Messages { .. } => Reply::pages(Duration::ZERO, [numbered_messages(101..=103)]),
        _ => Reply::ok(),
    });
    harness.open(A);
    let first = harness.advance(ms(2500)).await;
    assert_eq!(arrived_pages(&first, A), [(s(1), vec![1]), (s(2), vec![2])]);
    assert_eq!(harness.api.open_streams(), 1);
    harness.open(B);
    let second = harness.advance(ms(400)).await;
    assert_eq!(harness.api.open_streams(), 0);
    assert_eq!(arrived_pages(&second, A), []);
    assert_eq!(arrived_pages(&second, B), [(ms(2500), vec![101, 102, 103])]);
    // A session not read to its end is read from its start.
    harness.open(A);
    harness.advance(ms(100)).await;
    let mut log = harness.api.log().into_iter().map(|(_, call)| call);
    let last = log.rfind(is_messages_call).unwrap();
    let (session, after) = (A, 0);
    assert_eq!(last, ApiCall::Messages { session, after });
}

#[tokio::test(start_paused = true)]
async fn a_page_still_queued_when_another_session_is_opened_still_has_its_own_session() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Messages { session: A, .. } => {
            Reply::pages(Duration::ZERO, [numbered_messages(1..=3)])
        }
        ApiCall::Messages { .. } => Reply::pages(Duration::ZERO, [numbered_messages(101..=103)]),
        _ => Reply::ok(),
    });
    // From now on only the messages feed reports events.
    harness.advance(s(1)).await;
    harness.open(A);
    tokio::time::sleep(ms(10)).await;
    harness.open(B);
    let passed = harness.advance(ms(500)).await;
    for (_, event) in &passed {
        if let SyncEvent::MessagesArrived {
            session, messages, ..
        } = event
        {
            let ours = |message: &Message| (message.id.0 > 100) == (*session == B);
            assert!(messages.iter().all(ours), "{event:?}");
        }
    }
    assert_eq!(arrived_pages(&passed, A).len(), 1);
    assert_eq!(arrived_pages(&passed, B).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_takes_nothing_slows_the_download_and_loses_nothing() {
    let mut harness = start_poller(INTERVALS, |call, before| match call {
        ApiCall::Messages { .. } if before == 0 => Reply::pages(
            Duration::ZERO,
            (1..=500).map(|id| numbered_messages(id..=id)),
        ),
        _ => Reply::ok(),
    });
    harness.advance(s(1)).await;
    harness.open(A);
    tokio::time::sleep(s(60)).await;
    assert!(
        harness.api.pages_fetched() <= 3,
        "{}",
        harness.api.pages_fetched()
    );
    let passed = harness.advance(s(1)).await;
    let ids: Vec<_> = arrived_pages(&passed, A)
        .into_iter()
        .flat_map(|(_, ids)| ids)
        .collect();
    assert_eq!(ids, (1..=500).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_truncated_download_reports_what_arrived_and_is_repeated() {
    let mut harness = start_poller(INTERVALS, |call, before| match call {
        ApiCall::Messages { .. } if before == 0 => {
            Reply::pages(Duration::ZERO, [numbered_messages(1..=3)]).truncated()
        }
        ApiCall::Messages { after, .. } => {
            Reply::pages(Duration::ZERO, [numbered_messages(after + 1..=6)])
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(ms(800)).await;
    let pages: Vec<_> = arrived_pages(&passed, A)
        .into_iter()
        .map(|(_, ids)| ids)
        .collect();
    assert_eq!(pages, [vec![1, 2, 3], vec![1, 2, 3, 4, 5, 6]]);
    let later = |event: &SyncEvent| match event {
        SyncEvent::MessagesArrived { request_id, .. }
        | SyncEvent::MessagesComplete { request_id, .. } => Some(*request_id),
        _ => None,
    };
    let numbers: Vec<_> = passed
        .iter()
        .filter_map(|(_, event)| later(event))
        .collect();
    assert!(numbers[0] < numbers[1], "{numbers:?}");
}

#[tokio::test(start_paused = true)]
async fn a_message_that_changes_is_reported_at_once() {
    let mut harness = start_poller(INTERVALS, |call, before| match call {
        ApiCall::Messages { after, .. } => {
            let mut messages = numbered_messages(after + 1..=20);
            if let Some(last) = messages.last_mut() {
                last.read_by_customer = before >= 5;
            }
            Reply::pages(Duration::ZERO, [messages])
        }
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(s(20)).await;
    let mut read = passed.iter().filter_map(|(at, event)| match event {
        SyncEvent::MessagesComplete { messages, .. } => {
            let last = messages.last()?;
            last.read_by_customer.then_some(*at)
        }
        _ => None,
    });
    assert_eq!(read.next(), Some(harness.api.times(is_messages_call)[5]));
}
