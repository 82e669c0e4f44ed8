//! Which rules a time zone goes by, and what it is called by the service.
//!
//! The service's codes look like ISO 3166 and are a list of their own; `assets/zones.tsv` says
//! what they mean. What the service itself tells of a zone's offsets outweighs that table: where the two
//! disagree, times keep the offset they were sent with.

use chrono::{
    DateTime, Datelike, FixedOffset, MappedLocalTime, NaiveDateTime, Offset, TimeDelta, TimeZone,
    Utc,
};
use chrono_tz::{TZ_VARIANTS, Tz};

use crate::chat::{Moment, ServiceZone};

mod table;

/// A time zone in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    code: Option<String>,
    rules: Rules,
    is_guess: bool,
}

/// What decides the offset of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rules {
    /// The rules of an IANA zone.
    Named(Tz),
    /// One offset all year, told by the service.
    Fixed(FixedOffset),
    /// The offset each time came with; the rules are the service's alone.
    AsSent,
}

/// A wish for a zone that there is not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    /// Neither the service nor the world has a zone of that name.
    #[error("there is no time zone {wish:?}; {}", hint(.nearest))]
    Unknown {
        /// What was asked for.
        wish: String,
        /// What may have been meant, best first.
        nearest: Vec<String>,
    },
    /// `local` was asked for where the machine tells no zone.
    #[error(
        "this machine does not tell its time zone; name one instead of \"local\", like \"Europe/Oslo\""
    )]
    NoLocal,
}

fn hint(nearest: &[String]) -> String {
    if nearest.is_empty() {
        "`sochat zones` lists those there are".to_owned()
    } else {
        format!("did you mean {}?", nearest.join(" or "))
    }
}

/// One zone to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneChoice {
    /// The zone.
    pub zone: Zone,
    /// Country in words, empty where the service was not asked.
    pub country: String,
    /// Region in words, possibly empty.
    pub region: String,
    /// Cities in words, possibly empty.
    pub cities: String,
    /// Today's offset, `+02:00`; both, `+01:00/+02:00`, where only the service knows which holds.
    pub offset: String,
}

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self::named(Tz::UTC)
    }

    fn named(zone: Tz) -> Self {
        Self {
            code: None,
            rules: Rules::Named(zone),
            is_guess: false,
        }
    }

    /// Finds the zone that somebody wishes for: a code or number of the service, an IANA name, or
    /// `local`, which is then the machine's own IANA name. `listed` are the service's zones where
    /// they are known already; `now` tells the year whose offsets are compared.
    pub fn resolve(
        wish: &str,
        listed: &[ServiceZone],
        local: Option<&str>,
        now: Moment,
    ) -> Result<Self, ZoneError> {
        let wish = wish.trim();
        if wish.eq_ignore_ascii_case("local") {
            let name = local.ok_or(ZoneError::NoLocal)?;
            return iana(name)
                .map(Self::named)
                .ok_or_else(|| unknown(name, listed));
        }
        let is_number = !wish.is_empty() && wish.bytes().all(|byte| byte.is_ascii_digit());
        let row = listed.iter().find(|row| match is_number {
            true => wish.parse() == Ok(row.id),
            false => wish.eq_ignore_ascii_case(&row.code),
        });
        if let Some(row) = row {
            return Ok(Self::of_row(row, now));
        }
        let entry = match is_number {
            true => table::entries().find(|entry| entry.id == Some(wish)),
            false => table::entries().find(|entry| entry.code.eq_ignore_ascii_case(wish)),
        };
        let code = entry.map_or(wish, |entry| entry.code);
        let (zones, is_guess) = candidates(code);
        if let Some(zone) = zones.first() {
            let code = (!code.contains('/')).then(|| code.to_owned());
            return Ok(Self {
                code,
                rules: Rules::Named(*zone),
                is_guess,
            });
        }
        if let Some(zone) = iana(wish) {
            return Ok(Self::named(zone));
        }
        // The service may know a code that we do not; once its list is here, that decides.
        if listed.is_empty() && (is_number || is_code(wish)) {
            return Ok(Self {
                code: Some(wish.to_owned()),
                rules: Rules::AsSent,
                is_guess: false,
            });
        }
        Err(unknown(wish, listed))
    }

    /// Makes the zone that a row of the service's list means.
    pub fn of_row(row: &ServiceZone, now: Moment) -> Self {
        let (zones, is_guess) = candidates(&row.code);
        let agreed = zones.into_iter().find(|zone| agrees(*zone, row, now));
        let constant = row
            .offset
            .filter(|offset| row.daylight.is_none_or(|summer| summer == *offset));
        let rules = agreed.map(Rules::Named).or_else(|| {
            let offset = FixedOffset::east_opt(constant?.checked_mul(60)?)?;
            Some(Rules::Fixed(offset))
        });
        Self {
            code: Some(row.code.clone()),
            is_guess: is_guess && agreed.is_some(),
            rules: rules.unwrap_or(Rules::AsSent),
        }
    }

    /// The service's code, where the zone was wished for by one.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// What decides the offset of a moment.
    pub fn rules(&self) -> Rules {
        self.rules
    }

    /// Tells whether the rules are a guess: those of the country, for a code of which only that is known.
    pub fn is_guess(&self) -> bool {
        self.is_guess
    }

    /// The name of its rules: an IANA name, an offset, or nothing for offsets as sent.
    pub fn name(&self) -> String {
        match self.rules {
            Rules::Named(zone) => zone.name().to_owned(),
            Rules::Fixed(offset) => offset.to_string(),
            Rules::AsSent => String::new(),
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
    pub fn request(&self) -> &str {
        match (&self.code, self.rules) {
            (Some(code), _) => code,
            (None, Rules::Named(zone)) => table::entries()
                .find(|entry| entry.zones().next() == Some(zone.name()))
                .map_or("UTC", |entry| entry.code),
            (None, Rules::Fixed(_) | Rules::AsSent) => "UTC",
        }
    }

    /// The rules of a time that the service sends without offset when asked for [`Zone::request`].
    pub fn naive_rules(&self) -> Rules {
        match self.rules {
            Rules::Named(_) if self.request() == "UTC" => Rules::Named(Tz::UTC),
            rules => rules,
        }
    }

    /// The same instant with the offset it has in this zone.
    pub fn localize(&self, moment: Moment) -> Moment {
        let local = match self.rules {
            Rules::Named(zone) => moment.with_timezone(&zone).fixed_offset(),
            Rules::Fixed(offset) => moment.with_timezone(&offset),
            Rules::AsSent => moment,
        };
        // The local mean times of old have seconds, which no written offset has.
        let seconds = local.offset().local_minus_utc();
        FixedOffset::east_opt(seconds - seconds % 60)
            .map_or(local, |offset| local.with_timezone(&offset))
    }

    /// What the zone is called at a moment: `CEST`, or its offset where it has no such name.
    pub fn abbreviation(&self, at: Moment) -> String {
        match self.rules {
            Rules::Named(zone) => at.with_timezone(&zone).format("%Z").to_string(),
            Rules::Fixed(_) | Rules::AsSent => self.localize(at).offset().to_string(),
        }
    }

    /// Lists the zones to choose from: the service's own where they are known, else those of the table.
    pub fn choices(listed: &[ServiceZone], now: Moment) -> Vec<ZoneChoice> {
        if listed.is_empty() {
            let zones =
                table::entries().filter_map(|entry| Self::resolve(entry.code, &[], None, now).ok());
            return zones
                .map(|zone| ZoneChoice::new(zone, &ServiceZone::default(), now))
                .collect();
        }
        let choice = |row| ZoneChoice::new(Self::of_row(row, now), row, now);
        listed.iter().map(choice).collect()
    }
}

impl Rules {
    /// The moment of a written time without offset: the first of two, and past a gap the gap later.
    pub fn moment(self, written: NaiveDateTime) -> Moment {
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
            Self::AsSent => None,
        };
        found.unwrap_or_else(|| written.and_utc().fixed_offset())
    }
}

impl ZoneChoice {
    fn new(zone: Zone, row: &ServiceZone, now: Moment) -> Self {
        let written = |minutes: i32| {
            let offset = FixedOffset::east_opt(minutes.saturating_mul(60));
            offset.map(|offset| offset.to_string())
        };
        let offset = match zone.rules {
            Rules::AsSent => [row.offset, row.daylight]
                .into_iter()
                .flatten()
                .filter_map(written)
                .collect::<Vec<_>>()
                .join("/"),
            Rules::Named(_) | Rules::Fixed(_) => zone.localize(now).offset().to_string(),
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

/// The IANA zones that a code may mean, best first, and whether only its country is known.
fn candidates(code: &str) -> (Vec<Tz>, bool) {
    if code.contains('/') {
        return (iana(code).into_iter().collect(), false);
    }
    let of_code = |code: &str| -> Vec<Tz> {
        let entry = table::entries().find(|entry| entry.code.eq_ignore_ascii_case(code));
        entry
            .into_iter()
            .flat_map(table::Entry::zones)
            .filter_map(iana)
            .collect()
    };
    let zones = of_code(code);
    let of_country = code.trim_end_matches(|c: char| c.is_ascii_digit());
    if zones.is_empty() && of_country != code {
        (of_code(of_country), true)
    } else {
        (zones, false)
    }
}

/// Tells whether a zone's offsets of winter and summer are those that the service tells.
fn agrees(zone: Tz, row: &ServiceZone, now: Moment) -> bool {
    let Some(standard) = row.offset else {
        return true;
    };
    let told = [standard, row.daylight.unwrap_or(standard)];
    let offset = |month| {
        let first = Utc
            .with_ymd_and_hms(now.year(), month, 1, 0, 0, 0)
            .single()?;
        let offset = zone.offset_from_utc_datetime(&first.naive_utc()).fix();
        Some(offset.local_minus_utc() / 60)
    };
    let (Some(january), Some(july)) = (offset(1), offset(7)) else {
        return false;
    };
    told.iter().min() == Some(&january.min(july)) && told.iter().max() == Some(&january.max(july))
}

/// Finds an IANA zone by its name in any case.
fn iana(name: &str) -> Option<Tz> {
    TZ_VARIANTS
        .iter()
        .copied()
        .find(|zone| zone.name().eq_ignore_ascii_case(name))
}

/// Tells whether a wish is written like a code: `CA-NT2B`, `MX2`.
fn is_code(wish: &str) -> bool {
    wish.len() <= 10
        && wish.bytes().take(2).all(|byte| byte.is_ascii_uppercase())
        && wish
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-')
        && wish.contains(|c: char| c.is_ascii_digit() || c == '-')
}

fn unknown(wish: &str, listed: &[ServiceZone]) -> ZoneError {
    const ALIKE: f64 = 0.87;
    let lower = wish.to_lowercase();
    let likeness = |name: &str| {
        let name = name.to_lowercase();
        let city = name.rsplit('/').next().unwrap_or("");
        strsim::jaro_winkler(&lower, &name).max(strsim::jaro_winkler(&lower, city))
    };
    let codes = listed.iter().map(|row| row.code.as_str());
    let mut nearest: Vec<(f64, &str)> = codes
        .chain(table::entries().map(|entry| entry.code))
        .chain(TZ_VARIANTS.iter().map(|zone| zone.name()))
        .map(|name| (likeness(name), name))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .collect();
    nearest.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    nearest.dedup();
    ZoneError::Unknown {
        wish: wish.to_owned(),
        nearest: nearest
            .into_iter()
            .take(3)
            .map(|(_, name)| name.to_owned())
            .collect(),
    }
}

#[cfg(test)]
#[path = "zone/tests.rs"]
mod tests;
