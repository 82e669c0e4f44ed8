//! Scrolling of the list: what waits stays in sight, or is counted.

use crate::app::event::Event;
use crate::app::session_list::SessionList;
use crate::chat::{ReadState, Session, SessionId, Status};

use crate::app::tests::waiting_sessions;
use crate::test_support::TestApp;
use crate::test_support::builders::{agent_message, customer_message, minutes_ago, session};

/// Sessions that need a reply in rows 1 to `count`, the first open, and one that was answered.
fn busy_list(count: i64) -> Vec<Session> {
    let mut sessions = waiting_sessions(count);
    sessions.push(session(90, "calm", Status::UserLast, 3));
    sessions
}

fn selected_row_shown(test_app: &TestApp) -> bool {
    let list = test_app.app.session_list();
    let height = test_app.app.panes().unwrap().list.height;
    let end = list.offset() + SessionList::visible_items(height);
    list.selected_row()
        .is_some_and(|row| (list.offset()..end).contains(&row))
}

#[test]
fn a_session_that_ends_while_open_does_not_drag_the_queue_out_of_sight() {
    for (width, keys) in [(100, ""), (100, "l"), (60, "<enter>")] {
        let mut test_app = TestApp::new(width, 14);
        test_app.send_list(busy_list(40));
        test_app.press(keys);
        let mut later = busy_list(40);
        later[0] = session(1, "customer 1", Status::Closed, 0);
        test_app.send_list(later.clone());
        test_app.send_list(later);
        if !keys.is_empty() {
            test_app.press("h");
        }
        let list = test_app.app.session_list();
        assert_eq!((list.offset(), test_app.selected_session()), (0, Some(1)));
        assert!(test_app.screen_lines()[1].contains("customer 2"));
        // From out of sight, the selection comes back to what is visible.
        test_app.press("j");
        assert_eq!(test_app.selected_session(), Some(2));
        assert_eq!(test_app.app.session_list().offset(), 0);
    }
}

/// It was left out of a filtered list, or another agent took it.
#[test]
fn a_session_that_is_gone_after_it_ended_does_not_drag_the_list_to_its_place() {
    let mut test_app = TestApp::new(100, 14);
    test_app.send_list(busy_list(40));
    let mut later = busy_list(40);
    later[0] = session(1, "customer 1", Status::Closed, 0);
    test_app.send_list(later.clone());
    test_app.send_list(later.split_off(1));
    let list = test_app.app.session_list();
    assert_eq!((list.offset(), list.selected_row()), (0, Some(0)));
}

/// Also one that has left the screen by itself.
#[test]
fn an_order_a_filter_a_view_and_a_size_that_are_chosen_show_the_selection() {
    for keys in ["s", "x", "v", "/customer<enter>", ""] {
        let mut test_app = TestApp::new(100, 14);
        test_app.send_list(busy_list(40));
        let mut later = busy_list(40);
        later[0] = session(1, "customer 1", Status::Closed, 0);
        test_app.send_list(later.clone());
        assert!(!selected_row_shown(&test_app));
        if keys.is_empty() {
            test_app.resize(100, 16);
        } else {
            test_app.press(keys);
        }
        if keys == "v" {
            test_app.send_list(later);
        }
        assert!(selected_row_shown(&test_app), "{keys}");
    }
}

/// The selection is known before any row.
#[test]
fn the_list_of_a_scope_shows_as_many_rows_above_the_selection_as_fit() {
    for steps in [3, 30] {
        let mut test_app = TestApp::new(100, 14);
        test_app.send_list(waiting_sessions(40));
        test_app.press(&"j".repeat(steps));
        test_app.press("v");
        test_app.send_list(waiting_sessions(40));
        let list = test_app.app.session_list();
        assert_eq!(list.selected_row(), Some(steps));
        assert_eq!(list.offset(), if steps == 3 { 0 } else { 26 });
    }
}

#[test]
fn no_sort_order_and_no_size_takes_the_selection_off_the_screen() {
    let mut test_app = TestApp::new(100, 24);
    let mut sessions = busy_list(30);
    // Another place in each order.
    sessions[0].customer.name = "Zoë".to_owned();
    sessions[0].channel.name = "Zürich".to_owned();
    test_app.send_list(sessions);
    for _ in 0..8 {
        test_app.press("s");
        assert!(selected_row_shown(&test_app));
        for height in [24, 5, 8, 13, 14, 40, 6] {
            test_app.resize(60 + height, height);
            assert!(selected_row_shown(&test_app), "{height}");
        }
    }
}

#[test]
fn a_selection_that_others_push_down_stays_on_the_screen() {
    let mut test_app = TestApp::new(100, 14);
    test_app.send_list(waiting_sessions(5));
    test_app.press("jjjj");
    // Twenty that have waited longer.
    let waiting = |id| session(id, "new", Status::CustomerLast, 200);
    let mut sessions: Vec<_> = (100..120).map(waiting).collect();
    sessions.extend(waiting_sessions(5));
    test_app.send_list(sessions);
    let list = test_app.app.session_list();
    assert_eq!(list.selected().unwrap().id, SessionId(5));
    let row = list.selected_row().unwrap();
    assert!((list.offset()..list.offset() + 6).contains(&row));
}

#[test]
fn what_waits_out_of_sight_is_counted_above_and_below() {
    let mut test_app = TestApp::new(60, 14);
    let mut sessions = busy_list(10);
    sessions.push(session(95, "in the queue", Status::InQueue, 1));
    test_app.send_list(sessions);
    let marks = |test_app: &TestApp| -> Vec<String> {
        let lines = test_app.screen_lines();
        let ends = [&lines[2], &lines[12]];
        let mark = |line: &&String| {
            let mark = line.trim_end_matches(['▐', ' ']).rsplit("  ").next()?;
            let is_mark = mark.ends_with("above") || mark.ends_with("below");
            is_mark.then(|| mark.trim().to_owned())
        };
        ends.iter().filter_map(mark).collect()
    };
    assert_eq!(marks(&test_app), ["4 need reply, 1 in queue below"]);
    test_app.press("<pgdn>");
    assert_eq!(
        marks(&test_app),
        ["2 need reply above", "2 need reply, 1 in queue below"]
    );
    test_app.press("G");
    assert_eq!(marks(&test_app), ["6 need reply above"]);
    // With one row a session the mark takes a row, whose session counts too.
    test_app.resize(60, 10);
    test_app.press("g");
    assert!(test_app.screen_lines()[8].contains("3 need reply, 1 in queue below"));
    test_app.resize(20, 5);
    assert_eq!(test_app.screen_lines()[3].trim(), "8 need reply below");
    test_app.press("/queue<enter>");
    assert!(!test_app.screen_lines().join(" ").contains("below"));
}

#[test]
fn whatever_needs_attention_out_of_sight_is_counted_once_and_the_most_urgent_named_first() {
    let mut test_app = TestApp::new(79, 14);
    let mut sessions = waiting_sessions(8);
    sessions.push(session(90, "in the queue", Status::InQueue, 1));
    for id in 91..94 {
        sessions.push(session(id, "answered", Status::UserLast, 100 - id));
    }
    let read_state = ReadState::starting_at(minutes_ago(200));
    test_app.send(Event::ReadStateLoaded(read_state));
    test_app.send_list(sessions);
    // The last but one is watched, and the one before it has an unread message.
    test_app.press("Gkw");
    test_app.press("k<enter>");
    test_app.send_all_messages(91, vec![agent_message(1, minutes_ago(9), "Hello?")]);
    test_app.press("h");
    test_app.press("g<enter>h");
    let unread = customer_message(2, minutes_ago(0), "Thanks");
    test_app.send_messages(91, vec![unread]);
    let below = |test_app: &TestApp| test_app.screen_lines()[12].clone();
    let all = "2 need reply, 1 in queue, 1 unread, 1 watched below";
    assert!(below(&test_app).contains(all), "{}", below(&test_app));
    test_app.resize(66, 14);
    let fitting = "2 need reply, 1 in queue, 1 unread below";
    assert!(below(&test_app).contains(fitting), "{}", below(&test_app));
    test_app.resize(80, 14);
    assert!(
        below(&test_app).contains("2 need reply below"),
        "{}",
        below(&test_app)
    );
    test_app.resize(79, 14);
    test_app.press("jjjjjj");
    assert!(
        below(&test_app).contains("1 in queue, 1 unread"),
        "{}",
        below(&test_app)
    );
}

#[test]
fn the_selection_is_never_under_a_mark() {
    for height in 5..20 {
        let mut test_app = TestApp::new(60, height);
        test_app.send_list(waiting_sessions(40));
        let keys = [["j"; 12], ["<pgdn>"; 12], ["k"; 12], ["<pgup>"; 12]];
        for key in keys.concat() {
            test_app.press(key);
            let name = format!("customer {} ", test_app.selected_session().unwrap());
            let lines = test_app.screen_lines();
            assert!(lines.iter().any(|line| line.contains(&name)), "{lines:#?}");
        }
    }
}

#[test]
fn a_wait_that_becomes_exact_neither_drags_the_list_nor_holds_the_selection() {
    // A visible session keeps its row; one far below moves to the top, out of sight.
    for (steps, offset, next) in [(0, 0, 2), (29, 25, 25)] {
        let mut test_app = TestApp::new(100, 14);
        test_app.send_list(waiting_sessions(40));
        let open = steps + 1;
        test_app.press(&"j".repeat(steps.try_into().unwrap()));
        test_app.press("<enter>h");
        let before = test_app.app.session_list().offset();
        assert_eq!(before, offset);
        let posted = minutes_ago(100 - open);
        let messages = vec![
            agent_message(1, minutes_ago(400), "How can I help?"),
            customer_message(2, minutes_ago(300), "Hello"),
            customer_message(3, posted, "Hello??"),
        ];
        test_app.send_all_messages(open, messages);
        let list = test_app.app.session_list();
        assert_eq!((list.offset(), list.selected_row()), (offset, Some(0)));
        test_app.press("j");
        assert_eq!(test_app.selected_session(), Some(next));
    }
}
