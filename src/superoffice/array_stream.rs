//! A list of the service, cut into its elements while it downloads.
//!
//! What has come whole is given before anything is waited for, and before a fault behind it is told.

use reqwest::StatusCode;

use super::client::JsonResponse;
use super::decode::Decoder;
use super::error;
use super::json_array::{ArraySplitter, SplitError};
use crate::sync::ApiError;

/// Bytes that make a block full.
const BLOCK: usize = 256 << 10;

/// Some elements of a list, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    pub(super) fn push(&mut self, element: &[u8]) {
        self.bytes.extend_from_slice(element);
        self.ends.push(self.bytes.len());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= BLOCK
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let ranges = starts.zip(&self.ends);
        ranges.filter_map(|(start, end)| self.bytes.get(start..*end))
    }
}

/// Whether the first element may be waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    Waits,
    AtHand,
}

/// The elements of one answer.
pub(super) struct ArrayStream {
    pub(super) reply: JsonResponse,
    splitter: ArraySplitter,
    /// How it ended, once it has: told after all that came before.
    end: Option<Result<(), ApiError>>,
}

impl ArrayStream {
    pub(super) fn new(reply: JsonResponse) -> Self {
        let is_empty = reply.response.status() == StatusCode::NO_CONTENT;
        Self {
            reply,
            splitter: ArraySplitter::default(),
            end: is_empty.then_some(Ok(())),
        }
    }

    /// The next elements, at least one, as `read` makes them; `None` after the last. Waits for the
    /// first of them only.
    pub(super) async fn next_decoded<T>(
        &mut self,
        read: fn(&mut Decoder, &[u8]) -> T,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let block = self.next_batch(Patience::Waits).await;
        if block.is_empty() {
            return self.finish().map(|()| None);
        }
        let reader = &mut self.reply.decoder;
        Ok(Some(block.iter().map(|it| read(reader, it)).collect()))
    }

    /// Cuts out the next block. An empty one means the end, or that nothing is at hand.
    pub(super) async fn next_batch(&mut self, patience: Patience) -> Batch {
        let mut block = Batch::default();
        while self.end.is_none() && !block.is_full() {
            match self.splitter.next_element() {
                Ok(Some(element)) => block.push(element),
                Ok(None) => {
                    let answer = &mut self.reply.response;
                    let chunk = if patience == Patience::Waits && block.is_empty() {
                        answer.chunk().await
                    } else if let Some(chunk) = answer.try_chunk().await {
                        chunk
                    } else {
                        break;
                    };
                    match chunk {
                        Ok(Some(chunk)) => self.splitter.push(&chunk),
                        Ok(None) => self.end = Some(self.check_end()),
                        Err(trouble) => {
                            self.end = Some(Err(trouble.to_api_error(&self.reply.host)));
                        }
                    }
                }
                Err(broken) => self.end = Some(Err(self.split_error(broken).await)),
            }
        }
        block
    }

    /// How the answer ended, when all of it has been read.
    pub(super) fn finish(&self) -> Result<(), ApiError> {
        self.reply.log_invalid();
        self.end.clone().unwrap_or(Ok(()))
    }

    /// Tells whether there was a list.
    pub(super) fn is_array(&self) -> bool {
        self.splitter.is_array()
    }

    fn check_end(&self) -> Result<(), ApiError> {
        let reply = &self.reply;
        self.splitter.finish().map_err(|broken| {
            if self.splitter.is_empty() {
                reply.unexpected_body("")
            } else {
                error::from_split_error(&reply.host, &reply.what, broken)
            }
        })
    }

    async fn split_error(&mut self, broken: SplitError) -> ApiError {
        if broken == SplitError::NotArray {
            let body = self
                .reply
                .response
                .peek_body(self.splitter.remaining())
                .await;
            return self.reply.unexpected_body(&body);
        }
        error::from_split_error(&self.reply.host, &self.reply.what, broken)
    }
}
