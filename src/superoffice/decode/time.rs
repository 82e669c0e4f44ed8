//! Parses the service's time formats.
//!
//! Recorded responses have neither fraction nor offset, generated samples have seven digits and
//! `+02:00`, and the documentation of the headers shows `-0500`. The archive adds
//! `[DT:11/09/2017 14:53:18]`, month first, and `[D:09.11.2017]`, day first. Year 1 means "never" and
//! year 9999 "no end", also after a time zone conversion; both decode as `None`.

use chrono::{
    Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
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
        let (local, offset) = parse_date_time(text).ok_or(InvalidValue)?;
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

/// Parses a local time and an optional offset.
fn parse_date_time(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let (date, rest) = parse_date(text)?;
    let rest = rest
        .strip_prefix(['T', 't', ' '])
        .unwrap_or(rest)
        .trim_start();
    if rest.is_empty() {
        return Some((date.and_time(NaiveTime::MIN), None));
    }
    let (time, rest) = parse_time(rest)?;
    let local = date.and_time(time);
    match rest.trim() {
        "" => Some((local, None)),
        rest => Some((local, Some(parse_offset(rest)?))),
    }
}

fn parse_date(text: &str) -> Option<(NaiveDate, &str)> {
    let (first, rest) = parse_digits(text, 4)?;
    let mark = rest.chars().next()?;
    let (second, rest) = parse_digits(rest.strip_prefix(mark)?, 2)?;
    let (third, rest) = parse_digits(rest.strip_prefix(mark)?, 4)?;
    let (year, month, day) = match mark {
        '-' => (first, second, third),
        '/' => (third, first, second),
        '.' => (third, second, first),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some((date, rest))
}

fn parse_time(text: &str) -> Option<(NaiveTime, &str)> {
    let (hour, rest) = parse_digits(text, 2)?;
    let (minute, rest) = parse_digits(rest.strip_prefix(':')?, 2)?;
    let Some(rest) = rest.strip_prefix(':') else {
        return Some((NaiveTime::from_hms_opt(hour, minute, 0)?, rest));
    };
    let (second, rest) = parse_digits(rest, 2)?;
    let (nanos, rest) = match rest.strip_prefix(['.', ',']) {
        Some(rest) => parse_fraction(rest)?,
        None => (0, rest),
    };
    // A leap second counts as the second before it.
    let second = if second == 60 { 59 } else { second };
    Some((
        NaiveTime::from_hms_nano_opt(hour, minute, second, nanos)?,
        rest,
    ))
}

/// Parses any number of digits; those after the ninth are ignored.
fn parse_fraction(text: &str) -> Option<(u32, &str)> {
    let rest = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let digits = text.strip_suffix(rest)?;
    let nanos = digits
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
    Some((nanos, rest))
}

/// Parses `Z`, `±hh:mm`, `±hhmm` or `±hh`.
fn parse_offset(text: &str) -> Option<FixedOffset> {
    if matches!(text, "Z" | "z") {
        return Some(Utc.fix());
    }
    let east = text.strip_prefix('+');
    let (hours, rest) = parse_digits(east.or_else(|| text.strip_prefix('-'))?, 2)?;
    let minutes = match rest.strip_prefix(':').unwrap_or(rest) {
        "" => 0,
        digits => {
            parse_digits(digits, 2)
                .filter(|(_, rest)| rest.is_empty())?
                .0
        }
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    FixedOffset::east_opt(if east.is_some() { seconds } else { -seconds })
}

/// Parses between one and `most` digits.
fn parse_digits(text: &str, most: usize) -> Option<(u32, &str)> {
    let digits = text
        .bytes()
        .take(most)
        .take_while(u8::is_ascii_digit)
        .count();
    let (number, rest) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_parsed() {
        let oslo = NaiveZone(Some(Tz::Europe__Oslo));
        for (text, naive, wanted) in [
            (
                "2026-03-29T03:00:05+0200",
                oslo,
                "2026-03-29T03:00:05+02:00",
            ),
            (
                "2018-12-24T07:34:45-0500",
                oslo,
                "2018-12-24T07:34:45-05:00",
            ),
            (
                "2026-03-29T03:00:05+02:00",
                oslo,
                "2026-03-29T03:00:05+02:00",
            ),
            ("2026-03-29T03:00:05-03", oslo, "2026-03-29T03:00:05-03:00"),
            ("2026-03-29T01:00:05Z", oslo, "2026-03-29T01:00:05+00:00"),
            (
                "2026-03-29T01:00:05",
                NaiveZone(None),
                "2026-03-29T01:00:05+00:00",
            ),
            ("2026-07-01T12:00:00", oslo, "2026-07-01T12:00:00+02:00"),
            ("2026-10-25T02:30:00", oslo, "2026-10-25T02:30:00+02:00"),
            ("2026-03-29T02:30:00", oslo, "2026-03-29T02:30:00+01:00"),
            (
                "2021-01-02T03:04:26.7739511+02:00",
                oslo,
                "2021-01-02T03:04:26.773951100+02:00",
            ),
            (
                "2021-01-02T03:04:05.12345678901Z",
                oslo,
                "2021-01-02T03:04:05.123456789+00:00",
            ),
            ("2021-01-02T03:04:05.Z", oslo, "2021-01-02T03:04:05+00:00"),
            ("2021-01-02T03:04", oslo, "2021-01-02T03:04:00+01:00"),
            ("2021-01-02", oslo, "2021-01-02T00:00:00+01:00"),
            ("2021-01-02 03:04:60Z", oslo, "2021-01-02T03:04:59+00:00"),
            (
                "[DT:11/09/2017 14:53:18]",
                oslo,
                "2017-11-09T14:53:18+01:00",
            ),
            (
                "[D:09.11.2017]",
                NaiveZone(None),
                "2017-11-09T00:00:00+00:00",
            ),
        ] {
            let read = naive.parse(text).unwrap().map(|moment| moment.to_rfc3339());
            assert_eq!(read.as_deref(), Some(wanted), "{text}");
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

    #[test]
    fn offsets_are_kept_as_received() {
        let wanted: Timestamp = Timestamp::parse_from_rfc3339("2026-03-29T03:00:05+05:45").unwrap();
        let read = NaiveZone::default()
            .parse("2026-03-29T03:00:05+0545")
            .unwrap()
            .unwrap();
        assert_eq!((read, read.offset()), (wanted, wanted.offset()));
    }
}
