//! What of a transcript was seen before: where the unread begin, how many there are, how far the
//! screen shows it now.
//!
//! Messages dated ahead are not seen before they are due.

use super::block::{Lens, is_ahead};
use super::{Reader, Seen};
use crate::chat::{self, Moment, Said};

impl Reader {
    /// The place of the first message after what was seen.
    pub fn first_unseen(&self, seen: chat::Seen) -> usize {
        let newest = seen.newest.and_then(|id| self.transcript.place_of(id));
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
    pub fn news_from(&self, place: usize, now: Moment, limit: usize) -> usize {
        let messages =
            (place..self.transcript.len()).filter_map(|place| self.transcript.get(place));
        messages
            .filter(|message| message.is_news() && !is_ahead(message, now))
            .take(limit)
            .count()
    }

    /// The newest message that the screen shows, or has scrolled past.
    pub fn newest_shown(&self, lens: &Lens<'_>) -> Option<Said<'_>> {
        let end = self.end(lens.now)?;
        let place = if self.is_following() {
            end
        } else {
            self.shown(lens).last()?.place.min(end)
        };
        self.transcript.get(place)
    }

    /// The newest message that is not dated ahead.
    pub fn newest(&self, now: Moment) -> Option<Said<'_>> {
        self.transcript.get(self.end(now)?)
    }

    /// Draws the line where the unread begin above the message at a place, if any message is above it.
    pub fn draw_unread_line(&mut self, place: usize, now: Moment) {
        let ahead = self.seen_by(now).map_or(0, |seen| seen.ahead);
        let before = place.checked_sub(1);
        let before = before.and_then(|before| self.transcript.get(before));
        self.seen = before.map(|before| Seen {
            newest: before.id,
            ahead,
        });
    }

    fn end(&self, now: Moment) -> Option<usize> {
        self.transcript.place_of(self.seen_by(now)?.newest)
    }
}
