//! Queries the background of the terminal (OSC 11) without waiting for it.
//!
//! A query for its attributes (DA1), which every terminal answers, is sent after it: that answer is
//! the last. Until then the input thread waits longer for the rest of a report that comes in pieces, and the program
//! does not leave the terminal, which would type the rest at the shell.

use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use tokio::time::Instant;

/// Empty where the console returns keys in place of bytes.
pub(crate) const QUERY: &str = if cfg!(unix) {
    "\x1b]11;?\x1b\\\x1b[c"
} else {
    ""
};

/// How long after the query the terminal is not left, and how long an answer is expected.
const LEAVING_LIMIT: Duration = Duration::from_millis(300);
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// When the query was sent, until it is answered.
static SENT: Mutex<Option<Instant>> = Mutex::new(None);
static ANSWERED: Condvar = Condvar::new();

/// Records that the query is being sent.
pub(crate) fn expect_answer() {
    *SENT.lock() = cfg!(unix).then(Instant::now);
}

/// Records that the answer is complete.
pub(super) fn end_answer() {
    *SENT.lock() = None;
    ANSWERED.notify_all();
}

pub(super) fn is_answer_expected() -> bool {
    SENT.lock()
        .is_some_and(|sent| sent.elapsed() < ANSWER_LIMIT)
}

/// Waits for an answer that may still be on its way, and that the input thread reads.
pub(crate) fn wait_for_answer() {
    let mut sent = SENT.lock();
    let left = sent.map_or(Duration::ZERO, |sent| {
        LEAVING_LIMIT.saturating_sub(sent.elapsed())
    });
    if !left.is_zero() {
        ANSWERED.wait_while_for(&mut sent, |sent| sent.is_some(), left);
    }
}
