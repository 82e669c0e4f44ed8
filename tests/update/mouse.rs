//! The mouse, where it is switched on.

use crossterm::event::MouseButton::{Left, Right};
use crossterm::event::MouseEventKind::{Down, Moved, ScrollDown, ScrollUp};
use sochat::app::effect::Effect;
use sochat::app::layout::Focus;

use crate::desk;
use crate::fixture::watch;

#[test]
fn a_click_opens_a_session() {
    let mut desk = desk();
    // Two rows a session, from the second row of the window on.
    assert_eq!(desk.mouse(Down(Left), 5, 5), [watch(3, true)]);
    assert_eq!(desk.app.focus(), Focus::Transcript);
    assert_eq!(desk.selected_session(), Some(3));
    assert_eq!(desk.mouse(Down(Left), 5, 6), []);
    // Below the last session there is nothing to open.
    assert_eq!(desk.mouse(Down(Left), 5, 27), []);
    assert_eq!(desk.open_session(), Some(3));
}

#[test]
fn a_click_selects_a_message() {
    let mut desk = desk();
    let rows = desk.rows();
    for row in [0, 7, 20] {
        desk.press("G");
        assert_eq!(desk.mouse(Down(Left), 60, 2 + row), []);
        let place = rows[usize::from(row)].message_index;
        assert_eq!(desk.selected_message(), Some(desk.id_at(place)));
        assert_eq!(desk.app.focus(), Focus::Transcript);
    }
}

#[test]
fn the_wheel_scrolls_what_is_under_it() {
    let mut desk = desk();
    assert_eq!(desk.mouse(ScrollDown, 5, 9), []);
    assert_eq!(desk.selected_session(), Some(4));
    assert_eq!(desk.app.focus(), Focus::List);
    desk.mouse(ScrollUp, 5, 9);
    assert_eq!(desk.selected_session(), Some(1));

    let before = desk.rows();
    desk.mouse(ScrollUp, 60, 9);
    assert!(!desk.reader().is_following());
    assert_eq!(desk.rows()[3..], before[..before.len() - 3]);
    desk.mouse(ScrollDown, 60, 9);
    assert!(desk.reader().is_following());
}

#[test]
fn elsewhere_the_mouse_means_nothing() {
    let nothing: [Effect; 0] = [];
    let mut desk = desk();
    let before = desk.lines();
    for (kind, column, row) in [
        (Down(Left), 5, 0),
        (Down(Left), 5, 29),
        (Down(Left), 500, 500),
        (Down(Right), 5, 5),
        (Moved, 5, 5),
        (ScrollDown, 33, 9),
    ] {
        assert_eq!(desk.mouse(kind, column, row), nothing);
        assert_eq!(desk.lines(), before);
    }
    desk.press("?");
    let before = desk.lines();
    assert_eq!(desk.mouse(Down(Left), 5, 5), nothing);
    assert_eq!(desk.lines(), before);
}
