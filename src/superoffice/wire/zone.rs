//! Rows of the zone list and the single zone of `TimeZone/current`.
//!
//! Offsets are text with one- or two-digit hours; a blank summer offset means there is none. The
//! stored rules of a single zone count east as negative and are not used: its code tells more.

use serde_json::value::RawValue;

use super::Reader;
use super::archive::flat;
use super::object::Object;
use crate::chat::ServiceZone;

impl Reader {
    /// Reads one row of the archive of zones; `None` without a code.
    pub(in crate::superoffice) fn zone_row(&mut self, row: &RawValue) -> Option<ServiceZone> {
        let row = flat(Object::read(row.get())?);
        let zone = ServiceZone {
            id: row
                .id("id")
                .or_else(|| row.id("PrimaryKey"))
                .unwrap_or_default(),
            code: row.line("timeZone"),
            country: self.words(&row, "country"),
            region: self.words(&row, "region"),
            cities: self.words(&row, "cities"),
            offset: minutes(&row.line("offset")),
            daylight: minutes(&row.line("daylight")),
            // Only what says so is switched off: the column may be missing.
            active: row.raw("isActive").is_none() || row.flag("isActive"),
        };
        self.count(&row);
        Some(zone).filter(|zone| !zone.code.is_empty())
    }

    /// Reads a single zone; `None` without a code.
    pub(in crate::superoffice) fn zone(&mut self, json: &str) -> Option<ServiceZone> {
        let object = Object::read(json)?;
        let zone = ServiceZone {
            id: object.id("TZLocationID").unwrap_or_default(),
            code: object.line("TZLocationCode"),
            country: self.words(&object, "Name"),
            region: String::new(),
            cities: self.words(&object, "TZLocationCities"),
            offset: None,
            daylight: None,
            active: true,
        };
        self.count(&object);
        Some(zone).filter(|zone| !zone.code.is_empty())
    }
}

/// Reads `+10:00`, `-5:00`, `+5` or `0` as minutes east of UTC.
fn minutes(text: &str) -> Option<i32> {
    let text = text
        .trim()
        .trim_start_matches("UTC")
        .trim_start_matches("GMT");
    let (sign, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let hours: i32 = hours
        .parse()
        .ok()
        .filter(|hours| (0..=24).contains(hours))?;
    let minutes: i32 = minutes
        .parse()
        .ok()
        .filter(|minutes| (0..60).contains(minutes))?;
    Some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_text_of_many_forms() {
        for (text, wanted) in [
            ("+10:00", Some(600)),
            ("-5:00", Some(-300)),
            ("+6:00", Some(360)),
            ("5:45", Some(345)),
            ("-03:30", Some(-210)),
            ("0", Some(0)),
            ("+2", Some(120)),
            ("", None),
            (" ", None),
            ("none", None),
            ("99:00", None),
        ] {
            assert_eq!(minutes(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_row_is_read_slim_and_full() {
        let wanted = ServiceZone {
            id: 261,
            code: "NO".into(),
            country: "Norway".into(),
            region: String::new(),
            cities: "Oslo".into(),
            offset: Some(60),
            daylight: Some(120),
            active: true,
        };
        for row in [
            r#"{"PrimaryKey":"261","EntityName":"timezone","id":261,"isActive":1,"timeZone":"NO",
                "country":"Norway","region":"","cities":"Oslo","offset":"+1:00","daylight":"+2:00"}"#,
            r#"{"PrimaryKey":261,"Column":{"timeZone":{"RawValue":"NO","DisplayValue":"NO"},
                "country":{"DisplayValue":"NO:\"Norge\";US:\"Norway\""},"cities":{"RawValue":"Oslo"},
                "offset":{"RawValue":"+1:00"},"daylight":{"RawValue":"+2:00"}}}"#,
        ] {
            let row: &RawValue = serde_json::from_str(row).unwrap();
            assert_eq!(
                Reader::default().zone_row(row),
                Some(wanted.clone()),
                "{row}"
            );
        }
    }

    #[test]
    fn the_current_zone_is_known_by_its_code() {
        let json = r#"{"TZLocationID":261,"Name":"Norway","TZLocationCode":"NO","TZLocationCities":"Oslo",
            "IsoNumber":578,"TimeZoneSTDRules":{"1":{"TZOffset":-60}}}"#;
        let wanted = ServiceZone {
            id: 261,
            code: "NO".into(),
            country: "Norway".into(),
            cities: "Oslo".into(),
            active: true,
            ..ServiceZone::default()
        };
        assert_eq!(Reader::default().zone(json), Some(wanted));
        assert_eq!(Reader::default().zone("{\"TZLocationID\":1}"), None);
        assert_eq!(Reader::default().zone("null"), None);
    }
}
