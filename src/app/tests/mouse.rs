//! Clicks and the wheel.

use crate::app::effect::Effect;
use crate::app::layout::Focus;
use crossterm::event::MouseButton::{Left, Right};
use crossterm::event::MouseEventKind::{Down, Moved, ScrollDown, ScrollUp};

use crate::app::tests::test_app;
use crate::test_support::open_effect;

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
        (ScrollDown, 33, 9),
    ] {
        assert_eq!(test_app.send_mouse(kind, column, row), nothing);
        assert_eq!(test_app.screen_lines(), before);
    }
    test_app.press("?");
    let before = test_app.screen_lines();
    assert_eq!(test_app.send_mouse(Down(Left), 5, 5), nothing);
    assert_eq!(test_app.screen_lines(), before);
}
