//! Read position: what counts as seen, and where the unread line is.

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::{AppConfig, Unread};
use crate::chat::{
    Lww, MessageId, ReadPosition, ReadState, SessionId, SessionReadState, SpecialKind,
};
use chrono::TimeDelta;

use crate::app::tests::unread::{
    open_transcript, read_state_up_to, saved_positions, test_app, unread_count, unread_line,
};
use crate::app::tests::waiting_sessions;
use crate::test_support::builders::{
    agent_message, bot_message, customer_message, minutes_ago, now, numbered_messages,
    special_message,
};
use crate::test_support::{TestApp, app_config, seconds_after};

#[test]
fn following_with_the_window_in_focus_sees_to_the_end() {
    let mut test_app = open_transcript(Vec::new());
    let end = ReadPosition {
        until: minutes_ago(0),
        newest: Some(MessageId(2)),
    };
    let effects = test_app.send_messages(
        1,
        vec![
            customer_message(1, minutes_ago(3), "a"),
            customer_message(2, minutes_ago(0), "b"),
        ],
    );
    let mark = SessionReadState {
        read_position: Some(Lww {
            at: now(),
            value: end,
        }),
        ..SessionReadState::new(now())
    };
    assert_eq!(
        effects,
        [Effect::SaveReadState(ReadState::for_session(
            SessionId(1),
            mark
        ))]
    );
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    assert_eq!(
        test_app.send_messages(1, numbered_messages(1..2)),
        [],
        "nothing new, nothing kept"
    );
}

#[test]
fn a_window_without_focus_sees_nothing_until_it_has_it_again() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(3), "a")]);
    test_app.send(Event::FocusChanged(false));
    let news = vec![
        customer_message(2, minutes_ago(2), "b"),
        agent_message(3, minutes_ago(2), "an agent's own"),
        bot_message(4, minutes_ago(1), "of a bot"),
        special_message(5, minutes_ago(1), SpecialKind::ClosedByCustomer),
    ];
    assert_eq!(test_app.send_messages(1, news), []);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(3));
    assert_eq!(test_app.app.count_unread_sessions(), 1);
    let line = unread_line(&test_app).expect("the line where the unread begin");
    let seen = saved_positions(&test_app.send(Event::FocusChanged(true)));
    assert_eq!(seen[0].newest, Some(MessageId(5)));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    assert_eq!(unread_line(&test_app), Some(line));
}

#[test]
fn a_paused_view_sees_what_is_on_the_screen() {
    let mut test_app = open_transcript(numbered_messages(1..200));
    test_app.press("lg");
    let effects = test_app.send_messages(1, vec![customer_message(300, minutes_ago(1), "late")]);
    assert_eq!(saved_positions(&effects), []);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(1));
    let seen = saved_positions(&test_app.press("G"));
    assert_eq!(seen[0].newest, Some(MessageId(300)));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}

#[test]
fn a_hidden_transcript_sees_nothing() {
    let mut test_app = test_app(60);
    test_app.send_list(waiting_sessions(2));
    test_app.press("<enter>");
    assert_eq!(
        saved_positions(&test_app.send_messages(1, vec![customer_message(1, minutes_ago(3), "a")]))
            .len(),
        1
    );
    test_app.press("h");
    assert_eq!(
        saved_positions(&test_app.send_messages(1, vec![customer_message(2, minutes_ago(2), "b")])),
        []
    );
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(1));
    assert_eq!(saved_positions(&test_app.press("l")).len(), 1);
}

#[test]
fn a_future_message_is_seen_when_it_is_due() {
    let mut test_app = open_transcript(vec![
        customer_message(1, minutes_ago(3), "a"),
        bot_message(2, seconds_after(now(), 60), "soon"),
    ]);
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    let seen = saved_positions(&test_app.advance(TimeDelta::seconds(61)));
    assert_eq!(seen[0].newest, Some(MessageId(2)));
}

#[test]
fn the_unread_line_is_below_the_stored_position_after_a_restart() {
    for session_first in [false, true] {
        let mut test_app = TestApp::with_config(AppConfig {
            initial_session: Some(SessionId(1)),
            ..app_config(100, 30)
        });
        let mut marks = ReadState::starting_at(minutes_ago(60));
        marks.merge(&read_state_up_to(1, 2, minutes_ago(20), minutes_ago(20)));
        if session_first {
            test_app.send_list(waiting_sessions(2));
        }
        test_app.send(Event::ReadStateLoaded(marks));
        test_app.send_messages(
            1,
            vec![
                customer_message(1, minutes_ago(30), "one"),
                customer_message(2, minutes_ago(20), "two"),
                customer_message(3, minutes_ago(10), "three"),
            ],
        );
        let lines = test_app.screen_lines();
        let of = |words: &str| lines.iter().position(|line| line.contains(words)).unwrap();
        let line = unread_line(&test_app).unwrap();
        assert!((of("two")..of("three")).contains(&line));
    }
}

#[test]
fn a_message_that_sorts_among_those_seen_is_not_counted() {
    let mut test_app = open_transcript(vec![customer_message(5, minutes_ago(3), "a")]);
    test_app.send(Event::FocusChanged(false));
    test_app.send_messages(
        1,
        vec![customer_message(
            9,
            minutes_ago(5),
            "later id, earlier time",
        )],
    );
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    test_app.send_messages(
        1,
        vec![customer_message(
            2,
            minutes_ago(1),
            "smaller id, later time",
        )],
    );
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(1));
}

#[test]
fn a_list_that_tells_later_times_than_the_messages_is_believed_once_it_must_have_been_pulled() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(30), "a")]);
    let told = |minutes| {
        let mut sessions = waiting_sessions(2);
        sessions[0].last_activity = Some(minutes_ago(minutes));
        sessions
    };
    let seconds_later = saved_positions(&test_app.send_list(told(30)));
    assert_eq!(seconds_later, [], "the time of the message");
    // Nothing like it is held, but whatever it was had been pulled long ago.
    assert_eq!(
        saved_positions(&test_app.send_list(told(20)))[0].until,
        minutes_ago(20)
    );
    // What may not have been pulled yet is not seen.
    assert_eq!(saved_positions(&test_app.send_list(told(0))), []);
    assert_eq!(
        saved_positions(&test_app.advance(TimeDelta::seconds(9))),
        []
    );
    assert_eq!(
        saved_positions(&test_app.advance(TimeDelta::seconds(1)))[0].until,
        now()
    );
    test_app.press("j<enter>");
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}
