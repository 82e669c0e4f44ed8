//! The screen as pictures: text, styles and links compared with goldens in `tests/screens`.
//!
//! `INSTA_UPDATE=always` writes them anew; a change of them is a change of the program's face.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod fixture;

use fixture::{Desk, picture, story};
use sochat::view::{Look, Palette};

fn compare(name: &str, desk: &Desk) {
    compare_as(name, desk, &Look::new(Palette::Auto, false));
}

fn compare_as(name: &str, desk: &Desk, look: &Look) {
    let dump = picture::dump(&desk.canvas(look));
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("screens");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, dump));
}

#[test]
fn windows_of_every_size() {
    for (width, height) in [(120, 36), (80, 24), (40, 12), (20, 5), (19, 4)] {
        compare(
            &format!("size-{width}x{height}"),
            &story::desk(width, height),
        );
    }
    compare("whole-transcript", &story::desk(110, 110));
}
