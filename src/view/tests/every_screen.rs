//! Every screen at four sizes, in colour, without colours and in ASCII: a file for each size and mode.
//!
//! Text is the same without colours, so that file has the styles alone; the one in ASCII has the text alone.

use std::fmt::Write as _;

use crate::sync::{ConnectionState, Feed};
use crate::test_support::{TestApp, scenario, snapshot};
use crate::view::{Appearance, ThemeId};

use super::{assert_dump, search_results};

/// All screens with their names.
fn screens(width: u16, height: u16) -> Vec<(&'static str, TestApp)> {
    let after = |(name, keys): (&'static str, &str)| {
        let mut test_app = scenario::test_app(width, height);
        test_app.press(keys);
        (name, test_app)
    };
    let mut screens: Vec<_> = scenario::SCREENS.into_iter().map(after).collect();
    screens.push(("search results", search_results::searching(width, height)));
    screens.push(("loading", TestApp::new(width, height)));
    let mut empty = TestApp::new(width, height);
    empty.send_list(Vec::new());
    screens.push(("no sessions", empty));
    let mut failed = TestApp::new(width, height);
    let why = "Sign-in refused (401): check auth.user, auth.scheme and the secret".to_owned();
    let after = Some(std::time::Duration::from_secs(30));
    failed.send_connection(Feed::List, ConnectionState::SignedOut { after, why });
    screens.push(("error", failed));
    screens
}

fn assert_every_screen(width: u16, height: u16) {
    let [mut color, mut mono, mut ascii] = [(); 3].map(|()| String::new());
    for (name, test_app) in screens(width, height) {
        let [in_color, in_mono, in_ascii] = [
            (ThemeId::Dark, false),
            (ThemeId::Mono, false),
            (ThemeId::Mono, true),
        ]
        .map(|(theme_id, ascii)| test_app.picture(&Appearance::new(theme_id, ascii)));
        let text = |picture| {
            let lines = snapshot::text_lines(picture).into_iter();
            lines.fold(String::new(), |text, line| text + "|" + &line + "\n")
        };
        assert_eq!(text(&in_color), text(&in_mono), "{name}");
        let styles = snapshot::style_runs(&in_color);
        write!(color, "\n== {name}\n{}{styles}", text(&in_color)).unwrap();
        write!(mono, "\n== {name}\n{}", snapshot::style_runs(&in_mono)).unwrap();
        write!(ascii, "\n== {name}\n{}", text(&in_ascii)).unwrap();
    }
    for (mode, dump) in [("colour", color), ("no-colour", mono), ("ascii", ascii)] {
        assert_dump(&format!("every-screen-{width}x{height}-{mode}"), &dump);
    }
}

#[test]
fn every_screen_at_40x12() {
    assert_every_screen(40, 12);
}

#[test]
fn every_screen_at_80x24() {
    assert_every_screen(80, 24);
}

#[test]
fn every_screen_at_120x40() {
    assert_every_screen(120, 40);
}

#[test]
fn every_screen_at_200x50() {
    assert_every_screen(200, 50);
}
