//! A pause that the service asks for is kept to the second, whatever is asked meanwhile.

use std::time::Duration;

use sochat::app::command::Command;
use sochat::demo::RetryAfter;

use super::*;
use stand::{holds, is_live};

const PAUSE: Duration = Duration::from_secs(4);

/// A question put before the refusal had come to us may still arrive after it was made.
const ON_ITS_WAY: Duration = Duration::from_millis(150);

async fn nothing_is_asked_for_four_seconds(status: u16, retry: RetryAfter) {
    let service = story().await;
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    service.fail(Fault::next(1, Failure::Busy(status, retry)).on("Messages"));
    let asked = service.requests().len();
    let retrying = |app: &App| {
        let freshness = app.status().freshness(Feed::Messages, app.local_now());
        matches!(freshness, Freshness::Retrying { .. })
    };
    stand.until("it is told", retrying).await;
    assert!(
        stand.screen().contains("retrying in 4 s"),
        "{}",
        stand.screen()
    );
    // Neither a person nor another session may break the silence.
    stand.run(Command::Refresh);
    let posted = service.post(session.0, Post::from_customer("Still here"));
    stand.until("the message comes", holds(posted)).await;
    stand.until("all is well", is_live).await;

    let requests = service.requests();
    // The refused one is the first pull after the fault was set.
    let refused = requests[asked..].iter().find(|it| is_pull(it)).unwrap().at;
    let after = requests
        .iter()
        .map(|it| it.at)
        .filter(|at| *at > refused + ON_ITS_WAY);
    let pause = after.min().unwrap() - refused;
    assert!(pause >= PAUSE, "asked again after {pause:?}");
    assert!(
        pause < PAUSE + Duration::from_secs(1),
        "slept for {pause:?}"
    );
}

#[tokio::test]
async fn seconds_are_obeyed() {
    nothing_is_asked_for_four_seconds(429, RetryAfter::Seconds(4)).await;
}

#[tokio::test]
async fn a_date_is_obeyed_by_the_clock_of_the_service() {
    nothing_is_asked_for_four_seconds(503, RetryAfter::Date(4)).await;
}
