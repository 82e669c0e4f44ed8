//! Which rules a time zone goes by, and what it is called by the service.
//!
//! The service's codes look like ISO 3166 and are a list of their own; `assets/zones.tsv` says
//! what they mean. What the service itself tells of a zone's offsets outweighs that table: where the two
//! disagree, times keep the offset they were sent with.

use chrono::{FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone as _};
use chrono_tz::Tz;

use crate::chat::{ServiceZone, Timestamp};

mod resolve;
mod table;

pub use resolve::ZoneError;

/// A time zone in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeZone {
    code: Option<String>,
    rules: OffsetRules,
    is_inferred: bool,
}

/// What decides the offset of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OffsetRules {
    /// The rules of an IANA zone.
    Named(Tz),
    /// One offset all year, told by the service.
    Fixed(FixedOffset),
    /// The offset each time came with; the rules are the service's alone.
    AsReceived,
}

/// One zone to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneChoice {
    /// The zone.
    pub zone: TimeZone,
    /// Country in words, empty where the service was not asked.
    pub country: String,
    /// Region in words, possibly empty.
    pub region: String,
    /// Cities in words, possibly empty.
    pub cities: String,
    /// Today's offset, `+02:00`; both, `+01:00/+02:00`, where only the service knows which holds.
    pub offset: String,
}

impl TimeZone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self::named(Tz::UTC)
    }

    fn named(zone: Tz) -> Self {
        Self {
            code: None,
            rules: OffsetRules::Named(zone),
            is_inferred: false,
        }
    }

    /// The service's code, where the zone was wished for by one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What decides the offset of a moment.
    pub fn rules(&self) -> OffsetRules {
        self.rules
    }

    /// Tells whether the rules are a guess: those of the country, for a code of which only that is known.
    pub fn is_inferred(&self) -> bool {
        self.is_inferred
    }

    /// The name of its rules: an IANA name, an offset, or nothing for offsets as sent.
    pub fn name(&self) -> String {
        match self.rules {
            OffsetRules::Named(zone) => zone.name().to_owned(),
            OffsetRules::Fixed(offset) => offset.to_string(),
            OffsetRules::AsReceived => String::new(),
        }
    }

    /// What the header calls it: `NO · Europe/Oslo`, or whichever of the two there is.
    pub fn label(&self) -> String {
        let (code, name) = (self.code().unwrap_or(""), self.name());
        match (code, name.as_str()) {
            (code, "") => code.to_owned(),
            ("", name) => name.to_owned(),
            (code, name) if code == name => name.to_owned(),
            (code, name) => format!("{code} · {name}"),
        }
    }

    /// What `SO-TimeZone` asks for: the code, else one with the same rules, else `UTC`.
    pub fn request_code(&self) -> &str {
        match (&self.code, self.rules) {
            (Some(code), _) => code,
            (None, OffsetRules::Named(zone)) => table::entries()
                .find(|entry| entry.zones().next() == Some(zone.name()))
                .map_or("UTC", |entry| entry.code),
            (None, OffsetRules::Fixed(_) | OffsetRules::AsReceived) => "UTC",
        }
    }

    /// The rules of a time that the service sends without offset when asked for [`TimeZone::request_code`].
    pub fn naive_rules(&self) -> OffsetRules {
        match self.rules {
            OffsetRules::Named(_) if self.request_code() == "UTC" => OffsetRules::Named(Tz::UTC),
            rules => rules,
        }
    }

    /// The same instant with the offset it has in this zone.
    pub fn to_local(&self, timestamp: Timestamp) -> Timestamp {
        let local = match self.rules {
            OffsetRules::Named(zone) => timestamp.with_timezone(&zone).fixed_offset(),
            OffsetRules::Fixed(offset) => timestamp.with_timezone(&offset),
            OffsetRules::AsReceived => timestamp,
        };
        // The local mean times of old have seconds, which no written offset has.
        let seconds = local.offset().local_minus_utc();
        FixedOffset::east_opt(seconds - seconds % 60)
            .map_or(local, |offset| local.with_timezone(&offset))
    }

    /// What the zone is called at a moment: `CEST`, or its offset where it has no such name.
    pub fn abbreviation(&self, at: Timestamp) -> String {
        match self.rules {
            OffsetRules::Named(zone) => at.with_timezone(&zone).format("%Z").to_string(),
            OffsetRules::Fixed(_) | OffsetRules::AsReceived => {
                self.to_local(at).offset().to_string()
            }
        }
    }

    /// Lists the zones to choose from: the service's own where they are known, else those of the table.
    pub fn choices(listed: &[ServiceZone], now: Timestamp) -> Vec<ZoneChoice> {
        if listed.is_empty() {
            let zones =
                table::entries().filter_map(|entry| Self::resolve(entry.code, &[], None, now).ok());
            return zones
                .map(|zone| ZoneChoice::new(zone, &ServiceZone::default(), now))
                .collect();
        }
        let choice = |row| ZoneChoice::new(Self::from_listed(row, now), row, now);
        listed.iter().map(choice).collect()
    }
}

impl OffsetRules {
    /// The moment of a written time without offset: the first of two, and past a gap the gap later.
    pub fn resolve_local(self, written: NaiveDateTime) -> Timestamp {
        let found = match self {
            Self::Named(zone) => match zone.from_local_datetime(&written) {
                MappedLocalTime::Single(time) | MappedLocalTime::Ambiguous(time, _) => {
                    Some(time.fixed_offset())
                }
                MappedLocalTime::None => {
                    let before = written
                        .checked_sub_signed(TimeDelta::days(1))
                        .unwrap_or(written);
                    let offset = zone.offset_from_utc_datetime(&before).fix();
                    let time = offset.from_local_datetime(&written).single();
                    time.map(|time| time.with_timezone(&zone).fixed_offset())
                }
            },
            Self::Fixed(offset) => offset.from_local_datetime(&written).single(),
            Self::AsReceived => None,
        };
        found.unwrap_or_else(|| written.and_utc().fixed_offset())
    }
}

impl ZoneChoice {
    fn new(zone: TimeZone, row: &ServiceZone, now: Timestamp) -> Self {
        let written = |minutes: i32| {
            let offset = FixedOffset::east_opt(minutes.saturating_mul(60));
            offset.map(|offset| offset.to_string())
        };
        let offset = match zone.rules {
            OffsetRules::AsReceived => [row.offset, row.daylight]
                .into_iter()
                .flatten()
                .filter_map(written)
                .collect::<Vec<_>>()
                .join("/"),
            OffsetRules::Named(_) | OffsetRules::Fixed(_) => {
                zone.to_local(now).offset().to_string()
            }
        };
        Self {
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
