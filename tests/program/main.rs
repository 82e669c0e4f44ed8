//! The binary as users and scripts see it: in a pseudo-terminal, and in a pipe.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    unreachable_pub,
    reason = "a test may fail by panicking, and these run in real time beside a real client"
)]

mod background;
mod clipboard;
mod endings;
mod engines;
mod exit_codes;
mod exited_window;
mod exports;
mod input;
mod notifications;
mod output;
mod panics;
mod pipe;
mod refusals;
mod scripts;
mod suspending;
mod troubles;
mod viewer;
mod window;

use std::sync::Mutex;

/// Locked while a program is started, so that it does not inherit open files of other tests.
static SPAWNING: Mutex<()> = Mutex::new(());
