//! Layout of one message: its separators, its heading, and its wrapped texts.
//!
//! A row has a kind and a byte range; how days and times are written is left to the view. Separators
//! are rows of the message below them, so that every row belongs to a message that can be selected.

use std::mem::{Discriminant, discriminant};
use std::ops::Range;

use chrono::TimeDelta;

use super::viewport::Viewport;
use crate::chat::{Message, SpecialKind, Transcript};
use crate::text::message_text::{Section, is_event, section_text, shown_sections, speaker_of};
use crate::text::wrap;

/// Columns before a choice, for its mark.
const CHOICE_INDENT: usize = 4;
/// After a longer pause the same author gets another heading, which shows the time anew.
const MAX_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// One row of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayoutRow {
    pub kind: RowKind,
    /// The part of the section's text in this row; empty for separators and headings.
    pub(crate) range: Range<usize>,
    /// Columns before the text, of a wrapped list item for example.
    pub(crate) indent: u16,
}

/// The kind of a row. Unlike a row number it keeps its meaning at another width; rows are in this
/// order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RowKind {
    /// In place of this many hidden messages.
    Gap(usize),
    /// A blank row above the message.
    Blank,
    /// A line with the day.
    Day,
    /// The line above the unread messages.
    Unread,
    /// The author and the time of the first message of a run.
    Heading,
    /// A row of this section, beginning at this byte.
    Text(Section, usize),
}

impl LayoutRow {
    pub(super) fn gap(hidden: usize) -> Self {
        Self::empty(RowKind::Gap(hidden))
    }

    /// A row without text.
    fn empty(kind: RowKind) -> Self {
        Self {
            kind,
            range: 0..0,
            indent: 0,
        }
    }
}

impl RowKind {
    pub(crate) fn is_text(self) -> bool {
        matches!(self, RowKind::Text(..))
    }

    /// Returns `true` if the row is part of the message itself, not a separator.
    pub(crate) fn is_content(self) -> bool {
        matches!(self, RowKind::Heading | RowKind::Text(..))
    }
}

/// Returns `true` if the customer was sent to another page, which must not be missed.
pub(crate) fn is_redirect(message: &Message) -> bool {
    matches!(message.special.as_deref(), Some(SpecialKind::Url { .. }))
}

/// Lays out the message at an index below another one, with a gap between them if messages are hidden.
/// `unread` puts the unread line above it.
pub(crate) fn layout(
    transcript: &Transcript,
    index: usize,
    above: Option<usize>,
    unread: bool,
    viewport: &Viewport<'_>,
) -> Vec<LayoutRow> {
    let Some(message) = transcript.get(index) else {
        return Vec::new();
    };
    let has_gap = above.map_or(0, |above| above + 1) != index;
    let above = above.and_then(|above| transcript.get(above));
    let leading = leading_rows(above, has_gap, message, unread, viewport);
    let mut rows: Vec<_> = leading.map(LayoutRow::empty).collect();
    let leading_count = rows.len();
    for (section, shown, is_cut) in shown_sections(message) {
        if !shown.is_empty() || !is_cut {
            rows.extend(section_rows(section, &shown, viewport));
        }
        if is_cut {
            let words = section_text(message, Section::Omitted).unwrap_or_default();
            rows.extend(section_rows(Section::Omitted, &words, viewport));
        }
    }
    if rows.len() == leading_count {
        // A message without text still needs a row to be selected and anchored by.
        rows.push(LayoutRow::empty(RowKind::Text(Section::Body, 0)));
    }
    rows
}

fn section_rows(
    section: Section,
    text: &str,
    viewport: &Viewport<'_>,
) -> impl Iterator<Item = LayoutRow> {
    let indent = match section {
        Section::Choice(_) => CHOICE_INDENT,
        _ => 0,
    };
    let width = viewport.text_width().saturating_sub(indent).max(1);
    wrap(text, width).map(move |row| LayoutRow {
        kind: RowKind::Text(section, row.range.start),
        range: row.range,
        indent: row.indent,
    })
}

/// The rows above the text of a message.
fn leading_rows(
    before: Option<&Message>,
    has_gap: bool,
    message: &Message,
    unread: bool,
    viewport: &Viewport<'_>,
) -> impl Iterator<Item = RowKind> {
    let day = viewport.day(message);
    let new_day = day.is_some() && before.is_none_or(|before| viewport.day(before) != day);
    let has_divider = new_day || unread || has_gap;
    let is_shown_as_event = is_event(message);
    let has_heading = !is_shown_as_event
        && (has_divider || before.is_none_or(|before| !continues_run(before, message, viewport)));
    let borders_redirect = is_redirect(message) || before.is_some_and(is_redirect);
    let has_blank = before.is_some() && !has_gap && (has_divider || borders_redirect);
    let has_time = is_shown_as_event && viewport.needs_full_time(message);
    let rows = [
        (has_blank, RowKind::Blank),
        (new_day, RowKind::Day),
        (unread, RowKind::Unread),
        (has_heading || has_time, RowKind::Heading),
    ];
    rows.into_iter()
        .filter_map(|(is_present, kind)| is_present.then_some(kind))
}

/// The kind of a special message that is shown as speech: the heading names it.
fn kind_of(message: &Message) -> Option<Discriminant<SpecialKind>> {
    message.special.as_deref().map(discriminant)
}

/// Returns `true` if a message continues the run of the one before and needs no heading.
fn continues_run(before: &Message, message: &Message, viewport: &Viewport<'_>) -> bool {
    let is_soon_after = match (before.posted, message.posted) {
        (Some(before), Some(posted)) => posted - before <= MAX_PAUSE,
        (before, posted) => before == posted,
    };
    !is_event(before)
        && before.author == message.author
        && speaker_of(before) == speaker_of(message)
        && kind_of(before) == kind_of(message)
        && !viewport.needs_full_time(before)
        && !viewport.needs_full_time(message)
        && is_soon_after
}
