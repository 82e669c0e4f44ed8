//! Filters of sessions in the command line: by state, time, channel and agent.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::{Context, Verbosity};
use crate::chat::{Session, Timestamp};
use crate::sync::{ApiError, ErrorKind};
use crate::text::{
    NameField, NameFilter, StatusFilter, TimePoint, TimeZone, TypedTime, nearest_status,
    status_words,
};

/// The forms of a time that work, those with a space in quotes for a shell.
const TIME_FORMS: &str = "30m, 2h, 3d, 1w, 14:00, today, \"yesterday 14:00\", monday, 2026-11-03, \
    \"2026-11-03 14:00\" or 2026-11-03T14:00:00+01:00";

/// The help of `--since`: what it selects, and the forms of a time.
pub(super) fn since_help(what: &str) -> String {
    format!("{what} since: {TIME_FORMS}")
}

#[derive(Clone, Debug, PartialEq, Args)]
pub struct FilterArgs {
    /// Only these states: needs-reply, in-queue, answered, bot, pre-chat-form, faq-form, offline-form,
    /// ended, missed, deleted, active (not over), or a status by the service's name or number; a unique
    /// beginning is enough; repeatable
    #[arg(long = "status", value_name = "STATUS")]
    pub(crate) statuses: Vec<StatusFilter>,
    /// Only this channel: number or name, of which a unique beginning is enough; repeatable
    #[arg(long = "channel", value_name = "CHANNEL", value_parser = NonEmptyStringValueParser::new())]
    pub channels: Vec<String>,
    /// Only this agent: number or name, of which a unique beginning is enough; repeatable
    #[arg(long = "agent", value_name = "AGENT", value_parser = NonEmptyStringValueParser::new())]
    pub agents: Vec<String>,
}

/// Refuses a name that fits several.
pub(super) fn refuse_ambiguous(names: &NameFilter) -> Result<(), ApiError> {
    let Some((typed, fitting)) = names.ambiguous() else {
        return Ok(());
    };
    let (field, fitting) = (names.field().label(), fitting.join(", "));
    let why = format!("--{field} {typed:?} fits {fitting}: write more of it");
    Err(ApiError::new(ErrorKind::Config, why))
}

/// The channel and the agent of a session, by their numbers among the names observed.
pub(super) type ObservedNames = [Option<usize>; 2];

/// What the arguments select. All sessions are observed first: a name may fit several of them.
pub(super) struct SessionFilter<'a> {
    statuses: &'a [StatusFilter],
    /// The statuses not known here that no session observed has.
    unmatched: Vec<&'a str>,
    since: Option<TypedTime>,
    until: Option<TypedTime>,
    time: fn(&Session) -> Option<Timestamp>,
    names: [NameFilter; 2],
}

impl<'a> SessionFilter<'a> {
    /// `time` is the time of a session that is compared, the end excluded.
    pub(super) fn new(
        args: &'a FilterArgs,
        since: Option<TypedTime>,
        until: Option<TypedTime>,
        time: fn(&Session) -> Option<Timestamp>,
    ) -> Self {
        Self {
            statuses: &args.statuses,
            unmatched: args.statuses.iter().filter_map(unknown_status).collect(),
            since,
            until,
            time,
            names: [
                NameFilter::new(NameField::Channel, &args.channels),
                NameFilter::new(NameField::Agent, &args.agents),
            ],
        }
    }

    /// Returns `true` if it compares names, of which all must be known first.
    pub(super) fn has_names(&self) -> bool {
        self.names.iter().any(|names| !names.is_empty())
    }

    /// The time since which sessions are selected.
    pub(super) fn since(&self, now: Timestamp, zone: &TimeZone) -> Option<TimePoint> {
        Some(self.since?.resolve_since(now, zone))
    }

    /// Returns `true` if a session may match, as far as the names observed so far show.
    pub(super) fn observe(&mut self, session: &Session, now: Timestamp, zone: &TimeZone) -> bool {
        let [channel, agent] = self.names.each_mut().map(|names| names.observe(session));
        let is_state = |status: &StatusFilter| status.matches(session);
        let matching = self.statuses.iter().filter(|status| is_state(status));
        for typed in matching.filter_map(unknown_status) {
            self.unmatched.retain(|unmatched| *unmatched != typed);
        }
        let since = self.since(now, zone);
        let until = self.until;
        let until = until.map(|until| until.resolve_until(self.since, now, zone));
        (self.statuses.is_empty() || self.statuses.iter().any(is_state))
            && is_within((self.time)(session), since, until)
            && channel
            && agent
    }

    /// Returns `true` if the names of a session match, after all were observed.
    pub(super) fn matches_names(&self, session: &Session) -> bool {
        self.names.iter().all(|names| names.matches(session))
    }

    /// The names of a session, to compare them once all are known.
    pub(super) fn observed_names(&self, session: &Session) -> ObservedNames {
        self.names
            .each_ref()
            .map(|names| names.observed_name(session))
    }

    /// As [`Self::matches_names`], for a session that is no longer in memory.
    pub(super) fn matches_observed(&self, observed: ObservedNames) -> bool {
        let mut names = self.names.iter().zip(observed);
        names.all(|(names, observed)| names.matches_observed(observed))
    }

    /// Refuses a name that fits several, and reports one that fits none, also a status: there may be no session
    /// of that channel, agent or status now.
    pub(super) fn check_names(&self, context: &mut Context<'_>) -> Result<(), ApiError> {
        for names in &self.names {
            let field = names.field().label();
            refuse_ambiguous(names)?;
            if let Some(typed) = names.unknown() {
                let known = names.names();
                let known = if known.is_empty() {
                    "none has one".to_owned()
                } else {
                    format!("there are {}", known.join(", "))
                };
                let why = format!("no session listed has the {field} {typed:?}: {known}");
                context.print_diagnostic(Verbosity::Normal, why);
            }
        }
        for typed in &self.unmatched {
            let remedy = match nearest_status(typed) {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => format!("write {}, or the service's name", status_words().join(", ")),
            };
            let why = format!("no session listed has the status {typed:?}: {remedy}");
            context.print_diagnostic(Verbosity::Normal, why);
        }
        Ok(())
    }
}

/// A status that is not known here, as typed.
fn unknown_status(status: &StatusFilter) -> Option<&str> {
    match status {
        StatusFilter::Unknown(typed) => Some(typed),
        _ => None,
    }
}

/// Returns `true` if a time is within these, the end excluded.
fn is_within(time: Option<Timestamp>, since: Option<TimePoint>, until: Option<TimePoint>) -> bool {
    match time {
        Some(time) => {
            since.is_none_or(|since| since.is_reached(time))
                && until.is_none_or(|until| !until.is_reached(time))
        }
        None => since.is_none() && until.is_none(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    #[test]
    fn the_last_activity_counts() {
        let timestamp = |text| DateTime::parse_from_rfc3339(text).unwrap();
        let session = Session {
            requested: Some(timestamp("2026-03-27T10:00:00Z")),
            last_activity: Some(timestamp("2026-03-28T10:00:00Z")),
            ..Session::default()
        };
        let now = timestamp("2026-03-28T12:00:00Z");
        let since = |text: &str| {
            let typed: TypedTime = text.parse().unwrap();
            typed.resolve(now, &TimeZone::utc())
        };
        let is_match = |text: &str| is_within(session.last_active(), Some(since(text)), None);
        assert!(is_match("2h") && !is_match("119m"));
        assert!(is_match("2026-03-28") && !is_match("2026-03-29"));
        assert!(is_match("10:00") && !is_match("today 10:01"));
        assert!(is_match("2026-03-28T10:00:00Z") && !is_match("2026-03-28T10:00:01Z"));
        // The end is excluded.
        let is_before = |text: &str| is_within(session.last_active(), None, Some(since(text)));
        assert!(is_before("119m") && !is_before("2h"));
        assert!(is_before("2026-03-28T10:00:01Z") && !is_before("2026-03-28T10:00:00Z"));
        assert!(is_before("2026-03-29") && !is_before("today"));
        let never = Session::default().last_active();
        assert!(!is_within(never, Some(since("9d")), None));
        assert!(!is_within(never, None, Some(since("1m"))));
        assert!(is_within(never, None, None));
    }

    #[test]
    fn the_forms_of_a_time_are_those_that_errors_name() {
        assert_eq!(TIME_FORMS.replace('"', ""), crate::text::TIME_FORMS);
    }
}
