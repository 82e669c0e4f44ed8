//! Messages that are gone at the service, and whether anybody looks.

use sochat::app::effect::Effect;
use sochat::app::event::Event;

use crate::desk;
use crate::fixture::nouns::talk;
use crate::fixture::{Desk, listed};

/// The open session without some messages.
fn without(gone: &[i64]) -> Vec<sochat::chat::Message> {
    let mut left = talk(1..41);
    left.retain(|message| !gone.contains(&message.id.0));
    left
}

fn ids(desk: &Desk) -> Vec<i64> {
    let transcript = desk.reader().transcript();
    transcript.iter().map(|message| message.id.0).collect()
}

#[test]
fn what_a_whole_answer_did_not_bring_goes_and_is_told() {
    let mut desk = desk();
    assert_eq!(desk.all_messages(1, talk(1..41)), []);
    assert!(!desk.app.take_dirty());
    for (gone, words) in [
        (vec![7], "1 message is no longer there"),
        (vec![7, 8, 40], "2 messages are no longer there"),
        (
            (1..41).collect(),
            "The service holds no messages of this session any more: it was reset or deleted",
        ),
    ] {
        desk.all_messages(1, without(&gone));
        assert!(desk.app.take_dirty());
        let left: Vec<_> = (1..41).filter(|id| !gone.contains(id)).collect();
        assert_eq!(ids(&desk), left);
        assert_eq!(desk.notice(), Some(words));
    }
}

#[test]
fn an_answer_that_is_not_whole_takes_nothing_away() {
    let mut desk = desk();
    desk.messages(1, talk(38..41));
    assert_eq!(ids(&desk).len(), 40);
    assert_eq!(desk.notice(), None);
}

#[test]
fn what_is_gone_of_another_session_is_told_to_nobody() {
    let mut desk = desk();
    desk.press("j<enter>");
    desk.all_messages(1, without(&[7]));
    assert_eq!(desk.notice(), None);
    desk.press("hk<enter>");
    assert_eq!(ids(&desk).len(), 39);
}

#[test]
fn the_place_goes_to_a_neighbour_of_what_is_gone() {
    let mut desk = desk();
    desk.press("lg");
    desk.press("jjjjj");
    let (first, selected) = (desk.ids_shown()[0], desk.selected_message().unwrap());
    assert_eq!(selected, first + 5);
    desk.all_messages(1, without(&[first, selected, selected + 1]));
    assert_eq!(desk.ids_shown()[0], first + 1);
    assert_eq!(desk.selected_message(), Some(selected + 2));
    assert!(!desk.reader().is_following());
    // With nothing left below, the neighbour above.
    desk.all_messages(1, talk(1..3));
    assert_eq!(desk.selected_message(), Some(2));
}

#[test]
fn what_was_new_stays_new_when_the_last_message_seen_is_gone() {
    let mut desk = desk();
    desk.press("lk");
    desk.messages(1, talk(41..44));
    assert_eq!(desk.reader().new_message_count(), 3);
    let mut left = without(&[39, 40]);
    left.extend(talk(41..44));
    desk.all_messages(1, left);
    assert_eq!(desk.reader().new_message_count(), 3);
}

#[test]
fn hits_that_are_gone_are_not_counted() {
    let mut desk = desk();
    desk.press("l/message<enter>");
    let before = desk.reader().search().unwrap().match_count();
    assert!(before > 3, "{before}");
    desk.all_messages(1, without(&[1, 2, 3]));
    let search = desk.reader().search().unwrap();
    let places = 0..desk.reader().transcript().len();
    let found = places.filter(|place| search.match_number(*place).is_some());
    assert_eq!(search.match_count(), found.count());
    assert!(search.match_count() < before);
}

#[test]
fn who_looks_away_is_told_once_and_who_types_is_back() {
    let mut desk = desk();
    assert_eq!(desk.tell(Event::FocusChanged(true)), []);
    assert_eq!(
        desk.tell(Event::FocusChanged(false)),
        [Effect::Attend(false)]
    );
    assert_eq!(desk.tell(Event::FocusChanged(false)), []);
    assert!(!desk.app.take_dirty(), "nothing of it shows");
    assert_eq!(desk.press("R"), [Effect::Attend(true), Effect::Refresh]);
}

#[test]
fn a_page_looked_at_again_leaves_the_end_of_the_list_where_it_is() {
    use sochat::chat::{Scope, SessionId, Status};
    let page = |from: i64, to: i64| -> Vec<_> {
        let ids = (to..from).rev();
        ids.map(|id| crate::fixture::nouns::session(id, "Kari", Status::Closed, 9))
            .collect()
    };
    let mut desk = Desk::new(100, 30);
    desk.press("vv");
    desk.tell(listed(Scope::All, None, page(400, 300), Some(300)));
    desk.press("G");
    desk.tell(listed(Scope::All, Some(300), page(300, 200), Some(200)));
    let before = desk.app.session_list().count();
    desk.tell(listed(Scope::All, Some(300), page(300, 205), Some(205)));
    assert_eq!(desk.app.session_list().count(), before);
    let more = |below: i64| Effect::More {
        below: SessionId(below),
    };
    desk.tell(listed(Scope::All, Some(300), page(300, 200), Some(200)));
    assert_eq!(desk.press("G"), [more(200)]);
}
