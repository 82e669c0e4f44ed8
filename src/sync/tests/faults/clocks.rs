//! A service with a wrong clock, and a machine that slept.

use std::time::Duration;

use crate::app::command::Command;
use crate::demo::PostedTime;
use chrono::TimeDelta;

use super::*;

#[tokio::test]
async fn ages_use_the_clock_of_the_service() {
    for minutes in [7, -7] {
        let service = start_service().await;
        let session = busiest_session(&service);
        let ahead = TimeDelta::minutes(minutes);
        change_quirks(&service, |quirks| quirks.clock_skew = ahead);
        let mut harness = ViewerHarness::open(&service, session).await;
        let compared =
            |app: &App| (app.service().clock_offset - ahead).abs() < TimeDelta::seconds(2);
        harness
            .wait_until("the clocks are compared", compared)
            .await;
        harness.wait_until("all is well", is_live).await;
        let app = &harness.app;
        assert_eq!(app.now() - app.local_now(), app.service().clock_offset);
        assert_eq!(
            freshness(&harness.app),
            Freshness::Live,
            "our data is dated by our clock"
        );
        harness.run(Command::ShowConnection);
        let side = if minutes > 0 { "ahead of" } else { "behind" };
        harness
            .wait_until_shown(&format!("{side} this machine"))
            .await;
        let counted = |app: &App| app.service().traffic.unwrap().1;
        let before = counted(&harness.app);
        assert!(
            before.requests_per_minute > 3 && before.bytes_per_minute > 1000,
            "{before:?}"
        );
        assert_eq!(before.bytes_per_minute, before.total_bytes);
    }
}

#[tokio::test]
async fn messages_dated_in_another_zone_are_reported() {
    for (posted, is_reported) in [
        (PostedTime::ShiftedByBase, true),
        (PostedTime::Correct, false),
    ] {
        let service = start_service().await;
        let session = busiest_session(&service);
        change_quirks(&service, |quirks| quirks.posted_time = posted);
        let mut harness = ViewerHarness::open(&service, session).await;
        harness.wait_until("all is well", is_live).await;
        for text in ["one", "two", "three"] {
            harness.post_and_wait(&service, session, text).await;
        }
        assert_eq!(harness.app.service().date_shift.is_some(), is_reported);
        let words = "dates its messages 1h00";
        assert_eq!(
            harness.screen_text().contains(words),
            is_reported,
            "{}",
            harness.screen_text()
        );
    }
}

#[tokio::test]
async fn a_clock_that_is_right_is_not_mentioned() {
    let service = start_service().await;
    let mut harness = ViewerHarness::open(&service, busiest_session(&service)).await;
    let requests_before = service.requests().len();
    harness
        .wait_until_harness("more is requested", |_| {
            service.requests().len() > requests_before + 10
        })
        .await;
    assert_eq!(harness.app.service().clock_offset, TimeDelta::zero());
}

#[tokio::test]
async fn after_sleep_everything_is_requested_at_once_over_new_connections() {
    let (service, session, mut harness) = open_busiest_session().await;
    // The request in flight when it fell asleep is never answered.
    let silence = Failure::Delay(Duration::from_mins(1));
    service.add_fault(Fault::next(1, silence).on("Messages"));
    harness
        .wait_until_harness("it waits", |_| service.quirks().faults.is_empty())
        .await;
    let requests_before = service.requests().len();
    let posted = service.post(session.0, NewMessage::from_customer("Good morning"));
    harness.send(Event::Resumed(Duration::from_hours(1)));
    assert!(
        matches!(freshness(&harness.app), Freshness::Slow),
        "shown as old at once"
    );
    assert!(
        harness.screen_text().contains("0 s old"),
        "{}",
        harness.screen_text()
    );
    harness.wait_for_message(posted).await;
    harness.wait_until("all is well", is_live).await;
    let requests = service.requests();
    let (before, after) = requests.split_at(requests_before);
    // The list may have been requested before the resume was noticed; the messages were not.
    let reused = after
        .iter()
        .filter(|it| is_pull(it))
        .find(|it| before.iter().any(|other| other.peer == it.peer));
    assert_eq!(reused, None);
}
