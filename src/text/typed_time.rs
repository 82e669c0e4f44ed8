//! Times as a user types them, in the command line and in the viewer: `30m`, `yesterday 14:00`, `monday`.

use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Weekday};

use super::time_format::local_date;
use super::{TimePoint, TimeZone};
use crate::chat::Timestamp;

/// The forms that work, for sentences about one that does not.
pub(crate) const FORMS: &str = "30m, 2h, 3d, 1w, 14:00, today, yesterday 14:00, monday, 2026-11-03, \
    2026-11-03 14:00 or 2026-11-03T14:00:00+01:00";

/// A time as typed; its meaning depends on the time it is used at and on the time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedTime {
    /// This long ago.
    Ago(TimeDelta),
    /// A time of day alone.
    TimeOfDay(NaiveTime),
    /// A time of a day in the zone; without one, its beginning.
    OnDay(TypedDay, Option<NaiveTime>),
    At(Timestamp),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypedDay {
    Today,
    Yesterday,
    /// The last one before today.
    Last(Weekday),
    Date(NaiveDate),
}

impl FromStr for TypedTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        parse_ago(text)
            .map(Self::Ago)
            .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(Self::At))
            .or_else(|| parse_on_day(text))
            .ok_or_else(|| format!("write {FORMS}"))
    }
}

const WEEKDAYS: [&str; 7] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
];
/// Dates with times, each digit written as 0.
const DATE_SHAPES: [&str; 3] = [
    "0000-00-00 00:00:00",
    "0000-00-00t00:00:00+00:00",
    "0000-00-00t00:00:00-00:00",
];

/// Returns `true` if a shape, in which each digit is written as 0, begins as a text does.
fn is_shape_begun_by(shape: &str, text: &str) -> bool {
    let digits = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    text.len() <= shape.len()
        && shape
            .bytes()
            .zip(text.bytes())
            .all(|(wanted, typed)| wanted == digits(typed))
}

fn parse_ago(text: &str) -> Option<TimeDelta> {
    let minutes = [("m", 1), ("h", 60), ("d", 24 * 60), ("w", 7 * 24 * 60)];
    minutes.into_iter().find_map(|(unit, minutes)| {
        let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
        TimeDelta::try_minutes(i64::from(count) * minutes)
    })
}

fn parse_on_day(text: &str) -> Option<TypedTime> {
    if let Some(time) = parse_time(text) {
        return Some(TypedTime::TimeOfDay(time));
    }
    if let Some(day) = parse_day(text) {
        return Some(TypedTime::OnDay(day, None));
    }
    let is_date = text.starts_with(|first: char| first.is_ascii_digit());
    let separator: &[char] = if is_date { &[' ', 'T'] } else { &[' '] };
    let (day, time) = text.split_once(separator)?;
    let time = parse_time(time.trim_start())?;
    Some(TypedTime::OnDay(parse_day(day)?, Some(time)))
}

fn parse_time(text: &str) -> Option<NaiveTime> {
    let formats = ["%H:%M", "%H:%M:%S"];
    let mut parsed = formats.iter().map(|it| NaiveTime::parse_from_str(text, it));
    parsed.find_map(Result::ok)
}

fn parse_day(text: &str) -> Option<TypedDay> {
    match text.to_ascii_lowercase().as_str() {
        "today" => Some(TypedDay::Today),
        "yesterday" => Some(TypedDay::Yesterday),
        _ => {
            let date = || NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
            let weekday = text.parse().ok().map(TypedDay::Last);
            weekday.or_else(|| date().map(TypedDay::Date))
        }
    }
}

impl TypedTime {
    /// Returns `true` if more typed may make a time of a text, also where it is one already.
    pub(crate) fn is_begun_by(text: &str) -> bool {
        let text = text.trim_start().to_ascii_lowercase();
        let words = ["today", "yesterday"];
        let mut days = words.into_iter().chain(WEEKDAYS);
        let is_day = days.any(|day| day.starts_with(&text));
        let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
        let is_time =
            |text: &str| is_shape_begun_by("0:00:00", text) || is_shape_begun_by("00:00:00", text);
        let is_time_of_day = text
            .split_once(' ')
            .is_some_and(|(day, time)| parse_day(day).is_some() && is_time(time));
        let is_date = DATE_SHAPES
            .iter()
            .any(|shape| is_shape_begun_by(shape, &text));
        is_day || is_number || is_time(&text) || is_time_of_day || is_date
    }

    /// Resolves the beginning of a range: a time of day alone that lies ahead is that of yesterday.
    pub(crate) fn resolve_since(self, now: Timestamp, zone: &TimeZone) -> TimePoint {
        let point = self.resolve(now, zone);
        match self {
            Self::TimeOfDay(time) if !point.is_reached(now) => {
                Self::OnDay(TypedDay::Yesterday, Some(time)).resolve(now, zone)
            }
            _ => point,
        }
    }

    /// Resolves the end of a range: where [`Self::resolve_since`] takes the
    /// beginning for that of yesterday, a later time of day that lies ahead too is of that day as well.
    pub(crate) fn resolve_until(
        self,
        since: Option<Self>,
        now: Timestamp,
        zone: &TimeZone,
    ) -> TimePoint {
        let is_ahead = |typed: Self| !typed.resolve(now, zone).is_reached(now);
        match (since, self) {
            (Some(since @ Self::TimeOfDay(from)), Self::TimeOfDay(to))
                if is_ahead(since) && is_ahead(self) && from < to =>
            {
                Self::OnDay(TypedDay::Yesterday, Some(to)).resolve(now, zone)
            }
            _ => self.resolve(now, zone),
        }
    }

    /// Resolves the time at an instant in a zone.
    pub(crate) fn resolve(self, now: Timestamp, zone: &TimeZone) -> TimePoint {
        match self {
            Self::Ago(length) => {
                let earliest = DateTime::UNIX_EPOCH.fixed_offset();
                TimePoint::Instant(now.checked_sub_signed(length).unwrap_or(earliest))
            }
            Self::At(timestamp) => TimePoint::Instant(timestamp),
            Self::TimeOfDay(time) => Self::OnDay(TypedDay::Today, Some(time)).resolve(now, zone),
            Self::OnDay(day, time) => {
                let day = day.resolve(local_date(now, zone));
                TimePoint::of_local(day.and_time(time.unwrap_or_default()), zone)
            }
        }
    }
}

impl TypedDay {
    fn resolve(self, today: NaiveDate) -> NaiveDate {
        let before = |days| today.checked_sub_days(Days::new(days)).unwrap_or(today);
        match self {
            Self::Today => today,
            Self::Yesterday => before(1),
            Self::Last(weekday) => {
                use chrono::Datelike;
                let since = today.weekday().days_since(weekday);
                before(if since == 0 { 7 } else { since.into() })
            }
            Self::Date(date) => date,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::table;

    fn resolve(text: &str, now: &str, zone: &str) -> Option<String> {
        let now = DateTime::parse_from_rfc3339(now).unwrap();
        let zone = TimeZone::resolve(zone, &[], None, now).unwrap();
        let typed: TypedTime = text.parse().ok()?;
        match typed.resolve(now, &zone) {
            TimePoint::Instant(time) => Some(zone.to_local(time).to_rfc3339()),
            TimePoint::Local(local) => Some(local.to_string()),
        }
    }

    #[test]
    fn every_form_in_the_zone_in_force() {
        // A Saturday in Oslo, and still Friday in New York.
        let now = "2026-11-07T02:30:00+01:00";
        for [text, oslo, new_york] in table(
            "
            90m              | 2026-11-07T01:00:00+01:00 | 2026-11-06T19:00:00-05:00
            2h               | 2026-11-07T00:30:00+01:00 | 2026-11-06T18:30:00-05:00
            3d               | 2026-11-04T02:30:00+01:00 | 2026-11-03T20:30:00-05:00
            1w               | 2026-10-31T02:30:00+01:00 | 2026-10-30T21:30:00-04:00
            14:00            | 2026-11-07T14:00:00+01:00 | 2026-11-06T14:00:00-05:00
            9:05             | 2026-11-07T09:05:00+01:00 | 2026-11-06T09:05:00-05:00
            14:00:31         | 2026-11-07T14:00:31+01:00 | 2026-11-06T14:00:31-05:00
            today            | 2026-11-07T00:00:00+01:00 | 2026-11-06T00:00:00-05:00
            Today 08:00      | 2026-11-07T08:00:00+01:00 | 2026-11-06T08:00:00-05:00
            yesterday        | 2026-11-06T00:00:00+01:00 | 2026-11-05T00:00:00-05:00
            yesterday 14:00  | 2026-11-06T14:00:00+01:00 | 2026-11-05T14:00:00-05:00
            monday           | 2026-11-02T00:00:00+01:00 | 2026-11-02T00:00:00-05:00
            Saturday         | 2026-10-31T00:00:00+01:00 | 2026-10-31T00:00:00-04:00
            fri 14:00        | 2026-11-06T14:00:00+01:00 | 2026-10-30T14:00:00-04:00
            2026-11-03       | 2026-11-03T00:00:00+01:00 | 2026-11-03T00:00:00-05:00
            2026-11-03 14:00 | 2026-11-03T14:00:00+01:00 | 2026-11-03T14:00:00-05:00
            2026-11-03T14:00 | 2026-11-03T14:00:00+01:00 | 2026-11-03T14:00:00-05:00
            2026-11-03T14:00:00Z | 2026-11-03T15:00:00+01:00 | 2026-11-03T09:00:00-05:00
            ",
        ) {
            assert_eq!(resolve(text, now, "Europe/Oslo").as_deref(), Some(oslo));
            let found = resolve(text, now, "America/New_York");
            assert_eq!(found.as_deref(), Some(new_york), "{text}");
        }
    }

    #[test]
    fn a_time_of_day_that_lies_ahead_is_the_last_one_for_since() {
        let now = DateTime::parse_from_rfc3339("2026-11-07T11:00:00+01:00").unwrap();
        let oslo = TimeZone::resolve("Europe/Oslo", &[], None, now).unwrap();
        let known_to_service = TimeZone::resolve("QQ-X", &[], None, now).unwrap();
        for (text, since) in [
            ("12:00", "2026-11-06 12:00"),
            ("11:00:01", "2026-11-06 11:00"),
            ("11:00", "2026-11-07 11:00"),
            ("10:59", "2026-11-07 10:59"),
            ("today 12:00", "2026-11-07 12:00"),
            ("2026-11-07 12:00", "2026-11-07 12:00"),
            ("yesterday 12:00", "2026-11-06 12:00"),
            ("2h", "2026-11-07 09:00"),
        ] {
            let typed: TypedTime = text.parse().unwrap();
            let zones = if text == "2h" {
                &[&oslo][..]
            } else {
                &[&oslo, &known_to_service]
            };
            for zone in zones {
                assert_eq!(typed.resolve_since(now, zone).format(zone), since, "{text}");
            }
            // What lies ahead stays ahead for an end, and for a day to go to.
            if text == "12:00" {
                assert_eq!(typed.resolve(now, &oslo).format(&oslo), "2026-11-07 12:00");
            }
        }
    }

    #[test]
    fn an_end_that_lies_ahead_is_of_the_day_of_the_beginning() {
        let now = DateTime::parse_from_rfc3339("2026-11-07T10:00:00+01:00").unwrap();
        let oslo = TimeZone::resolve("Europe/Oslo", &[], None, now).unwrap();
        for (since, until, from, to) in [
            ("14:00", "16:00", "2026-11-06 14:00", "2026-11-06 16:00"),
            ("08:00", "16:00", "2026-11-07 08:00", "2026-11-07 16:00"),
            ("08:00", "09:00", "2026-11-07 08:00", "2026-11-07 09:00"),
            // Over midnight, and until now.
            ("14:00", "09:00", "2026-11-06 14:00", "2026-11-07 09:00"),
            ("14:00", "12:00", "2026-11-06 14:00", "2026-11-07 12:00"),
            (
                "14:00",
                "today 16:00",
                "2026-11-06 14:00",
                "2026-11-07 16:00",
            ),
            ("yesterday", "16:00", "2026-11-06 00:00", "2026-11-07 16:00"),
        ] {
            let [since, until]: [TypedTime; 2] = [since, until].map(|text| text.parse().unwrap());
            let found = [
                since.resolve_since(now, &oslo),
                until.resolve_until(Some(since), now, &oslo),
            ];
            assert_eq!(found.map(|point| point.format(&oslo)), [from, to]);
        }
        let until: TypedTime = "16:00".parse().unwrap();
        let until = until.resolve_until(None, now, &oslo).format(&oslo);
        assert_eq!(until, "2026-11-07 16:00");
    }

    #[test]
    fn hours_that_do_not_exist_or_occur_twice() {
        for (text, found) in [
            ("2026-03-29 02:30", "2026-03-29T03:30:00+02:00"),
            ("2026-10-25 02:30", "2026-10-25T02:30:00+02:00"),
            ("yesterday", "2026-10-25T00:00:00+02:00"),
            ("24h", "2026-10-25T12:00:00+01:00"),
        ] {
            let now = "2026-10-26T12:00:00+01:00";
            assert_eq!(resolve(text, now, "Europe/Oslo").as_deref(), Some(found));
        }
    }

    #[test]
    fn a_zone_with_rules_of_the_service_alone_compares_local_times() {
        let at = |text| DateTime::parse_from_rfc3339(text).unwrap();
        let now = at("2026-11-07T02:30:00+01:00");
        let zone = TimeZone::resolve("QQ-X", &[], None, now).unwrap();
        let typed: TypedTime = "2026-11-03 14:00".parse().unwrap();
        let point = typed.resolve(now, &zone);
        assert_eq!(point.format(&zone), "2026-11-03 14:00");
        assert_eq!(point.to_rfc3339(&zone), "2026-11-03T14:00:00");
        let hour_later = TimePoint::Instant(at("2026-11-03T15:00:00+09:00"));
        for (one, other) in [(point, hour_later), (hour_later, point), (point, point)] {
            assert_eq!(one.earlier(other), point);
        }
        let day_later = TimePoint::Instant(at("2026-11-04T15:00:00+09:00"));
        assert_eq!(day_later.earlier(hour_later), hour_later);
        assert_eq!(hour_later.earlier(day_later), hour_later);
        assert!(point.is_reached(at("2026-11-03T14:00:00+09:00")));
        assert!(!point.is_reached(at("2026-11-03T13:59:59-09:00")));
    }

    /// However far it was typed, and nothing that is none.
    #[test]
    fn each_time_is_begun_by_all_its_beginnings() {
        for whole in [
            "30m",
            "2h",
            "9:05",
            "14:00:31",
            "Today 08:00",
            "yesterday 14:00",
            "monday",
            "Fri 9:00",
            "2026-11-03 14:00",
            "2026-11-03T14:00:00Z",
            "2026-11-03T14:00:00-01:00",
        ] {
            assert!(whole.parse::<TypedTime>().is_ok(), "{whole}");
            for end in 0..whole.len() {
                let beginning = whole.get(..end).unwrap();
                assert!(TypedTime::is_begun_by(beginning), "{beginning}");
            }
        }
        for text in [
            "soon",
            "x",
            "14h ",
            "2026/",
            "mondayy",
            "14:000",
            "2h30",
            "today noon",
            "-",
            "é",
        ] {
            assert!(!TypedTime::is_begun_by(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_names_the_forms_that_work() {
        for text in [
            "",
            "2",
            "-2h",
            "h",
            "soon",
            "2026-02-30",
            "25:00",
            "monday 25:00",
            "14",
            "mondays",
            "2026-11-03 14",
            "now",
            "99999999999d",
        ] {
            let wanted = Err(format!("write {FORMS}"));
            assert_eq!(text.parse::<TypedTime>(), wanted, "{text}");
        }
    }
}
