//! Reads the terminal's bytes from the standard input.

use std::io::{self, Stdin, stdin};
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::{read, retry_on_intr};

use super::MAX_BATCH;
use super::parser::{Input, Parser};
use super::pause;
use crate::terminal::background::is_answer_expected;
use crate::terminal::guard::is_in_foreground;

/// Between two looks at whether the terminal is ours again.
const BACKGROUND_PAUSE: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Reader {
    terminal: Stdin,
    parser: Parser,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            terminal: stdin(),
            parser: Parser::default(),
        }
    }
}

impl Reader {
    /// Waits for an event and collects what else is available. Between two keys it waits without end;
    /// within a sequence, no longer than that may pause.
    pub(super) fn read_batch(&mut self) -> io::Result<Vec<Input>> {
        let mut events = Vec::new();
        let mut buffer = [0; 1024];
        while events.len() < MAX_BATCH {
            let is_expected = is_answer_expected();
            let wait = if events.is_empty() {
                self.parser.timeout(is_expected)
            } else {
                Some(Duration::ZERO)
            };
            if self.has_input(wait)? {
                if !is_in_foreground() {
                    // Continued there, the program suspends itself or is to end; a read would stop it before.
                    thread::sleep(BACKGROUND_PAUSE);
                    continue;
                }
                match retry_on_intr(|| read(&self.terminal, &mut buffer))? {
                    0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                    length => self.parser.advance(&buffer[..length], &mut events),
                }
            } else if events.is_empty() {
                self.parser.give_up(is_expected, &mut events);
            } else {
                break;
            }
        }
        Ok(events)
    }

    /// Waits for input, `None` being without end or until the thread is to pause.
    fn has_input(&self, wait: Option<Duration>) -> io::Result<bool> {
        let Some(wait) = wait else {
            return pause::wait_for_input(&self.terminal);
        };
        let wait = Timespec::try_from(wait).ok();
        let mut terminal = [PollFd::new(&self.terminal, PollFlags::IN)];
        Ok(retry_on_intr(|| poll(&mut terminal, wait.as_ref()))? > 0)
    }
}
