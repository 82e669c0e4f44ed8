//! Messages of megabytes: what is laid out of them, and what has them complete.

use crate::app::tests::screen_contains;
use crate::app::transcript_pane::message_layout::RowKind;
use crate::app::transcript_pane::tests::{layout, open_transcript};
use crate::chat::{Direction, MAX_SHOWN_BYTES, Message, SpecialKind};
use crate::test_support::builders::{
    agent_message, customer_message, message, options_message, today_at,
};
use crate::test_support::{TestApp, copy_effect};
use crate::text::message_text::Section;

const LENGTH: usize = 256 << 10;

/// Messages with a long text each, in each of the places where one can be.
fn long_messages() -> Vec<(&'static str, Message)> {
    let at = today_at("13:00");
    let special = |special: SpecialKind| Message {
        special: Some(special.into()),
        ..message(1, Some(at), Direction::Special, "", "")
    };
    let [words, letters] = ["word ", "x"].map(|it| it.repeat(LENGTH / it.len()));
    let choices: Vec<_> = (0..20_000)
        .map(|number| format!("choice {number}"))
        .collect();
    let choices: Vec<_> = choices.iter().map(|choice| (choice.as_str(), "")).collect();
    vec![
        ("words", customer_message(1, at, &words)),
        ("a word", customer_message(1, at, &letters)),
        (
            "wide letters",
            customer_message(1, at, &"今日".repeat(LENGTH / 6)),
        ),
        (
            "lines",
            customer_message(1, at, &"<br>.".repeat(LENGTH / 4)),
        ),
        (
            "tags",
            customer_message(1, at, &"<b>x</b><i>y</i>".repeat(LENGTH / 4)),
        ),
        (
            "links",
            customer_message(1, at, &"https://x.example/1 ".repeat(LENGTH / 20)),
        ),
        (
            "an error",
            special(SpecialKind::Error {
                detail: words.clone(),
            }),
        ),
        (
            "an address",
            special(SpecialKind::Url {
                address: format!("https://x.example/{letters}"),
            }),
        ),
        ("choices", options_message(1, at, "Which?", &choices)),
    ]
}

#[test]
fn the_first_64_kib_of_a_message_are_laid_out() {
    for (name, message) in long_messages() {
        let test_app = open_transcript((100, 24), vec![message]);
        let rows = layout(&test_app, 0);
        let last = rows.last().unwrap();
        assert!(
            matches!(last.kind, RowKind::Text(Section::Omitted, _)),
            "{name}"
        );
        let texts = rows
            .iter()
            .filter(|row| !matches!(row.kind, RowKind::Text(Section::Omitted, _)));
        let bytes: usize = texts.map(|row| row.range.len()).sum();
        assert!(bytes <= MAX_SHOWN_BYTES, "{name}: {bytes}");
        assert!(screen_contains(&test_app, "B more, not shown"), "{name}");
    }
}

#[test]
fn a_message_of_64_kib_is_laid_out_whole() {
    for (length, is_whole) in [(MAX_SHOWN_BYTES, true), (MAX_SHOWN_BYTES + 1, false)] {
        let message = customer_message(1, today_at("13:00"), &"x".repeat(length));
        let test_app = open_transcript((100, 24), vec![message]);
        assert_eq!(!screen_contains(&test_app, "1 B more"), is_whole);
    }
}

#[test]
fn copies_have_all_of_a_long_message_and_the_search_what_is_laid_out() {
    let text = format!("the beginning {}the end", "word ".repeat(LENGTH / 5));
    let mut test_app = open_transcript(
        (100, 24),
        vec![customer_message(1, today_at("13:00"), &text)],
    );
    assert_eq!(test_app.press("y"), [copy_effect("the message", &text)]);
    for (query, found) in [("beginning", "1 of 1"), ("end", "No match")] {
        test_app.press(&format!("/<c-u>{query}<enter>"));
        assert!(screen_contains(&test_app, found), "{query}");
    }
}

/// Searches a message of 300 lines; the lines with the matches are on the screen in this order.
#[test]
fn a_search_shows_the_rows_that_match_in_a_message_taller_than_the_pane() {
    let lines: Vec<_> = (1..=300).map(|number| format!("line {number}.")).collect();
    let tall = lines.join("<br>");
    let messages = vec![
        agent_message(1, today_at("12:00"), "before"),
        customer_message(2, today_at("13:00"), &tall),
        agent_message(3, today_at("14:00"), "line 150. again"),
    ];
    let mut test_app = open_transcript((100, 24), messages);
    let shows = |test_app: &TestApp, line: u32| screen_contains(test_app, &format!("line {line}."));
    test_app.press("/line 200.<enter>");
    assert!(shows(&test_app, 200) && !shows(&test_app, 100));
    // Alone, it is found again wherever the view is.
    for away in ["g", "G", "<pgdn>"] {
        test_app.press(away);
        test_app.press("n");
        assert!(shows(&test_app, 200), "{away}");
    }
    // Matching rows out of sight come first, then those of the next message.
    test_app.press("g/50.<enter>");
    for line in [50, 150, 250] {
        assert!(shows(&test_app, line), "{line}");
        test_app.press("n");
    }
    assert_eq!(test_app.selected_message(), Some(3));
    for line in [250, 150, 50] {
        test_app.press("N");
        assert!(shows(&test_app, line), "{line} upwards");
        assert_eq!(test_app.selected_message(), Some(2));
    }
}
