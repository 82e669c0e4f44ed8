//! Read position within one transcript: where the unread messages begin, how many there are, and how
//! far the user has read.
//!
//! Messages dated in the future do not count as seen before they are due.

use chrono::TimeDelta;

use super::message_layout::RowKind;
use super::viewport::Viewport;
use super::{TranscriptPane, VisibleRow};
use crate::chat::{self, Message, MessageId, Timestamp};

/// The time of the last activity in the session list may be this much later than the message itself.
pub(crate) const LIST_LAG: TimeDelta = TimeDelta::seconds(5);
/// Activity that the list reported this long ago has been pulled since, if it was a message.
const PULL_WINDOW: TimeDelta = TimeDelta::seconds(10);

/// How far a transcript had been seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReadMark {
    /// The newest message then, future messages aside.
    pub(super) newest: MessageId,
    /// How many future messages were below it already.
    pub(super) future_count: usize,
}

impl TranscriptPane {
    /// The index of the first message after a read position.
    pub(crate) fn first_unread_index(&self, position: chat::ReadPosition) -> usize {
        let newest = position.newest.and_then(|id| self.transcript.index_of(id));
        // A later message with that id is another one: the service was restored from a backup.
        let is_same = |index: &usize| {
            let message = self.transcript.get(*index);
            message.is_some_and(|message| message.sort_time() <= Some(position.until))
        };
        let newest = newest.filter(is_same);
        if let Some(newest) = newest {
            return newest + 1;
        }
        let is_later = |message: &&Message| message.sort_time() > Some(position.until);
        self.transcript.len() - self.transcript.iter().rev().take_while(is_later).count()
    }

    /// How many messages from an index on count as unread, up to a limit. Future ones do not.
    pub(crate) fn count_unread(&self, first: usize, now: Timestamp, limit: usize) -> usize {
        let counts = |message: &&Message| message.is_news() && !message.is_future(now);
        self.transcript
            .iter()
            .skip(first)
            .filter(counts)
            .take(limit)
            .count()
    }

    /// The first message after a read position that counts as unread.
    pub(crate) fn first_unread(
        &self,
        position: chat::ReadPosition,
        now: Timestamp,
    ) -> Option<&Message> {
        let later = self
            .transcript
            .iter()
            .skip(self.first_unread_index(position));
        let mut unread = later.filter(|message| message.is_news() && !message.is_future(now));
        unread.next()
    }

    /// Selects the first message after a read position that counts as unread, with the unread line above
    /// it. Returns `false` if there is none.
    pub(crate) fn select_first_unread(
        &mut self,
        position: chat::ReadPosition,
        viewport: &Viewport<'_>,
    ) -> bool {
        let first = self.first_unread(position, viewport.now);
        let Some(index) = first.and_then(|first| self.transcript.index_of(first.id)) else {
            return false;
        };
        // Pausing drops an unread line that is not on the screen, so it is set once the view has moved; its
        // row may push the message out of a low window.
        self.center_on(index, viewport);
        self.set_unread_marker(index, viewport.now);
        self.select(index, viewport);
        true
    }

    /// How many messages have arrived since following ended and are below the visible rows.
    pub(crate) fn new_message_count(&self, visible: &[VisibleRow]) -> usize {
        match (self.view.paused_at, visible.last()) {
            (Some(read_mark), Some(last)) if !self.is_following() => {
                let below = self.transcript.len() - 1 - last.message_index;
                let count = self.count_new_since(read_mark);
                // Which of the messages below are new is known only without those of the future.
                match read_mark.future_count {
                    0 => count.min(below),
                    _ => count,
                }
            }
            _ => 0,
        }
    }

    /// How far the user has read, if that is further than `previous`. `listed_at` is the last activity
    /// according to the session list.
    pub(crate) fn read_position(
        &self,
        previous: chat::ReadPosition,
        listed_at: Option<Timestamp>,
        viewport: &Viewport<'_>,
    ) -> Option<chat::ReadPosition> {
        let end = self.newest_index(viewport.now)?;
        let index = if self.is_following() && !self.shows_only_matches() {
            end
        } else {
            let visible = self.visible_rows(viewport);
            let is_gap = |row: &VisibleRow| matches!(row.row.kind, RowKind::Gap(_));
            let mut shown = visible.iter().rev().filter(|row| !is_gap(row));
            shown.next()?.message_index.min(end)
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

    /// The newest message that does not lie in the future.
    pub fn newest(&self, now: Timestamp) -> Option<&Message> {
        self.transcript.get(self.newest_index(now)?)
    }

    /// Records that the user looks elsewhere: messages that arrive from now on are unread.
    pub(crate) fn on_blur(&mut self, now: Timestamp) {
        if self.is_following() {
            self.set_read_mark(self.current_read_mark(now));
        }
    }

    /// Shows the unread line above a message, unless that is the first one.
    pub(crate) fn set_unread_marker(&mut self, index: usize, now: Timestamp) {
        let before = index.checked_sub(1).and_then(|it| self.transcript.get(it));
        let current = before.zip(self.current_read_mark(now));
        let read_mark = current.map(|(before, current)| ReadMark {
            newest: before.id,
            ..current
        });
        self.set_read_mark(read_mark);
    }

    pub(super) fn set_read_mark(&mut self, read_mark: Option<ReadMark>) {
        let before = self.unread_marker_index();
        self.view.read_mark = read_mark;
        self.invalidate_if_unread_marker_moved(before);
    }

    /// Drops cached rows if the unread line is no longer where it was: it is a row of its message.
    pub(super) fn invalidate_if_unread_marker_moved(&mut self, before: Option<usize>) {
        let after = self.unread_marker_index();
        if before != after
            && let Some(first) = before.into_iter().chain(after).min()
        {
            self.layout_cache.invalidate_from(first);
        }
    }

    /// The message with the unread line above it.
    pub(super) fn unread_marker_index(&self) -> Option<usize> {
        let read_mark = self.view.read_mark?;
        (self.count_new_since(read_mark) > 0).then_some(())?;
        Some(self.transcript.index_of(read_mark.newest)? + 1)
    }

    /// The mark of a transcript seen to its end. Future messages stay below whatever arrives.
    pub(super) fn current_read_mark(&self, now: Timestamp) -> Option<ReadMark> {
        let messages = self.transcript.iter().rev();
        let future = messages.take_while(|message| message.is_future(now));
        let future_count = future.count() % self.transcript.len().max(1);
        let newest = self.transcript.iter().rev().nth(future_count)?.id;
        Some(ReadMark {
            newest,
            future_count,
        })
    }

    /// How many messages have arrived below a read mark.
    fn count_new_since(&self, read_mark: ReadMark) -> usize {
        let index = self.transcript.index_of(read_mark.newest);
        index.map_or(0, |index| {
            (self.transcript.len() - 1 - index).saturating_sub(read_mark.future_count)
        })
    }

    fn newest_index(&self, now: Timestamp) -> Option<usize> {
        self.transcript
            .index_of(self.current_read_mark(now)?.newest)
    }
}
