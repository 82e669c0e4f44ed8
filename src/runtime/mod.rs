//! The event loop and everything that touches the machine around it: effects, clock, log. No
//! decisions: an `if` about meaning belongs in `app`.

pub mod clock;
pub mod effects;
mod error;
pub mod event_loop;
pub mod log;
pub mod tui;

pub use error::Error;
