//! The list: scope, pages, order, filter, and a selection that stays with its session.

use crate::app::effect::Effect;
use crate::chat::{Customer, Scope, Session, SessionId, Status};
use crate::sync::{SyncCommand, SyncEvent};

use crate::app::AppConfig;
use crate::app::tests::{screen_contains, test_app, waiting_sessions};
use crate::test_support::builders::{minutes_ago, now, numbered_messages, session};
use crate::test_support::{TestApp, app_config, list_event, list_saved, open_effect, scenario};

fn fetch_next_page(below: i64) -> Effect {
    let below = SessionId(below);
    Effect::Sync(SyncCommand::FetchNextPage { below })
}

#[test]
fn the_order_is_by_urgency_and_s_changes_it() {
    let mut test_app = TestApp::new(120, 40);
    test_app.send_list(scenario::sessions());
    assert_eq!(
        test_app.listed_ids(),
        [102, 101, 103, 104, 105, 106, 107, 111, 109, 108, 112, 110]
    );
    let orders = [
        ("Sorted latest first", "latest", 106),
        ("Sorted by name", "name", 103),
        ("Sorted by channel", "channel", 104),
        ("Sorted by urgency", "urgency", 102),
    ];
    for (notice, name, first) in orders {
        assert_eq!(test_app.press("s"), [list_saved(Scope::Channels, name)]);
        assert_eq!(test_app.notice(), Some(notice));
        assert_eq!(test_app.listed_ids()[0], first, "{notice}");
        assert_eq!(test_app.selected_session(), Some(102));
    }
}

#[test]
fn an_unchanged_response_redraws_nothing() {
    let mut test_app = test_app();
    let before = test_app.screen_lines();
    test_app.send_list(waiting_sessions(12));
    test_app.send_messages(1, numbered_messages(1..41));
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
    // No longer listed: its row is selected, or the last one.
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
fn the_selection_stays_on_the_screen() {
    let mut test_app = TestApp::new(100, 14);
    test_app.send_list(waiting_sessions(40));
    for keys in "jjjjjjjjj G g <pgdn><pgdn> <c-u> k <end> <pgup>".split(' ') {
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
    // A refresh leaves the filter, and Esc undoes the last edit, then clears it.
    test_app.send_list(scenario::sessions());
    assert_eq!(test_app.listed_ids(), [102]);
    test_app.press("/x<esc>");
    assert_eq!(test_app.listed_ids(), [102]);
    test_app.press("<esc>");
    assert_eq!(test_app.listed_ids().len(), 12);
    let effects = test_app.press("/bob<tab><s-tab><enter><enter>");
    assert_eq!(effects, [open_effect(104, true)]);
}

#[test]
fn a_cancelled_filter_restores_the_selection() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    let before = test_app.selected_session();
    test_app.press("/bob");
    assert_ne!(test_app.selected_session(), before);
    test_app.press("<esc>");
    assert_eq!(test_app.selected_session(), before);
}

#[test]
fn the_filter_matches_every_text_of_a_session() {
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
fn late_responses_for_the_previous_scope_are_ignored() {
    let mut test_app = test_app();
    let set_scope = |scope| Effect::Sync(SyncCommand::SetScope(scope));
    let saved = list_saved(Scope::Mine, "urgency");
    assert_eq!(test_app.press("v"), [set_scope(Scope::Mine), saved]);
    assert!(!test_app.app.session_list().is_listed());
    assert_eq!(test_app.listed_ids(), [0_i64; 0]);
    test_app.app.take_dirty();
    let list = |scope, count| list_event(scope, None, waiting_sessions(count), None);
    assert_eq!(test_app.send(list(Scope::Channels, 12)), []);
    assert!(!test_app.app.take_dirty());
    assert_eq!(test_app.listed_ids(), [0_i64; 0]);
    assert_eq!(test_app.send(list(Scope::Mine, 2)), []);
    assert_eq!(test_app.listed_ids(), [1, 2]);
    let effects = test_app.press("vv");
    let wanted = [Scope::All, Scope::Channels];
    let wanted = wanted.map(|scope| [set_scope(scope), list_saved(scope, "urgency")]);
    assert_eq!(effects, wanted.as_flattened());
}

#[test]
fn the_selection_stays_with_its_session_in_another_scope() {
    let mut test_app = test_app();
    test_app.press("jjv");
    assert_eq!(test_app.selected_session(), None);
    let listed = vec![waiting_sessions(4).remove(3), waiting_sessions(4).remove(2)];
    test_app.send(list_event(Scope::Mine, None, listed, None));
    assert_eq!(test_app.selected_session(), Some(3));
}

#[test]
fn each_page_of_the_archive_is_requested_once() {
    let page = |ids: std::ops::RangeInclusive<i64>| -> Vec<Session> {
        let closed = |id| session(id, "customer", Status::Closed, 1000 - id);
        ids.rev().map(closed).collect()
    };
    let mut test_app = TestApp::new(100, 12);
    test_app.press("vv");
    let first = || list_event(Scope::All, None, page(401..=500), Some(401));
    let fetch = Effect::Sync(SyncCommand::FetchSession(SessionId(500)));
    assert_eq!(test_app.send(first()), [open_effect(500, true), fetch]);
    test_app.send(SyncEvent::SessionFetched(Box::new(
        page(500..=500)[0].clone(),
    )));
    assert_eq!(test_app.press("jjj<pgdn>"), []);
    assert_eq!(test_app.press("G"), [fetch_next_page(401)]);
    assert_eq!(test_app.press("kjGgG"), []);
    assert_eq!(test_app.send(first()), []);
    let second = || list_event(Scope::All, Some(401), page(301..=400), Some(301));
    assert_eq!(test_app.send(second()), []);
    assert_eq!(test_app.selected_session(), Some(401));
    assert_eq!(test_app.listed_ids().len(), 200);
    // The first page is refreshed: deeper pages are neither lost nor requested again.
    assert_eq!(test_app.send(first()), []);
    assert_eq!(test_app.listed_ids().len(), 200);
    assert_eq!(test_app.press("G"), [fetch_next_page(301)]);
    test_app.send(list_event(Scope::All, Some(301), page(300..=300), None));
    assert_eq!(test_app.press("gG"), []);
    assert_eq!(test_app.listed_ids().len(), 201);
}

#[test]
fn pages_of_the_archive_share_the_limit() {
    let closed = |id| session(id, "customer", Status::Closed, 1000 - id);
    let mut test_app = TestApp::with_config(AppConfig {
        max_body: 30 * (3 << 10),
        ..app_config(100, 12)
    });
    test_app.press("vv");
    let page = |below: Option<i64>, first: i64| {
        let rows = (first..first + 20).rev().map(closed).collect();
        list_event(Scope::All, below, rows, Some(first))
    };
    let effects = test_app.send(page(None, 481));
    assert!(effects.contains(&fetch_next_page(481)));
    test_app.send(SyncEvent::SessionFetched(Box::new(closed(500))));
    assert_eq!(test_app.send(page(Some(481), 461)), []);
    let wanted = "List exceeds max_body (90 KiB): raise max_body to see older sessions";
    assert_eq!(test_app.notice(), Some(wanted));
    let all: Vec<i64> = (471..=500).rev().collect();
    assert_eq!(test_app.listed_ids(), all);
    // No further page is requested, also after the first one is refreshed.
    assert_eq!(test_app.send(page(None, 481)), []);
    assert_eq!(test_app.press("gG"), []);
    assert_eq!(test_app.listed_ids(), all);
}

#[test]
fn a_cycles_through_the_sessions_that_need_a_reply_longest_wait_first() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(scenario::sessions());
    assert_eq!(test_app.open_session(), Some(102));
    assert_eq!(test_app.press("a"), [open_effect(101, true)]);
    assert_eq!(test_app.press("a"), [open_effect(102, true)]);
    assert_eq!(test_app.selected_session(), Some(102));
    // From a session that was opened in another way it goes to the longest wait.
    test_app.press("hG<enter>");
    assert_eq!(test_app.press("a"), [open_effect(102, true)]);
    assert!(test_app.transcript_pane().is_following());
    test_app.send_list(vec![session(1, "calm", Status::UserLast, 3)]);
    assert_eq!(test_app.press("a"), []);
    assert_eq!(test_app.notice(), Some("No session needs a reply"));
}

#[test]
fn a_in_a_session_opened_by_hand_goes_to_the_longest_wait() {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(4));
    test_app.press("hg");
    let order = test_app.listed_ids();
    test_app.press("jj<enter>");
    assert_eq!(test_app.open_session(), Some(order[2]));
    let mut visited = Vec::new();
    for _ in 0..5 {
        test_app.press("a");
        visited.extend(test_app.open_session());
    }
    assert_eq!(visited, [order[0], order[1], order[2], order[3], order[0]]);
    let mut queued = session(1, "calm", Status::UserLast, 3);
    queued.status = Status::InQueue;
    test_app.send_list(vec![queued]);
    test_app.press("a");
    assert_eq!(
        test_app.notice(),
        Some("No session needs a reply; 1 in queue")
    );
}

#[test]
fn typing_is_shown_after_a_row_without_typing() {
    let mut test_app = TestApp::new(100, 30);
    // While the agent types the flags change, and then are again those of an idle session.
    let flags = [(true, false), (false, true), (true, false), (true, true)];
    for (customer, agent) in flags {
        let mut session = typing_customer(customer);
        session.typing.agent = agent;
        test_app.send_list(vec![session]);
        assert!(!test_app.screen_lines()[1].contains('✎'));
    }
    for (customer, shown) in [(false, false), (true, true)] {
        test_app.send_list(vec![typing_customer(customer)]);
        assert_eq!(test_app.screen_lines()[1].contains('✎'), shown);
    }
    // Gone: the flag stays as it was.
    for polled in [Some(minutes_ago(2)), None] {
        let mut session = typing_customer(true);
        session.customer_last_poll = polled;
        test_app.send_list(vec![session]);
        assert!(!test_app.screen_lines()[1].contains('✎'));
    }
}

/// A row with the flag that the customer is typing, or without it.
fn typing_customer(customer: bool) -> Session {
    let mut session = session(1, "Kari", Status::CustomerLast, 1);
    session.typing.customer = customer;
    session.customer_last_poll = Some(now());
    session
}

#[test]
fn a_row_of_the_archive_is_no_change_of_the_typing_flags() {
    let mut test_app = TestApp::new(100, 30);
    let live = || vec![typing_customer(true)];
    test_app.send_list(live());
    test_app.press("vv");
    test_app.send_list(vec![typing_customer(false)]);
    for _ in 0..2 {
        test_app.send(list_event(Scope::Channels, None, live(), None));
        test_app.send_list(vec![typing_customer(false)]);
        assert!(!test_app.screen_lines()[1].contains('✎'));
    }
    test_app.press("v");
    test_app.send_list(live());
    assert!(!test_app.screen_lines()[1].contains('✎'));
    // A true change counts in every scope.
    test_app.send_list(vec![typing_customer(false)]);
    test_app.send_list(live());
    assert!(test_app.screen_lines()[1].contains('✎'));
}

#[test]
fn live_rows_have_their_values_in_the_scope_of_all_sessions() {
    let archived = |id, status, minutes| Session {
        customer: Customer::default(),
        last_activity: None,
        ..session(id, "", status, minutes)
    };
    let mut kari = session(2, "Kari", Status::CustomerLast, 20);
    kari.customer.phone = "90000001".to_owned();
    let live = vec![kari, session(1, "Per", Status::CustomerLast, 5)];
    let mut test_app = TestApp::new(60, 30);
    test_app.send_list(live.clone());
    test_app.press("vv");
    let archive = vec![
        archived(4, Status::CustomerLast, 90),
        archived(3, Status::Closed, 30),
        archived(2, Status::CustomerLast, 25),
    ];
    let archive_event = || list_event(Scope::All, None, archive.clone(), None);
    test_app.send(list_event(Scope::Channels, None, live.clone(), None));
    test_app.send(archive_event());
    // Also the live one that the archive has not listed.
    assert_eq!(test_app.listed_ids(), [2, 1, 4, 3]);
    let wait = |test_app: &TestApp, id| {
        let list = test_app.app.session_list();
        let wait = list.wait(list.get(SessionId(id)).unwrap());
        wait.map(|wait| (now() - wait.since).num_minutes())
    };
    assert_eq!(wait(&test_app, 2), Some(20));
    // The archive lacks the time of the last message.
    assert_eq!(wait(&test_app, 4), None);
    for filter in ["kari", "90000001"] {
        test_app.press(&format!("/{filter}<enter>"));
        assert_eq!(test_app.listed_ids(), [2], "{filter}");
        test_app.press("<esc>");
    }
    // Neither response makes the other's rows look changed.
    test_app.app.take_dirty();
    test_app.send(list_event(Scope::Channels, None, live.clone(), None));
    test_app.send(archive_event());
    assert!(!test_app.app.take_dirty());
    // No longer live: the archive has its new state.
    test_app.send(list_event(Scope::Channels, None, live[1..].to_vec(), None));
    assert_eq!(test_app.listed_ids(), [1, 4, 2, 3]);
    // But not the customer's name.
    assert!(screen_contains(&test_app, "Kari"));
}

#[test]
fn a_shorter_page_of_the_archive_does_not_move_the_end_of_the_list() {
    let page = |from: i64, to: i64| {
        let sessions = (to..from)
            .rev()
            .map(|id| session(id, "Kari", Status::Closed, 9));
        let below = (from < 400).then_some(from);
        list_event(Scope::All, below, sessions.collect(), Some(to))
    };
    let mut test_app = TestApp::new(100, 30);
    test_app.press("vv");
    test_app.send(page(400, 300));
    test_app.press("G");
    test_app.send(page(300, 200));
    let before = test_app.app.session_list().count();
    test_app.send(page(300, 205));
    assert_eq!(test_app.app.session_list().count(), before);
    test_app.send(page(300, 200));
    assert_eq!(test_app.press("G"), [fetch_next_page(200)]);
}
