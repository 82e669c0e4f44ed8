//! The messages of one session in display order: by time, then by id.
//!
//! [`Transcript::merge`] is idempotent and independent of the order of its calls, because pulls
//! overlap and their answers may arrive late or twice. Of two versions of a message, the one from
//! the later request wins. Messages are removed only by [`Transcript::remove_missing`].

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::{Message, MessageId};

/// The messages of one session, each id once.
#[derive(Clone, Debug, Default)]
pub struct Transcript {
    by_id: BTreeMap<MessageId, Version>,
    /// The messages of `by_id`, sorted by [`Message::sort_key`].
    order: Vec<Arc<Message>>,
    /// What the messages count towards a limit of memory.
    bytes: usize,
}

/// The current version of a message.
#[derive(Clone, Debug)]
struct Version {
    message: Arc<Message>,
    /// The latest request whose answer contained the message.
    request_id: u64,
}

/// What a merge or removal changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MergeResult {
    pub added: usize,
    pub changed: usize,
    pub(crate) removed: usize,
    /// The lowest index whose message is not the same as before; the number of messages if nothing
    /// changed.
    pub(crate) first_changed: usize,
}

impl MergeResult {
    /// Returns `true` if no message was added, changed or removed.
    pub(crate) fn is_unchanged(self) -> bool {
        (self.added, self.changed, self.removed) == (0, 0, 0)
    }
}

impl Transcript {
    pub fn len(&self) -> usize {
        self.order.len()
    }

    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// What the messages count towards a limit of memory, see [`Message::stored_bytes`].
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Returns the message at an index of the display order; 0 is the oldest.
    pub fn get(&self, index: usize) -> Option<&Message> {
        self.order.get(index).map(|message| &**message)
    }

    /// Iterates in display order, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> + ExactSizeIterator {
        self.order.iter().map(|message| &**message)
    }

    /// Returns the messages in display order, to be stored without a copy of each.
    pub(crate) fn ordered(&self) -> &[Arc<Message>] {
        &self.order
    }

    pub(crate) fn by_id(&self, id: MessageId) -> Option<&Message> {
        self.by_id.get(&id).map(|version| &*version.message)
    }

    /// Returns the index of a message in display order.
    pub(crate) fn index_of(&self, id: MessageId) -> Option<usize> {
        self.position(self.by_id(id)?)
    }

    /// Returns `true` if the customer begins to write with this message: the one before it, of those that
    /// customer or agent wrote, is not the customer's.
    pub(crate) fn begins_customer_turn(&self, index: usize) -> bool {
        let mut before = self.order.iter().take(index).rev();
        let before = before.find(|message| message.is_of_customer() || message.is_of_agent());
        self.get(index).is_some_and(Message::is_of_customer)
            && before.is_none_or(|message| message.is_of_agent())
    }

    /// Returns the newest message in display order.
    pub fn last(&self) -> Option<&Message> {
        self.iter().next_back()
    }

    /// Returns the highest id, or [`MessageId::START`] if no message has an id from the service.
    pub(crate) fn max_id(&self) -> MessageId {
        let highest = self.by_id.last_key_value().map(|(id, _)| *id);
        highest.unwrap_or_default().max(MessageId::START)
    }

    /// Merges messages from the answer to a request; later requests have higher ids.
    pub fn merge(
        &mut self,
        messages: impl IntoIterator<Item = Message>,
        request_id: u64,
    ) -> MergeResult {
        let mut added = Vec::new();
        let mut replaced = Vec::new();
        for message in messages {
            match self.by_id.entry(message.id) {
                Entry::Vacant(entry) => {
                    added.push(message.id);
                    self.bytes += message.stored_bytes();
                    entry.insert(Version {
                        message: Arc::new(message),
                        request_id,
                    });
                }
                Entry::Occupied(entry) => {
                    let version = entry.into_mut();
                    if let Some(previous) = version.merge(message, request_id) {
                        self.bytes -= previous.stored_bytes();
                        self.bytes += version.message.stored_bytes();
                        replaced.push(previous);
                    }
                }
            }
        }
        self.update_order(&added, &replaced)
    }

    /// Updates `order` from `by_id` after a merge.
    fn update_order(&mut self, added: &[MessageId], replaced: &[Arc<Message>]) -> MergeResult {
        let known = self.len();
        // All lookups come before the first replacement, which may break the sort order. A message
        // that was both added and replaced by this merge is not in `order` yet.
        let mut stale: Vec<usize> = replaced.iter().filter_map(|it| self.position(it)).collect();
        stale.sort_unstable();
        stale.dedup();
        let mut needs_sort = false;
        for &index in &stale {
            if let Some(message) = self.order.get_mut(index)
                && let Some(version) = self.by_id.get(&message.id)
            {
                needs_sort |= message.sort_key() != version.message.sort_key();
                *message = Arc::clone(&version.message);
            }
        }
        let versions = added.iter().filter_map(|id| self.by_id.get(id));
        self.order
            .extend(versions.map(|version| Arc::clone(&version.message)));
        // Usually all new messages are newer than the known ones.
        let tail = self.order.iter().skip(known.saturating_sub(1));
        if needs_sort || !tail.is_sorted_by_key(|message| message.sort_key()) {
            self.order.sort_by_key(|message| message.sort_key());
        }
        let touched = added
            .iter()
            .chain(replaced.iter().map(|message| &message.id));
        let first_touched = touched
            .filter_map(|id| self.by_id(*id))
            .min_by_key(|message| message.sort_key())
            .and_then(|message| self.position(message));
        MergeResult {
            added: added.len(),
            changed: stale.len(),
            removed: 0,
            first_changed: stale
                .into_iter()
                .chain(first_touched)
                .min()
                .unwrap_or(known),
        }
    }

    /// Replaces each message by another form of it, which keeps its place.
    pub(crate) fn replace_all(&mut self, mut form: impl FnMut(&Arc<Message>) -> Arc<Message>) {
        for version in self.by_id.values_mut() {
            let mut other = form(&version.message);
            if other.inferred_time != version.message.inferred_time {
                Arc::make_mut(&mut other).inferred_time = version.message.inferred_time;
            }
            version.message = other;
        }
        for message in &mut self.order {
            if let Some(version) = self.by_id.get(&message.id) {
                *message = Arc::clone(&version.message);
            }
        }
        self.bytes = self.order.iter().map(|it| it.stored_bytes()).sum();
    }

    /// Returns the messages that neither this request nor a later one returned.
    pub(crate) fn missing_since(&self, request_id: u64) -> Vec<MessageId> {
        let missing = self
            .by_id
            .iter()
            .filter(|(_, it)| it.request_id < request_id);
        missing.map(|(id, _)| *id).collect()
    }

    /// Removes the messages that neither this request nor a later one returned. To be called after
    /// an answer with every message of the session.
    pub(crate) fn remove_missing(&mut self, request_id: u64) -> MergeResult {
        let before = self.len();
        self.by_id
            .retain(|_, version| version.request_id >= request_id);
        let mut first_changed = before;
        if self.by_id.len() < before {
            let is_kept = |message: &Arc<Message>| self.by_id.contains_key(&message.id);
            first_changed = self.order.iter().take_while(|it| is_kept(it)).count();
            self.order.retain(is_kept);
            let messages = self.order.iter();
            self.bytes = messages.map(|it| it.stored_bytes()).sum();
        }
        MergeResult {
            removed: before - self.len(),
            first_changed,
            ..MergeResult::default()
        }
    }

    /// Finds a message, or an earlier version of it with the same sort key, in display order.
    fn position(&self, message: &Message) -> Option<usize> {
        let key = message.sort_key();
        self.order
            .binary_search_by_key(&key, |it| it.sort_key())
            .ok()
    }
}

impl Version {
    /// Retains the version from the later request, and the latest inferred time of both. Two versions
    /// of one request are ordered by their raw text, so that the result does not depend on the order
    /// of the calls. Returns the previous message if it changed.
    fn merge(&mut self, mut other: Message, request_id: u64) -> Option<Arc<Message>> {
        let known = &*self.message;
        let is_later = (request_id, &other.raw) > (self.request_id, &known.raw);
        let inferred_time = known.inferred_time.max(other.inferred_time);
        self.request_id = self.request_id.max(request_id);
        if !is_later {
            if inferred_time == known.inferred_time {
                return None;
            }
            other = known.clone();
        }
        other.inferred_time = inferred_time;
        if other == *known {
            return None;
        }
        Some(std::mem::replace(&mut self.message, Arc::new(other)))
    }
}

#[cfg(test)]
mod tests;
