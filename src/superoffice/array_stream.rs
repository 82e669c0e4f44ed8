//! Decodes a JSON array from the service element by element while it downloads.
//!
//! Complete elements are returned before the next chunk is awaited, and before an error behind
//! them is reported.

use reqwest::StatusCode;

use super::client::JsonResponse;
use super::decode::Decoder;
use super::error;
use super::json_array::{ArraySplitter, SplitError};
use crate::sync::ApiError;

/// The elements of one response.
pub(super) struct ArrayStream {
    pub(super) reply: JsonResponse,
    splitter: ArraySplitter,
    /// Set once the response has ended; returned after the elements that came before the end.
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

    /// Returns the elements that the next chunks complete, at least one; `None` after the last.
    pub(super) async fn next_decoded<T>(
        &mut self,
        decode: fn(&mut Decoder, &[u8]) -> T,
    ) -> Result<Option<Vec<T>>, ApiError> {
        let mut batch = Vec::new();
        while self.end.is_none() {
            match self.splitter.next_element() {
                Ok(Some(element)) => batch.push(decode(&mut self.reply.decoder, element)),
                Ok(None) if !batch.is_empty() => break,
                Ok(None) => match self.reply.response.chunk().await {
                    Ok(Some(chunk)) => self.splitter.push(&chunk),
                    Ok(None) => self.end = Some(self.check_end()),
                    Err(error) => self.end = Some(Err(error.to_api_error(&self.reply.host))),
                },
                Err(error) => self.end = Some(Err(self.split_error(error).await)),
            }
        }
        if !batch.is_empty() {
            return Ok(Some(batch));
        }
        self.reply.log_invalid();
        self.end.clone().unwrap_or(Ok(())).map(|()| None)
    }

    /// Returns `true` if the response is an array, and not `null` or empty.
    pub(super) fn is_array(&self) -> bool {
        self.splitter.is_array()
    }

    fn check_end(&self) -> Result<(), ApiError> {
        let reply = &self.reply;
        self.splitter.finish().map_err(|error| {
            if self.splitter.is_empty() {
                reply.unexpected_body("")
            } else {
                error::from_split_error(&reply.host, &reply.what, error)
            }
        })
    }

    async fn split_error(&mut self, error: SplitError) -> ApiError {
        let reply = &mut self.reply;
        if error == SplitError::NotArray {
            let body = reply.response.peek_body(self.splitter.remaining()).await;
            return reply.unexpected_body(&body);
        }
        error::from_split_error(&reply.host, &reply.what, error)
    }
}
