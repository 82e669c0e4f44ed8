//! The built program as people and scripts meet it: in a terminal window, and in a pipe.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "a test may fail by panicking"
)]

#[path = "program/endings.rs"]
mod endings;
#[path = "program/notifications.rs"]
mod notifications;
#[path = "program/panics.rs"]
mod panics;
#[path = "program/pipe.rs"]
mod pipe;
#[path = "program/refusals.rs"]
mod refusals;
#[path = "program/scripts.rs"]
mod scripts;
#[path = "program/suspending.rs"]
mod suspending;
#[path = "program/viewer.rs"]
mod viewer;
#[path = "program/window.rs"]
mod window;

use std::sync::Mutex;

/// Held while a program is started, so that it inherits none of another test's open files.
static SPAWNING: Mutex<()> = Mutex::new(());
