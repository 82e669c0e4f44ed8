//! How far a session has been read, and what of it may still change.
//!
//! Ids are handed out before rows are committed, so a pull asks from a few ids earlier; and the
//! customer's read mark appears on rows already pulled, so the overlap reaches back to them.

use std::collections::BTreeMap;

use crate::chat::{Direction, Message, MessageId};

/// Ids that every pull asks for again.
const OVERLAP: usize = 8;
/// Ids remembered, and asked for again as long as one of them waits for its read mark.
const REMEMBERED: usize = 64;

/// The newest messages of a session that has been read to its end at least once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    /// The newest ids, and whether each still waits for its read mark.
    newest: BTreeMap<MessageId, bool>,
}

impl Tail {
    /// Notes what an answer brought.
    pub(super) fn note(&mut self, messages: &[Message]) {
        for message in messages.iter().filter(|message| message.id.is_known()) {
            let waits = message.direction == Direction::ToCustomer && !message.read_by_customer;
            self.newest.insert(message.id, waits);
            if self.newest.len() > REMEMBERED {
                self.newest.pop_first();
            }
        }
    }

    /// What the next pull asks after: before the overlap, and before what waits for its read mark.
    pub(super) fn after(&self) -> MessageId {
        let overlap = self.newest.keys().rev().take(OVERLAP).next_back();
        let waiting = self
            .newest
            .iter()
            .find(|(_, waits)| **waits)
            .map(|(id, _)| id);
        let first = overlap.into_iter().chain(waiting).min();
        first.map_or(MessageId::START, |first| MessageId(first.0 - 1))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::ops::RangeInclusive;

    use super::*;
    use crate::chat::Rich;

    fn message(id: i64, direction: Direction, read_by_customer: bool) -> Message {
        Message {
            id: MessageId(id),
            posted: None,
            placed: None,
            direction,
            author: String::new(),
            body: Rich::default(),
            special: None,
            read_by_customer,
            unreadable: None,
            raw: "".into(),
        }
    }

    /// Messages with these ids that wait for nothing.
    pub(in crate::sync) fn talk(ids: RangeInclusive<i64>) -> Vec<Message> {
        ids.map(|id| message(id, Direction::ToUser, true)).collect()
    }

    fn read_up_to(last: i64) -> Tail {
        let mut tail = Tail::default();
        tail.note(&talk(1..=last));
        tail
    }

    #[test]
    fn asks_again_for_the_newest_eight() {
        assert_eq!(Tail::default().after(), MessageId(0));
        assert_eq!(read_up_to(5).after(), MessageId(0));
        assert_eq!(read_up_to(100).after(), MessageId(92));
    }

    #[test]
    fn reaches_back_to_what_waits_for_its_read_mark() {
        let mut tail = read_up_to(100);
        tail.note(&[message(60, Direction::ToCustomer, false)]);
        assert_eq!(tail.after(), MessageId(59));
        tail.note(&[message(60, Direction::ToCustomer, true)]);
        assert_eq!(tail.after(), MessageId(92));
    }

    #[test]
    fn never_reaches_back_further_than_it_remembers() {
        let mut tail = Tail::default();
        tail.note(
            &(1..=500)
                .map(|id| message(id, Direction::ToCustomer, false))
                .collect::<Vec<_>>(),
        );
        assert_eq!(tail.after(), MessageId(436));
    }

    #[test]
    fn a_stand_in_id_moves_nothing() {
        let mut tail = read_up_to(100);
        tail.note(&[message(-5, Direction::ToCustomer, false)]);
        assert_eq!(tail.after(), MessageId(92));
    }
}
