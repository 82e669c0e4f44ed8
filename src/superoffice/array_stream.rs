//! Decodes a JSON array from the service element by element while it downloads.
//!
//! Complete elements are returned soon after they have arrived, and before an error behind them is
//! reported. [`MessageDecoder`] does the same for bytes that do not come from the network.

use std::time::Duration;

use hyper::body::Bytes;
use reqwest::StatusCode;
use tokio::time::{Instant, timeout_at};

use super::decode::{Decoder, LenientObject, NaiveZone};
use super::error;
use super::json_array::{ArraySplitter, Element, Limit, SplitError};
use super::json_response::JsonResponse;
use crate::chat::{Message, SessionId, stored_bytes, stored_session_bytes};
use crate::sync::{ApiError, MessageStream};

/// Elements for which memory is reserved before they are decoded.
const MAX_RESERVED: usize = 64;

/// How long the first messages of a batch wait for more: the viewer lays out each batch, so fewer batches are faster.
const GATHER_TIME: Duration = Duration::from_millis(5);

/// Messages that take this much memory do not wait for more.
const FULL_BATCH_BYTES: u64 = 256 << 10;

/// Bytes of a chunk that are split at a time. The splitter copies them; a chunk may have hundreds of kilobytes.
const PIECE_BYTES: usize = 16 << 10;

/// The elements of one response, in the order sent.
pub struct ArrayStream {
    response: JsonResponse,
    /// The part of the last chunk that has not been split yet.
    chunk: Bytes,
    splitter: ArraySplitter,
    /// What the elements so far count towards the limit of the response.
    bytes_decoded: u64,
    /// Set once the response has ended; returned after the elements that came before the end.
    end: Option<Result<(), ApiError>>,
}

impl ArrayStream {
    pub(super) fn new(response: JsonResponse) -> Self {
        let is_empty = response.http.status() == StatusCode::NO_CONTENT;
        Self {
            response,
            chunk: Bytes::new(),
            splitter: ArraySplitter::default(),
            bytes_decoded: 0,
            end: is_empty.then_some(Ok(())),
        }
    }

    /// The rows of an archive.
    pub(super) fn of_archive(response: JsonResponse) -> Self {
        Self {
            splitter: ArraySplitter::of_envelope(),
            ..Self::new(response)
        }
    }

    /// The messages of one session; those of another are left out.
    pub(super) fn of_session(mut response: JsonResponse, session: SessionId) -> Self {
        response.decoder.session = Some(session);
        Self::new(response)
    }

    /// Returns the elements that the next chunks complete, at least one; `None` after the last. `stored` is
    /// what one counts towards the limit.
    pub(super) async fn next_decoded<T>(
        &mut self,
        decode: impl Fn(&mut Decoder, Element<'_>) -> T,
        stored: fn(&T) -> usize,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let mut batch: Vec<T> = Vec::new();
        while self.end.is_none() {
            match self.splitter.next_element() {
                Ok(Some(element)) => {
                    let http = &self.response.http;
                    let left = http.limit.saturating_sub(self.bytes_decoded);
                    let length = element.bytes().len();
                    // A batch that is too large already is not decoded.
                    let decoded = (length as u64 <= left)
                        .then(|| decode(&mut self.response.decoder, element));
                    if let Some(decoded) = decoded.filter(|it| stored(it) as u64 <= left) {
                        self.bytes_decoded += stored(&decoded) as u64;
                        if batch.is_empty() {
                            // The others are about as long.
                            let bytes = self.splitter.remaining().len() + self.chunk.len();
                            let others = bytes / length.max(1);
                            batch.reserve(1 + others.min(MAX_RESERVED));
                        }
                        batch.push(decoded);
                    } else {
                        let error = error::exceeds_max_body(&http.host, http.limit);
                        self.end = Some(Err(error));
                    }
                }
                Ok(None) if !self.chunk.is_empty() => {
                    let length = self.chunk.len().min(PIECE_BYTES);
                    self.splitter.push(&self.chunk.split_to(length));
                }
                Ok(None) if !batch.is_empty() => break,
                Ok(None) => match self.response.http.chunk().await {
                    Ok(Some(chunk)) => self.chunk = chunk,
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

    /// As [`Self::next_decoded`], of small objects; those that cannot be read are left out.
    pub(super) async fn next_objects<T>(
        &mut self,
        decode: fn(&mut Decoder, &LenientObject<'_>) -> Option<T>,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let decode =
            |decoder: &mut Decoder, element: Element<'_>| decoder.decode_object(element, decode);
        let batch = self
            .next_decoded(decode, |_| stored_session_bytes(0))
            .await?;
        Ok(batch.map(|batch| batch.into_iter().flatten().collect()))
    }

    /// As [`Self::next_decoded`], of messages; those of another session are left out.
    async fn next_messages(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        // An element that is left out took time, too.
        let stored = |message: &Option<Message>| {
            let bytes = message.as_ref().map(Message::stored_bytes);
            bytes.unwrap_or_else(|| stored_bytes(0))
        };
        while let Some(batch) = self.next_decoded(decode_own_message, stored).await? {
            let own: Vec<_> = batch.into_iter().flatten().collect();
            if !own.is_empty() {
                return Ok(Some(own));
            }
        }
        Ok(None)
    }

    /// Reads a list of small objects to its end; those that cannot be read are left out.
    pub(super) async fn collect<T>(
        mut self,
        decode: fn(&mut Decoder, &LenientObject<'_>) -> Option<T>,
    ) -> Result<Vec<T>, ApiError> {
        let mut objects = Vec::new();
        while let Some(batch) = self.next_objects(decode).await? {
            objects.extend(batch);
        }
        self.require_array()?;
        Ok(objects)
    }

    /// Returns an error, after the end, if the response was no array: an empty body would otherwise pass for
    /// an empty list.
    pub(super) fn require_array(&self) -> Result<(), ApiError> {
        if self.splitter.is_array() {
            Ok(())
        } else {
            Err(self.response.unexpected_body(""))
        }
    }

    async fn describe(&mut self, error: SplitError) -> ApiError {
        let response = &mut self.response;
        if error == SplitError::NotArray || self.splitter.is_empty() {
            self.splitter.push(&self.chunk);
            let body = response.http.peek_body(self.splitter.remaining()).await;
            return response.unexpected_body(&body);
        }
        error::from_split_error(&response.http.host, response.resource, error)
    }
}

impl MessageStream for ArrayStream {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        let full_at = self.bytes_decoded + FULL_BATCH_BYTES;
        let Some(mut batch) = self.next_messages().await? else {
            return Ok(None);
        };
        let gather_until = Instant::now() + GATHER_TIME;
        // The time ends only while no element is decoded, so none is lost. The next call returns an error, or the
        // end, again.
        while self.bytes_decoded < full_at
            && let Ok(Ok(Some(more))) = timeout_at(gather_until, self.next_messages()).await
        {
            batch.extend(more);
        }
        Ok(Some(batch))
    }

    fn is_complete_list(&self) -> bool {
        self.splitter.is_array()
    }
}

/// Decodes a message; `None` if it belongs to another session than the one requested.
fn decode_own_message(decoder: &mut Decoder, element: Element<'_>) -> Option<Message> {
    let message = match element {
        Element::Whole(bytes) => decoder.decode_message(bytes),
        Element::Skipped { start, why } => {
            let why = match why {
                Limit::Depth => "the service sent a message that is nested too deeply",
                Limit::Size => "the service sent a message of more than 32 MiB",
            };
            decoder.decode_message_start(start, why)
        }
    };
    decoder.is_own.then_some(message)
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
            messages.extend(decode_own_message(&mut self.decoder, element));
        }
        messages
    }
}
