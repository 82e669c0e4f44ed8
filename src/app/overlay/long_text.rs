//! Text that may be very long, raw JSON or a message alone: laid out row by row from the one at the top,
//! so that a key costs the same however long it is. Raw JSON is sanitized as it is laid out, for the same
//! reason.

use std::iter::successors;
use std::ops::Range;
use std::sync::Arc;

use crate::chat::sanitize;
use crate::text::{WrappedLine, json, width, wrap, wrap_anywhere};

/// A longer line is laid out in parts.
const MAX_PART_BYTES: usize = 4 << 10;
/// Longer JSON is shown as it was sent: indenting could make it many times as long.
const MAX_INDENTED_BYTES: usize = 1 << 20;

/// The text and, as bytes, where the first row on the screen and the selected row begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LongText {
    source: Source,
    top: usize,
    selected: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// As it was received, not sanitized, indented or not. Rows end between words.
    Json { text: Arc<str>, is_indented: bool },
    /// Sanitized. Rows end where they are full, as in a terminal.
    Message(String),
}

/// A row: the bytes that it takes of the text, and what is shown of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TextRow {
    pub(crate) range: Range<usize>,
    pub text: String,
}

impl LongText {
    pub(crate) fn of_json(json: &Arc<str>) -> Self {
        let is_indented = json.len() <= MAX_INDENTED_BYTES;
        let text = if is_indented {
            json::pretty(json).into()
        } else {
            Arc::clone(json)
        };
        Self::new(Source::Json { text, is_indented })
    }

    pub(crate) fn of_message(text: String) -> Self {
        Self::new(Source::Message(text))
    }

    fn new(source: Source) -> Self {
        Self {
            source,
            top: 0,
            selected: 0,
        }
    }

    /// All of it; raw JSON is not sanitized.
    pub(crate) fn text(&self) -> &str {
        match &self.source {
            Source::Json { text, .. } => text,
            Source::Message(text) => text,
        }
    }

    /// The JSON that is too long for each value to have a line of its own.
    pub(crate) fn long_json(&self) -> Option<&Arc<str>> {
        match &self.source {
            Source::Json { text, is_indented } if !is_indented => Some(text),
            _ => None,
        }
    }

    /// Where the first row on the screen begins: the window may have become smaller.
    pub(crate) fn top(&self, columns: usize, height: usize) -> usize {
        let selected = self.row_start(self.selected, columns);
        if let Source::Message(_) = self.source {
            return self.row_start(self.top, columns);
        }
        let mut rows = self.rows_from(self.top, columns).take(height);
        if selected < self.top {
            selected
        } else if rows.any(|row| row.range.start == selected) {
            self.row_start(self.top, columns)
        } else {
            self.row_before(selected, height.saturating_sub(1), columns)
        }
    }

    /// Where the selected row begins.
    pub(crate) fn selected(&self, columns: usize) -> usize {
        self.row_start(self.selected, columns)
    }

    /// The line that the selected row is part of, not sanitized.
    pub(crate) fn selected_line(&self) -> &str {
        let (before, after) = self.text().split_at(self.selected);
        let start = before.rfind('\n').map_or(0, |line_feed| line_feed + 1);
        let end = after
            .find('\n')
            .map_or(self.text().len(), |at| self.selected + at);
        self.text().get(start..end).unwrap_or_default()
    }

    /// The columns of the widest line, or of what is surely wider than the window.
    pub(crate) fn max_width(&self) -> usize {
        if self.text().len() > MAX_PART_BYTES {
            return self.text().len();
        }
        let shown = sanitize::sanitize_text(self.text());
        shown.lines().map(width).max().unwrap_or(0)
    }

    /// The rows from the one at a byte on.
    pub(crate) fn rows_from(&self, start: usize, columns: usize) -> impl Iterator<Item = TextRow> {
        let parts = successors(Some(self.part_at(start)), |part| self.part_after(part));
        parts
            .flat_map(move |part| self.part_rows(part, columns))
            .skip_while(move |row| row.range.start < start && row.range.end <= start)
    }

    /// Selects another row, this many rows down, or up if negative, stopping at the ends. Returns `false`
    /// if nothing moved.
    pub(crate) fn select(&mut self, by: isize, columns: usize, height: usize) -> bool {
        let before = self.selected(columns);
        let last_part = self.part_at(self.text().len());
        self.selected = match by {
            isize::MIN => 0,
            isize::MAX => {
                let rows = self.part_rows(last_part, columns);
                rows.last().map_or(0, |row| row.range.start)
            }
            _ if by < 0 => self.row_before(before, by.unsigned_abs(), columns),
            _ => {
                let rows = self.rows_from(before, columns);
                let last = rows.take(by.unsigned_abs() + 1).last();
                last.map_or(before, |row| row.range.start)
            }
        };
        self.top = self.top(columns, height);
        self.selected != before
    }

    /// Moves by rows, up if negative, stopping at the ends. Returns `false` if nothing moved.
    pub(crate) fn scroll(&mut self, by: isize, columns: usize, height: usize) -> bool {
        let last_part = self.part_at(self.text().len());
        let rows = self.part_rows(last_part, columns);
        let last = rows.last().map_or(0, |row| row.range.start);
        let last_top = self.row_before(last, height.saturating_sub(1), columns);
        let top = match by {
            isize::MIN => 0,
            isize::MAX => last_top,
            _ if by < 0 => self.row_before(self.top, by.unsigned_abs(), columns),
            _ => {
                let mut rows = self.rows_from(self.top, columns);
                rows.nth(by.unsigned_abs())
                    .map_or(last_top, |row| row.range.start)
            }
        };
        let before = self.top.min(last_top);
        self.top = top.min(last_top);
        self.top != before
    }

    /// The start of the row that a byte is in.
    fn row_start(&self, at: usize, columns: usize) -> usize {
        let row = self.rows_from(at, columns).next();
        row.map_or(at, |row| row.range.start)
    }

    /// The start of the row this many rows above the one at a byte.
    fn row_before(&self, start: usize, rows: usize, columns: usize) -> usize {
        let (mut part, mut left) = (self.part_at(start), rows);
        loop {
            let rows = self.part_rows(part.clone(), columns);
            let starts = rows.iter().map(|row| row.range.start);
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

    fn part_rows(&self, part: Range<usize>, columns: usize) -> Vec<TextRow> {
        let start = part.start;
        let text = self.text().get(part).unwrap_or_default();
        if let Source::Json { .. } = self.source {
            return sanitized_rows(text, start, columns);
        }
        let row = |range: Range<usize>| TextRow {
            text: text.get(range.clone()).unwrap_or_default().to_owned(),
            range: start + range.start..start + range.end,
        };
        wrap_anywhere(text, columns).map(row).collect()
    }

    /// The line that a byte is in, or the part of a long one: that begins where the line does or at a multiple
    /// of [`MAX_PART_BYTES`], so that it is found without a search for the beginning of the line.
    fn part_at(&self, at: usize) -> Range<usize> {
        let near = |at| self.text().floor_char_boundary(at);
        let bound = |number| near(number * MAX_PART_BYTES);
        let first = near(at.saturating_sub(2 * MAX_PART_BYTES));
        let before = self.text().get(first..at).unwrap_or_default();
        let line_feed = before.rfind('\n').map(|line_feed| first + line_feed + 1);
        let line = line_feed.or((first == 0).then_some(0));
        let last = near(at + 3 * MAX_PART_BYTES);
        let after = self.text().get(at..last).unwrap_or_default();
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
        let next = *self.text().as_bytes().get(part.end)?;
        Some(self.part_at(part.end + usize::from(next == b'\n')))
    }

    fn part_before(&self, part: &Range<usize>) -> Option<Range<usize>> {
        let last = part.start.checked_sub(1)?;
        Some(self.part_at(self.text().floor_char_boundary(last)))
    }
}

/// Sanitizes and wraps a part that begins at a byte of the text. A row also has the bytes before its first
/// character of which nothing is shown.
fn sanitized_rows(part: &str, start: usize, columns: usize) -> Vec<TextRow> {
    let characters: Vec<_> = part.char_indices().map(|(at, _)| at).collect();
    let mut shown_at = characters.clone();
    let mut positions: Vec<_> = shown_at.iter_mut().collect();
    let shown = sanitize::sanitize_with_offsets(part, &mut positions);
    let position_of = |at: usize| {
        let character = shown_at.partition_point(|shown| *shown < at);
        start + characters.get(character).copied().unwrap_or(part.len())
    };
    let row = |row: WrappedLine| TextRow {
        range: position_of(row.range.start)..position_of(row.range.end),
        text: shown.get(row.range).unwrap_or_default().to_owned(),
    };
    wrap(&shown, columns).map(row).collect()
}

#[cfg(test)]
mod tests;
