//! Display width, truncation and padding.
//!
//! Widths are those of ratatui's [`CellWidth`], so that text takes the cells it was measured for. A
//! grapheme cluster (UAX 29) is never split.

use std::borrow::Cow;

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

use super::privacy::drop_label;

/// The width of a text in columns.
pub fn width(text: &str) -> usize {
    count_single_width(text).unwrap_or_else(|| text.graphemes(true).map(grapheme_width).sum())
}

/// Truncates a text to a width; a truncated text ends in `…`. A pseudonym loses its label before its code.
pub(crate) fn truncate(text: &str, columns: usize) -> Cow<'_, str> {
    let may_fit = text.len() <= columns.saturating_mul(3);
    if may_fit && count_single_width(text).is_some_and(|wide| wide <= columns) {
        return Cow::Borrowed(text);
    }
    let (mut used, mut end) = (0, 0);
    for (at, grapheme) in text.grapheme_indices(true) {
        used += grapheme_width(grapheme);
        if used < columns {
            end = at + grapheme.len();
        }
        if used > columns {
            if let Some(unlabeled) = drop_label(text, end) {
                return truncate(unlabeled, columns);
            }
            let (start, _) = text.split_at(end);
            let ellipsis = if columns == 0 { "" } else { "…" };
            return Cow::Owned(format!("{start}{ellipsis}"));
        }
    }
    Cow::Borrowed(text)
}

/// Truncates a text to a width, or pads it with spaces.
pub(crate) fn pad(text: &str, columns: usize) -> String {
    let mut padded = truncate(text, columns).into_owned();
    let missing = columns.saturating_sub(width(&padded));
    padded.extend(std::iter::repeat_n(' ', missing));
    padded
}

/// The width of a grapheme cluster; ratatui does not draw those with control characters.
pub(crate) fn grapheme_width(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) {
        0
    } else {
        usize::from(grapheme.cell_width())
    }
}

/// The width of a text in which every character takes one column and none joins its neighbours, as in
/// most European languages and box drawing.
pub(crate) fn count_single_width(text: &str) -> Option<usize> {
    let is_column = |character| {
        matches!(character,
            ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '…' | '\u{2500}'..='\u{25fc}')
    };
    text.chars().try_fold(0, |count, character| {
        is_column(character).then_some(count + 1)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn width_is_counted_by_grapheme_cluster() {
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
    fn the_fast_path_agrees_with_ratatui() {
        let all: Vec<String> = ('\0'..'\u{3000}').map(String::from).collect();
        let single: Vec<_> = all
            .iter()
            .filter(|text| count_single_width(text).is_some())
            .collect();
        for text in &single {
            assert_eq!(grapheme_width(text), 1, "{text:?}");
        }
        // No two of them form a cluster.
        let line: String = single
            .iter()
            .flat_map(|one| [one.as_str(), one, "a"])
            .collect();
        assert!(
            line.graphemes(true)
                .all(|grapheme| grapheme.chars().count() == 1)
        );
        assert!(count_single_width("Blåbærsyltetøy│ ● …").is_some());
        assert!(
            ["e\u{301}", "今", "a\tb"]
                .iter()
                .all(|text| count_single_width(text).is_none())
        );
    }

    #[test]
    fn truncated_text_ends_in_an_ellipsis() {
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
            ("Customer K7F2QX", 15, "Customer K7F2QX", "Customer K7F2QX"),
            ("Customer K7F2QX", 14, "K7F2QX", "K7F2QX        "),
            ("Customer K7F2QX", 5, "K7F2…", "K7F2…"),
            ("Agent K7F2QX left", 12, "K7F2QX left", "K7F2QX left "),
            ("Agent K7F2QX left", 14, "Agent K7F2QX …", "Agent K7F2QX …"),
            ("Customer Kari", 8, "Custome…", "Custome…"),
        ] {
            assert_eq!(truncate(text, columns), fitted, "{text:?} in {columns}");
            assert_eq!(pad(text, columns), padded, "{text:?} in {columns}");
        }
    }

    proptest! {
        #[test]
        fn the_width_is_that_of_the_drawn_cells(text in "([a-z ]|\\PC|[\u{300}\u{200d}\u{fe0f}👩❤🇳ﾞ今]){0,20}") {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 200, 1));
            let (end, _) = buffer.set_stringn(0, 0, &text, 200, Style::new());
            prop_assert_eq!(width(&text), usize::from(end));
        }

        #[test]
        fn truncated_and_padded_text_fits(text in "\\PC{0,20}", columns in 0_usize..12) {
            prop_assert!(width(&truncate(&text, columns)) <= columns);
            prop_assert_eq!(width(&pad(&text, columns)), columns);
        }
    }
}
