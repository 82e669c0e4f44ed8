//! Pull cursor: how far a session has been read, and which ids the next pull requests again.
//!
//! The service assigns ids before it commits rows, so a pull begins a few ids earlier. A message read by
//! the customer changes after it was pulled, so the overlap reaches back to those not read yet. In a short
//! session it reaches below the first message: that one, too, may not have been the first committed.

use std::collections::BTreeMap;

use crate::chat::{Direction, Message, MessageId};

/// Messages that every pull of the viewer requests again.
const OVERLAP: usize = 8;
/// Ids stored. One not yet read by the customer is requested again while it is among them.
const MAX_TRACKED_IDS: usize = 64;

/// The newest messages of a session, as far as it has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PullCursor {
    /// No pull requests messages up to this id.
    floor: MessageId,
    /// How many of the newest messages a pull requests again.
    overlap: usize,
    /// The newest ids, and whether each is not yet read by the customer.
    newest: BTreeMap<MessageId, bool>,
    /// Whether older ids were dropped from `newest`.
    truncated: bool,
    /// Whether the session was read before and is read from its start again.
    is_restarted: bool,
}

impl Default for PullCursor {
    fn default() -> Self {
        Self::starting_after(MessageId::default(), OVERLAP)
    }
}

impl PullCursor {
    /// A cursor for the messages above an id.
    pub(crate) fn starting_after(floor: MessageId, overlap: usize) -> Self {
        Self {
            floor,
            overlap,
            newest: BTreeMap::new(),
            truncated: false,
            is_restarted: false,
        }
    }

    /// A cursor at the start again.
    pub(super) fn restart(&self) -> Self {
        Self {
            is_restarted: !self.is_new(),
            ..Self::starting_after(self.floor, self.overlap)
        }
    }

    /// Returns `true` if nothing has been read yet: the user waits for the first messages.
    pub(super) fn is_new(&self) -> bool {
        self.newest.is_empty() && !self.is_restarted
    }

    /// Records messages of a response.
    pub(crate) fn observe(&mut self, messages: &[Message]) {
        for message in messages.iter().filter(|it| !it.id.is_synthetic()) {
            let waits = message.direction == Direction::ToCustomer && !message.read_by_customer;
            self.newest.insert(message.id, waits);
            if self.newest.len() > MAX_TRACKED_IDS {
                self.newest.pop_first();
                self.truncated = true;
            }
        }
    }

    /// The newest id.
    pub(super) fn newest(&self) -> Option<MessageId> {
        self.newest.keys().next_back().copied()
    }

    /// The id after which the next pull begins: before the overlap, and before messages not yet
    /// read by the customer.
    pub(crate) fn next_after(&self) -> MessageId {
        let oldest = self.newest.keys().next().copied();
        let oldest = oldest.filter(|_| !self.truncated);
        let overlap = self.newest.keys().rev().take(self.overlap).next_back();
        let mut tracked = self.newest.iter();
        let waiting = tracked.find_map(|(id, waits)| waits.then_some(id));
        let first = overlap.into_iter().chain(waiting).min().copied();
        match first {
            Some(first) if Some(first) != oldest => MessageId(first.0 - 1).max(self.floor),
            _ => self.floor,
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

    /// Messages with these ids, all read by the customer.
    pub(in crate::sync) fn read_messages(ids: RangeInclusive<i64>) -> Vec<Message> {
        ids.map(|id| message(id, Direction::ToUser, true)).collect()
    }

    fn read_up_to(last: i64) -> PullCursor {
        let mut cursor = PullCursor::default();
        cursor.observe(&read_messages(1..=last));
        cursor
    }

    #[test]
    fn requests_the_newest_eight_again() {
        assert_eq!(PullCursor::default().next_after(), MessageId(0));
        assert_eq!(read_up_to(5).next_after(), MessageId(0));
        assert_eq!(read_up_to(100).next_after(), MessageId(92));
    }

    #[test]
    fn reaches_below_the_first_message_of_a_short_session() {
        let mut cursor = PullCursor::default();
        cursor.observe(&read_messages(701..=708));
        assert_eq!(cursor.next_after(), MessageId::START);
        cursor.observe(&read_messages(709..=709));
        assert_eq!(cursor.next_after(), MessageId(701));
        cursor.observe(&one(701, Direction::ToCustomer, false));
        assert_eq!(cursor.next_after(), MessageId::START);
    }

    #[test]
    fn a_restarted_cursor_begins_at_the_start_and_is_not_new() {
        let cursor = read_up_to(100);
        assert!(!cursor.is_new() && !cursor.restart().is_new());
        assert_eq!(cursor.restart().next_after(), MessageId::START);
        assert!(PullCursor::default().restart().is_new());
    }

    #[test]
    fn reaches_back_to_a_message_not_yet_read_by_the_customer() {
        let mut cursor = read_up_to(100);
        cursor.observe(&one(60, Direction::ToCustomer, false));
        assert_eq!(cursor.next_after(), MessageId(59));
        cursor.observe(&one(60, Direction::ToCustomer, true));
        assert_eq!(cursor.next_after(), MessageId(92));
    }

    #[test]
    fn never_reaches_back_further_than_the_stored_ids() {
        let mut cursor = PullCursor::default();
        cursor.observe(
            &(1..=500)
                .map(|id| message(id, Direction::ToCustomer, false))
                .collect::<Vec<_>>(),
        );
        assert_eq!(cursor.next_after(), MessageId(436));
    }

    #[test]
    fn never_reaches_below_its_floor() {
        let mut cursor = PullCursor::starting_after(MessageId(99), OVERLAP);
        assert_eq!(cursor.next_after(), MessageId(99));
        cursor.observe(&read_messages(100..=103));
        assert_eq!(cursor.next_after(), MessageId(99));
        cursor.observe(&read_messages(104..=120));
        assert_eq!(cursor.next_after(), MessageId(112));
        assert_eq!(cursor.restart().next_after(), MessageId(99));
    }

    #[test]
    fn a_synthetic_id_moves_nothing() {
        let mut cursor = read_up_to(100);
        cursor.observe(&one(-5, Direction::ToCustomer, false));
        assert_eq!(cursor.next_after(), MessageId(92));
    }
}
