//! Small windows: everything in them can be used, and nothing panics however small they are.

use std::collections::HashSet;

use crate::app::overlay::{Overlay, OverlayText};
use crate::test_support::{TestApp, scenario};
use crate::view::tests::{assert_screens, test_app_after};

#[test]
fn overlays_in_the_smallest_window_have_no_frame() {
    assert_screens(&[
        ("over-help-20x5", 20, 5, "?"),
        ("over-details-20x5", 20, 5, "ij"),
        ("over-connection-20x5", 20, 5, "L"),
        ("over-links-20x5", 20, 5, "gggg/pictures<enter>o"),
        ("over-zones-20x5", 20, 5, "tjjj"),
        ("over-help-39x11", 39, 11, "?<down><down><down>"),
    ]);
}

/// What fits whole into a row of the smallest window: longer words are broken, and all at hyphens.
fn words<'a>(lines: impl IntoIterator<Item = &'a String>) -> HashSet<String> {
    let words = lines.into_iter().flat_map(|line| line.split_whitespace());
    let words = words.filter(|word| word.len() < 16);
    let words = words.flat_map(|word| word.split('-'));
    words.map(str::to_owned).collect()
}

#[test]
fn every_row_of_an_overlay_can_be_read_in_the_smallest_window() {
    for keys in ["?", "i", "L", "r"] {
        let large = test_app_after(300, 200, keys);
        let overlay = large.app.overlay().unwrap();
        let rows = OverlayText::new(&large.app, overlay).rows;
        let wanted = match overlay {
            Overlay::RawJson(raw) => words([&raw.text().to_owned()]),
            _ => words(rows.iter().flat_map(|row| [&row.label, &row.text])),
        };
        assert!(wanted.len() > 10, "{keys}: {wanted:?}");
        let mut small = test_app_after(20, 5, keys);
        let mut seen = HashSet::new();
        for _ in 0..600 {
            let rows = small.screen_lines().into_iter().take(4);
            // The last column has the scroll bar.
            let rows: Vec<_> = rows.map(|row| row.replace('▐', "")).collect();
            seen.extend(words(&rows));
            small.press("<down>");
        }
        let missing: Vec<_> = wanted.difference(&seen).collect();
        assert!(missing.is_empty(), "{keys}: {missing:?}");
    }
}

#[test]
fn the_message_for_a_window_that_is_too_small_fits_its_space() {
    for (width, height, lines) in [
        (12, 4, &["Window too", "small: 20x5", "at least"][..]),
        (12, 2, &["Window too", "small"]),
        (12, 1, &["too small"]),
        (19, 5, &["Window too small:", "20x5 at least"]),
        (60, 3, &["Window too small: 20x5 at least"]),
        (5, 2, &["too", "small"]),
        (5, 1, &["small"]),
    ] {
        let mut test_app = TestApp::new(100, 30);
        test_app.resize(width, height);
        let shown = test_app.screen_lines();
        let shown: Vec<_> = shown.iter().filter(|line| !line.is_empty()).collect();
        assert_eq!(shown, lines, "{width}x{height}");
    }
}

#[test]
fn no_size_panics() {
    let screens = scenario::SCREENS.map(|(_, keys)| keys);
    for keys in screens.into_iter().chain(["?me"]) {
        let mut test_app = scenario::test_app(100, 30);
        test_app.press(keys);
        for width in [1, 2, 3, 4, 5, 8, 12, 19, 20, 21, 30, 39, 40, 41] {
            for height in [1, 2, 4, 5, 6, 11, 12] {
                test_app.resize(width, height);
                assert_eq!(test_app.screen_lines().len(), usize::from(height));
                test_app.press("<down>");
            }
        }
    }
}
