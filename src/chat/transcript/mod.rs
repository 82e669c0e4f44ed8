//! The messages of one session in total order.
//!
//! [`Transcript::merge`] is idempotent and order-free: whatever the batches, in whatever order and
//! however often they come, the same messages end up in the same places, each once. The display
//! order is (time, id); of two versions of one message the one asked for later stays. Nothing goes
//! but what an answer that was whole did not bring, see [`Transcript::remove_missing`].

mod page;
mod shape;
mod sieve;
mod store;
mod texts;

use std::ops::Range;

use super::{MessageId, Said};
pub use page::Page;
use sieve::Sieve;
use store::{Key, Moving, Store};

/// The messages of one session, each once.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    /// By id, ascending.
    store: Store,
    /// Indices into the store, by (time, id).
    order: Vec<u32>,
}

/// What a merge changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MergeResult {
    /// Messages that were not there before.
    pub added: usize,
    /// Messages that were there and now read otherwise.
    pub changed: usize,
    /// Messages that were there and are gone.
    pub removed: usize,
    /// The place of the first message that stands or reads otherwise; the number of messages if none does.
    pub first_changed: usize,
}

impl MergeResult {
    /// Tells whether nothing changed.
    pub fn is_unchanged(self) -> bool {
        (self.added, self.changed, self.removed) == (0, 0, 0)
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
    pub fn get(&self, place: usize) -> Option<Said<'_>> {
        let index = *self.order.get(place)?;
        Some(self.store.said(index as usize))
    }

    /// Iterates in display order, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Said<'_>> + ExactSizeIterator {
        self.order
            .iter()
            .map(|&index| self.store.said(index as usize))
    }

    /// The message with this id.
    pub fn by_id(&self, id: MessageId) -> Option<Said<'_>> {
        let index = self.store.find(id).ok()?;
        Some(self.store.said(index))
    }

    /// The place of a message in the display order.
    pub fn index_of(&self, id: MessageId) -> Option<usize> {
        let key = self.store.key(self.store.find(id).ok()?);
        self.order
            .binary_search_by(|&other| self.key(other).cmp(&key))
            .ok()
    }

    /// The newest message in display order.
    pub fn last(&self) -> Option<Said<'_>> {
        self.iter().next_back()
    }

    /// The highest id: how far the service has been read.
    pub fn max_id(&self) -> MessageId {
        self.store
            .highest()
            .unwrap_or_default()
            .max(MessageId::START)
    }

    /// Takes in messages that request number `as_of` brought; later requests have higher numbers.
    pub fn merge(&mut self, page: impl Into<Page>, request_id: u64) -> MergeResult {
        let request_id = number_of(request_id);
        let mut merged = MergeResult {
            first_changed: self.len(),
            ..MergeResult::default()
        };
        let (mut moved, mut sorts) = (false, false);
        let mut below = Vec::new();
        let mut touched = Vec::new();
        let mut page = page.into().moving();
        for index in 0..page.store().len() {
            let id = page.store().id(index);
            match self.store.find(id) {
                Ok(known) => {
                    if let Some(Moved(elsewhere)) =
                        self.merge_one(known, page.store().said(index), request_id)
                    {
                        merged.changed += 1;
                        moved |= elsewhere;
                        touched.push(id);
                    }
                }
                Err(end) if end == self.store.len() => {
                    merged.added += 1;
                    merged.first_changed = merged
                        .first_changed
                        .min(self.append(&mut page, index, request_id));
                }
                Err(_) => {
                    touched.push(id);
                    below.push((id, index));
                }
            }
        }
        if !below.is_empty() {
            merged.added += self.insert(&mut page, below, request_id);
            sorts = true;
        }
        if moved || sorts {
            self.sort();
        }
        if moved {
            // Where it stood before is not known any more.
            merged.first_changed = 0;
        }
        let touched = touched.into_iter().filter_map(|id| self.index_of(id));
        merged.first_changed = touched
            .chain([merged.first_changed])
            .min()
            .unwrap_or_default();
        merged
    }

    /// The places in a range of those messages that hold what `finds` finds in their author or their
    /// text; `shows` is asked about messages that show more than these.
    pub fn find_all(
        &self,
        indices: Range<usize>,
        matches: impl Fn(&str) -> bool,
        shows: impl Fn(&Said<'_>) -> bool,
    ) -> Vec<usize> {
        let mut sieve = Sieve::new(&self.store, matches, indices.len());
        let holds = |&place: &usize| {
            self.order.get(place).is_some_and(|&index| {
                let index = index as usize;
                let is_match = sieve.holds(index);
                is_match.unwrap_or_else(|| shows(&self.store.said(index)))
            })
        };
        indices.filter(holds).collect()
    }

    /// The messages that answer number `as_of` would have brought, and did not.
    pub fn missing_since(&self, request_id: u64) -> Vec<MessageId> {
        self.store.older_than(number_of(request_id)).collect()
    }

    /// Takes answer number `as_of` for all that the service holds: what neither it nor a later one
    /// brought is gone.
    pub fn remove_missing(&mut self, request_id: u64) -> MergeResult {
        let gone = self.missing_since(request_id);
        let first = gone.iter().filter_map(|id| self.index_of(*id)).min();
        let removed = self.store.remove_older_than(number_of(request_id));
        if removed > 0 {
            self.sort();
        }
        MergeResult {
            removed,
            first_changed: first.unwrap_or(self.len()),
            ..MergeResult::default()
        }
    }

    /// Adds a message with an id above all others, as most are; answers with its place.
    fn append(&mut self, page: &mut Moving, index: usize, request_id: u32) -> usize {
        let end = self.store.len();
        self.store.adopt(page, index, request_id);
        let newest = self.store.key(end);
        let place = match self.order.last() {
            Some(&last) if self.key(last) > newest => self
                .order
                .partition_point(|&other| self.key(other) < newest),
            _ => self.order.len(),
        };
        self.order.insert(place, number(end));
        place
    }

    /// Adds messages with ids below the highest, some of which may stand in the page twice.
    fn insert(
        &mut self,
        page: &mut Moving,
        mut below: Vec<(MessageId, usize)>,
        request_id: u32,
    ) -> usize {
        below.sort();
        let mut last = None;
        let mut again = Vec::new();
        let before = self.store.len();
        for (id, index) in below {
            if last.replace(id) == Some(id) {
                again.push((id, index));
            } else {
                self.store.adopt(page, index, request_id);
            }
        }
        self.store.sort();
        for (id, index) in again {
            if let Ok(known) = self.store.find(id) {
                self.merge_one(known, page.store().said(index), request_id);
            }
        }
        self.store.len() - before
    }

    /// Keeps of two versions of a message the later one; the latest guess at a place wins either
    /// way. Tells whether that changed the message, and moved it.
    fn merge_one(&mut self, index: usize, other: Said<'_>, request_id: u32) -> Option<Moved> {
        let known = self.store.said(index);
        let known_request_id = self.store.as_of(index);
        let place = known.place();
        let placed = known.placed.max(other.placed);
        let is_later = request_id > known_request_id
            || request_id == known_request_id && other.raw() > known.raw();
        let joined = if is_later { other } else { known };
        let joined = Said { placed, ..joined };
        let request_id = request_id.max(known_request_id);
        if joined == known {
            self.store.confirm(index, request_id);
            return None;
        }
        let moved = Moved(joined.place() != place);
        let joined = joined.to_message();
        self.store.replace(index, joined, request_id);
        Some(moved)
    }

    fn sort(&mut self) {
        let Self { store, order } = self;
        *order = (0..number(store.len())).collect();
        order.sort_by_key(|&index| store.key(index as usize));
    }

    fn key(&self, index: u32) -> Key {
        self.store.key(index as usize)
    }
}

/// Whether a change of a message was one of its place.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Moved(bool);

/// At one request a second, numbers are exhausted after a century.
fn number_of(request_id: u64) -> u32 {
    u32::try_from(request_id).unwrap_or(u32::MAX)
}

fn number(index: usize) -> u32 {
    u32::try_from(index).expect("a transcript holds fewer than 2^32 messages")
}

#[cfg(test)]
mod tests;
