//! Reading: search, special messages, follow and pause, links, copies.

use sochat::app::effect::Effect;
use sochat::app::overlay::{ListSelection, Overlay};
use sochat::chat::{Message, SpecialKind};

use crate::desk;
use crate::fixture::nouns::{bot, customer, event, now, options, reply, talk, today};
use crate::fixture::{Desk, later};

/// The reader with the keys, over these messages alone.
fn reading(messages: Vec<Message>) -> Desk {
    let mut desk = Desk::new(100, 20);
    desk.list(crate::waiting(1));
    desk.messages(1, messages);
    desk.press("l");
    desk
}

fn count(desk: &Desk) -> String {
    let title = desk.lines().remove(1);
    title.rsplit("  ").next().unwrap().to_owned()
}

#[test]
fn search_goes_from_hit_to_hit_and_round() {
    let mut desk = reading(talk(1..41));
    desk.press("/message 1<enter>");
    assert_eq!(desk.selected_message(), Some(19));
    assert_eq!(count(&desk), "\"message 1\" 11 of 11");
    let steps = [
        ("N", 18, "10"),
        ("n", 19, "11"),
        ("n", 1, "1"),
        ("n", 10, "2"),
        ("N", 1, "1"),
        ("N", 19, "11"),
    ];
    for (key, id, number) in steps {
        assert_eq!(desk.press(key), []);
        assert_eq!(desk.selected_message(), Some(id));
        assert_eq!(count(&desk), format!("\"message 1\" {number} of 11"));
    }
    desk.press("n");
    assert_eq!(desk.notice(), Some("Went on from the oldest message"));
    desk.press("N");
    assert_eq!(desk.notice(), Some("Went on from the newest message"));
    // What arrives is counted, and what leaves the words too.
    desk.messages(
        1,
        vec![
            customer(50, now(), "message 1, again"),
            customer(19, today("09:19"), "other"),
        ],
    );
    assert_eq!(count(&desk), "\"message 1\" - of 11");
    desk.press("<esc>");
    assert_eq!(count(&desk), "paused");
    desk.press("n");
    assert_eq!(desk.notice(), Some("Nothing is searched for; press /"));
}

#[test]
fn search_minds_capitals_and_finds_what_is_shown() {
    let mut desk = reading(vec![
        customer(1, today("09:00"), "Printer <b>jam</b>med, a.b"),
        options(2, today("09:01"), "Which?", &[("Laser Printer", "")]),
        event(
            3,
            today("09:02"),
            SpecialKind::Url {
                address: "https://fjord.example/Faq".to_owned(),
            },
        ),
        reply(4, today("09:03"), "AxB"),
    ]);
    for (words, ids) in [
        ("printer", "2 of 2"),
        ("Printer", "2 of 2"),
        ("PRINTER", "- of 0"),
        ("jammed", "1 of 1"),
        ("laser", "1 of 1"),
        ("/Faq", "1 of 1"),
        ("a.b", "1 of 1"),
        ("kari", "1 of 1"),
        ("nowhere", "- of 0"),
    ] {
        desk.press(&format!("/{words}<enter>"));
        assert_eq!(count(&desk), format!("\"{words}\" {ids}"));
    }
    assert_eq!(desk.notice(), Some("\"nowhere\" is not in what is loaded"));
    desk.press("/<enter>");
    assert!(desk.reader().search().is_none());
}

#[test]
fn from_special_to_special() {
    let mut messages = talk(1..60);
    for (id, special) in [
        (10, SpecialKind::NewSession),
        (30, SpecialKind::Welcome),
        (
            50,
            SpecialKind::Unknown {
                name: "X".to_owned(),
                param: String::new(),
            },
        ),
    ] {
        messages[id - 1].special = Some(special);
    }
    let mut desk = reading(messages);
    for (key, id) in [
        ("[", 50),
        ("[", 30),
        ("[", 10),
        ("[", 10),
        ("]", 30),
        ("]", 50),
        ("]", 50),
    ] {
        assert_eq!(desk.press(key), []);
        assert_eq!(desk.selected_message(), Some(id));
    }
    assert_eq!(desk.notice(), Some("No special message below"));
    desk.press("g[");
    assert_eq!(desk.notice(), Some("No special message above"));
}

#[test]
fn follow_pause_and_what_is_new_below() {
    let mut desk = reading(talk(1..41));
    let state = |desk: &Desk| (desk.reader().is_following(), desk.reader().new_message_count());
    assert_eq!(state(&desk), (true, 0));
    for pauses in ["f", "k", "<pgup>", "<c-u>", "g", "/message 3<enter>"] {
        desk.press("G");
        let next = i64::try_from(desk.reader().transcript().len()).unwrap() + 1;
        desk.press(pauses);
        assert_eq!(state(&desk), (false, 0), "{pauses}");
        desk.messages(1, talk(next..next + 3));
        assert_eq!(state(&desk), (false, 3), "{pauses}");
        assert!(desk.lines().iter().any(|line| line.contains("↓ 3 new · G")));
        desk.press("<esc>l");
    }
    for follows in ["f", "G", "<end>", &"<pgdn>".repeat(20)] {
        desk.press("g");
        desk.press(follows);
        assert_eq!(state(&desk), (true, 0), "{follows}");
    }
}

#[test]
fn copies_say_what_is_shown() {
    let mut desk = reading(vec![
        customer(1, today("13:58:20"), "Is there <b>any</b> news?<br>Yours"),
        reply(
            2,
            today("13:59"),
            "See <a href=\"https://fjord.example/n\">news</a> &amp; more",
        ),
        event(3, today("14:00"), SpecialKind::ClosedByUser),
        options(4, today("14:01"), "Which?", &[("Yes", ""), ("No", "no!")]),
        bot(5, later(now(), 0), "Bye"),
    ]);
    for (keys, text) in [
        ("y", "Bye"),
        ("ky", "Which?\nYes\nNo (no!)"),
        (
            "Y",
            "2026-07-25 14:01:00 CEST  Fjordbot: Which?\nYes\nNo (no!)",
        ),
        ("ky", "Closed by the agent"),
        ("Y", "2026-07-25 14:00:00 CEST  Closed by the agent"),
        ("ky", "See news (https://fjord.example/n) & more"),
        ("ky", "Is there any news?\nYours"),
        (
            "Y",
            "2026-07-25 13:58:20 CEST  Kari Nordmann: Is there any news?\nYours",
        ),
        (
            "TY",
            "2026-07-25 11:58:20 UTC  Kari Nordmann: Is there any news?\nYours",
        ),
    ] {
        assert_eq!(desk.press(keys), [Effect::Copy(text.to_owned())], "{keys}");
    }
}

#[test]
fn links_are_shown_before_they_are_opened() {
    let links = [
        "https://fjord.example/a",
        "mailto:kari@nordmann.example",
        "http://fjord.example/b",
    ];
    let html = links
        .map(|link| format!("<a href=\"{link}\">x</a>"))
        .join(" and ");
    let mut desk = reading(vec![customer(1, now(), &html)]);
    let open = |link: &str| Effect::OpenLink(link.to_owned());
    for opens in ["o", "<enter>"] {
        assert_eq!(desk.press(opens), []);
        let Some(Overlay::Links(shown, ListSelection(0))) = desk.app.overlay() else {
            panic!("no links after {opens}");
        };
        assert_eq!(*shown, links);
        desk.press("<esc>");
    }
    assert_eq!(desk.press("o<enter>"), [open(links[0])]);
    assert_eq!(desk.press("ojjjj<enter>"), [open(links[2])]);
    assert_eq!(desk.press("oGo"), [open(links[2])]);
    assert!(desk.app.overlay().is_none());
    assert_eq!(desk.press("oj<enter>"), []);
    assert_eq!(
        desk.notice(),
        Some("Only http and https are opened; copy it with y: mailto:kari@nordmann.example")
    );
    assert_eq!(desk.press("ojy"), [Effect::Copy(links[1].to_owned())]);
}

#[test]
fn nothing_but_web_addresses_is_ever_opened() {
    for address in [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://x",
        "HTTPS:",
        "https://",
        "x",
    ] {
        let address = address.to_owned();
        let mut desk = reading(vec![event(1, now(), SpecialKind::Url { address })]);
        assert_eq!(desk.press("o<enter>"), []);
        assert!(desk.notice().unwrap().starts_with("Only http and https"));
    }
}

#[test]
fn a_message_without_links() {
    let mut desk = desk();
    assert_eq!(desk.press("lo"), []);
    assert_eq!(desk.notice(), Some("No link in this message"));
    assert_eq!(desk.press("<enter>"), []);
    assert!(matches!(desk.app.overlay(), Some(Overlay::Details(_))));
}
