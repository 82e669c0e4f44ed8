//! Who the person is called for, with what words, and when not.

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{
    Lww, ReadState, Scope, Session, SessionId, SessionReadState, SpecialKind, Status,
};
use crate::sync::{ConnectionState, Feed};
use chrono::TimeDelta;

use crate::test_support::builders::{
    agent_message, customer_message, minutes_ago, now, session, special_message,
};
use crate::test_support::{TestApp, list_event};

/// A narrow desk, on which nothing opens by itself, with this in the list.
fn test_app(sessions: Vec<Session>) -> TestApp {
    let mut test_app = TestApp::new(60, 30);
    assert_eq!(
        notifications(&test_app.send_list(sessions)),
        [""; 0],
        "the first answer calls nobody"
    );
    test_app
}

fn notifications(effects: &[Effect]) -> Vec<&str> {
    let calls = effects.iter().filter_map(|effect| match effect {
        Effect::Notify(words) => Some(words.as_str()),
        _ => None,
    });
    calls.collect()
}

fn kari_session(status: Status) -> Session {
    session(1, "Kari", status, 0)
}

fn watch_session(test_app: &mut TestApp, id: i64) {
    let watched = Some(Lww {
        at: now(),
        value: true,
    });
    let mark = SessionReadState {
        watched,
        ..SessionReadState::new(now())
    };
    test_app.send(Event::ReadStateLoaded(ReadState::for_session(
        SessionId(id),
        mark,
    )));
}

#[test]
fn a_customer_begins_to_wait() {
    const WAITS: &str = "Kari waits in Support NO";
    let rows = [
        (None, Status::InQueue, Some(WAITS)),
        (None, Status::CustomerLast, Some(WAITS)),
        (None, Status::PreChatForm, None),
        (None, Status::UserLast, None),
        (Some(Status::PreChatForm), Status::InQueue, Some(WAITS)),
        (Some(Status::UserLast), Status::CustomerLast, Some(WAITS)),
        (Some(Status::Finished), Status::CustomerLast, Some(WAITS)),
        (Some(Status::CustomerLast), Status::InQueue, Some(WAITS)),
        (Some(Status::InQueue), Status::CustomerLast, Some(WAITS)),
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
        let again = test_app.send_list(vec![kari_session(after)]);
        assert_eq!(notifications(&again), [""; 0], "the same says nothing new");
    }
}

#[test]
fn a_session_calls_once_a_minute() {
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
fn each_session_calls_for_itself_and_without_what_was_said() {
    let mut test_app = test_app(Vec::new());
    let said = Session {
        last_message: "my secret".to_owned(),
        ..kari_session(Status::InQueue)
    };
    let mut nameless = session(2, "", Status::CustomerLast, 0);
    nameless.channel.name.clear();
    let effects = test_app.send_list(vec![said, nameless]);
    assert_eq!(
        notifications(&effects),
        ["Kari waits in Support NO", "session 2 waits"]
    );
}

#[test]
fn the_session_on_the_screen_is_silent_while_the_window_has_focus() {
    for (focused, in_sight, silent) in [
        (true, true, true),
        (false, true, false),
        (true, false, false),
    ] {
        let mut test_app = test_app(vec![kari_session(Status::UserLast)]);
        test_app.press("<enter>");
        test_app.send_messages(1, vec![customer_message(1, minutes_ago(3), "a")]);
        if !in_sight {
            test_app.press("h");
        }
        test_app.send(Event::FocusChanged(focused));
        let effects = test_app.send_list(vec![kari_session(Status::CustomerLast)]);
        assert_eq!(
            notifications(&effects).is_empty(),
            silent,
            "{focused} {in_sight}"
        );
    }
}

#[test]
fn another_scope_and_a_new_sign_in_begin_anew() {
    let mut test_app = test_app(Vec::new());
    test_app.press("v");
    let mine = |sessions| list_event(Scope::Mine, None, sessions, None);
    assert_eq!(test_app.send(mine(vec![kari_session(Status::InQueue)])), []);
    // An answer for the scope before is of no interest.
    let late = vec![session(5, "Ola", Status::InQueue, 0)];
    assert_eq!(
        test_app.send(list_event(Scope::Channels, None, late, None)),
        []
    );
    let more = vec![
        kari_session(Status::InQueue),
        session(2, "Per", Status::InQueue, 0),
    ];
    let effects = test_app.send(mine(more));
    assert_eq!(notifications(&effects), ["Per waits in Support NO"]);

    test_app.send_connection(
        Feed::List,
        ConnectionState::SignedOut {
            after: std::time::Duration::from_secs(30),
            why: "401".to_owned(),
        },
    );
    let more = vec![session(3, "Eva", Status::InQueue, 0)];
    assert_eq!(notifications(&test_app.send(mine(more))), [""; 0]);
}

#[test]
fn pages_of_the_archive_bring_what_was_there() {
    let mut test_app = TestApp::new(60, 30);
    test_app.press("vv");
    let waits = |id| session(id, &format!("customer {id}"), Status::InQueue, 0);
    let page = |below, ids: &[i64]| {
        let next = ids.last().copied();
        list_event(
            Scope::All,
            below,
            ids.iter().map(|&id| waits(id)).collect(),
            next,
        )
    };
    assert_eq!(
        notifications(&test_app.send(page(None, &[20, 18]))),
        [""; 0]
    );
    assert_eq!(
        notifications(&test_app.send(page(Some(18), &[16, 14]))),
        [""; 0]
    );
    // One above is new; one that comes up from below is not.
    assert_eq!(
        notifications(&test_app.send(page(None, &[21, 20, 17]))),
        ["customer 21 waits in Support NO"]
    );
}

#[test]
fn what_left_the_first_page_of_the_archive_is_no_longer_remembered() {
    let mut test_app = TestApp::new(60, 30);
    test_app.press("vv");
    for first in 1..50 {
        let ids = (first * 10..first * 10 + 20).rev();
        let rows = ids.map(|id| session(id, "Kari", Status::UserLast, 0));
        test_app.send(list_event(
            Scope::All,
            None,
            rows.collect(),
            Some(first * 10),
        ));
    }
    let app = format!("{:?}", test_app.app);
    assert_eq!(app.matches("SessionSnapshot {").count(), 20);
}

#[test]
fn a_watched_session_moves_in_the_list() {
    let moved = |status, minutes| session(1, "Kari", status, minutes);
    let mut entered = test_app(Vec::new());
    watch_session(&mut entered, 1);
    let effects = entered.send_list(vec![moved(Status::Closed, 1)]);
    assert_eq!(notifications(&effects), [""; 0], "it was not there before");
    for (watched, before, after, expected) in [
        (
            true,
            moved(Status::CustomerLast, 9),
            moved(Status::CustomerLast, 1),
            true,
        ),
        (
            true,
            moved(Status::UserLast, 9),
            moved(Status::Closed, 1),
            true,
        ),
        (
            true,
            moved(Status::UserLast, 9),
            moved(Status::UserLast, 1),
            false,
        ),
        (
            true,
            moved(Status::CustomerLast, 9),
            moved(Status::CustomerLast, 9),
            false,
        ),
        (
            false,
            moved(Status::CustomerLast, 9),
            moved(Status::CustomerLast, 1),
            false,
        ),
    ] {
        let mut test_app = test_app(vec![before]);
        if watched {
            watch_session(&mut test_app, 1);
        }
        let effects = test_app.send_list(vec![after]);
        let expected: &[&str] = if expected {
            &["News from Kari in Support NO"]
        } else {
            &[]
        };
        assert_eq!(notifications(&effects), expected);
    }
}

#[test]
fn messages_of_a_watched_session_call() {
    let mut test_app = test_app(vec![kari_session(Status::UserLast)]);
    let first = || {
        vec![
            customer_message(1, minutes_ago(9), "a"),
            agent_message(2, minutes_ago(8), "b"),
        ]
    };
    assert_eq!(
        notifications(&test_app.send_messages(1, first())),
        [""; 0],
        "not watched"
    );
    watch_session(&mut test_app, 1);
    assert_eq!(
        notifications(&test_app.send_messages(1, first())),
        [""; 0],
        "what was there"
    );
    for (message, expected) in [
        (agent_message(3, minutes_ago(1), "the agent's own"), 0),
        (customer_message(4, minutes_ago(1), "secret"), 1),
        (customer_message(4, minutes_ago(1), "secret"), 0),
        (
            special_message(5, minutes_ago(1), SpecialKind::ClosedByCustomer),
            1,
        ),
    ] {
        test_app.advance(TimeDelta::minutes(2));
        let effects = test_app.send_messages(1, [first(), vec![message]].concat());
        assert_eq!(
            notifications(&effects),
            vec!["News from Kari in Support NO"; expected]
        );
    }
    watch_session(&mut test_app, 77);
    test_app.send_messages(77, first());
    let effects = test_app.send_messages(77, vec![customer_message(9, minutes_ago(1), "c")]);
    assert_eq!(notifications(&effects), ["News in session 77"]);
}

#[test]
fn the_first_message_after_watching_a_session_that_was_read_calls() {
    let mut test_app = test_app(vec![
        kari_session(Status::UserLast),
        session(2, "Per", Status::UserLast, 1),
    ]);
    test_app.press("<enter>");
    test_app.send_messages(1, vec![customer_message(1, minutes_ago(9), "a")]);
    test_app.press("w");
    test_app.press("hj<enter>");
    let effects = test_app.send_messages(1, vec![customer_message(2, minutes_ago(1), "b")]);
    assert_eq!(notifications(&effects), ["News from Kari in Support NO"]);
}
