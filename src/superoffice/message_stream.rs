//! The messages of one response, decoded while it downloads.

use std::fmt;

use super::array_stream::ArrayStream;
use super::client::JsonResponse;
use super::decode::Decoder;
use crate::chat::Message;
use crate::sync::{ApiError, MessageStream};

/// The messages of one response, in the order they were sent.
pub struct HttpMessageStream(ArrayStream);

impl HttpMessageStream {
    pub(super) fn new(reply: JsonResponse) -> Self {
        Self(ArrayStream::new(reply))
    }
}

impl MessageStream for HttpMessageStream {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        self.0.next_decoded(Decoder::decode_message).await
    }

    fn is_complete_list(&self) -> bool {
        self.0.is_array()
    }
}

impl fmt::Debug for HttpMessageStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpMessageStream")
            .field("what", &self.0.reply.what)
            .finish_non_exhaustive()
    }
}
