//! Time zones, by the service's own codes and ids.
//!
//! A selection of the real list, with the documented ids; the other ids are this service's own.

use std::sync::LazyLock;

use chrono::{DateTime, Datelike, FixedOffset, Offset, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::{Value, json};

use super::scenario::parse;

/// All zones, in the order of their ids.
pub(super) static ALL: LazyLock<Vec<Zone>> =
    LazyLock::new(|| parse(include_str!("../../assets/demo/zones.json")));

#[derive(Debug, Deserialize)]
pub(super) struct Zone {
    pub(super) id: i64,
    pub(super) code: String,
    pub(super) country: String,
    pub(super) region: String,
    pub(super) cities: String,
    /// The IANA name, or a fixed offset where there is none.
    place: String,
}

impl Zone {
    /// The zone of stored times, which is also the user's.
    pub(super) fn base() -> &'static Self {
        Self::find("NO").expect("Norway is in the embedded zones, a test requests it")
    }

    /// The zone with this code or id.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        let id = name.parse::<i64>().ok();
        ALL.iter()
            .find(|zone| zone.code.eq_ignore_ascii_case(name) || Some(zone.id) == id)
    }

    pub(super) fn offset_at(&self, at: DateTime<Utc>) -> FixedOffset {
        match self.place.parse::<Tz>() {
            Ok(zone) => zone.offset_from_utc_datetime(&at.naive_utc()).fix(),
            Err(_) => self.place.parse().unwrap_or(Utc.fix()),
        }
    }

    /// Minutes east of UTC in winter and, where that differs, in summer.
    pub(super) fn utc_offset_minutes(&self, now: DateTime<Utc>) -> (i32, Option<i32>) {
        let in_month = |month| {
            let day = Utc.with_ymd_and_hms(now.year(), month, 15, 12, 0, 0);
            let at = day.single().unwrap_or(now);
            self.offset_at(at).local_minus_utc() / 60
        };
        let (january, july) = (in_month(1), in_month(7));
        let daylight = january.max(july);
        (january.min(july), (january != july).then_some(daylight))
    }

    /// The zone with its rules, in the shape of `TimeZone/current`.
    pub(super) fn encode_details(&self, now: DateTime<Utc>) -> Value {
        let (standard, daylight) = self.utc_offset_minutes(now);
        // Stored offsets count to the west.
        let rule = |offset: i32, start: &str, end: &str, months: (u32, u32)| {
            json!({now.year().to_string(): {
                "StartDay": 0, "StartMonth": months.0, "EndDay": 0, "EndMonth": months.1,
                "TZOffset": -offset, "StartRulePattern": start, "EndRulePattern": end,
            }})
        };
        let (spring, autumn) = ("0200 LAST-SUN-MAR", "0300 LAST-SUN-OCT");
        json!({
            "TZLocationID": self.id,
            "Name": self.country,
            "TZLocationCode": self.code,
            "TZLocationCities": self.cities,
            "IsoNumber": 0,
            "TimeZoneSTDRules": rule(standard, autumn, spring, (10, 3)),
            "TimeZoneDSTRules": daylight.map_or(json!({}), |offset| rule(offset, spring, autumn, (3, 10))),
        })
    }
}

/// Formats minutes as the list of zones does: `+5:45`, `-10:00`, `0`.
pub(super) fn offset_text(minutes: i32) -> String {
    if minutes == 0 {
        return "0".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    let minutes = minutes.abs();
    format!("{sign}{}:{:02}", minutes / 60, minutes % 60)
}
