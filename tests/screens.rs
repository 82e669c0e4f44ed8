//! The screen as pictures: text, styles and links compared with goldens in `tests/screens`.
//!
//! `INSTA_UPDATE=always` writes them anew; a change of them is a change of the program's face.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod fixture;
#[path = "screens/states.rs"]
mod states;

use fixture::{Desk, picture, story};
use sochat::view::{Appearance, Palette};

fn compare(name: &str, desk: &Desk) {
    compare_as(name, desk, &Appearance::new(Palette::Auto, false));
}

fn compare_as(name: &str, desk: &Desk, look: &Appearance) {
    let dump = picture::dump(&desk.canvas(look));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, dump));
}

/// The story in a window of this size, after some keys.
fn after(width: u16, height: u16, keys: &str) -> Desk {
    let mut desk = story::desk(width, height);
    desk.press(keys);
    desk
}

#[test]
fn windows_of_every_size() {
    for (width, height) in [(120, 36), (80, 24), (40, 12), (20, 5), (19, 4)] {
        compare(
            &format!("size-{width}x{height}"),
            &story::desk(width, height),
        );
    }
    compare("size-79x24-list", &after(79, 24, "h"));
    compare("size-79x24-reader", &after(79, 24, ""));
    compare("size-20x5-list", &after(20, 5, "h"));
    compare("size-200x20", &after(200, 20, "h"));
}

#[test]
fn the_whole_transcript() {
    compare("transcript-wide", &story::desk(110, 84));
    compare("transcript-narrow", &story::desk(38, 130));
}

#[test]
fn panes_zoomed() {
    compare("zoomed-list", &after(100, 24, "hz"));
    compare("zoomed-reader", &after(100, 24, "z"));
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
        compare(&format!("over-{name}"), &after(100, 30, &keys));
        compare(&format!("over-{name}-40x12"), &after(40, 12, &keys));
    }
    compare("over-help-scrolled", &after(100, 30, "?G"));
}

#[test]
fn what_is_typed() {
    compare("filter", &after(80, 24, "h/nor"));
    compare("filter-set", &after(80, 24, "h/nor<enter>"));
    compare("filter-nothing", &after(80, 24, "h/zzzz"));
    compare("search", &after(80, 24, "/sens"));
    compare("search-hits", &after(100, 24, "/kari<enter>NN"));
    compare("search-nothing", &after(80, 24, "/zzzz<enter>"));
}

#[test]
fn times_in_other_words() {
    compare("times-utc", &after(100, 24, "T"));
    compare("times-relative", &after(100, 24, "TT"));
    compare("times-relative-narrow", &after(40, 24, "TT"));
}

#[test]
fn looks() {
    let desk = story::desk(100, 36);
    compare_as("mono", &desk, &Appearance::new(Palette::Mono, false));
    compare_as("light", &desk, &Appearance::new(Palette::Light, false));
    compare_as("ascii", &desk, &Appearance::new(Palette::Dark, true));
    compare_as(
        "ascii-details",
        &after(100, 36, "i"),
        &Appearance::new(Palette::Dark, true),
    );
}
