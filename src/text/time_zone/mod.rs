//! Time zones: SuperOffice codes and their IANA rules.
//!
//! The service's codes look like ISO 3166 but are its own list; `assets/zones.tsv` maps them. The offsets
//! that the service lists override the mapping, as editions differ: if the two disagree, times
//! retain the offset they were sent with.

use std::collections::HashSet;

use chrono::{FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone as _};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::chat::{ServiceZone, Timestamp};

mod resolve;
mod table;

pub(crate) use resolve::ZoneError;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone {
    code: Option<String>,
    /// A code with these rules that the service lists.
    listed_code: Option<String>,
    rules: OffsetRules,
    is_inferred: bool,
}

/// How the offset of a timestamp is determined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetRules {
    /// An IANA zone.
    Named(Tz),
    /// The same offset all year, as listed by the service.
    Fixed(FixedOffset),
    /// The offset of the received time; only the service has the rules.
    AsReceived,
}

/// A zone to choose. Only those that the service lists have country, region and cities.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneChoice {
    /// The name to request it by: a code, an IANA name, or `local`.
    pub name: String,
    pub zone: TimeZone,
    pub country: String,
    pub region: String,
    pub cities: String,
    /// The current offset, `+02:00`; or both, `+01:00/+02:00`, if the rules are unknown.
    pub(crate) offset: String,
}

impl TimeZone {
    pub(crate) fn utc() -> Self {
        Self::named(Tz::UTC)
    }

    fn named(zone: Tz) -> Self {
        Self {
            code: None,
            listed_code: None,
            rules: OffsetRules::Named(zone),
            is_inferred: false,
        }
    }

    /// The service's code, if the zone was requested by code.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    pub fn rules(&self) -> OffsetRules {
        self.rules
    }

    /// Returns `true` if the rules are those of the country, as the code itself is not in the table.
    pub(crate) fn is_inferred(&self) -> bool {
        self.is_inferred
    }

    /// An IANA name, an offset, or nothing for offsets as received.
    pub fn name(&self) -> String {
        match self.rules {
            OffsetRules::Named(zone) => zone.name().to_owned(),
            OffsetRules::Fixed(offset) => offset.to_string(),
            OffsetRules::AsReceived => String::new(),
        }
    }

    /// The label in the header: `NO · Europe/Oslo`, or whichever of the two there is.
    pub fn label(&self) -> String {
        let (code, name) = (self.code().unwrap_or(""), self.name());
        match code {
            code if name.is_empty() => code.to_owned(),
            code if code.is_empty() || code == name => name,
            code => format!("{code} · {name}"),
        }
    }

    /// The value of `SO-TimeZone`: a code that the service lists, else `UTC`. A service may refuse every
    /// request with an unknown code.
    pub(crate) fn request_code(&self) -> &str {
        self.listed_code.as_deref().unwrap_or("UTC")
    }

    /// Returns `true` for a code that neither the table nor the service has confirmed.
    pub(crate) fn is_unconfirmed(&self) -> bool {
        self.rules == OffsetRules::AsReceived && self.listed_code.is_none()
    }

    /// Returns `true` for a zone that is shown in the same way, however it is requested.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.code, self.rules) == (&other.code, other.rules)
    }

    /// The zone of times that the service sends without an offset when requested in
    /// [`TimeZone::request_code`]; `None` for UTC.
    pub(crate) fn naive_zone(&self) -> Option<Tz> {
        match self.rules {
            OffsetRules::Named(zone) if self.request_code() != "UTC" => Some(zone),
            _ => None,
        }
    }

    /// The same instant with the offset it has in this zone.
    pub(crate) fn to_local(&self, timestamp: Timestamp) -> Timestamp {
        let local = match self.rules {
            OffsetRules::Named(zone) => timestamp.with_timezone(&zone).fixed_offset(),
            OffsetRules::Fixed(offset) => timestamp.with_timezone(&offset),
            OffsetRules::AsReceived => timestamp,
        };
        // Local mean times (before zones) have offsets with seconds, which RFC 3339 cannot express.
        let seconds = local.offset().local_minus_utc();
        FixedOffset::east_opt(seconds - seconds % 60)
            .map_or(local, |offset| local.with_timezone(&offset))
    }

    /// The abbreviation at a timestamp: `CEST`, or the offset if there is none.
    pub(crate) fn abbreviation(&self, at: Timestamp) -> String {
        match self.rules {
            OffsetRules::Named(zone) => at.with_timezone(&zone).format("%Z").to_string(),
            OffsetRules::Fixed(_) | OffsetRules::AsReceived => {
                self.to_local(at).offset().to_string()
            }
        }
    }

    /// The zones that the service lists, in its order.
    pub(crate) fn listed_choices(listed: &[ServiceZone], now: Timestamp) -> Vec<ZoneChoice> {
        let choice = |row| ZoneChoice::new(Self::from_listed(row, now), row, now);
        listed.iter().map(choice).collect()
    }

    /// All zones to choose from: `local`, those that the service lists, and the IANA names that are not among
    /// them. A code is not offered before the service has listed it, nor are `GB` and `NZ`, which would be
    /// taken for codes.
    pub(crate) fn choices(
        listed: &[ServiceZone],
        local: Option<&str>,
        now: Timestamp,
    ) -> Vec<ZoneChoice> {
        let unlisted = |zone| ZoneChoice::new(zone, &ServiceZone::default(), now);
        let local = Self::resolve("local", &[], local, now).ok();
        let local = local.map(|zone| ZoneChoice {
            name: "local".to_owned(),
            ..unlisted(zone)
        });
        let listed = Self::listed_choices(listed, now);
        let names: HashSet<String> = listed.iter().map(|choice| choice.zone.name()).collect();
        let is_code = |name: &str| name.len() == 2;
        let others = TZ_VARIANTS
            .iter()
            .filter(|zone| !names.contains(zone.name()) && !is_code(zone.name()));
        let others = others.map(|&zone| unlisted(Self::named(zone)));
        local.into_iter().chain(listed).chain(others).collect()
    }
}

impl OffsetRules {
    /// The timestamp of a local time. Of two, the earlier; in a gap, as if the clocks had not changed.
    pub(crate) fn resolve_local(self, local: NaiveDateTime) -> Timestamp {
        let resolved = match self {
            Self::Named(zone) => match zone.from_local_datetime(&local) {
                MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => {
                    Some(time.fixed_offset())
                }
                MappedLocalTime::None => {
                    let before = local
                        .checked_sub_signed(TimeDelta::days(1))
                        .unwrap_or(local);
                    let offset = zone.offset_from_utc_datetime(&before).fix();
                    let time = offset.from_local_datetime(&local).single();
                    time.map(|time| time.with_timezone(&zone).fixed_offset())
                }
            },
            Self::Fixed(offset) => offset.from_local_datetime(&local).single(),
            Self::AsReceived => None,
        };
        resolved.unwrap_or_else(|| local.and_utc().fixed_offset())
    }
}

impl ZoneChoice {
    /// As [`TimeZone::label`], and for `local` the zone that it means.
    pub fn label(&self) -> String {
        if self.name == "local" {
            format!("local · {}", self.zone.name())
        } else {
            self.zone.label()
        }
    }

    fn new(zone: TimeZone, row: &ServiceZone, now: Timestamp) -> Self {
        let format_offset = |minutes: i32| {
            let offset = FixedOffset::east_opt(minutes.saturating_mul(60));
            offset.map(|offset| offset.to_string())
        };
        let offset = match zone.rules {
            OffsetRules::AsReceived => [row.offset, row.daylight]
                .into_iter()
                .flatten()
                .filter_map(format_offset)
                .collect::<Vec<_>>()
                .join("/"),
            OffsetRules::Named(_) | OffsetRules::Fixed(_) => {
                zone.to_local(now).offset().to_string()
            }
        };
        let name = zone.code().map_or_else(|| zone.name(), str::to_owned);
        Self {
            name,
            zone,
            country: row.country.clone(),
            region: row.region.clone(),
            cities: row.cities.clone(),
            offset,
        }
    }
}

#[cfg(test)]
mod tests;
