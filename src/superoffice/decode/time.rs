//! Parses the service's time formats.
//!
//! Recorded responses have neither fraction nor offset, generated samples have seven digits and
//! `+02:00`, and the documentation of the headers shows `-0500`. The archive adds
//! `[DT:11/09/2017 14:53:18]`, month first, and `[D:09.11.2017]`, day first. Year 1 means "never" and
//! year 9999 "no end", also after a time zone conversion; both decode as `None`.

use chrono::format::{Parsed, StrftimeItems, parse_and_remainder};
use chrono::{
    Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
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
        let parsed = parse_usual(text).or_else(|| parse_date_time(text));
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

/// Parses the form that nearly all times have, `2026-03-29T03:00:05.123+02:00`, much faster than
/// [`parse_date_time`] does; `None` for any other.
fn parse_usual(text: &str) -> Option<(NaiveDateTime, Option<FixedOffset>)> {
    let (date_time, rest) = text.as_bytes().split_first_chunk::<19>()?;
    let &[
        _,
        _,
        _,
        _,
        b'-',
        _,
        _,
        b'-',
        _,
        _,
        b'T',
        _,
        _,
        b':',
        _,
        _,
        b':',
        _,
        _,
    ] = date_time
    else {
        return None;
    };
    let [year, month, day] =
        [&date_time[..4], &date_time[5..7], &date_time[8..10]].map(parse_digits);
    let [hour, minute, second] =
        [&date_time[11..13], &date_time[14..16], &date_time[17..]].map(parse_digits);
    let date = NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?)?;
    let is_digit = |byte: &&u8| byte.is_ascii_digit();
    let (nanos, rest) = match rest {
        [b'.', rest @ ..] => {
            let (digits, rest) = rest.split_at(rest.iter().take_while(is_digit).count());
            let missing = 9_usize
                .checked_sub(digits.len())
                .filter(|missing| *missing < 9)?;
            let scale = 10_u32.pow(u32::try_from(missing).ok()?);
            (parse_digits(digits)? * scale, rest)
        }
        rest => (0, rest),
    };
    let time = NaiveTime::from_hms_nano_opt(hour?, minute?, second?, nanos)?;
    let offset = match rest {
        [] => None,
        b"Z" => Some(Utc.fix()),
        [sign @ (b'+' | b'-'), hours @ .., b':', tens, ones]
        | [sign @ (b'+' | b'-'), hours @ .., tens, ones]
            if hours.len() == 2 =>
        {
            let minutes = parse_digits(&[*tens, *ones]).filter(|minutes| *minutes < 60)?;
            let seconds = i32::try_from(3600 * parse_digits(hours)? + 60 * minutes).ok()?;
            Some(FixedOffset::east_opt(if *sign == b'-' {
                -seconds
            } else {
                seconds
            })?)
        }
        _ => return None,
    };
    Some((date.and_time(time), offset))
}

/// Up to nine digits.
fn parse_digits(digits: &[u8]) -> Option<u32> {
    let mut digits = digits.iter();
    digits.try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| 10 * number + u32::from(digit - b'0'))
    })
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
    fn the_usual_form_is_parsed_as_any_other() {
        let mut usual = 0;
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
                        if let Some(parsed) = parse_usual(&text) {
                            assert_eq!(Some(parsed), parse_date_time(&text), "{text}");
                            usual += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(usual, 3 * 4 * 5);
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
