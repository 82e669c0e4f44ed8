//! Times around daylight saving changes, ages around their units.

use super::*;
use crate::text::table;
use proptest::prelude::*;

fn timestamp(text: &str) -> Timestamp {
    Timestamp::parse_from_rfc3339(text).unwrap()
}

fn zone(name: &str) -> TimeZone {
    TimeZone::resolve(name, &[], None, timestamp("2026-01-01T00:00:00Z")).unwrap()
}

#[test]
fn times_are_formatted_in_the_zone() {
    for [name, at, short, full] in table(
        "
        NO    | 2026-03-29T00:59:59Z      | 01:59       | 2026-03-29 01:59:59 CET
        NO    | 2026-03-29T01:00:05Z      | 03:00       | 2026-03-29 03:00:05 CEST
        NO    | 2026-10-25T00:30:00Z      | 02:30+02:00 | 2026-10-25 02:30:00 CEST +02:00
        NO    | 2026-10-25T01:30:00Z      | 02:30+01:00 | 2026-10-25 02:30:00 CET +01:00
        NO    | 2026-10-25T02:00:00Z      | 03:00       | 2026-10-25 03:00:00 CET
        AU1   | 2026-04-04T14:45:00Z      | 01:45+11:00 | 2026-04-05 01:45:00 +11
        AU1   | 2026-04-04T15:15:00Z      | 01:45+10:30 | 2026-04-05 01:45:00 +1030
        AU1   | 2026-04-04T15:30:00Z      | 02:00       | 2026-04-05 02:00:00 +1030
        US-NY | 2026-11-01T05:30:00Z      | 01:30-04:00 | 2026-11-01 01:30:00 EDT -04:00
        US-NY | 2026-03-08T07:00:00Z      | 03:00       | 2026-03-08 03:00:00 EDT
        IN    | 2026-01-01T00:00:00Z      | 05:30       | 2026-01-01 05:30:00 IST
        UTC   | 2026-01-01T05:30:00+05:30 | 00:00       | 2026-01-01 00:00:00 UTC
        XX-1  | 2026-01-01T05:30:00+05:30 | 05:30+05:30 | 2026-01-01 05:30:00 +05:30
        UTC   | 0001-01-01T00:00:00Z      | 00:00       | 0001-01-01 00:00:00 UTC
        ",
    ) {
        let (zone, at) = (zone(name), timestamp(at));
        assert_eq!(format_time(at, &zone, false), short, "{name} {at}");
        assert_eq!(format_timestamp(at, &zone), full, "{name} {at}");
    }
    let at = timestamp("2026-10-25T00:30:07Z");
    assert_eq!(format_time(at, &zone("NO"), true), "02:30:07+02:00");
    assert_eq!(format_time(at, &zone("UTC"), true), "00:30:07");
}

#[test]
fn days_are_those_of_the_zone() {
    let at = timestamp("2026-03-28T23:30:00Z");
    assert_eq!(
        local_date(at, &zone("NO")),
        NaiveDate::from_ymd_opt(2026, 3, 29).unwrap()
    );
    assert_eq!(
        local_date(at, &zone("UTC")),
        NaiveDate::from_ymd_opt(2026, 3, 28).unwrap()
    );
    let today = NaiveDate::from_ymd_opt(2026, 3, 29).unwrap();
    for (days, line) in [
        (-2, "Friday 27 March 2026"),
        (-1, "Yesterday, Saturday 28 March 2026"),
        (0, "Today, Sunday 29 March 2026"),
        (1, "Tomorrow, Monday 30 March 2026"),
        (5, "Friday 3 April 2026"),
    ] {
        assert_eq!(format_day(today + TimeDelta::days(days), today), line);
    }
}

#[test]
fn rfc3339_has_a_numeric_offset() {
    for [name, at, expected] in table(
        "
        NO  | 2026-03-29T01:00:00Z         | 2026-03-29T03:00:00+02:00
        UTC | 2026-03-29T01:00:00.5Z       | 2026-03-29T01:00:00.500+00:00
        IN  | 2026-03-29T01:00:00.7539511Z | 2026-03-29T06:30:00.753951100+05:30
        ",
    ) {
        assert_eq!(format_rfc3339(timestamp(at), &zone(name)), expected);
    }
}

#[test]
fn ages() {
    for (seconds, expected) in [
        (-5, "<1m"),
        (0, "<1m"),
        (59, "<1m"),
        (60, "1m"),
        (HOUR - 1, "59m"),
        (HOUR + 5 * MINUTE, "1h05"),
        (DAY - 1, "23h59"),
        (DAY, "1d"),
        (2 * WEEK - 1, "13d"),
        (2 * WEEK, "2w"),
        (YEAR - 1, "52w"),
        (YEAR, "1y"),
        (5 * YEAR, "5y"),
    ] {
        assert_eq!(
            format_age(TimeDelta::seconds(seconds)),
            expected,
            "{seconds}"
        );
    }
}

#[test]
fn relative_times() {
    let now = timestamp("2026-03-29T12:00:00Z");
    for (milliseconds, expected) in [
        (-4 * 60_000, "4m ago"),
        (-59_999, "just now"),
        (0, "just now"),
        (1, "in 1s"),
        (8_500, "in 9s"),
        (59_999, "in 60s"),
        (60_000, "in 1m"),
        (4 * 60_000 + 30_000, "in 4m"),
    ] {
        let at = now + TimeDelta::milliseconds(milliseconds);
        assert_eq!(format_relative(at, now), expected, "{milliseconds}");
    }
}

#[test]
fn countdowns() {
    for (milliseconds, expected) in [
        (-1, "0 s"),
        (0, "0 s"),
        (3_001, "4 s"),
        (119_000, "119 s"),
        (125_000, "2 min 05 s"),
    ] {
        assert_eq!(
            format_countdown(TimeDelta::milliseconds(milliseconds)),
            expected
        );
    }
}

#[test]
fn staleness() {
    for (milliseconds, expected) in [
        (-1, "0 s"),
        (999, "0 s"),
        (15_999, "15 s"),
        (119_999, "119 s"),
        (120_000, "2m"),
        (65 * 60_000, "1h05"),
    ] {
        assert_eq!(
            format_staleness(TimeDelta::milliseconds(milliseconds)),
            expected
        );
    }
}

proptest! {
    #[test]
    fn staleness_and_countdown_change_when_predicted(
        past in -3000_i64..300_000,
        left in 1_i64..300_000,
    ) {
        let now = timestamp("2026-03-29T12:00:00Z");
        let nanosecond = TimeDelta::nanoseconds(1);
        let since = now - TimeDelta::milliseconds(past);
        let wait = next_staleness_change(since, now).unwrap();
        let format = |wait: TimeDelta| format_staleness(now + wait - since);
        prop_assert_eq!(format(wait - nanosecond), format(TimeDelta::zero()));
        prop_assert_ne!(format(wait), format(TimeDelta::zero()));
        let left = TimeDelta::milliseconds(left);
        let wait = next_countdown_change(left).unwrap();
        prop_assert_eq!(format_countdown(left - wait + nanosecond), format_countdown(left));
        prop_assert_ne!(format_countdown(left - wait), format_countdown(left));
        prop_assert_eq!(next_countdown_change(TimeDelta::zero()), None);
    }

    #[test]
    fn age_and_relative_time_change_when_predicted(
        ahead in prop_oneof![-100_000_i64..100_000, -3_000_000_000_i64..3_000_000_000_000],
    ) {
        let now = timestamp("2026-03-29T12:00:00Z");
        let at = now + TimeDelta::milliseconds(ahead);
        let wait = next_age_change(at, now).unwrap();
        prop_assert!(wait > TimeDelta::zero());
        let (just_before, then) = (now + wait - TimeDelta::nanoseconds(1), now + wait);
        let format = |now| (format_relative(at, now), format_age(now.signed_duration_since(at)));
        prop_assert_eq!(format(just_before), format(now));
        prop_assert_ne!(format(then), format(now));
    }

    #[test]
    fn rfc3339_is_the_same_instant(
        seconds in -62_135_596_800_i64..253_402_300_800,
        nanoseconds in prop_oneof![Just(0_u32), 0_u32..1_000_000_000],
        name in proptest::sample::select(vec!["NO", "AU1", "US-NY", "IN", "UTC", "XX-1"]),
    ) {
        let at = chrono::DateTime::from_timestamp(seconds, nanoseconds).unwrap().fixed_offset();
        let zone = zone(name);
        let years = 1..=9999;
        if years.contains(&zone.to_local(at).year()) {
            prop_assert_eq!(timestamp(&format_rfc3339(at, &zone)), at);
        }
    }

    #[test]
    fn an_unambiguous_local_time_resolves_to_its_instant(
        seconds in 0_i64..4_000_000_000,
        name in proptest::sample::select(vec!["NO", "AU1", "US-NY", "IN", "UTC"]),
    ) {
        let at = chrono::DateTime::from_timestamp(seconds, 0).unwrap().fixed_offset();
        let zone = zone(name);
        if !is_ambiguous(at, &zone) {
            prop_assert_eq!(zone.rules().resolve_local(zone.to_local(at).naive_local()), at);
        }
    }
}
