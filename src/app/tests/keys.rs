//! Keys: going back, prompts, overlays, pasting, and rebound keys.

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::keymap::Keymap;
use crate::app::layout::Focus;
use crate::app::overlay::Overlay;
use crate::app::prompt::PromptKind;
use crate::sync::SyncCommand;

use crate::app::tests::{screen_contains, test_app, waiting_sessions};
use crate::test_support::builders::{customer_message, now};
use crate::test_support::{TestApp, app_config, copy_effect, open_effect};

fn prompt_text(test_app: &TestApp) -> Option<&str> {
    test_app.app.prompt().map(|prompt| prompt.input.value())
}

#[test]
fn keys_with_one_effect() {
    for (keys, effect) in [
        ("R", Effect::Sync(SyncCommand::Refresh)),
        ("<c-l>", Effect::Redraw),
        ("<c-z>", Effect::Suspend),
        ("q", Effect::Quit),
        ("<c-c>", Effect::Quit),
        ("<C-c>", Effect::Quit),
    ] {
        assert_eq!(test_app().press(keys), [effect], "{keys}");
    }
    assert_eq!(test_app().press("X<f9><c-x>"), []);
}

#[test]
fn back_goes_level_by_level() {
    for key in ["q", "<esc>"] {
        let mut test_app = test_app();
        test_app.press("/customer<enter>l/message<enter>i");
        assert_eq!(test_app.press(key), []);
        assert!(test_app.app.overlay().is_none());
        assert!(test_app.transcript_pane().search().is_some());
        assert_eq!(test_app.press(key), []);
        assert!(test_app.transcript_pane().search().is_none());
        assert_eq!(test_app.app.focus(), Focus::Transcript);
        assert_eq!(test_app.press(key), []);
        assert_eq!(test_app.app.focus(), Focus::List);
        assert_eq!(test_app.app.session_list().filter(), "customer");
        assert_eq!(test_app.press(key), []);
        assert_eq!(test_app.app.session_list().filter(), "");
    }
    assert_eq!(test_app().press("q"), [Effect::Quit]);
    assert_eq!(test_app().press("<esc>"), []);
}

#[test]
fn ctrl_c_quits_from_anywhere() {
    for before in ["", "l", "/nor", "l/nor", "?", "t", "tnew", "i", "z"] {
        let mut test_app = test_app();
        test_app.press(before);
        assert_eq!(test_app.press("<c-c>"), [Effect::Quit], "after {before}");
    }
}

#[test]
fn every_character_is_typed_into_the_prompt() {
    let mut test_app = test_app();
    assert_eq!(test_app.press("l/qjaG? "), []);
    assert_eq!(prompt_text(&test_app), Some("qjaG? "));
    assert_eq!(test_app.app.prompt().unwrap().kind, PromptKind::Search);
    test_app.press("<bs><bs><c-w>vin<home>o<end>e<left><del>");
    assert_eq!(prompt_text(&test_app), Some("ovin"));
    test_app.press("<c-u>");
    assert_eq!(prompt_text(&test_app), Some(""));
    test_app.press("<esc>");
    assert_eq!(prompt_text(&test_app), None);
    assert!(test_app.transcript_pane().search().is_none());
}

#[test]
fn pasted_text_is_typed_on_one_line_and_runs_no_command() {
    let mut test_app = test_app();
    test_app.press("/");
    let paste = |text: &str| Event::Pasted(text.to_owned());
    assert_eq!(test_app.send(paste("customer\n1\u{1b}[31m1\t")), []);
    assert_eq!(prompt_text(&test_app), Some("customer 11"));
    assert_eq!(test_app.listed_ids(), [11]);
    test_app.press("<enter>");
    let before = test_app.screen_lines();
    assert_eq!(test_app.send(paste("qqq\n")), []);
    assert_eq!(test_app.screen_lines(), before);
    test_app.press("t");
    test_app.send(paste("Kathmandu"));
    assert!(
        matches!(test_app.app.overlay(), Some(Overlay::ZonePicker(zones)) if zones.matches.len() == 1)
    );
}

#[test]
fn a_paste_of_any_length_is_one_insertion_up_to_a_limit() {
    let mut test_app = test_app();
    test_app.press("/cmer<left><left><left>");
    let long = "usto".to_owned() + &"x".repeat(100_000);
    test_app.send(Event::Pasted(long));
    let wanted = format!("custo{}mer", "x".repeat(200 - "customer".len()));
    assert_eq!(prompt_text(&test_app), Some(wanted.as_str()));
    // There is no room for more, pasted or typed, until something is deleted.
    test_app.send(Event::Pasted("more".to_owned()));
    test_app.press("y");
    assert_eq!(prompt_text(&test_app), Some(wanted.as_str()));
    test_app.press("<bs>y");
    let wanted = wanted.replace("xmer", "ymer");
    assert_eq!(prompt_text(&test_app), Some(wanted.as_str()));
    test_app.press("<esc>t");
    test_app.send(Event::Pasted("x".repeat(100_000)));
    assert!(
        matches!(test_app.app.overlay(), Some(Overlay::ZonePicker(zones)) if zones.query.value() == "x".repeat(200))
    );
}

#[test]
fn overlays_scroll_and_close() {
    for closes in ["q", "<esc>"] {
        let mut test_app = test_app();
        test_app.resize(100, 5);
        test_app.press("i");
        let (open, focus) = (test_app.open_session(), test_app.app.focus());
        assert_eq!(test_app.press("jjk<pgdn><c-u>gja"), []);
        let Some(Overlay::Details(details)) = test_app.app.overlay() else {
            panic!("details are closed");
        };
        assert_eq!(details.selection.0, 1);
        assert_eq!(test_app.press(closes), []);
        assert!(test_app.app.overlay().is_none());
        assert_eq!(test_app.open_session(), open);
        assert_eq!(test_app.app.focus(), focus);
    }
}

#[test]
fn an_overlay_scrolls_no_further_than_its_end() {
    let mut test_app = test_app();
    test_app.press("?<end>");
    let end = test_app.screen_lines();
    test_app.press("<up>");
    assert_ne!(test_app.screen_lines(), end);
}

#[test]
fn raw_json_is_shown_and_can_be_copied() {
    let mut test_app = test_app();
    test_app.send_messages(1, vec![customer_message(90, now(), "see <b>this</b>")]);
    test_app.press("lr");
    let Some(Overlay::RawJson(raw)) = test_app.app.overlay().cloned() else {
        panic!("raw JSON is not shown");
    };
    let text = raw.text().to_owned();
    assert!(text.contains("\"Message\": \"see <b>this</b>\""));
    assert_eq!(test_app.press("Y"), [copy_effect("the raw JSON", &text)]);
    test_app.resize(40, 8);
    let before = test_app.screen_lines();
    test_app.press("j");
    assert_ne!(test_app.screen_lines(), before);
    test_app.press("k");
    assert_eq!(test_app.screen_lines(), before);
}

#[test]
fn focus_moves_between_the_panes() {
    for (keys, focus) in [
        ("l", Focus::Transcript),
        ("<right>", Focus::Transcript),
        ("lh", Focus::List),
        ("l<left>", Focus::List),
        ("<tab>", Focus::Transcript),
        ("<tab><tab>", Focus::List),
        ("<btab>", Focus::Transcript),
        ("<enter>", Focus::Transcript),
        ("<enter><esc>", Focus::List),
    ] {
        let mut test_app = test_app();
        assert_eq!(test_app.press(keys), []);
        assert_eq!(test_app.app.focus(), focus, "{keys}");
    }
    // With nothing open, focusing the transcript opens the selected session.
    let mut narrow = TestApp::new(60, 20);
    narrow.send_list(waiting_sessions(3));
    assert_eq!(narrow.press("jl"), [open_effect(2, true)]);
}

#[test]
fn zoom_shows_one_pane() {
    let mut test_app = test_app();
    let shows = |test_app: &TestApp| {
        let panes = test_app.app.panes().unwrap();
        (!panes.list.is_empty(), !panes.transcript.is_empty())
    };
    for (keys, shown) in [
        ("z", (true, false)),
        ("l", (false, true)),
        ("z", (true, true)),
    ] {
        test_app.press(keys);
        assert_eq!(shows(&test_app), shown, "{keys}");
    }
}

#[test]
fn keys_can_be_rebound() {
    let mut keymap = Keymap::default();
    let next_reply = ["X", "F5"].map(str::to_owned);
    let quit_now = ["Ctrl-q".to_owned()];
    let conflicts = keymap.rebind(&[
        ("next-reply", &next_reply),
        ("quit-now", &quit_now),
        ("quit", &[]),
    ]);
    assert_eq!(conflicts, []);
    let mut test_app = TestApp::with_config(AppConfig {
        keymap,
        ..app_config(100, 30)
    });
    test_app.send_list(waiting_sessions(3));
    assert_eq!(test_app.press("a"), []);
    assert_eq!(test_app.press("X"), [open_effect(2, true)]);
    assert_eq!(test_app.press("<f5>"), [open_effect(3, true)]);
    assert_eq!(test_app.press("hq<c-c>"), []);
    assert_eq!(test_app.press("/<c-q>"), [Effect::Quit]);
    test_app.press("<esc>");
    assert!(screen_contains(&test_app, "X next reply"));
}

#[test]
fn a_key_bound_to_open_works_in_every_list() {
    let mut keymap = Keymap::default();
    keymap.rebind(&[("open", &["Ctrl-o".to_owned()])]);
    let mut test_app = TestApp::with_config(AppConfig {
        keymap,
        ..app_config(100, 30)
    });
    test_app.send_list(waiting_sessions(1));
    test_app.press("<c-o>");
    let address = "https://nordlys.example/a";
    test_app.send_messages(1, vec![customer_message(1, now(), address)]);
    let opened = test_app.press("o<c-o>");
    assert_eq!(opened, [Effect::OpenLink(address.to_owned())]);
    test_app.press(":details<c-o>");
    assert!(matches!(test_app.app.overlay(), Some(Overlay::Details(_))));
    test_app.press("<esc>ttokyo<c-o>");
    assert!(screen_contains(&test_app, "Asia/Tokyo"));
    assert!(test_app.app.overlay().is_none());
}

#[test]
fn keys_bound_to_back_and_movement_work_in_prompts_unless_they_edit_the_line() {
    let mut keymap = Keymap::default();
    let [back, down, up] = ["Ctrl-g", "Ctrl-n", "Ctrl-u"].map(|key| [key.to_owned()]);
    keymap.rebind(&[("back", &back), ("down", &down), ("up", &up)]);
    let mut test_app = TestApp::with_config(AppConfig {
        keymap,
        ..app_config(100, 30)
    });
    test_app.send_list(waiting_sessions(3));
    test_app.press("/customer<c-n>");
    assert_eq!(test_app.selected_session(), Some(2));
    test_app.press("<c-u>");
    assert_eq!(prompt_text(&test_app), Some(""));
    test_app.press("cust<c-g>");
    assert_eq!(prompt_text(&test_app), None);
    assert_eq!(test_app.app.session_list().filter(), "");
    test_app.press("l/cust<c-g>");
    assert_eq!(prompt_text(&test_app), None);
}
