//! A list of the service, element by element, while it downloads.
//!
//! What has come whole is given before anything is waited for, and before a fault behind it is told.

use std::fmt;

use reqwest::StatusCode;

use super::client::Reply;
use super::error;
use super::split::{Broken, Splitter};
use super::wire::Reader;
use crate::chat::Message;
use crate::sync::{Fault, Pages};

/// Most elements given at once, so that reading them never takes long.
const MOST: usize = 512;

/// The elements of one answer.
pub(super) struct Elements {
    reply: Reply,
    splitter: Splitter,
}

impl Elements {
    pub(super) fn new(reply: Reply) -> Self {
        Self {
            reply,
            splitter: Splitter::default(),
        }
    }

    /// The next elements, at least one, as `read` makes them; `None` after the last.
    pub(super) async fn next<T>(
        &mut self,
        read: fn(&mut Reader, &[u8]) -> T,
    ) -> Result<Option<Vec<T>>, Fault> {
        if self.reply.answer.status() == StatusCode::NO_CONTENT {
            return Ok(None);
        }
        loop {
            let mut batch = Vec::new();
            let broken = loop {
                match self.splitter.next() {
                    Ok(Some(element)) => batch.push(read(&mut self.reply.reader, element)),
                    Ok(None) => break None,
                    Err(broken) => break Some(broken),
                }
                if batch.len() == MOST {
                    break None;
                }
            };
            if !batch.is_empty() {
                return Ok(Some(batch));
            }
            if let Some(broken) = broken {
                return Err(self.fault(broken).await);
            }
            let chunk = self.reply.answer.chunk().await;
            match chunk.map_err(|trouble| trouble.fault(&self.reply.host))? {
                Some(chunk) => self.splitter.feed(chunk.as_ref()),
                None => return self.end().await,
            }
        }
    }

    async fn end<T>(&mut self) -> Result<Option<T>, Fault> {
        match self.splitter.finish() {
            Ok(()) => {
                self.reply.note();
                Ok(None)
            }
            Err(Broken::CutShort) if self.splitter.is_fresh() => Err(self.reply.garbled("")),
            Err(broken) => Err(self.fault(broken).await),
        }
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
    async fn next(&mut self) -> Result<Option<Vec<Message>>, Fault> {
        self.0.next(Reader::message).await
    }
}

impl fmt::Debug for MessagePages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagePages")
            .field("what", &self.0.reply.what)
            .finish_non_exhaustive()
    }
}
