//! Notifications: for which changes, with which text, and when not.

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::tests::{assert_notified, notifications};
use crate::chat::{
    ReadState, Scope, Session, SessionId, SessionReadState, SpecialKind, Status, Timed,
};
use crate::sync::{ConnectionState, Feed};
use chrono::TimeDelta;

use crate::test_support::builders::{
    agent_message, customer_message, minutes_ago, now, session, special_message,
};
use crate::test_support::{TestApp, list_event};

/// A narrow window, in which no session is opened automatically, with these sessions listed.
fn test_app(sessions: Vec<Session>) -> TestApp {
    let mut test_app = TestApp::new(60, 30);
    assert_notified(&test_app.send_list(sessions), &[]);
    test_app
}

const NEW_MESSAGE: &str = "New message from Kari (Support NO)";

fn kari_session(status: Status) -> Session {
    session(1, "Kari", status, 0)
}

fn watch_session(test_app: &mut TestApp, id: i64) {
    let mut state = SessionReadState::new(now());
    state.watched = Some(Timed::set(None, now(), true));
    let state = ReadState::for_session(SessionId(id), state);
    test_app.send(Event::ReadStateLoaded(state));
}

#[test]
fn a_customer_begins_to_wait() {
    const REPLY: &str = "Kari needs reply (Support NO)";
    const QUEUE: &str = "Kari in queue (Support NO)";
    let rows = [
        (None, Status::InQueue, Some(QUEUE)),
        (None, Status::CustomerLast, Some(REPLY)),
        (None, Status::PreChatForm, None),
        (None, Status::UserLast, None),
        (Some(Status::PreChatForm), Status::InQueue, Some(QUEUE)),
        (Some(Status::UserLast), Status::CustomerLast, Some(REPLY)),
        (Some(Status::Finished), Status::CustomerLast, Some(REPLY)),
        (Some(Status::CustomerLast), Status::InQueue, Some(QUEUE)),
        (Some(Status::InQueue), Status::CustomerLast, Some(REPLY)),
        (Some(Status::InQueue), Status::InQueue, None),
        (Some(Status::CustomerLast), Status::CustomerLast, None),
        (Some(Status::CustomerLast), Status::UserLast, None),
        (Some(Status::InQueue), Status::ClosedFromQueue, None),
    ];
    for (before, after, expected) in rows {
        let mut test_app = test_app(before.clone().map(kari_session).into_iter().collect());
        let effects = test_app.send_list(vec![kari_session(after.clone())]);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(notifications(&effects), expected, "{before:?} to {after:?}");
        assert_notified(&test_app.send_list(vec![kari_session(after)]), &[]);
    }
}

#[test]
fn a_session_notifies_once_a_minute() {
    let mut test_app = test_app(Vec::new());
    let mut turn = |status: Status, seconds: i64| {
        test_app.advance(TimeDelta::seconds(seconds));
        notifications(&test_app.send_list(vec![kari_session(status)])).len()
    };
    assert_eq!(turn(Status::CustomerLast, 0), 1);
    assert_eq!(turn(Status::UserLast, 5), 0);
    assert_eq!(turn(Status::CustomerLast, 54), 0);
    assert_eq!(turn(Status::UserLast, 0), 0);
    assert_eq!(turn(Status::CustomerLast, 1), 1, "a minute after the first");
}

#[test]
fn each_session_notifies_separately_and_without_message_text() {
    let mut test_app = test_app(Vec::new());
    let queued = Session {
        last_message: "my secret".to_owned(),
        ..kari_session(Status::InQueue)
    };
    let mut nameless = session(2, "", Status::CustomerLast, 0);
    nameless.channel.name.clear();
    let effects = test_app.send_list(vec![queued, nameless]);
    assert_notified(
        &effects,
        &["Kari in queue (Support NO)", "session 2 needs reply"],
    );
}

#[test]
fn a_visible_session_does_not_notify_while_the_window_has_the_focus() {
    for (focused, visible, silent) in [
        (true, true, true),
        (false, true, false),
        (true, false, false),
    ] {
        let mut test_app = test_app(vec![kari_session(Status::UserLast)]);
        test_app.press("<enter>");
        test_app.send_messages(1, vec![customer_message(1, minutes_ago(3), "a")]);
        if !visible {
            test_app.press("h");
        }
        test_app.send(Event::FocusChanged(focused));
        let effects = test_app.send_list(vec![kari_session(Status::CustomerLast)]);
        assert_eq!(
            notifications(&effects).is_empty(),
            silent,
            "{focused} {visible}"
        );
    }
}

#[test]
fn the_first_response_after_a_scope_change_or_sign_in_notifies_of_nothing() {
    let mut test_app = test_app(Vec::new());
    test_app.press("v");
    let mine = |sessions| list_event(Scope::Mine, None, sessions, None);
    assert_eq!(test_app.send(mine(vec![kari_session(Status::InQueue)])), []);
    // A late response for the previous scope is ignored.
    let late = vec![session(5, "Ola", Status::InQueue, 0)];
    assert_eq!(
        test_app.send(list_event(Scope::Channels, None, late, None)),
        []
    );
    let more = vec![
        kari_session(Status::InQueue),
        session(2, "Per", Status::InQueue, 0),
    ];
    assert_notified(&test_app.send(mine(more)), &["Per in queue (Support NO)"]);

    let (after, why) = (Some(std::time::Duration::from_secs(30)), "401".to_owned());
    test_app.send_connection(Feed::List, ConnectionState::SignedOut { after, why });
    let more = vec![session(3, "Eva", Status::InQueue, 0)];
    assert_notified(&test_app.send(mine(more)), &[]);
}

#[test]
fn older_pages_of_the_archive_notify_of_nothing() {
    let mut test_app = TestApp::new(60, 30);
    test_app.press("vv");
    let queued = |&id: &i64| session(id, &format!("customer {id}"), Status::InQueue, 0);
    let page = |below, ids: &[i64]| {
        let sessions = ids.iter().map(queued).collect();
        list_event(Scope::All, below, sessions, ids.last().copied())
    };
    assert_notified(&test_app.send(page(None, &[20, 18])), &[]);
    assert_notified(&test_app.send(page(Some(18), &[16, 14])), &[]);
    // A session above is new; one that moves up from below is not.
    let effects = test_app.send(page(None, &[21, 20, 17]));
    assert_notified(&effects, &["customer 21 in queue (Support NO)"]);
}

#[test]
fn in_the_scope_of_all_sessions_live_rows_notify_too() {
    let mut test_app = TestApp::new(60, 30);
    test_app.press("vv");
    let row = |status| vec![session(2, "Kari", status, 2)];
    let live = |status| list_event(Scope::Channels, None, row(status), None);
    let archive = |status| list_event(Scope::All, None, row(status), None);
    let mut notified = Vec::new();
    for event in [
        live(Status::UserLast),
        archive(Status::UserLast),
        live(Status::CustomerLast),
        archive(Status::CustomerLast),
    ] {
        let effects = test_app.send(event);
        let is_notification = |effect: &Effect| matches!(effect, Effect::Notify(_));
        notified.push(effects.iter().filter(|it| is_notification(it)).count());
    }
    // Once, whichever comes first.
    assert_eq!(notified, [0, 0, 1, 0]);
}

#[test]
fn sessions_below_the_first_page_of_the_archive_are_dropped() {
    let mut test_app = TestApp::new(60, 30);
    test_app.press("vv");
    for first in 1..50 {
        let ids = (first * 10..first * 10 + 20).rev();
        let rows = ids
            .map(|id| session(id, "Kari", Status::UserLast, 0))
            .collect();
        test_app.send(list_event(Scope::All, None, rows, Some(first * 10)));
    }
    let app = format!("{:?}", test_app.app);
    assert_eq!(app.matches("SessionSnapshot {").count(), 20);
}

#[test]
fn a_watched_session_notifies_of_changes_in_the_list() {
    let mut listed = test_app(Vec::new());
    watch_session(&mut listed, 1);
    let effects = listed.send_list(vec![session(1, "Kari", Status::Closed, 1)]);
    assert_eq!(notifications(&effects), [""; 0], "it was not listed before");
    let moves = [
        (
            true,
            (Status::CustomerLast, 9),
            (Status::CustomerLast, 1),
            1,
        ),
        (true, (Status::UserLast, 9), (Status::Closed, 1), 1),
        (true, (Status::UserLast, 9), (Status::UserLast, 1), 0),
        (
            true,
            (Status::CustomerLast, 9),
            (Status::CustomerLast, 9),
            0,
        ),
        (
            false,
            (Status::CustomerLast, 9),
            (Status::CustomerLast, 1),
            0,
        ),
    ];
    for (watched, before, after, expected) in moves {
        let kari = |(status, minutes)| vec![session(1, "Kari", status, minutes)];
        let mut test_app = test_app(kari(before));
        if watched {
            watch_session(&mut test_app, 1);
        }
        assert_notified(
            &test_app.send_list(kari(after)),
            &vec![NEW_MESSAGE; expected],
        );
    }
}

#[test]
fn messages_of_a_watched_session_notify() {
    let mut test_app = test_app(vec![kari_session(Status::UserLast)]);
    let first = || {
        vec![
            customer_message(1, minutes_ago(9), "a"),
            agent_message(2, minutes_ago(8), "b"),
        ]
    };
    // Not watched, then watched without anything new.
    assert_notified(&test_app.send_messages(1, first()), &[]);
    watch_session(&mut test_app, 1);
    assert_notified(&test_app.send_messages(1, first()), &[]);
    let closed = special_message(5, minutes_ago(1), SpecialKind::ClosedByCustomer);
    for (message, expected) in [
        (agent_message(3, minutes_ago(1), "the agent's own"), 0),
        (customer_message(4, minutes_ago(1), "secret"), 1),
        (customer_message(4, minutes_ago(1), "secret"), 0),
        (closed, 1),
    ] {
        test_app.advance(TimeDelta::minutes(2));
        let effects = test_app.send_messages(1, [first(), vec![message]].concat());
        assert_notified(&effects, &vec![NEW_MESSAGE; expected]);
    }
    watch_session(&mut test_app, 77);
    test_app.send_messages(77, first());
    let effects = test_app.send_messages(77, vec![customer_message(9, minutes_ago(1), "c")]);
    assert_notified(&effects, &["New message in session 77"]);
}

#[test]
fn the_first_message_after_a_loaded_session_is_watched_notifies() {
    let mut test_app = test_app(vec![
        kari_session(Status::UserLast),
        session(2, "Per", Status::UserLast, 1),
    ]);
    test_app.press("j<enter>");
    test_app.send_messages(1, vec![customer_message(1, minutes_ago(9), "a")]);
    test_app.press("w");
    test_app.press("hk<enter>");
    let effects = test_app.send_messages(1, vec![customer_message(2, minutes_ago(1), "b")]);
    assert_notified(&effects, &[NEW_MESSAGE]);
}
