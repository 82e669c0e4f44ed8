//! The list: scope, pages, order, filter, and a selection that stays with its session.

use crate::app::effect::Effect;
use crate::chat::{Scope, Session, SessionId, Status, Typing};
use crate::sync::SyncCommand;

use crate::app::tests::{test_app, waiting_sessions};
use crate::test_support::builders::session;
use crate::test_support::{TestApp, list_event, open_effect, scenario};

#[test]
fn the_order_is_by_urgency_and_s_changes_it() {
    let mut test_app = TestApp::new(120, 40);
    test_app.send_list(scenario::sessions());
    assert_eq!(
        test_app.listed_ids(),
        [102, 101, 103, 104, 106, 105, 107, 111, 108, 112, 109, 110]
    );
    let orders = [
        ("The list is sorted latest first", 106),
        ("The list is sorted by name", 103),
        ("The list is sorted by channel", 104),
        ("The list is sorted by urgency", 102),
    ];
    for (notice, first) in orders {
        assert_eq!(test_app.press("s"), []);
        assert_eq!(test_app.notice(), Some(notice));
        assert_eq!(test_app.listed_ids()[0], first, "{notice}");
        assert_eq!(test_app.selected_session(), Some(102));
    }
}

#[test]
fn an_unchanged_answer_changes_nothing() {
    let mut test_app = test_app();
    let before = test_app.screen_lines();
    test_app.send_list(waiting_sessions(12));
    test_app.send_messages(1, crate::test_support::builders::numbered_messages(1..41));
    assert!(!test_app.app.take_dirty());
    assert_eq!(test_app.screen_lines(), before);
}

#[test]
fn the_selection_stays_with_its_session() {
    let mut test_app = test_app();
    test_app.press("jjj");
    assert_eq!(test_app.selected_session(), Some(4));
    let mut changed = waiting_sessions(12);
    changed.reverse();
    test_app.send_list(changed.clone());
    assert_eq!(test_app.selected_session(), Some(4));
    // It moves to the end of the list.
    changed.retain(|session| session.id.0 != 4);
    changed.push(session(4, "customer 4", Status::Closed, 1));
    test_app.send_list(changed.clone());
    assert_eq!(test_app.selected_session(), Some(4));
    assert_eq!(test_app.app.session_list().selected_row(), Some(11));
    // Gone: the row stays, or the last one.
    changed.pop();
    test_app.send_list(changed);
    assert_eq!(test_app.selected_session(), Some(12));
    test_app.press("kk");
    assert_eq!(test_app.selected_session(), Some(10));
    test_app.send_list(waiting_sessions(3));
    assert_eq!(test_app.selected_session(), Some(3));
    test_app.send_list(Vec::new());
    assert_eq!(test_app.selected_session(), None);
}

#[test]
fn the_selection_stays_in_sight() {
    let mut test_app = TestApp::new(100, 14);
    test_app.send_list(waiting_sessions(40));
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
        test_app.press(keys);
        let list = test_app.app.session_list();
        let row = list.selected_row().unwrap();
        assert!(
            (list.offset()..list.offset() + 6).contains(&row),
            "after {keys}"
        );
    }
}

#[test]
fn the_filter_narrows_while_typing() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    test_app.press("/bakeri");
    assert_eq!(test_app.listed_ids(), [101]);
    assert_eq!(test_app.selected_session(), Some(101));
    test_app.press("<c-u>");
    assert_eq!(test_app.listed_ids().len(), 12);
    test_app.press("東京<enter>");
    assert_eq!(test_app.listed_ids(), [102]);
    assert!(test_app.app.prompt().is_none());
    assert_eq!(test_app.app.session_list().filter(), "東京");
    // It holds through refreshes, and Esc takes back what was typed last, then all.
    test_app.send_list(scenario::sessions());
    assert_eq!(test_app.listed_ids(), [102]);
    test_app.press("/x<esc>");
    assert_eq!(test_app.listed_ids(), [102]);
    test_app.press("<esc>");
    assert_eq!(test_app.listed_ids().len(), 12);
    assert_eq!(
        test_app.press("/bob<down><up><enter><enter>"),
        [open_effect(104, true)]
    );
}

#[test]
fn a_filter_given_up_leaves_the_selection_where_it_was() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    let before = test_app.selected_session();
    test_app.press("/bob");
    assert_ne!(test_app.selected_session(), before);
    test_app.press("<esc>");
    assert_eq!(test_app.selected_session(), before);
}

#[test]
fn the_filter_looks_at_every_text_of_a_session() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    for (typed, found) in [
        ("bob77", 104),
        ("lillestrøm", 103),
        ("kari@nordmann", 101),
        ("hagesenter", 108),
        ("answer your question", 106),
    ] {
        test_app.press(&format!("/{typed}<enter>"));
        assert_eq!(test_app.listed_ids()[0], found, "{typed}");
        test_app.press("<esc>");
    }
}

#[test]
fn another_scope_ignores_late_answers_of_the_one_before() {
    let mut test_app = test_app();
    assert_eq!(
        test_app.press("v"),
        [Effect::Sync(SyncCommand::SetScope(Scope::Mine))]
    );
    assert!(!test_app.app.session_list().is_listed());
    assert_eq!(test_app.listed_ids(), [0_i64; 0]);
    test_app.app.take_dirty();
    assert_eq!(
        test_app.send(list_event(
            Scope::Channels,
            None,
            waiting_sessions(12),
            None
        )),
        []
    );
    assert!(!test_app.app.take_dirty());
    assert_eq!(test_app.listed_ids(), [0_i64; 0]);
    assert_eq!(
        test_app.send(list_event(Scope::Mine, None, waiting_sessions(2), None)),
        []
    );
    assert_eq!(test_app.listed_ids(), [1, 2]);
    assert_eq!(
        test_app.press("vv"),
        [
            Effect::Sync(SyncCommand::SetScope(Scope::All)),
            Effect::Sync(SyncCommand::SetScope(Scope::Channels))
        ]
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
        vec![Effect::Sync(SyncCommand::FetchNextPage {
            below: SessionId(id),
        })]
    };
    let mut test_app = TestApp::new(100, 12);
    test_app.press("vv");
    let first = || list_event(Scope::All, None, page(401..=500), Some(401));
    assert_eq!(test_app.send(first()), [open_effect(500, true)]);
    assert_eq!(test_app.press("jjj<pgdn>"), []);
    assert_eq!(test_app.press("G"), more(401));
    assert_eq!(test_app.press("kjGgG"), []);
    assert_eq!(test_app.send(first()), []);
    let second = || list_event(Scope::All, Some(401), page(301..=400), Some(301));
    assert_eq!(test_app.send(second()), []);
    assert_eq!(test_app.selected_session(), Some(401));
    assert_eq!(test_app.listed_ids().len(), 200);
    // The first page comes again: nothing deeper is lost or asked for anew.
    assert_eq!(test_app.send(first()), []);
    assert_eq!(test_app.listed_ids().len(), 200);
    assert_eq!(test_app.press("G"), more(301));
    test_app.send(list_event(Scope::All, Some(301), page(300..=300), None));
    assert_eq!(test_app.press("gG"), []);
    assert_eq!(test_app.listed_ids().len(), 201);
}

#[test]
fn a_goes_round_those_that_wait_longest_first() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    assert_eq!(test_app.open_session(), Some(102));
    assert_eq!(test_app.press("a"), [open_effect(101, true)]);
    assert_eq!(test_app.press("a"), [open_effect(102, true)]);
    assert_eq!(test_app.selected_session(), Some(102));
    // From a session that waits for nobody it goes to the longest wait.
    test_app.press("hG<enter>");
    assert_eq!(test_app.press("a"), [open_effect(102, true)]);
    assert!(test_app.transcript_pane().is_following());
    test_app.send_list(vec![session(1, "calm", Status::UserLast, 3)]);
    assert_eq!(test_app.press("a"), []);
    assert_eq!(test_app.notice(), Some("No session needs a reply"));
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
    let mut test_app = TestApp::new(100, 30);
    let shows = |test_app: &TestApp| test_app.screen_lines()[1].contains('✎');
    for (told, shown) in [(true, false), (true, false), (false, false), (true, true)] {
        test_app.send_list(typing(told));
        assert_eq!(shows(&test_app), shown);
    }
}
