//! Encoding of single values for one request: times, enumerations, empty texts and markup.
//!
//! Every value goes through here, so that a quirk holds in all responses.

use std::fmt::Debug;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Offset, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{
    quirks::{
        AggregateSupport, EmptyText, EnumFormat, MarkupFormat, OffsetFormat, PostedTime, Quirks,
    },
    recorded_request::RecordedRequest,
    zones::Zone,
};

#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding<'a> {
    pub(super) quirks: &'a Quirks,
    /// The time at which the request is responded to.
    pub(super) now: DateTime<Utc>,
    /// The zone that times are converted to; the base zone where none was requested.
    pub(super) zone: &'static Zone,
    with_offset: bool,
    with_language: bool,
}

impl<'a> Encoding<'a> {
    /// Follows the headers `SO-TimeZone`, `SO-Language` and `Accept-Language`. A zone that the service
    /// does not list has no effect.
    pub(super) fn for_request(
        quirks: &'a Quirks,
        now: DateTime<Utc>,
        request: &RecordedRequest,
    ) -> Self {
        let zone = request.header("so-timezone").unwrap_or_default();
        let (name, flag) = zone.split_once(',').unwrap_or((zone, ""));
        let zone = Zone::find(name.trim());
        let has_offset_flag = flag.trim().eq_ignore_ascii_case("includeTZOffset");
        let has_language = |name| {
            let language = request.header(name).unwrap_or_default();
            !matches!(language, "" | "*" | "x")
        };
        Self {
            quirks,
            now,
            zone: zone.unwrap_or_else(Zone::base),
            with_offset: zone.is_some() && has_offset_flag,
            with_language: ["so-language", "accept-language"]
                .into_iter()
                .any(has_language),
        }
    }

    /// The encoding for a request with `SO-TimeZone: UTC, includeTZOffset` and a language.
    pub(super) fn utc(quirks: &'a Quirks, now: DateTime<Utc>) -> Self {
        Self {
            quirks,
            now,
            zone: Zone::find("UTC").unwrap_or_else(Zone::base),
            with_offset: true,
            with_language: true,
        }
    }

    /// A time, or the zero date for `None`.
    pub(super) fn time(&self, at: Option<DateTime<Utc>>) -> Value {
        let Some(at) = at else {
            return "0001-01-01T00:00:00".into();
        };
        let in_zone = at.with_timezone(&self.zone.offset_at(at));
        let (local, suffix) = match self.quirks.offset_format {
            _ if !self.with_offset => (in_zone, ""),
            OffsetFormat::None => (in_zone, ""),
            OffsetFormat::Z => (at.with_timezone(&Utc.fix()), "Z"),
            OffsetFormat::Colon => (in_zone, "%:z"),
            OffsetFormat::NoColon => (in_zone, "%z"),
        };
        let mut text = local.format("%Y-%m-%dT%H:%M:%S%.9f").to_string();
        // Nine digits after 19 characters and a point; without digits the point goes too.
        let digits = usize::from(self.quirks.fraction_digits.min(9));
        text.truncate(if digits == 0 { 19 } else { 20 + digits });
        text += &local.format(suffix).to_string();
        text.into()
    }

    /// A time as a local one of the requested zone; in year 1 for `None`.
    pub(super) fn local_time(&self, at: Option<DateTime<Utc>>) -> NaiveDateTime {
        match at {
            Some(at) => at.with_timezone(&self.zone.offset_at(at)).naive_local(),
            None => NaiveDate::default().with_year(1).unwrap_or_default().into(),
        }
    }

    /// A length of time.
    pub(super) fn span(&self, span: TimeDelta) -> Value {
        let seconds = span.num_seconds();
        if self.quirks.aggregates == AggregateSupport::NumbersOnly {
            return seconds.into();
        }
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        format!("{hours:02}:{minutes:02}:{:02}", seconds % 60).into()
    }

    /// `WhenPosted`, which a service may convert once too often.
    pub(super) fn posted_time(&self, at: DateTime<Utc>) -> Value {
        let shift = match self.quirks.posted_time {
            PostedTime::Correct => 0,
            PostedTime::ShiftedByBase => Zone::base().offset_at(at).local_minus_utc(),
        };
        self.time(Some(at - TimeDelta::seconds(shift.into())))
    }

    /// An enumeration value, whose `Debug` form is the service's own name for it.
    pub(super) fn enum_value(&self, value: impl Debug, number: i64) -> Value {
        match self.quirks.enum_format {
            EnumFormat::Names => format!("{value:?}").into(),
            EnumFormat::Numbers => number.into(),
            EnumFormat::Unknown => "NewInTheNextVersion".into(),
        }
    }

    pub(super) fn message_markup(&self, text: &str) -> String {
        match self.quirks.markup_format {
            MarkupFormat::AsStored => text.to_owned(),
            MarkupFormat::Escaped => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
        }
    }

    /// A display text: in English, or in all languages if none was requested.
    pub(super) fn localized(&self, norwegian: &str, english: &str) -> Value {
        if self.with_language || self.quirks.single_language {
            english.into()
        } else {
            format!("NO:\"{norwegian}\";US:\"{english}\"").into()
        }
    }

    /// Replaces or removes empty texts at any depth of an object.
    pub(super) fn apply_empty_text(&self, object: Value) -> Value {
        let Value::Object(object) = object else {
            return object;
        };
        let mut encoded = Map::new();
        for (name, value) in object {
            let is_empty = value.as_str().is_some_and(str::is_empty);
            match self.quirks.empty_text {
                EmptyText::Null if is_empty => encoded.insert(name, Value::Null),
                EmptyText::Missing if is_empty => None,
                _ => encoded.insert(name, self.apply_empty_text(value)),
            };
        }
        encoded.into()
    }
}
