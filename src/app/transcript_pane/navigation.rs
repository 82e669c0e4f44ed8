//! Navigation by keys: rows, messages, jumps, follow and pause.
//!
//! Each of these sets the anchor and the selection; arriving messages never do.

use std::ops::RangeInclusive;

use super::message_layout::{LayoutRow, RowKind};
use super::viewport::{RowIndex, Viewport};
use super::{Anchor, Towards, TranscriptPane, VisibleRow};
use crate::chat::{Message, MessageId, Transcript};
use crate::text::TimePoint;

/// The first row of a message that is not blank.
fn first_shown(rows: &[LayoutRow]) -> usize {
    let is_blank = |row: &&LayoutRow| row.kind == RowKind::Blank;
    rows.iter().take_while(is_blank).count()
}

impl TranscriptPane {
    pub fn follow(&mut self) {
        self.view.anchor = Anchor::Bottom;
        self.view.selected_id = None;
        self.view.paused_at = None;
    }

    /// Stops following without moving a row. A selected message that a smaller window no longer shows is
    /// selected no more.
    pub fn pause(&mut self, viewport: &Viewport<'_>) {
        if self.is_following()
            && let Some(top) = self.top_row(viewport)
        {
            self.release_hidden_selection(viewport);
            let newest = self.transcript.last().map(|message| message.id);
            self.view.selected_id = self.view.selected_id.or(newest);
            self.view.paused_at = self.current_read_mark(viewport.now);
            // Before an unread line above is removed: the rows of its message are numbered anew.
            self.anchor_at(top, viewport);
            // An unread line on the screen stays: removing it would move rows.
            let unread = self.unread_marker_index();
            if !unread.is_some_and(|index| self.is_visible(index, viewport)) {
                self.set_read_mark(self.view.paused_at);
            }
        }
    }

    /// Moves the view down by rows, or up if negative. Follows once the end is reached; where nothing
    /// moves, nothing changes.
    pub fn scroll(&mut self, rows: isize, viewport: &Viewport<'_>) {
        let Some(top) = self.top_row(viewport) else {
            return;
        };
        let moved = self.offset_by(top, rows, viewport);
        let end = self.last_page_top(viewport);
        if rows > 0 && end.is_none_or(|end| moved >= end) {
            self.follow();
        } else if moved != top {
            self.pause_at(moved, viewport);
            let towards = if rows > 0 {
                Towards::Newer
            } else {
                Towards::Older
            };
            self.select_visible(towards, viewport);
        }
    }

    /// Selects the next or previous message, or moves the view by a row within one taller than it.
    pub(crate) fn select_relative(&mut self, towards: Towards, viewport: &Viewport<'_>) {
        let Some(index) = self.selected_index() else {
            return;
        };
        let below = self.shown_below(index);
        if towards == Towards::Newer && below.is_none() && self.is_following() {
            return;
        }
        let visible = self.readable_rows(viewport);
        let mut shown = visible.iter().filter(|row| row.message_index == index);
        if shown.clone().next().is_none() {
            self.select_visible(towards, viewport);
            return;
        }
        let rows = self.message_rows(index, viewport);
        let edge = match towards {
            Towards::Newer => rows.last(),
            Towards::Older => rows.get(first_shown(&rows)),
        };
        let edge = edge.map(|row| row.kind);
        if shown.all(|row| Some(row.row.kind) != edge) {
            if self.is_taller_than_view(index, viewport) {
                let rows = match towards {
                    Towards::Newer => 1,
                    Towards::Older => -1,
                };
                self.scroll(rows, viewport);
            } else {
                self.select(index, viewport);
            }
            return;
        }
        match (towards, below) {
            (Towards::Newer, Some(below)) => self.select(below, viewport),
            (Towards::Newer, None) => self.follow(),
            (Towards::Older, _) => {
                if let Some(above) = self.shown_above(index) {
                    self.select_from_below(above, viewport);
                }
            }
        }
    }

    /// Selects a message by moving up to it: of one taller than the view, the end comes first.
    fn select_from_below(&mut self, index: usize, viewport: &Viewport<'_>) {
        if !self.is_taller_than_view(index, viewport) {
            self.select(index, viewport);
        } else if let Some(top) = self.top_row(viewport) {
            let is_visible = self.is_visible(index, viewport);
            let last_top = self.last_top_showing(index, viewport);
            self.show(if is_visible { top } else { last_top }, index, viewport);
        }
    }

    /// Selects the oldest message.
    pub(crate) fn select_first(&mut self, viewport: &Viewport<'_>) {
        if !self.transcript.is_empty() {
            let first = RowIndex::start_of(self.row_owner(0));
            self.show(first, self.nearest_shown(0), viewport);
        }
    }

    /// Selects a message, scrolling no further than needed to show it.
    pub fn select(&mut self, index: usize, viewport: &Viewport<'_>) {
        let Some(top) = self.top_row(viewport).filter(|_| !self.is_hidden(index)) else {
            return;
        };
        let rows = self.message_rows(index, viewport);
        let row = first_shown(&rows);
        let begins_day = rows.get(row).is_some_and(|row| row.kind == RowKind::Day);
        let covered = isize::from(viewport.has_day_line() && !begins_day);
        let message = index;
        let first_top = self.offset_by(RowIndex { message, row }, -covered, viewport);
        let last_top = self.last_top_showing(index, viewport);
        self.show(top.max(last_top).min(first_top), index, viewport);
    }

    /// Selects a message and, unless it is on the screen, shows it a third of the way down. If it is hidden,
    /// all messages are shown again.
    pub(crate) fn center_on(&mut self, index: usize, viewport: &Viewport<'_>) {
        if self.is_hidden(index) {
            self.show_all(viewport);
        }
        let visible = self.readable_rows(viewport);
        let mut text_starts = visible.iter().filter(|row| row.is_first_text_row);
        if text_starts.all(|row| row.message_index != index) {
            let top = self.top_with_row_at_a_third(RowIndex::start_of(index), viewport);
            self.show(top, index, viewport);
        }
        self.select(index, viewport);
    }

    /// Selects the message of a row and, unless the row is on the screen, shows it a third of the way down.
    pub(super) fn center_on_row(&mut self, row: RowIndex, viewport: &Viewport<'_>) {
        let Some(mut top) = self.top_row(viewport) else {
            return;
        };
        let visible = self.visible_row_numbers(row.message, viewport);
        if !visible.is_some_and(|visible| visible.contains(&row.row)) {
            top = self.top_with_row_at_a_third(row, viewport);
        }
        self.show(top, row.message, viewport);
    }

    /// The first row of the view that shows a row a third of the way down, or further down at the end.
    fn top_with_row_at_a_third(&self, row: RowIndex, viewport: &Viewport<'_>) -> RowIndex {
        let above = isize::from(viewport.rows.cast_signed() / 3);
        let top = self.offset_by(row, -above, viewport);
        let end = self.last_page_top(viewport);
        end.map_or(top, |end| top.min(end))
    }

    /// The first and last row of a message on the screen, by number.
    pub(super) fn visible_row_numbers(
        &self,
        index: usize,
        viewport: &Viewport<'_>,
    ) -> Option<RangeInclusive<usize>> {
        let visible = self.readable_rows(viewport);
        let mut kinds = visible.iter().filter(|row| row.message_index == index);
        let first = kinds.next()?.row.kind;
        let last = kinds.next_back().map_or(first, |row| row.row.kind);
        let rows = self.message_rows(index, viewport);
        let number = |kind| rows.iter().position(|row| row.kind == kind);
        Some(number(first)?..=number(last)?)
    }

    /// Selects the next or previous message that matches a condition, by index. Returns `false` if there
    /// is none.
    fn select_next_where(
        &mut self,
        towards: Towards,
        viewport: &Viewport<'_>,
        is_wanted: impl Fn(&Transcript, usize) -> bool,
    ) -> bool {
        let Some(from) = self.selected_index() else {
            return false;
        };
        let is_wanted =
            |index: &usize| is_wanted(&self.transcript, *index) && !self.is_hidden(*index);
        let found = match towards {
            Towards::Newer => (from + 1..self.transcript.len()).find(is_wanted),
            Towards::Older => (0..from).rev().find(is_wanted),
        };
        if let Some(index) = found {
            self.center_on(index, viewport);
        }
        found.is_some()
    }

    /// Selects the next or previous special message.
    pub(crate) fn select_special(&mut self, towards: Towards, viewport: &Viewport<'_>) -> bool {
        self.select_next_where(towards, viewport, |transcript, index| {
            transcript.get(index).is_some_and(Message::is_special)
        })
    }

    /// Selects the first message of the customer's next or previous turn.
    pub(crate) fn select_turn(&mut self, towards: Towards, viewport: &Viewport<'_>) -> bool {
        self.select_next_where(towards, viewport, Transcript::begins_customer_turn)
    }

    /// Selects the first message from a time on. Returns `false` if there is none.
    pub(crate) fn select_first_since(&mut self, point: TimePoint, viewport: &Viewport<'_>) -> bool {
        let is_reached = |message: &Message| {
            let time = message.sort_time();
            time.is_some_and(|time| point.is_reached(time))
        };
        let found = self.transcript.iter().position(is_reached);
        if let Some(index) = found {
            self.center_on(index, viewport);
        }
        found.is_some()
    }

    /// Selects a message by its id and pauses there. Returns `false` if there is none.
    pub(crate) fn select_by_id(&mut self, id: MessageId, viewport: &Viewport<'_>) -> bool {
        let found = self.transcript.index_of(id);
        if let Some(index) = found {
            self.center_on(index, viewport);
            self.pause(viewport);
        }
        found.is_some()
    }

    /// Selects a message in a view that begins at this row. That is following if it is the newest one
    /// at the end, and it still is if the whole transcript is on the screen anyway.
    fn show(&mut self, top: RowIndex, selected: usize, viewport: &Viewport<'_>) {
        let end = self.last_page_top(viewport);
        let is_at_end = end.is_none_or(|end| top >= end);
        let shows_all = is_at_end && end == Some(RowIndex::start_of(self.row_owner(0)));
        if is_at_end && self.shown_below(selected).is_none() {
            self.follow();
            return;
        }
        let keeps_following = shows_all && self.is_following();
        if !keeps_following {
            self.pause_at(top, viewport);
        }
        self.view.selected_id = self.transcript.get(selected).map(|message| message.id);
    }

    /// Pauses in a view that begins at this row, which is found before an unread line is removed: the rows
    /// of its message are numbered anew.
    fn pause_at(&mut self, top: RowIndex, viewport: &Viewport<'_>) {
        let anchor = self.anchor_for(top, viewport);
        self.pause(viewport);
        self.view.anchor = anchor.unwrap_or(self.view.anchor);
    }

    pub(super) fn anchor_at(&mut self, top: RowIndex, viewport: &Viewport<'_>) {
        if let Some(anchor) = self.anchor_for(top, viewport) {
            self.view.anchor = anchor;
        }
    }

    /// The anchor of a view that begins at this row: the first row with text from there on.
    fn anchor_for(&self, top: RowIndex, viewport: &Viewport<'_>) -> Option<Anchor> {
        let mut rows_above = 0;
        let mut skip = top.row;
        // More than one message only where the first one is hidden: its row has no text.
        for index in self.indices_from(top.message) {
            let rows = self.message_rows(index, viewport);
            let below = rows.iter().skip(std::mem::take(&mut skip));
            let mut texts = (rows_above..).zip(below.clone());
            if let Some((rows_above, row)) = texts.find(|(_, row)| row.kind.is_text()) {
                return Some(Anchor::At {
                    message: self.transcript.get(index)?.id,
                    kind: row.kind,
                    rows_above,
                });
            }
            rows_above += below.count();
        }
        None
    }

    /// While following, a selected message that has left the screen is selected no more.
    pub(crate) fn release_hidden_selection(&mut self, viewport: &Viewport<'_>) {
        if self.is_following()
            && self.view.selected_id.is_some()
            && let Some(index) = self.selected_index()
            && !self.is_visible(index, viewport)
        {
            self.view.selected_id = None;
        }
    }

    /// Selects a message on the screen unless the selected one is there: the first one that a move in this
    /// direction comes to.
    fn select_visible(&mut self, towards: Towards, viewport: &Viewport<'_>) {
        if self
            .selected_index()
            .is_some_and(|index| self.is_visible(index, viewport))
        {
            return;
        }
        let visible = self.readable_rows(viewport);
        let edge = match towards {
            Towards::Newer => visible.first(),
            Towards::Older => visible.last(),
        };
        let message = edge.and_then(|row| self.transcript.get(row.message_index));
        self.view.selected_id = message.map(|message| message.id);
    }

    /// The first row of the view that ends with a message.
    fn last_top_showing(&self, index: usize, viewport: &Viewport<'_>) -> RowIndex {
        let rows = self.message_rows(index, viewport).len().cast_signed();
        let overflow = rows - isize::from(viewport.rows.cast_signed());
        self.offset_by(RowIndex::start_of(index), overflow, viewport)
    }

    pub(super) fn is_taller_than_view(&self, index: usize, viewport: &Viewport<'_>) -> bool {
        let rows = self.message_rows(index, viewport);
        rows.len() - first_shown(&rows) > usize::from(viewport.readable_rows())
    }

    /// The rows of messages on the screen, without the one that the current day covers.
    fn readable_rows(&self, viewport: &Viewport<'_>) -> Vec<VisibleRow> {
        let mut visible = self.visible_rows(viewport);
        visible.retain(|row| !row.is_covered && !matches!(row.row.kind, RowKind::Gap(_)));
        visible
    }

    fn is_visible(&self, index: usize, viewport: &Viewport<'_>) -> bool {
        self.readable_rows(viewport)
            .iter()
            .any(|row| row.message_index == index)
    }
}
