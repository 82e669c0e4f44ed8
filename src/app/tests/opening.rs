//! Opening, leaving and coming back.

use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crate::app::{App, AppConfig};
use crate::chat::{SessionId, Status};
use crate::sync::{SyncCommand, SyncEvent};

use crate::app::tests::{test_app, waiting_sessions};
use crate::test_support::builders::{customer_message, now, numbered_messages, session};
use crate::test_support::{TestApp, app_config, open_effect, oslo_zone};

#[test]
fn the_start_asks_for_times_and_for_the_session_named() {
    let (app, effects) = App::new(app_config(100, 30));
    assert_eq!(effects, [Effect::SetTimeZone(oslo_zone())]);
    assert_eq!((app.open_session_id(), app.focus()), (None, Focus::List));

    let named = AppConfig {
        initial_session: Some(SessionId(341)),
        ..app_config(100, 30)
    };
    let (app, effects) = App::new(named.clone());
    assert_eq!(
        effects,
        [Effect::SetTimeZone(oslo_zone()), open_effect(341, true)]
    );
    assert_eq!(
        (app.open_session_id(), app.focus()),
        (Some(SessionId(341)), Focus::Transcript)
    );
    // Only when the list turns out not to hold it, it is asked about by itself.
    assert_eq!(
        TestApp::with_config(named).send_list(waiting_sessions(3)),
        [Effect::Sync(SyncCommand::FetchSession(SessionId(341)))]
    );
}

#[test]
fn the_first_session_opens_by_itself_where_the_reader_shows() {
    let mut wide = TestApp::new(80, 24);
    assert_eq!(wide.send_list(waiting_sessions(3)), [open_effect(1, true)]);
    assert_eq!(wide.app.focus(), Focus::List);
    assert_eq!(wide.send_list(waiting_sessions(3)), []);

    let mut narrow = TestApp::new(79, 24);
    assert_eq!(narrow.send_list(waiting_sessions(3)), []);
    assert_eq!(narrow.press("j<enter>"), [open_effect(2, true)]);
    assert_eq!(narrow.app.focus(), Focus::Transcript);
    assert_eq!(narrow.send_list(waiting_sessions(3)), []);
}

#[test]
fn a_session_read_to_its_end_goes_on_where_it_was_left() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("j<enter>"), [open_effect(2, true)]);
    assert_eq!(test_app.press("hk<enter>"), [open_effect(1, false)]);
    // The second was left before its first answer had ended.
    let session = SessionId(2);
    test_app.send(SyncEvent::MessagesArrived {
        session,
        request_id: 9,
        messages: numbered_messages(1..5),
    });
    assert_eq!(test_app.press("hj<enter>"), [open_effect(2, true)]);
    test_app.send_messages(2, Vec::new());
    assert_eq!(
        test_app.press("hk<enter>hj<enter>"),
        [open_effect(1, false), open_effect(2, false)]
    );
}

#[test]
fn opening_what_is_open_asks_for_nothing() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("<enter>h<enter>"), []);
    assert_eq!(test_app.open_session(), Some(1));
}

#[test]
fn the_place_is_kept_while_away() {
    let mut test_app = test_app();
    test_app.press("l<pgup>k");
    let before = (test_app.visible_rows(), test_app.selected_message());
    test_app.press("hj<enter>");
    test_app.send_messages(2, numbered_messages(1..9));
    test_app.send_messages(1, numbered_messages(41..60));
    test_app.press("hk<enter>");
    assert_eq!(
        (test_app.visible_rows(), test_app.selected_message()),
        before
    );
    assert_eq!(test_app.transcript_pane().new_message_count(), 19);
}

#[test]
fn eight_transcripts_are_kept() {
    let mut test_app = test_app();
    for id in 2..=9 {
        assert_eq!(test_app.press("hj<enter>"), [open_effect(id, true)]);
        test_app.send_messages(id, numbered_messages(1..5));
    }
    // The ninth sent the first away, and nothing that comes for it now is held.
    test_app.send_messages(1, numbered_messages(1..41));
    assert_eq!(test_app.press("hg<enter>"), [open_effect(1, true)]);
    assert!(test_app.transcript_pane().transcript().is_empty());
    // That sent away the second; the third is still held.
    assert_eq!(test_app.press("hjj<enter>"), [open_effect(3, false)]);
    assert_eq!(test_app.press("hk<enter>"), [open_effect(2, true)]);
}

#[test]
fn of_many_that_are_watched_those_opened_last_are_kept() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(60));
    test_app.send_messages(1, numbered_messages(1..5));
    test_app.press("w");
    for id in 2..=60 {
        test_app.press("hj<enter>");
        test_app.send_messages(id, numbered_messages(1..5));
        test_app.press("w");
    }
    let mut kept: Vec<_> = test_app
        .app
        .transcript_panes()
        .map(|(id, _)| id.0)
        .collect();
    kept.sort_unstable();
    assert_eq!(kept, (29..=60).collect::<Vec<_>>());
}

#[test]
fn an_answer_shows_in_its_own_session_only() {
    let mut test_app = test_app();
    test_app.press("j<enter>");
    test_app.send_messages(2, vec![customer_message(900, now(), "of the second")]);
    let before = test_app.screen_lines();
    test_app.send_messages(1, vec![customer_message(901, now(), "of the first")]);
    test_app.send_messages(
        77,
        vec![customer_message(902, now(), "of one never opened")],
    );
    assert_eq!(test_app.screen_lines(), before);
    assert_eq!(test_app.visible_ids(), [900]);
    test_app.press("hk<enter>");
    assert_eq!(test_app.transcript_pane().transcript().len(), 41);
    assert!(test_app.visible_ids().contains(&901));
}

#[test]
fn what_came_while_away_is_unread() {
    let mut test_app = test_app();
    test_app.press("j<enter>");
    test_app.send_messages(1, vec![customer_message(901, now(), "late")]);
    test_app.press("hk<enter>");
    let line = test_app
        .screen_lines()
        .into_iter()
        .position(|line| line.contains(" unread "));
    assert!(line.is_some());
    test_app.press("hj<enter>hk<enter>");
    assert!(
        !test_app
            .screen_lines()
            .iter()
            .any(|line| line.contains(" unread "))
    );
}

#[test]
fn an_open_session_that_the_list_does_not_hold_is_read_by_itself() {
    let mut test_app = test_app();
    let gone = waiting_sessions(12).split_off(1);
    assert_eq!(
        test_app.send_list(gone.clone()),
        [Effect::Sync(SyncCommand::FetchSession(SessionId(1)))]
    );
    assert_eq!(test_app.open_session(), Some(1));
    let ended = session(1, "customer 1", Status::Closed, 0);
    test_app.send(SyncEvent::SessionFetched(Box::new(ended.clone())));
    assert!(test_app.app.take_dirty());
    assert_eq!(test_app.app.open_session(), Some(&ended));
    test_app.send(SyncEvent::SessionFetched(Box::new(ended.clone())));
    test_app.send(SyncEvent::SessionFetched(Box::new(session(
        2,
        "another",
        Status::Closed,
        0,
    ))));
    assert!(!test_app.app.take_dirty());
    assert_eq!(test_app.app.open_session(), Some(&ended));
}
