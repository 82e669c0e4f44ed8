//! Screens: text, styles and links compared with the snapshots in `tests/screens`.
//!
//! `INSTA_UPDATE=always` rewrites them; a changed snapshot is a change that users see.

mod states;

use crate::test_support::{TestApp, scenario, snapshot};
use crate::view::{Appearance, Palette};

fn assert_screen(name: &str, test_app: &TestApp) {
    assert_screen_with(name, test_app, &Appearance::new(Palette::Auto, false));
}

fn assert_screen_with(name: &str, test_app: &TestApp, look: &Appearance) {
    let dump = snapshot::dump(&test_app.picture(look));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, dump));
}

/// The scenario in a window of this size, after some keys.
fn test_app_after(width: u16, height: u16, keys: &str) -> TestApp {
    let mut test_app = scenario::test_app(width, height);
    test_app.press(keys);
    test_app
}

#[test]
fn windows_of_every_size() {
    for (width, height) in [(120, 36), (80, 24), (40, 12), (20, 5), (19, 4)] {
        assert_screen(
            &format!("size-{width}x{height}"),
            &scenario::test_app(width, height),
        );
    }
    assert_screen("size-79x24-list", &test_app_after(79, 24, "h"));
    assert_screen("size-79x24-reader", &test_app_after(79, 24, ""));
    assert_screen("size-20x5-list", &test_app_after(20, 5, "h"));
    assert_screen("size-200x20", &test_app_after(200, 20, "h"));
}

#[test]
fn the_whole_transcript() {
    assert_screen("transcript-wide", &scenario::test_app(110, 84));
    assert_screen("transcript-narrow", &scenario::test_app(38, 130));
}

#[test]
fn panes_zoomed() {
    assert_screen("zoomed-list", &test_app_after(100, 24, "hz"));
    assert_screen("zoomed-reader", &test_app_after(100, 24, "z"));
}

#[test]
fn overlays() {
    let linked = "gggg/pictures<enter>";
    for (name, keys) in [
        ("help", "?".to_owned()),
        ("details", "i".to_owned()),
        ("raw", "/bread<enter>r".to_owned()),
        ("links", format!("{linked}o")),
        ("zones", "t".to_owned()),
        ("zones-typed", "tnew yo".to_owned()),
        ("zones-none", "tzzzz".to_owned()),
    ] {
        assert_screen(&format!("over-{name}"), &test_app_after(100, 30, &keys));
        assert_screen(
            &format!("over-{name}-40x12"),
            &test_app_after(40, 12, &keys),
        );
    }
    assert_screen("over-help-scrolled", &test_app_after(100, 30, "?G"));
}

#[test]
fn what_is_typed() {
    assert_screen("filter", &test_app_after(80, 24, "h/nor"));
    assert_screen("filter-set", &test_app_after(80, 24, "h/nor<enter>"));
    assert_screen("filter-nothing", &test_app_after(80, 24, "h/zzzz"));
    assert_screen("search", &test_app_after(80, 24, "/sens"));
    assert_screen("search-hits", &test_app_after(100, 24, "/kari<enter>NN"));
    assert_screen("search-nothing", &test_app_after(80, 24, "/zzzz<enter>"));
}

#[test]
fn times_in_other_words() {
    assert_screen("times-utc", &test_app_after(100, 24, "T"));
    assert_screen("times-relative", &test_app_after(100, 24, "TT"));
    assert_screen("times-relative-narrow", &test_app_after(40, 24, "TT"));
}

#[test]
fn looks() {
    let test_app = scenario::test_app(100, 36);
    assert_screen_with("mono", &test_app, &Appearance::new(Palette::Mono, false));
    assert_screen_with("light", &test_app, &Appearance::new(Palette::Light, false));
    assert_screen_with("ascii", &test_app, &Appearance::new(Palette::Dark, true));
    assert_screen_with(
        "ascii-details",
        &test_app_after(100, 36, "i"),
        &Appearance::new(Palette::Dark, true),
    );
}
