//! Messages out of the bytes of an answer, with no network: what tests and measurements of reading use.

use super::decode::{Decoder, NaiveZone};
use super::json_array::ArraySplitter;
use crate::chat::Page;

/// An answer that is being read.
#[derive(Debug, Default)]
pub struct MessageDecoder {
    splitter: ArraySplitter,
    decoder: Decoder,
}

impl MessageDecoder {
    /// Begins an answer; `naive` is what times without offset are in.
    pub fn new(naive_zone: NaiveZone) -> Self {
        Self {
            splitter: ArraySplitter::default(),
            decoder: Decoder::new(naive_zone, String::new()),
        }
    }

    /// Takes the next bytes, and gives the messages that have come whole. What follows a fault is
    /// not read.
    pub fn decode(&mut self, bytes: &[u8]) -> Page {
        let mut messages = Page::default();
        self.splitter.push(bytes);
        while let Ok(Some(element)) = self.splitter.next_element() {
            messages.push(self.decoder.decode_message(element));
        }
        messages
    }
}
