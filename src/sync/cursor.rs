//! How far a session has been read, and what of it may still change.
//!
//! Ids are handed out before rows are committed, so a pull asks from a few ids earlier; and the
//! customer's read mark appears on rows already pulled, so the overlap reaches back to them. Where
//! it reaches back to the first message of a short session, it reaches below it as well.

use std::collections::BTreeMap;

use crate::chat::{Direction, Message, MessageId};

/// Ids that every pull asks for again.
const OVERLAP_IDS: usize = 8;
/// Ids remembered, and asked for again as long as one of them waits for its read mark.
const MAX_TRACKED_IDS: usize = 64;

/// The newest messages of a session, as far as it has been read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PullCursor {
    /// The newest ids, and whether each still waits for its read mark.
    newest: BTreeMap<MessageId, bool>,
    /// Whether there were more than are remembered.
    truncated: bool,
    /// Whether the session was read before, and is read from its start again.
    is_restarted: bool,
}

impl PullCursor {
    /// Begins at the start once more.
    pub(super) fn restart(&self) -> Self {
        Self {
            is_restarted: !self.is_new(),
            ..Self::default()
        }
    }

    /// Tells whether nothing has been read yet, so that somebody waits for the first messages.
    pub(super) fn is_new(&self) -> bool {
        self.newest.is_empty() && !self.is_restarted
    }

    /// Notes what an answer brought.
    pub(super) fn observe(&mut self, page: &[Message]) {
        self.truncated |= page.iter().filter(|it| !it.id.is_synthetic()).count() > MAX_TRACKED_IDS;
        if page.is_sorted_by(|one, next| one.id < next.id) {
            // All but the newest would only pass through.
            for message in page.iter().rev().take(MAX_TRACKED_IDS) {
                self.observe_one(message);
            }
        } else {
            for message in page {
                self.observe_one(message);
            }
        }
    }

    fn observe_one(&mut self, message: &Message) {
        if message.id.is_synthetic() {
            return;
        }
        let waits = message.direction == Direction::ToCustomer && !message.read_by_customer;
        self.newest.insert(message.id, waits);
        if self.newest.len() > MAX_TRACKED_IDS {
            self.newest.pop_first();
            self.truncated = true;
        }
    }

    /// The newest id.
    pub(super) fn newest(&self) -> Option<MessageId> {
        self.newest.keys().next_back().copied()
    }

    /// What the next pull asks after: before the overlap, and before what waits for its read mark.
    pub(super) fn next_after(&self) -> MessageId {
        let oldest = self.newest.keys().next().copied();
        let oldest = oldest.filter(|_| !self.truncated);
        let overlap = self.newest.keys().rev().take(OVERLAP_IDS).next_back();
        let waiting = self
            .newest
            .iter()
            .find(|(_, waits)| **waits)
            .map(|(id, _)| id);
        let first = overlap.into_iter().chain(waiting).min().copied();
        match first {
            Some(first) if Some(first) != oldest => MessageId(first.0 - 1),
            _ => MessageId::START,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::ops::RangeInclusive;

    use super::*;
    use crate::chat::RichText;

    fn message(id: i64, direction: Direction, read_by_customer: bool) -> Message {
        Message {
            id: MessageId(id),
            posted: None,
            inferred_time: None,
            direction,
            author: String::new(),
            body: RichText::default(),
            special: None,
            read_by_customer,
            unreadable: None,
            raw: "".into(),
        }
    }

    fn one(id: i64, direction: Direction, read_by_customer: bool) -> [Message; 1] {
        [message(id, direction, read_by_customer)]
    }

    /// Messages with these ids that wait for nothing.
    pub(in crate::sync) fn read_messages(ids: RangeInclusive<i64>) -> Vec<Message> {
        ids.map(|id| message(id, Direction::ToUser, true)).collect()
    }

    fn read_up_to(last: i64) -> PullCursor {
        let mut tail = PullCursor::default();
        tail.observe(&read_messages(1..=last));
        tail
    }

    #[test]
    fn asks_again_for_the_newest_eight() {
        assert_eq!(PullCursor::default().next_after(), MessageId(0));
        assert_eq!(read_up_to(5).next_after(), MessageId(0));
        assert_eq!(read_up_to(100).next_after(), MessageId(92));
    }

    #[test]
    fn reaches_below_the_first_message_of_a_short_session() {
        let mut tail = PullCursor::default();
        tail.observe(&read_messages(701..=708));
        assert_eq!(tail.next_after(), MessageId::START);
        tail.observe(&read_messages(709..=709));
        assert_eq!(tail.next_after(), MessageId(701));
        tail.observe(&one(701, Direction::ToCustomer, false));
        assert_eq!(tail.next_after(), MessageId::START);
    }

    #[test]
    fn reading_again_begins_at_the_start_and_nobody_waits_for_it() {
        let tail = read_up_to(100);
        assert!(!tail.is_new() && !tail.restart().is_new());
        assert_eq!(tail.restart().next_after(), MessageId::START);
        assert!(PullCursor::default().restart().is_new());
    }

    #[test]
    fn reaches_back_to_what_waits_for_its_read_mark() {
        let mut tail = read_up_to(100);
        tail.observe(&one(60, Direction::ToCustomer, false));
        assert_eq!(tail.next_after(), MessageId(59));
        tail.observe(&one(60, Direction::ToCustomer, true));
        assert_eq!(tail.next_after(), MessageId(92));
    }

    #[test]
    fn never_reaches_back_further_than_it_remembers() {
        let mut tail = PullCursor::default();
        tail.observe(
            &(1..=500)
                .map(|id| message(id, Direction::ToCustomer, false))
                .collect::<Vec<_>>(),
        );
        assert_eq!(tail.next_after(), MessageId(436));
    }

    #[test]
    fn a_stand_in_id_moves_nothing() {
        let mut tail = read_up_to(100);
        tail.observe(&one(-5, Direction::ToCustomer, false));
        assert_eq!(tail.next_after(), MessageId(92));
    }
}
