//! The ruler: how wide text is, where it wraps, and how times read.
//!
//! Pure functions over their arguments: no state, no IO, no clock (`now` is an argument). Only
//! `std`, `chrono`, the nouns of time and the measuring of text may enter.

pub mod json;
pub mod time_format;
mod time_zone;
mod width;
mod wrap;

pub use time_zone::{OffsetRules, TimeZone, ZoneChoice, ZoneError};
pub use width::{grapheme_width, is_single_width, pad, truncate, width};
pub use wrap::{WrappedLine, count_wrapped_lines, wrap};
