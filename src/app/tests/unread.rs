//! Unread messages: counts, marking read and unread, watching, and what is stored for the next run.

use crate::app::Unread;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{
    Message, MessageId, ReadPosition, ReadState, Session, SessionId, SessionReadState, Status,
    Timed, Timestamp,
};
use crate::sync::{ServiceNotice, SyncCommand, SyncEvent};
use chrono::TimeDelta;

use crate::app::tests::{screen_contains, waiting_sessions};
use crate::test_support::builders::{
    bot_message, customer_message, minutes_ago, now, numbered_messages, session,
};
use crate::test_support::{TestApp, open_effect, seconds_after};

/// An app whose read state begins an hour ago.
pub(crate) fn test_app(width: u16) -> TestApp {
    let mut test_app = TestApp::new(width, 30);
    let state = ReadState::starting_at(minutes_ago(60));
    assert_eq!(test_app.send(Event::ReadStateLoaded(state)), []);
    test_app
}

pub(crate) fn position(until: Timestamp, newest: Option<i64>) -> ReadPosition {
    let newest = newest.map(MessageId);
    ReadPosition { until, newest }
}

/// Session 1 read up to a message, as recorded at a time.
pub(crate) fn read_state_up_to(newest: i64, until: Timestamp, at: Timestamp) -> ReadState {
    let value = position(until, Some(newest));
    let state = SessionReadState {
        read_position: Some(Timed { at, value }),
        ..SessionReadState::new(now())
    };
    ReadState::for_session(SessionId(1), state)
}

/// Customer messages of the last minutes, one a minute, with these ids.
fn recent_messages(ids: std::ops::Range<i64>) -> Vec<Message> {
    let end = ids.end;
    ids.map(|id| customer_message(id, minutes_ago(10 + end - id), "hm"))
        .collect()
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
    let saved = effects.iter().filter_map(|effect| match effect {
        Effect::SaveReadState(state) => state.sessions.values().next()?.read_position,
        _ => None,
    });
    saved.map(|entry| entry.value).collect()
}

/// When session 1 was last listed, according to the saved read state.
fn last_listed(effects: &[Effect]) -> Option<Timestamp> {
    effects.iter().find_map(|effect| match effect {
        Effect::SaveReadState(state) => Some(state.sessions[&SessionId(1)].last_listed),
        _ => None,
    })
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
    let state = ReadState::starting_at(now());
    assert_eq!(test_app.send(Event::ReadStateLoaded(state)), []);
    assert_eq!(test_app.app.count_unread_sessions(), 0);
}

#[test]
fn unloaded_sessions_are_unread_if_the_customer_wrote_last() {
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
fn activity_before_the_read_position_is_not_unread() {
    let mut test_app = test_app(60);
    test_app.send_list(vec![session(1, "a", Status::CustomerLast, 10)]);
    for (minutes, recorded, expected) in [
        (11, -1, Unread::Something),
        (10, 0, Unread::Nothing),
        (9, 1, Unread::Nothing),
    ] {
        let state = read_state_up_to(5, minutes_ago(minutes), seconds_after(now(), recorded));
        test_app.send(Event::ReadStateLoaded(state));
        assert_eq!(unread_count(&test_app, 1), expected);
    }
}

#[test]
fn m_marks_an_unloaded_session_read() {
    let mut test_app = test_app(60);
    test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 10)]);
    let seen = saved_positions(&test_app.press("m"));
    assert_eq!(seen, [position(minutes_ago(10), None)]);
    assert_eq!(test_app.notice(), Some("Kari is marked read"));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 9)]);
    assert_eq!(unread_count(&test_app, 1), Unread::Something);
    assert_eq!(TestApp::new(60, 20).press("m"), [], "nothing is selected");
}

#[test]
fn m_marks_a_paused_transcript_read_to_its_end() {
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
fn capital_m_marks_unread_until_the_session_is_opened_again() {
    let mut test_app = open_transcript(recent_messages(1..10));
    test_app.press("lkkk");
    let seen = saved_positions(&test_app.press("M"));
    assert_eq!(seen, [position(minutes_ago(15), Some(5))]);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(4));
    assert!(unread_line(&test_app).is_some());
    // All of it is on the screen, and neither arrivals nor keys mark it read again.
    let more = vec![customer_message(10, minutes_ago(1), "more")];
    assert_eq!(test_app.send_messages(1, more), []);
    assert_eq!(saved_positions(&test_app.press("k")), []);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(5));
    // Until it is opened again, or followed to its end.
    test_app.press("hj<enter>");
    test_app.send_messages(2, numbered_messages(1..2));
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(5));
    let seen = saved_positions(&test_app.press("hk<enter>"));
    assert_eq!(seen[0].newest, Some(MessageId(10)));
    test_app.press("kM");
    assert_ne!(unread_count(&test_app, 1), Unread::Nothing);
    test_app.press("G");
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn all_messages_can_be_marked_unread_and_ninety_nine_are_counted() {
    for (count, unread, shown) in [(3, Unread::Messages(3), "•3"), (500, Unread::More, "•99+")]
    {
        let mut test_app = open_transcript(recent_messages(1..count + 1));
        test_app.press("lgM");
        assert_eq!(unread_count(&test_app, 1), unread);
        assert!(
            screen_contains(&test_app, shown),
            "{:#?}",
            test_app.screen_lines()
        );
    }
}

#[test]
fn a_closed_session_with_unloaded_messages_is_unread_without_a_count() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(80), "a")]);
    test_app.press("j<enter>");
    test_app.send_messages(2, numbered_messages(1..2));
    let mut sessions: Vec<Session> = waiting_sessions(2);
    sessions[0].last_activity = Some(minutes_ago(1));
    test_app.send_list(sessions);
    assert_eq!(unread_count(&test_app, 1), Unread::Something);
    // Once they are loaded, they are counted.
    let [second, third] =
        [(2, 2), (3, 1)].map(|(id, at)| customer_message(id, minutes_ago(at), "b"));
    test_app.send_messages(1, vec![second, third]);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(2));
}

#[test]
fn messages_read_in_another_viewer_are_read_here() {
    let mut test_app = test_app(60);
    test_app.send_list(vec![session(1, "a", Status::CustomerLast, 10)]);
    assert_eq!(unread_count(&test_app, 1), Unread::Something);
    test_app.app.take_dirty();
    let state = read_state_up_to(7, minutes_ago(10), now());
    assert_eq!(test_app.send(Event::ReadStateLoaded(state)), []);
    assert!(test_app.app.take_dirty());
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn that_a_session_is_listed_is_saved_once_a_day() {
    let mut test_app = test_app(60);
    let list = || vec![session(1, "a", Status::UserLast, 10)];
    test_app.send_list(list());
    test_app.press("m");
    assert_eq!(test_app.send_list(list()), []);
    test_app.advance(TimeDelta::hours(25));
    let saved = last_listed(&test_app.send_list(list()));
    assert_eq!(saved, Some(test_app.app.now()));
    assert_eq!(test_app.send_list(list()), []);
}

#[test]
fn marking_read_after_marking_unread_frees_the_session() {
    let news = |id| vec![customer_message(id, minutes_ago(10 - id), "news")];
    let mut test_app = open_transcript(recent_messages(1..5));
    test_app.press("lkkM");
    // Marked unread, it stays so, although everything is on the screen.
    assert_eq!(saved_positions(&test_app.send_messages(1, news(5))), []);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(4));
    test_app.press("m");
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    let saved = saved_positions(&test_app.send_messages(1, news(6)));
    assert_eq!(saved.last().unwrap().newest, Some(MessageId(6)));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn w_toggles_watching_and_is_saved() {
    let mut test_app = test_app(60);
    test_app.send_list(waiting_sessions(2));
    let ids = |ids: &[i64]| {
        Effect::Sync(SyncCommand::SetWatched(
            ids.iter().map(|&id| SessionId(id)).collect(),
        ))
    };
    let watched = |value, at| SessionReadState {
        watched: Some(Timed { at, value }),
        ..SessionReadState::new(now())
    };
    let save = |state| Effect::SaveReadState(ReadState::for_session(SessionId(1), state));
    assert_eq!(test_app.press("w"), [ids(&[1]), save(watched(true, now()))]);
    assert_eq!(test_app.notice(), Some("Watching customer 1"));
    assert!(screen_contains(&test_app, "customer 1 ◎"));
    // At the same time by the clock, but recorded as later.
    let after = now() + TimeDelta::milliseconds(1);
    assert_eq!(test_app.press("w"), [ids(&[]), save(watched(false, after))]);
    assert_eq!(test_app.notice(), Some("No longer watching customer 1"));

    let state = ReadState::for_session(SessionId(7), watched(true, now()));
    let loaded = || Event::ReadStateLoaded(state.clone());
    assert_eq!(test_app.send(loaded()), [ids(&[7])]);
    assert_eq!(test_app.send(loaded()), []);
}

#[test]
fn the_transcript_of_a_watched_session_stays_cached() {
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
fn messages_before_the_first_start_are_read_even_below_a_paused_view() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(2));
    test_app.send_messages(1, numbered_messages(1..200));
    test_app.press("lg");
    let effects = test_app.send(Event::ReadStateLoaded(ReadState::starting_at(now())));
    assert_eq!(effects, []);
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn a_future_message_in_another_session_counts_as_unread_when_it_is_due() {
    let mut test_app = open_transcript(vec![
        customer_message(1, minutes_ago(3), "a"),
        bot_message(2, seconds_after(now(), 60), "soon"),
    ]);
    test_app.press("j<enter>");
    test_app.send_messages(2, numbered_messages(1..2));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    let due = now() + TimeDelta::seconds(58);
    while test_app.app.now() < due {
        let redraw = test_app.app.next_redraw().unwrap();
        assert!(redraw <= due, "the redraw would be late");
        assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
        test_app.send(Event::Ticked(redraw));
    }
    assert!(test_app.app.take_dirty());
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(1));
    assert!(test_app.app.next_redraw().is_some());
}

#[test]
fn a_service_clock_that_is_months_behind_does_not_age_the_read_state() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(3), "a")]);
    let offset = TimeDelta::days(-200);
    test_app.send(SyncEvent::Notice(ServiceNotice::ClockOffset(offset)));
    let saved = last_listed(&test_app.press("m"));
    assert_eq!(saved, Some(test_app.app.local_now()));
}

#[test]
fn the_header_shows_since_when_something_is_unread() {
    let mut test_app = test_app(120);
    let mut sessions = waiting_sessions(3);
    // Read up to an hour ago: of session 2, which waits longer, only the last message is unread.
    for (session, minutes) in sessions.iter_mut().zip([70, 20, 30]) {
        session.last_activity = Some(minutes_ago(minutes));
    }
    sessions[2].requested = Some(minutes_ago(30));
    test_app.send_list(sessions);
    test_app.send_messages(1, Vec::new());
    assert_eq!(test_app.app.unread_summary(), (2, Some(minutes_ago(30))));
    assert!(screen_contains(&test_app, "2 unread since 13:32"));
    // Messages that arrive while the window has no focus are unread too.
    test_app.send(Event::FocusChanged(false));
    let away = vec![
        customer_message(1, minutes_ago(45), "a"),
        customer_message(2, minutes_ago(44), "b"),
    ];
    test_app.send_messages(1, away);
    test_app.send(Event::FocusChanged(true));
    assert_eq!(
        test_app.app.count_unread_sessions(),
        2,
        "on the screen is read"
    );
    test_app.press("hjm");
    assert!(screen_contains(&test_app, "1 unread since"));
}
