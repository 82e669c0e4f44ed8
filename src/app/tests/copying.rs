//! Copying: the selected line of an overlay, and a message alone.

use crate::app::effect::Effect;
use crate::app::overlay::Overlay;
use crate::test_support::builders::{customer_message, now};
use crate::test_support::{TestApp, copy_effect, scenario};

/// What each line of an overlay copies, from the first to the last.
fn copied_lines(test_app: &mut TestApp) -> Vec<(String, String)> {
    copied_lines_until(test_app, "This is the end")
}

fn copied_lines_until(test_app: &mut TestApp, end: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    loop {
        for effect in test_app.press("y") {
            if let Effect::Copy { what, text } = effect {
                all.push((what, text));
            }
        }
        let notice = test_app.notice().map(str::to_owned);
        test_app.press("j");
        if test_app.notice() == Some(end) {
            return all;
        }
        assert!(notice.is_none_or(|it| it == "Nothing to copy in this line"));
    }
}

#[test]
fn a_line_of_the_details_copies_its_value() {
    let mut test_app = scenario::test_app(100, 30);
    test_app.press("i");
    let lines = copied_lines(&mut test_app);
    for (what, text) in [
        ("the session id", "101"),
        ("the email address", "kari@nordmann.example"),
        ("the phone number", "+47 900 00 000"),
        ("the company", "Nordmann Bakeri AS"),
        ("the time", "2026-07-24 16:40:02 CEST"),
        ("the ticket number", "4711"),
        ("the turns", "3 of the customer, 3 of agents"),
    ] {
        let wanted = (what.to_owned(), text.to_owned());
        assert!(lines.contains(&wanted), "{wanted:?} in {lines:?}");
    }
    let [Effect::Copy { what, text }] = &test_app.press("Y")[..] else {
        panic!("nothing copied");
    };
    assert_eq!(what, "all details");
    assert!(text.starts_with("Session: 101\nState: needs reply\n"));
    assert!(text.contains("\nConversation\nFirst response: "));
}

#[test]
fn a_line_of_the_queue_overview_is_copied_in_words() {
    let mut test_app = scenario::test_app(100, 30);
    test_app.press("W");
    let lines = copied_lines_until(&mut test_app, "This is the last line");
    let first = "Support EN: 1 needs reply, 1 requested today, longest wait >26m";
    assert_eq!(lines[0], ("the line".to_owned(), first.to_owned()));
    let second = "Support NO: 1 in queue, 1 needs reply, 1 answered, ";
    assert!(lines[1].1.starts_with(second), "{lines:?}");
    assert!(lines[1].1.ends_with(", longest wait >12m"), "{lines:?}");
    let [Effect::Copy { what, text }] = &test_app.press("Y")[..] else {
        panic!("nothing copied");
    };
    assert_eq!(what, "the overview");
    let all: Vec<_> = lines.into_iter().map(|(_, text)| text).collect();
    assert_eq!(*text, all.join("\n"));
    let mut empty = TestApp::new(100, 30);
    empty.send_list(Vec::new());
    empty.press("W");
    assert_eq!(empty.press("y"), []);
    assert_eq!(empty.notice(), Some("No sessions to copy here"));
}

#[test]
fn the_connection_details_are_copied_whole() {
    for key in ["y", "Y"] {
        let mut test_app = scenario::test_app(100, 30);
        test_app.press("L");
        let [Effect::Copy { what, text }] = &test_app.press(key)[..] else {
            panic!("nothing copied");
        };
        assert_eq!(what, "the connection details");
        assert!(text.starts_with("List\nState: live\n"), "{text}");
        assert!(text.contains("\nAddress: https://fjord.example/api/v1/\n"));
    }
}

#[test]
fn the_longest_gap_leads_to_the_message_after_it() {
    let mut test_app = scenario::test_app(100, 30);
    test_app.press("i");
    assert_eq!(test_app.press("<enter>"), []);
    assert_eq!(test_app.notice(), Some("Nothing to open in this line"));
    // Above the other conversations.
    assert_eq!(test_app.press("Gkkk<enter>"), []);
    assert!(test_app.app.overlay().is_none());
    assert_eq!(test_app.selected_message(), Some(8));
}

#[test]
fn a_line_of_raw_json_copies_its_value() {
    let mut test_app = scenario::test_app(100, 30);
    test_app.press("/broken<enter>r");
    let lines = copied_lines(&mut test_app);
    for (what, text) in [
        ("the line", "{"),
        ("the value of ChatMessageId", "22"),
        ("the value of Author", "Ola Hansen"),
        (
            "the value of Message",
            "Thank you, I see it. The sensor is broken; a new one goes out today.",
        ),
        ("the line", "}"),
    ] {
        let wanted = (what.to_owned(), text.to_owned());
        assert!(lines.contains(&wanted), "{wanted:?} in {lines:?}");
    }
    let [Effect::Copy { what, text }] = &test_app.press("Y")[..] else {
        panic!("nothing copied");
    };
    assert_eq!(what, "the raw JSON");
    assert!(text.starts_with("{\n") && text.ends_with('}'));
}

#[test]
fn nothing_covers_a_message_that_fills_the_window() {
    let mut test_app = TestApp::with_session(1);
    test_app.resize(20, 5);
    let long = "0123456789".repeat(11);
    test_app.send_messages(1, vec![customer_message(90, now(), &long)]);
    test_app.press("lB");
    assert_eq!(test_app.notice(), None);
    assert_eq!(test_app.screen_lines().concat(), long.get(..100).unwrap());
}

#[test]
fn long_json_is_copied_whole_and_sanitized_outside() {
    let mut test_app = TestApp::with_session(1);
    let mut long = customer_message(90, now(), "long");
    long.raw = format!("{{\"a\":\"\u{202e}{}\"}}", "x".repeat(1 << 20)).into();
    let json = long.raw.clone();
    test_app.send_messages(1, vec![long]);
    test_app.press("lr");
    for key in ["y", "Y"] {
        let (what, json) = ("the raw JSON".to_owned(), json.clone());
        let wanted = [Effect::CopyLongJson { what, json }];
        assert!(test_app.press(key) == wanted, "{key}");
    }
}

#[test]
fn a_message_alone_scrolls_and_is_copied() {
    let mut test_app = scenario::test_app(20, 5);
    let message = "Thank you, I see it. The sensor is broken; a new one goes out today.";
    test_app.press("/broken<enter>B");
    let first = test_app.screen_lines();
    // Over the last row until the next key.
    assert_eq!(first[4], " Esc: close");
    assert_eq!(first[..4].concat(), message);
    assert_eq!(test_app.press("y"), [copy_effect("the message", message)]);
    test_app.press("j");
    assert_eq!(test_app.notice(), Some("This is the end"));
    for closing in ["q", "<esc>", "B"] {
        assert!(matches!(
            test_app.app.overlay(),
            Some(Overlay::MessageText(_))
        ));
        assert_eq!(test_app.press(closing), []);
        assert!(test_app.app.overlay().is_none(), "{closing}");
        test_app.press("B");
    }
}
