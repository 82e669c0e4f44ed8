//! Wraps text into lines of a given width.
//!
//! Wrapped lines are byte ranges, so that annotations retain their positions. Only blanks and line breaks
//! are left out. No line is wider than the width, unless a single grapheme cluster is.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::width::{count_single_width, grapheme_width};

/// Columns that an indent must leave for the text.
const MIN_TEXT_COLUMNS: usize = 8;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrappedLine {
    /// The bytes shown, without trailing blanks and line break.
    pub(crate) range: Range<usize>,
    /// Empty columns before the text.
    pub(crate) indent: u16,
}

/// Wraps a text to a width; there is at least one line.
///
/// Continued list items and indented lines stay aligned with their text if there is room.
pub fn wrap(text: &str, columns: usize) -> impl Iterator<Item = WrappedLine> {
    let columns = columns.max(1);
    let mut next = 0;
    text.split('\n').flat_map(move |line| {
        let from = next;
        next += line.len() + 1;
        wrap_line(line, from, columns)
    })
}

/// Fills every row of a text before the next begins, as a terminal does; there is at least one row.
pub(crate) fn wrap_anywhere(text: &str, columns: usize) -> impl Iterator<Item = Range<usize>> {
    let columns = columns.max(1);
    let mut next = 0;
    text.split('\n').flat_map(move |line| {
        let from = next;
        next += line.len() + 1;
        let (mut at, mut is_done) = (0, false);
        std::iter::from_fn(move || {
            let rest = line.get(at..).filter(|_| !is_done)?;
            let mut used = 0;
            let next = rest.grapheme_indices(true).find(|(start, grapheme)| {
                used += grapheme_width(grapheme);
                *start > 0 && used > columns
            });
            let length = next.map_or(rest.len(), |(start, _)| start);
            let row = from + at..from + at + length;
            at += length;
            is_done = at >= line.len();
            Some(row)
        })
    })
}

fn wrap_line(line: &str, from: usize, columns: usize) -> impl Iterator<Item = WrappedLine> {
    let (mut at, hanging_indent) = line_margins(line, columns);
    let (mut indent, mut is_done) = (0, false);
    std::iter::from_fn(move || {
        let rest = line.get(at..).filter(|_| !is_done)?;
        let (shown, consumed) = find_break(rest, columns - usize::from(indent));
        let range = from + at..from + at + shown;
        let wrapped = WrappedLine { range, indent };
        at += consumed;
        is_done = at >= line.len();
        indent = hanging_indent;
        Some(wrapped)
    })
}

/// The number of leading blanks that do not fit, and the hanging indent.
fn line_margins(line: &str, columns: usize) -> (usize, u16) {
    let text = line.trim_start_matches(' ');
    let blanks = line.len() - text.len();
    let fits = |indent: usize| columns >= indent.saturating_add(MIN_TEXT_COLUMNS);
    let hanging_indent = blanks + list_marker_width(text);
    match u16::try_from(hanging_indent) {
        Ok(hanging_indent) if fits(hanging_indent.into()) => (0, hanging_indent),
        _ if fits(blanks) => (0, 0),
        _ => (blanks, 0),
    }
}

/// The width of a list marker, `• `, `- ` or `12. `, at the start of a text.
fn list_marker_width(text: &str) -> usize {
    if text.starts_with("• ") || text.starts_with("- ") {
        return 2;
    }
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - after.len();
    if (1..=3).contains(&digits) && (after.starts_with(". ") || after.starts_with(") ")) {
        digits + 2
    } else {
        0
    }
}

/// The bytes shown by the first wrapped line, and the bytes it consumes.
fn find_break(line: &str, columns: usize) -> (usize, usize) {
    // Most lines fit and need no search for clusters. The characters counted have three bytes at most.
    let may_fit = line.len() <= columns.saturating_mul(3);
    if may_fit && count_single_width(line).is_some_and(|width| width <= columns) {
        return (line.trim_end_matches(' ').len(), line.len());
    }
    match single_width_row(line, columns) {
        Some(row) => find_last_break(row),
        None => find_break_in(clusters(line), line.len(), columns),
    }
}

/// A grapheme cluster of a line.
#[derive(Clone, Copy, Default)]
struct Cluster<'a> {
    at: usize,
    text: &'a str,
    width: usize,
}

fn clusters(text: &str) -> impl Iterator<Item = Cluster<'_>> {
    text.grapheme_indices(true).map(|(at, text)| Cluster {
        at,
        text,
        width: grapheme_width(text),
    })
}

/// The beginning of a line, up to the character that no longer fits, if all its characters take one column and
/// none joins its neighbours.
fn single_width_row(line: &str, columns: usize) -> Option<&str> {
    let mut beyond = line.char_indices().skip(columns);
    beyond.find(|(_, character)| *character != ' ')?;
    let mut next = || beyond.next().map_or(line.len(), |(at, _)| at);
    // A mark that follows would be part of the last cluster.
    let (end, end_of_next) = (next(), next());
    count_single_width(line.get(..end_of_next)?)?;
    line.get(..end)
}

/// As [`find_break`], for a row as [`single_width_row`] returns it: searched from its end, as a break is near.
fn find_last_break(row: &str) -> (usize, usize) {
    let shown = |end: usize| {
        row.get(..end)
            .map_or(0, |it| it.trim_end_matches(' ').len())
    };
    let mut clusters = row.char_indices().rev().filter_map(|(at, character)| {
        let text = row.get(at..at + character.len_utf8())?;
        Some(Cluster { at, text, width: 1 })
    });
    let mut following = || clusters.next().unwrap_or_default();
    let (beyond, mut last, mut before) = (following(), following(), following());
    let mut next = beyond;
    while shown(next.at) > 0 {
        if !is_blank(next.text) && can_break_between(before, last, next) {
            return (shown(next.at), next.at);
        }
        (before, last, next) = (following(), before, last);
    }
    (shown(beyond.at), beyond.at)
}

/// As [`find_break`], for the clusters of a line of this length.
fn find_break_in<'a>(
    clusters: impl Iterator<Item = Cluster<'a>>,
    length: usize,
    columns: usize,
) -> (usize, usize) {
    let (mut used, mut visible_end) = (0_usize, 0);
    let mut best = None;
    let (mut before, mut last) = (Cluster::default(), Cluster::default());
    for cluster in clusters {
        let Cluster { at, text, width } = cluster;
        if !is_blank(text) {
            if visible_end > 0 && can_break_between(before, last, cluster) {
                best = Some((visible_end, at));
            }
            if at > 0 && used + width > columns {
                return best.unwrap_or((visible_end, at));
            }
            visible_end = at + text.len();
        }
        used += width;
        (before, last) = (last, cluster);
    }
    (visible_end, length)
}

/// Returns `true` if there is a break opportunity between two clusters, the second not a blank.
fn can_break_between(before: Cluster<'_>, last: Cluster<'_>, next: Cluster<'_>) -> bool {
    let is_word = |cluster: Cluster<'_>| cluster.text.starts_with(char::is_alphanumeric);
    if is_blank(last.text) {
        return true;
    }
    if matches!(last.text, "-" | "‐" | "–" | "—") {
        return is_word(before) && is_word(next);
    }
    (last.width > 1 || next.width > 1)
        && !is_opening_punctuation(last.text)
        && !is_closing_punctuation(next.text)
}

/// Must not end a line.
fn is_opening_punctuation(grapheme: &str) -> bool {
    "([{「『（【〈《〔［｛‘“".contains(grapheme)
}

/// Must not begin a line; includes small kana and prolonged sound marks.
fn is_closing_punctuation(grapheme: &str) -> bool {
    ",.!?:;)]}%'\"…、。，．・：；？！」』）】〉》〕］｝’”ー々ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ\u{a0}"
        .contains(grapheme)
}

fn is_blank(grapheme: &str) -> bool {
    let mut characters = grapheme.chars();
    let blank = |c| matches!(c, ' ' | '\u{1680}' | '\u{2000}'..='\u{2006}' | '\u{2008}'..='\u{200a}' | '\u{205f}' | '\u{3000}');
    characters.next().is_some_and(blank) && characters.next().is_none()
}

#[cfg(test)]
#[allow(
    clippy::string_slice,
    reason = "a range off a character boundary must fail the test"
)]
mod tests {
    use super::*;
    use crate::text::width;
    use proptest::prelude::*;

    fn wrapped(text: &str, columns: usize) -> Vec<String> {
        wrap(text, columns)
            .map(|line| format!("{}{}", " ".repeat(line.indent.into()), &text[line.range]))
            .collect()
    }

    #[test]
    fn rows_are_filled_where_words_do_not_matter() {
        for (text, columns, wanted) in [
            ("", 4, vec![""]),
            ("ab  cd ef", 4, vec!["ab  ", "cd e", "f"]),
            ("a\n\nb", 4, vec!["a", "", "b"]),
            ("今日は", 3, vec!["今", "日", "は"]),
            ("今日", 1, vec!["今", "日"]),
            ("abcd", 4, vec!["abcd"]),
        ] {
            let rows = wrap_anywhere(text, columns).map(|row| &text[row]);
            assert_eq!(rows.collect::<Vec<_>>(), wanted, "{text:?}");
        }
    }

    #[test]
    fn text_is_wrapped_at_break_opportunities() {
        let table: &[(&str, usize, &[&str])] = &[
            ("", 10, &[""]),
            ("one\n\ntwo\n", 10, &["one", "", "two", ""]),
            ("one two three", 7, &["one two", "three"]),
            ("one two three", 8, &["one two", "three"]),
            ("one two   three  ", 7, &["one two", "three"]),
            ("abcdefghij", 4, &["abcd", "efgh", "ij"]),
            ("a abcdefghij", 4, &["a", "abcd", "efgh", "ij"]),
            ("well-known e-book", 8, &["well-", "known e-", "book"]),
            ("see --flag -5", 6, &["see", "--flag", "-5"]),
            ("10\u{a0}000 kr", 6, &["10\u{a0}000", "kr"]),
            (
                "blåbærsyltetøy på brød",
                8,
                &["blåbærsy", "ltetøy", "på brød"],
            ),
            (
                "e\u{301}e\u{301}e\u{301}",
                2,
                &["e\u{301}e\u{301}", "e\u{301}"],
            ),
            ("今日は、良い天気。", 6, &["今日", "は、良", "い天", "気。"]),
            ("今日は良い（天気）", 12, &["今日は良い", "（天気）"]),
            ("今日は", 1, &["今", "日", "は"]),
            ("ab今日は", 3, &["ab", "今", "日", "は"]),
            (
                "👩\u{200d}💻👩\u{200d}💻 ok",
                3,
                &["👩\u{200d}💻", "👩\u{200d}💻", "ok"],
            ),
            ("abc", 0, &["a", "b", "c"]),
            ("• one two three", 12, &["• one two", "  three"]),
            ("  12. one two three", 15, &["  12. one two", "      three"]),
            ("    one two three", 12, &["    one two", "    three"]),
            ("    one two", 8, &["one two"]),
            ("• one two", 7, &["• one", "two"]),
            ("2026. one two three", 12, &["2026. one", "two three"]),
            ("    ", 2, &[""]),
        ];
        for (text, columns, lines) in table {
            assert_eq!(wrapped(text, *columns), *lines, "{text:?} in {columns}");
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        "([a-c]{1,9}|[ -]{1,3}|\n|[、（）今日👩\u{200d}\u{301}\u{a0}\u{3000}åø.]|[•1][.]? |\\PC){0,30}"
    }

    proptest! {
        #[test]
        fn the_shortcut_for_single_width_gives_the_same_break(
            text in "([a-c -]|[.(åß]|\u{301}|\u{fe0f}|今){0,40}",
            columns in 1_usize..20,
        ) {
            let searched = find_break_in(clusters(&text), text.len(), columns);
            prop_assert_eq!(find_break(&text, columns), searched);
        }

        #[test]
        fn only_blanks_are_left_out(text in any_text(), columns in 0_usize..30) {
            let mut at = 0;
            for line in wrap(&text, columns) {
                prop_assert!(text[at..line.range.start].graphemes(true).all(|it| is_blank(it) || it == "\n"));
                at = line.range.end;
            }
            prop_assert!(text[at..].graphemes(true).all(is_blank));
        }

        #[test]
        fn no_line_is_wider_than_the_width(text in any_text(), columns in 1_usize..30) {
            for line in wrap(&text, columns) {
                let shown = &text[line.range];
                let is_single = shown.graphemes(true).filter(|it| grapheme_width(it) > 0).count() <= 1;
                prop_assert!(is_single || width(shown) + usize::from(line.indent) <= columns, "{shown:?}");
            }
        }

        #[test]
        fn with_enough_columns_lines_are_not_wrapped(text in any_text()) {
            let wrapped = wrap(&text, usize::MAX);
            let shown: Vec<&str> = wrapped.map(|line| &text[line.range]).collect();
            let lines: Vec<&str> = text.split('\n').map(|line| {
                let last_visible = line.grapheme_indices(true).rfind(|(_, it)| !is_blank(it));
                &line[..last_visible.map_or(0, |(at, it)| at + it.len())]
            }).collect();
            prop_assert_eq!(shown, lines);
        }
    }
}
