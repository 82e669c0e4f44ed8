//! Text that may be very long, raw JSON or a message alone: laid out row by row from the one at the top,
//! so that a key costs the same however long it is.

use std::iter::successors;
use std::ops::Range;

use crate::chat::sanitize;
use crate::text::{json, width, wrap, wrap_anywhere};

/// A longer line is laid out in parts.
const MAX_PART_BYTES: usize = 4 << 10;
/// Longer JSON is shown as it was sent: indenting could make it many times as long.
const MAX_INDENTED_BYTES: usize = 1 << 20;

/// The text and, as bytes, where the first row on the screen and the selected row begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongText {
    text: String,
    top: usize,
    selected: usize,
    /// Whether rows end where they are full rather than between words, as in a terminal.
    is_unbroken: bool,
}

impl LongText {
    pub(crate) fn of_json(json: &str) -> Self {
        let text = if json.len() > MAX_INDENTED_BYTES {
            sanitize::sanitize_text(json)
        } else {
            sanitize::sanitize_text(&json::pretty(json))
        };
        Self {
            text,
            top: 0,
            selected: 0,
            is_unbroken: false,
        }
    }

    pub(crate) fn of_message(text: String) -> Self {
        Self {
            text,
            top: 0,
            selected: 0,
            is_unbroken: true,
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where the first row on the screen begins: the window may have become smaller.
    pub(crate) fn top(&self, columns: usize, height: usize) -> usize {
        let selected = self.row_start(self.selected, columns);
        if self.is_unbroken {
            return self.row_start(self.top, columns);
        }
        let mut rows = self.rows_from(self.top, columns).take(height);
        if selected < self.top {
            selected
        } else if rows.any(|row| row.start == selected) {
            self.row_start(self.top, columns)
        } else {
            self.row_before(selected, height.saturating_sub(1), columns)
        }
    }

    /// Where the selected row begins.
    pub(crate) fn selected(&self, columns: usize) -> usize {
        self.row_start(self.selected, columns)
    }

    /// The line that the selected row is part of.
    pub(crate) fn selected_line(&self) -> &str {
        let (before, after) = self.text.split_at(self.selected);
        let start = before.rfind('\n').map_or(0, |line_feed| line_feed + 1);
        let end = after
            .find('\n')
            .map_or(self.text.len(), |at| self.selected + at);
        self.text.get(start..end).unwrap_or_default()
    }

    /// The columns of the widest line, or of what is surely wider than the window.
    pub(crate) fn max_width(&self) -> usize {
        if self.text.len() > MAX_PART_BYTES {
            return self.text.len();
        }
        self.text.lines().map(width).max().unwrap_or(0)
    }

    /// Rows as byte ranges, from the one at a byte on.
    pub(crate) fn rows_from(
        &self,
        start: usize,
        columns: usize,
    ) -> impl Iterator<Item = Range<usize>> {
        let parts = successors(Some(self.part_at(start)), |part| self.part_after(part));
        parts
            .flat_map(move |part| self.part_rows(part, columns))
            .skip_while(move |row| row.start < start && row.end <= start)
    }

    /// Selects another row, so many rows down, or up if negative, stopping at the ends. Returns `false`
    /// if nothing moved.
    pub(crate) fn select(&mut self, by: isize, columns: usize, height: usize) -> bool {
        let before = self.selected(columns);
        let last_part = self.part_at(self.text.len());
        self.selected = match by {
            isize::MIN => 0,
            isize::MAX => {
                let last = self.part_rows(last_part, columns).last();
                last.map_or(0, |row| row.start)
            }
            _ if by < 0 => self.row_before(before, by.unsigned_abs(), columns),
            _ => {
                let rows = self.rows_from(before, columns);
                let last = rows.take(by.unsigned_abs() + 1).last();
                last.map_or(before, |row| row.start)
            }
        };
        self.top = self.top(columns, height);
        self.selected != before
    }

    /// Moves by rows, up if negative, stopping at the ends. Returns `false` if nothing moved.
    pub(crate) fn scroll(&mut self, by: isize, columns: usize, height: usize) -> bool {
        let last_part = self.part_at(self.text.len());
        let last = self.part_rows(last_part, columns).last();
        let last = last.map_or(0, |row| row.start);
        let last_top = self.row_before(last, height.saturating_sub(1), columns);
        let top = match by {
            isize::MIN => 0,
            isize::MAX => last_top,
            _ if by < 0 => self.row_before(self.top, by.unsigned_abs(), columns),
            _ => {
                let mut rows = self.rows_from(self.top, columns);
                rows.nth(by.unsigned_abs())
                    .map_or(last_top, |row| row.start)
            }
        };
        let before = self.top.min(last_top);
        self.top = top.min(last_top);
        self.top != before
    }

    /// The start of the row that a byte is in.
    fn row_start(&self, at: usize, columns: usize) -> usize {
        let row = self.rows_from(at, columns).next();
        row.map_or(at, |row| row.start)
    }

    /// The start of the row so many rows above the one at a byte.
    fn row_before(&self, start: usize, rows: usize, columns: usize) -> usize {
        let (mut part, mut left) = (self.part_at(start), rows);
        loop {
            let starts = self.part_rows(part.clone(), columns).map(|row| row.start);
            let above: Vec<_> = starts.filter(|row| *row < start).collect();
            match (above.len().checked_sub(left), self.part_before(&part)) {
                (Some(index), _) => return above.get(index).copied().unwrap_or(start),
                (None, None) => return 0,
                (None, Some(before)) => {
                    left -= above.len();
                    part = before;
                }
            }
        }
    }

    fn part_rows(&self, part: Range<usize>, columns: usize) -> impl Iterator<Item = Range<usize>> {
        let start = part.start;
        let text = self.text.get(part).unwrap_or_default();
        let (words, unbroken) = if self.is_unbroken {
            (None, Some(wrap_anywhere(text, columns)))
        } else {
            (Some(wrap(text, columns).map(|row| row.range)), None)
        };
        let words = words.into_iter().flatten();
        let rows = words.chain(unbroken.into_iter().flatten());
        rows.map(move |row| start + row.start..start + row.end)
    }

    /// The line that a byte is in, or the part of a long one: that begins where the line does or at a multiple
    /// of [`MAX_PART_BYTES`], so that it is found without a search for the beginning of the line.
    fn part_at(&self, at: usize) -> Range<usize> {
        let near = |at| self.text.floor_char_boundary(at);
        let bound = |number| near(number * MAX_PART_BYTES);
        let first = near(at.saturating_sub(2 * MAX_PART_BYTES));
        let before = self.text.get(first..at).unwrap_or_default();
        let line_feed = before.rfind('\n').map(|line_feed| first + line_feed + 1);
        let line = line_feed.or((first == 0).then_some(0));
        let last = near(at + 3 * MAX_PART_BYTES);
        let after = self.text.get(at..last).unwrap_or_default();
        let end = after.find('\n').map_or(last, |length| at + length);
        let number = at / MAX_PART_BYTES;
        // A part begins before the character that its first byte is in the middle of.
        let is_before = |number| bound(number) <= at && bound(number) < end;
        let number = number + usize::from(is_before(number + 1));
        // The end of a line is part of what is before it.
        let number = number.saturating_sub(usize::from(!is_before(number)));
        // The first part is the longest.
        let second = line.map_or(0, |line| line.div_ceil(MAX_PART_BYTES) + 1);
        let start = match line {
            Some(line) if number < second => line,
            _ => bound(number),
        };
        start..bound(second.max(number + 1)).min(end)
    }

    fn part_after(&self, part: &Range<usize>) -> Option<Range<usize>> {
        let next = *self.text.as_bytes().get(part.end)?;
        Some(self.part_at(part.end + usize::from(next == b'\n')))
    }

    fn part_before(&self, part: &Range<usize>) -> Option<Range<usize>> {
        let last = part.start.checked_sub(1)?;
        Some(self.part_at(self.text.floor_char_boundary(last)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn raw(text: &str) -> LongText {
        LongText {
            is_unbroken: false,
            ..LongText::of_message(text.to_owned())
        }
    }

    fn any_text() -> impl Strategy<Value = String> {
        let long = "(x|å|今|👩){1,3}".prop_map(|it| it.repeat(MAX_PART_BYTES / 3));
        let piece = prop_oneof![4 => "[a-c ]{0,30}", 2 => Just("\n".to_owned()), 1 => long];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_rows_have_all_of_the_text(text in any_text(), columns in 1_usize..40) {
            let raw = raw(&text);
            let rows: Vec<_> = raw.rows_from(0, columns).collect();
            let shown: String = rows.iter().map(|row| text.get(row.clone()).unwrap()).collect();
            let letters = |text: &str| text.replace([' ', '\n'], "");
            prop_assert_eq!(letters(&shown), letters(&text));
            // Every row is found again from its own start, and from the next one.
            for pair in rows.windows(2).step_by(rows.len() / 20 + 1) {
                let (row, next) = (pair[0].clone(), pair[1].clone());
                prop_assert_eq!(raw.rows_from(row.start, columns).next(), Some(row.clone()));
                prop_assert_eq!(raw.row_before(next.start, 1, columns), row.start);
            }
        }

        #[test]
        fn scrolling_passes_every_row_and_stops_at_the_ends(text in any_text(), height in 1_usize..20) {
            let mut raw = raw(&text);
            let rows: Vec<_> = raw.rows_from(0, 200).map(|row| row.start).collect();
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
                    prop_assert!(rows.into_iter().any(|row| row.start == selected));
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
            rows.map(|row| row.start - from).collect::<Vec<_>>()
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
    fn long_json_is_complete_and_not_indented() {
        let short = r#"{"a":"b"}"#;
        assert_eq!(LongText::of_json(short).text(), "{\n  \"a\": \"b\"\n}");
        let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(MAX_INDENTED_BYTES));
        assert_eq!(LongText::of_json(&long).text(), long);
    }
}
