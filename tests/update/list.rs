//! The list: scope, pages, order, filter, and a selection that stays with its session.

use sochat::app::effect::Effect;
use sochat::chat::{Scope, Session, SessionId, Status, Typing};

use crate::fixture::nouns::session;
use crate::fixture::{Desk, listed, story, watch};
use crate::{desk, waiting};

#[test]
fn the_order_is_by_urgency_and_s_changes_it() {
    let mut desk = Desk::new(120, 40);
    desk.list(story::sessions());
    assert_eq!(
        desk.listed(),
        [102, 101, 103, 104, 106, 105, 107, 111, 108, 112, 109, 110]
    );
    let orders = [
        ("The list is sorted latest first", 106),
        ("The list is sorted by name", 103),
        ("The list is sorted by channel", 104),
        ("The list is sorted by urgency", 102),
    ];
    for (notice, first) in orders {
        assert_eq!(desk.press("s"), []);
        assert_eq!(desk.notice(), Some(notice));
        assert_eq!(desk.listed()[0], first, "{notice}");
        assert_eq!(desk.selected_session(), Some(102));
    }
}

#[test]
fn an_unchanged_answer_changes_nothing() {
    let mut desk = desk();
    let before = desk.lines();
    desk.list(waiting(12));
    desk.messages(1, crate::fixture::nouns::talk(1..41));
    assert!(!desk.app.take_dirty());
    assert_eq!(desk.lines(), before);
}

#[test]
fn the_selection_stays_with_its_session() {
    let mut desk = desk();
    desk.press("jjj");
    assert_eq!(desk.selected_session(), Some(4));
    let mut changed = waiting(12);
    changed.reverse();
    desk.list(changed.clone());
    assert_eq!(desk.selected_session(), Some(4));
    // It moves to the end of the list.
    changed.retain(|session| session.id.0 != 4);
    changed.push(session(4, "customer 4", Status::Closed, 1));
    desk.list(changed.clone());
    assert_eq!(desk.selected_session(), Some(4));
    assert_eq!(desk.app.session_list().selected_row(), Some(11));
    // Gone: the row stays, or the last one.
    changed.pop();
    desk.list(changed);
    assert_eq!(desk.selected_session(), Some(12));
    desk.press("kk");
    assert_eq!(desk.selected_session(), Some(10));
    desk.list(waiting(3));
    assert_eq!(desk.selected_session(), Some(3));
    desk.list(Vec::new());
    assert_eq!(desk.selected_session(), None);
}

#[test]
fn the_selection_stays_in_sight() {
    let mut desk = Desk::new(100, 14);
    desk.list(waiting(40));
    for keys in [
        "jjjjjjjjj",
        "G",
        "g",
        "<pgdn><pgdn>",
        "<c-u>",
        "k",
        "<end>",
        "<pgup>",
    ] {
        desk.press(keys);
        let list = desk.app.session_list();
        let row = list.selected_row().unwrap();
        assert!((list.offset()..list.offset() + 6).contains(&row), "after {keys}");
    }
}

#[test]
fn the_filter_narrows_while_typing() {
    let mut desk = Desk::new(100, 30);
    desk.list(story::sessions());
    desk.press("/bakeri");
    assert_eq!(desk.listed(), [101]);
    assert_eq!(desk.selected_session(), Some(101));
    desk.press("<c-u>");
    assert_eq!(desk.listed().len(), 12);
    desk.press("東京<enter>");
    assert_eq!(desk.listed(), [102]);
    assert!(desk.app.prompt().is_none());
    assert_eq!(desk.app.session_list().filter(), "東京");
    // It holds through refreshes, and Esc takes back what was typed last, then all.
    desk.list(story::sessions());
    assert_eq!(desk.listed(), [102]);
    desk.press("/x<esc>");
    assert_eq!(desk.listed(), [102]);
    desk.press("<esc>");
    assert_eq!(desk.listed().len(), 12);
    assert_eq!(
        desk.press("/bob<down><up><enter><enter>"),
        [watch(104, true)]
    );
}

#[test]
fn a_filter_given_up_leaves_the_selection_where_it_was() {
    let mut desk = Desk::new(100, 30);
    desk.list(story::sessions());
    let before = desk.selected_session();
    desk.press("/bob");
    assert_ne!(desk.selected_session(), before);
    desk.press("<esc>");
    assert_eq!(desk.selected_session(), before);
}

#[test]
fn the_filter_looks_at_every_text_of_a_session() {
    let mut desk = Desk::new(100, 30);
    desk.list(story::sessions());
    for (typed, found) in [
        ("bob77", 104),
        ("lillestrøm", 103),
        ("kari@nordmann", 101),
        ("hagesenter", 108),
        ("answer your question", 106),
    ] {
        desk.press(&format!("/{typed}<enter>"));
        assert_eq!(desk.listed()[0], found, "{typed}");
        desk.press("<esc>");
    }
}

#[test]
fn another_scope_ignores_late_answers_of_the_one_before() {
    let mut desk = desk();
    assert_eq!(desk.press("v"), [Effect::List(Scope::Mine)]);
    assert!(!desk.app.session_list().is_listed());
    assert_eq!(desk.listed(), [0_i64; 0]);
    desk.app.take_dirty();
    assert_eq!(
        desk.tell(listed(Scope::Channels, None, waiting(12), None)),
        []
    );
    assert!(!desk.app.take_dirty());
    assert_eq!(desk.listed(), [0_i64; 0]);
    assert_eq!(desk.tell(listed(Scope::Mine, None, waiting(2), None)), []);
    assert_eq!(desk.listed(), [1, 2]);
    assert_eq!(
        desk.press("vv"),
        [Effect::List(Scope::All), Effect::List(Scope::Channels)]
    );
}

#[test]
fn each_page_of_the_archive_is_asked_for_once() {
    let page = |ids: std::ops::RangeInclusive<i64>| -> Vec<Session> {
        let ids: Vec<_> = ids.rev().collect();
        let closed = |id| session(id, "customer", Status::Closed, 1000 - id);
        ids.into_iter().map(closed).collect()
    };
    let more = |id| {
        vec![Effect::More {
            below: SessionId(id),
        }]
    };
    let mut desk = Desk::new(100, 12);
    desk.press("vv");
    let first = || listed(Scope::All, None, page(401..=500), Some(401));
    assert_eq!(desk.tell(first()), [watch(500, true)]);
    assert_eq!(desk.press("jjj<pgdn>"), []);
    assert_eq!(desk.press("G"), more(401));
    assert_eq!(desk.press("kjGgG"), []);
    assert_eq!(desk.tell(first()), []);
    let second = || listed(Scope::All, Some(401), page(301..=400), Some(301));
    assert_eq!(desk.tell(second()), []);
    assert_eq!(desk.selected_session(), Some(401));
    assert_eq!(desk.listed().len(), 200);
    // The first page comes again: nothing deeper is lost or asked for anew.
    assert_eq!(desk.tell(first()), []);
    assert_eq!(desk.listed().len(), 200);
    assert_eq!(desk.press("G"), more(301));
    desk.tell(listed(Scope::All, Some(301), page(300..=300), None));
    assert_eq!(desk.press("gG"), []);
    assert_eq!(desk.listed().len(), 201);
}

#[test]
fn a_goes_round_those_that_wait_longest_first() {
    let mut desk = Desk::new(100, 30);
    desk.list(story::sessions());
    assert_eq!(desk.open_session(), Some(102));
    assert_eq!(desk.press("a"), [watch(101, true)]);
    assert_eq!(desk.press("a"), [watch(102, true)]);
    assert_eq!(desk.selected_session(), Some(102));
    // From a session that waits for nobody it goes to the longest wait.
    desk.press("hG<enter>");
    assert_eq!(desk.press("a"), [watch(102, true)]);
    assert!(desk.reader().is_following());
    desk.list(vec![session(1, "calm", Status::UserLast, 3)]);
    assert_eq!(desk.press("a"), []);
    assert_eq!(desk.notice(), Some("No session needs a reply"));
}

#[test]
fn typing_is_believed_once_it_has_changed() {
    let typing = |customer| {
        let session = session(1, "Kari", Status::CustomerLast, 1);
        vec![Session {
            typing: Typing {
                customer,
                agent: false,
            },
            ..session
        }]
    };
    let mut desk = Desk::new(100, 30);
    let shows = |desk: &Desk| desk.lines()[1].contains('✎');
    for (told, shown) in [(true, false), (true, false), (false, false), (true, true)] {
        desk.list(typing(told));
        assert_eq!(shows(&desk), shown);
    }
}
