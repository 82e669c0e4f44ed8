//! The command palette: every command by name, run where the palette was opened.

use crate::app::AppConfig;
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::keymap::Keymap;
use crate::app::layout::Focus;
use crate::app::overlay::{CommandPalette, Overlay};
use crate::app::session_list::SortOrder;
use crate::app::theme::ThemeId;
use crate::chat::Scope;
use crate::sync::SyncCommand;
use crate::test_support::{TestApp, app_config, copy_effect, list_saved, open_effect};

use crate::app::tests::test_app;

/// Opens the palette and types into it.
fn find(test_app: &mut TestApp, query: &str) {
    test_app.press(":");
    test_app.send(Event::TextTyped(query.to_owned()));
}

/// Runs the command that the palette finds first.
fn run(test_app: &mut TestApp, query: &str) -> Vec<Effect> {
    find(test_app, query);
    test_app.press("<enter>")
}

fn palette(test_app: &TestApp) -> &CommandPalette {
    match test_app.app.overlay() {
        Some(Overlay::CommandPalette(palette)) => palette,
        other => panic!("no palette: {other:?}"),
    }
}

fn found_names(test_app: &TestApp) -> Vec<&str> {
    let palette = palette(test_app);
    let matches = palette.matches.iter();
    matches
        .map(|found| palette.entries[found.index].name)
        .collect()
}

#[test]
fn its_keys_open_and_close_it() {
    for keys in [":", "<c-p>", "<c-k>"] {
        let mut test_app = test_app();
        test_app.press(keys);
        assert_eq!(palette(&test_app).query.value(), "");
        assert_eq!(test_app.press("<esc>"), []);
        assert!(test_app.app.overlay().is_none(), "{keys}");
    }
}

#[test]
fn every_command_does_from_the_palette_what_its_key_does() {
    for binding in Keymap::default().bindings() {
        let Some(&key) = binding.keys.first() else {
            continue;
        };
        // Without such a view it is not listed.
        if matches!(binding.command, Command::ToggleView(_)) {
            continue;
        }
        for pane in ["h", "l"] {
            let mut by_key = test_app();
            by_key.press(pane);
            let effects = by_key.send(Event::KeyPressed(key));
            let mut by_name = test_app();
            by_name.press(pane);
            assert_eq!(run(&mut by_name, binding.name), effects, "{}", binding.name);
            if by_name.app.why_unavailable(binding.command).is_some() {
                assert_eq!(by_name.notice(), by_key.notice(), "{}", binding.name);
            } else {
                let screens = [by_name, by_key].map(|it| it.screen_lines());
                assert_eq!(screens[0], screens[1], "{}", binding.name);
            }
        }
    }
}

#[test]
fn every_command_is_found_first_by_its_name_and_by_its_meaning() {
    let mut test_app = test_app();
    for binding in Keymap::default().bindings() {
        // Listed once there is something to undo, or such a view.
        if matches!(
            binding.command,
            Command::UndoMarkAllRead | Command::ToggleView(_)
        ) {
            continue;
        }
        for text in [binding.name, &*binding.help] {
            find(&mut test_app, text);
            let palette = palette(&test_app);
            let first = &palette.entries[palette.matches[0].index];
            assert!(first.name == text || first.help == text, "{text}");
            test_app.press("<esc>");
        }
    }
}

#[test]
fn the_best_match_comes_first_with_its_letters_marked() {
    let mut test_app = test_app();
    find(&mut test_app, "next rep");
    assert_eq!(found_names(&test_app)[0], "next-reply");
    let best = &palette(&test_app).matches[0];
    let marked = |text: &str, hits: &[std::ops::Range<usize>]| -> String {
        hits.iter()
            .map(|hit| text.get(hit.clone()).unwrap())
            .collect()
    };
    let entry = &palette(&test_app).entries[best.index];
    assert_eq!(marked(&entry.help, &best.hits[0]), "nextrep");
    assert_eq!(marked(entry.name, &best.hits[1]), "nextrep");
    test_app.press("<c-u>zzzz");
    assert_eq!(found_names(&test_app), [""; 0]);
    assert_eq!(test_app.press("<enter>"), []);
    assert_eq!(test_app.notice(), Some("No command matches"));
    assert_eq!(palette(&test_app).query.value(), "zzzz");
}

#[test]
fn without_a_query_commands_that_do_something_here_come_first() {
    let mut test_app = test_app();
    test_app.press(":");
    let names = found_names(&test_app);
    // Not listed: undo without anything to undo, and views 2 to 9.
    assert_eq!(names.len(), Keymap::default().bindings().len() - 1 - 8);
    let does_nothing = |name: &&str| {
        let all = test_app.app.keymap().bindings();
        let binding = all.iter().find(|it| it.name == *name).unwrap();
        test_app.app.why_unavailable(binding.command).is_some()
    };
    assert!(names.iter().is_sorted_by_key(does_nothing));
    assert!(!does_nothing(&names[0]));
    assert!(does_nothing(names.last().unwrap()));
}

#[test]
fn a_command_that_does_nothing_here_shows_why_and_the_palette_stays() {
    let mut test_app = test_app();
    assert_eq!(run(&mut test_app, "copy-whole"), []);
    let why = "Copy with author: select a message first";
    assert_eq!(test_app.notice(), Some(why));
    assert_eq!(palette(&test_app).query.value(), "copy-whole");
}

#[test]
fn a_command_runs_in_the_pane_that_the_palette_was_opened_from() {
    let mut test_app = test_app();
    assert_eq!(run(&mut test_app, "down"), []);
    assert_eq!(test_app.selected_session(), Some(2));
    assert_eq!(run(&mut test_app, "open"), [open_effect(2, true)]);
    assert_eq!(test_app.app.focus(), Focus::Transcript);
    assert_eq!(run(&mut test_app, "quit-now"), [Effect::Quit]);
}

#[test]
fn arrows_move_and_letters_are_typed() {
    let mut test_app = test_app();
    test_app.press(":<down><down><up>");
    assert_eq!(palette(&test_app).selection.0, 1);
    test_app.press("<end>");
    let last = palette(&test_app).matches.len() - 1;
    assert_eq!(palette(&test_app).selection.0, last);
    test_app.press("<down>");
    assert_eq!(test_app.notice(), Some("This is the last command"));
    test_app.press("jkq?:");
    assert_eq!(palette(&test_app).query.value(), "jkq?:");
    test_app.press("<c-k><left><c-k>");
    assert_eq!(palette(&test_app).query.value(), "jkq?");
}

#[test]
fn sort_orders_and_scopes_have_a_command_each() {
    let mut test_app = test_app();
    assert_eq!(
        run(&mut test_app, "order by customer name"),
        [list_saved(Scope::Channels, "name")]
    );
    assert_eq!(test_app.app.session_list().sort_order(), SortOrder::Name);
    assert_eq!(test_app.notice(), Some("Sorted by name"));
    assert_eq!(run(&mut test_app, "order-name"), []);
    let why = "Order by customer name: already in this order";
    assert_eq!(test_app.notice(), Some(why));
    test_app.press("<esc>");
    let effects = run(&mut test_app, "scope all");
    let set_scope = Effect::Sync(SyncCommand::SetScope(Scope::All));
    assert_eq!(effects, [set_scope, list_saved(Scope::All, "name")]);
    assert_eq!(run(&mut test_app, "scope-all"), []);
    assert_eq!(test_app.notice(), Some("Scope all: already shown"));
}

#[test]
fn a_theme_is_chosen_unless_colours_are_switched_off() {
    let mut test_app = test_app();
    assert_eq!(run(&mut test_app, "theme light"), []);
    assert_eq!(test_app.app.theme(ThemeId::Auto), ThemeId::Light);
    assert_eq!(
        test_app.notice(),
        Some("Theme light; to keep it, set theme = \"light\" in the configuration")
    );
    let mut without_color = TestApp::with_config(AppConfig {
        has_color: false,
        ..app_config(100, 30)
    });
    assert_eq!(run(&mut without_color, "theme-dark"), []);
    assert_eq!(without_color.app.theme(ThemeId::Mono), ThemeId::Mono);
    let why = "Theme dark: colours are switched off (NO_COLOR or color)";
    assert_eq!(without_color.notice(), Some(why));
}

#[test]
fn the_session_id_is_copied() {
    let mut test_app = test_app();
    let id = |id: &str| [copy_effect("the session id", id)];
    test_app.press("j");
    assert_eq!(run(&mut test_app, "copy id"), id("2"));
    test_app.press("l");
    assert_eq!(run(&mut test_app, "copy-id"), id("1"));
}
