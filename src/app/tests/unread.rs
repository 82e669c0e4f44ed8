//! Unread messages: counts, marking read and unread, watching, and what is stored for the next run.

use crate::app::Unread;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{
    Lww, Message, MessageId, ReadPosition, ReadState, Session, SessionId, SessionReadState, Status,
    Timestamp,
};
use crate::sync::{ServiceNotice, SyncCommand, SyncEvent};
use chrono::TimeDelta;

use crate::app::tests::waiting_sessions;
use crate::test_support::builders::{
    bot_message, customer_message, minutes_ago, now, numbered_messages, session,
};
use crate::test_support::{TestApp, open_effect, seconds_after};

/// An app whose read state begins an hour ago.
pub(crate) fn test_app(width: u16) -> TestApp {
    let mut test_app = TestApp::new(width, 30);
    assert_eq!(
        test_app.send(Event::ReadStateLoaded(ReadState::starting_at(minutes_ago(
            60
        )))),
        [],
        "nothing is watched"
    );
    test_app
}

/// A session read up to a message, as recorded at a time.
pub(crate) fn read_state_up_to(
    session: i64,
    newest: i64,
    until: Timestamp,
    at: Timestamp,
) -> ReadState {
    let value = ReadPosition {
        until,
        newest: Some(MessageId(newest)),
    };
    let mark = SessionReadState {
        read_position: Some(Lww { at, value }),
        ..SessionReadState::new(now())
    };
    ReadState::for_session(SessionId(session), mark)
}

pub(crate) fn unread_count(test_app: &TestApp, id: i64) -> Unread {
    let session = test_app.app.session_list().get(SessionId(id)).unwrap();
    test_app.app.unread(session)
}

pub(crate) fn unread_line(test_app: &TestApp) -> Option<usize> {
    let lines = test_app.screen_lines();
    lines.iter().position(|line| line.contains("─ unread ─"))
}

pub(crate) fn saved_positions(effects: &[Effect]) -> Vec<ReadPosition> {
    let marks = effects.iter().filter_map(|effect| match effect {
        Effect::SaveReadState(marks) => marks.sessions.values().next()?.read_position,
        _ => None,
    });
    marks.map(|made| made.value).collect()
}

/// Two sessions that need a reply, the first open with these messages.
pub(crate) fn open_transcript(messages: Vec<Message>) -> TestApp {
    let mut test_app = test_app(100);
    test_app.send_list(waiting_sessions(2));
    test_app.send_messages(1, messages);
    test_app
}

#[test]
fn on_the_first_start_nothing_is_unread() {
    let mut test_app = TestApp::new(60, 30);
    test_app.send_list(vec![
        session(1, "a", Status::CustomerLast, 1),
        session(2, "b", Status::InQueue, 900),
    ]);
    assert_eq!(
        test_app.send(Event::ReadStateLoaded(ReadState::starting_at(now()))),
        []
    );
    assert_eq!(test_app.app.count_unread_sessions(), 0);
}

#[test]
fn the_list_alone_tells_that_something_is_unread_where_the_customer_wrote_last() {
    let row = |status, minutes| session(1, "a", status, minutes);
    for (session, expected) in [
        (row(Status::CustomerLast, 59), Unread::Something),
        (row(Status::InQueue, 59), Unread::Something),
        (row(Status::CustomerLast, 61), Unread::Nothing),
        (row(Status::UserLast, 1), Unread::Nothing),
        (row(Status::Closed, 1), Unread::Nothing),
    ] {
        let mut test_app = test_app(60);
        test_app.send_list(vec![session.clone()]);
        assert_eq!(unread_count(&test_app, 1), expected, "{session:?}");
        let count = usize::from(expected != Unread::Nothing);
        assert_eq!(test_app.app.count_unread_sessions(), count);
    }
}

#[test]
fn what_a_mark_has_seen_the_list_does_not_tell_again() {
    let mut test_app = test_app(60);
    test_app.send_list(vec![session(1, "a", Status::CustomerLast, 10)]);
    for (until, expected) in [
        (minutes_ago(11), Unread::Something),
        (minutes_ago(10), Unread::Nothing),
        (minutes_ago(9), Unread::Nothing),
    ] {
        let at = seconds_after(now(), -i64::from(until == minutes_ago(11)));
        test_app.send(Event::ReadStateLoaded(read_state_up_to(
            1,
            5,
            until,
            seconds_after(at, i64::from(until == minutes_ago(9))),
        )));
        assert_eq!(unread_count(&test_app, 1), expected);
    }
}

#[test]
fn m_marks_read_what_the_list_tells_of() {
    let mut test_app = test_app(60);
    test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 10)]);
    let seen = saved_positions(&test_app.press("m"));
    let until = minutes_ago(10);
    assert_eq!(
        seen,
        [ReadPosition {
            until,
            newest: None
        }]
    );
    assert_eq!(test_app.notice(), Some("Kari is marked read"));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 9)]);
    assert_eq!(unread_count(&test_app, 1), Unread::Something);
    assert_eq!(TestApp::new(60, 20).press("m"), [], "nothing is selected");
}

#[test]
fn m_marks_read_a_paused_reader_to_its_end() {
    let mut test_app = open_transcript(numbered_messages(1..200));
    test_app.press("lg");
    test_app.send_messages(1, vec![customer_message(300, minutes_ago(1), "late")]);
    assert_eq!(
        saved_positions(&test_app.press("m"))[0].newest,
        Some(MessageId(300))
    );
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    assert!(!test_app.transcript_pane().is_following());
}

#[test]
fn capital_m_marks_unread_from_the_message_on_and_it_stays_so() {
    let mut test_app = open_transcript(
        (1..10)
            .map(|id| customer_message(id, minutes_ago(20 - id), "hm"))
            .collect(),
    );
    test_app.press("lkkk");
    let seen = saved_positions(&test_app.press("M"));
    assert_eq!(
        seen,
        [ReadPosition {
            until: minutes_ago(15),
            newest: Some(MessageId(5))
        }]
    );
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(4));
    assert!(unread_line(&test_app).is_some());
    // It is all on the screen, and nothing arriving or moving makes it seen again.
    assert_eq!(
        test_app.send_messages(1, vec![customer_message(10, minutes_ago(1), "more")]),
        []
    );
    assert_eq!(saved_positions(&test_app.press("k")), []);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(5));
    // Until it is opened again, or followed to its end.
    test_app.press("hj<enter>");
    test_app.send_messages(2, numbered_messages(1..2));
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(5));
    assert_eq!(
        saved_positions(&test_app.press("hk<enter>"))[0].newest,
        Some(MessageId(10))
    );
    test_app.press("kM");
    assert_ne!(unread_count(&test_app, 1), Unread::Nothing);
    test_app.press("G");
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn marked_unread_from_the_first_message_all_are() {
    let mut test_app = open_transcript(
        (1..4)
            .map(|id| customer_message(id, minutes_ago(9), "hm"))
            .collect(),
    );
    test_app.press("lgM");
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(3));
}

#[test]
fn more_than_a_hundred_are_not_counted() {
    let mut test_app = open_transcript(
        (1..500)
            .map(|id| customer_message(id, minutes_ago(9), "hm"))
            .collect(),
    );
    test_app.press("lgM");
    assert_eq!(unread_count(&test_app, 1), Unread::More);
    let lines = test_app.screen_lines();
    assert!(lines.iter().any(|line| line.contains("•99+")), "{lines:#?}");
}

#[test]
fn what_was_left_is_not_counted_where_the_list_tells_of_more() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(80), "a")]);
    test_app.press("j<enter>");
    test_app.send_messages(2, numbered_messages(1..2));
    let mut sessions: Vec<Session> = waiting_sessions(2);
    sessions[0].last_activity = Some(minutes_ago(1));
    test_app.send_list(sessions);
    assert_eq!(unread_count(&test_app, 1), Unread::Something);
    // A colleague keeps it up to date: then the messages tell.
    test_app.send_messages(
        1,
        vec![
            customer_message(2, minutes_ago(2), "b"),
            customer_message(3, minutes_ago(1), "c"),
        ],
    );
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(2));
}

#[test]
fn what_another_viewer_has_seen_is_seen_here() {
    let mut test_app = test_app(60);
    test_app.send_list(vec![session(1, "a", Status::CustomerLast, 10)]);
    assert_eq!(unread_count(&test_app, 1), Unread::Something);
    test_app.app.take_dirty();
    assert_eq!(
        test_app.send(Event::ReadStateLoaded(read_state_up_to(
            1,
            7,
            minutes_ago(10),
            now()
        ))),
        []
    );
    assert!(test_app.app.take_dirty());
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn that_a_session_was_heard_of_is_kept_once_a_day() {
    let mut test_app = test_app(60);
    let list = || vec![session(1, "a", Status::UserLast, 10)];
    test_app.send_list(list());
    test_app.press("m");
    assert_eq!(test_app.send_list(list()), []);
    test_app.advance(TimeDelta::hours(25));
    let heard = |effects: Vec<Effect>| match &effects[..] {
        [Effect::SaveReadState(marks)] => marks.sessions[&SessionId(1)].last_listed,
        other => panic!("{other:?}"),
    };
    assert_eq!(heard(test_app.send_list(list())), test_app.app.now());
    assert_eq!(test_app.send_list(list()), []);
}

#[test]
fn w_watches_and_no_longer_and_is_remembered() {
    let mut test_app = test_app(60);
    test_app.send_list(waiting_sessions(2));
    let ids = |ids: &[i64]| {
        Effect::Sync(SyncCommand::SetWatched(
            ids.iter().map(|&id| SessionId(id)).collect(),
        ))
    };
    let watched = |value, at| SessionReadState {
        watched: Some(Lww { at, value }),
        ..SessionReadState::new(now())
    };
    let keep = |mark| Effect::SaveReadState(ReadState::for_session(SessionId(1), mark));
    assert_eq!(test_app.press("w"), [ids(&[1]), keep(watched(true, now()))]);
    assert_eq!(test_app.notice(), Some("Watching customer 1"));
    assert!(
        test_app
            .screen_lines()
            .iter()
            .any(|line| line.contains("customer 1 ◎"))
    );
    // In the same moment, yet later.
    let after = now() + TimeDelta::milliseconds(1);
    assert_eq!(test_app.press("w"), [ids(&[]), keep(watched(false, after))]);
    assert_eq!(test_app.notice(), Some("No longer watching customer 1"));

    let marks = ReadState::for_session(SessionId(7), watched(true, now()));
    let again = || Event::ReadStateLoaded(marks.clone());
    assert_eq!(test_app.send(again()), [ids(&[7])]);
    assert_eq!(test_app.send(again()), []);
}

#[test]
fn the_transcript_of_a_watched_session_is_kept() {
    let mut test_app = test_app(100);
    test_app.send_list(waiting_sessions(12));
    test_app.send_messages(1, numbered_messages(1..3));
    test_app.press("w");
    for id in 2..=12 {
        test_app.press("hj<enter>");
        test_app.send_messages(id, numbered_messages(1..5));
    }
    assert_eq!(test_app.press("hg<enter>"), [open_effect(1, false)]);
    assert_eq!(test_app.transcript_pane().transcript().len(), 2);
}

#[test]
fn a_reader_at_its_top_leaves_what_was_before_the_first_start_seen() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(2));
    test_app.send_messages(1, numbered_messages(1..200));
    test_app.press("lg");
    let effects = test_app.send(Event::ReadStateLoaded(ReadState::starting_at(now())));
    assert_eq!(effects, []);
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn what_is_dated_ahead_in_a_session_that_was_left_wakes_when_it_counts() {
    let mut test_app = open_transcript(vec![
        customer_message(1, minutes_ago(3), "a"),
        bot_message(2, seconds_after(now(), 60), "soon"),
    ]);
    test_app.press("j<enter>");
    test_app.send_messages(2, numbered_messages(1..2));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    let due = now() + TimeDelta::seconds(58);
    while test_app.app.now() < due {
        let wake = test_app.app.next_redraw().unwrap();
        assert!(wake <= due, "it would be overslept");
        assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
        test_app.send(Event::Ticked(wake));
    }
    assert!(test_app.app.take_dirty());
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(1));
    assert!(test_app.app.next_redraw().is_some());
}

#[test]
fn a_service_whose_clock_is_months_behind_does_not_age_the_marks() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(3), "a")]);
    test_app.send(SyncEvent::Notice(ServiceNotice::ClockOffset(
        TimeDelta::days(-200),
    )));
    let kept = test_app
        .press("m")
        .into_iter()
        .find_map(|effect| match effect {
            Effect::SaveReadState(marks) => Some(marks),
            _ => None,
        });
    let heard = kept
        .unwrap()
        .sessions
        .get(&SessionId(1))
        .unwrap()
        .last_listed;
    assert_eq!(heard, test_app.app.local_now());
}
