//! Pauses the input thread while another program reads from the terminal.

use std::io::{self, PipeReader, PipeWriter, Read, Stdin, Write, pipe};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::retry_on_intr;

/// The thread pauses within this time, or there is none.
const LIMIT: Duration = Duration::from_secs(2);

static GATE: Mutex<Gate> = Mutex::new(Gate {
    is_closed: false,
    is_waiting: false,
});
static CHANGED: Condvar = Condvar::new();
/// Wakes the thread, which waits for the terminal.
static WAKE: LazyLock<io::Result<(PipeReader, PipeWriter)>> = LazyLock::new(pipe);

struct Gate {
    is_closed: bool,
    /// Whether the thread waits for the gate to open.
    is_waiting: bool,
}

/// Ends the pause when dropped.
#[must_use]
pub(crate) struct Pause;

/// Returns once the input thread does not read any more.
pub(crate) fn pause() -> Pause {
    let mut gate = lock();
    gate.is_closed = true;
    if let Ok((_, waker)) = &*WAKE
        && (&*waker).write_all(&[0]).is_ok()
    {
        let waited = CHANGED.wait_timeout_while(gate, LIMIT, |gate| !gate.is_waiting);
        drop(waited);
    }
    Pause
}

impl Drop for Pause {
    fn drop(&mut self) {
        lock().is_closed = false;
        CHANGED.notify_all();
    }
}

/// Returns `true` when the terminal has input, `false` after a pause.
pub(super) fn wait_for_input(terminal: &Stdin) -> io::Result<bool> {
    let Ok((woken, _)) = &*WAKE else {
        // The read itself waits.
        return Ok(true);
    };
    let mut both = [
        PollFd::new(woken, PollFlags::IN),
        PollFd::new(terminal, PollFlags::IN),
    ];
    retry_on_intr(|| poll(&mut both, None))?;
    if both[0].revents().is_empty() {
        return Ok(true);
    }
    (&*woken).read_exact(&mut [0])?;
    let mut gate = lock();
    gate.is_waiting = true;
    CHANGED.notify_all();
    while gate.is_closed {
        gate = CHANGED.wait(gate).unwrap_or_else(PoisonError::into_inner);
    }
    gate.is_waiting = false;
    Ok(false)
}

fn lock() -> MutexGuard<'static, Gate> {
    // Two flags: a panic cannot leave them half-written.
    GATE.lock().unwrap_or_else(PoisonError::into_inner)
}
