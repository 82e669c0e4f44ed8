//! A time zone as listed by the service: its own code and offsets.
//!
//! `text::time_zone` maps the code to the rules of the time zone database.

/// A row of the service's zone list (`GET TimeZone`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceZone {
    /// Also accepted by the `SO-TimeZone` header.
    pub id: i64,
    /// A code such as `NO` or `US-NY`; similar to ISO 3166, but the service's own.
    pub code: String,
    pub country: String,
    /// Often empty.
    pub region: String,
    /// Often several, separated by commas.
    pub cities: String,
    /// The standard offset in minutes east of UTC.
    pub(crate) offset: Option<i32>,
    /// The daylight saving offset in minutes east of UTC; `None` without daylight saving time.
    pub(crate) daylight: Option<i32>,
    /// Whether users can select it.
    pub(crate) active: bool,
}
