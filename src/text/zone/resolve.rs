//! From what somebody asks for, or what the service lists, to the zone it means.
//!
//! The rules go from the certain to the likely: a row of the service, the table, an IANA name, the
//! country of a code. What a row tells of the offsets vetoes every other source.

use chrono::{Datelike, FixedOffset, Offset, TimeZone as _, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::{Rules, Zone, table};
use crate::chat::{Moment, ServiceZone};

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

impl Zone {
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
        if wish.is_empty() {
            return Err(unknown(wish, listed));
        }
        let is_number = wish.bytes().all(|byte| byte.is_ascii_digit());
        let is_meant = |code: &str, id: Option<&str>| {
            id == Some(wish) || !is_number && code.eq_ignore_ascii_case(wish)
        };
        let mut rows = listed.iter();
        if let Some(row) = rows.find(|row| is_meant(&row.code, Some(&row.id.to_string()))) {
            return Ok(Self::of_row(row, now));
        }
        let mut entries = table::entries();
        let entry = entries.find(|entry| is_meant(entry.code, entry.id));
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

    /// Makes the zone that a row of the service's list means; its number stands in for a missing code.
    pub fn of_row(row: &ServiceZone, now: Moment) -> Self {
        let (zones, is_guess) = candidates(&row.code);
        let agreed = zones.into_iter().find(|zone| agrees(*zone, row, now));
        let constant = row
            .offset
            .filter(|offset| row.daylight.is_none_or(|summer| summer == *offset))
            .and_then(|minutes| FixedOffset::east_opt(minutes.checked_mul(60)?));
        let rules = agreed
            .map(Rules::Named)
            .or(constant.map(Rules::Fixed))
            .unwrap_or(Rules::AsSent);
        let code = if row.code.is_empty() {
            (row.id > 0).then(|| row.id.to_string())
        } else {
            Some(row.code.clone())
        };
        Self {
            code,
            rules,
            is_guess: is_guess && agreed.is_some(),
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
    let mut zones = TZ_VARIANTS.iter().copied();
    name.parse()
        .ok()
        .or_else(|| zones.find(|zone: &Tz| zone.name().eq_ignore_ascii_case(name)))
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
