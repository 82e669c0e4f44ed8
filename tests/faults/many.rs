//! Faults one after the other, and everything arrives.

use std::collections::BTreeSet;
use std::time::Duration;

use sochat::demo::RetryAfter;
use tokio::time::Instant;

use super::*;
use stand::{held, holds, is_live, shown};

/// The longest that anything may be missing after the last fault.
const CAUGHT_UP: Duration = Duration::from_secs(25);

#[tokio::test]
async fn six_kinds_of_fault_twice_each_and_every_message_arrives() {
    let service = story().await;
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    let kinds = [
        (Failure::Cut, "was cut short or damaged"),
        (Failure::Garbage, "sent something that is not"),
        (Failure::SignInPage, "sent a web page"),
        (Failure::Status(500), "failed to give us"),
        (
            Failure::Busy(503, RetryAfter::Seconds(1)),
            "is not available now",
        ),
        (Failure::Reset, "broke"),
    ];
    let ids = |app: &App| {
        shown(app)
            .into_iter()
            .map(|(id, ..)| id)
            .collect::<BTreeSet<_>>()
    };
    let mut last = Instant::now();
    for round in 0..2 {
        for (failure, words) in &kinds {
            let before = ids(&stand.app);
            let told = stand.links.len();
            service.fail(Fault::next(1, failure.clone()).on("Messages"));
            let text = format!("during {failure:?}, round {round}");
            let posted = service.post(session.0, Post::from_customer(&text));
            let is_told = |stand: &Stand| {
                assert!(
                    ids(&stand.app).is_superset(&before),
                    "the text on the screen stays"
                );
                stand.links[told..].iter().any(|(lane, link)| {
                    let told = matches!(link, ConnectionState::Retrying { why, .. } if why.contains(words));
                    told && *lane == Feed::Messages
                })
            };
            stand.until_so("the reason is told", is_told).await;
            last = Instant::now();
            stand.until("the message comes", holds(posted)).await;
        }
    }
    stand.until("all is well", is_live).await;
    assert_eq!(shown(&stand.app), held(&service, session));
    assert!(last.elapsed() < CAUGHT_UP, "{:?}", last.elapsed());
}
