//! The terminal: its modes and their restoring, what is written to it, and what comes from it.

pub mod backend;
pub mod clipboard;
pub mod guard;
pub mod input;
pub mod notifier;
pub mod prompt;
pub mod signals;
