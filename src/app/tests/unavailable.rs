//! Keys whose command does nothing here show why: every command in every pane and overlay.

use chrono::TimeDelta;
use crossterm::event::KeyEvent;

use crate::app::command::Command;
use crate::app::event::Event;
use crate::app::keymap::{Binding, Keymap};
use crate::app::overlay::{Overlay, edit_request};
use crate::app::{AppConfig, keys};
use crate::chat::{LoadedKey, SessionId};
use crate::sync::SyncEvent;
use crate::sync::search::{SearchHit, SearchUpdate};
use crate::test_support::builders::{customer_message, now};
use crate::test_support::{TestApp, app_config, personal, scenario};

use crate::app::tests::{test_app, waiting_sessions};

type Situation = (&'static str, fn() -> TestApp);

fn after(keys: &str) -> TestApp {
    in_window(90, 12, keys)
}

/// Three sessions, the first open with two messages, in a window of a size and after some keys.
fn in_window(width: u16, height: u16, keys: &str) -> TestApp {
    let mut test_app = TestApp::new(90, 12);
    test_app.send_list(waiting_sessions(3));
    let link = customer_message(2, now(), "see https://fjord.example/a");
    test_app.send_messages(1, vec![customer_message(1, now(), "Hello"), link]);
    test_app.resize(width, height);
    test_app.press(keys);
    test_app
}

fn empty_list() -> TestApp {
    let mut test_app = TestApp::new(90, 12);
    test_app.send_list(Vec::new());
    test_app
}

fn opened() -> TestApp {
    TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(7)),
        ..app_config(90, 12)
    })
}

fn without_messages() -> TestApp {
    let mut test_app = opened();
    test_app.send_list(waiting_sessions(3));
    test_app.send_messages(7, Vec::new());
    test_app
}

/// The results of a search across conversations.
fn results() -> TestApp {
    let mut test_app = after("Shello<enter>");
    let hit = SearchHit {
        session: waiting_sessions(1).remove(0),
        message: customer_message(1, now(), "Hello"),
    };
    let update = SearchUpdate::Hits(vec![hit]);
    test_app.send(SyncEvent::SearchUpdated { id: 1, update });
    test_app
}

/// A session that was opened from them.
fn opened_hit() -> TestApp {
    let mut test_app = results();
    test_app.press("<enter>");
    test_app
}

fn in_private() -> TestApp {
    let mut test_app = after("lp");
    let key = personal::KEY;
    test_app.send(Event::PrivacyKeyLoaded(LoadedKey { key, problem: None }));
    test_app
}

/// The situations that keys are pressed in, beside [`scenario::SCREENS`].
const SITUATIONS: [Situation; 23] = [
    ("nothing yet", || TestApp::new(90, 12)),
    ("an empty list", empty_list),
    ("a session that loads", opened),
    ("no messages", without_messages),
    ("the list", || after("")),
    ("the end of the list", || after("G")),
    ("a filter", || after("/customer 1<enter>")),
    ("a filter without matches", || after("/zzzz<enter>")),
    ("the transcript", || after("l")),
    ("the oldest message", || after("lg")),
    ("a search", || after("l/hello<enter>")),
    ("a narrow list", || in_window(60, 12, "")),
    ("a narrow transcript", || in_window(60, 12, "l")),
    ("the smallest window", || in_window(20, 5, "")),
    ("a search across conversations", || after("Sabc<enter>")),
    ("its end", || after("Sabc<enter><esc>")),
    ("its results", results),
    ("a hit", opened_hit),
    ("only what needs attention", || after("x")),
    ("one pane", || after("lz")),
    ("only matches", || after("l/hello<enter>&")),
    ("privacy", in_private),
    ("help in the smallest window", || in_window(20, 5, "?")),
];

/// A screen on which keys are commands, by its name.
fn screen(name: &str) -> TestApp {
    let mut screens = scenario::SCREENS.into_iter();
    let (_, keys) = screens.find(|(other, _)| *other == name).unwrap();
    let mut test_app = scenario::test_app(90, 12);
    test_app.press(keys);
    test_app
}

/// The keys of a command, each alone; for one without, what is typed into the palette.
fn ways(binding: &Binding) -> Vec<Option<KeyEvent>> {
    if binding.keys.is_empty() {
        vec![None]
    } else {
        binding.keys.iter().copied().map(Some).collect()
    }
}

/// Returns `true` if a key, or the palette, neither did nor showed anything.
fn is_silent(test_app: &mut TestApp, binding: &Binding, key: Option<KeyEvent>) -> bool {
    // The last notice is removed, so that an equal one counts.
    test_app.advance(TimeDelta::minutes(1));
    let before = test_app.screen_lines();
    let effects = if let Some(key) = key {
        test_app.send(Event::KeyPressed(key))
    } else {
        test_app.press(":");
        test_app.send(Event::TextTyped(binding.name.to_owned()));
        test_app.press("<enter>")
    };
    effects.is_empty() && test_app.screen_lines() == before
}

fn assert_no_command_is_silent(situation: &str, build: impl Fn() -> TestApp) {
    let app = build().app;
    let is_text_typed = matches!(
        app.overlay(),
        Some(Overlay::Help(_) | Overlay::CommandPalette(_))
    );
    // Text that is typed always changes the screen: that is no effect of the command.
    let is_typed = |key: Option<KeyEvent>| key.is_none_or(|key| edit_request(key).is_some());
    for binding in Keymap::default().bindings() {
        let ways = ways(binding).into_iter();
        for key in ways.filter(|key| !(is_text_typed && is_typed(*key))) {
            let is_silent = is_silent(&mut build(), binding, key);
            let key = key.map(keys::format).unwrap_or_default();
            let name = binding.name;
            assert!(!is_silent, "{name} ({key}) is silent: {situation}");
        }
    }
}

#[test]
fn every_command_does_something_or_shows_why_not() {
    for (situation, build) in SITUATIONS {
        assert_no_command_is_silent(situation, build);
    }
}

#[test]
fn every_command_does_something_or_shows_why_not_on_every_screen() {
    for (name, _) in scenario::SCREENS {
        let app = screen(name).app;
        // Keys are typed into a prompt. The zone picker has a test of its own.
        let is_typed =
            app.prompt().is_some() || matches!(app.overlay(), Some(Overlay::ZonePicker(_)));
        if !is_typed {
            assert_no_command_is_silent(name, || screen(name));
        }
    }
}

/// In the zone picker too, as far as its key is not typed. Opening it takes long.
#[test]
fn every_command_over_the_zone_picker_does_something_or_shows_why_not() {
    for (width, height) in [(90, 12), (20, 5)] {
        let mut test_app = in_window(width, height, "t");
        for binding in Keymap::default().bindings() {
            for key in binding.keys.iter().copied() {
                if test_app.app.overlay().is_none() {
                    test_app.press("t");
                }
                if edit_request(key).is_none() {
                    let is_silent = is_silent(&mut test_app, binding, Some(key));
                    assert!(!is_silent, "{}", binding.name);
                }
            }
        }
    }
}

#[test]
fn the_reason_names_the_command_and_the_remedy() {
    for (situation, keys, wanted) in [
        ("the list", "y", "Copy: select a message first"),
        ("no messages", "r", "Raw: select a message first"),
        ("nothing yet", "i", "Details: select a session first"),
        ("the transcript", "s", "Sort: only in the session list (h)"),
        ("the list", "n", "Next match: only in the transcript (l)"),
        ("the transcript", "n", "Next match: no search yet; press /"),
        ("the list", "<esc>", "Back: nothing to go back to; q quits"),
        ("nothing yet", "<enter>", "Open: the list is not loaded yet"),
        (
            "a narrow list",
            "z",
            "One pane or two: two panes need 80 columns",
        ),
        ("connection", "a", "Next reply: close this first (Esc)"),
        ("help", "<a-a>", "Next reply: close this first (Esc)"),
        ("the end of the list", "j", "This is the last session"),
        ("the oldest message", "k", "This is the oldest message"),
        ("links", "jjjjjjjj", "This is the last link"),
    ] {
        let mut all = SITUATIONS.into_iter();
        let found = all.find(|(name, _)| *name == situation);
        let mut test_app = found.map_or_else(|| screen(situation), |(_, build)| build());
        assert_eq!(test_app.press(keys), []);
        assert_eq!(test_app.notice(), Some(wanted), "{situation}");
    }
}

#[test]
fn a_filter_without_matches_opens_nothing() {
    for keys in ["<enter>", "l", "<tab>"] {
        let mut test_app = TestApp::new(60, 20);
        test_app.send_list(waiting_sessions(12));
        test_app.press("/zzzz<enter>");
        assert_eq!(test_app.press(keys), [], "{keys}");
        assert_eq!(test_app.open_session(), None);
    }
}

#[test]
fn the_key_that_opened_an_overlay_closes_it() {
    for keys in ["??", "ii", "LL", "lrr", "lBB"] {
        let mut test_app = test_app();
        test_app.press(keys);
        assert!(test_app.app.overlay().is_none(), "{keys}");
    }
}

#[test]
fn redraw_and_suspend_work_everywhere() {
    for before in ["", "l", "/nor", "l/nor", "?", "i", "L", "lr", "t", "tnew"] {
        for (key, command) in [("<c-l>", Command::Redraw), ("<c-z>", Command::Suspend)] {
            let mut test_app = test_app();
            test_app.press(before);
            let effects = test_app.press(key);
            assert_eq!(effects.len(), 1, "{command:?} after {before}");
        }
    }
}
