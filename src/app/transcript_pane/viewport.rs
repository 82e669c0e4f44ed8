//! Viewport: the size, zone and time that rows are laid out for, and row positions within it, found
//! from the anchor outwards.

use chrono::NaiveDate;
use ratatui::layout::Rect;

use super::{Anchor, TranscriptPane};
use crate::app::time_zone::TimeZoneState;
use crate::chat::{Message, Timestamp};
use crate::text::TimeZone;
use crate::text::time_format;

/// Columns before the text: selection marker, author bar, read tick, a space.
pub(crate) const GUTTER_WIDTH: u16 = 4;
/// From this height on, the current day stays at the top.
const DAY_LINE_MIN_ROWS: u16 = 8;
/// In longer lines it is hard to find the start of the next one.
const MAX_TEXT_WIDTH: usize = 100;

/// What rows are laid out for.
#[derive(Clone, Copy, Debug)]
pub struct Viewport<'a> {
    pub columns: u16,
    pub rows: u16,
    /// The zone that days are shown in.
    pub zone: &'a TimeZone,
    /// The time that decides which messages lie in the future.
    pub now: Timestamp,
    /// Whether every message shows its time, to the second.
    pub(crate) shows_message_times: bool,
}

/// A row of the transcript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RowIndex {
    /// The index of its message in the transcript.
    pub(super) message: usize,
    /// Its number among the rows of the message.
    pub(super) row: usize,
}

impl RowIndex {
    pub(super) fn start_of(message: usize) -> Self {
        Self { message, row: 0 }
    }
}

impl<'a> Viewport<'a> {
    /// The viewport of a pane that takes this area.
    pub(in crate::app) fn new(area: Rect, time_zone: &'a TimeZoneState, now: Timestamp) -> Self {
        Self {
            columns: area.width,
            rows: area.height,
            zone: time_zone.displayed(),
            now,
            shows_message_times: time_zone.shows_message_times(),
        }
    }

    /// Returns `true` if the current day stays at the top, in place of the first row.
    pub(super) fn has_day_line(&self) -> bool {
        self.rows >= DAY_LINE_MIN_ROWS
    }

    /// The rows that the line with the current day leaves.
    pub(crate) fn readable_rows(&self) -> u16 {
        self.rows - u16::from(self.has_day_line())
    }

    /// Columns of the text; the last one stays empty beside the scroll bar.
    pub(super) fn text_width(&self) -> usize {
        usize::from(self.columns.saturating_sub(GUTTER_WIDTH + 1)).clamp(1, MAX_TEXT_WIDTH)
    }

    /// Returns `true` if the message is dated in the future.
    pub(crate) fn is_scheduled(&self, message: &Message) -> bool {
        message.is_future(self.now)
    }

    /// When a scheduled message stops being one.
    pub(crate) fn due_at(&self, message: &Message) -> Option<Timestamp> {
        message.due_at(self.now)
    }

    /// Returns `true` if the time of a message is shown in full, in a heading of its own: where every message
    /// shows its time, or if it is scheduled, or in the hour that is repeated in autumn.
    pub(crate) fn needs_full_time(&self, message: &Message) -> bool {
        let is_ambiguous = |posted| time_format::is_ambiguous(posted, self.zone);
        self.shows_message_times
            || self.is_scheduled(message)
            || message.posted.is_some_and(is_ambiguous)
    }

    /// The day a message belongs to.
    pub fn day(&self, message: &Message) -> Option<NaiveDate> {
        Some(time_format::local_date(message.sort_time()?, self.zone))
    }
}

impl TranscriptPane {
    /// The message that the view is anchored to; `None` if it follows.
    pub(super) fn anchored_index(&self) -> Option<usize> {
        match self.view.anchor {
            Anchor::Bottom => None,
            Anchor::At { message, .. } => {
                let index = self.transcript.index_of(message)?;
                Some(self.row_owner(index))
            }
        }
    }

    /// The first row on the screen.
    pub(super) fn top_row(&self, viewport: &Viewport<'_>) -> Option<RowIndex> {
        match self.view.anchor {
            Anchor::Bottom => self.last_page_top(viewport),
            Anchor::At {
                message,
                kind,
                rows_above,
            } => {
                let Some(index) = self.transcript.index_of(message) else {
                    return self.last_page_top(viewport);
                };
                let index = self.row_owner(index);
                let rows = self.message_rows(index, viewport);
                let row = rows
                    .partition_point(|row| row.kind <= kind)
                    .saturating_sub(1);
                let anchored = RowIndex {
                    message: index,
                    row,
                };
                Some(self.offset_by(anchored, -rows_above.cast_signed(), viewport))
            }
        }
    }

    /// The first row on the screen when the last row of the transcript is the last one on it.
    pub(super) fn last_page_top(&self, viewport: &Viewport<'_>) -> Option<RowIndex> {
        let message = self.transcript.len().checked_sub(1)?;
        let row = self.message_rows(message, viewport).len().saturating_sub(1);
        let last = RowIndex { message, row };
        let rows_above = viewport.rows.max(1) - 1;
        Some(self.offset_by(last, -isize::from(rows_above.cast_signed()), viewport))
    }

    /// The row this many rows further down, or up if negative, stopping at the ends.
    pub(super) fn offset_by(
        &self,
        from: RowIndex,
        rows: isize,
        viewport: &Viewport<'_>,
    ) -> RowIndex {
        let height_of = |message| self.message_rows(message, viewport).len().cast_signed();
        // The row relative to the message, which may be above or below its rows.
        let mut row = rows.saturating_add_unsigned(from.row);
        let mut message = self.row_owner(from.message);
        // Only once, as the message may be laid out for it.
        let mut height = height_of(message);
        while row < 0
            && let Some(above) = self.index_above(message)
        {
            message = above;
            height = height_of(message);
            row += height;
        }
        while row >= height
            && let Some(below) = self.index_below(message)
        {
            row -= height;
            message = below;
            height = height_of(message);
        }
        let row = row.clamp(0, height - 1);
        RowIndex {
            message,
            row: row.cast_unsigned(),
        }
    }
}
