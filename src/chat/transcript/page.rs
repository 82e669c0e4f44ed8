//! The messages of an answer, or of a part of it, on their way to a transcript.
//!
//! They are kept as a transcript keeps them, in a few large pieces: what one thread makes and another
//! one takes apart costs neither of them a trip for each message.

use std::fmt;

use super::store::{Moving, Store};
use crate::chat::{Message, MessageId, Said, Timestamp};

/// Messages in the order they were sent, some perhaps more than once.
#[derive(Clone, Default)]
pub struct Page {
    store: Store,
    bytes: usize,
}

impl Page {
    /// Adds a message behind the others.
    pub fn push(&mut self, message: Message) {
        self.bytes += message.raw.len();
        self.store.push(message, 0);
    }

    /// How many messages there are.
    pub fn len(&self) -> usize {
        self.store.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many bytes of JSON came in it, those not kept included.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Iterates in the order they were sent.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Said<'_>> + ExactSizeIterator {
        (0..self.len()).map(|index| self.store.said(index))
    }

    /// Iterates over the ids.
    pub fn ids(&self) -> impl Iterator<Item = MessageId> {
        (0..self.len()).map(|index| self.store.id(index))
    }

    /// Keeps those messages only that `keeps` says so of.
    pub fn retain(&mut self, keeps: impl FnMut(Said<'_>) -> bool) {
        self.store.retain(keeps);
    }

    /// Goes on from the place in time of the message sent before these: those at the beginning that
    /// do not tell theirs stand there. Answers with the place of the last.
    pub fn follow(&mut self, before: Option<Timestamp>) -> Option<Timestamp> {
        self.store.place_first(before);
        self.iter().next_back().map_or(before, |last| last.place())
    }

    pub(super) fn moving(self) -> Moving {
        Moving::new(self.store)
    }
}

impl FromIterator<Message> for Page {
    fn from_iter<I: IntoIterator<Item = Message>>(messages: I) -> Self {
        let mut page = Self::default();
        for message in messages {
            page.push(message);
        }
        page
    }
}

impl From<Vec<Message>> for Page {
    fn from(messages: Vec<Message>) -> Self {
        messages.into_iter().collect()
    }
}

impl PartialEq for Page {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl fmt::Debug for Page {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
