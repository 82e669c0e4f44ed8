//! Privacy: nothing personal reaches any sink while it is on, and it is switched on and off as requested.

mod switching;

use std::fs;

use crate::app::AppConfig;
use crate::app::effect::{Effect, ExportRequest};
use crate::app::event::Event;
use crate::app::transcript_pane::search::Search;
use crate::chat::{
    CurrentUser, LoadedKey, ReadState, Scope, Session, SessionId, SessionReadState, Status, Timed,
};
use crate::runtime::export::export;
use crate::sync::{ConnectionState, Feed, SyncEvent};
use crate::test_support::builders::{agent, customer_message, now, session};
use crate::test_support::personal::{
    ID, KEY, assert_masked, personal_archive_row, personal_messages, personal_session,
};
use crate::test_support::{TestApp, app_config, list_event, scenario};
use crate::text::TranscriptFormat;
use crate::view::{Appearance, ThemeId};

const SIZES: [(u16, u16); 7] = [
    (20, 5),
    (40, 12),
    (60, 20),
    (80, 24),
    (120, 40),
    (200, 60),
    (300, 12),
];

fn key() -> LoadedKey {
    LoadedKey {
        key: KEY,
        problem: None,
    }
}

/// With privacy from the start, as flag or file set it.
fn private_app() -> TestApp {
    TestApp::with_config(AppConfig {
        privacy: Some(key()),
        initial_session: Some(ID),
        ..app_config(120, 40)
    })
}

/// Two rows beside the personal session: Karine waits, Per is answered.
fn rows() -> Vec<Session> {
    vec![
        personal_session(),
        session(7, "Per Ås", Status::UserLast, 3),
    ]
}

/// Everything about the personal session has arrived.
fn fill(test_app: &mut TestApp) {
    test_app.send(SyncEvent::SignedIn(CurrentUser {
        id: agent("").id,
        name: "Ingrid Solheim".to_owned(),
    }));
    test_app.send_list(rows());
    test_app.send_all_messages(341, personal_messages());
    test_app.send_live();
}

/// The screen in windows of many sizes, and where its links lead.
fn assert_screens_masked(test_app: &mut TestApp, keys: &str) {
    assert_sizes_masked(test_app, keys, &SIZES);
}

fn assert_sizes_masked(test_app: &mut TestApp, keys: &str, sizes: &[(u16, u16)]) {
    for &(width, height) in sizes {
        test_app.resize(width, height);
        for appearance in [
            Appearance::new(ThemeId::Terminal, false),
            Appearance::new(ThemeId::Mono, true),
        ] {
            let picture = test_app.picture(&appearance);
            let lines = crate::test_support::snapshot::text_lines(&picture);
            let sink = format!("the screen of {width}x{height} after {keys}");
            assert_masked(&sink, &lines.join("\n"));
            assert_masked(&sink, &picture.output.title);
            // Also where it is wrapped.
            assert_masked(
                &sink,
                &lines.iter().map(|line| line.trim()).collect::<String>(),
            );
            assert!(
                crate::test_support::snapshot::links(&picture).is_empty(),
                "{sink}"
            );
        }
    }
    test_app.resize(120, 40);
}

fn assert_effects_masked(effects: &[Effect], keys: &str) {
    assert_masked(&format!("the effects of {keys}"), &format!("{effects:?}"));
    for effect in effects {
        assert!(
            !matches!(effect, Effect::OpenLink(_)),
            "{keys} opens a link"
        );
    }
}

/// Presses keys; screen and effects are masked.
fn press_masked(test_app: &mut TestApp, keys: &str) -> Vec<Effect> {
    let effects = test_app.press(keys);
    assert_effects_masked(&effects, keys);
    assert_screens_masked(test_app, keys);
    effects
}

#[test]
fn no_pane_and_no_message_shows_anything_personal() {
    let mut test_app = private_app();
    fill(&mut test_app);
    assert_screens_masked(&mut test_app, "the start");
    for keys in ["h", "z", "<esc>z", "v", "l"] {
        press_masked(&mut test_app, keys);
    }
    fill(&mut test_app);
    test_app.press("g");
    for _ in 0..personal_messages().len() {
        assert_screens_masked(&mut test_app, "j");
        for keys in [
            "r",
            "Y<esc>",
            "B",
            "y<esc>",
            "o",
            "y",
            "<enter><esc>",
            "y",
            "Y",
            "c",
            "O",
            "<enter><esc>",
            "j",
        ] {
            let effects = test_app.press(keys);
            assert_effects_masked(&effects, keys);
            assert_sizes_masked(&mut test_app, keys, &[(50, 16)]);
        }
    }
    for keys in ["i", "jjjyY<esc>", "w", "m", "M"] {
        press_masked(&mut test_app, keys);
    }
}

#[test]
fn no_overlay_and_no_prompt_shows_anything_personal() {
    for (name, keys) in scenario::SCREENS {
        let mut test_app = private_app();
        fill(&mut test_app);
        let effects = test_app.press(keys);
        assert_effects_masked(&effects, name);
        assert_screens_masked(&mut test_app, name);
    }
}

/// Every line of details and raw JSON, copied one by one.
#[test]
fn no_copied_line_has_anything_personal() {
    let mut test_app = private_app();
    fill(&mut test_app);
    for opener in ["i", "r", "B"] {
        test_app.press(opener);
        for _ in 0..60 {
            let effects = test_app.press("yj");
            assert_effects_masked(&effects, opener);
        }
        test_app.press("<esc>");
    }
}

#[test]
fn no_export_has_anything_personal() {
    let folder = tempfile::tempdir().unwrap();
    let mut test_app = private_app();
    fill(&mut test_app);
    let effects = press_masked(&mut test_app, "e<enter>");
    let request = effects.into_iter().find_map(|effect| match effect {
        Effect::Export(request) => Some(*request),
        _ => None,
    });
    let request = request.unwrap();
    for format in TranscriptFormat::ALL {
        let path = folder.path().join(format!("chat.{}", format.extension()));
        let outcome = export(ExportRequest {
            path: path.display().to_string(),
            format,
            ..request.clone()
        });
        assert!(matches!(outcome, Event::Exported(_)), "{outcome:?}");
        let text = fs::read_to_string(&path).unwrap();
        assert!(
            text.contains("341") || format == TranscriptFormat::Jsonl,
            "{text}"
        );
        assert_masked(format.name(), &text);
    }
}

#[test]
fn no_notification_names_anybody() {
    let mut test_app = private_app();
    fill(&mut test_app);
    let mut state = SessionReadState::new(now());
    state.watched = Some(Timed::set(None, now(), true));
    test_app.send(Event::ReadStateLoaded(ReadState::for_session(ID, state)));
    test_app.send(Event::FocusChanged(false));
    let mut waits = personal_session();
    waits.status = Status::InQueue;
    let mut notifications = test_app.send_list(vec![waits]);
    notifications.extend(test_app.advance(chrono::TimeDelta::minutes(61)));
    let news = customer_message(200, now(), "Karine");
    notifications.extend(test_app.send_messages(341, vec![news]));
    let texts: Vec<_> = notifications
        .iter()
        .filter(|it| matches!(it, Effect::Notify(_)))
        .collect();
    assert!(texts.len() >= 2, "{notifications:?}");
    assert_effects_masked(&notifications, "rows and messages");
}

#[test]
fn filter_and_search_match_what_is_shown() {
    let mut test_app = private_app();
    fill(&mut test_app);
    test_app.press("h/karine");
    assert_eq!(test_app.listed_ids(), [0; 0]);
    test_app.press("<esc>/nordmann");
    assert_eq!(test_app.listed_ids(), [0; 0]);
    let shown = test_app.app.open_session().unwrap().title();
    test_app.press(&format!(
        "<esc>/\"{}\"<enter>",
        shown.to_lowercase().replace(' ', "<space>")
    ));
    assert_eq!(test_app.listed_ids(), [341]);
    test_app.press("<esc>l");
    let matches = |test_app: &TestApp| test_app.transcript_pane().search().map(Search::match_count);
    for (query, is_found) in [("karine", false), ("privat", false), ("customer", true)] {
        test_app.press(&format!("/{query}<enter>"));
        assert_eq!(
            matches(&test_app).is_some_and(|count| count > 0),
            is_found,
            "{query}"
        );
        test_app.press("<esc>l");
    }
}

/// Before the row is known, messages are masked by their own data; then by the row as well.
#[test]
fn messages_before_their_row_are_masked_anew_when_it_arrives() {
    let mut test_app = private_app();
    let texts = ["Fjordvik, kunde@privat.test", "12345678"];
    let messages = texts
        .iter()
        .zip(1..)
        .map(|(text, id)| customer_message(id, now(), text));
    test_app.send_messages(341, messages.collect());
    let shown = |test_app: &TestApp| test_app.screen_lines().join("\n").to_lowercase();
    let first = shown(&test_app);
    assert!(first.contains("fjordvik"), "{first}");
    for secret in ["kari", "privat.test", "12345678"] {
        assert!(!first.contains(secret), "{secret}: {first}");
    }
    test_app.send_list(rows());
    assert!(!shown(&test_app).contains("fjordvik"));
    test_app.send_list(vec![personal_archive_row()]);
    assert_screens_masked(&mut test_app, "another row");
}

/// The name of an agent who writes later is masked in what was written before.
#[test]
fn a_later_author_is_masked_in_earlier_messages() {
    let mut test_app = private_app();
    test_app.send_list(rows());
    test_app.send_messages(341, vec![customer_message(1, now(), "Is Torhild there?")]);
    assert!(test_app.screen_lines().join("").contains("Torhild"));
    let mut later = crate::test_support::builders::agent_message(2, now(), "Yes");
    later.author = "Torhild Bø".to_owned();
    test_app.send_messages(341, vec![later]);
    assert!(!test_app.screen_lines().join("").contains("Torhild"));
}

#[test]
fn errors_of_the_service_are_masked() {
    let mut test_app = private_app();
    fill(&mut test_app);
    let why =
        "service.example refused kunde@privat.test: Ingrid Solheim is not of session 12345678";
    let why = why.to_owned();
    test_app.send_connection(Feed::List, ConnectionState::Stopped { why: why.clone() });
    let session = ID;
    test_app.send(SyncEvent::SessionUnavailable {
        session,
        why: why.clone(),
    });
    assert_screens_masked(&mut test_app, "errors");
    press_masked(&mut test_app, "L");
    assert!(test_app.screen_lines().join(" ").contains("12345678"));
    // Also those that were there before.
    let mut test_app = TestApp::with_session(341);
    fill(&mut test_app);
    test_app.send_connection(Feed::List, ConnectionState::Stopped { why: why.clone() });
    test_app.send(SyncEvent::SessionUnavailable { session: ID, why });
    test_app.send(Event::PrivacyKeyLoaded(key()));
    assert_screens_masked(&mut test_app, "errors before");
}

/// Two customers stay two where a column is narrow.
#[test]
fn a_pseudonym_is_never_cut_to_its_label() {
    for (width, height) in SIZES {
        let mut test_app = private_app();
        fill(&mut test_app);
        test_app.press("h");
        test_app.resize(width, height);
        let lines = test_app.screen_lines().join("\n");
        let all = test_app.app.session_list().all();
        for title in all.map(Session::title).collect::<Vec<_>>() {
            let code = title.strip_prefix("Customer ").unwrap();
            assert!(
                lines.contains(code),
                "{title} in {width}x{height}:\n{lines}"
            );
        }
    }
}

/// The channel that notifies has its own name in the configuration.
#[test]
fn channels_notify_by_their_own_names() {
    let mut config = AppConfig {
        privacy: Some(key()),
        initial_session: Some(ID),
        ..app_config(120, 40)
    };
    config.notify.channels = vec!["Salg, Ingrid".to_owned()];
    let mut test_app = TestApp::with_config(config);
    test_app.send_list(Vec::new());
    test_app.send(Event::FocusChanged(false));
    let mut waits = personal_session();
    waits.status = Status::InQueue;
    let effects = test_app.send_list(vec![waits]);
    assert!(
        effects.iter().any(|it| matches!(it, Effect::Notify(_))),
        "{effects:?}"
    );
    assert_effects_masked(&effects, "a row");
}

/// A row of the archive and the live one of the same session.
#[test]
fn all_sessions_are_masked_and_restored() {
    let mut test_app = private_app();
    test_app.press("hv");
    test_app.press("v");
    assert_eq!(test_app.app.session_list().scope(), Scope::All);
    test_app.send(list_event(Scope::Channels, None, rows(), None));
    test_app.send(list_event(
        Scope::All,
        None,
        vec![personal_archive_row()],
        None,
    ));
    assert_screens_masked(&mut test_app, "all sessions");
    test_app.press("pp");
    let mut all = test_app.app.session_list().all();
    let row = all.find(|row| row.id == SessionId(341)).unwrap();
    assert_eq!(*row, personal_session());
}
