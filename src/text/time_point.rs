//! Times to compare with: an instant, or a local time of a zone whose rules only the service has.

use chrono::{NaiveDate, NaiveDateTime};

use super::time_format::{format_rfc3339, local_date};
use super::{OffsetRules, TimeZone};
use crate::chat::Timestamp;

/// A typed time in a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimePoint {
    Instant(Timestamp),
    /// A local time, in a zone whose rules only the service has: the times that it sends are compared
    /// by their local time.
    Local(NaiveDateTime),
}

impl TimePoint {
    pub(super) fn of_local(local: NaiveDateTime, zone: &TimeZone) -> Self {
        match zone.rules() {
            OffsetRules::AsReceived => Self::Local(local),
            rules => Self::Instant(rules.resolve_local(local)),
        }
    }

    /// Returns `true` if a timestamp is this time or later.
    pub(crate) fn is_reached(self, timestamp: Timestamp) -> bool {
        match self {
            Self::Instant(start) => timestamp >= start,
            Self::Local(start) => timestamp.naive_local() >= start,
        }
    }

    /// The earlier of two; between an instant and a local time, by the offset that the instant has.
    pub(crate) fn earlier(self, other: Self) -> Self {
        let is_later = match (self, other) {
            (_, Self::Instant(other)) => !self.is_reached(other),
            (Self::Instant(own), Self::Local(_)) => other.is_reached(own),
            (Self::Local(own), Self::Local(other)) => own > other,
        };
        if is_later { other } else { self }
    }

    pub(crate) fn day(self, zone: &TimeZone) -> NaiveDate {
        match self {
            Self::Instant(timestamp) => local_date(timestamp, zone),
            Self::Local(local) => local.date(),
        }
    }

    /// RFC 3339; without an offset where only the service can determine it.
    pub(crate) fn to_rfc3339(self, zone: &TimeZone) -> String {
        match self {
            Self::Instant(timestamp) => format_rfc3339(timestamp, zone),
            Self::Local(local) => local.format("%Y-%m-%dT%H:%M:%S").to_string(),
        }
    }

    /// Date and time, `2026-11-03 14:00`.
    pub(crate) fn format(self, zone: &TimeZone) -> String {
        self.local(zone).format("%Y-%m-%d %H:%M").to_string()
    }

    /// The instant; `None` for a local time of a zone whose rules only the service has.
    pub(crate) fn instant(self) -> Option<Timestamp> {
        match self {
            Self::Instant(timestamp) => Some(timestamp),
            Self::Local(_) => None,
        }
    }

    fn local(self, zone: &TimeZone) -> NaiveDateTime {
        match self {
            Self::Instant(timestamp) => zone.to_local(timestamp).naive_local(),
            Self::Local(local) => local,
        }
    }
}
