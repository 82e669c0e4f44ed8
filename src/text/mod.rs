//! Text width, wrapping, search queries, filters as typed, time formats and time zones.
//!
//! Pure functions: no state, no IO, no clock (`now` is an argument).

mod bytes;
mod count;
mod join;
pub(crate) mod json;
pub(crate) mod message_text;
mod name_filter;
mod nearest;
mod privacy;
mod search_context;
mod search_query;
mod sparkline;
mod status_filter;
pub(crate) mod time_format;
mod time_point;
mod time_zone;
mod transcript_format;
mod typed_time;
mod width;
mod wrap;

pub(crate) use bytes::format_bytes;
pub(crate) use count::{count_of, format_count};
pub(crate) use join::join_non_empty;
pub(crate) use name_filter::{NameField, NameFilter};
pub(crate) use nearest::{nearest_by, nearest_word};
pub(crate) use privacy::{KnownData, ListedSession, Masker};
pub(crate) use search_context::{MatchContext, excerpt};
pub(crate) use search_query::{SearchQuery, fold};
pub(crate) use sparkline::sparkline;
pub(crate) use status_filter::{StatusFilter, nearest_status, status_words};
pub(crate) use time_point::TimePoint;
pub(crate) use time_zone::{OffsetRules, TimeZone, ZoneChoice, ZoneError};
pub(crate) use transcript_format::TranscriptFormat;
pub(crate) use typed_time::{FORMS as TIME_FORMS, TypedDay, TypedTime};
pub use width::width;
pub(crate) use width::{count_single_width, grapheme_width, pad, truncate};
pub(crate) use wrap::WrappedLine;
pub use wrap::wrap;
pub(crate) use wrap::wrap_anywhere;

/// The rows of a test's table: one a line, with `|` between the cells.
#[cfg(test)]
fn table<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.trim().lines().map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        cells.try_into().expect("a cell for every column")
    })
}
