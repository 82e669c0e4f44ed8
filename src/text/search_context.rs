//! The part of a text around a match, on one line.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{SearchQuery, grapheme_width, truncate, width};

/// Columns before the first match.
const MAX_BEFORE: usize = 24;

/// Bytes of an excerpt before and after the first match begins: more than the widest line shows.
const EXCERPT_BEFORE: usize = 1 << 10;
const EXCERPT_AFTER: usize = 4 << 10;

/// The part of a text that its lines are made of: what is around the first match, on one line.
pub(crate) fn excerpt(text: &str, query: &SearchQuery) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let first = query.find_matches(&line).first().map_or(0, |it| it.start);
    let start = match line.floor_char_boundary(first.saturating_sub(EXCERPT_BEFORE)) {
        0 => 0,
        cut => {
            // At a word, if one begins before what is shown.
            let partial = line.get(cut..first).unwrap_or_default();
            let space = partial.find(' ').filter(|space| *space < partial.len() / 2);
            space.map_or(cut, |space| cut + space + 1)
        }
    };
    let end = line.floor_char_boundary(first.saturating_add(EXCERPT_AFTER));
    line.get(start..end).unwrap_or_default().to_owned()
}

/// One line of a text, with the words of a query in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MatchContext {
    pub(crate) line: String,
    /// Byte ranges of the words and phrases in the line, in order and without overlap.
    pub(crate) matches: Vec<Range<usize>>,
}

impl MatchContext {
    /// The first match and what is around it, at most this many columns wide; the beginning of a text that does
    /// not match.
    pub(crate) fn new(text: &str, query: &SearchQuery, columns: usize) -> Self {
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = query.find_matches(&line).first().map_or(0, |it| it.start);
        let start = match line.get(..first) {
            Some(before) if width(before) > MAX_BEFORE => word_start(&line, first),
            _ => 0,
        };
        let ellipsis = if start > 0 { "…" } else { "" };
        let rest = line.get(start..).unwrap_or_default();
        let rest = truncate(rest, columns.saturating_sub(ellipsis.chars().count()));
        let line = format!("{ellipsis}{rest}");
        Self {
            matches: query.find_matches(&line),
            line,
        }
    }
}

/// The start of the first word that is at most [`MAX_BEFORE`] columns before `first`.
fn word_start(line: &str, first: usize) -> usize {
    let before = line.get(..first).unwrap_or_default();
    let mut left = MAX_BEFORE;
    let mut start = first;
    for (at, grapheme) in before.grapheme_indices(true).rev() {
        let Some(rest) = left.checked_sub(grapheme_width(grapheme)) else {
            break;
        };
        left = rest;
        start = at;
    }
    let partial = line.get(start..first).unwrap_or_default();
    partial.find(' ').map_or(start, |space| start + space + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn context(text: &str, query: &str, columns: usize) -> String {
        let context = MatchContext::new(text, &SearchQuery::parse(query).unwrap(), columns);
        let mut marked = context.line;
        for range in context.matches.into_iter().rev() {
            marked.insert(range.end, ']');
            marked.insert(range.start, '[');
        }
        marked
    }

    #[test]
    fn the_line_shows_the_first_match_and_what_is_around_it() {
        for (text, query, columns, expected) in [
            ("My refund?", "refund", 40, "My [refund]?"),
            ("One\n two\tREFUND", "refund two", 40, "One [two] [REFUND]"),
            (
                "Hello there, I have been waiting for a refund since Monday morning",
                "refund",
                40,
                "…been waiting for a [refund] since Monday…",
            ),
            ("A refund since Monday", "refund", 12, "A [refund] si…"),
            (
                "Où est le café que j'avais commandé",
                "cafe",
                15,
                "Où est le [café]…",
            ),
            ("nothing of it is here", "refund", 10, "nothing o…"),
            ("山田太郎の返金", "返金", 20, "山田太郎の[返金]"),
            ("", "refund", 10, ""),
        ] {
            assert_eq!(context(text, query, columns), expected, "{text}");
        }
    }

    #[test]
    fn an_excerpt_is_small_and_shows_the_same() {
        let query = SearchQuery::parse("refund").unwrap();
        for (before, after) in [(0, 0), (10, 0), (90_000, 90_000), (0, 90_000), (90_000, 0)] {
            for word in ["word ", "山田", "e\u{301}\n"] {
                let text = format!("{} my refund, {}", word.repeat(before), word.repeat(after));
                let excerpt = excerpt(&text, &query);
                assert!(excerpt.len() <= EXCERPT_BEFORE + EXCERPT_AFTER);
                for columns in [1, 20, 80, 300, 1000] {
                    let line = |text: &str| MatchContext::new(text, &query, columns);
                    assert_eq!(line(&excerpt), line(&text));
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_line_is_too_wide(text in "[a山é \n]{0,60}b[a山é \n]{0,60}", columns in 1_usize..60) {
            let query = SearchQuery::parse("b").unwrap();
            let context = MatchContext::new(&text, &query, columns);
            prop_assert!(width(&context.line) <= columns);
            prop_assert!(columns < 30 || !context.matches.is_empty());
        }
    }
}
