//! Decodes messages from the bytes of a response body without a network, for tests and benches.

use super::decode::{Decoder, NaiveZone};
use super::json_array::ArraySplitter;
use crate::chat::Message;

/// A response body that arrives in chunks.
#[derive(Debug, Default)]
pub struct MessageDecoder {
    splitter: ArraySplitter,
    decoder: Decoder,
}

impl MessageDecoder {
    /// Times without an offset are read in `naive_zone`.
    pub fn new(naive_zone: NaiveZone) -> Self {
        Self {
            splitter: ArraySplitter::default(),
            decoder: Decoder::new(naive_zone, String::new()),
        }
    }

    /// Returns the messages that a chunk completes. Nothing is decoded after malformed JSON.
    pub fn decode(&mut self, chunk: &[u8]) -> Vec<Message> {
        let mut messages = Vec::new();
        self.splitter.push(chunk);
        while let Ok(Some(element)) = self.splitter.next_element() {
            messages.push(self.decoder.decode_message(element));
        }
        messages
    }
}
