//! A time zone as the service lists it: a code of its own and what it says of the offsets.
//!
//! Resolving a code to real rules is the ruler's business, not this one's.

/// One row of the service's zone list (`GET TimeZone`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceZone {
    /// The service's number for it, which `SO-TimeZone` accepts too.
    pub id: i64,
    /// The code, `NO` or `US-NY`: looks like ISO 3166, is a list of its own.
    pub code: String,
    /// Country in words.
    pub country: String,
    /// Region in words, often empty.
    pub region: String,
    /// Cities in words, often several parted by commas.
    pub cities: String,
    /// Standard offset from UTC in minutes, east positive, when the service told one.
    pub offset: Option<i32>,
    /// Offset in summer in minutes, when there is a summer time.
    pub daylight: Option<i32>,
    /// Whether the service offers it to users.
    pub active: bool,
}
