//! A list of the service, cut into its elements while it downloads.
//!
//! What has come whole is given before anything is waited for, and before a fault behind it is told.

use reqwest::StatusCode;

use super::client::Reply;
use super::error;
use super::split::{Broken, Splitter};
use super::wire::Reader;
use crate::sync::Fault;

/// Bytes that make a block full.
const BLOCK: usize = 256 << 10;

/// Some elements of a list, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Block {
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
pub(super) struct Elements {
    pub(super) reply: Reply,
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
        let block = self.cut(Patience::Waits).await;
        if block.is_empty() {
            return self.told_end().map(|()| None);
        }
        let reader = &mut self.reply.reader;
        Ok(Some(block.iter().map(|it| read(reader, it)).collect()))
    }

    /// Cuts out the next block. An empty one means the end, or that nothing is at hand.
    pub(super) async fn cut(&mut self, patience: Patience) -> Block {
        let mut block = Block::default();
        while self.end.is_none() && !block.is_full() {
            match self.splitter.next() {
                Ok(Some(element)) => block.push(element),
                Ok(None) => {
                    let answer = &mut self.reply.answer;
                    let chunk = if patience == Patience::Waits && block.is_empty() {
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
        block
    }

    /// How the answer ended, when all of it has been read.
    pub(super) fn told_end(&self) -> Result<(), Fault> {
        self.reply.note();
        self.end.clone().unwrap_or(Ok(()))
    }

    /// Tells whether there was a list.
    pub(super) fn is_list(&self) -> bool {
        self.splitter.is_list()
    }

    fn finish(&self) -> Result<(), Fault> {
        let reply = &self.reply;
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
