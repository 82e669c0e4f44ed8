//! Tests of sanitizing remote text.

use super::*;
use proptest::prelude::*;

#[test]
fn text_is_sanitized() {
    let table: &[(&str, &str)] = &[
        ("", ""),
        ("God dag, Åse! 今日は", "God dag, Åse! 今日は"),
        (
            "one\r\ntwo\rthree\u{2028}four\u{85}five\u{2029}six\n\n\n",
            "one\ntwo\nthree\nfour\nfive\nsix",
        ),
        (
            "  indented\n\n\n\tas typed  ",
            "  indented\n\n\n    as typed",
        ),
        ("\u{1b}[31;1mred\u{1b}[0m", "red"),
        ("\u{9b}2Jgone", "gone"),
        (
            "a\u{1b}]0;title\u{7}b\u{1b}]8;;https://x\u{1b}\\c\u{9d}52;c;aGk=\u{9c}d",
            "abcd",
        ),
        (
            "a\u{1b}Pq#0\u{7}\u{1b}\\b\u{1b}_x\u{1b}\\c\u{1b}^y\u{9c}d\u{1b}Xz\u{9c}e",
            "abcde",
        ),
        ("a\u{1b}cb\u{1b}(Bc\u{1b}#8d\u{1b}7e\u{8d}f", "abcdef"),
        ("the rest stays \u{1b}[31", "the rest stays"),
        ("cut \u{1b}[12;æ and on", "cut æ and on"),
        ("open \u{1b}]0;all of this", "open 0;all of this"),
        ("open \u{1b}]0;a\u{1b}[1mb\u{7}", "open 0;ab␇"),
        ("lone \u{1b}\u{1b}", "lone"),
        ("a\0b\u{8}c\u{7f}d\u{c}", "a␀b␈c␡d␌"),
        (
            "\u{202e}txt.exe\u{202c} \u{2066}x\u{2069}\u{200f}\u{61c}",
            "txt.exe x",
        ),
        (
            "soft\u{ad}hyphen \u{feff}\u{200b}x\u{e0041}\u{e0042}\u{3164}",
            "softhyphen x",
        ),
        (
            "👩\u{200d}💻 👍🏽 ❤\u{fe0f} 🇳🇴",
            "👩\u{200d}💻 👍🏽 ❤\u{fe0f} 🇳🇴",
        ),
        ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        (
            "a\u{200d} \u{200d}b\u{200d}\u{200c}c\u{200d}",
            "a b\u{200c}c",
        ),
        ("x\u{fe0f}\u{fe01}\u{e0101}y \u{fe0f}", "x\u{fe0f}y"),
        ("10\u{a0}000 kr", "10\u{a0}000 kr"),
    ];
    for (raw, clean) in table {
        assert_eq!(sanitize_text(raw), *clean, "{raw:?}");
    }
}

#[test]
fn combining_marks_are_limited() {
    let piled = format!("Z{}a", "\u{301}".repeat(40));
    assert_eq!(
        sanitize_text(&piled),
        format!("Z{}a", "\u{301}".repeat(MAX_COMBINING_MARKS))
    );
    // Each letter has marks of its own.
    let marks = "\u{301}".repeat(MAX_COMBINING_MARKS);
    let two = format!("Z{marks}a{marks}");
    assert_eq!(sanitize_text(&two), two);
}

/// Sanitizes character by character, without the shortcut for runs of plain letters.
fn sanitize_slowly(text: &str) -> String {
    let mut output = Output::default();
    for c in text.chars() {
        push_or_skip(c, "", '\n', &mut output);
    }
    output.text.trim_end().to_owned()
}

#[test]
fn the_shortcut_for_letters_treats_each_character_alike() {
    let all = (' '..='\u{ffff}').chain('\u{e0000}'..='\u{e01ff}');
    for c in all.filter(|c| !c.is_control()) {
        let text = format!("a{c}\u{301}{c}\u{200d}{c}b{c}");
        assert_eq!(sanitize_text(&text), sanitize_slowly(&text), "{c:?}");
    }
}

#[test]
fn plain_letters_do_not_combine() {
    for letter in (char::MIN..=char::MAX).filter(|c| is_plain_letter(*c)) {
        assert!(
            !letter.is_control() && !letter.is_whitespace(),
            "{letter:?}"
        );
        assert!(
            !is_invisible(letter) && !is_combining(letter) && !is_variation_selector(letter),
            "{letter:?}"
        );
    }
}

#[test]
fn sanitize_line_returns_one_line() {
    assert_eq!(
        sanitize_line(" Kari\r\nNordmann\t\u{1b}[1m(VIP)\n"),
        "Kari Nordmann (VIP)"
    );
    assert_eq!(
        sanitize_line("a\rb\nc\u{85}d\u{2028}e\u{2029}f"),
        "a b c d e f"
    );
}

#[test]
fn positions_are_mapped() {
    let (mut start, mut end, mut past) = (5, 8, 13);
    let clean = sanitize_with_offsets(
        "\u{1b}[1mabc\u{1b}[0m ",
        &mut [&mut start, &mut end, &mut past],
    );
    assert_eq!((clean.as_str(), start, end, past), ("abc", 1, 3, 3));
}

/// Text with many special characters.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        proptest::char::range('\0', '\u{9f}').prop_map(String::from),
        proptest::sample::select(vec![
            "\u{1b}",
            "\u{1b}[",
            "\u{1b}]",
            "\u{1b}\\",
            "\u{7}",
            "\u{9c}",
            "\u{90}",
            "\u{200d}",
            "\u{200c}",
            "\u{fe0f}",
            "\u{301}\u{301}\u{301}",
            " ",
            "\n",
            "\r",
            "a",
            "1;",
            "👩",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn the_result_is_clean_and_stable(raw in nasty()) {
        let (text, line) = (sanitize_text(&raw), sanitize_line(&raw));
        prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n' || is_invisible(c)));
        prop_assert!(!line.contains(char::is_control));
        prop_assert_eq!(sanitize_text(&text), text);
        prop_assert_eq!(sanitize_line(&line), line);
    }

    #[test]
    fn the_shortcut_for_letters_changes_no_text(
        text in "([a-zæøå今한жㄱ ]|[\u{300}\u{301}\u{200c}\u{200d}\u{fe0f}\u{ad}\u{2029}\n]|\\PC){0,30}",
    ) {
        prop_assert_eq!(sanitize_text(&text), sanitize_slowly(&text));
    }

    #[test]
    fn positions_stay_on_boundaries_and_in_order(raw in nasty()) {
        let mut positions: Vec<usize> = raw.char_indices().map(|(at, _)| at).collect();
        let clean = sanitize_with_offsets(&raw, &mut positions.iter_mut().collect::<Vec<_>>());
        prop_assert!(positions.is_sorted());
        prop_assert!(positions.iter().all(|&at| clean.is_char_boundary(at)));
        prop_assert_eq!(clean, sanitize_text(&raw));
    }
}
