//! The ruler: how wide text is, where it wraps, and how times read.
//!
//! Pure functions over their arguments: no state, no IO, no clock (`now` is an argument). Only
//! `std`, `chrono`, the nouns of time and the measuring of text may enter.

pub mod json;
pub mod when;
mod width;
mod wrap;
mod zone;

pub use width::{cluster, fit, is_simple, pad, width};
pub use wrap::{Row, wrap, wrapped_rows};
pub use zone::{Rules, Zone, ZoneChoice, ZoneError};
