//! Themes on the screen: a background of its own, and what lies beneath an overlay.

use ratatui::buffer::Cell;
use ratatui::style::Modifier;

use crate::test_support::{scenario, snapshot};
use crate::view::theme::{Role, Theme};
use crate::view::{Appearance, ThemeId};

#[test]
fn a_theme_with_a_background_fills_the_window() {
    for keys in ["", "?", "h/zzzz", "o"] {
        let mut test_app = scenario::test_app(100, 30);
        test_app.press(keys);
        for theme_id in [ThemeId::HighContrast, ThemeId::ColorBlind] {
            let drawn = test_app.picture(&Appearance::new(theme_id, false)).buffer;
            let text = Theme::built_in(theme_id).style(Role::Text);
            let is_filled = |cell: &Cell| cell.style().bg == text.bg;
            assert!(drawn.content.iter().all(is_filled), "{theme_id:?} {keys}");
        }
    }
}

/// In one style, without links, and without any at blanks: by colour, or with the terminal's own by weight.
#[test]
fn what_lies_beneath_an_overlay_is_dimmed() {
    for theme_id in [ThemeId::Light, ThemeId::Terminal, ThemeId::Mono] {
        let mut test_app = scenario::test_app(110, 30);
        let appearance = Appearance::new(theme_id, false);
        let before = test_app.picture(&appearance);
        assert_ne!(snapshot::links(&before), []);
        test_app.press("?");
        let drawn = test_app.picture(&appearance);
        assert_eq!(snapshot::links(&drawn), []);
        let dimmed = Theme::built_in(theme_id).style(Role::Dimmed);
        let is_dim = dimmed.add_modifier.contains(Modifier::DIM);
        assert_eq!(is_dim, theme_id != ThemeId::Light);
        // The text of the list is as before, beside the box.
        for row in 1..29 {
            for column in 0..5 {
                let (shown, cell) = (&before.buffer[(column, row)], &drawn.buffer[(column, row)]);
                assert_eq!(cell.symbol(), shown.symbol());
                let mut expected = Cell::EMPTY;
                if cell.symbol() != " " {
                    expected.set_symbol(cell.symbol()).set_style(dimmed);
                }
                assert_eq!(*cell, expected, "{theme_id:?} {column} {row}");
            }
        }
    }
}
