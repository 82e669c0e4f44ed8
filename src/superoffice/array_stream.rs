//! Decodes a JSON array from the service element by element while it downloads.
//!
//! Complete elements are returned before the next chunk is awaited, and before an error behind
//! them is reported. [`MessageDecoder`] does the same for bytes that do not come from the network.

use reqwest::StatusCode;

use super::client::JsonResponse;
use super::decode::{Decoder, NaiveZone};
use super::error;
use super::json_array::{ArraySplitter, SplitError};
use crate::chat::Message;
use crate::sync::{ApiError, MessageStream};

/// The elements of one response, in the order sent.
pub struct ArrayStream {
    response: JsonResponse,
    splitter: ArraySplitter,
    /// Set once the response has ended; returned after the elements that came before the end.
    end: Option<Result<(), ApiError>>,
}

impl ArrayStream {
    pub(super) fn new(response: JsonResponse) -> Self {
        let is_empty = response.http.status() == StatusCode::NO_CONTENT;
        Self {
            response,
            splitter: ArraySplitter::default(),
            end: is_empty.then_some(Ok(())),
        }
    }

    /// Returns the elements that the next chunks complete, at least one; `None` after the last.
    pub(super) async fn next_decoded<T>(
        &mut self,
        decode: fn(&mut Decoder, &[u8]) -> T,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let mut batch = Vec::new();
        while self.end.is_none() {
            match self.splitter.next_element() {
                Ok(Some(element)) => batch.push(decode(&mut self.response.decoder, element)),
                Ok(None) if !batch.is_empty() => break,
                Ok(None) => match self.response.http.chunk().await {
                    Ok(Some(chunk)) => self.splitter.push(&chunk),
                    Ok(None) => match self.splitter.finish() {
                        Ok(()) => self.end = Some(Ok(())),
                        Err(error) => self.end = Some(Err(self.describe(error).await)),
                    },
                    Err(error) => self.end = Some(Err(error)),
                },
                Err(error) => self.end = Some(Err(self.describe(error).await)),
            }
        }
        if !batch.is_empty() {
            return Ok(Some(batch));
        }
        self.response.log_invalid();
        self.end.clone().unwrap_or(Ok(())).map(|()| None)
    }

    async fn describe(&mut self, error: SplitError) -> ApiError {
        let response = &mut self.response;
        if error == SplitError::NotArray || self.splitter.is_empty() {
            let body = response.http.peek_body(self.splitter.remaining()).await;
            return response.unexpected_body(&body);
        }
        error::from_split_error(&response.http.host, &response.what, error)
    }
}

impl MessageStream for ArrayStream {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        self.next_decoded(Decoder::decode_message).await
    }

    fn is_complete_list(&self) -> bool {
        self.splitter.is_array()
    }
}

/// Decodes messages from the bytes of a response, for tests and benchmarks.
#[derive(Debug, Default)]
pub struct MessageDecoder {
    splitter: ArraySplitter,
    decoder: Decoder,
}

impl MessageDecoder {
    /// Times without an offset are in `naive_zone`.
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
