//! Output thread: writes to the terminal, so that one that takes no output blocks nothing else.
//!
//! There is one terminal, and so one queue: frames, modes and notifications are written in their order.

use std::io::{self, Write, stdout};
use std::thread;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};
use tokio::sync::Notify;

/// How long a terminal may take nothing before [`drain`] gives up.
const STALL_LIMIT: Duration = Duration::from_millis(500);
/// Small enough for a slow terminal to take within that time; most frames are no longer.
const CHUNK: usize = 4096;

static QUEUE: Mutex<Queue> = Mutex::new(Queue {
    bytes: Vec::new(),
    is_writing: false,
    chunks_written: 0,
    has_thread: false,
    error: None,
});
/// Bytes were queued, or written.
static CHANGED: Condvar = Condvar::new();
/// Everything was written.
static DRAINED: Notify = Notify::const_new();

struct Queue {
    bytes: Vec<u8>,
    /// Whether the thread is writing bytes that it took.
    is_writing: bool,
    chunks_written: u64,
    has_thread: bool,
    /// Returned by the next write.
    error: Option<io::Error>,
}

impl Queue {
    fn is_drained(&self) -> bool {
        self.bytes.is_empty() && !self.is_writing
    }
}

/// Writes to the queue. It grows without bound, so frames are only drawn when it is drained.
#[derive(Clone, Copy, Debug)]
pub struct TerminalOutput;

impl Write for TerminalOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(error) = QUEUE.lock().error.take() {
            return Err(error);
        }
        push(bytes)?;
        Ok(bytes.len())
    }

    /// Does nothing: [`drain`] waits.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes to the queue, also after an earlier write has failed.
pub(super) fn push(bytes: &[u8]) -> io::Result<()> {
    let mut queue = QUEUE.lock();
    if !queue.has_thread {
        let thread = thread::Builder::new().name("output".to_owned());
        thread.spawn(write_queue)?;
        queue.has_thread = true;
    }
    queue.bytes.extend_from_slice(bytes);
    // The thread that wakes needs the queue.
    drop(queue);
    CHANGED.notify_all();
    Ok(())
}

pub(crate) fn is_drained() -> bool {
    QUEUE.lock().is_drained()
}

/// Waits until everything is written. Only one task may wait.
pub(crate) async fn drained() {
    while !is_drained() {
        DRAINED.notified().await;
    }
}

/// Blocks until everything is written, or the terminal takes nothing for [`STALL_LIMIT`].
pub(super) fn drain() {
    let mut queue = QUEUE.lock();
    while !queue.is_drained() {
        let before = queue.chunks_written;
        let waited = CHANGED.wait_for(&mut queue, STALL_LIMIT);
        if waited.timed_out() && queue.chunks_written == before {
            return;
        }
    }
}

/// The thread, which ends with the program.
fn write_queue() {
    let mut taken = Vec::new();
    let mut queue = QUEUE.lock();
    loop {
        while queue.bytes.is_empty() {
            CHANGED.wait(&mut queue);
        }
        std::mem::swap(&mut queue.bytes, &mut taken);
        queue.is_writing = true;
        for chunk in taken.chunks(CHUNK) {
            let written = MutexGuard::unlocked(&mut queue, || write(chunk));
            queue.chunks_written += 1;
            CHANGED.notify_all();
            if let Err(error) = written {
                // What is queued is tried all the same: it may restore the terminal.
                queue.error = Some(error);
                break;
            }
        }
        taken.clear();
        queue.is_writing = false;
        CHANGED.notify_all();
        if queue.is_drained() {
            DRAINED.notify_one();
        }
    }
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}
