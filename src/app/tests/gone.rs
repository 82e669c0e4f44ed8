//! Messages that the service no longer has, and the focus of the window.

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{Scope, SessionPage};
use crate::sync::{SyncCommand, SyncEvent};

use crate::app::tests::test_app;
use crate::test_support::TestApp;
use crate::test_support::builders::numbered_messages;

/// The messages of the open session without these.
fn messages_without(gone: &[i64]) -> Vec<crate::chat::Message> {
    let mut left = numbered_messages(1..41);
    left.retain(|message| !gone.contains(&message.id.0));
    left
}

fn transcript_ids(test_app: &TestApp) -> Vec<i64> {
    let transcript = test_app.transcript_pane().transcript();
    transcript.iter().map(|message| message.id.0).collect()
}

#[test]
fn messages_missing_from_a_full_response_are_removed_with_a_notice() {
    let mut test_app = test_app();
    assert_eq!(test_app.send_all_messages(1, numbered_messages(1..41)), []);
    assert!(!test_app.app.take_dirty());
    for (gone, text) in [
        (vec![7], "1 message was removed from the session"),
        (vec![7, 8, 40], "2 messages were removed from the session"),
        (
            (1..41).collect(),
            "All messages were removed: the session was reset or deleted",
        ),
    ] {
        test_app.send_all_messages(1, messages_without(&gone));
        assert!(test_app.app.take_dirty());
        let left: Vec<_> = (1..41).filter(|id| !gone.contains(id)).collect();
        assert_eq!(transcript_ids(&test_app), left);
        assert_eq!(test_app.notice(), Some(text));
    }
}

#[test]
fn a_list_that_may_lack_sessions_is_reported_once() {
    let mut test_app = test_app();
    for expected in [Some("it ignores the order"), None] {
        test_app.send(SyncEvent::SessionsListed {
            scope: Scope::Channels,
            below: None,
            listing: SessionPage {
                incomplete: Some("it ignores the order".to_owned()),
                ..SessionPage::default()
            },
        });
        assert_eq!(test_app.notice(), expected);
        test_app.advance(chrono::TimeDelta::seconds(9));
    }
}

#[test]
fn a_partial_response_removes_nothing() {
    let mut test_app = test_app();
    test_app.send_messages(1, numbered_messages(38..41));
    assert_eq!(transcript_ids(&test_app).len(), 40);
    assert_eq!(test_app.notice(), None);
}

#[test]
fn messages_removed_from_another_session_show_no_notice() {
    let mut test_app = test_app();
    test_app.press("j<enter>");
    test_app.send_all_messages(1, messages_without(&[7]));
    assert_eq!(test_app.notice(), None);
    test_app.press("hk<enter>");
    assert_eq!(transcript_ids(&test_app).len(), 39);
}

#[test]
fn view_and_selection_move_to_a_neighbour_of_a_removed_message() {
    let mut test_app = test_app();
    test_app.press("lgjjjjj");
    let first = test_app.visible_ids()[0];
    let selected = test_app.selected_message().unwrap();
    assert_eq!(selected, first + 5);
    test_app.send_all_messages(1, messages_without(&[first, selected, selected + 1]));
    assert_eq!(test_app.visible_ids()[0], first + 1);
    assert_eq!(test_app.selected_message(), Some(selected + 2));
    assert!(!test_app.transcript_pane().is_following());
    // With none left below, the one above.
    test_app.send_all_messages(1, numbered_messages(1..3));
    assert_eq!(test_app.selected_message(), Some(2));
}

#[test]
fn new_messages_stay_new_when_the_last_message_seen_is_removed() {
    let mut test_app = test_app();
    test_app.press("l<pgup>");
    test_app.send_messages(1, numbered_messages(41..44));
    assert_eq!(test_app.new_message_count(), 3);
    let mut left = messages_without(&[39, 40]);
    left.extend(numbered_messages(41..44));
    test_app.send_all_messages(1, left);
    assert_eq!(test_app.new_message_count(), 3);
}

#[test]
fn removed_matches_are_not_counted() {
    let mut test_app = test_app();
    test_app.press("l/message<enter>");
    let before = test_app.transcript_pane().search().unwrap().match_count();
    assert!(before > 3, "{before}");
    test_app.send_all_messages(1, messages_without(&[1, 2, 3]));
    let search = test_app.transcript_pane().search().unwrap();
    let places = 0..test_app.transcript_pane().transcript().len();
    let found = places.filter(|place| search.match_number(*place).is_some());
    assert_eq!(search.match_count(), found.count());
    assert!(search.match_count() < before);
}

#[test]
fn a_focus_change_is_sent_once_and_a_key_implies_focus() {
    let mut test_app = test_app();
    assert_eq!(test_app.send(Event::FocusChanged(true)), []);
    assert_eq!(
        test_app.send(Event::FocusChanged(false)),
        [Effect::Sync(SyncCommand::SetFocused(false))]
    );
    assert_eq!(test_app.send(Event::FocusChanged(false)), []);
    assert!(!test_app.app.take_dirty(), "nothing of it is visible");
    assert_eq!(
        test_app.press("R"),
        [
            Effect::Sync(SyncCommand::SetFocused(true)),
            Effect::Sync(SyncCommand::Refresh)
        ]
    );
}
