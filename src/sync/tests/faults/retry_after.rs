//! `Retry-After` is obeyed to the second, whatever is requested meanwhile.

use std::time::Duration;

use crate::app::command::Command;
use crate::demo::RetryAfter;

use super::*;

const RETRY_AFTER: Duration = Duration::from_secs(4);

/// A request sent before the refusal arrived here may arrive at the service after it.
const IN_FLIGHT: Duration = Duration::from_millis(150);

async fn assert_no_requests_for_four_seconds(status: u16, retry: RetryAfter) {
    let (service, session, mut harness) = open_busiest_session().await;
    service.add_fault(Fault::next(1, Failure::Busy(status, retry)).on("Messages"));
    let requests_before = service.requests().len();
    let retrying = |app: &App| matches!(freshness(app), Freshness::Retrying { .. });
    harness.wait_until("it is reported", retrying).await;
    assert!(
        harness.screen_text().contains("retrying in 4 s"),
        "{}",
        harness.screen_text()
    );
    // Neither the user nor another session may cause a request.
    harness.run(Command::Refresh);
    harness.post_and_wait(&service, session, "Still here").await;
    harness.wait_until("all is well", is_live).await;

    let requests = service.requests();
    // The first pull after the fault was set is the refused one.
    let refused = requests[requests_before..]
        .iter()
        .find(|it| is_pull(it))
        .unwrap()
        .at;
    let after = requests
        .iter()
        .map(|it| it.at)
        .filter(|at| *at > refused + IN_FLIGHT);
    let pause = after.min().unwrap() - refused;
    assert!(pause >= RETRY_AFTER, "requested again after {pause:?}");
    assert!(
        pause < RETRY_AFTER + Duration::from_secs(1),
        "slept for {pause:?}"
    );
}

#[tokio::test]
async fn retry_after_in_seconds_is_observed() {
    assert_no_requests_for_four_seconds(429, RetryAfter::Seconds(4)).await;
}

#[tokio::test]
async fn retry_after_as_a_date_is_read_by_the_clock_of_the_service() {
    assert_no_requests_for_four_seconds(503, RetryAfter::Date(4)).await;
}
