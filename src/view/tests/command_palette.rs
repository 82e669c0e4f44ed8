//! The command palette in every window and without colours.

use crate::app::AppConfig;
use crate::test_support::{TestApp, app_config, scenario};
use crate::view::tests::{assert_screen_with, assert_screens, test_app_after};
use crate::view::{Appearance, ThemeId};

#[test]
fn in_windows_of_every_size() {
    assert_screens(&[
        ("palette-120x36", 120, 36, ":"),
        ("palette-80x24", 80, 24, ":"),
        ("palette-40x12", 40, 12, ":"),
        ("palette-20x5", 20, 5, ":"),
        ("palette-typed-80x24", 80, 24, ":mark"),
        ("palette-typed-40x12", 40, 12, ":mark"),
        ("palette-typed-20x5", 20, 5, ":mark"),
        ("palette-list-80x24", 80, 24, "h:copy"),
        ("palette-none-80x24", 80, 24, ":zzzz"),
    ]);
}

#[test]
fn without_colours_and_in_ascii() {
    for (name, ascii) in [("mono", false), ("ascii", true)] {
        for (width, height) in [(80, 24), (40, 12)] {
            for (overlay, keys) in [("palette", "h:copy"), ("help", "?copy")] {
                let test_app = test_app_after(width, height, keys);
                let name = format!("{overlay}-{name}-{width}x{height}");
                assert_screen_with(&name, &test_app, &Appearance::new(ThemeId::Mono, ascii));
            }
        }
    }
}

#[test]
fn help_in_colour() {
    assert_screens(&[
        ("help-80x24", 80, 24, "?copy"),
        ("help-40x12", 40, 12, "?copy"),
    ]);
}

/// A theme that is chosen applies at once, over the configured one.
#[test]
fn a_chosen_theme_is_drawn() {
    let mut test_app = scenario::test_app(100, 30);
    let drawn = |test_app: &TestApp, palette| {
        let appearance = Appearance::new(palette, false);
        test_app.picture(&appearance).buffer
    };
    assert_ne!(
        drawn(&test_app, ThemeId::Mono),
        drawn(&test_app, ThemeId::Light)
    );
    test_app.press(":theme light<enter>");
    assert_eq!(
        drawn(&test_app, ThemeId::Mono),
        drawn(&test_app, ThemeId::Light)
    );
}

#[test]
fn the_reason_is_beside_a_command_that_does_nothing_here() {
    let mut test_app = TestApp::with_config(AppConfig {
        has_color: false,
        ..app_config(80, 24)
    });
    test_app.press(":theme-dark");
    let shown = test_app.screen_lines().join("\n");
    assert!(
        shown.contains("theme dark: colours are switched off"),
        "{shown}"
    );
}
