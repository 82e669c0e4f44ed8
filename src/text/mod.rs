//! Text width, wrapping, time formats and time zones.
//!
//! Pure functions: no state, no IO, no clock (`now` is an argument).

mod bytes;
pub(crate) mod json;
pub(crate) mod message_text;
pub(crate) mod time_format;
mod time_zone;
mod width;
mod wrap;

pub(crate) use bytes::format_bytes;
pub(crate) use time_zone::{OffsetRules, TimeZone, ZoneChoice};
pub use width::width;
pub(crate) use width::{grapheme_width, pad, truncate};
pub use wrap::wrap;
