//! Messages that are gone at the service, and whether anybody looks.

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::sync::SyncCommand;

use crate::app::tests::test_app;
use crate::test_support::builders::numbered_messages;
use crate::test_support::{TestApp, list_event};

/// The open session without some messages.
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
fn what_a_whole_answer_did_not_bring_goes_and_is_told() {
    let mut test_app = test_app();
    assert_eq!(test_app.send_all_messages(1, numbered_messages(1..41)), []);
    assert!(!test_app.app.take_dirty());
    for (gone, words) in [
        (vec![7], "1 message is no longer there"),
        (vec![7, 8, 40], "2 messages are no longer there"),
        (
            (1..41).collect(),
            "The service holds no messages of this session any more: it was reset or deleted",
        ),
    ] {
        test_app.send_all_messages(1, messages_without(&gone));
        assert!(test_app.app.take_dirty());
        let left: Vec<_> = (1..41).filter(|id| !gone.contains(id)).collect();
        assert_eq!(transcript_ids(&test_app), left);
        assert_eq!(test_app.notice(), Some(words));
    }
}

#[test]
fn an_answer_that_is_not_whole_takes_nothing_away() {
    let mut test_app = test_app();
    test_app.send_messages(1, numbered_messages(38..41));
    assert_eq!(transcript_ids(&test_app).len(), 40);
    assert_eq!(test_app.notice(), None);
}

#[test]
fn what_is_gone_of_another_session_is_told_to_nobody() {
    let mut test_app = test_app();
    test_app.press("j<enter>");
    test_app.send_all_messages(1, messages_without(&[7]));
    assert_eq!(test_app.notice(), None);
    test_app.press("hk<enter>");
    assert_eq!(transcript_ids(&test_app).len(), 39);
}

#[test]
fn the_place_goes_to_a_neighbour_of_what_is_gone() {
    let mut test_app = test_app();
    test_app.press("lg");
    test_app.press("jjjjj");
    let (first, selected) = (
        test_app.visible_ids()[0],
        test_app.selected_message().unwrap(),
    );
    assert_eq!(selected, first + 5);
    test_app.send_all_messages(1, messages_without(&[first, selected, selected + 1]));
    assert_eq!(test_app.visible_ids()[0], first + 1);
    assert_eq!(test_app.selected_message(), Some(selected + 2));
    assert!(!test_app.transcript_pane().is_following());
    // With nothing left below, the neighbour above.
    test_app.send_all_messages(1, numbered_messages(1..3));
    assert_eq!(test_app.selected_message(), Some(2));
}

#[test]
fn what_was_new_stays_new_when_the_last_message_seen_is_gone() {
    let mut test_app = test_app();
    test_app.press("lk");
    test_app.send_messages(1, numbered_messages(41..44));
    assert_eq!(test_app.transcript_pane().new_message_count(), 3);
    let mut left = messages_without(&[39, 40]);
    left.extend(numbered_messages(41..44));
    test_app.send_all_messages(1, left);
    assert_eq!(test_app.transcript_pane().new_message_count(), 3);
}

#[test]
fn hits_that_are_gone_are_not_counted() {
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
fn who_looks_away_is_told_once_and_who_types_is_back() {
    let mut test_app = test_app();
    assert_eq!(test_app.send(Event::FocusChanged(true)), []);
    assert_eq!(
        test_app.send(Event::FocusChanged(false)),
        [Effect::Sync(SyncCommand::SetFocused(false))]
    );
    assert_eq!(test_app.send(Event::FocusChanged(false)), []);
    assert!(!test_app.app.take_dirty(), "nothing of it shows");
    assert_eq!(
        test_app.press("R"),
        [
            Effect::Sync(SyncCommand::SetFocused(true)),
            Effect::Sync(SyncCommand::Refresh)
        ]
    );
}

#[test]
fn a_page_looked_at_again_leaves_the_end_of_the_list_where_it_is() {
    use crate::chat::{Scope, SessionId, Status};
    let page = |from: i64, to: i64| -> Vec<_> {
        let ids = (to..from).rev();
        ids.map(|id| crate::test_support::builders::session(id, "Kari", Status::Closed, 9))
            .collect()
    };
    let mut test_app = TestApp::new(100, 30);
    test_app.press("vv");
    test_app.send(list_event(Scope::All, None, page(400, 300), Some(300)));
    test_app.press("G");
    test_app.send(list_event(Scope::All, Some(300), page(300, 200), Some(200)));
    let before = test_app.app.session_list().count();
    test_app.send(list_event(Scope::All, Some(300), page(300, 205), Some(205)));
    assert_eq!(test_app.app.session_list().count(), before);
    let more = |below: i64| {
        Effect::Sync(SyncCommand::FetchNextPage {
            below: SessionId(below),
        })
    };
    test_app.send(list_event(Scope::All, Some(300), page(300, 200), Some(200)));
    assert_eq!(test_app.press("G"), [more(200)]);
}
