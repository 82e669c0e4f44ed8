//! Lines typed into prompts before, recalled with `↑` and `↓`.

use crate::app::tests::test_app;
use crate::test_support::TestApp;

/// The line being typed.
fn typed(test_app: &TestApp) -> &str {
    test_app.app.prompt().unwrap().input.value()
}

#[test]
fn filters_are_recalled_and_applied_and_what_was_typed_comes_back() {
    let mut test_app = test_app();
    test_app.press("h/customer 7<enter><esc>/customer 9<enter><esc>");
    for (keys, line, listed) in [
        ("/cust", "cust", 12),
        ("<up>", "customer 9", 1),
        ("<up>", "customer 7", 1),
        ("<up>", "customer 7", 1),
        ("<down>", "customer 9", 1),
        ("<down>", "cust", 12),
        ("<down>", "cust", 12),
        // An edited line is a new one.
        ("<up><backspace>", "customer ", 12),
        ("<up>", "customer 9", 1),
        ("<down>", "customer ", 12),
    ] {
        test_app.press(keys);
        assert_eq!(typed(&test_app), line, "{keys}");
        assert_eq!(test_app.listed_ids().len(), listed, "{keys}");
    }
    // A cancelled line is not stored; a repeated one comes last, once.
    test_app.press("<esc>/customer 7<enter><esc>/nothing<esc>/<up>");
    assert_eq!(typed(&test_app), "customer 7");
    test_app.press("<up><up>");
    assert_eq!(typed(&test_app), "customer 9");
}

#[test]
fn searches_have_a_history_of_their_own() {
    let mut test_app = test_app();
    test_app.press("/customer 7<enter><esc><enter>");
    test_app.press("/message 3<enter>/<up>");
    assert_eq!(typed(&test_app), "message 3");
    assert!(test_app.transcript_pane().search().is_some());
    test_app.press("<down>");
    assert_eq!(typed(&test_app), "");
}

#[test]
fn the_last_fifty_are_stored() {
    let mut test_app = test_app();
    test_app.press("h");
    for number in 1..=60 {
        test_app.press(&format!("/{number}<enter><esc>"));
    }
    test_app.press("/");
    for _ in 0..99 {
        test_app.press("<up>");
    }
    assert_eq!(typed(&test_app), "11");
}

#[test]
fn tab_selects_the_next_match_while_typing() {
    let mut test_app = test_app();
    test_app.press("h/customer");
    let first = test_app.selected_session();
    test_app.press("<tab>");
    assert_ne!(test_app.selected_session(), first);
    test_app.press("<s-tab>");
    assert_eq!(test_app.selected_session(), first);
}
