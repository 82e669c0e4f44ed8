//! The messages of one session in total order.
//!
//! [`Transcript::merge`] is idempotent and order-free: whatever the batches, in whatever order and
//! however often they come, the same messages end up in the same places, each once. The display
//! order is (time, id); of two versions of one message the one asked for later stays.

use super::{Message, MessageId, Moment};

/// The messages of one session, each once.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    /// By id, ascending.
    records: Vec<Record>,
    /// Indices into `records`, by (time, id).
    order: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Record {
    message: Message,
    /// Number of the request that brought it.
    as_of: u64,
}

/// What a merge changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Merged {
    /// Messages that were not there before.
    pub added: usize,
    /// Messages that were there and now read otherwise.
    pub changed: usize,
}

impl Merged {
    /// Tells whether nothing changed.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Transcript {
    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// The message at a place of the display order, from 0 at the oldest.
    pub fn get(&self, place: usize) -> Option<&Message> {
        let index = *self.order.get(place)?;
        self.records
            .get(index as usize)
            .map(|record| &record.message)
    }

    /// Iterates in display order, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> + ExactSizeIterator {
        self.order
            .iter()
            .map(|&index| &self.records[index as usize].message)
    }

    /// The message with this id.
    pub fn by_id(&self, id: MessageId) -> Option<&Message> {
        self.index_of(id)
            .ok()
            .map(|index| &self.records[index].message)
    }

    /// The place of a message in the display order.
    pub fn place_of(&self, id: MessageId) -> Option<usize> {
        let index = self.index_of(id).ok()?;
        let key = key(&self.records[index].message);
        self.order
            .binary_search_by(|&other| self.key_at(other).cmp(&key))
            .ok()
    }

    /// The newest message in display order.
    pub fn last(&self) -> Option<&Message> {
        self.iter().next_back()
    }

    /// The highest id: how far the service has been read.
    pub fn mark(&self) -> MessageId {
        self.records
            .last()
            .map_or(MessageId::START, |record| record.message.id)
            .max(MessageId::START)
    }

    /// Takes in one batch that request number `as_of` brought; later requests have higher numbers.
    pub fn merge(&mut self, batch: Vec<Message>, as_of: u64) -> Merged {
        let mut merged = Merged::default();
        let mut inserted: Vec<Record> = Vec::new();
        let mut moved = false;
        for message in batch {
            let arrived = Record { message, as_of };
            let id = arrived.message.id;
            if self.records.last().is_none_or(|last| last.message.id < id) {
                merged.added += 1;
                self.append(arrived);
            } else if let Ok(index) = self.index_of(id) {
                let known = &mut self.records[index];
                let before = (key(&known.message), known.message.clone());
                known.join(arrived);
                merged.changed += usize::from(known.message != before.1);
                moved |= key(&known.message) != before.0;
            } else {
                inserted.push(arrived);
            }
        }
        if !inserted.is_empty() {
            merged.added += self.insert(inserted);
            moved = true;
        }
        if moved {
            self.sort();
        }
        merged
    }

    /// Adds a record with an id above all others; most messages take this way.
    fn append(&mut self, record: Record) {
        let index =
            u32::try_from(self.records.len()).expect("a transcript holds fewer than 2^32 messages");
        let newest = key(&record.message);
        let place = match self.order.last() {
            Some(&last) if self.key_at(last) > newest => self
                .order
                .partition_point(|&other| self.key_at(other) < newest),
            _ => self.order.len(),
        };
        self.records.push(record);
        self.order.insert(place, index);
    }

    /// Adds records with ids below the highest, some of which may stand in the batch twice.
    fn insert(&mut self, mut batch: Vec<Record>) -> usize {
        batch.sort_by_key(|record| record.message.id);
        batch.dedup_by(|later, kept| {
            let same = later.message.id == kept.message.id;
            if same {
                kept.join(later.clone());
            }
            same
        });
        let added = batch.len();
        self.records.extend(batch);
        self.records.sort_by_key(|record| record.message.id);
        added
    }

    fn sort(&mut self) {
        let count =
            u32::try_from(self.records.len()).expect("a transcript holds fewer than 2^32 messages");
        let records = &self.records;
        self.order = (0..count).collect();
        self.order
            .sort_by_key(|&index| key(&records[index as usize].message));
    }

    fn index_of(&self, id: MessageId) -> Result<usize, usize> {
        self.records
            .binary_search_by_key(&id, |record| record.message.id)
    }

    fn key_at(&self, index: u32) -> (Option<Moment>, MessageId) {
        key(&self.records[index as usize].message)
    }
}

impl Record {
    /// Keeps of two versions the later one; the latest guess at a place wins either way.
    fn join(&mut self, other: Self) {
        let placed = self.message.placed.max(other.message.placed);
        if (other.as_of, &other.message.raw) > (self.as_of, &self.message.raw) {
            *self = other;
        }
        self.message.placed = placed;
    }
}

fn key(message: &Message) -> (Option<Moment>, MessageId) {
    (message.place(), message.id)
}

#[cfg(test)]
#[path = "transcript/tests.rs"]
mod tests;
