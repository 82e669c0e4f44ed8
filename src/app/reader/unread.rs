//! What of a transcript was seen before: where the unread begin, how many there are, how far the
//! screen shows it now.
//!
//! Messages dated ahead are not seen before they are due.

use chrono::TimeDelta;

use super::block::{Lens, is_ahead};
use super::{Reader, Seen};
use crate::chat::{self, Timestamp, Said};

/// The list may tell of a message with a time so much later than the message's own.
pub const TOLD_LATER: TimeDelta = TimeDelta::seconds(5);
/// What the list told so long ago is in the transcript by now, if there was anything to be in it.
const PULLED_WITHIN: TimeDelta = TimeDelta::seconds(10);

impl Reader {
    /// The place of the first message after what was seen.
    pub fn first_unseen(&self, seen: chat::ReadPosition) -> usize {
        let newest = seen.newest.and_then(|id| self.transcript.index_of(id));
        newest.map_or_else(
            || {
                let is_later = |message: &Said<'_>| message.place() > Some(seen.until);
                let later = self.transcript.iter().rev().take_while(is_later).count();
                self.transcript.len() - later
            },
            |newest| newest + 1,
        )
    }

    /// How many messages from a place on are news and not dated ahead, counted up to a limit.
    pub fn news_from(&self, place: usize, now: Timestamp, limit: usize) -> usize {
        let messages =
            (place..self.transcript.len()).filter_map(|place| self.transcript.get(place));
        messages
            .filter(|message| message.is_news() && !is_ahead(message, now))
            .take(limit)
            .count()
    }

    /// How far the screen shows it, if that is further than what was seen. `told` is when it moved
    /// last, as the list has it.
    pub fn sees(
        &self,
        seen: chat::ReadPosition,
        told: Option<Timestamp>,
        lens: &Lens<'_>,
    ) -> Option<chat::ReadPosition> {
        let end = self.end(lens.now)?;
        let place = if self.is_following() {
            end
        } else {
            self.shown(lens).last()?.place.min(end)
        };
        let shown = self.transcript.get(place)?;
        let until = shown.place().unwrap_or(lens.now);
        let is_it =
            |told: &Timestamp| *told <= until + TOLD_LATER || *told <= lens.now - PULLED_WITHIN;
        let told = told.filter(|told| place == end && is_it(told));
        let on_screen = chat::ReadPosition {
            until: told.map_or(until, |told| told.max(until)),
            newest: Some(shown.id),
        };
        let is_further = place >= self.first_unseen(seen)
            || (seen.newest.is_none() && self.is_following())
            || (seen.newest == on_screen.newest && on_screen.until > seen.until);
        is_further.then_some(on_screen)
    }

    /// The newest message that is not dated ahead.
    pub fn newest(&self, now: Timestamp) -> Option<Said<'_>> {
        self.transcript.get(self.end(now)?)
    }

    /// Draws the line where the unread begin above the message at a place, if any message is above it.
    pub fn draw_unread_line(&mut self, place: usize, now: Timestamp) {
        let ahead = self.seen_by(now).map_or(0, |seen| seen.ahead);
        let before = place.checked_sub(1);
        let before = before.and_then(|before| self.transcript.get(before));
        let seen = before.map(|before| Seen {
            newest: before.id,
            ahead,
        });
        self.set_seen(seen);
    }

    fn end(&self, now: Timestamp) -> Option<usize> {
        self.transcript.index_of(self.seen_by(now)?.newest)
    }
}
