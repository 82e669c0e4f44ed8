//! The terminal: modes, input, signals, output, clipboard and notifications.

pub mod backend;
pub mod clipboard;
pub mod guard;
pub mod input;
pub mod notifier;
pub mod prompt;
pub mod signals;
