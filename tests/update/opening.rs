//! Opening, leaving and coming back.

use sochat::app::effect::Effect;
use sochat::app::event::Event;
use sochat::app::layout::Focus;
use sochat::app::{App, AppConfig};
use sochat::chat::{SessionId, Status};

use crate::fixture::nouns::{customer, now, session, talk};
use crate::fixture::{Desk, oslo, setup, watch};
use crate::{desk, waiting};

#[test]
fn the_start_asks_for_times_and_for_the_session_named() {
    let (app, effects) = App::new(setup(100, 30));
    assert_eq!(effects, [Effect::SetTimeZone(oslo())]);
    assert_eq!((app.open_session_id(), app.focus()), (None, Focus::List));

    let named = AppConfig {
        initial_session: Some(SessionId(341)),
        ..setup(100, 30)
    };
    let (app, effects) = App::new(named.clone());
    assert_eq!(effects, [Effect::SetTimeZone(oslo()), watch(341, true)]);
    assert_eq!(
        (app.open_session_id(), app.focus()),
        (Some(SessionId(341)), Focus::Transcript)
    );
    // Only when the list turns out not to hold it, it is asked about by itself.
    assert_eq!(
        Desk::of(named).list(waiting(3)),
        [Effect::Describe(SessionId(341))]
    );
}

#[test]
fn the_first_session_opens_by_itself_where_the_reader_shows() {
    let mut wide = Desk::new(80, 24);
    assert_eq!(wide.list(waiting(3)), [watch(1, true)]);
    assert_eq!(wide.app.focus(), Focus::List);
    assert_eq!(wide.list(waiting(3)), []);

    let mut narrow = Desk::new(79, 24);
    assert_eq!(narrow.list(waiting(3)), []);
    assert_eq!(narrow.press("j<enter>"), [watch(2, true)]);
    assert_eq!(narrow.app.focus(), Focus::Transcript);
    assert_eq!(narrow.list(waiting(3)), []);
}

#[test]
fn a_session_read_to_its_end_goes_on_where_it_was_left() {
    let mut desk = desk();
    assert_eq!(desk.press("j<enter>"), [watch(2, true)]);
    assert_eq!(desk.press("hk<enter>"), [watch(1, false)]);
    // The second was left before its first answer had ended.
    let session = SessionId(2);
    desk.tell(Event::MessagesArrived {
        session,
        request_id: 9,
        messages: talk(1..5).into(),
    });
    assert_eq!(desk.press("hj<enter>"), [watch(2, true)]);
    desk.messages(2, Vec::new());
    assert_eq!(
        desk.press("hk<enter>hj<enter>"),
        [watch(1, false), watch(2, false)]
    );
}

#[test]
fn opening_what_is_open_asks_for_nothing() {
    let mut desk = desk();
    assert_eq!(desk.press("<enter>h<enter>"), []);
    assert_eq!(desk.open_session(), Some(1));
}

#[test]
fn the_place_is_kept_while_away() {
    let mut desk = desk();
    desk.press("l<pgup>k");
    let before = (desk.rows(), desk.selected_message());
    desk.press("hj<enter>");
    desk.messages(2, talk(1..9));
    desk.messages(1, talk(41..60));
    desk.press("hk<enter>");
    assert_eq!((desk.rows(), desk.selected_message()), before);
    assert_eq!(desk.reader().new_message_count(), 19);
}

#[test]
fn eight_transcripts_are_kept() {
    let mut desk = desk();
    for id in 2..=9 {
        assert_eq!(desk.press("hj<enter>"), [watch(id, true)]);
        desk.messages(id, talk(1..5));
    }
    // The ninth sent the first away, and nothing that comes for it now is held.
    desk.messages(1, talk(1..41));
    assert_eq!(desk.press("hg<enter>"), [watch(1, true)]);
    assert!(desk.reader().transcript().is_empty());
    // That sent away the second; the third is still held.
    assert_eq!(desk.press("hjj<enter>"), [watch(3, false)]);
    assert_eq!(desk.press("hk<enter>"), [watch(2, true)]);
}

#[test]
fn of_many_that_are_watched_those_opened_last_are_kept() {
    let mut desk = Desk::new(100, 30);
    desk.list(waiting(60));
    desk.messages(1, talk(1..5));
    desk.press("w");
    for id in 2..=60 {
        desk.press("hj<enter>");
        desk.messages(id, talk(1..5));
        desk.press("w");
    }
    let mut kept: Vec<_> = desk.app.transcript_panes().map(|(id, _)| id.0).collect();
    kept.sort_unstable();
    assert_eq!(kept, (29..=60).collect::<Vec<_>>());
}

#[test]
fn an_answer_shows_in_its_own_session_only() {
    let mut desk = desk();
    desk.press("j<enter>");
    desk.messages(2, vec![customer(900, now(), "of the second")]);
    let before = desk.lines();
    desk.messages(1, vec![customer(901, now(), "of the first")]);
    desk.messages(77, vec![customer(902, now(), "of one never opened")]);
    assert_eq!(desk.lines(), before);
    assert_eq!(desk.ids_shown(), [900]);
    desk.press("hk<enter>");
    assert_eq!(desk.reader().transcript().len(), 41);
    assert!(desk.ids_shown().contains(&901));
}

#[test]
fn what_came_while_away_is_unread() {
    let mut desk = desk();
    desk.press("j<enter>");
    desk.messages(1, vec![customer(901, now(), "late")]);
    desk.press("hk<enter>");
    let line = desk
        .lines()
        .into_iter()
        .position(|line| line.contains(" unread "));
    assert!(line.is_some());
    desk.press("hj<enter>hk<enter>");
    assert!(!desk.lines().iter().any(|line| line.contains(" unread ")));
}

#[test]
fn an_open_session_that_the_list_does_not_hold_is_read_by_itself() {
    let mut desk = desk();
    let gone = waiting(12).split_off(1);
    assert_eq!(desk.list(gone.clone()), [Effect::Describe(SessionId(1))]);
    assert_eq!(desk.open_session(), Some(1));
    let ended = session(1, "customer 1", Status::Closed, 0);
    desk.tell(Event::SessionFetched(Box::new(ended.clone())));
    assert!(desk.app.take_dirty());
    assert_eq!(desk.app.open_session(), Some(&ended));
    desk.tell(Event::SessionFetched(Box::new(ended.clone())));
    desk.tell(Event::SessionFetched(Box::new(session(
        2,
        "another",
        Status::Closed,
        0,
    ))));
    assert!(!desk.app.take_dirty());
    assert_eq!(desk.app.open_session(), Some(&ended));
}
