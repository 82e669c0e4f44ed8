//! A service whose clock is off, and a machine that slept.

use std::time::Duration;

use chrono::TimeDelta;
use sochat::app::command::Command;
use sochat::demo::Posted;

use super::*;
use stand::{holds, is_live};

#[tokio::test]
async fn waits_go_by_the_clock_of_the_service() {
    for minutes in [7, -7] {
        let service = story().await;
        let session = busiest(&service);
        let ahead = TimeDelta::minutes(minutes);
        switch(&service, |switches| switches.clock_skew = ahead);
        let mut stand = Stand::reading(&service, session, Wish::default()).await;
        let compared = |app: &App| (app.service().clock_offset - ahead).abs() < TimeDelta::seconds(2);
        stand.until("the clocks are compared", compared).await;
        stand.until("all is well", is_live).await;
        let app = &stand.app;
        assert_eq!(app.now() - app.local_now(), app.service().clock_offset);
        assert_eq!(
            freshness(&stand),
            Freshness::Live,
            "our data is told by our clock"
        );
        stand.run(Command::ShowConnection);
        let side = if minutes > 0 { "ahead of" } else { "behind" };
        stand.until_shown(&format!("{side} this machine's")).await;
        let counted = |app: &App| app.service().traffic.unwrap().1;
        let before = counted(&stand.app);
        assert!(before.requests_per_minute > 3 && before.bytes_per_minute > 1000, "{before:?}");
        assert_eq!(before.bytes_per_minute, before.total_bytes);
    }
}

#[tokio::test]
async fn messages_dated_in_another_zone_are_told() {
    for (posted, told) in [(Posted::ShiftedByBase, true), (Posted::Correct, false)] {
        let service = story().await;
        let session = busiest(&service);
        switch(&service, |switches| switches.posted = posted);
        let mut stand = Stand::reading(&service, session, Wish::default()).await;
        stand.until("all is well", is_live).await;
        for text in ["one", "two", "three"] {
            let id = service.post(session.0, Post::from_customer(text));
            stand.until("it arrives", holds(id)).await;
        }
        assert_eq!(stand.app.service().date_shift.is_some(), told);
        let words = "dates its messages 1h00";
        assert_eq!(stand.screen().contains(words), told, "{}", stand.screen());
    }
}

#[tokio::test]
async fn a_clock_that_is_right_says_nothing() {
    let service = story().await;
    let mut stand = Stand::reading(&service, busiest(&service), Wish::default()).await;
    let asked = service.requests().len();
    stand
        .until_so("more is asked", |_| service.requests().len() > asked + 10)
        .await;
    assert_eq!(stand.app.service().clock_offset, TimeDelta::zero());
}

#[tokio::test]
async fn a_machine_that_slept_asks_everything_at_once_over_new_connections() {
    let service = story().await;
    let session = busiest(&service);
    let mut stand = Stand::reading(&service, session, Wish::default()).await;
    // The answer that was under way when it fell asleep never comes.
    let silence = Failure::Delay(Duration::from_mins(1));
    service.fail(Fault::next(1, silence).on("Messages"));
    stand
        .until_so("it waits", |_| service.switches().faults.is_empty())
        .await;
    let asked = service.requests().len();
    let posted = service.post(session.0, Post::from_customer("Good morning"));
    stand.tell(Event::Resumed(Duration::from_hours(1)));
    assert!(
        matches!(freshness(&stand), Freshness::Stale(_)),
        "told as old at once"
    );
    assert!(stand.screen().contains("0 s old"), "{}", stand.screen());
    stand.until("the message comes", holds(posted)).await;
    stand.until("all is well", is_live).await;
    let requests = service.requests();
    let (before, after) = requests.split_at(asked);
    // The list may still have asked before the program heard of the sleep; the messages waited.
    let reused = after
        .iter()
        .filter(|it| is_pull(it))
        .find(|it| before.iter().any(|other| other.peer == it.peer));
    assert_eq!(reused, None);
}
