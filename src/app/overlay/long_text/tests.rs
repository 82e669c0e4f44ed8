//! Rows of long texts: all of the text, found from anywhere, and clean.

use super::*;
use proptest::prelude::*;

fn raw(text: &str) -> LongText {
    LongText::new(Source::Json {
        text: text.into(),
        is_indented: false,
    })
}

fn any_text() -> impl Strategy<Value = String> {
    let long = "(x|å|今|👩){1,3}".prop_map(|it| it.repeat(MAX_PART_BYTES / 3));
    let hostile = "(\u{1b}\\[2J|\u{1b}\\]0;x\u{7}|\u{9b}|\u{202e}|\u{0}|\t|\r|❤\u{2060}\u{fe0f}|\u{301}{9}){1,9}";
    let piece = prop_oneof![
        4 => "[a-c ]{0,30}", 2 => Just("\n".to_owned()), 1 => long, 2 => hostile
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_rows_have_all_of_the_text(text in any_text(), columns in 4_usize..40) {
        let raw = raw(&text);
        let rows: Vec<_> = raw.rows_from(0, columns).collect();
        let shown: String = rows.iter().map(|row| row.text.as_str()).collect();
        let letters = |text: &str| text.replace([' ', '\n'], "");
        let parts = successors(Some(raw.part_at(0)), |part| raw.part_after(part));
        let sanitized = parts.map(|part| sanitize::sanitize_text(text.get(part).unwrap()));
        prop_assert_eq!(letters(&shown), letters(&sanitized.collect::<String>()));
        // Every row is found again from its own start, and from the next one.
        for pair in rows.windows(2).step_by(rows.len() / 20 + 1) {
            let (row, next) = (pair[0].clone(), pair[1].clone());
            prop_assert_eq!(raw.rows_from(row.range.start, columns).next(), Some(row.clone()));
            prop_assert_eq!(raw.row_before(next.range.start, 1, columns), row.range.start);
        }
    }

    /// However long a line is, and wherever it is cut into parts.
    #[test]
    fn no_row_has_anything_to_sanitize_or_is_wider_than_the_window(text in any_text()) {
        let raw = raw(&text);
        for row in raw.rows_from(0, 30) {
            prop_assert_eq!(&sanitize::sanitize_text(&row.text), row.text.trim_end());
            prop_assert!(width(&row.text) <= 30, "{:?}", row.text);
        }
    }

    #[test]
    fn scrolling_passes_every_row_and_stops_at_the_ends(text in any_text(), height in 1_usize..20) {
        let mut raw = raw(&text);
        let rows: Vec<_> = raw.rows_from(0, 200).map(|row| row.range.start).collect();
        let last_top = rows.len().saturating_sub(height);
        for top in &rows[1..=last_top] {
            prop_assert!(raw.scroll(1, 200, height));
            prop_assert_eq!(raw.top, *top);
        }
        prop_assert!(!raw.scroll(1, 200, height) && !raw.scroll(isize::MAX, 200, height));
        prop_assert_eq!(raw.scroll(isize::MIN, 200, height), last_top > 0);
        prop_assert!(!raw.scroll(-1, 200, height));
        raw.scroll(isize::MAX, 200, height);
        prop_assert_eq!(raw.top, rows[last_top]);
        for top in rows[..last_top].iter().rev() {
            prop_assert!(raw.scroll(-1, 200, height));
            prop_assert_eq!(raw.top, *top);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    /// At any width, also after a change of it, and with the top within the text.
    #[test]
    fn the_selected_row_is_on_the_screen(
        text in any_text(),
        keys in proptest::collection::vec((-9_isize..9, 1_usize..40, 1_usize..9), 1..12),
    ) {
        let mut raw = raw(&text);
        for (by, columns, height) in keys {
            let by = match by {
                -9 => isize::MIN,
                8 => isize::MAX,
                by => by,
            };
            raw.select(by, columns, height);
            for columns in [columns, 1 + columns / 2] {
                let rows = raw.rows_from(raw.top(columns, height), columns).take(height);
                let selected = raw.selected(columns);
                prop_assert!(rows.into_iter().any(|row| row.range.start == selected));
            }
        }
    }
}

#[test]
fn selecting_passes_every_row_and_names_its_line() {
    let mut raw = raw("{\n  \"a\": \"one two\"\n}");
    let mut lines = vec![raw.selected_line().to_owned()];
    while raw.select(1, 10, 2) {
        lines.push(raw.selected_line().trim().to_owned());
    }
    let property = "\"a\": \"one two\"";
    assert_eq!(lines, ["{", property, property, property, "}"]);
    assert!(raw.select(-4, 10, 2) && !raw.select(-1, 10, 2));
}

#[test]
fn a_row_far_into_a_long_line_is_found_without_its_beginning() {
    let line = "one two three ".repeat(MAX_PART_BYTES);
    let whole = raw(&format!("{{\n{line}"));
    let start = 6 * MAX_PART_BYTES;
    let rest = raw(whole.text().get(start..).unwrap());
    let rows = |raw: &LongText, from: usize| {
        let rows = raw.rows_from(from, 40).take(500);
        rows.map(|row| row.range.start - from).collect::<Vec<_>>()
    };
    let at = 4 * MAX_PART_BYTES;
    assert_eq!(rows(&whole, start + at), rows(&rest, at));
    let before = |raw: &LongText, from: usize| from - raw.row_before(from, 90, 40);
    assert_eq!(before(&whole, start + at), before(&rest, at));
}

#[test]
fn the_last_row_of_a_text_of_whole_parts_is_not_empty() {
    for text in ["x".repeat(2 * MAX_PART_BYTES), "x".repeat(MAX_PART_BYTES)] {
        let mut raw = raw(&text);
        raw.select(isize::MAX, 40, 9);
        assert!(raw.selected < text.len());
        assert_eq!(raw.rows_from(raw.selected, 40).count(), 1);
    }
}

#[test]
fn raw_json_is_sanitized_as_it_is_laid_out() {
    let raw =
        LongText::of_json(&"{\"a\":\"\u{202e}b\u{1b}[2Jc\u{2028}\td\",\"e\":\"\u{7}\"}".into());
    let rows: Vec<_> = raw.rows_from(0, 40).map(|row| row.text).collect();
    let wanted = ["{", "  \"a\": \"bc", "    d\",", "  \"e\": \"␇\"", "}"];
    assert_eq!(rows, wanted);
}

#[test]
fn long_json_is_complete_and_not_indented() {
    let short = r#"{"a":"b"}"#;
    assert_eq!(
        LongText::of_json(&short.into()).text(),
        "{\n  \"a\": \"b\"\n}"
    );
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_INDENTED_BYTES));
    let raw = LongText::of_json(&long.as_str().into());
    assert_eq!(raw.long_json().map(|json| &**json), Some(long.as_str()));
}
