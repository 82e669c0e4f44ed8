//! The ruler: how wide text is, where it wraps, and how times read.
//!
//! Pure functions over their arguments: no state, no IO, no clock (`now` is an argument). Only
//! `std`, `chrono`, the nouns of time and the measuring of text may enter.

pub mod json;
pub mod time_format;
mod width;
mod wrap;
mod time_zone;

pub use width::{grapheme_width, truncate, is_single_width, pad, width};
pub use wrap::{WrappedLine, wrap, count_wrapped_lines};
pub use time_zone::{OffsetRules, TimeZone, ZoneChoice, ZoneError};
