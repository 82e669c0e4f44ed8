//! How single values are written for one request: times, enumerations, empty and markup texts.
//!
//! Every shape goes through here, so that a switch holds for all of them.

use std::fmt::Debug;

use chrono::{DateTime, FixedOffset, Offset, SecondsFormat, TimeDelta, Utc};
use serde_json::{Map, Value};

use super::{
    switches::{Empties, Enums, Markup, Offsets, Posted, Switches},
    zones::Zone,
};

/// What one request asked for, and what the service makes of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style<'a> {
    pub(super) switches: &'a Switches,
    /// The zone that times are converted to; the base zone where none was asked for.
    pub(super) zone: Option<&'static Zone>,
    /// Whether the offset was asked for.
    pub(super) with_offset: bool,
    /// Whether a language was asked for.
    pub(super) with_language: bool,
}

impl<'a> Style<'a> {
    /// The style of `SO-TimeZone: UTC, includeTZOffset` with a language.
    pub(super) fn plain(switches: &'a Switches) -> Self {
        Self {
            switches,
            zone: Zone::find("UTC"),
            with_offset: true,
            with_language: true,
        }
    }

    /// Reads the values of the `SO-TimeZone` and language headers.
    ///
    /// A zone that the service does not know has no effect.
    pub(super) fn asked(switches: &'a Switches, zone: Option<&str>, languages: &[&str]) -> Self {
        let (name, flag) = zone.map_or(("", ""), |zone| zone.split_once(',').unwrap_or((zone, "")));
        let zone = Zone::find(name.trim());
        Self {
            switches,
            zone: zone.or_else(Zone::base),
            with_offset: zone.is_some() && flag.trim().eq_ignore_ascii_case("includeTZOffset"),
            with_language: languages
                .iter()
                .any(|language| !matches!(*language, "" | "*" | "x")),
        }
    }

    /// A moment, or the zero date for one that has not come.
    pub(super) fn when(&self, at: Option<DateTime<Utc>>) -> Value {
        let Some(at) = at else {
            return "0001-01-01T00:00:00".into();
        };
        let offsets = if self.with_offset {
            self.switches.offsets
        } else {
            Offsets::None
        };
        let offset = self.zone.map_or(Utc.fix(), |zone| zone.offset_at(at));
        match offsets {
            Offsets::None => self.written(at, offset, ""),
            Offsets::Z => self.written(at, Utc.fix(), "Z"),
            Offsets::Colon => self.written(
                at,
                offset,
                &at.with_timezone(&offset).format("%:z").to_string(),
            ),
            Offsets::NoColon => self.written(
                at,
                offset,
                &at.with_timezone(&offset).format("%z").to_string(),
            ),
        }
    }

    /// The moment a message was posted, which a service may convert once too often.
    pub(super) fn posted(&self, at: DateTime<Utc>) -> Value {
        let base = Zone::base().map_or(0, |zone| zone.offset_at(at).local_minus_utc());
        match self.switches.posted {
            Posted::Correct => self.when(Some(at)),
            Posted::ShiftedByBase => self.when(Some(at - TimeDelta::seconds(i64::from(base)))),
        }
    }

    fn written(&self, at: DateTime<Utc>, offset: FixedOffset, suffix: &str) -> Value {
        let local = at.with_timezone(&offset).naive_local().and_utc();
        let digits = usize::from(self.switches.fraction_digits.min(9));
        let mut text = local.to_rfc3339_opts(SecondsFormat::Nanos, true);
        // Nine digits after 19 characters and a point; none means no point either.
        text.truncate(if digits == 0 { 19 } else { 20 + digits });
        text.push_str(suffix);
        text.into()
    }

    /// The value of an enumeration, whose variants are named as the service names them.
    pub(super) fn name(&self, value: impl Debug, number: i64) -> Value {
        match self.switches.enums {
            Enums::Names => format!("{value:?}").into(),
            Enums::Numbers => number.into(),
            Enums::Unknown => "NewInTheNextVersion".into(),
        }
    }

    /// A text that may have markup.
    pub(super) fn markup(&self, text: &str) -> String {
        match self.switches.markup {
            Markup::AsStored => text.to_owned(),
            Markup::Escaped => text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;"),
        }
    }

    /// A display text: in English, or in all languages where none was asked for.
    pub(super) fn words(&self, norwegian: &str, english: &str) -> Value {
        if self.with_language || !self.switches.multi_language {
            english.into()
        } else {
            format!("NO:\"{norwegian}\";US:\"{english}\"").into()
        }
    }

    /// The object with its empty texts as the switch has them, at any depth.
    pub(super) fn finished(&self, object: Value) -> Value {
        let Value::Object(object) = object else {
            return object;
        };
        let mut finished = Map::new();
        for (name, value) in object {
            let empty = value.as_str().is_some_and(str::is_empty);
            match self.switches.empties {
                Empties::Null if empty => finished.insert(name, Value::Null),
                Empties::Missing if empty => None,
                _ => finished.insert(name, self.finished(value)),
            };
        }
        finished.into()
    }
}
