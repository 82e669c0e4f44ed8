//! When the screen changes by itself: to the second, and never without need.

use std::time::Duration;

use crate::app::AppConfig;
use crate::app::event::Event;
use crate::chat::{Message, Session, SessionId, Status};
use crate::sync::{ConnectionState, Feed};
use chrono::TimeDelta;

use crate::test_support::builders::{
    agent_message, customer_message, minutes_ago, now, parse_timestamp, session,
};
use crate::test_support::{TestApp, app_config, seconds_after};

/// Seconds until the next wake.
fn seconds_to_redraw(test_app: &TestApp) -> Option<i64> {
    let wake = test_app.app.next_redraw()?;
    Some((wake - test_app.app.now()).num_seconds())
}

/// Lists sessions, and forgets that an answer makes the link live, which wakes by itself.
fn send_list_and_settle(test_app: &mut TestApp, sessions: Vec<Session>) {
    test_app.send_list(sessions);
    settle_connection(test_app);
}

/// Messages arrive, and the same is forgotten.
fn send_messages_and_settle(test_app: &mut TestApp, messages: Vec<Message>) {
    test_app.send_messages(1, messages);
    settle_connection(test_app);
}

fn settle_connection(test_app: &mut TestApp) {
    for lane in [Feed::List, Feed::Messages] {
        test_app.send_connection(lane, ConnectionState::Connecting);
    }
}

fn quiet_test_app() -> TestApp {
    TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(1)),
        ..app_config(100, 30)
    })
}

#[test]
fn nothing_known_wakes_nothing() {
    assert_eq!(seconds_to_redraw(&TestApp::new(100, 30)), None);
    assert_eq!(seconds_to_redraw(&quiet_test_app()), None);
    let mut test_app = TestApp::new(100, 30);
    send_list_and_settle(
        &mut test_app,
        vec![session(1, "Kari", Status::CustomerLast, 4)],
    );
    test_app.resize(19, 30);
    assert_eq!(seconds_to_redraw(&test_app), None);
}

#[test]
fn ages_wake_when_they_read_otherwise() {
    for (minutes, status, seconds) in [
        (0, Status::CustomerLast, 60),
        (4, Status::CustomerLast, 60),
        (90, Status::Closed, 60),
        (1500, Status::Closed, (2880 - 1500) * 60),
        (31000, Status::Deleted, (4 * 7 * 1440 - 31000) * 60),
    ] {
        let mut test_app = TestApp::new(100, 30);
        send_list_and_settle(&mut test_app, vec![session(1, "Kari", status, minutes)]);
        assert_eq!(
            seconds_to_redraw(&test_app),
            Some(seconds),
            "after {minutes} minutes"
        );
        test_app.advance(TimeDelta::seconds(seconds - 1));
        test_app.app.take_dirty();
        let before = test_app.screen_lines();
        assert_eq!(seconds_to_redraw(&test_app), Some(1));
        test_app.send(Event::Ticked(seconds_after(test_app.app.now(), 0)));
        assert!(!test_app.app.take_dirty());
        test_app.advance(TimeDelta::seconds(1));
        assert!(test_app.app.take_dirty());
        assert_ne!(test_app.screen_lines(), before);
    }
}

#[test]
fn only_ages_that_show_wake() {
    let mut test_app = TestApp::new(79, 12);
    send_list_and_settle(&mut test_app, vec![session(1, "Bjørn", Status::Closed, 4)]);
    test_app.press("<enter>");
    assert_eq!(seconds_to_redraw(&test_app), None);
    // The longest waits stand in the header too, whatever pane shows.
    send_list_and_settle(
        &mut test_app,
        vec![session(1, "Kari", Status::CustomerLast, 4)],
    );
    assert_eq!(seconds_to_redraw(&test_app), Some(60));
}

#[test]
fn details_tell_ages_of_their_own() {
    let mut test_app = TestApp::new(79, 30);
    let mut closed = session(1, "Bjørn", Status::Closed, 5000);
    closed.customer_last_poll = Some(minutes_ago(10) - TimeDelta::seconds(20));
    send_list_and_settle(&mut test_app, vec![closed]);
    test_app.press("<enter>");
    assert_eq!(seconds_to_redraw(&test_app), None);
    test_app.press("i");
    assert_eq!(seconds_to_redraw(&test_app), Some(40));
    test_app.press("<esc>");
    assert_eq!(seconds_to_redraw(&test_app), None);
}

#[test]
fn the_link_wakes_as_its_words_change() {
    let why = || "no answer".to_owned();
    let after = Duration::from_secs(9);
    let table = [
        (ConnectionState::Connecting, None),
        (ConnectionState::Live, None),
        (ConnectionState::Retrying { after, why: why() }, Some(1)),
        (ConnectionState::SignedOut { after, why: why() }, Some(1)),
        (ConnectionState::Stopped { why: why() }, None),
    ];
    for (link, seconds) in table {
        let mut test_app = quiet_test_app();
        test_app.send_connection(Feed::Messages, link.clone());
        assert_eq!(seconds_to_redraw(&test_app), seconds, "{link:?}");
    }
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(Vec::new());
    assert_eq!(seconds_to_redraw(&test_app), Some(15));
    test_app.advance(TimeDelta::seconds(15));
    assert!(test_app.screen_lines()[0].contains("data 15 s old"));
    assert_eq!(seconds_to_redraw(&test_app), Some(1));
}

#[test]
fn a_notice_goes_by_itself() {
    let mut test_app = quiet_test_app();
    test_app.send(Event::Copied("Copied".to_owned()));
    assert_eq!(seconds_to_redraw(&test_app), Some(4));
    test_app.advance(TimeDelta::seconds(3));
    assert_eq!(test_app.notice(), Some("Copied"));
    test_app.app.take_dirty();
    test_app.advance(TimeDelta::seconds(1));
    assert_eq!(test_app.notice(), None);
    assert!(test_app.app.take_dirty());
    assert_eq!(seconds_to_redraw(&test_app), None);
}

#[test]
fn a_message_dated_ahead_wakes_when_it_is_due() {
    let mut test_app = quiet_test_app();
    send_messages_and_settle(
        &mut test_app,
        vec![
            customer_message(1, now(), "now"),
            agent_message(2, seconds_after(now(), 100), "soon"),
        ],
    );
    let due = |test_app: &TestApp| {
        test_app
            .screen_lines()
            .iter()
            .any(|line| line.contains("due "))
    };
    assert!(due(&test_app));
    // Two seconds are granted to a clock a little fast.
    assert_eq!(seconds_to_redraw(&test_app), Some(98));
    test_app.advance(TimeDelta::seconds(97));
    assert!(due(&test_app));
    test_app.advance(TimeDelta::seconds(1));
    assert!(!due(&test_app));
}

#[test]
fn days_have_other_words_after_midnight() {
    let mut test_app = quiet_test_app();
    send_messages_and_settle(&mut test_app, vec![customer_message(1, now(), "now")]);
    let midnight = parse_timestamp("2026-07-26T00:00:00+02:00");
    assert_eq!(test_app.app.next_redraw(), Some(midnight));
    test_app.send(Event::Ticked(midnight));
    assert!(test_app.app.take_dirty());
    assert!(
        test_app
            .screen_lines()
            .iter()
            .any(|line| line.contains("Yesterday, "))
    );
}

#[test]
fn relative_times_wake_as_they_grow() {
    let mut test_app = quiet_test_app();
    send_messages_and_settle(
        &mut test_app,
        vec![customer_message(
            1,
            seconds_after(now(), -90),
            "a minute and a half ago",
        )],
    );
    test_app.press("TT");
    assert_eq!(seconds_to_redraw(&test_app), Some(30));
    test_app.press("T");
    assert_eq!(
        test_app.app.next_redraw(),
        Some(parse_timestamp("2026-07-26T00:00:00+02:00"))
    );
}
