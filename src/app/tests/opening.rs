//! Opening sessions, switching between them, and cached transcripts.

use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crate::app::{App, AppConfig};
use crate::chat::{Scope, Session, SessionId, Status};
use crate::sync::{SyncCommand, SyncEvent};

use crate::app::tests::{screen_contains, test_app, waiting_sessions};
use crate::test_support::builders::{customer_message, now, numbered_messages, session};
use crate::test_support::{TestApp, app_config, list_event, open_effect, oslo_zone, read_waits};

fn fetch_session(id: i64) -> Effect {
    Effect::Sync(SyncCommand::FetchSession(SessionId(id)))
}

#[test]
fn the_start_requests_the_zone_and_the_initial_session() {
    let (app, effects) = App::new(app_config(100, 30));
    assert_eq!(effects, [Effect::SetTimeZone(oslo_zone())]);
    assert_eq!((app.open_session_id(), app.focus()), (None, Focus::List));

    let named = AppConfig {
        initial_session: Some(SessionId(341)),
        ..app_config(100, 30)
    };
    let (app, effects) = App::new(named.clone());
    let zone = Effect::SetTimeZone(oslo_zone());
    assert_eq!(effects, [zone, open_effect(341, true)]);
    assert_eq!(app.open_session_id(), named.initial_session);
    assert_eq!(app.focus(), Focus::Transcript);
    // It is fetched separately only once the list turns out not to contain it.
    let effects = TestApp::with_config(named).send_list(waiting_sessions(3));
    assert_eq!(effects, [fetch_session(341), read_waits([1, 2, 3])]);
}

#[test]
fn the_first_session_is_opened_if_the_transcript_pane_is_visible() {
    let mut wide = TestApp::new(80, 24);
    let effects = wide.send_list(waiting_sessions(3));
    assert_eq!(effects, [open_effect(1, true), read_waits([2, 3])]);
    assert_eq!(wide.app.focus(), Focus::List);
    assert_eq!(wide.send_list(waiting_sessions(3)), []);

    let mut narrow = TestApp::new(79, 24);
    let effects = narrow.send_list(waiting_sessions(3));
    assert_eq!(effects, [read_waits([1, 2, 3])]);
    assert_eq!(narrow.press("j<enter>"), [open_effect(2, true)]);
    assert_eq!(narrow.app.focus(), Focus::Transcript);
    // The transcript of the open session shows its wait.
    let effects = narrow.send_list(waiting_sessions(3));
    assert_eq!(effects, [read_waits([1, 3])]);
}

#[test]
fn a_fully_loaded_session_continues_and_an_interrupted_one_starts_over() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("j<enter>"), [open_effect(2, true)]);
    assert_eq!(test_app.press("hk<enter>"), [open_effect(1, false)]);
    // The second was left before its first response was complete.
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
fn opening_the_open_session_has_no_effect() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("<enter>h<enter>"), []);
    assert_eq!(test_app.open_session(), Some(1));
}

#[test]
fn the_view_position_is_restored_after_another_session_was_open() {
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
    assert_eq!(test_app.new_message_count(), 19);
}

#[test]
fn eight_transcripts_are_cached() {
    let mut test_app = test_app();
    for id in 2..=9 {
        assert_eq!(test_app.press("hj<enter>"), [open_effect(id, true)]);
        test_app.send_messages(id, numbered_messages(1..5));
    }
    // The ninth replaced the first, and late messages for that are dropped.
    test_app.send_messages(1, numbered_messages(1..41));
    assert_eq!(test_app.press("hg<enter>"), [open_effect(1, true)]);
    assert!(test_app.transcript_pane().transcript().is_empty());
    // That replaced the second; the third is still cached.
    assert_eq!(test_app.press("hjj<enter>"), [open_effect(3, false)]);
    assert_eq!(test_app.press("hk<enter>"), [open_effect(2, true)]);
}

#[test]
fn at_most_32_watched_transcripts_are_cached() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(60));
    test_app.send_messages(1, numbered_messages(1..5));
    test_app.press("w");
    for id in 2..=60 {
        test_app.press("hj<enter>");
        test_app.send_messages(id, numbered_messages(1..5));
        test_app.press("w");
    }
    let mut cached: Vec<_> = test_app
        .app
        .transcript_panes()
        .map(|(id, _)| id.0)
        .collect();
    cached.sort_unstable();
    assert_eq!(cached, (29..=60).collect::<Vec<_>>());
}

#[test]
fn messages_are_shown_in_their_own_session_only() {
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
fn messages_that_arrive_in_another_session_are_unread_once() {
    let mut test_app = test_app();
    test_app.press("j<enter>");
    test_app.send_messages(1, vec![customer_message(901, now(), "late")]);
    test_app.press("hk<enter>");
    assert!(screen_contains(&test_app, " unread "));
    test_app.press("hj<enter>hk<enter>");
    assert!(!screen_contains(&test_app, " unread "));
}

#[test]
fn an_open_session_that_is_not_listed_is_fetched_separately() {
    let mut test_app = test_app();
    let others = waiting_sessions(12).split_off(1);
    assert_eq!(test_app.send_list(others), [fetch_session(1)]);
    assert_eq!(test_app.open_session(), Some(1));
    let ended = session(1, "customer 1", Status::Closed, 0);
    let another = session(2, "another", Status::Closed, 0);
    for (fetched, is_new) in [(&ended, true), (&ended, false), (&another, false)] {
        test_app.send(SyncEvent::SessionFetched(Box::new(fetched.clone())));
        assert_eq!(test_app.app.take_dirty(), is_new);
    }
    assert_eq!(test_app.app.open_session(), Some(&ended));
}

/// With room for four messages of the least size.
fn little_room() -> TestApp {
    TestApp::with_config(AppConfig {
        max_body: 4 * 512,
        ..app_config(100, 30)
    })
}

#[test]
fn a_transcript_grows_to_the_limit_over_several_responses() {
    let mut test_app = little_room();
    test_app.send_list(waiting_sessions(1));
    test_app.send_messages(1, numbered_messages(1..4));
    assert!(!screen_contains(&test_app, "incomplete"));
    test_app.send_messages(1, numbered_messages(2..7));
    let pane = test_app.app.transcript_pane().unwrap();
    assert_eq!(
        (pane.transcript().len(), pane.transcript().max_id().0),
        (4, 4)
    );
    let wanted = "Transcript exceeds max_body (2 KiB): raise max_body to read all of it";
    assert_eq!(pane.unavailable(), Some(wanted));
    assert!(screen_contains(&test_app, "incomplete"));
    // What is there is still brought up to date, and nothing grows.
    test_app.send_messages(1, numbered_messages(3..10));
    let pane = test_app.app.transcript_pane().unwrap();
    assert_eq!(
        (pane.transcript().len(), pane.transcript().bytes()),
        (4, 4 * 512)
    );
}

#[test]
fn cached_transcripts_share_the_limit_and_the_least_recently_shown_goes_first() {
    let mut test_app = little_room();
    test_app.send_list(waiting_sessions(5));
    let mut cached = Vec::new();
    // While another is loaded, those that are not shown have a quarter of it.
    for (session, messages) in [(1, 1), (2, 1), (3, 2), (4, 1), (5, 4)] {
        test_app.app.open(SessionId(session));
        test_app.send_messages(session, numbered_messages(1..messages + 1));
        let panes = test_app.app.transcript_panes();
        let mut ids: Vec<_> = panes.map(|(id, _)| id.0).collect();
        ids.sort_unstable();
        cached.push(ids);
    }
    assert_eq!(cached, [vec![1], vec![1, 2], vec![2, 3], vec![4], vec![5]]);
    // Dropped, so that it is read from its start again.
    assert_eq!(test_app.app.open(SessionId(3))[0], open_effect(3, true));
}

#[test]
fn a_session_of_the_archive_is_fetched_when_it_is_opened_and_when_its_row_changes() {
    let row = |id: i64, name: &str, status| session(id, name, status, 5);
    let archive = |status: Status| {
        let rows = vec![row(9, "", status.clone()), row(8, "", status)];
        list_event(Scope::All, None, rows, None)
    };
    let mut test_app = TestApp::new(79, 24);
    test_app.send_list(waiting_sessions(1));
    test_app.press("vv");
    test_app.send(archive(Status::Finished));
    test_app.send(list_event(Scope::Channels, None, waiting_sessions(1), None));
    test_app.press("G");
    let opened = test_app.selected_session().unwrap();
    assert!([8, 9].contains(&opened), "{opened}");
    let effects = test_app.press("<enter>");
    assert_eq!(effects, [open_effect(opened, true), fetch_session(opened)]);
    test_app.send_messages(opened, numbered_messages(1..3));
    let fetched = row(opened, "Kari Nordmann", Status::Finished);
    test_app.send(SyncEvent::SessionFetched(Box::new(fetched)));
    assert!(screen_contains(&test_app, "Kari Nordmann"));
    test_app.press("i");
    assert!(screen_contains(&test_app, "Kari Nordmann"));
    // Its row has the name from then on.
    let listed_name = |test_app: &TestApp| {
        let row = test_app.app.session_list().get(SessionId(opened));
        row.map(Session::title)
    };
    assert_eq!(listed_name(&test_app).as_deref(), Some("Kari Nordmann"));
    // The unchanged row requests nothing.
    for (status, is_fetched) in [(Status::Finished, false), (Status::Closed, true)] {
        let effects = test_app.send(archive(status));
        assert_eq!(effects.contains(&fetch_session(opened)), is_fetched);
        assert_eq!(listed_name(&test_app).as_deref(), Some("Kari Nordmann"));
    }
    assert!(screen_contains(&test_app, "Kari Nordmann"));
}
