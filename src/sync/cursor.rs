//! Pull cursor: how far a session has been read, and which ids the next pull requests again.
//!
//! The service assigns ids before it commits rows, so a pull begins a few ids earlier. A message read by
//! the customer changes after it was pulled, so the overlap reaches back to those not read yet. In a short
//! session it reaches below the first message: that one, too, may not have been the first committed.
//! Where messages are big it is shorter, because every pull transfers it.

use std::collections::BTreeMap;

use crate::chat::{Direction, Message, MessageId, Timestamp};

/// Messages that every pull of the viewer requests again.
const OVERLAP: usize = 8;
/// Ids stored. One not yet read by the customer is requested again while it is among them.
const MAX_TRACKED_IDS: usize = 64;
/// Limit on the bytes that every pull requests again.
const MAX_OVERLAP_BYTES: usize = 64 << 10;

/// The newest messages of a session, as far as it has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PullCursor {
    /// No pull requests messages up to this id.
    floor: MessageId,
    /// How many of the newest messages a pull requests again.
    overlap: usize,
    /// The newest messages by id.
    newest: BTreeMap<MessageId, TrackedMessage>,
    /// Whether older ids were dropped from `newest`.
    truncated: bool,
    /// Whether the session was read before and is read from its start again.
    is_restarted: bool,
}

/// The properties of a message that a cursor stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct TrackedMessage {
    posted: Option<Timestamp>,
    bytes: usize,
    /// Whether it is from the agent and not yet read by the customer.
    is_unread: bool,
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
            let tracked = TrackedMessage {
                posted: message.posted,
                bytes: message.raw.len(),
                is_unread: message.direction == Direction::ToCustomer && !message.read_by_customer,
            };
            self.newest.insert(message.id, tracked);
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

    /// Returns `true` if the next pull requests every message.
    pub(super) fn is_at_start(&self) -> bool {
        self.next_after() == self.floor
    }

    /// Returns `true` if everything is read again, and nothing of that has arrived yet.
    pub(super) fn is_reread(&self) -> bool {
        self.newest.is_empty() && self.is_restarted
    }

    /// Returns `true` if this is the known message of its id, `false` if the id belonged to another one: the
    /// service was restored from a backup. `None` if the id is not known.
    pub(super) fn is_same(&self, message: &Message) -> Option<bool> {
        let known = self.newest.get(&message.id)?;
        Some(known.posted == message.posted)
    }

    /// The id after which the next pull begins: before the overlap, and before messages not yet
    /// read by the customer, as far as their size allows.
    pub(crate) fn next_after(&self) -> MessageId {
        let Some(newest) = self.newest() else {
            return self.floor;
        };
        let mut first = MessageId(newest.0 + 1);
        let mut bytes = 0;
        for (index, (id, message)) in self.newest.iter().rev().enumerate() {
            bytes += message.bytes;
            if bytes > MAX_OVERLAP_BYTES {
                break;
            }
            if index < self.overlap || message.is_unread {
                first = *id;
            }
        }
        if self.newest.keys().next() == Some(&first) && !self.truncated {
            return self.floor;
        }
        MessageId(first.0 - 1).max(self.floor)
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
            time_in_raw: None,
            original: crate::chat::Original::default(),
        }
    }

    fn one(id: i64, direction: Direction, read_by_customer: bool) -> [Message; 1] {
        [message(id, direction, read_by_customer)]
    }

    /// Messages with these ids, all read by the customer.
    pub(in crate::sync) fn read_messages(ids: RangeInclusive<i64>) -> Vec<Message> {
        ids.map(|id| message(id, Direction::ToUser, true)).collect()
    }

    fn big(id: i64, bytes: usize) -> Message {
        Message {
            raw: " ".repeat(bytes).into(),
            ..message(id, Direction::ToUser, true)
        }
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
    fn big_messages_are_not_requested_again_at_every_poll() {
        let mut cursor = read_up_to(100);
        cursor.observe(&[big(101, 40 << 10), big(102, 20 << 10)]);
        assert_eq!(cursor.next_after(), MessageId(94), "60 KiB and small ones");
        cursor.observe(&[big(103, 5 << 10)]);
        assert_eq!(cursor.next_after(), MessageId(101), "25 KiB");
        cursor.observe(&[big(104, 1 << 20)]);
        assert_eq!(cursor.next_after(), MessageId(104), "nothing again");
        cursor.observe(&one(60, Direction::ToCustomer, false));
        assert_eq!(cursor.next_after(), MessageId(104), "behind it");
        // The only message of a session.
        let mut cursor = PullCursor::default();
        cursor.observe(&[big(7, 1 << 20)]);
        assert_eq!(cursor.next_after(), MessageId(7));
        assert!(!cursor.is_at_start() && cursor.restart().is_at_start());
    }

    #[test]
    fn an_id_used_for_another_message_is_noticed() {
        let cursor = read_up_to(100);
        let same = message(100, Direction::ToUser, false);
        let posted = chrono::DateTime::from_timestamp(0, 0).map(|at| at.fixed_offset());
        let other = Message {
            posted,
            ..same.clone()
        };
        assert_eq!(cursor.is_same(&same), Some(true));
        assert_eq!(cursor.is_same(&other), Some(false));
        assert_eq!(cursor.restart().is_same(&other), None);
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
