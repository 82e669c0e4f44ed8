//! The I/O thread: a second single-threaded runtime, for what must not delay a key.
//!
//! Two of them hold less memory than tokio's multi-threaded runtime with one worker: its scheduler needs
//! `libm`, which is 0.5 MiB of resident pages that nothing else uses.

use std::future;
use std::io;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// Starts the thread, which ends with the program.
pub fn start() -> io::Result<Handle> {
    let runtime = build_runtime()?;
    let handle = runtime.handle().clone();
    thread::Builder::new()
        .name("io".to_owned())
        .spawn(move || runtime.block_on(future::pending::<()>()))?;
    Ok(handle)
}

/// A runtime whose threads for blocking calls end after a second, as they are rare.
pub fn build_runtime() -> io::Result<Runtime> {
    Builder::new_current_thread()
        .thread_keep_alive(Duration::from_secs(1))
        .enable_all()
        .build()
}
