//! Jumps: to turns of the customer, and to the session before this one.

use crate::app::layout::Focus;
use crate::chat::{Message, SpecialKind};

use crate::app::tests::{test_app, waiting_sessions};
use crate::test_support::builders::{
    agent_message, bot_message, customer_message, now, special_message,
};
use crate::test_support::{TestApp, open_effect, seconds_after};

/// Messages with the ids 1, 2 and so on, each of the kind that a letter stands for.
fn messages(kinds: &str) -> Vec<Message> {
    let choice = "Delivery".to_owned();
    let make = |(id, kind): (i64, char)| {
        let at = seconds_after(now(), 60 * (id - 100));
        match kind {
            'a' => agent_message(id, at, "answer"),
            'b' => bot_message(id, at, "answer"),
            'c' => customer_message(id, at, "question"),
            'k' => special_message(
                id,
                at,
                SpecialKind::ClickedOption {
                    choice: choice.clone(),
                },
            ),
            _ => special_message(id, at, SpecialKind::Notice),
        }
    };
    (1..).zip(kinds.chars()).map(make).collect()
}

#[test]
fn braces_select_the_turns_of_the_customer() {
    for (down, up) in [("}", "{"), ("D", "U")] {
        let mut test_app = TestApp::new(100, 20);
        test_app.send_list(waiting_sessions(1));
        // A note of the service between two messages of the customer ends no turn.
        test_app.send_messages(1, messages("nccacncaabkcbnc"));
        test_app.press("lg");
        let mut selected = Vec::new();
        for _ in 0..6 {
            assert_eq!(test_app.press(down), []);
            selected.extend(test_app.selected_message());
        }
        assert_eq!(selected, [2, 5, 11, 15, 15, 15]);
        assert_eq!(test_app.notice(), Some("The customer begins no turn below"));
        // From within a turn to its first message.
        test_app.press("kkk");
        assert_eq!(test_app.selected_message(), Some(12));
        for wanted in [11, 5, 2, 2] {
            test_app.press(up);
            assert_eq!(test_app.selected_message(), Some(wanted));
        }
        assert_eq!(test_app.notice(), Some("The customer begins no turn above"));
    }
}

#[test]
fn minus_toggles_between_two_sessions_by_id() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("-"), []);
    let none = "The session before this one: no session was open before this one";
    assert_eq!(test_app.notice(), Some(none));
    test_app.press("jj<enter>");
    test_app.press("h");
    assert_eq!(test_app.press("-"), [open_effect(1, false)]);
    assert_eq!(test_app.app.focus(), Focus::Transcript);
    assert_eq!(test_app.selected_session(), Some(1));
    test_app.press("-");
    assert_eq!(
        (test_app.open_session(), test_app.selected_session()),
        (Some(3), Some(3))
    );
    // The order of the list does not matter, nor does a filter.
    test_app.press("h/customer 3<enter>");
    test_app.send_list(waiting_sessions(12).into_iter().rev().collect());
    test_app.press("-");
    assert_eq!(
        (test_app.open_session(), test_app.selected_session()),
        (Some(1), Some(1))
    );
    let cleared = "Filter cleared: it hides the session before this one";
    assert_eq!(test_app.notice(), Some(cleared));
}

#[test]
fn the_session_before_may_have_left_the_list() {
    let mut test_app = test_app();
    test_app.press("jj<enter>");
    test_app.send_list(waiting_sessions(12).split_off(2));
    test_app.press("-");
    assert_eq!(
        (test_app.open_session(), test_app.selected_session()),
        (Some(1), Some(3))
    );
    let gone = "Session 1 is no longer in the list; opened by its id";
    assert_eq!(test_app.notice(), Some(gone));
}
