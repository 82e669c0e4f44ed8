//! The output of a program in a window, read by a thread; waits have a deadline.

use std::io::Read;
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, SlavePty};
use vt100::Parser;

/// Longer than anything takes, even on a busy machine.
const DEADLINE: Duration = Duration::from_secs(40);
/// Conditions that depend on more than the output are checked this often.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The output so far, shared by the threads that read it and the test that waits for it.
pub(super) struct ProgramOutput {
    pub(super) state: Mutex<OutputState>,
    pub(super) changed: Condvar,
}

pub(super) struct OutputState {
    pub(super) parser: Parser,
    pub(super) bytes: Vec<u8>,
    /// Open until the program has ended, so that none of its output is lost.
    pub(super) slave: Option<Box<dyn SlavePty + Send>>,
    pub(super) exit: Option<portable_pty::ExitStatus>,
    pub(super) read_to_end: bool,
    /// The window is closing: the next bytes are the last that are read.
    pub(super) stop_reading: bool,
    /// Nothing more is read for now, once the next bytes are.
    pub(super) is_blocked: bool,
}

impl ProgramOutput {
    pub(super) fn update(&self, change: impl FnOnce(&mut OutputState)) {
        change(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }

    pub(super) fn read(&self, mut reader: Box<dyn Read + Send>) {
        let mut buffer = [0; 8192];
        // The terminal of a program that has ended returns an error instead of the end of the file.
        while let Ok(length @ 1..) = reader.read(&mut buffer) {
            let (mut closing, mut is_blocked) = (false, false);
            self.update(|shown| {
                shown.bytes.extend_from_slice(&buffer[..length]);
                shown.parser.process(&buffer[..length]);
                closing = shown.stop_reading;
                // Decided here: one that is blocked after these bytes reads the next ones.
                is_blocked = shown.is_blocked;
            });
            if closing {
                break;
            }
            if is_blocked {
                let shown = self.state.lock().unwrap();
                drop(self.changed.wait_while(shown, |shown| shown.is_blocked));
            }
        }
        drop(reader);
        self.update(|shown| shown.read_to_end = true);
    }

    pub(super) fn wait_for(&self, mut child: Box<dyn Child + Send + Sync>) {
        let exit = child.wait().unwrap();
        self.update(|shown| shown.exit = Some(exit));
    }

    /// Waits a moment for a condition that may not be met before the next input.
    pub(super) fn wait_briefly(&self, holds: impl Fn(&OutputState) -> bool) {
        let shown = self.state.lock().unwrap();
        let waited = self
            .changed
            .wait_timeout_while(shown, POLL_INTERVAL * 24, |shown| !holds(shown));
        drop(waited.unwrap());
    }

    pub(super) fn wait(&self, what: &str, holds: impl Fn(&OutputState) -> bool) {
        let mut shown = self.state.lock().unwrap();
        let is_over = |shown: &OutputState| shown.read_to_end && shown.exit.is_some();
        let deadline = Instant::now() + DEADLINE;
        while !holds(&shown) && !is_over(&shown) && Instant::now() < deadline {
            // The condition may depend on more than the output.
            (shown, _) = self.changed.wait_timeout(shown, POLL_INTERVAL).unwrap();
        }
        assert!(
            holds(&shown),
            "timed out waiting for {what}; exit: {:?}; the screen:\n{}",
            shown.exit,
            shown.parser.screen().contents()
        );
    }
}
