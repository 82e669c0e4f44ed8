//! Formats of times, days, ages and countdowns, and when each changes next.
//!
//! A local time that occurs twice, when clocks go back, is shown with its offset.

use chrono::{Datelike, MappedLocalTime, NaiveDate, SecondsFormat, TimeDelta, TimeZone as _};

use super::{OffsetRules, TimeZone};
use crate::chat::{Timestamp, Wait};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const WEEK: i64 = 7 * DAY;
const YEAR: i64 = 365 * DAY;

/// The time of day, `14:02` or `14:02:31`, with its offset if ambiguous.
pub(crate) fn format_time(timestamp: Timestamp, zone: &TimeZone, seconds: bool) -> String {
    let format = match (seconds, is_ambiguous(timestamp, zone)) {
        (false, false) => "%H:%M",
        (false, true) => "%H:%M%:z",
        (true, false) => "%H:%M:%S",
        (true, true) => "%H:%M:%S%:z",
    };
    zone.to_local(timestamp).format(format).to_string()
}

/// Returns `true` if the local time occurs twice, or the rules of the zone are unknown.
pub(crate) fn is_ambiguous(timestamp: Timestamp, zone: &TimeZone) -> bool {
    match zone.rules() {
        OffsetRules::Named(rules) => {
            let local = zone.to_local(timestamp).naive_local();
            matches!(
                rules.from_local_datetime(&local),
                MappedLocalTime::Ambiguous(..)
            )
        }
        OffsetRules::Fixed(_) => false,
        OffsetRules::AsReceived => true,
    }
}

/// Date, time and zone: `2026-03-29 03:00:05 CEST`, with the offset if ambiguous.
pub(crate) fn format_timestamp(timestamp: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_local(timestamp);
    let name = zone.abbreviation(timestamp);
    let formatted = format!("{} {name}", local.format("%Y-%m-%d %H:%M:%S"));
    if is_ambiguous(timestamp, zone) && name.starts_with(|c: char| c.is_alphabetic()) {
        format!("{formatted} {}", local.offset())
    } else {
        formatted
    }
}

pub(crate) fn local_date(timestamp: Timestamp, zone: &TimeZone) -> NaiveDate {
    zone.to_local(timestamp).date_naive()
}

/// `Today, Sunday 29 March 2026`.
pub(crate) fn format_day(date: NaiveDate, today: NaiveDate) -> String {
    let relation = match date.signed_duration_since(today).num_days() {
        -1 => "Yesterday, ",
        0 => "Today, ",
        1 => "Tomorrow, ",
        _ => "",
    };
    format!("{relation}{}", format_date(date))
}

/// `Sunday 29 March 2026`.
pub(crate) fn format_date(date: NaiveDate) -> String {
    format!("{} {}", date.format("%A"), format_plain_date(date))
}

/// `29 March 2026`.
pub(crate) fn format_plain_date(date: NaiveDate) -> String {
    format!("{} {}", date.format("%-d %B"), date.year())
}

/// A past time as short as is clear: `11:42`, `Fri 11:42`, `2026-07-03`.
pub(crate) fn format_since(since: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_local(since);
    let days = local_date(now, zone).signed_duration_since(local.date_naive());
    match days.num_days() {
        0 => format_time(since, zone, false),
        1..=6 => format!("{} {}", local.format("%a"), format_time(since, zone, false)),
        _ => local.date_naive().to_string(),
    }
}

/// RFC 3339 in the zone, with a numeric offset and as many decimals as needed.
pub(crate) fn format_rfc3339(timestamp: Timestamp, zone: &TimeZone) -> String {
    zone.to_local(timestamp)
        .to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// A duration without seconds: `<1m`, `4m`, `1h05`, `3d`, `5w`, `2y`.
pub(crate) fn format_age(length: TimeDelta) -> String {
    match length.num_seconds() {
        ..MINUTE => "<1m".to_owned(),
        seconds @ MINUTE..HOUR => format!("{}m", seconds / MINUTE),
        seconds @ HOUR..DAY => format!("{}h{:02}", seconds / HOUR, seconds % HOUR / MINUTE),
        seconds if seconds < 2 * WEEK => format!("{}d", seconds / DAY),
        seconds if seconds < YEAR => format!("{}w", seconds / WEEK),
        seconds => format!("{}y", seconds / YEAR),
    }
}

/// A wait: `4m`, or `>4m` for a lower bound.
pub(crate) fn format_wait(wait: Wait, now: Timestamp) -> String {
    let age = format_age((now - wait.since).max(TimeDelta::zero()));
    match age.strip_prefix('<') {
        _ if wait.is_exact => age,
        // A lower bound below a minute adds no information.
        Some(_) => ">0m".to_owned(),
        None => format!(">{age}"),
    }
}

/// A time relative to now: `4m ago`, `just now`, `in 9s`, `in 4m`.
pub(crate) fn format_relative(timestamp: Timestamp, now: Timestamp) -> String {
    let past = now.signed_duration_since(timestamp);
    if past >= TimeDelta::minutes(1) {
        format!("{} ago", format_age(past))
    } else if past >= TimeDelta::zero() {
        "just now".to_owned()
    } else if past > TimeDelta::minutes(-1) {
        format!("in {}s", ceil_seconds(-past))
    } else {
        format!("in {}", format_age(-past))
    }
}

/// Time until [`format_age`] or [`format_relative`] changes, so that nothing is redrawn before.
pub(crate) fn next_age_change(timestamp: Timestamp, now: Timestamp) -> Option<TimeDelta> {
    let past = now.signed_duration_since(timestamp);
    let seconds = past.num_seconds();
    if past >= TimeDelta::zero() {
        return TimeDelta::try_seconds(unit_end(seconds))?.checked_sub(&past);
    }
    let remaining = -past;
    if remaining < TimeDelta::minutes(1) {
        return Some(remaining - TimeDelta::seconds(ceil_seconds(remaining) - 1));
    }
    let least = TimeDelta::seconds(unit_start(-seconds));
    remaining
        .checked_sub(&least)?
        .checked_add(&TimeDelta::nanoseconds(1))
}

/// When [`format_day`] changes.
pub(crate) fn next_midnight(now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    let tomorrow = local_date(now, zone).succ_opt()?.and_hms_opt(0, 0, 0)?;
    Some(match zone.rules() {
        OffsetRules::AsReceived => tomorrow.and_utc().fixed_offset(),
        rules => rules.resolve_local(tomorrow),
    })
}

/// The remaining time in seconds: `4 s`, `2 min 05 s`.
pub(crate) fn format_countdown(left: TimeDelta) -> String {
    match ceil_seconds(left).max(0) {
        seconds if seconds < 2 * MINUTE => format!("{seconds} s"),
        seconds => format!("{} min {:02} s", seconds / MINUTE, seconds % MINUTE),
    }
}

/// Time until [`format_countdown`] changes; `None` once it has ended.
pub(crate) fn next_countdown_change(left: TimeDelta) -> Option<TimeDelta> {
    let over = left <= TimeDelta::zero();
    (!over).then(|| left - TimeDelta::seconds(ceil_seconds(left) - 1))
}

/// The age of live data, in seconds below two minutes: `15 s`, `119 s`, `2m`, `1h05`.
pub(crate) fn format_staleness(length: TimeDelta) -> String {
    match length.num_seconds().max(0) {
        seconds if seconds < 2 * MINUTE => format!("{seconds} s"),
        _ => format_age(length),
    }
}

/// Time until [`format_staleness`] changes.
pub(crate) fn next_staleness_change(since: Timestamp, now: Timestamp) -> Option<TimeDelta> {
    let past = now.signed_duration_since(since);
    if past < TimeDelta::minutes(2) {
        Some(TimeDelta::seconds(past.num_seconds().max(0) + 1) - past)
    } else {
        next_age_change(since, now)
    }
}

fn ceil_seconds(length: TimeDelta) -> i64 {
    length.num_seconds() + i64::from(length.subsec_nanos() > 0)
}

/// The unit of [`format_age`] for a duration, and the duration at which a larger unit begins.
fn age_unit(seconds: i64) -> (i64, i64) {
    match seconds {
        ..DAY => (MINUTE, DAY),
        _ if seconds < 2 * WEEK => (DAY, 2 * WEEK),
        _ if seconds < YEAR => (WEEK, YEAR),
        _ => (YEAR, i64::MAX),
    }
}

/// The shortest duration with the same format.
fn unit_start(seconds: i64) -> i64 {
    seconds - seconds % age_unit(seconds).0
}

/// The shortest longer duration with another format.
fn unit_end(seconds: i64) -> i64 {
    let (unit, limit) = age_unit(seconds);
    (seconds - seconds % unit).saturating_add(unit).min(limit)
}

#[cfg(test)]
mod tests;
