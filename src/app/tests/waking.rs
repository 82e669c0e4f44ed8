//! Redraws without an event: to the second, and never without need.

use std::time::Duration;

use crate::app::event::Event;
use crate::chat::{Message, Session, Status, Thresholds};
use crate::sync::{ConnectionState, Feed};
use chrono::TimeDelta;

use crate::app::tests::screen_contains;
use crate::test_support::builders::{
    agent_message, customer_message, minutes_ago, now, parse_timestamp, session,
};
use crate::test_support::{TestApp, seconds_after};

/// Seconds until the next redraw.
fn seconds_to_redraw(test_app: &TestApp) -> Option<i64> {
    let due = test_app.app.next_redraw()?;
    Some((due - test_app.app.now()).num_seconds())
}

/// Lists a session, and resets the connection that the response made live and that ages by itself.
fn send_list_and_settle(test_app: &mut TestApp, session: Session) {
    test_app.send_list(vec![session]);
    settle_connection(test_app);
}

/// Sends messages of the open session, and resets its connection likewise.
fn send_messages_and_settle(test_app: &mut TestApp, messages: Vec<Message>) {
    test_app.send_messages(1, messages);
    settle_connection(test_app);
}

fn settle_connection(test_app: &mut TestApp) {
    for feed in [Feed::List, Feed::Messages] {
        test_app.send_connection(feed, ConnectionState::Connecting);
    }
}

#[test]
fn an_empty_screen_is_not_redrawn() {
    assert_eq!(seconds_to_redraw(&TestApp::new(100, 30)), None);
    assert_eq!(seconds_to_redraw(&TestApp::with_session(1)), None);
    let mut test_app = TestApp::new(100, 30);
    send_list_and_settle(&mut test_app, session(1, "Kari", Status::CustomerLast, 4));
    test_app.resize(19, 30);
    assert_eq!(seconds_to_redraw(&test_app), None);
}

#[test]
fn ages_are_redrawn_when_their_text_changes() {
    for (minutes, status, seconds) in [
        (0, Status::CustomerLast, 60),
        (4, Status::CustomerLast, 60),
        (90, Status::Closed, 60),
        (1500, Status::Closed, (2880 - 1500) * 60),
        (31000, Status::Deleted, (4 * 7 * 1440 - 31000) * 60),
    ] {
        let mut test_app = TestApp::new(100, 30);
        send_list_and_settle(&mut test_app, session(1, "Kari", status, minutes));
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
fn only_visible_ages_are_redrawn() {
    let mut test_app = TestApp::new(79, 12);
    send_list_and_settle(&mut test_app, session(1, "Bjørn", Status::Closed, 4));
    test_app.press("<enter>");
    assert_eq!(seconds_to_redraw(&test_app), None);
    // The header shows the longest wait, whichever pane is visible.
    send_list_and_settle(&mut test_app, session(1, "Kari", Status::CustomerLast, 4));
    assert_eq!(seconds_to_redraw(&test_app), Some(60));
}

#[test]
fn of_several_waits_in_the_header_only_the_longest_is_redrawn() {
    let kari = session(1, "Kari", Status::CustomerLast, 4);
    let mut ola = session(2, "Ola", Status::CustomerLast, 2);
    ola.last_activity = Some(minutes_ago(2) - TimeDelta::seconds(30));
    // Another channel has thresholds of its own.
    ola.channel.thresholds.reply = Thresholds::default();
    let mut test_app = TestApp::new(79, 12);
    test_app.send_list(vec![kari, ola]);
    test_app.press("<enter>");
    settle_connection(&mut test_app);
    assert_eq!(seconds_to_redraw(&test_app), Some(60));
}

#[test]
fn ages_in_the_details_are_redrawn() {
    let mut test_app = TestApp::new(79, 30);
    let mut closed = session(1, "Bjørn", Status::Closed, 5000);
    closed.customer_last_poll = Some(minutes_ago(10) - TimeDelta::seconds(20));
    send_list_and_settle(&mut test_app, closed);
    test_app.press("<enter>");
    assert_eq!(seconds_to_redraw(&test_app), None);
    test_app.press("i");
    assert_eq!(seconds_to_redraw(&test_app), Some(40));
    test_app.press("<esc>");
    assert_eq!(seconds_to_redraw(&test_app), None);
}

#[test]
fn the_connection_is_redrawn_when_its_text_changes() {
    let why = || "no answer".to_owned();
    let after = Duration::from_secs(9);
    let table = [
        (ConnectionState::Connecting, None),
        (ConnectionState::Live, None),
        (
            ConnectionState::Retrying {
                after,
                why: why(),
                is_pause: false,
            },
            Some(1),
        ),
        (
            ConnectionState::SignedOut {
                after: Some(after),
                why: why(),
            },
            Some(1),
        ),
        (
            ConnectionState::SignedOut {
                after: None,
                why: why(),
            },
            None,
        ),
        (ConnectionState::Stopped { why: why() }, None),
    ];
    for (state, seconds) in table {
        let mut test_app = TestApp::with_session(1);
        test_app.send_connection(Feed::Messages, state.clone());
        assert_eq!(seconds_to_redraw(&test_app), seconds, "{state:?}");
    }
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(Vec::new());
    assert_eq!(seconds_to_redraw(&test_app), Some(15));
    test_app.advance(TimeDelta::seconds(15));
    assert!(test_app.screen_lines()[0].contains("data 15 s old"));
    assert_eq!(seconds_to_redraw(&test_app), Some(1));
}

#[test]
fn a_notice_expires_without_an_event() {
    let mut test_app = TestApp::with_session(1);
    test_app.send(Event::Copied("Copied".to_owned()));
    assert_eq!(seconds_to_redraw(&test_app), Some(5));
    test_app.advance(TimeDelta::seconds(4));
    assert_eq!(test_app.notice(), Some("Copied"));
    test_app.app.take_dirty();
    test_app.advance(TimeDelta::seconds(1));
    assert_eq!(test_app.notice(), None);
    assert!(test_app.app.take_dirty());
    assert_eq!(seconds_to_redraw(&test_app), None);
}

#[test]
fn a_future_message_is_redrawn_when_it_is_due() {
    let mut test_app = TestApp::with_session(1);
    let future = agent_message(2, seconds_after(now(), 100), "soon");
    let messages = vec![customer_message(1, now(), "now"), future];
    send_messages_and_settle(&mut test_app, messages);
    assert!(screen_contains(&test_app, "due "));
    // Two seconds are tolerated, for a clock that is a little fast.
    assert_eq!(seconds_to_redraw(&test_app), Some(98));
    test_app.advance(TimeDelta::seconds(97));
    assert!(screen_contains(&test_app, "due "));
    test_app.advance(TimeDelta::seconds(1));
    assert!(!screen_contains(&test_app, "due "));
}

#[test]
fn day_names_change_at_midnight() {
    let mut test_app = TestApp::with_session(1);
    send_messages_and_settle(&mut test_app, vec![customer_message(1, now(), "now")]);
    let midnight = parse_timestamp("2026-07-26T00:00:00+02:00");
    assert_eq!(test_app.app.next_redraw(), Some(midnight));
    test_app.send(Event::Ticked(midnight));
    assert!(test_app.app.take_dirty());
    assert!(screen_contains(&test_app, "Yesterday, "));
}

#[test]
fn relative_times_are_redrawn_when_their_text_changes() {
    let mut test_app = TestApp::with_session(1);
    let message = customer_message(1, seconds_after(now(), -90), "a minute and a half ago");
    send_messages_and_settle(&mut test_app, vec![message]);
    test_app.press("TT");
    // The notice goes first.
    test_app.advance(TimeDelta::seconds(6));
    assert_eq!(seconds_to_redraw(&test_app), Some(24));
    test_app.press("T");
    test_app.advance(TimeDelta::seconds(8));
    let midnight = parse_timestamp("2026-07-26T00:00:00+02:00");
    assert_eq!(test_app.app.next_redraw(), Some(midnight));
}
