//! Thousands of sessions: few requests, no row is late, and the user never waits for the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use crate::chat::{Session, Status};

use super::*;

const SESSIONS: i64 = 3000;
/// Enough that some always wait.
const CHANGING_SESSIONS: i64 = 200;

#[tokio::test(start_paused = true)]
async fn three_thousand_live_sessions_take_three_requests_a_second_and_no_row_is_late() {
    let said = Arc::new(Mutex::new(HashMap::<i64, u64>::new()));
    let mut harness = start_poller_limited(INTERVALS, 4.0, 1, {
        let said = Arc::clone(&said);
        move |call, _| match call {
            ApiCall::List { .. } => {
                let said = said.lock().unwrap();
                let row = |id: i64| Session {
                    id: SessionId(id),
                    status: Status::CustomerLast,
                    last_message: said.get(&id).copied().unwrap_or_default().to_string(),
                    ..Session::default()
                };
                Reply::listing((1..=SESSIONS).map(row).collect(), None).with_delay(ms(80))
            }
            _ => Reply::ok().with_delay(ms(40)),
        }
    });
    harness.send(SyncCommand::SetWatched(
        (1..=SESSIONS).map(SessionId).collect(),
    ));
    harness.open(A);
    let mut random = fastrand::Rng::with_seed(1);
    let mut waiting = HashMap::new();
    let mut said_so_far = 0;
    let end = s(120);
    let mut shown = 0;
    while harness.api.elapsed() < end {
        // Every 50 ms some customers write, none of them twice before the first message is shown.
        for _ in 0..random.u32(0..4) {
            let id = random.i64(1..=SESSIONS);
            if let std::collections::hash_map::Entry::Vacant(free) = waiting.entry(id) {
                said_so_far += 1;
                said.lock().unwrap().insert(id, said_so_far);
                free.insert((said_so_far, harness.api.elapsed()));
            }
        }
        for (at, event) in harness.advance(ms(50)).await {
            let SyncEvent::SessionsListed { listing, .. } = event else {
                continue;
            };
            waiting.retain(|id, (number, since)| {
                let place = usize::try_from(*id - 1).unwrap();
                let is_shown = listing.sessions[place].last_message == number.to_string();
                shown += usize::from(is_shown);
                assert!(
                    at.abs_diff(*since) <= INTERVALS.list.unwrap() * 2,
                    "session {id} came late"
                );
                !is_shown
            });
        }
    }
    assert!(shown > 2000, "{shown}");
    let requests = assert_four_a_second(&harness);
    assert!(requests <= 3 * 120, "{requests}");
    let pulled = harness.api.times(is_messages_call).len() - 120;
    assert!(pulled > 60, "{pulled} pulls of what is only watched");
    let opened = |call: &ApiCall| matches!(call, ApiCall::Messages { session: A, .. });
    assert!(
        harness.api.times(opened).len() >= 118,
        "the user does not wait"
    );
}

/// Watches sessions all of which change all the time.
fn start_with_all_changing(max_per_second: f64) -> PollerHarness {
    let harness = start_poller_limited(INTERVALS, max_per_second, 1, |call, before| match call {
        ApiCall::List { .. } => {
            let row = |id: i64| Session {
                id: SessionId(id),
                status: Status::CustomerLast,
                last_message: before.to_string(),
                ..Session::default()
            };
            Reply::listing((1..=CHANGING_SESSIONS).map(row).collect(), None)
        }
        _ => Reply::ok().with_delay(ms(40)),
    });
    let watched = (1..=CHANGING_SESSIONS).map(SessionId).collect();
    harness.send(SyncCommand::SetWatched(watched));
    harness
}

#[tokio::test(start_paused = true)]
async fn opening_a_session_never_waits_behind_requests_of_low_priority() {
    for max_per_second in [2.0, 4.0, 10.0] {
        let mut harness = start_with_all_changing(max_per_second);
        harness.advance(s(60)).await;
        let before = harness.api.times(is_messages_call).len();
        assert!(before >= 30, "only {before} pulls of low priority");
        // Nothing the user requested is in the last second.
        while *harness.api.times(is_list_call).last().unwrap() + s(1) > harness.api.elapsed() {
            harness.advance(ms(50)).await;
        }
        harness.open(SessionId(CHANGING_SESSIONS + 1));
        let opened_at = harness.api.elapsed();
        harness.advance(ms(500)).await;
        let of_opened = |call: &ApiCall| matches!(call, ApiCall::Messages { session, .. } if session.0 > CHANGING_SESSIONS);
        assert_eq!(
            harness.api.times(of_opened)[0],
            opened_at,
            "{max_per_second}"
        );
    }
}
