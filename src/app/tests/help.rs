//! Help: filtered by typing, scrolled by arrows, closed by its key.

use crate::app::command::Command;
use crate::app::keymap::Keymap;
use crate::app::overlay::{Overlay, OverlayText};
use crate::app::tests::test_app;
use crate::test_support::TestApp;

/// The rows of help, as keys and text.
fn rows(test_app: &TestApp) -> Vec<(String, String)> {
    let overlay = test_app.app.overlay().unwrap();
    let rows = OverlayText::new(&test_app.app, overlay).rows;
    rows.into_iter().map(|row| (row.label, row.text)).collect()
}

fn row(keys: &str, text: &str) -> (String, String) {
    (keys.to_owned(), text.to_owned())
}

#[test]
fn every_command_is_in_help_with_its_keys_or_with_what_is_typed_to_run_it() {
    let mut test_app = test_app();
    test_app.resize(300, 100);
    test_app.press("?");
    let rows = rows(&test_app);
    let keymap = Keymap::default();
    let bindings = keymap.bindings().iter();
    // Views have none: see `saved_views`.
    let listed = bindings.filter(|it| !matches!(it.command, Command::ToggleView(_)));
    for binding in listed {
        let keys: Vec<_> = binding
            .keys
            .iter()
            .map(|&it| crate::app::keys::format(it))
            .collect();
        let keys = if keys.is_empty() {
            format!(":{}", binding.name)
        } else {
            keys.join(" ")
        };
        assert!(
            rows.contains(&row(&keys, &binding.help)),
            "{}",
            binding.name
        );
    }
}

#[test]
fn typing_filters_keys_and_shapes_under_their_headings() {
    let mut test_app = test_app();
    test_app.press("?MATCH");
    assert_eq!(
        rows(&test_app)[..3],
        [
            row("Finding", ""),
            row("n", "next match"),
            row("N", "previous match")
        ]
    );
    test_app.press("<c-u>ctrl-z");
    assert_eq!(
        rows(&test_app),
        [row("Program", ""), row("Ctrl-z", "suspend")]
    );
    // By the name of its command.
    test_app.press("<c-u>watch");
    let watch = row("w", "toggle notifications for this session");
    assert!(rows(&test_app).contains(&watch));
    test_app.press("<c-u>alert");
    assert_eq!(
        rows(&test_app),
        [row("Shapes", ""), row("   ", "alert level")]
    );
    // The heading alone has the word.
    test_app.press("<c-u>shapes");
    assert_eq!(rows(&test_app)[0], row("Shapes", ""));
    assert!(rows(&test_app).len() > 10);
    test_app.press("<c-u>zzzz");
    assert_eq!(rows(&test_app), []);
}

#[test]
fn its_key_and_escape_close_it_while_a_filter_is_typed() {
    for keys in ["?", "<f1>", "<esc>"] {
        let mut test_app = test_app();
        test_app.press("?match");
        assert!(test_app.app.overlay().is_some());
        test_app.press(keys);
        assert!(test_app.app.overlay().is_none(), "{keys}");
    }
}

#[test]
fn arrows_scroll_and_a_filter_begins_at_the_top() {
    let mut test_app = test_app();
    let scroll = |test_app: &TestApp| match test_app.app.overlay() {
        Some(Overlay::Help(help)) => help.scroll.0,
        other => panic!("no help: {other:?}"),
    };
    test_app.press("?<down><down><up>");
    assert_eq!(scroll(&test_app), 1);
    test_app.press("<pgdn>");
    assert_eq!(scroll(&test_app), 16);
    test_app.press("q");
    assert_eq!(scroll(&test_app), 0);
}
