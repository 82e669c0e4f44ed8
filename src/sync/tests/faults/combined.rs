//! Failures one after the other: every message arrives in the end.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::demo::RetryAfter;
use tokio::time::Instant;

use super::*;
use crate::sync::tests::live::harness::{has_message, is_live, shown_messages, stored_messages};

/// Limit on the time until everything has arrived after the last failure.
const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(25);

#[tokio::test]
async fn six_kinds_of_fault_twice_each_and_every_message_arrives() {
    let service = start_service().await;
    let session = busiest_session(&service);
    let mut harness =
        ViewerHarness::open_caught_up(&service, session, HarnessOptions::default()).await;
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
            let told = harness.connection_states.len();
            service.add_fault(Fault::next(1, failure.clone()).on("Messages"));
            let text = format!("during {failure:?}, round {round}");
            let posted = service.post(session.0, NewMessage::from_customer(&text));
            let is_told = |harness: &ViewerHarness| {
                assert!(
                    ids(&harness.app).is_superset(&before),
                    "the text on the screen stays"
                );
                harness.connection_states[told..].iter().any(|(lane, link)| {
                    let told = matches!(link, ConnectionState::Retrying { why, .. } if why.contains(words));
                    told && *lane == Feed::Messages
                })
            };
            harness
                .wait_until_harness("the reason is told", is_told)
                .await;
            last = Instant::now();
            harness
                .wait_until("the message comes", has_message(posted))
                .await;
        }
    }
    harness.wait_until("all is well", is_live).await;
    assert_eq!(
        shown_messages(&harness.app),
        stored_messages(&service, session)
    );
    assert!(last.elapsed() < CATCH_UP_TIMEOUT, "{:?}", last.elapsed());
}
