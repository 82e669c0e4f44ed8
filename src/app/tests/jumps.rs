//! Jumps: to turns of the customer, the session before this one, unread messages; and the list that shows
//! only what needs attention.

use crate::app::layout::Focus;
use crate::chat::{Message, SessionId, SpecialKind, Status};
use crate::sync::SyncEvent;

use crate::app::tests::unread::test_app as unread_app;
use crate::app::tests::{screen_contains, test_app, waiting_sessions};
use crate::test_support::builders::{
    agent_message, bot_message, customer_message, minutes_ago, now, session, special_message,
};
use crate::test_support::{TestApp, open_effect, seconds_after};

/// Messages with the ids 1, 2 and so on, the kind of each given by a letter.
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
        assert_eq!(test_app.notice(), Some("No later customer turn"));
        // From within a turn to its first message.
        test_app.press("kkk");
        assert_eq!(test_app.selected_message(), Some(12));
        for wanted in [11, 5, 2, 2] {
            test_app.press(up);
            assert_eq!(test_app.selected_message(), Some(wanted));
        }
        assert_eq!(test_app.notice(), Some("No earlier customer turn"));
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

/// Four sessions: 1 waits and is open and read, 2 and 4 wait, 3 is answered; times are recent.
fn unread_sessions() -> TestApp {
    let mut test_app = unread_app(100);
    let mut sessions = waiting_sessions(4);
    sessions[2].status = Status::UserLast;
    sessions[1].last_activity = Some(minutes_ago(3));
    sessions[3].last_activity = Some(minutes_ago(1));
    test_app.send_list(sessions);
    test_app.send_messages(1, recent_messages(1..30));
    test_app
}

/// Messages of the customer, one a minute, the last one a minute ago.
fn recent_messages(ids: std::ops::Range<i64>) -> Vec<Message> {
    let end = ids.end;
    ids.map(|id| customer_message(id, minutes_ago(end - id), "hm"))
        .collect()
}

#[test]
fn u_opens_the_next_session_with_unread_messages_at_the_first_of_them() {
    let mut test_app = unread_sessions();
    // Not yet loaded: the jump waits for the messages. The first forty are older than the read state.
    assert_eq!(test_app.press("u"), [open_effect(2, true)]);
    assert_eq!(test_app.app.focus(), Focus::Transcript);
    let first = test_app.send_messages(2, recent_messages(1..100));
    assert_eq!(test_app.selected_message(), Some(41));
    assert!(!test_app.transcript_pane().is_following());
    assert!(screen_contains(&test_app, "─ unread ─"));
    assert!(!first.is_empty(), "what is on the screen counts as read");
    // The answered one has nothing unread.
    assert_eq!(test_app.press("u"), [open_effect(4, true)]);
    test_app.send_messages(4, recent_messages(1..3));
    // The rest of session 2 is unread, and loaded.
    assert_eq!(test_app.press("u").first(), Some(&open_effect(2, false)));
    let selected = test_app.selected_message().unwrap();
    assert!(selected > 41 && selected < 99, "{selected}");
    test_app.press("G");
    test_app.send_messages(2, Vec::new());
    assert_eq!(test_app.press("u"), []);
    assert_eq!(test_app.notice(), Some("No session has unread messages"));
}

#[test]
fn before_there_is_a_list_nothing_is_reported_of_its_sessions() {
    let mut test_app = TestApp::new(100, 20);
    let not_yet = "the list is not loaded yet";
    for (key, label) in [
        ("a", "Next reply"),
        ("u", "Next session with unread messages"),
        ("j", "Next session or message"),
        ("<enter>", "Open"),
    ] {
        assert_eq!(test_app.press(key), []);
        assert_eq!(test_app.notice(), Some(&*format!("{label}: {not_yet}")));
    }
    test_app.send_list(Vec::new());
    test_app.press("a");
    assert_eq!(test_app.notice(), Some("No session needs a reply"));
}

#[test]
fn a_jump_that_waits_for_messages_ends_when_the_user_moves() {
    let mut test_app = unread_sessions();
    test_app.press("u");
    test_app.send(SyncEvent::MessagesArrived {
        session: SessionId(2),
        request_id: 1,
        messages: recent_messages(1..100),
    });
    test_app.press("g");
    test_app.send_messages(2, Vec::new());
    assert_eq!(test_app.selected_message(), Some(1));
}

#[test]
fn u_clears_a_filter_that_hides_what_is_unread() {
    let mut test_app = unread_sessions();
    test_app.press("/customer 1<enter>u");
    assert_eq!(
        (test_app.open_session(), test_app.selected_session()),
        (Some(2), Some(2))
    );
    let cleared = "Filter cleared: no other session shown has unread messages";
    assert_eq!(test_app.notice(), Some(cleared));
}

#[test]
fn x_shows_only_what_needs_attention() {
    let mut test_app = unread_app(120);
    let kind = |id, status| session(id, &format!("customer {id}"), status, 5);
    let mut sessions = vec![
        kind(1, Status::CustomerLast),
        kind(2, Status::InQueue),
        kind(3, Status::UserLast),
        kind(4, Status::UserLast),
        kind(5, Status::Closed),
    ];
    test_app.send_list(sessions.clone());
    test_app.press("x");
    assert_eq!(test_app.listed_ids(), [1, 2]);
    assert!(screen_contains(&test_app, "attention only 2 of 5"));
    // A watched one, and one that begins to wait.
    test_app.press("xGkw");
    let watched = test_app.selected_session().unwrap();
    test_app.press("x");
    assert_eq!(test_app.listed_ids(), [1, 2, watched]);
    sessions[4].status = Status::CustomerLast;
    test_app.send_list(sessions.clone());
    let mut shown = test_app.listed_ids();
    shown.sort_unstable();
    assert_eq!(shown, [1, 2, watched, 5]);
    // With a filter.
    test_app.press("/customer 2<enter>");
    assert_eq!(test_app.listed_ids(), [2]);
    assert!(screen_contains(
        &test_app,
        "\"customer 2\", attention only 1 of 5"
    ));
    test_app.press("<esc>gkx");
    assert_eq!(test_app.listed_ids().len(), 5);
}

#[test]
fn while_it_is_read_an_unread_session_stays_among_what_needs_attention() {
    let mut test_app = unread_app(100);
    let mut sessions = waiting_sessions(2);
    test_app.send_list(sessions.clone());
    test_app.press("x");
    // Session 1 is open: it stays when the agent answers.
    for session in &mut sessions {
        session.status = Status::UserLast;
    }
    test_app.send_list(sessions);
    assert_eq!(test_app.listed_ids(), [1]);
}

#[test]
fn a_list_in_which_nothing_needs_attention_has_a_message() {
    let mut test_app = unread_app(60);
    test_app.send_list(vec![session(1, "Kari", Status::UserLast, 5)]);
    test_app.press("x");
    assert_eq!(test_app.listed_ids(), [0; 0]);
    assert!(screen_contains(&test_app, "Nothing needs attention"));
    assert!(screen_contains(&test_app, "x: show all sessions"));
    test_app.press("/zz<enter>");
    assert!(screen_contains(
        &test_app,
        "No session that needs attention matches"
    ));
}
