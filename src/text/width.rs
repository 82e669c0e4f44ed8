//! How many columns text takes, and text made to fit.
//!
//! Measured by grapheme cluster with the renderer's own function, so that what is measured is
//! what is drawn. A cluster is never split.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// Counts the columns a text takes on the screen.
pub fn width(text: &str) -> usize {
    count_single_width(text).unwrap_or_else(|| text.graphemes(true).map(grapheme_width).sum())
}

/// Cuts a text to so many columns; a cut one ends in `…`.
pub fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    if count_single_width(text).is_some_and(|wide| wide <= columns) {
        return Cow::Borrowed(text);
    }
    let (mut used, mut kept) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme_width(grapheme);
        if used < columns {
            kept = at + grapheme.len();
        }
        if used > columns {
            let (kept, _) = text.split_at(kept);
            let dots = if columns == 0 { "" } else { "…" };
            return Cow::Owned(format!("{kept}{dots}"));
        }
    }
    Cow::Borrowed(text)
}

/// Cuts a text to so many columns and fills what remains with spaces.
pub fn pad(text: &str, columns: usize) -> String {
    let mut padded = truncate(text, columns).into_owned();
    let missing = columns.saturating_sub(width(&padded));
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

/// The columns of one grapheme cluster; the renderer leaves out those with control characters.
pub fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) {
        0
    } else {
        usize::from(grapheme.cell_width())
    }
}

/// Tells whether every character is a column by itself, so that there is nothing to put together: so
/// it is with most languages of Europe, and with lines and shapes.
pub fn is_single_width(text: &str) -> bool {
    count_single_width(text).is_some()
}

fn count_single_width(text: &str) -> Option<usize> {
    if is_printable_ascii(text) {
        return Some(text.len());
    }
    let is_column = |character| {
        matches!(character,
            ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '…' | '\u{2500}'..='\u{25fc}')
    };
    text.chars().try_fold(0, |count, character| {
        is_column(character).then_some(count + 1)
    })
}

/// Tells whether every byte is a column.
pub(super) fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn columns_are_counted_by_cluster() {
        for (text, columns) in [
            ("", 0),
            ("Åse", 3),
            ("A\u{30a}se", 3),
            ("今日は", 6),
            ("👩\u{200d}💻👍🏽🇳🇴❤\u{fe0f}", 8),
            ("10\u{a0}kr", 5),
            ("a\nb", 2),
        ] {
            assert_eq!(width(text), columns, "{text:?}");
        }
    }

    #[test]
    fn what_is_simple_is_measured_as_everything_else() {
        let all: Vec<String> = ('\0'..'\u{3000}').map(String::from).collect();
        let simple: Vec<_> = all.iter().filter(|text| is_single_width(text)).collect();
        for text in &simple {
            assert_eq!(grapheme_width(text), 1, "{text:?}");
        }
        // No two of them join.
        let line: String = simple
            .iter()
            .flat_map(|one| [one.as_str(), one, "a"])
            .collect();
        assert!(
            line.graphemes(true)
                .all(|grapheme| grapheme.chars().count() == 1)
        );
        assert!(is_single_width("Blåbærsyltetøy│ ● …"));
        assert!(!is_single_width("e\u{301}") && !is_single_width("今") && !is_single_width("a\tb"));
    }

    #[test]
    fn what_is_cut_ends_in_dots() {
        for (text, columns, fitted, padded) in [
            ("Kari", 4, "Kari", "Kari"),
            ("Kari", 6, "Kari", "Kari  "),
            ("Kari", 3, "Ka…", "Ka…"),
            ("Kari", 1, "…", "…"),
            ("Kari", 0, "", ""),
            ("今日は", 6, "今日は", "今日は"),
            ("今日は", 5, "今日…", "今日…"),
            ("今日は", 4, "今…", "今… "),
            ("今", 1, "…", "…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…", "e\u{301}…"),
        ] {
            assert_eq!(truncate(text, columns), fitted, "{text:?} in {columns}");
            assert_eq!(pad(text, columns), padded, "{text:?} in {columns}");
        }
    }

    proptest! {
        #[test]
        fn what_is_measured_is_what_is_drawn(text in "([a-z ]|\\PC|[\u{300}\u{200d}\u{fe0f}👩❤🇳ﾞ今]){0,20}") {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 1));
            let (end, _) = buffer.set_stringn(0, 0, &text, 200, Style::new());
            prop_assert_eq!(width(&text), usize::from(end));
        }

        #[test]
        fn what_fits_is_never_wider(text in "\\PC{0,20}", columns in 0_usize..12) {
            prop_assert!(width(&truncate(&text, columns)) <= columns);
            prop_assert_eq!(width(&pad(&text, columns)), columns);
        }
    }
}
