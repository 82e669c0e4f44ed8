//! Reads the console with crossterm.

use std::io;
use std::time::Duration;

use crossterm::event::{self, Event};

use super::MAX_BATCH;

#[derive(Debug, Default)]
pub(super) struct Reader;

impl Reader {
    /// Waits for an event and collects what else is available.
    #[expect(clippy::unused_self, reason = "on Unix, the reader has a state")]
    pub(super) fn read_batch(&mut self) -> io::Result<Vec<Event>> {
        let mut batch = vec![event::read()?];
        while batch.len() < MAX_BATCH && event::poll(Duration::ZERO)? {
            batch.push(event::read()?);
        }
        Ok(batch)
    }
}

/// Does nothing: until this program reads again, another one gets the keys.
#[must_use]
pub(crate) struct Pause;

pub(crate) fn pause() -> Pause {
    Pause
}
