//! Read position: what counts as seen, and where the unread line is.

use crate::app::Unread;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{MessageId, ReadState, SpecialKind};
use chrono::TimeDelta;

use crate::app::tests::unread::{
    open_transcript, read_state_up_to, saved_positions, test_app, unread_count, unread_line,
};
use crate::app::tests::waiting_sessions;
use crate::test_support::builders::{
    agent_message, bot_message, customer_message, minutes_ago, now, numbered_messages,
    special_message,
};
use crate::test_support::{TestApp, seconds_after};

#[test]
fn following_in_a_focused_window_reads_to_the_end() {
    let mut test_app = open_transcript(Vec::new());
    let [first, second] =
        [(1, 3), (2, 0)].map(|(id, at)| customer_message(id, minutes_ago(at), "a"));
    let effects = test_app.send_messages(1, vec![first, second]);
    let saved = Effect::SaveReadState(read_state_up_to(2, minutes_ago(0), now()));
    assert_eq!(effects, [saved]);
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    assert_eq!(
        test_app.send_messages(1, numbered_messages(1..2)),
        [],
        "nothing new to save"
    );
}

#[test]
fn a_window_without_focus_reads_nothing_until_it_is_focused() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(3), "a")]);
    test_app.send(Event::FocusChanged(false));
    let messages = vec![
        customer_message(2, minutes_ago(2), "b"),
        agent_message(3, minutes_ago(2), "an agent's own"),
        bot_message(4, minutes_ago(1), "of a bot"),
        special_message(5, minutes_ago(1), SpecialKind::ClosedByCustomer),
    ];
    assert_eq!(test_app.send_messages(1, messages), []);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(3));
    assert_eq!(test_app.app.count_unread_sessions(), 1);
    let line = unread_line(&test_app).unwrap();
    let seen = saved_positions(&test_app.send(Event::FocusChanged(true)));
    assert_eq!(seen[0].newest, Some(MessageId(5)));
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
    assert_eq!(unread_line(&test_app), Some(line));
}

#[test]
fn a_paused_view_reads_only_to_the_end_of_the_screen() {
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
fn a_message_with_the_id_of_one_that_was_read_is_unread() {
    let message = |id, minutes| customer_message(id, minutes_ago(minutes), "a");
    let mut test_app = open_transcript(vec![message(1, 9), message(2, 8)]);
    test_app.send(Event::FocusChanged(false));
    // The service was restored from a backup, and uses the id again.
    test_app.send_all_messages(1, vec![message(1, 9), message(2, 3), message(3, 2)]);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(2));
}

#[test]
fn a_hidden_transcript_reads_nothing() {
    let mut test_app = test_app(60);
    test_app.send_list(waiting_sessions(2));
    test_app.press("<enter>");
    let arrive = |test_app: &mut TestApp, id| {
        let message = customer_message(id, minutes_ago(4 - id), "a");
        saved_positions(&test_app.send_messages(1, vec![message])).len()
    };
    assert_eq!(arrive(&mut test_app, 1), 1);
    test_app.press("h");
    assert_eq!(arrive(&mut test_app, 2), 0);
    assert_eq!(unread_count(&test_app, 1), Unread::Messages(1));
    assert_eq!(saved_positions(&test_app.press("l")).len(), 1);
}

#[test]
fn a_future_message_is_read_when_it_is_due() {
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
        let mut test_app = TestApp::with_session(1);
        let mut state = ReadState::starting_at(minutes_ago(60));
        state.merge(&read_state_up_to(2, minutes_ago(20), minutes_ago(20)));
        if session_first {
            test_app.send_list(waiting_sessions(2));
        }
        test_app.send(Event::ReadStateLoaded(state));
        let messages = [(1, "one"), (2, "two"), (3, "three")]
            .map(|(id, text)| customer_message(id, minutes_ago(40 - 10 * id), text));
        test_app.send_messages(1, messages.to_vec());
        let lines = test_app.screen_lines();
        let line_of = |text: &str| lines.iter().position(|line| line.contains(text)).unwrap();
        let line = unread_line(&test_app).unwrap();
        assert!((line_of("two")..line_of("three")).contains(&line));
    }
}

#[test]
fn a_message_that_sorts_among_those_seen_is_not_counted() {
    let mut test_app = open_transcript(vec![customer_message(5, minutes_ago(3), "a")]);
    test_app.send(Event::FocusChanged(false));
    for (id, minutes, unread) in [(9, 5, Unread::Nothing), (2, 1, Unread::Messages(1))] {
        test_app.send_messages(1, vec![customer_message(id, minutes_ago(minutes), "b")]);
        assert_eq!(
            unread_count(&test_app, 1),
            unread,
            "sorted by time, not by id"
        );
    }
}

#[test]
fn later_activity_in_the_list_counts_as_read_once_it_must_have_been_pulled() {
    let mut test_app = open_transcript(vec![customer_message(1, minutes_ago(30), "a")]);
    let list = |minutes| {
        let mut sessions = waiting_sessions(2);
        sessions[0].last_activity = Some(minutes_ago(minutes));
        sessions
    };
    let until = |effects: &[Effect]| saved_positions(effects).first().map(|it| it.until);
    assert_eq!(
        until(&test_app.send_list(list(30))),
        None,
        "the time of the message"
    );
    // No such message is loaded, but a pull since then would have brought it.
    assert_eq!(until(&test_app.send_list(list(20))), Some(minutes_ago(20)));
    // Activity that may not have been pulled yet is not read.
    assert_eq!(until(&test_app.send_list(list(0))), None);
    assert_eq!(until(&test_app.advance(TimeDelta::seconds(9))), None);
    assert_eq!(until(&test_app.advance(TimeDelta::seconds(1))), Some(now()));
    test_app.press("j<enter>");
    assert_eq!(unread_count(&test_app, 1), Unread::Nothing);
}
