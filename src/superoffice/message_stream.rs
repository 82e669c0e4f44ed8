//! The messages of an answer, page by page, in order.
//!
//! Little is read at once, where it arrives. What comes in full blocks, as the whole of a long
//! conversation does, is read on every core: a few blocks at a time, so that little of it is held.

use std::collections::VecDeque;
use std::fmt;
use std::future::pending;
use std::panic::resume_unwind;
use std::thread::available_parallelism;

use tokio::task::{JoinHandle, spawn_blocking};

use super::array_stream::{ArrayStream, Batch, Patience};
use super::client::JsonResponse;
use super::decode::Decoder;
use crate::chat::{Page, Timestamp};
use crate::sync::{ApiError, MessageStream};

/// Most cores that a download may keep busy.
const CORES: usize = 4;

/// The messages of one answer as they arrive.
pub struct HttpMessageStream {
    elements: ArrayStream,
    /// What is being read, in order.
    reading: VecDeque<JoinHandle<(Page, Decoder)>>,
    /// How many blocks are read at a time; found out when there is a full one.
    abreast: Option<usize>,
    /// The place in time of the last message given.
    before: Option<Timestamp>,
}

impl HttpMessageStream {
    pub(super) fn new(reply: JsonResponse) -> Self {
        Self {
            elements: ArrayStream::new(reply),
            reading: VecDeque::new(),
            abreast: None,
            before: None,
        }
    }

    /// Begins to read a block beside others; tells whether there is room for one more.
    fn begin(&mut self, block: Batch) -> bool {
        let reader = self.elements.reply.decoder.fork();
        let task = spawn_blocking(move || reader.page(&block));
        self.reading.push_back(task);
        let abreast = self.abreast.get_or_insert_with(|| {
            let cores = available_parallelism().map_or(1, usize::from);
            // While one is waited for and the next is cut, no core has to be idle.
            cores.min(CORES) + 1
        });
        self.reading.len() < *abreast
    }

    /// Takes in what was read of a block.
    fn give(&mut self, (mut page, reader): (Page, Decoder)) -> Page {
        self.before = page.follow(self.before);
        self.elements.reply.decoder.absorb(reader);
        page
    }
}

impl MessageStream for HttpMessageStream {
    async fn next(&mut self) -> Result<Option<Page>, ApiError> {
        loop {
            let patience = match self.reading.len() {
                0 => Patience::Waits,
                _ => Patience::AtHand,
            };
            let block = self.elements.next_batch(patience).await;
            if patience == Patience::Waits && !block.is_empty() && !block.is_full() {
                let reader = self.elements.reply.decoder.fork();
                return Ok(Some(self.give(reader.page(&block))));
            }
            if block.is_empty() || !self.begin(block) {
                break;
            }
        }
        match self.reading.pop_front() {
            Some(task) => {
                let read = finished(task).await;
                Ok(Some(self.give(read)))
            }
            None => self.elements.finish().map(|()| None),
        }
    }

    fn is_complete_list(&self) -> bool {
        self.elements.is_array()
    }
}

/// Waits for a task; a panic in it goes on in here.
async fn finished<T>(task: JoinHandle<T>) -> T {
    match task.await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Cancelled: the program ends, and nobody waits for it.
            Err(_) => pending().await,
        },
    }
}

impl Decoder {
    /// Reads the messages of a block.
    fn page(mut self, block: &Batch) -> (Page, Self) {
        let page = block
            .iter()
            .map(|element| self.decode_message(element))
            .collect();
        (page, self)
    }
}

impl fmt::Debug for HttpMessageStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagePages")
            .field("what", &self.elements.reply.what)
            .finish_non_exhaustive()
    }
}
