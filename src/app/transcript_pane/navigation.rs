//! How keys move the reader: rows, messages, jumps, follow and pause.
//!
//! Every motion ends in an anchor and a selection; nothing else changes them.

use super::message_layout::Viewport;
use super::search::{Search, SearchResult, Wish};
use super::{Anchor, RowIndex, SEARCHED, TranscriptPane};
use crate::chat::Message;

impl TranscriptPane {
    /// Follows the newest message.
    pub fn follow(&mut self) {
        self.cancel_pending_jump();
        self.anchor = Anchor::Bottom;
        self.selected_id = None;
        self.paused_at = None;
    }

    /// Stops following and stays at what is on the screen.
    pub fn pause(&mut self, viewport: &Viewport<'_>) {
        self.cancel_pending_jump();
        if self.is_following()
            && let Some(top) = self.top_row(viewport)
        {
            self.selected_id = self
                .selected_id
                .or(self.transcript.last().map(|message| message.id));
            self.paused_at = self.current_read_mark(viewport.now);
            // The unread line goes once its message has left the screen: any sooner, and rows would move.
            let unread = self.unread_marker_index();
            let visible = self.visible_rows(viewport);
            if !visible
                .iter()
                .any(|shown| Some(shown.message_index) == unread)
            {
                self.set_read_mark(self.paused_at);
            }
            self.anchor_at(top, viewport);
        }
    }

    /// Moves the view by rows, down for positive ones; at the end it follows.
    pub fn scroll(&mut self, rows: isize, viewport: &Viewport<'_>) {
        self.pause(viewport);
        let Some(top) = self.top_row(viewport) else {
            return;
        };
        let moved = self.offset_by(top, rows, viewport);
        if rows > 0
            && self
                .last_page_top(viewport)
                .is_none_or(|bottom| moved >= bottom)
        {
            self.follow();
            return;
        }
        self.anchor_at(moved, viewport);
        self.select_visible(rows > 0, viewport);
    }

    /// Moves the selection by one message, or the view by a row within a message taller than it.
    pub fn select_relative(&mut self, down: bool, viewport: &Viewport<'_>) {
        let Some(index) = self.selected_index() else {
            return;
        };
        if down && self.is_following() {
            return;
        }
        self.pause(viewport);
        let visible = self.visible_rows(viewport);
        if !visible.iter().any(|row| row.message_index == index) {
            self.select_visible(down, viewport);
            return;
        }
        let rows = self.message_rows(index, viewport);
        let edge = if down { rows.last() } else { rows.first() };
        if !visible.iter().any(|shown| {
            shown.message_index == index && Some(shown.row.kind) == edge.map(|row| row.kind)
        }) {
            self.scroll(if down { 1 } else { -1 }, viewport);
            return;
        }
        let next = if down {
            index + 1
        } else {
            index.saturating_sub(1)
        };
        if next >= self.transcript.len() {
            self.follow();
        } else if next != index {
            self.select(next, viewport);
        }
    }

    /// Goes to the oldest message.
    pub fn select_first(&mut self, viewport: &Viewport<'_>) {
        if !self.transcript.is_empty() {
            self.pause(viewport);
            self.selected_id = self.transcript.get(0).map(|message| message.id);
            self.anchor_at((0, 0), viewport);
        }
    }

    /// Selects a message and brings it into sight, moving the view no further than needed.
    pub fn select(&mut self, index: usize, viewport: &Viewport<'_>) {
        self.pause(viewport);
        self.selected_id = self.transcript.get(index).map(|message| message.id);
        let rows = self.message_rows(index, viewport).len();
        let Some(top) = self.top_row(viewport) else {
            return;
        };
        let last_top = self.offset_by(
            (index, 0),
            rows.cast_signed() - isize::from(viewport.rows.cast_signed()),
            viewport,
        );
        let first_row = (index, 0);
        if top > first_row {
            self.anchor_at(first_row, viewport);
        } else if top < last_top {
            self.anchor_at(last_top.min(first_row), viewport);
        }
    }

    /// Selects a message far away and shows what is around it, unless it is in sight already.
    pub fn center_on(&mut self, index: usize, viewport: &Viewport<'_>) {
        if !self
            .visible_rows(viewport)
            .iter()
            .any(|shown| shown.message_index == index && shown.is_first_text_row)
        {
            self.pause(viewport);
            let top = self.offset_by(
                (index, 0),
                -isize::from(viewport.rows.cast_signed() / 3),
                viewport,
            );
            let top = self
                .last_page_top(viewport)
                .map_or(top, |bottom| top.min(bottom));
            self.anchor_at(top, viewport);
        }
        self.select(index, viewport);
    }

    /// Goes to the next special message, or the one before; tells whether there is one.
    pub fn next_special(&mut self, forward: bool, viewport: &Viewport<'_>) -> bool {
        let Some(from) = self.selected_index() else {
            return false;
        };
        let is_special =
            |index: &usize| self.transcript.get(*index).is_some_and(Message::is_special);
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

    /// Searches, and goes to the nearest hit: back from the newest while following, else on from
    /// the selected message. No words end the search.
    pub fn search_for(&mut self, query: &str, viewport: &Viewport<'_>) -> Option<SearchResult> {
        let wish = Wish {
            forward: !self.is_following(),
            here: true,
        };
        let from = self.selected_index().unwrap_or(0);
        self.search = Search::new(query, from, wish, &self.transcript);
        self.continue_search(viewport)
    }

    /// Goes to the next hit, or the one before, as soon as it is found.
    pub fn next_match(&mut self, forward: bool, viewport: &Viewport<'_>) -> Option<SearchResult> {
        let wish = Wish {
            forward,
            here: false,
        };
        self.search.as_mut()?.wish(Some(wish));
        self.continue_search(viewport)
    }

    /// Searches one more slice, and goes where the person wished to go once that is found.
    pub(super) fn continue_search(&mut self, viewport: &Viewport<'_>) -> Option<SearchResult> {
        let from = self.selected_index().unwrap_or(0);
        let search = self.search.as_mut()?;
        if !search.is_complete(&self.transcript) {
            search.look(&self.transcript, SEARCHED);
        }
        let (outcome, index) = search.fulfil(from, &self.transcript)?;
        if let Some(index) = index {
            self.center_on(index, viewport);
        }
        Some(outcome)
    }

    /// Whoever moves elsewhere does not want to be taken to a hit any more.
    fn cancel_pending_jump(&mut self) {
        if let Some(search) = &mut self.search {
            search.wish(None);
        }
    }

    fn anchor_at(&mut self, (index, row): RowIndex, viewport: &Viewport<'_>) {
        let spot = self
            .message_rows(index, viewport)
            .get(row)
            .map(|row| row.kind);
        if let (Some(message), Some(spot)) = (self.transcript.get(index), spot) {
            self.anchor = Anchor::At {
                message: message.id,
                spot,
            };
        }
    }

    /// Keeps the selection on the screen: the first message that begins there, or the last.
    fn select_visible(&mut self, from_top: bool, viewport: &Viewport<'_>) {
        let visible = self.visible_rows(viewport);
        if visible
            .iter()
            .any(|row| Some(row.message_index) == self.selected_index())
        {
            return;
        }
        let edge = if from_top {
            visible.first()
        } else {
            visible.last()
        };
        self.selected_id = edge
            .and_then(|row| self.transcript.get(row.message_index))
            .map(|message| message.id);
    }
}
