//! When the screen changes by itself: to the second, and never without need.

use std::time::Duration;

use chrono::TimeDelta;
use sochat::app::AppConfig;
use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::chat::{Message, Session, SessionId, Status};

use crate::fixture::nouns::{ago, customer, moment, now, reply, session};
use crate::fixture::{Desk, later, setup};

/// Seconds until the next wake.
fn wait(desk: &Desk) -> Option<i64> {
    let wake = desk.app.next_redraw()?;
    Some((wake - desk.app.now()).num_seconds())
}

/// Lists sessions, and forgets that an answer makes the link live, which wakes by itself.
fn list(desk: &mut Desk, sessions: Vec<Session>) {
    desk.list(sessions);
    forget_link(desk);
}

/// Messages arrive, and the same is forgotten.
fn messages(desk: &mut Desk, messages: Vec<Message>) {
    desk.messages(1, messages);
    forget_link(desk);
}

fn forget_link(desk: &mut Desk) {
    for lane in [Feed::List, Feed::Messages] {
        desk.link(lane, ConnectionState::Connecting);
    }
}

fn quiet() -> Desk {
    Desk::of(AppConfig {
        initial_session: Some(SessionId(1)),
        ..setup(100, 30)
    })
}

#[test]
fn nothing_known_wakes_nothing() {
    assert_eq!(wait(&Desk::new(100, 30)), None);
    assert_eq!(wait(&quiet()), None);
    let mut desk = Desk::new(100, 30);
    list(&mut desk, vec![session(1, "Kari", Status::CustomerLast, 4)]);
    desk.resize(19, 30);
    assert_eq!(wait(&desk), None);
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
        let mut desk = Desk::new(100, 30);
        list(&mut desk, vec![session(1, "Kari", status, minutes)]);
        assert_eq!(wait(&desk), Some(seconds), "after {minutes} minutes");
        desk.wait(TimeDelta::seconds(seconds - 1));
        desk.app.take_dirty();
        let before = desk.lines();
        assert_eq!(wait(&desk), Some(1));
        desk.tell(Event::Ticked(later(desk.app.now(), 0)));
        assert!(!desk.app.take_dirty());
        desk.wait(TimeDelta::seconds(1));
        assert!(desk.app.take_dirty());
        assert_ne!(desk.lines(), before);
    }
}

#[test]
fn only_ages_that_show_wake() {
    let mut desk = Desk::new(79, 12);
    list(&mut desk, vec![session(1, "Bjørn", Status::Closed, 4)]);
    desk.press("<enter>");
    assert_eq!(wait(&desk), None);
    // The longest waits stand in the header too, whatever pane shows.
    list(&mut desk, vec![session(1, "Kari", Status::CustomerLast, 4)]);
    assert_eq!(wait(&desk), Some(60));
}

#[test]
fn details_tell_ages_of_their_own() {
    let mut desk = Desk::new(79, 30);
    let mut closed = session(1, "Bjørn", Status::Closed, 5000);
    closed.customer_last_poll = Some(ago(10) - TimeDelta::seconds(20));
    list(&mut desk, vec![closed]);
    desk.press("<enter>");
    assert_eq!(wait(&desk), None);
    desk.press("i");
    assert_eq!(wait(&desk), Some(40));
    desk.press("<esc>");
    assert_eq!(wait(&desk), None);
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
        let mut desk = quiet();
        desk.link(Feed::Messages, link.clone());
        assert_eq!(wait(&desk), seconds, "{link:?}");
    }
    let mut desk = Desk::new(100, 30);
    desk.list(Vec::new());
    assert_eq!(wait(&desk), Some(15));
    desk.wait(TimeDelta::seconds(15));
    assert!(desk.lines()[0].contains("data 15 s old"));
    assert_eq!(wait(&desk), Some(1));
}

#[test]
fn a_notice_goes_by_itself() {
    let mut desk = quiet();
    desk.tell(Event::Copied("Copied".to_owned()));
    assert_eq!(wait(&desk), Some(4));
    desk.wait(TimeDelta::seconds(3));
    assert_eq!(desk.notice(), Some("Copied"));
    desk.app.take_dirty();
    desk.wait(TimeDelta::seconds(1));
    assert_eq!(desk.notice(), None);
    assert!(desk.app.take_dirty());
    assert_eq!(wait(&desk), None);
}

#[test]
fn a_message_dated_ahead_wakes_when_it_is_due() {
    let mut desk = quiet();
    messages(
        &mut desk,
        vec![
            customer(1, now(), "now"),
            reply(2, later(now(), 100), "soon"),
        ],
    );
    let due = |desk: &Desk| desk.lines().iter().any(|line| line.contains("due "));
    assert!(due(&desk));
    // Two seconds are granted to a clock a little fast.
    assert_eq!(wait(&desk), Some(98));
    desk.wait(TimeDelta::seconds(97));
    assert!(due(&desk));
    desk.wait(TimeDelta::seconds(1));
    assert!(!due(&desk));
}

#[test]
fn days_have_other_words_after_midnight() {
    let mut desk = quiet();
    messages(&mut desk, vec![customer(1, now(), "now")]);
    let midnight = moment("2026-07-26T00:00:00+02:00");
    assert_eq!(desk.app.next_redraw(), Some(midnight));
    desk.tell(Event::Ticked(midnight));
    assert!(desk.app.take_dirty());
    assert!(desk.lines().iter().any(|line| line.contains("Yesterday, ")));
}

#[test]
fn relative_times_wake_as_they_grow() {
    let mut desk = quiet();
    messages(
        &mut desk,
        vec![customer(1, later(now(), -90), "a minute and a half ago")],
    );
    desk.press("TT");
    assert_eq!(wait(&desk), Some(30));
    desk.press("T");
    assert_eq!(
        desk.app.next_redraw(),
        Some(moment("2026-07-26T00:00:00+02:00"))
    );
}
