//! Failures one after the other: every message arrives in the end.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::demo::RetryAfter;
use tokio::time::Instant;

use super::*;

/// Limit on the time until everything has arrived after the last failure.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(25);

#[tokio::test]
async fn every_message_arrives_after_six_kinds_of_failure_twice_each() {
    let (service, session, mut harness) = open_busiest_session().await;
    let kinds = [
        (Failure::Truncated, "Truncated or damaged"),
        (Failure::Garbage, "sent something other than"),
        (Failure::SignInPage, "sent a web page"),
        (Failure::Status(500), "Server error (500)"),
        (
            Failure::Busy(503, RetryAfter::Seconds(1)),
            "Service unavailable (503)",
        ),
        (Failure::Reset, "Connection reset by"),
    ];
    let ids = |app: &App| {
        shown_messages(app)
            .into_iter()
            .map(|(id, ..)| id)
            .collect::<BTreeSet<_>>()
    };
    let mut last = Instant::now();
    for round in 0..2 {
        for (failure, words) in &kinds {
            let before = ids(&harness.app);
            let reported = harness.connection_states.len();
            // After a lost connection the client sends the request once more by itself.
            let count = if *words == "Connection reset by" {
                2
            } else {
                1
            };
            service.add_fault(Fault::next(count, failure.clone()).on("Messages"));
            let text = format!("during {failure:?}, round {round}");
            let posted = service.post(session.0, NewMessage::from_customer(&text));
            let is_reported = |harness: &ViewerHarness| {
                assert!(
                    ids(&harness.app).is_superset(&before),
                    "the text on the screen stays"
                );
                harness.connection_states[reported..].iter().any(|(feed, state)| {
                    let is_retried = matches!(state, ConnectionState::Retrying { why, .. } if why.contains(words));
                    is_retried && *feed == Feed::Messages
                })
            };
            harness
                .wait_until_harness("the reason is shown", is_reported)
                .await;
            last = Instant::now();
            harness.wait_for_message(posted).await;
        }
    }
    harness.wait_until("all is well", is_live).await;
    harness.assert_complete(&service, session);
    assert!(last.elapsed() < CATCH_UP_TIMEOUT, "{:?}", last.elapsed());
}
