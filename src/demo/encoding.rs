//! How single values are written for one request: times, enumerations, empty and markup texts.
//!
//! Every shape goes through here, so that a switch holds for all of them.

use std::fmt::Debug;

use chrono::{DateTime, FixedOffset, Offset, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{
    quirks::{EmptyText, EnumFormat, MarkupFormat, OffsetFormat, PostedTime, Quirks},
    zones::Zone,
};

/// What one request asked for, and what the service makes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Encoding<'a> {
    pub(super) quirks: &'a Quirks,
    /// The zone that times are converted to; the base zone where none was asked for.
    pub(super) zone: Option<&'static Zone>,
    /// Whether the offset was asked for.
    pub(super) with_offset: bool,
    /// Whether a language was asked for.
    pub(super) with_language: bool,
}

impl<'a> Encoding<'a> {
    /// The style of `SO-TimeZone: UTC, includeTZOffset` with a language.
    pub(super) fn utc(quirks: &'a Quirks) -> Self {
        Self {
            quirks,
            zone: Zone::find("UTC"),
            with_offset: true,
            with_language: true,
        }
    }

    /// Reads the values of the `SO-TimeZone` and language headers.
    ///
    /// A zone that the service does not know has no effect.
    pub(super) fn from_headers(quirks: &'a Quirks, zone: Option<&str>, languages: &[&str]) -> Self {
        let (name, flag) = zone.map_or(("", ""), |zone| zone.split_once(',').unwrap_or((zone, "")));
        let zone = Zone::find(name.trim());
        Self {
            quirks,
            zone: zone.or_else(Zone::base),
            with_offset: zone.is_some() && flag.trim().eq_ignore_ascii_case("includeTZOffset"),
            with_language: languages
                .iter()
                .any(|language| !matches!(*language, "" | "*" | "x")),
        }
    }

    /// A moment, or the zero date for one that has not come.
    pub(super) fn time(&self, at: Option<DateTime<Utc>>) -> Value {
        let Some(at) = at else {
            return "0001-01-01T00:00:00".into();
        };
        let offsets = if self.with_offset {
            self.quirks.offset_format
        } else {
            OffsetFormat::None
        };
        let offset = self.zone.map_or(Utc.fix(), |zone| zone.offset_at(at));
        match offsets {
            OffsetFormat::None => self.format_time(at, offset, ""),
            OffsetFormat::Z => self.format_time(at, Utc.fix(), "Z"),
            OffsetFormat::Colon => self.format_time(
                at,
                offset,
                &at.with_timezone(&offset).format("%:z").to_string(),
            ),
            OffsetFormat::NoColon => self.format_time(
                at,
                offset,
                &at.with_timezone(&offset).format("%z").to_string(),
            ),
        }
    }

    /// The moment a message was posted, which a service may convert once too often.
    pub(super) fn posted_time(&self, at: DateTime<Utc>) -> Value {
        let base = Zone::base().map_or(0, |zone| zone.offset_at(at).local_minus_utc());
        match self.quirks.posted_time {
            PostedTime::Correct => self.time(Some(at)),
            PostedTime::ShiftedByBase => self.time(Some(at - TimeDelta::seconds(i64::from(base)))),
        }
    }

    fn format_time(&self, at: DateTime<Utc>, offset: FixedOffset, suffix: &str) -> Value {
        let local = at.with_timezone(&offset).naive_local().and_utc();
        let digits = usize::from(self.quirks.fraction_digits.min(9));
        let mut text = local.to_rfc3339_opts(SecondsFormat::Nanos, true);
        // Nine digits after 19 characters and a point; none means no point either.
        text.truncate(if digits == 0 { 19 } else { 20 + digits });
        text.push_str(suffix);
        text.into()
    }

    /// The value of an enumeration, whose variants are named as the service names them.
    pub(super) fn enum_value(&self, value: impl Debug, number: i64) -> Value {
        match self.quirks.enum_format {
            EnumFormat::Names => format!("{value:?}").into(),
            EnumFormat::Numbers => number.into(),
            EnumFormat::Unknown => "NewInTheNextVersion".into(),
        }
    }

    /// A text that may have markup.
    pub(super) fn message_markup(&self, text: &str) -> String {
        match self.quirks.markup_format {
            MarkupFormat::AsStored => text.to_owned(),
            MarkupFormat::Escaped => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
        }
    }

    /// A display text: in English, or in all languages where none was asked for.
    pub(super) fn localized(&self, norwegian: &str, english: &str) -> Value {
        if self.with_language || !self.quirks.multi_language {
            english.into()
        } else {
            format!("NO:\"{norwegian}\";US:\"{english}\"").into()
        }
    }

    /// The object with its empty texts as the switch has them, at any depth.
    pub(super) fn apply_empty_text(&self, object: Value) -> Value {
        let Value::Object(object) = object else {
            return object;
        };
        let mut encoded = Map::new();
        for (name, value) in object {
            let empty = value.as_str().is_some_and(str::is_empty);
            match self.quirks.empty_text {
                EmptyText::Null if empty => encoded.insert(name, Value::Null),
                EmptyText::Missing if empty => None,
                _ => encoded.insert(name, self.apply_empty_text(value)),
            };
        }
        encoded.into()
    }
}
