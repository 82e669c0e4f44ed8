//! Printed messages: which ones were printed, so that each is printed once; `--follow` drops the oldest.

use std::collections::BTreeSet;

use crate::chat::{Message, MessageId, Timestamp};

/// Messages that are stored one by one, of each session.
const MAX_STORED: usize = 100_000;

/// A message by its time, one without any counting as the latest, and its id: a service restored from a
/// backup uses ids again.
type Key = ((bool, Option<Timestamp>), MessageId);

#[derive(Default)]
pub(super) struct PrintedMessages {
    stored: BTreeSet<Key>,
    /// The latest time and the highest id of those that are no longer stored one by one. What is neither
    /// later nor has a higher id was printed: a row that is committed late is found within minutes.
    dropped: Option<Key>,
    /// How many could not be read.
    pub(super) unreadable: usize,
}

impl PrintedMessages {
    pub(super) fn is_empty(&self) -> bool {
        self.stored.is_empty()
    }

    /// Removes the messages printed before; the others count as printed.
    pub(super) fn retain_new(&mut self, mut batch: Vec<Message>) -> Vec<Message> {
        batch.retain(|message| self.insert(message));
        self.unreadable += batch.iter().filter(|it| it.unreadable.is_some()).count();
        batch
    }

    /// Returns `true` if the message was not printed before.
    fn insert(&mut self, message: &Message) -> bool {
        let (time, id) = ((message.posted.is_none(), message.posted), message.id);
        let is_dropped = |(latest, highest): Key| time <= latest && id <= highest;
        !self.dropped.is_some_and(is_dropped) && self.stored.insert((time, id))
    }

    /// Drops the oldest of too many. To be called when every message with an id up to the highest has arrived:
    /// older ones may come last in a response.
    pub(super) fn drop_oldest(&mut self) {
        while self.stored.len() > MAX_STORED
            && let Some((time, id)) = self.stored.pop_first()
        {
            let (latest, highest) = self.dropped.unwrap_or((time, id));
            self.dropped = Some((latest.max(time), highest.max(id)));
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::test_support::builders::{customer_message, now};

    const COUNT: i64 = 250_000;

    /// Messages with every tenth id, a second apart.
    fn sent(numbers: impl IntoIterator<Item = i64>) -> Vec<Message> {
        let message =
            |number| customer_message(10 * number, now() + TimeDelta::seconds(number), "Hello");
        numbers.into_iter().map(message).collect()
    }

    fn new_ids(printed: &mut PrintedMessages, batch: Vec<Message>) -> Vec<i64> {
        let new = printed.retain_new(batch).into_iter();
        new.map(|message| message.id.0).collect()
    }

    /// Everything was printed, in two batches of one response.
    fn all_printed(numbers: impl IntoIterator<Item = i64>) -> PrintedMessages {
        let mut printed = PrintedMessages::default();
        let mut first = sent(numbers);
        let second = first.split_off(first.len() / 2);
        let new = [first, second].map(|batch| new_ids(&mut printed, batch).len());
        assert_eq!(new.iter().sum::<usize>(), sent(1..=COUNT).len());
        printed.drop_oldest();
        assert_eq!(printed.stored.len(), MAX_STORED);
        printed
    }

    #[test]
    fn each_message_is_printed_once_in_bounded_memory() {
        let mut printed = all_printed(1..=COUNT);
        // Everything is read again.
        assert_eq!(new_ids(&mut printed, sent(1..=COUNT)), [0; 0]);
        // A row far below the newest was committed late, and some messages have no time.
        let mut late = sent([COUNT - 90_000]);
        late[0].id.0 += 1;
        let mut timeless = sent((COUNT - 1..COUNT).chain(COUNT + 1..=COUNT + 2));
        for message in &mut timeless {
            message.posted = None;
        }
        late.extend(timeless);
        let ids: Vec<_> = late.iter().map(|message| message.id.0).collect();
        assert_eq!(new_ids(&mut printed, late.clone()), ids);
        assert_eq!(new_ids(&mut printed, late), [0; 0]);
    }

    #[test]
    fn the_newest_may_come_first() {
        let mut printed = all_printed((1..=COUNT).rev());
        assert_eq!(new_ids(&mut printed, sent(1..=COUNT)), [0; 0]);
    }

    #[test]
    fn ids_used_again_after_a_restore_are_new_messages() {
        let mut printed = all_printed(1..=COUNT);
        let mut again = sent(5..=9);
        for message in &mut again {
            message.posted = message.posted.map(|posted| posted + TimeDelta::days(30));
        }
        let ids = [50, 60, 70, 80, 90];
        assert_eq!(new_ids(&mut printed, again.clone()), ids);
        assert_eq!(new_ids(&mut printed, again), [0; 0]);
        assert_eq!(new_ids(&mut printed, sent(1..=4)), [0; 0]);
    }
}
