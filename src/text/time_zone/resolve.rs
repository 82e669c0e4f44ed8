//! Resolves a requested or listed zone to its rules.
//!
//! Sources, the most certain first: the service's list, the table, IANA names, the country of a code.
//! Rules that contradict the offsets of the service's list are not used.

use chrono::{DateTime, Datelike, FixedOffset, Offset, TimeZone as _, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::{OffsetRules, TimeZone, table};
use crate::chat::{ServiceZone, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ZoneError {
    #[error("unknown time zone {requested:?}; {}", ZoneError::nearest_hint(.nearest))]
    Unknown {
        requested: String,
        /// Suggestions, best first.
        nearest: Vec<String>,
    },
    #[error(
        "the system time zone is not known; instead of \"local\", use a name such as \"Europe/Oslo\""
    )]
    NoLocal,
}

impl ZoneError {
    /// What to write instead of an unknown zone.
    pub(crate) fn nearest_hint(nearest: &[String]) -> String {
        if nearest.is_empty() {
            "`sochat zones` lists them".to_owned()
        } else {
            format!("did you mean {}?", nearest.join(" or "))
        }
    }
}

impl TimeZone {
    /// Returns an error for what cannot be a zone; an unknown code passes, because the service may
    /// support it.
    pub(crate) fn check(requested: &str, local: Option<&str>) -> Result<(), ZoneError> {
        let any_time = DateTime::UNIX_EPOCH.fixed_offset();
        Self::resolve(requested, &[], local, any_time).map(drop)
    }

    /// Resolves a code or number of the service, an IANA name, or `local`, the system zone. `listed` is
    /// the service's list, empty until it is known; offsets are compared in the year of `now`.
    pub(crate) fn resolve(
        requested: &str,
        listed: &[ServiceZone],
        local: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, ZoneError> {
        let mut zone = Self::resolve_rules(requested, listed, local, now)?;
        if zone.listed_code.is_none() {
            let active = listed.iter().filter(|row| row.active);
            let mut codes = active.map(|row| Self::from_listed(row, now));
            let same = codes.find(|listed| listed.rules == zone.rules);
            zone.listed_code = same.and_then(|same| same.code);
        }
        Ok(zone)
    }

    /// Resolves without a listed code for zones that were not requested by one.
    fn resolve_rules(
        requested: &str,
        listed: &[ServiceZone],
        local: Option<&str>,
        now: Timestamp,
    ) -> Result<Self, ZoneError> {
        let requested = requested.trim();
        if requested.eq_ignore_ascii_case("local") {
            let name = local.ok_or(ZoneError::NoLocal)?;
            return find_iana(name)
                .map(Self::named)
                .ok_or_else(|| unknown_zone_error(name, listed));
        }
        if requested.is_empty() {
            return Err(unknown_zone_error(requested, listed));
        }
        let is_number = requested.bytes().all(|byte| byte.is_ascii_digit());
        let matches = |code: &str, id: Option<&str>| {
            id == Some(requested) || !is_number && code.eq_ignore_ascii_case(requested)
        };
        let mut rows = listed.iter();
        if let Some(row) = rows.find(|row| matches(&row.code, Some(&row.id.to_string()))) {
            return Ok(Self::from_listed(row, now));
        }
        let mut entries = table::entries();
        let entry = entries.find(|entry| matches(entry.code, entry.id));
        let code = entry.map_or(requested, |entry| entry.code);
        let (zones, is_inferred) = iana_candidates(code);
        if let Some(zone) = zones.first() {
            let code = (!code.contains('/')).then(|| code.to_owned());
            return Ok(Self {
                code,
                listed_code: None,
                rules: OffsetRules::Named(*zone),
                is_inferred,
            });
        }
        if let Some(zone) = find_iana(requested) {
            return Ok(Self::named(zone));
        }
        // The service may have codes that the table lacks; its list decides once it is known.
        if listed.is_empty() && (is_number || is_code(requested)) {
            return Ok(Self {
                code: Some(requested.to_owned()),
                listed_code: None,
                rules: OffsetRules::AsReceived,
                is_inferred: false,
            });
        }
        Err(unknown_zone_error(requested, listed))
    }

    /// The zone of an entry of the service's list; its number replaces a missing code.
    pub(crate) fn from_listed(row: &ServiceZone, now: Timestamp) -> Self {
        let (zones, is_inferred) = iana_candidates(&row.code);
        let agreed = zones
            .into_iter()
            .find(|zone| matches_offsets(*zone, row, now));
        let constant = row
            .offset
            .filter(|offset| row.daylight.is_none_or(|summer| summer == *offset))
            .and_then(|minutes| FixedOffset::east_opt(minutes.checked_mul(60)?));
        let rules = agreed
            .map(OffsetRules::Named)
            .or(constant.map(OffsetRules::Fixed))
            .unwrap_or(OffsetRules::AsReceived);
        let code = if row.code.is_empty() {
            (row.id > 0).then(|| row.id.to_string())
        } else {
            Some(row.code.clone())
        };
        Self {
            listed_code: code.clone(),
            code,
            rules,
            is_inferred: is_inferred && agreed.is_some(),
        }
    }
}

/// The IANA zones a code may mean, best first, and whether only its country is known.
fn iana_candidates(code: &str) -> (Vec<Tz>, bool) {
    if code.contains('/') {
        return (find_iana(code).into_iter().collect(), false);
    }
    let of_code = |code: &str| -> Vec<Tz> {
        let entries = table::entries().filter(|entry| entry.code.eq_ignore_ascii_case(code));
        let names = entries.flat_map(table::ZoneEntry::zones);
        names.filter_map(find_iana).collect()
    };
    let zones = of_code(code);
    let of_country = code.trim_end_matches(|c: char| c.is_ascii_digit());
    if zones.is_empty() && of_country != code {
        (of_code(of_country), true)
    } else {
        (zones, false)
    }
}

/// Returns `true` if the offsets in January and July are those listed by the service.
fn matches_offsets(zone: Tz, row: &ServiceZone, now: Timestamp) -> bool {
    let Some(standard) = row.offset else {
        return true;
    };
    let listed_offsets = [standard, row.daylight.unwrap_or(standard)];
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
    listed_offsets.iter().min() == Some(&january.min(july))
        && listed_offsets.iter().max() == Some(&january.max(july))
}

/// Finds an IANA zone, ignoring case.
fn find_iana(name: &str) -> Option<Tz> {
    let mut zones = TZ_VARIANTS.iter().copied();
    name.parse()
        .ok()
        .or_else(|| zones.find(|zone: &Tz| zone.name().eq_ignore_ascii_case(name)))
}

/// Returns `true` for text in the form of a code: two letters of a country, perhaps with a number and a
/// region (`ZZ`, `MX2`, `PF2A`, `CA-NT2B`).
fn is_code(requested: &str) -> bool {
    let (start, rest) = requested.split_at_checked(2).unwrap_or_default();
    let (number, region) = rest.split_once('-').unwrap_or((rest, "A"));
    let is_alphanumeric = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    requested.len() <= 10
        && start.len() == 2
        && start.bytes().all(|byte| byte.is_ascii_alphabetic())
        && (number.is_empty() || number.starts_with(|c: char| c.is_ascii_digit()))
        && !region.is_empty()
        && is_alphanumeric(number)
        && is_alphanumeric(region)
}

fn unknown_zone_error(requested: &str, listed: &[ServiceZone]) -> ZoneError {
    const MIN_SIMILARITY: f64 = 0.87;
    let lower = requested.to_lowercase();
    let similarity = |name: &str| {
        let name = name.to_lowercase();
        let city = name.rsplit('/').next().unwrap_or("");
        strsim::jaro_winkler(&lower, &name).max(strsim::jaro_winkler(&lower, city))
    };
    let codes = listed.iter().map(|row| row.code.as_str());
    let mut nearest: Vec<(f64, &str)> = codes
        .chain(table::entries().map(|entry| entry.code))
        .chain(TZ_VARIANTS.iter().map(|zone| zone.name()))
        .map(|name| (similarity(name), name))
        .filter(|(similarity, _)| *similarity > MIN_SIMILARITY)
        .collect();
    nearest.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    nearest.dedup();
    let nearest = nearest.into_iter().take(3);
    ZoneError::Unknown {
        requested: requested.to_owned(),
        nearest: nearest.map(|(_, name)| name.to_owned()).collect(),
    }
}
