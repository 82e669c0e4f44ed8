//! Text width, wrapping, time formats and time zones.
//!
//! Pure functions: no state, no IO, no clock (`now` is an argument).

mod bytes;
pub mod json;
pub mod message_text;
pub mod time_format;
mod time_zone;
mod width;
mod wrap;

pub use bytes::format_bytes;
pub use time_zone::{OffsetRules, TimeZone, ZoneChoice, ZoneError};
pub use width::{grapheme_width, is_single_width, pad, truncate, width};
pub use wrap::{WrappedLine, wrap};
