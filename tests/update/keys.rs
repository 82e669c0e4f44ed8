//! Keys: levels to go back, prompts, overlays, pasting, and keys given to other commands.

use sochat::app::AppConfig;
use sochat::app::effect::Effect;
use sochat::app::event::Event;
use sochat::app::input::PromptKind;
use sochat::app::keymap::Keymap;
use sochat::app::layout::Focus;
use sochat::app::overlay::{Overlay, ScrollOffset};

use crate::fixture::nouns::customer;
use crate::fixture::nouns::now;
use crate::fixture::{Desk, setup, watch};
use crate::{desk, waiting};

fn typed(desk: &Desk) -> Option<&str> {
    desk.app.prompt().map(|prompt| prompt.input.value())
}

#[test]
fn plain_requests() {
    for (keys, effect) in [
        ("R", Effect::Refresh),
        ("<c-l>", Effect::Redraw),
        ("<c-z>", Effect::Suspend),
        ("q", Effect::Quit),
        ("<c-c>", Effect::Quit),
        ("<C-c>", Effect::Quit),
    ] {
        assert_eq!(desk().press(keys), [effect], "{keys}");
    }
    assert_eq!(desk().press("x<f9><c-x>"), []);
}

#[test]
fn back_goes_level_by_level() {
    for key in ["q", "<esc>"] {
        let mut desk = desk();
        desk.press("/customer<enter>l/message<enter>?");
        assert_eq!(desk.press(key), []);
        assert!(desk.app.overlay().is_none());
        assert!(desk.reader().search().is_some());
        assert_eq!(desk.press(key), []);
        assert!(desk.reader().search().is_none());
        assert_eq!(desk.app.focus(), Focus::Transcript);
        assert_eq!(desk.press(key), []);
        assert_eq!(desk.app.focus(), Focus::List);
        assert_eq!(desk.app.session_list().filter(), "customer");
        assert_eq!(desk.press(key), []);
        assert_eq!(desk.app.session_list().filter(), "");
    }
    assert_eq!(desk().press("q"), [Effect::Quit]);
    assert_eq!(desk().press("<esc>"), []);
}

#[test]
fn ctrl_c_quits_from_anywhere() {
    for before in ["", "l", "/nor", "l/nor", "?", "t", "tnew", "i", "z"] {
        let mut desk = desk();
        desk.press(before);
        assert_eq!(desk.press("<c-c>"), [Effect::Quit], "after {before}");
    }
}

#[test]
fn a_prompt_takes_every_character() {
    let mut desk = desk();
    assert_eq!(desk.press("l/qjaG? "), []);
    assert_eq!(typed(&desk), Some("qjaG? "));
    assert_eq!(desk.app.prompt().unwrap().kind, PromptKind::Search);
    desk.press("<bs><bs><c-w>vin<home>o<end>e<left><del>");
    assert_eq!(typed(&desk), Some("ovin"));
    desk.press("<c-u>");
    assert_eq!(typed(&desk), Some(""));
    desk.press("<esc>");
    assert_eq!(typed(&desk), None);
    assert!(desk.reader().search().is_none());
}

#[test]
fn what_is_pasted_is_typed_on_one_line_and_asks_for_nothing() {
    let mut desk = desk();
    desk.press("/");
    let paste = |text: &str| Event::Pasted(text.to_owned());
    assert_eq!(desk.tell(paste("customer\n1\u{1b}[31m1\t")), []);
    assert_eq!(typed(&desk), Some("customer 11"));
    assert_eq!(desk.listed(), [11]);
    desk.press("<enter>");
    let before = desk.lines();
    assert_eq!(desk.tell(paste("qqq\n")), []);
    assert_eq!(desk.lines(), before);
    desk.press("t");
    desk.tell(paste("Kathmandu"));
    assert!(matches!(desk.app.overlay(), Some(Overlay::ZonePicker(zones)) if zones.matches.len() == 1));
}

#[test]
fn overlays_scroll_and_close() {
    for opens in ["?", "<f1>", "i", "lr"] {
        for closes in ["q", "<esc>"] {
            let mut desk = desk();
            desk.resize(100, 8);
            desk.press(opens);
            assert!(desk.app.overlay().is_some(), "{opens}");
            let (open, focus) = (desk.open_session(), desk.app.focus());
            assert_eq!(desk.press("jjk<pgdn><c-u>gja"), []);
            assert!(matches!(
                desk.app.overlay(),
                Some(
                    Overlay::Help(ScrollOffset(1))
                        | Overlay::Details(ScrollOffset(1))
                        | Overlay::RawJson {
                            scroll: ScrollOffset(1),
                            ..
                        }
                )
            ));
            assert_eq!(desk.press(closes), []);
            assert!(desk.app.overlay().is_none());
            assert_eq!((desk.open_session(), desk.app.focus()), (open, focus));
        }
    }
}

#[test]
fn the_end_of_an_overlay_is_where_it_stops() {
    let mut desk = desk();
    desk.press("?G");
    let end = desk.lines();
    desk.press("k");
    assert_ne!(desk.lines(), end);
}

#[test]
fn raw_is_what_was_sent_and_can_be_copied() {
    let mut desk = desk();
    desk.messages(1, vec![customer(90, now(), "see <b>this</b>")]);
    desk.press("lr");
    let Some(Overlay::RawJson { text, .. }) = desk.app.overlay() else {
        panic!("raw is not shown");
    };
    let text = text.clone();
    assert!(text.contains("\"Message\": \"see <b>this</b>\""));
    assert_eq!(desk.press("y"), [Effect::Copy(text)]);
}

#[test]
fn the_keys_go_from_pane_to_pane() {
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
        let mut desk = desk();
        assert_eq!(desk.press(keys), []);
        assert_eq!(desk.app.focus(), focus, "{keys}");
    }
    // With nothing open, going to the reader opens what is selected.
    let mut narrow = Desk::new(60, 20);
    narrow.list(waiting(3));
    assert_eq!(narrow.press("jl"), [watch(2, true)]);
}

#[test]
fn zoom_shows_one_pane() {
    let mut desk = desk();
    let shows = |desk: &Desk| {
        let panes = desk.app.panes().unwrap();
        (!panes.list.is_empty(), !panes.transcript.is_empty())
    };
    for (keys, shown) in [
        ("z", (true, false)),
        ("l", (false, true)),
        ("z", (true, true)),
    ] {
        desk.press(keys);
        assert_eq!(shows(&desk), shown, "{keys}");
    }
}

#[test]
fn keys_can_be_given_to_other_commands() {
    let mut keymap = Keymap::default();
    keymap
        .rebind("next-reply", &["x".into(), "F5".into()])
        .unwrap();
    keymap.rebind("quit-now", &["Ctrl-q".into()]).unwrap();
    keymap.rebind("quit", &[]).unwrap();
    let mut desk = Desk::of(AppConfig {
        keymap,
        ..setup(100, 30)
    });
    desk.list(waiting(3));
    assert_eq!(desk.press("a"), []);
    assert_eq!(desk.press("x"), [watch(2, true)]);
    assert_eq!(desk.press("<f5>"), [watch(3, true)]);
    assert_eq!(desk.press("hq<c-c>"), []);
    assert_eq!(desk.press("/<c-q>"), [Effect::Quit]);
    desk.press("<esc>");
    assert!(desk.lines().last().unwrap().contains("x next reply"));
}
