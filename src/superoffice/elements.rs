//! A list of the service, element by element, while it downloads.
//!
//! What has come whole is given before anything is waited for, and before a fault behind it is told.

use std::fmt;

use reqwest::StatusCode;

use super::client::Reply;
use super::error;
use super::split::{Broken, Splitter};
use super::wire::Reader;
use crate::chat::Page;
use crate::sync::{Fault, Pages};

/// Most elements given at once, so that reading them never takes long.
const MOST: usize = 512;

/// The elements of one answer.
pub(super) struct Elements {
    reply: Reply,
    splitter: Splitter,
    /// How it ended, once it has: told after all that came before.
    end: Option<Result<(), Fault>>,
}

impl Elements {
    pub(super) fn new(reply: Reply) -> Self {
        let is_empty = reply.answer.status() == StatusCode::NO_CONTENT;
        Self {
            reply,
            splitter: Splitter::default(),
            end: is_empty.then_some(Ok(())),
        }
    }

    /// The next elements, at least one, as `read` makes them; `None` after the last. Waits for the
    /// first of them only.
    pub(super) async fn next<T>(
        &mut self,
        read: fn(&mut Reader, &[u8]) -> T,
    ) -> Result<Option<Vec<T>>, Fault> {
        let mut batch = Vec::new();
        while self.end.is_none() && batch.len() < MOST {
            match self.splitter.next() {
                Ok(Some(element)) => batch.push(read(&mut self.reply.reader, element)),
                Ok(None) => {
                    let answer = &mut self.reply.answer;
                    let chunk = if batch.is_empty() {
                        answer.chunk().await
                    } else if let Some(chunk) = answer.chunk_at_hand().await {
                        chunk
                    } else {
                        break;
                    };
                    match chunk {
                        Ok(Some(chunk)) => self.splitter.feed(&chunk),
                        Ok(None) => self.end = Some(self.finish()),
                        Err(trouble) => self.end = Some(Err(trouble.fault(&self.reply.host))),
                    }
                }
                Err(broken) => self.end = Some(Err(self.fault(broken).await)),
            }
        }
        match &self.end {
            Some(end) if batch.is_empty() => end.clone().map(|()| None),
            _ => Ok(Some(batch)),
        }
    }

    fn finish(&self) -> Result<(), Fault> {
        let reply = &self.reply;
        reply.note();
        self.splitter.finish().map_err(|broken| {
            if self.splitter.is_fresh() {
                reply.garbled("")
            } else {
                error::broken(&reply.host, &reply.what, broken)
            }
        })
    }

    async fn fault(&mut self, broken: Broken) -> Fault {
        if broken == Broken::NotArray {
            let body = self.reply.answer.glance(self.splitter.rest()).await;
            return self.reply.garbled(&body);
        }
        error::broken(&self.reply.host, &self.reply.what, broken)
    }
}

/// The messages of one answer as they arrive.
pub struct MessagePages(Elements);

impl MessagePages {
    pub(super) fn new(reply: Reply) -> Self {
        Self(Elements::new(reply))
    }
}

impl Pages for MessagePages {
    async fn next(&mut self) -> Result<Option<Page>, Fault> {
        let batch = self.0.next(Reader::message).await?;
        Ok(batch.map(Page::from))
    }

    fn is_list(&self) -> bool {
        self.0.splitter.is_list()
    }
}

impl fmt::Debug for MessagePages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagePages")
            .field("what", &self.0.reply.what)
            .finish_non_exhaustive()
    }
}
