//! The filter of the list as typed: words, and `channel:`, `agent:`, `status:` and `since:` with a value, in
//! quotes where it has spaces.

use std::fmt;

use crate::chat::{Session, Timestamp};
use crate::text::{
    ListedSession, NameField, NameFilter, StatusFilter, TIME_FORMS, TimePoint, TimeZone, TypedTime,
    nearest_status, status_words,
};

const SINCE: &str = "since:";

/// A parsed filter. Several values of a kind widen the result, the kinds and the words narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FilterQuery {
    pub(crate) narrowing: Narrowing,
    /// Words and quoted phrases that are matched fuzzily.
    pub words: Vec<String>,
}

/// The values with a keyword.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Narrowing {
    channels: Vec<String>,
    agents: Vec<String>,
    statuses: Vec<String>,
    /// Times as typed.
    since: Vec<String>,
}

/// What typed times are relative to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct QueryTimes {
    pub now: Timestamp,
    /// When the times were typed, or restored: a time of day stays that of this day, or the one before.
    pub(crate) typed_at: Timestamp,
    pub zone: TimeZone,
}

impl Default for QueryTimes {
    fn default() -> Self {
        Self {
            now: Timestamp::default(),
            typed_at: Timestamp::default(),
            zone: TimeZone::utc(),
        }
    }
}

/// A value that fits nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FilterProblem {
    /// The field, and the value.
    UnknownName(NameField, String),
    UnknownStatus(String),
    UnreadableTime(String),
}

impl FilterProblem {
    /// In as few words as a prompt has space for.
    pub(crate) fn short(&self) -> String {
        match self {
            Self::UnknownName(field, value) => format!("no {} \"{value}\"", field.label()),
            Self::UnknownStatus(value) => format!("no status \"{value}\""),
            Self::UnreadableTime(value) => format!("no time \"{value}\""),
        }
    }
}

impl fmt::Display for FilterProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownName(field, value) => {
                write!(f, "No {} here begins with \"{value}\".", field.label())
            }
            Self::UnknownStatus(value) => {
                if let Some(nearest) = nearest_status(value) {
                    return write!(
                        f,
                        "No session has status \"{value}\": did you mean {nearest}?"
                    );
                }
                let words = status_words().join(", ");
                write!(
                    f,
                    "No session has status \"{value}\": type {words}, or the service's name."
                )
            }
            Self::UnreadableTime(value) => {
                write!(f, "\"{value}\" is not a time: type {TIME_FORMS}.")
            }
        }
    }
}

impl FilterQuery {
    /// Parses a filter. While it is typed, the beginning of a time at its end is no problem: it counts as far as it is a
    /// time already.
    pub(super) fn parse(text: &str, is_typed: bool) -> Self {
        let mut query = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let Narrowing {
                channels,
                agents,
                statuses,
                since,
            } = &mut query.narrowing;
            let keywords = [
                ("channel:", channels),
                ("agent:", agents),
                ("status:", statuses),
                (SINCE, since),
            ];
            let keyword = keywords.into_iter().find_map(|(keyword, values)| {
                let (start, after) = rest.split_at_checked(keyword.len())?;
                start
                    .eq_ignore_ascii_case(keyword)
                    .then_some((keyword, after, values))
            });
            let (keyword, after, values) = keyword.unwrap_or(("", rest, &mut query.words));
            let (value, after) = split_value(after);
            let mut value = value.trim();
            if keyword == SINCE && is_typed && after.is_empty() {
                value = typed_so_far(value);
            }
            // While it is being typed, a value is empty at first.
            if !value.is_empty() {
                values.push(value.to_owned());
            }
            rest = after.trim_start();
        }
        query
    }

    /// Returns `true` if it matches nothing that `other` does not.
    pub(super) fn extends(&self, other: &Self) -> bool {
        let Some((last, before)) = other.words.split_last() else {
            return self.narrowing == other.narrowing;
        };
        let is_longer = |word: &String| word.starts_with(last.as_str());
        self.narrowing == other.narrowing
            && self.words.starts_with(before)
            && self.words.get(before.len()).is_some_and(is_longer)
    }
}

/// The time in what may be the beginning of another, empty if there is none yet; anything else as it is.
fn typed_so_far(text: &str) -> &str {
    if !TypedTime::is_begun_by(text) {
        return text;
    }
    let beginnings = (1..=text.len()).rev().filter_map(|end| text.get(..end));
    let mut times = beginnings
        .map(str::trim_end)
        .filter(|beginning| beginning.parse::<TypedTime>().is_ok());
    times.next().unwrap_or_default()
}

/// Splits off a value: up to the next space, or quote if it begins with one. The last quote may be
/// missing, as while typing.
fn split_value(text: &str) -> (&str, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => text.split_at(text.find(char::is_whitespace).unwrap_or(text.len())),
    }
}

impl Narrowing {
    /// The sessions with these values, by index, and the first value that fits nothing.
    pub(super) fn apply(
        &self,
        all: &[ListedSession],
        times: &QueryTimes,
    ) -> (Vec<usize>, Option<FilterProblem>) {
        if *self == Self::default() {
            return ((0..all.len()).collect(), None);
        }
        let (statuses, unknown_status) = self.find_statuses(all);
        let since = self.since(times);
        let mut names = [
            NameFilter::new(NameField::Channel, &self.channels),
            NameFilter::new(NameField::Agent, &self.agents),
        ];
        for names in names.iter_mut().filter(|names| !names.is_empty()) {
            for session in all {
                names.observe(session);
            }
        }
        let is_match = |session: &ListedSession| {
            (self.since.is_empty() || is_active_since(session.unmasked(), since))
                && (self.statuses.is_empty()
                    || statuses.iter().any(|status| status.matches(session)))
                && names.iter().all(|names| names.matches(session))
        };
        let matching = all
            .iter()
            .enumerate()
            .filter(|(_, session)| is_match(session));
        let unknown_name = names.iter().find_map(|names| {
            let value = names.unknown()?.to_owned();
            Some(FilterProblem::UnknownName(names.field(), value))
        });
        let problem = unknown_status
            .map(FilterProblem::UnknownStatus)
            .or(self.unreadable_time().map(FilterProblem::UnreadableTime))
            .or(unknown_name.filter(|_| !all.is_empty()));
        (matching.map(|(index, _)| index).collect(), problem)
    }

    pub(super) fn has_time(&self) -> bool {
        !self.since.is_empty()
    }

    /// The times as typed.
    pub(super) fn into_times(self) -> Vec<String> {
        self.since
    }

    /// The time that activity is looked for since: of several, the earliest.
    pub(super) fn since(&self, times: &QueryTimes) -> Option<TimePoint> {
        let typed = self.since.iter().filter_map(|text| text.parse().ok());
        let points = typed.map(|typed: TypedTime| {
            let now = match typed {
                TypedTime::TimeOfDay(_) => times.typed_at,
                _ => times.now,
            };
            typed.resolve_since(now, &times.zone)
        });
        points.reduce(TimePoint::earlier)
    }

    fn unreadable_time(&self) -> Option<String> {
        let is_unreadable = |text: &&String| text.parse::<TypedTime>().is_err();
        self.since.iter().find(is_unreadable).cloned()
    }

    fn find_statuses(&self, all: &[ListedSession]) -> (Vec<StatusFilter>, Option<String>) {
        let mut unknown = None;
        let mut statuses = Vec::new();
        for value in &self.statuses {
            let mut found = StatusFilter::find(value);
            if found.is_empty() {
                let is_sent = |it: &StatusFilter| all.iter().any(|session| it.matches(session));
                found.extend(StatusFilter::unknown(value).filter(is_sent));
            }
            if found.is_empty() && unknown.is_none() {
                unknown = Some(value.clone());
            }
            statuses.extend(found);
        }
        (statuses, unknown)
    }
}

fn is_active_since(session: &Session, since: Option<TimePoint>) -> bool {
    let active = session.last_active();
    active.is_some_and(|active| since.is_some_and(|since| since.is_reached(active)))
}

/// A value with its keyword, as [`FilterQuery::parse`] reads it; `None` if it cannot be written.
pub(crate) fn format_narrowing(keyword: &str, value: &str) -> Option<String> {
    if value.trim().is_empty() || value.contains('"') {
        None
    } else if value.contains(char::is_whitespace) {
        Some(format!("{keyword}:\"{value}\""))
    } else {
        Some(format!("{keyword}:{value}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(channels: &[&str], agents: &[&str], statuses: &[&str], words: &[&str]) -> FilterQuery {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        FilterQuery {
            narrowing: Narrowing {
                channels: owned(channels),
                agents: owned(agents),
                statuses: owned(statuses),
                since: Vec::new(),
            },
            words: owned(words),
        }
    }

    #[test]
    fn words_and_values() {
        for (text, parsed) in [
            ("", query(&[], &[], &[], &[])),
            ("  kari  nor", query(&[], &[], &[], &["kari", "nor"])),
            ("channel:bill", query(&["bill"], &[], &[], &[])),
            ("CHANNEL:Bill kari", query(&["Bill"], &[], &[], &["kari"])),
            (
                "kari agent:\"Ola Hansen\" late",
                query(&[], &["Ola Hansen"], &[], &["kari", "late"]),
            ),
            ("agent:\"Ola Han", query(&[], &["Ola Han"], &[], &[])),
            ("agent:\"\" agent:", query(&[], &[], &[], &[])),
            ("channel: bill", query(&[], &[], &[], &["bill"])),
            (
                "status:bot status:4 agent:7",
                query(&[], &["7"], &["bot", "4"], &[]),
            ),
            ("channel", query(&[], &[], &[], &["channel"])),
            ("https://x", query(&[], &[], &[], &["https://x"])),
            (
                "\"needs reply\" x",
                query(&[], &[], &[], &["needs reply", "x"]),
            ),
            ("a\"b c\"", query(&[], &[], &[], &["a\"b", "c\""])),
            ("channél:x", query(&[], &[], &[], &["channél:x"])),
        ] {
            assert_eq!(FilterQuery::parse(text, false), parsed, "{text}");
        }
    }

    #[test]
    fn a_value_is_written_as_it_is_read() {
        for (value, written) in [
            ("Billing", Some("channel:Billing")),
            ("Billing (EN)", Some("channel:\"Billing (EN)\"")),
            ("5\" screens", None),
            (" ", None),
        ] {
            assert_eq!(format_narrowing("channel", value).as_deref(), written);
            if let Some(written) = written {
                let parsed = FilterQuery::parse(written, false);
                assert_eq!(parsed, query(&[value], &[], &[], &[]));
            }
        }
    }

    #[test]
    fn only_more_of_the_last_word_extends_a_query() {
        let parse = |text: &str| FilterQuery::parse(text, true);
        let extends = |text: &str, other: &str| parse(text).extends(&parse(other));
        for (text, other) in [
            ("kari", "ka"),
            ("kari n", "kari"),
            ("k", ""),
            ("status:bot k", "status:bot "),
            ("since:12", "since:1"),
            ("k since:12", "k"),
        ] {
            assert!(extends(text, other), "{text} {other}");
        }
        for (text, other) in [
            ("status:1", "status:"),
            ("status:11", "status:1"),
            ("k", "ka"),
            ("xk", "k"),
            ("k channel:b", "k"),
            ("since:2h", "since:2"),
        ] {
            assert!(!extends(text, other), "{text} {other}");
        }
    }

    #[test]
    fn the_beginning_of_a_time_counts_as_far_as_it_is_one_while_it_is_typed() {
        let since = |text: &str, is_typed| FilterQuery::parse(text, is_typed).narrowing.since;
        for (text, typed, whole) in [
            ("since:", &[][..], &[][..]),
            ("since:12:00", &["12:00"], &["12:00"]),
            ("since:12:", &[], &["12:"]),
            ("SINCE:mond", &["mon"], &["mond"]),
            ("since:soon", &["soon"], &["soon"]),
            ("since:2 kari", &["2"], &["2"]),
            ("since:2 ", &["2"], &["2"]),
            ("kari since:2", &[], &["2"]),
            ("since:\"yesterday 1", &["yesterday"], &["yesterday 1"]),
            (
                "since:\"yesterday 14:00\" x",
                &["yesterday 14:00"],
                &["yesterday 14:00"],
            ),
            ("since:1h since:2", &["1h"], &["1h", "2"]),
        ] {
            assert_eq!(since(text, true), typed, "{text}");
            assert_eq!(since(text, false), whole, "{text}");
        }
    }
}
