//! The queue overview in windows of every size, without colours and in ASCII.

use crate::view::tests::{assert_screen_with, assert_screens, test_app_after};
use crate::view::{Appearance, Palette};

#[test]
fn in_windows_of_every_size() {
    assert_screens(&[
        ("overview-120x36", 120, 36, "Wj"),
        ("overview-80x24", 80, 24, "W"),
        ("overview-40x12", 40, 12, "W"),
        ("overview-20x5", 20, 5, "WG"),
    ]);
}

#[test]
fn without_colours_and_in_ascii() {
    for (name, ascii) in [("mono", false), ("ascii", true)] {
        let appearance = Appearance::new(Palette::Mono, ascii);
        let test_app = test_app_after(80, 24, "W");
        assert_screen_with(&format!("overview-{name}-80x24"), &test_app, &appearance);
    }
}
