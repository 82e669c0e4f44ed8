//! Regressions of the transcript pane.

use crate::app::tests::screen_contains;
use crate::app::transcript_pane::message_layout::RowKind;
use crate::chat::{SpecialKind, Status};
use chrono::TimeDelta;

use crate::app::transcript_pane::tests::properties::posted_time;
use crate::app::transcript_pane::tests::{open_transcript, pane_state, top_row};
use crate::test_support::builders::{
    agent_message, customer_message, now, numbered_messages, options_message, session,
    special_message, today_at,
};

#[test]
fn messages_above_a_future_one_are_counted_as_new() {
    let mut messages = numbered_messages(1..30);
    messages.push(agent_message(50, now() + TimeDelta::hours(1), "call back"));
    let mut test_app = open_transcript((60, 20), messages);
    test_app.press("f");
    assert_eq!(test_app.transcript_pane().new_message_count(), 0);
    test_app.send_messages(1, vec![customer_message(51, today_at("14:02"), "new")]);
    assert_eq!(test_app.transcript_pane().new_message_count(), 1);
}

#[test]
fn the_unread_line_is_above_a_new_message_not_above_a_future_one() {
    let mut messages = numbered_messages(1..30);
    messages.push(agent_message(50, now() + TimeDelta::hours(1), "call back"));
    let mut test_app = open_transcript((100, 20), messages);
    test_app.send_list(vec![session(2, "Bjørn Ås", Status::CustomerLast, 1)]);
    test_app.press("h<enter>");
    test_app.send_messages(1, Vec::new());
    test_app.press("h");
    assert_eq!(test_app.open_session(), Some(2));
    test_app.send_messages(1, vec![customer_message(51, today_at("14:02"), "new")]);
    test_app.send_list(vec![session(1, "Kari Nordmann", Status::CustomerLast, 1)]);
    test_app.press("<enter>");
    assert_eq!(test_app.open_session(), Some(1));
    let rows = test_app.visible_rows();
    let unread = rows.iter().find(|row| row.row.kind == RowKind::Unread);
    assert_eq!(test_app.id_at(unread.unwrap().message_index), 51);
}

#[test]
fn pausing_moves_the_unread_line_without_moving_a_row() {
    let mut test_app = open_transcript((40, 6), numbered_messages(1..6));
    test_app.press("f");
    let tall = "one row of words<br>".repeat(9);
    test_app.send_messages(1, vec![customer_message(7, today_at("14:00"), &tall)]);
    test_app.press("G");
    let before = (top_row(&test_app), test_app.visible_rows());
    test_app.press("f");
    assert_eq!((top_row(&test_app), test_app.visible_rows()), before);
    test_app.press("kj");
    assert_eq!(pane_state(&test_app).2, before.0);
}

#[test]
fn a_choice_is_marked_once_it_is_clicked() {
    let options = options_message(1, posted_time(1), "What?", &[("ok", "")]);
    let mut test_app = open_transcript((80, 24), vec![options]);
    assert!(screen_contains(&test_app, "○ ok") && !screen_contains(&test_app, "◉ ok"));
    let choice = "ok".to_owned();
    let click = special_message(2, posted_time(2), SpecialKind::ClickedOption { choice });
    test_app.send_messages(1, vec![click]);
    assert!(screen_contains(&test_app, "◉ ok") && !screen_contains(&test_app, "○ ok"));
}
