//! Messages out of the bytes of an answer, with no network: what tests and measurements of reading use.

use super::split::Splitter;
use super::wire::{Naive, Reader};
use crate::chat::Page;

/// An answer that is being read.
#[derive(Debug, Default)]
pub struct Decoder {
    splitter: Splitter,
    reader: Reader,
}

impl Decoder {
    /// Begins an answer; `naive` is what times without offset are in.
    pub fn new(naive: Naive) -> Self {
        Self {
            splitter: Splitter::default(),
            reader: Reader::new(naive, String::new()),
        }
    }

    /// Takes the next bytes, and gives the messages that have come whole. What follows a fault is
    /// not read.
    pub fn take(&mut self, bytes: &[u8]) -> Page {
        let mut messages = Page::default();
        self.splitter.feed(bytes);
        while let Ok(Some(element)) = self.splitter.next() {
            messages.push(self.reader.message(element));
        }
        messages
    }
}
