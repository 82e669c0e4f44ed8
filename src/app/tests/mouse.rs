//! Clicks and the wheel.

use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crossterm::event::MouseButton::{Left, Right};
use crossterm::event::MouseEventKind::{Down, Drag, Moved, ScrollDown, ScrollUp, Up};

use crate::app::AppConfig;
use crate::app::overlay::Overlay;
use crate::app::tests::{screen_contains, test_app};
use crate::chat::ListState;
use crate::test_support::builders::{customer_message, now, today_at};
use crate::test_support::{TestApp, app_config, open_effect};

#[test]
fn a_click_opens_a_session() {
    let mut test_app = test_app();
    // Two rows a session, from the second row of the window on.
    assert_eq!(
        test_app.send_mouse(Down(Left), 5, 5),
        [open_effect(3, true)]
    );
    assert_eq!(test_app.app.focus(), Focus::Transcript);
    assert_eq!(test_app.selected_session(), Some(3));
    assert_eq!(test_app.send_mouse(Down(Left), 5, 6), []);
    // Below the last session there is nothing to open.
    assert_eq!(test_app.send_mouse(Down(Left), 5, 27), []);
    assert_eq!(test_app.open_session(), Some(3));
}

#[test]
fn a_click_on_another_session_ends_the_search_being_typed() {
    let mut test_app = test_app();
    test_app.press("l/\"message 1");
    assert!(!test_app.transcript_pane().is_following());
    test_app.send_mouse(Down(Left), 5, 5);
    assert!(test_app.app.prompt().is_none());
    test_app.send_mouse(Down(Left), 5, 1);
    assert_eq!(test_app.open_session(), Some(1));
    assert!(test_app.transcript_pane().is_following());
    assert!(test_app.transcript_pane().search().is_none());
}

#[test]
fn a_click_selects_a_message() {
    let mut test_app = test_app();
    let rows = test_app.visible_rows();
    for row in [0, 7, 20] {
        test_app.press("G");
        assert_eq!(test_app.send_mouse(Down(Left), 60, 2 + row), []);
        let index = rows[usize::from(row)].message_index;
        assert_eq!(test_app.selected_message(), Some(test_app.id_at(index)));
        assert_eq!(test_app.app.focus(), Focus::Transcript);
    }
}

#[test]
fn the_wheel_scrolls_the_pane_under_the_pointer() {
    let mut test_app = test_app();
    assert_eq!(test_app.send_mouse(ScrollDown, 5, 9), []);
    assert_eq!(test_app.selected_session(), Some(4));
    assert_eq!(test_app.app.focus(), Focus::List);
    test_app.send_mouse(ScrollUp, 5, 9);
    assert_eq!(test_app.selected_session(), Some(1));

    // The first row is covered by the current day.
    let before = test_app.visible_rows();
    test_app.send_mouse(ScrollUp, 60, 9);
    assert!(!test_app.transcript_pane().is_following());
    assert_eq!(test_app.visible_rows()[4..], before[1..before.len() - 3]);
    test_app.send_mouse(ScrollDown, 60, 9);
    assert!(test_app.transcript_pane().is_following());
}

#[test]
fn other_mouse_events_are_ignored() {
    let nothing: [Effect; 0] = [];
    let mut test_app = test_app();
    let before = test_app.screen_lines();
    for (kind, column, row) in [
        (Down(Left), 5, 0),
        (Down(Left), 5, 29),
        (Down(Left), 500, 500),
        (Down(Right), 5, 5),
        (Moved, 5, 5),
        (ScrollDown, 37, 9),
    ] {
        assert_eq!(test_app.send_mouse(kind, column, row), nothing);
        assert_eq!(test_app.screen_lines(), before);
    }
    test_app.press("?");
    let before = test_app.screen_lines();
    assert_eq!(test_app.send_mouse(Down(Left), 5, 5), nothing);
    assert_eq!(test_app.screen_lines(), before);
}

/// The columns of the list.
fn list_width(test_app: &TestApp) -> u16 {
    test_app.app.panes().unwrap().list.width
}

#[test]
fn dragging_the_divider_resizes_the_panes_and_is_stored_for_the_next_run() {
    let mut test_app = test_app();
    let divider = list_width(&test_app);
    let width_saved = |width| {
        Effect::SaveListState(ListState {
            width: Some(width),
            ..ListState {
                order: "urgency".to_owned(),
                ..ListState::default()
            }
        })
    };
    // Only what begins on the divider moves it.
    test_app.send_mouse(Down(Left), divider + 5, 9);
    assert_eq!(test_app.send_mouse(Drag(Left), 50, 9), []);
    assert_eq!(list_width(&test_app), divider);
    for (column, width) in [(50, 50), (2, 24), (99, 76), (41, 41)] {
        test_app.send_mouse(Down(Left), list_width(&test_app), 9);
        assert_eq!(test_app.send_mouse(Drag(Left), 60, 9), []);
        assert_eq!(test_app.send_mouse(Drag(Left), column, 0), []);
        assert_eq!(list_width(&test_app), width);
        assert_eq!(
            test_app.send_mouse(Up(Left), column, 9),
            [width_saved(width)]
        );
        test_app.send_mouse(Drag(Left), 70, 9);
        assert_eq!(list_width(&test_app), width);
    }
    let restored = TestApp::with_config(AppConfig {
        list_state: ListState {
            width: Some(41),
            ..ListState::default()
        },
        ..app_config(100, 30)
    });
    assert_eq!(list_width(&restored), 41);
}

#[test]
fn a_click_on_a_link_shows_its_full_address_first() {
    let mut test_app = TestApp::with_session(1);
    let html = "see https://a.example/x and <a href='https://b.example/long'>the manual</a>";
    test_app.send_messages(1, vec![customer_message(1, today_at("13:00"), html)]);
    let lines = test_app.screen_lines();
    let row = lines
        .iter()
        .position(|line| line.contains("the manual"))
        .unwrap();
    let column_of = |text: &str| {
        let before = lines[row].split(text).next().unwrap();
        u16::try_from(crate::text::width(before)).unwrap()
    };
    let row = u16::try_from(row).unwrap();
    for (column, selected) in [
        (column_of("see"), None),
        (column_of("https"), Some(0)),
        (column_of("and") - 2, Some(0)),
        (column_of("and"), None),
        (column_of("the manual"), Some(1)),
        (column_of("the manual") + 9, Some(1)),
        // Behind the text.
        (column_of("the manual") + 11, None),
    ] {
        assert_eq!(test_app.send_mouse(Down(Left), column, row), []);
        let shown = match test_app.app.overlay() {
            Some(Overlay::Links(shown)) => Some(shown.selection.0),
            _ => None,
        };
        assert_eq!(shown, selected, "{column}");
        if shown == Some(1) {
            assert!(screen_contains(&test_app, "https://b.example/long"));
            let open = Effect::OpenLink("https://b.example/long".to_owned());
            assert_eq!(test_app.press("<enter>"), [open]);
        }
        test_app.press("<esc>l");
    }
}

#[test]
fn a_click_on_the_pill_resumes_following() {
    let mut test_app = test_app();
    test_app.press("l<pgup>");
    let new = customer_message(900, now(), "new");
    test_app.send_messages(1, vec![new]);
    assert_eq!(test_app.new_message_count(), 1);
    let pane = test_app.app.panes().unwrap().transcript;
    let label = test_app
        .app
        .pill_label(&test_app.app.panes().unwrap())
        .unwrap();
    let left = pane.right() - u16::try_from(crate::text::width(&label)).unwrap() - 2;
    for (column, row, follows) in [
        (left - 1, pane.bottom() - 1, false),
        (left, pane.bottom() - 2, false),
        (left, pane.bottom() - 1, true),
    ] {
        test_app.send_mouse(Down(Left), column, row);
        assert_eq!(test_app.transcript_pane().is_following(), follows);
    }
}

#[test]
fn the_wheel_scrolls_an_overlay() {
    let mut test_app = test_app();
    test_app.press("?");
    let before = test_app.screen_lines();
    test_app.send_mouse(ScrollDown, 5, 5);
    assert_ne!(test_app.screen_lines(), before);
    test_app.send_mouse(ScrollUp, 5, 5);
    assert_eq!(test_app.screen_lines(), before);
}
