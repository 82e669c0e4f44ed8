//! How keys move the reader: rows, messages, jumps, follow and pause.
//!
//! Every motion ends in an anchor and a selection; nothing else changes them.

use super::block::Lens;
use super::search::{Outcome, Search, Wish};
use super::{Anchor, Position, Reader, SEARCHED};

impl Reader {
    /// Follows the newest message.
    pub fn follow(&mut self) {
        self.stay();
        self.anchor = Anchor::Bottom;
        self.selected = None;
        self.paused_at = None;
    }

    /// Stops following and stays at what is on the screen.
    pub fn pause(&mut self, lens: &Lens<'_>) {
        self.stay();
        if self.is_following()
            && let Some(top) = self.top(lens)
        {
            self.selected = self
                .selected
                .or(self.transcript.last().map(|message| message.id));
            self.paused_at = self.seen_by(lens.now);
            // The unread line goes once its message has left the screen: any sooner, and rows would move.
            let unread = self.unread_from();
            let shown = self.shown(lens);
            if !shown.iter().any(|shown| Some(shown.place) == unread) {
                self.set_seen(self.paused_at);
            }
            self.anchor_at(top, lens);
        }
    }

    /// Moves the view by rows, down for positive ones; at the end it follows.
    pub fn scroll(&mut self, rows: isize, lens: &Lens<'_>) {
        self.pause(lens);
        let Some(top) = self.top(lens) else { return };
        let moved = self.walk(top, rows, lens);
        if rows > 0 && self.bottom_top(lens).is_none_or(|bottom| moved >= bottom) {
            self.follow();
            return;
        }
        self.anchor_at(moved, lens);
        self.select_shown(rows > 0, lens);
    }

    /// Moves the selection by one message, or the view by a row within a message taller than it.
    pub fn step(&mut self, down: bool, lens: &Lens<'_>) {
        let Some(place) = self.selected_place() else {
            return;
        };
        if down && self.is_following() {
            return;
        }
        self.pause(lens);
        let shown = self.shown(lens);
        if !shown.iter().any(|row| row.place == place) {
            self.select_shown(down, lens);
            return;
        }
        let rows = self.rows(place, lens);
        let edge = if down { rows.last() } else { rows.first() };
        if !shown
            .iter()
            .any(|shown| shown.place == place && Some(shown.row.spot) == edge.map(|row| row.spot))
        {
            self.scroll(if down { 1 } else { -1 }, lens);
            return;
        }
        let next = if down {
            place + 1
        } else {
            place.saturating_sub(1)
        };
        if next >= self.transcript.len() {
            self.follow();
        } else if next != place {
            self.select(next, lens);
        }
    }

    /// Goes to the oldest message.
    pub fn first(&mut self, lens: &Lens<'_>) {
        if !self.transcript.is_empty() {
            self.pause(lens);
            self.selected = self.transcript.get(0).map(|message| message.id);
            self.anchor_at((0, 0), lens);
        }
    }

    /// Selects a message and brings it into sight, moving the view no further than needed.
    pub fn select(&mut self, place: usize, lens: &Lens<'_>) {
        self.pause(lens);
        self.selected = self.transcript.get(place).map(|message| message.id);
        let rows = self.rows(place, lens).len();
        let Some(top) = self.top(lens) else { return };
        let last_top = self.walk(
            (place, 0),
            rows.cast_signed() - isize::from(lens.rows.cast_signed()),
            lens,
        );
        let first_row = (place, 0);
        if top > first_row {
            self.anchor_at(first_row, lens);
        } else if top < last_top {
            self.anchor_at(last_top.min(first_row), lens);
        }
    }

    /// Selects a message far away and shows what is around it, unless it is in sight already.
    pub fn jump(&mut self, place: usize, lens: &Lens<'_>) {
        if !self
            .shown(lens)
            .iter()
            .any(|shown| shown.place == place && shown.is_first)
        {
            self.pause(lens);
            let top = self.walk((place, 0), -isize::from(lens.rows.cast_signed() / 3), lens);
            let top = self.bottom_top(lens).map_or(top, |bottom| top.min(bottom));
            self.anchor_at(top, lens);
        }
        self.select(place, lens);
    }

    /// Goes to the next special message, or the one before; tells whether there is one.
    pub fn special(&mut self, forward: bool, lens: &Lens<'_>) -> bool {
        let Some(from) = self.selected_place() else {
            return false;
        };
        let is_special = |place: &usize| {
            self.transcript
                .get(*place)
                .is_some_and(|message| message.is_special())
        };
        let found = if forward {
            (from + 1..self.transcript.len()).find(is_special)
        } else {
            (0..from).rev().find(is_special)
        };
        if let Some(place) = found {
            self.jump(place, lens);
        }
        found.is_some()
    }

    /// Searches, and goes to the nearest hit: back from the newest while following, else on from
    /// the selected message. No words end the search.
    pub fn search_for(&mut self, words: &str, lens: &Lens<'_>) -> Option<Outcome> {
        let wish = Wish {
            forward: !self.is_following(),
            here: true,
        };
        let from = self.selected_place().unwrap_or(0);
        self.search = Search::new(words, from, wish, &self.transcript);
        self.look(lens)
    }

    /// Goes to the next hit, or the one before, as soon as it is found.
    pub fn next_hit(&mut self, forward: bool, lens: &Lens<'_>) -> Option<Outcome> {
        let wish = Wish {
            forward,
            here: false,
        };
        self.search.as_mut()?.wish(Some(wish));
        self.look(lens)
    }

    /// Searches one more slice, and goes where the person wished to go once that is found.
    pub(super) fn look(&mut self, lens: &Lens<'_>) -> Option<Outcome> {
        let from = self.selected_place().unwrap_or(0);
        let search = self.search.as_mut()?;
        if !search.is_complete(&self.transcript) {
            search.look(&self.transcript, SEARCHED);
        }
        let (outcome, place) = search.fulfil(from, &self.transcript)?;
        if let Some(place) = place {
            self.jump(place, lens);
        }
        Some(outcome)
    }

    /// Whoever moves elsewhere does not want to be taken to a hit any more.
    fn stay(&mut self) {
        if let Some(search) = &mut self.search {
            search.wish(None);
        }
    }

    fn anchor_at(&mut self, (place, row): Position, lens: &Lens<'_>) {
        let spot = self.rows(place, lens).get(row).map(|row| row.spot);
        if let (Some(message), Some(spot)) = (self.transcript.get(place), spot) {
            self.anchor = Anchor::At {
                message: message.id,
                spot,
            };
        }
    }

    /// Keeps the selection on the screen: the first message that begins there, or the last.
    fn select_shown(&mut self, from_top: bool, lens: &Lens<'_>) {
        let shown = self.shown(lens);
        if shown
            .iter()
            .any(|row| Some(row.place) == self.selected_place())
        {
            return;
        }
        let edge = if from_top {
            shown.first()
        } else {
            shown.last()
        };
        self.selected = edge
            .and_then(|row| self.transcript.get(row.place))
            .map(|message| message.id);
    }
}
