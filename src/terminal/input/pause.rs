//! Pauses the input thread while another program reads from the terminal.

use std::io::{self, PipeReader, PipeWriter, Read, Stdin, Write, pipe};
use std::sync::LazyLock;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
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
    let mut gate = GATE.lock();
    gate.is_closed = true;
    if let Ok((_, waker)) = &*WAKE
        && (&*waker).write_all(&[0]).is_ok()
    {
        CHANGED.wait_while_for(&mut gate, |gate| !gate.is_waiting, LIMIT);
    }
    Pause
}

impl Drop for Pause {
    fn drop(&mut self) {
        GATE.lock().is_closed = false;
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
    let mut gate = GATE.lock();
    gate.is_waiting = true;
    CHANGED.notify_all();
    while gate.is_closed {
        CHANGED.wait(&mut gate);
    }
    gate.is_waiting = false;
    Ok(false)
}
