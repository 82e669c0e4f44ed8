//! Navigation by keys: rows, messages, jumps, follow and pause.
//!
//! Each of these sets the anchor and the selection; arriving messages never do.

use super::viewport::{RowIndex, Viewport};
use super::{Anchor, TranscriptPane};
use crate::chat::Message;

impl TranscriptPane {
    pub fn follow(&mut self) {
        self.view.anchor = Anchor::Bottom;
        self.view.selected_id = None;
        self.view.paused_at = None;
    }

    /// Stops following without moving a row.
    pub fn pause(&mut self, viewport: &Viewport<'_>) {
        if self.is_following()
            && let Some(top) = self.top_row(viewport)
        {
            let newest = self.transcript.last().map(|message| message.id);
            self.view.selected_id = self.view.selected_id.or(newest);
            self.view.paused_at = self.current_read_mark(viewport.now);
            // An unread line on the screen stays: removing it would move rows.
            let unread = self.unread_marker_index();
            if !unread.is_some_and(|index| self.is_visible(index, viewport)) {
                self.set_read_mark(self.view.paused_at);
            }
            self.anchor_at(top, viewport);
        }
    }

    /// Moves the view down by rows, or up if negative. Follows once the end is reached.
    pub fn scroll(&mut self, rows: isize, viewport: &Viewport<'_>) {
        self.pause(viewport);
        let Some(top) = self.top_row(viewport) else {
            return;
        };
        let moved = self.offset_by(top, rows, viewport);
        let end = self.last_page_top(viewport);
        if rows > 0 && end.is_none_or(|end| moved >= end) {
            self.follow();
            return;
        }
        self.anchor_at(moved, viewport);
        self.select_visible(rows > 0, viewport);
    }

    /// Selects the next or previous message, or moves the view by a row within one taller than it.
    pub fn select_relative(&mut self, down: bool, viewport: &Viewport<'_>) {
        let Some(index) = self.selected_index() else {
            return;
        };
        if down && self.is_following() {
            return;
        }
        self.pause(viewport);
        if !self.is_visible(index, viewport) {
            self.select_visible(down, viewport);
            return;
        }
        let rows = self.message_rows(index, viewport);
        let edge = if down { rows.last() } else { rows.first() };
        let edge = edge.map(|row| row.kind);
        let visible = self.visible_rows(viewport);
        let mut kinds = visible.iter().filter(|row| row.message_index == index);
        if kinds.all(|shown| Some(shown.row.kind) != edge) {
            self.scroll(if down { 1 } else { -1 }, viewport);
        } else if down && index + 1 == self.transcript.len() {
            self.follow();
        } else if down {
            self.select(index + 1, viewport);
        } else if index > 0 {
            self.select(index - 1, viewport);
        }
    }

    /// Selects the oldest message.
    pub fn select_first(&mut self, viewport: &Viewport<'_>) {
        if !self.transcript.is_empty() {
            self.pause(viewport);
            self.view.selected_id = self.transcript.get(0).map(|message| message.id);
            self.anchor_at(RowIndex::start_of(0), viewport);
        }
    }

    /// Selects a message, scrolling no further than needed to show it.
    pub fn select(&mut self, index: usize, viewport: &Viewport<'_>) {
        self.pause(viewport);
        self.view.selected_id = self.transcript.get(index).map(|message| message.id);
        let rows = self.message_rows(index, viewport).len();
        let Some(top) = self.top_row(viewport) else {
            return;
        };
        let first_row = RowIndex::start_of(index);
        let overflow = rows.cast_signed() - isize::from(viewport.rows.cast_signed());
        let last_top = self.offset_by(first_row, overflow, viewport);
        if top > first_row {
            self.anchor_at(first_row, viewport);
        } else if top < last_top {
            self.anchor_at(last_top.min(first_row), viewport);
        }
    }

    /// Selects a message and, unless it is on the screen, shows it a third of the way down.
    pub fn center_on(&mut self, index: usize, viewport: &Viewport<'_>) {
        let visible = self.visible_rows(viewport);
        let mut text_starts = visible.iter().filter(|row| row.is_first_text_row);
        if text_starts.all(|row| row.message_index != index) {
            self.pause(viewport);
            let above = isize::from(viewport.rows.cast_signed() / 3);
            let top = self.offset_by(RowIndex::start_of(index), -above, viewport);
            let end = self.last_page_top(viewport);
            self.anchor_at(end.map_or(top, |end| top.min(end)), viewport);
        }
        self.select(index, viewport);
    }

    /// Selects the next or previous special message. Returns `false` if there is none.
    pub fn next_special(&mut self, forward: bool, viewport: &Viewport<'_>) -> bool {
        let Some(from) = self.selected_index() else {
            return false;
        };
        let is_special =
            |&index: &usize| self.transcript.get(index).is_some_and(Message::is_special);
        let found = if forward {
            (from + 1..self.transcript.len()).find(is_special)
        } else {
            (0..from).rev().find(is_special)
        };
        if let Some(index) = found {
            self.center_on(index, viewport);
        }
        found.is_some()
    }

    fn anchor_at(&mut self, top: RowIndex, viewport: &Viewport<'_>) {
        let rows = self.message_rows(top.message, viewport);
        let kind = rows.get(top.row).map(|row| row.kind);
        if let (Some(message), Some(kind)) = (self.transcript.get(top.message), kind) {
            self.view.anchor = Anchor::At {
                message: message.id,
                kind,
            };
        }
    }

    /// Selects the first or last message on the screen unless the selected one is there.
    fn select_visible(&mut self, from_top: bool, viewport: &Viewport<'_>) {
        if self
            .selected_index()
            .is_some_and(|index| self.is_visible(index, viewport))
        {
            return;
        }
        let visible = self.visible_rows(viewport);
        let edge = if from_top {
            visible.first()
        } else {
            visible.last()
        };
        let message = edge.and_then(|row| self.transcript.get(row.message_index));
        self.view.selected_id = message.map(|message| message.id);
    }

    fn is_visible(&self, index: usize, viewport: &Viewport<'_>) -> bool {
        self.visible_rows(viewport)
            .iter()
            .any(|row| row.message_index == index)
    }
}
