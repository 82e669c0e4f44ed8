//! Every key of every command, in the panes where it does different things: what the screen shows after it and
//! did not show before.

use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::event::{Event, ExportOutcome};
use crate::app::keymap::Keymap;
use crate::app::saved_views::SavedView;
use crate::app::{AppConfig, keys};
use crate::chat::{LoadedKey, ReadState, Session, Status};

use crate::sync::{SyncCommand, SyncEvent};
use crate::test_support::builders::{minutes_ago, session};
use crate::test_support::{TestApp, app_config, personal, scenario};
use crate::text::TranscriptFormat;

/// The name of a command, the keys pressed before, and a part of a line after each of its keys.
const KEYS: &[(&str, &str, &str)] = &[
    ("down", "h", "▌○ Anne-Grethe"),
    ("down", "g", "▌│· Welcome to Fjord AS"),
    ("down", "i", "▌ State"),
    ("up", "h", "▌● 山田太郎"),
    ("up", "", "▌┃╶ Is there any news"),
    ("half-page-down", "h", "▌× Nils Berg"),
    ("half-page-down", "g", "Redirected customer to"),
    ("half-page-up", "hG", "▌◐ Lars Vik"),
    ("half-page-up", "", "Redirected customer to"),
    ("page-down", "h", "▌- Eva Dahl"),
    ("page-down", "g", "Redirected customer to"),
    ("page-up", "hG", "▌● 山田太郎"),
    ("page-up", "", "Good morning"),
    ("first", "h", "▌● 山田太郎"),
    ("first", "", "▌ ▶ Chat started"),
    ("last", "h", "▌- Eva Dahl"),
    ("last", "g", "following"),
    ("other-pane", "h", "f pause"),
    ("other-pane", "", "s sort"),
    ("list-pane", "", "s sort"),
    ("transcript-pane", "h", "f pause"),
    ("open", "hk", "│ 山田太郎"),
    ("open", "/pictures<enter>", "─ Links ─"),
    ("open", "", "─ Kari Nordmann ─"),
    ("back", "", "s sort"),
    ("back", "/kari<enter>", "Bakeri AS · Support NO"),
    ("back", "h/kari<enter>", "Lars Vik"),
    ("back", "i", "Reminder"),
    ("next-reply", "h", "│ 山田太郎"),
    ("next-unread", "", "│ Anne-Grethe"),
    ("previous-session", "", "│ Anne-Grethe"),
    ("earlier-conversation", "", "Conversation 1 of 3"),
    ("later-conversation", "", "Conversation 3 of 3"),
    ("overview", "", "─ Overview, my channels ─"),
    ("search", "h", "filter: "),
    ("search", "", "search:"),
    ("search-conversations", "", "search messages:"),
    ("next-match", "/kari<enter>", "\"kari\" 1 of 9"),
    ("previous-match", "/kari<enter>", "\"kari\" 8 of 9"),
    ("matches", "/kari<enter>", "messages"),
    ("next-special", "g", "▌│· Welcome"),
    ("previous-special", "", "▌ ◇ Special message"),
    ("next-turn", "g", "▌ ◉ Chose option"),
    ("previous-turn", "", "▌┃╶ Is there any news"),
    ("go-to-time", "h", "go to: "),
    ("go-to-time", "", "go to: "),
    ("follow", "", "paused"),
    ("follow", "f", "following"),
    ("open-link", "/pictures<enter>", "─ Links ─"),
    ("all-links", "", "─ Links of the conversation ─"),
    ("copy", "", "Copied the message"),
    ("copy", "i", "Copied"),
    ("copy-whole", "", "Copied"),
    ("copy-id", "", "Copied the session id"),
    ("message-text", "", "Esc: close"),
    ("copy-locator", "", "Copied"),
    ("export", "", "export: ~/chats/chat-101.md"),
    ("copy-export-path", "e<enter>", "Copied the path"),
    ("raw", "", "─ Raw JSON ─"),
    ("details", "", "─ Kari Nordmann ─"),
    ("details", "hj", "─ Anne-Grethe"),
    ("mark-read", "hj", "marked read"),
    ("mark-all-read", "", "marked read"),
    (
        "undo-mark-all-read",
        ":mark-all-read<enter>",
        "marked unread again",
    ),
    ("mark-unread", "", "Marked unread from this"),
    ("watch", "", "◎"),
    ("order", "h", "Sorted latest first"),
    ("order-urgency", "hs", "Sorted by urgency"),
    ("order-latest", "", "Sorted latest first"),
    ("order-name", "", "Sorted by"),
    ("order-channel", "", "Sorted by"),
    ("scope", "", "· mine (Ola Hansen)"),
    ("scope-channels", "v", "· my channels"),
    ("scope-mine", "", "· mine"),
    ("scope-all", "", "· all"),
    ("attention", "", "only"),
    ("choose-zone", "", "─ Time zone ─"),
    ("cycle-times", "", "UTC"),
    ("message-times", "", "13:58:20"),
    ("privacy", "", "private"),
    ("zoom", "", "Support NO · Ola Hansen"),
    ("theme-auto", "", "Theme auto"),
    ("theme-dark", "", "Theme dark"),
    ("theme-light", "", "Theme light"),
    ("theme-high-contrast", "", "Theme high-contrast"),
    ("theme-color-blind", "", "Theme color-blind"),
    ("theme-terminal", "", "Theme terminal"),
    ("theme-mono", "", "Theme mono"),
    ("theme-own", "", "Theme night"),
    ("connection", "", "─ Connection ─"),
    ("commands", "", "─ Commands ─"),
    ("help", "", "─ Help ─"),
    ("quit", "", "s sort"),
    ("quit", "i", "Reminder"),
];

/// Commands that change nothing on the screen by themselves.
const EFFECTS: &[(&str, &str, Effect)] = &[
    ("refresh", "", Effect::Sync(SyncCommand::Refresh)),
    ("refresh", "L", Effect::Sync(SyncCommand::Refresh)),
    ("quit", "h", Effect::Quit),
    ("quit-now", "", Effect::Quit),
    ("quit-now", "/kari", Effect::Quit),
    ("redraw", "", Effect::Redraw),
    ("suspend", "", Effect::Suspend),
];

/// Kari's session open among others, one of them unread, with nine views and a theme of one's own.
fn test_app(before: &str) -> TestApp {
    let view = |number| SavedView::new(format!("number {number}"), None, &[("status", "bot")], "");
    let mut test_app = scenario::test_app_with(AppConfig {
        views: (1..=9).map(view).collect(),
        own_theme: Some("night".to_owned()),
        ..app_config(120, 30)
    });
    test_app.send(Event::ReadStateLoaded(ReadState::starting_at(minutes_ago(
        200,
    ))));
    for key in keys::parse_sequence(before).unwrap() {
        let effects = test_app.send(Event::KeyPressed(key));
        answer(&mut test_app, effects);
    }
    test_app
}

/// Sends the results of the service, the clipboard and the disk.
fn answer(test_app: &mut TestApp, effects: Vec<Effect>) {
    for effect in effects {
        match effect {
            Effect::Copy { what, .. } => {
                test_app.send(Event::Copied(format!("Copied {what}")));
            }
            Effect::LoadPrivacyKey => {
                let key = personal::KEY;
                test_app.send(Event::PrivacyKeyLoaded(LoadedKey { key, problem: None }));
            }
            Effect::Export(request) => {
                test_app.send(Event::Exported(ExportOutcome::Written {
                    folder: "~/chats/".to_owned(),
                    path: request.path.replacen('~', "/home/ola", 1),
                    messages: request.messages.len(),
                    left_out: 0,
                    incomplete: None,
                    format: TranscriptFormat::Markdown,
                }));
            }
            Effect::Sync(SyncCommand::FetchConversations(customer)) => {
                let rows = [(80, 5000), (130, 10)].map(|(id, minutes)| Session {
                    contact: scenario::sessions()[0].contact.clone(),
                    ..session(id, "Kari Nordmann", Status::Closed, minutes)
                });
                test_app.send(SyncEvent::ConversationsFetched {
                    customer,
                    result: Ok(rows.to_vec()),
                });
            }
            _ => {}
        }
    }
}

/// The screens after each key of a command, or after the palette for one without; with the effects of the last key.
fn after_each_key(name: &str, before: &str) -> Vec<(String, TestApp, Vec<Effect>)> {
    let keymap = Keymap::default();
    let binding = keymap.bindings().iter().find(|it| it.name == name);
    let binding = binding.unwrap_or_else(|| panic!("no command {name}"));
    let mut ways: Vec<_> = binding.keys.iter().map(|key| vec![*key]).collect();
    if ways.is_empty() {
        ways.push(keys::parse_sequence(&format!(":{name}<enter>")).unwrap());
    }
    let press = |way: Vec<_>| {
        let mut test_app = test_app(before);
        let mut effects = Vec::new();
        for key in &way {
            effects = test_app.send(Event::KeyPressed(*key));
            answer(&mut test_app, effects.clone());
        }
        (keys::format(way[0]), test_app, effects)
    };
    ways.into_iter().map(press).collect()
}

#[test]
fn every_key_shows_what_its_command_does() {
    let mut wrong = Vec::new();
    for (name, before, shown) in KEYS {
        let is_shown = |test_app: &TestApp| {
            let lines = test_app.screen_lines();
            lines.iter().any(|line| line.contains(shown))
        };
        if is_shown(&test_app(before)) {
            wrong.push(format!("{name} after {before:?}: {shown} was there before"));
        }
        let ways = after_each_key(name, before);
        let first = ways[0].1.screen_lines();
        for (key, test_app, _) in &ways {
            if !is_shown(test_app) {
                let screen = test_app.screen_lines().join("\n");
                wrong.push(format!(
                    "{name} ({key}) after {before:?} does not show {shown}:\n{screen}"
                ));
            }
            assert_eq!(test_app.screen_lines(), first, "{name}: {key}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_key_without_a_screen_of_its_own_has_its_effect() {
    for (name, before, effect) in EFFECTS {
        for (key, _, effects) in after_each_key(name, before) {
            assert!(effects.contains(effect), "{name}: {key} after {before:?}");
        }
    }
}

#[test]
fn no_command_is_left_out() {
    let shown = KEYS.iter().map(|(name, ..)| *name);
    let tested: Vec<_> = shown
        .chain(EFFECTS.iter().map(|(name, ..)| *name))
        .collect();
    for binding in Keymap::default().bindings() {
        let is_view = matches!(binding.command, Command::ToggleView(_));
        assert!(
            is_view || tested.contains(&binding.name),
            "{}",
            binding.name
        );
    }
}

#[test]
fn each_digit_shows_its_view() {
    for number in 1..=9 {
        let name = format!("view-{number}");
        for (key, test_app, _) in after_each_key(&name, "") {
            let header = test_app.screen_lines().swap_remove(0);
            assert!(
                header.contains(&format!("view number {number}")),
                "{key}: {header}"
            );
        }
    }
}
