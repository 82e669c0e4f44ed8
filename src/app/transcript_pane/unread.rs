//! What of a transcript was seen before: where the unread begin, how many there are, how far the
//! screen shows it now.
//!
//! Messages dated ahead are not seen before they are due.

use chrono::TimeDelta;

use super::message_layout::{Viewport, is_future};
use super::{ReadMark, TranscriptPane};
use crate::chat::{self, Message, Timestamp};

/// The list may tell of a message with a time so much later than the message's own.
pub const LIST_LAG: TimeDelta = TimeDelta::seconds(5);
/// What the list told so long ago is in the transcript by now, if there was anything to be in it.
const PULL_WINDOW: TimeDelta = TimeDelta::seconds(10);

impl TranscriptPane {
    /// The place of the first message after what was seen.
    pub fn first_unread_index(&self, position: chat::ReadPosition) -> usize {
        let newest = position.newest.and_then(|id| self.transcript.index_of(id));
        newest.map_or_else(
            || {
                let is_later = |message: &&Message| message.sort_time() > Some(position.until);
                let later = self.transcript.iter().rev().take_while(is_later).count();
                self.transcript.len() - later
            },
            |newest| newest + 1,
        )
    }

    /// How many messages from a place on are news and not dated ahead, counted up to a limit.
    pub fn count_unread(&self, first: usize, now: Timestamp, limit: usize) -> usize {
        let messages =
            (first..self.transcript.len()).filter_map(|index| self.transcript.get(index));
        messages
            .filter(|message| message.is_news() && !is_future(message, now))
            .take(limit)
            .count()
    }

    /// How far the screen shows it, if that is further than what was seen. `told` is when it moved
    /// last, as the list has it.
    pub fn read_position(
        &self,
        previous: chat::ReadPosition,
        listed_at: Option<Timestamp>,
        viewport: &Viewport<'_>,
    ) -> Option<chat::ReadPosition> {
        let end = self.newest_index(viewport.now)?;
        let index = if self.is_following() {
            end
        } else {
            self.visible_rows(viewport).last()?.message_index.min(end)
        };
        let message = self.transcript.get(index)?;
        let until = message.sort_time().unwrap_or(viewport.now);
        let is_covered = |listed_at: &Timestamp| {
            *listed_at <= until + LIST_LAG || *listed_at <= viewport.now - PULL_WINDOW
        };
        let listed_at = listed_at.filter(|listed_at| index == end && is_covered(listed_at));
        let on_screen = chat::ReadPosition {
            until: listed_at.map_or(until, |listed_at| listed_at.max(until)),
            newest: Some(message.id),
        };
        let is_further = index >= self.first_unread_index(previous)
            || (previous.newest.is_none() && self.is_following())
            || (previous.newest == on_screen.newest && on_screen.until > previous.until);
        is_further.then_some(on_screen)
    }

    /// The newest message that is not dated ahead.
    pub fn newest(&self, now: Timestamp) -> Option<&Message> {
        self.transcript.get(self.newest_index(now)?)
    }

    /// Draws the line where the unread begin above the message at a place, if any message is above it.
    pub fn set_unread_marker(&mut self, index: usize, now: Timestamp) {
        let future_count = self
            .current_read_mark(now)
            .map_or(0, |seen| seen.future_count);
        let before = index.checked_sub(1);
        let before = before.and_then(|before| self.transcript.get(before));
        let read_mark = before.map(|before| ReadMark {
            newest: before.id,
            future_count,
        });
        self.set_read_mark(read_mark);
    }

    fn newest_index(&self, now: Timestamp) -> Option<usize> {
        self.transcript
            .index_of(self.current_read_mark(now)?.newest)
    }
}
