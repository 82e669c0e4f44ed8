//! Marking all sessions read, and undoing it.

use crate::app::Unread;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::tests::waiting_sessions;
use crate::chat::{ReadState, SessionId};
use crate::test_support::TestApp;
use crate::test_support::builders::now;
use chrono::TimeDelta;

/// Three sessions in which customers wrote after the read state began.
fn unread_sessions() -> TestApp {
    let mut test_app = TestApp::new(100, 30);
    let since = now() - TimeDelta::days(1);
    test_app.send(Event::ReadStateLoaded(ReadState::starting_at(since)));
    test_app.send_list(waiting_sessions(3));
    test_app
}

fn run(test_app: &mut TestApp, name: &str) -> Vec<Effect> {
    test_app.press(":");
    test_app.send(Event::TextTyped(name.to_owned()));
    test_app.press("<enter>")
}

/// The sessions whose read state is saved.
fn saved(effects: &[Effect]) -> Vec<SessionId> {
    let changes = effects.iter().filter_map(|effect| match effect {
        Effect::SaveReadState(changes) => Some(changes.sessions.keys().copied()),
        _ => None,
    });
    changes.flatten().collect()
}

fn unread_ids(test_app: &TestApp) -> Vec<i64> {
    let all = test_app.app.session_list().all();
    all.filter(|session| test_app.app.unread(session) != Unread::Nothing)
        .map(|session| session.id.0)
        .collect()
}

#[test]
fn all_sessions_are_marked_read_at_once_also_those_the_filter_hides() {
    let mut test_app = unread_sessions();
    assert_eq!(unread_ids(&test_app), [1, 2, 3]);
    test_app.press("/customer 2<enter>");
    let effects = run(&mut test_app, "mark-all-read");
    assert_eq!(effects.len(), 1);
    assert_eq!(saved(&effects), [1, 2, 3].map(SessionId));
    assert_eq!(unread_ids(&test_app), [0_i64; 0]);
    let text = "3 sessions marked read; \"undo mark all read\" brings them back";
    assert_eq!(test_app.notice(), Some(text));
}

#[test]
fn it_becomes_undo_and_that_brings_back_what_was_unread() {
    let mut test_app = unread_sessions();
    run(&mut test_app, "mark all read");
    let effects = run(&mut test_app, "mark all read");
    assert_eq!(saved(&effects), [1, 2, 3].map(SessionId));
    assert_eq!(unread_ids(&test_app), [1, 2, 3]);
    assert_eq!(test_app.notice(), Some("3 sessions marked unread again"));
    // Once undone, it marks all read again.
    let effects = run(&mut test_app, "mark all read");
    assert_eq!(saved(&effects), [1, 2, 3].map(SessionId));
}

#[test]
fn undo_leaves_a_session_alone_that_was_read_since() {
    let mut test_app = unread_sessions();
    run(&mut test_app, "mark-all-read");
    test_app.advance(TimeDelta::seconds(5));
    // Another message of customer 2 arrives and is marked read.
    let mut sessions = waiting_sessions(3);
    sessions[1].last_activity = Some(now() + TimeDelta::seconds(4));
    test_app.send_list(sessions);
    assert_eq!(unread_ids(&test_app), [2]);
    test_app.press("/customer 2<enter>m<esc>");
    let effects = run(&mut test_app, "undo-mark-all-read");
    assert_eq!(saved(&effects), [1, 3].map(SessionId));
    assert_eq!(unread_ids(&test_app), [1, 3]);
}

#[test]
fn with_nothing_unread_and_nothing_to_undo_the_reason_is_shown() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(3));
    assert_eq!(run(&mut test_app, "mark-all-read"), []);
    assert_eq!(test_app.notice(), Some("Mark all read: nothing is unread"));
}
