//! Parses the service's time formats.
//!
//! Recorded responses have neither fraction nor offset, generated samples have seven digits and
//! `+02:00`, and the documentation of the headers shows `-0500`. The archive adds
//! `[DT:11/09/2017 14:53:18]`, month first, and `[D:09.11.2017]`, day first. Year 1 means "never" and
//! year 9999 "no end", also after a time zone conversion; both decode as `None`.

use chrono::format::{Parsed, StrftimeItems, parse_and_remainder};
use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;

use super::value::{InvalidValue, strip_type_tag};
use crate::chat::Timestamp;

/// The time zone of values without an offset: the requested one, or UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NaiveZone(pub Option<Tz>);

impl NaiveZone {
    /// Parses a time; `None` for an empty text, year 1 and year 9999.
    pub(super) fn parse(self, text: &str) -> Result<Option<Timestamp>, InvalidValue> {
        let text = strip_type_tag(text);
        if text.is_empty() {
            return Ok(None);
        }
        let parsed = parse_rfc3339(text).or_else(|| parse_date_time(text));
        let (local, offset) = parsed.ok_or(InvalidValue)?;
        if !(2..9999).contains(&local.year()) {
            return Ok(None);
        }
        let offset = offset.unwrap_or_else(|| self.offset_at(local));
        Ok(offset.from_local_datetime(&local).single())
    }

    /// Returns the offset at a local time: the earlier one if the time occurs twice, and the one before
    /// the transition if it is skipped.
    fn offset_at(self, local: NaiveDateTime) -> FixedOffset {
        let Some(zone) = self.0 else {
            return Utc.fix();
        };
        let offset = zone.offset_from_local_datetime(&local).earliest();
        let day_before = || zone.offset_from_utc_datetime(&(local - TimeDelta::days(1)));
        offset.unwrap_or_else(day_before).fix()
    }
}

/// Parses RFC 3339, with or without an offset, several times faster than [`parse_date_time`] does; `None` for any
/// other form. The offset may lack its colon, as in the vendor's samples.
fn parse_rfc3339(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let with_offset = match text.split_at_checked(text.len().checked_sub(2)?)? {
        (rest, minutes) if matches!(rest.as_bytes(), [.., b'+' | b'-', _, _]) => {
            DateTime::parse_from_rfc3339(&format!("{rest}:{minutes}"))
        }
        _ => DateTime::parse_from_rfc3339(text),
    };
    let with_offset = with_offset.map(|time| (time.naive_local(), Some(*time.offset())));
    let parsed = with_offset.or_else(|_| text.parse().map(|local| (local, None)));
    // A leap second has more nanoseconds.
    parsed
        .ok()
        .filter(|(local, _)| local.nanosecond() < 1_000_000_000)
}

/// Parses a date with an optional time, which may have a fraction and an offset. A leap second counts
/// as the second before it.
fn parse_date_time(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let text = &text.trim().replace(',', ".");
    let date_format = match text.trim_start_matches(char::is_numeric).chars().next() {
        Some('/') => "%m/%d/%Y",
        Some('.') => "%d.%m.%Y",
        _ => "%Y-%m-%d",
    };
    let parse = |parsed: &mut Parsed, text, format| {
        parse_and_remainder(parsed, text, StrftimeItems::new(format)).ok()
    };
    let mut parsed = Parsed::new();
    let rest = parse(&mut parsed, text, date_format)?.trim_start_matches(['T', 't', ' ']);
    let date = parsed.to_naive_date().ok()?;
    if rest.is_empty() {
        return Some((date.and_time(NaiveTime::MIN), None));
    }
    let (time, rest) = ["%H:%M:%S%.f", "%H:%M:%S.", "%H:%M"]
        .iter()
        .find_map(|format| NaiveTime::parse_and_remainder(rest, format).ok())?;
    let time = time.with_nanosecond(time.nanosecond() % 1_000_000_000)?;
    let offset = match rest.trim_start() {
        "" => None,
        rest => {
            parse(&mut parsed, rest, "%#z").filter(|rest| rest.is_empty())?;
            Some(parsed.to_fixed_offset().ok()?)
        }
    };
    Some((date.and_time(time), offset))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_parsed() {
        let (utc, oslo) = (NaiveZone(None), NaiveZone(Some(Tz::Europe__Oslo)));
        for (naive, text, wanted) in [
            (
                oslo,
                "2026-03-29T03:00:05+0200",
                "2026-03-29T03:00:05+02:00",
            ),
            (
                oslo,
                "2018-12-24T07:34:45-0500",
                "2018-12-24T07:34:45-05:00",
            ),
            (
                oslo,
                "2026-03-29T03:00:05+02:00",
                "2026-03-29T03:00:05+02:00",
            ),
            (
                oslo,
                "2026-03-29T03:00:05+0545",
                "2026-03-29T03:00:05+05:45",
            ),
            (oslo, "2026-03-29T03:00:05-03", "2026-03-29T03:00:05-03:00"),
            (oslo, "2026-03-29T01:00:05Z", "2026-03-29T01:00:05+00:00"),
            (utc, "2026-03-29T01:00:05", "2026-03-29T01:00:05+00:00"),
            (
                utc,
                "2026-03-29T01:00:05,5 ",
                "2026-03-29T01:00:05.500+00:00",
            ),
            (oslo, "2026-07-01T12:00:00", "2026-07-01T12:00:00+02:00"),
            (oslo, "2026-10-25T02:30:00", "2026-10-25T02:30:00+02:00"),
            (oslo, "2026-03-29T02:30:00", "2026-03-29T02:30:00+01:00"),
            (
                oslo,
                "2021-01-02T03:04:05.5+02:00",
                "2021-01-02T03:04:05.500+02:00",
            ),
            (
                oslo,
                "2021-01-02T03:04:05.7739511Z",
                "2021-01-02T03:04:05.773951100+00:00",
            ),
            (
                utc,
                "2021-01-02T03:04:05.12345678901",
                "2021-01-02T03:04:05.123456789+00:00",
            ),
            (oslo, "2021-01-02T03:04:05.Z", "2021-01-02T03:04:05+00:00"),
            (oslo, "2021-01-02T03:04", "2021-01-02T03:04:00+01:00"),
            (oslo, "2021-01-02", "2021-01-02T00:00:00+01:00"),
            (oslo, "2021-01-02 03:04:60Z", "2021-01-02T03:04:59+00:00"),
            (
                oslo,
                "[DT:11/09/2017 14:53:18]",
                "2017-11-09T14:53:18+01:00",
            ),
            (utc, "[D:09.11.2017]", "2017-11-09T00:00:00+00:00"),
        ] {
            let time = naive.parse(text).unwrap().map(|time| time.to_rfc3339());
            assert_eq!(time.as_deref(), Some(wanted), "{text}");
        }
    }

    /// Where the fast parser finds a time, it is that of the general one.
    #[test]
    fn rfc_3339_is_parsed_as_any_other_form() {
        let mut found = 0;
        for date in [
            "2026-03-29",
            "2024-02-29",
            "2026-02-30",
            "0001-01-01",
            "2026-3-29",
        ] {
            for time in [
                "T03:00:05",
                "T24:00:00",
                "T23:59:60",
                "T3:00:05",
                " 03:00:05",
                "",
            ] {
                for fraction in ["", ".", ".5", ".123456", ".123456789", ".1234567891", ",5"] {
                    for offset in [
                        "", "Z", "+02:00", "+0545", "-03", "-12:30", "+99:00", "+01:75", " ",
                    ] {
                        let text = [date, time, fraction, offset].concat();
                        if let Some(parsed) = parse_rfc3339(&text) {
                            assert_eq!(Some(parsed), parse_date_time(&text), "{text}");
                            found += 1;
                        }
                    }
                }
            }
        }
        assert!(found > 0);
        for text in [
            "2026-03-29T03:00:05",
            "2026-03-29T03:00:05.1234567",
            "2026-03-29T03:00:05Z",
            "2026-03-29T03:00:05+02:00",
            "2026-03-29T03:00:05+0200",
            "2026-03-29T03:00:05.7739511-0530",
        ] {
            assert!(parse_rfc3339(text).is_some(), "{text}");
        }
    }

    #[test]
    fn year_1_and_9999_are_none() {
        for text in [
            "",
            "0001-01-01T00:00:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01T01:00:00+01:00",
            "0000-12-31T19:00:00-0500",
            "9999-12-31T23:59:59.9999999",
            "[DT:01/01/0001 00:00:00]",
        ] {
            assert_eq!(NaiveZone::default().parse(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn other_text_is_an_error() {
        for text in [
            "soon",
            "2026",
            "2026-13-01T00:00:00",
            "2026-02-30",
            "2026-01-01T25:00:00",
            "2026-01-01T00:00:00+99:00",
            "2026-01-01T00:00:00 UTC",
            "2026-01-01T00:00:00+1:2:3",
            "😀",
        ] {
            assert_eq!(
                NaiveZone::default().parse(text),
                Err(InvalidValue),
                "{text}"
            );
        }
    }
}
