//! Switching privacy on and off: what stays, what is closed, and what has to be confirmed.

use super::{SIZES, assert_screens_masked, fill, key, private_app, rows};
use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::overlay::Overlay;
use crate::chat::{AgentPresence, LoadedKey};
use crate::sync::SyncEvent;
use crate::test_support::builders::agent;
use crate::test_support::personal::{assert_masked, personal_messages};
use crate::test_support::{TestApp, app_config};

/// The key is requested once; names come back as they were, with the position in the transcript.
#[test]
fn privacy_is_switched_on_and_off() {
    let mut test_app = TestApp::with_session(341);
    fill(&mut test_app);
    test_app.press("kkk");
    let before = (
        test_app
            .app
            .session_list()
            .all()
            .cloned()
            .collect::<Vec<_>>(),
        test_app.screen_lines(),
    );
    let selected = test_app.selected_message();
    test_app.press("h/karine<enter>");
    assert_eq!(test_app.press("p"), [Effect::LoadPrivacyKey]);
    test_app.send(Event::PrivacyKeyLoaded(key()));
    assert!(test_app.app.is_private());
    assert!(test_app.notice().unwrap().starts_with("Privacy is on"));
    // What was typed is gone too.
    assert_eq!(test_app.app.session_list().filter(), "");
    test_app.press("/<up>");
    assert_eq!(test_app.app.prompt().unwrap().input.value(), "");
    test_app.press("<esc>l");
    assert_screens_masked(&mut test_app, "p");
    test_app.send_list(rows());
    test_app.send_messages(341, personal_messages());
    assert_screens_masked(&mut test_app, "another response");
    test_app.resize(100, 30);
    assert_eq!(test_app.press("p"), []);
    assert_eq!(test_app.notice(), Some("Privacy is off: names are shown"));
    assert!(test_app.app.session_list().all().eq(&before.0));
    assert_eq!(test_app.selected_message(), selected);
    // Except for the footer, which has the notice.
    assert_eq!(test_app.screen_lines()[..29], before.1[..29]);
    assert_eq!(test_app.press("p"), []);
    assert!(test_app.app.is_private());
    assert_screens_masked(&mut test_app, "pp");
}

#[test]
fn switching_on_closes_what_shows_names() {
    for keys in ["r", "B", "O", "i", "/karine<enter>"] {
        let mut test_app = TestApp::with_session(341);
        fill(&mut test_app);
        test_app.press(keys);
        test_app.send(Event::PrivacyKeyLoaded(key()));
        assert_screens_masked(&mut test_app, keys);
    }
}

/// What they show is made anew whenever they are drawn.
#[test]
fn switching_leaves_overview_connection_and_help_open_and_masked() {
    for keys in ["Wj", "Lj", "?karine"] {
        let mut test_app = TestApp::with_session(341);
        fill(&mut test_app);
        test_app.press(keys);
        let agent = agent("Ingrid Solheim");
        test_app.send(SyncEvent::PresenceFetched(Ok(vec![AgentPresence {
            agent,
            is_present: true,
            ongoing_chats: 2,
            channels: Vec::new(),
        }])));
        let kind = |test_app: &TestApp| test_app.app.overlay().map(std::mem::discriminant);
        let before = kind(&test_app);
        assert!(before.is_some());
        // The counts of the selected line; its name differs.
        let selected = |test_app: &TestApp| match test_app.app.overlay() {
            Some(Overlay::Overview(overview)) => {
                let rows = test_app.app.overview_rows();
                let row = &rows[overview.selected_index(&rows)];
                Some((
                    row.field(),
                    row.queued,
                    row.needs_reply,
                    row.answered,
                    row.today,
                ))
            }
            _ => None,
        };
        let selected_before = selected(&test_app);
        test_app.send(Event::PrivacyKeyLoaded(key()));
        assert_eq!(kind(&test_app), before, "{keys}");
        assert_screens_masked(&mut test_app, keys);
        if keys == "Wj" {
            assert_eq!(selected(&test_app), selected_before);
            let copied = format!("{:?}", test_app.press("Y"));
            assert!(copied.contains("the overview"), "{copied}");
            assert_masked("the copied overview", &copied);
        }
        if keys != "?karine" {
            assert_eq!(test_app.press("p"), []);
            assert!(!test_app.app.is_private());
            assert_eq!(kind(&test_app), before);
        }
    }
}

/// The key works over overlays that nothing is typed into.
#[test]
fn privacy_can_be_switched_on_over_details() {
    let mut test_app = TestApp::with_session(341);
    fill(&mut test_app);
    assert!(test_app.press("ip").contains(&Effect::LoadPrivacyKey));
}

#[test]
fn configured_privacy_is_switched_off_by_a_second_key_only() {
    let mut test_app = private_app();
    fill(&mut test_app);
    test_app.press("p");
    assert!(test_app.app.is_private());
    assert!(test_app.notice().unwrap().ends_with("p again shows names"));
    // Another key cancels it, and so does time.
    test_app.press("jp");
    assert!(test_app.app.is_private());
    test_app.advance(chrono::TimeDelta::minutes(5));
    assert_eq!(test_app.notice(), None);
    test_app.press("p");
    assert!(test_app.app.is_private());
    test_app.press("p");
    assert!(!test_app.app.is_private());
    assert!(test_app.screen_lines().join("").contains("Karine"));
}

#[test]
fn a_key_that_is_not_stored_is_reported() {
    let problem = Some("disk full".to_owned());
    let loaded = LoadedKey { problem, ..key() };
    let mut test_app = TestApp::with_session(341);
    test_app.send(Event::PrivacyKeyLoaded(loaded.clone()));
    assert!(test_app.app.is_private());
    let text = "Privacy is on; pseudonyms will differ in the next run: disk full";
    assert_eq!(test_app.notice(), Some(text));
    let test_app = TestApp::with_config(AppConfig {
        privacy: Some(loaded),
        ..app_config(80, 24)
    });
    assert_eq!(test_app.notice(), Some(text));
}

#[test]
fn the_header_shows_private_in_every_window() {
    for (width, height) in SIZES {
        let mut test_app = private_app();
        fill(&mut test_app);
        test_app.resize(width, height);
        assert!(
            test_app.screen_lines()[0].contains("private"),
            "{width}x{height}"
        );
    }
}
