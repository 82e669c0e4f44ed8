//! The event loop and everything that touches the machine around it: effects, clock, log. No
//! decisions: an `if` about meaning belongs in `app`.

pub(crate) mod clock;
pub(crate) mod effects;
mod error;
pub(crate) mod event_loop;
pub(crate) mod export;
pub(crate) mod io_thread;
pub(crate) mod log;
pub(crate) mod tui;

pub(crate) use error::Error;
