//! The terminal: modes, input, signals, output, clipboard and notifications.

pub(crate) mod backend;
pub(crate) mod background;
pub(crate) mod clipboard;
pub(crate) mod guard;
pub(crate) mod input;
pub(crate) mod notifier;
pub(crate) mod output;
pub(crate) mod output_pipe;
pub(crate) mod prompt;
pub(crate) mod signals;
