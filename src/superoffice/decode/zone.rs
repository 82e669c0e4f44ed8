//! Decodes the rows of the zone list and the single zone of `TimeZone/current`.
//!
//! Offsets are text with one- or two-digit hours; a blank daylight offset means that there is none. The
//! rules that come with a single zone count east as negative and are ignored, because the zone's code
//! identifies it in the time zone database.

use serde_json::value::RawValue;

use super::Decoder;
use super::object::LenientObject;
use crate::chat::ServiceZone;

impl Decoder {
    /// Decodes a row of the zone archive; `None` without a code.
    pub(crate) fn decode_zone_row(&mut self, row: &RawValue) -> Option<ServiceZone> {
        let row = LenientObject::parse(row.get())?.flatten();
        let id = row.id("id").or_else(|| row.id("PrimaryKey"));
        let zone = ServiceZone {
            id: id.unwrap_or_default(),
            code: row.clean_line("timeZone"),
            country: self.localized_line(&row, "country"),
            region: self.localized_line(&row, "region"),
            cities: self.localized_line(&row, "cities"),
            offset: parse_offset_minutes(&row.clean_line("offset")),
            daylight: parse_offset_minutes(&row.clean_line("daylight")),
            // The column may be missing.
            active: row.raw("isActive").is_none() || row.flag("isActive"),
        };
        self.count_invalid(&row);
        Some(zone).filter(|zone| !zone.code.is_empty())
    }

    /// Decodes a single zone; `None` without a code.
    pub(crate) fn decode_zone(&mut self, json: &str) -> Option<ServiceZone> {
        let object = LenientObject::parse(json)?;
        let zone = ServiceZone {
            id: object.id("TZLocationID").unwrap_or_default(),
            code: object.clean_line("TZLocationCode"),
            country: self.localized_line(&object, "Name"),
            cities: self.localized_line(&object, "TZLocationCities"),
            active: true,
            ..ServiceZone::default()
        };
        self.count_invalid(&object);
        Some(zone).filter(|zone| !zone.code.is_empty())
    }
}

/// Parses `+10:00`, `-5:00`, `+5` or `0` as minutes east of UTC.
fn parse_offset_minutes(text: &str) -> Option<i32> {
    let text = text.trim_start_matches("UTC").trim_start_matches("GMT");
    let (sign, text) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(text) => (-1, text),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    let hours = hours.parse::<u8>().ok().filter(|hours| *hours <= 24)?;
    let minutes = minutes.parse::<u8>().ok().filter(|minutes| *minutes < 60)?;
    Some(sign * (i32::from(hours) * 60 + i32::from(minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_come_in_many_forms() {
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
            assert_eq!(parse_offset_minutes(text), wanted, "{text}");
        }
    }

    #[test]
    fn slim_and_full_rows_are_decoded() {
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
                Decoder::default().decode_zone_row(row),
                Some(wanted.clone()),
                "{row}"
            );
        }
    }

    #[test]
    fn the_current_zone_needs_a_code() {
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
        assert_eq!(Decoder::default().decode_zone(json), Some(wanted));
        assert_eq!(Decoder::default().decode_zone("{\"TZLocationID\":1}"), None);
        assert_eq!(Decoder::default().decode_zone("null"), None);
    }
}
