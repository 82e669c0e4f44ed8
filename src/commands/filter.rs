//! The filter of `sochat sessions`: by state, time, channel and agent.

use super::{Context, SessionsArgs, Verbosity};
use crate::chat::{Session, Timestamp};
use crate::sync::{ApiError, ErrorKind};
use crate::text::{NameField, NameFilter, StatusFilter, TimePoint, TimeZone, TypedTime};

/// What the arguments select. All sessions are observed first: a name may fit several of them.
pub(super) struct SessionFilter<'a> {
    statuses: &'a [StatusFilter],
    since: Option<TypedTime>,
    until: Option<TypedTime>,
    names: [NameFilter; 2],
}

impl<'a> SessionFilter<'a> {
    pub(super) fn new(args: &'a SessionsArgs) -> Self {
        Self {
            statuses: &args.statuses,
            since: args.since,
            until: args.until,
            names: [
                NameFilter::new(NameField::Channel, &args.channels),
                NameFilter::new(NameField::Agent, &args.agents),
            ],
        }
    }

    /// Returns `true` if a session may match, as far as the names of those observed so far tell.
    pub(super) fn observe(&mut self, session: &Session, now: Timestamp, zone: &TimeZone) -> bool {
        let [channel, agent] = self.names.each_mut().map(|names| names.observe(session));
        let is_state = |status: &StatusFilter| status.matches(session);
        let since = self.since.map(|since| since.resolve(now, zone));
        let until = self.until.map(|until| until.resolve(now, zone));
        (self.statuses.is_empty() || self.statuses.iter().any(is_state))
            && is_active_within(session, since, until)
            && channel
            && agent
    }

    /// Returns `true` if the names of a session match, after all were observed.
    pub(super) fn matches_names(&self, session: &Session) -> bool {
        self.names.iter().all(|names| names.matches(session))
    }

    /// Refuses a name that fits several, and reports one that fits none: there may be no session of that
    /// channel or agent now.
    pub(super) fn check_names(&self, context: &mut Context<'_>) -> Result<(), ApiError> {
        for names in &self.names {
            let field = names.field().label();
            if let Some((typed, fitting)) = names.ambiguous() {
                let fitting = fitting.join(", ");
                let why = format!("--{field} {typed:?} fits {fitting}: write more of it");
                return Err(ApiError::new(ErrorKind::Config, why));
            }
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
        Ok(())
    }
}

/// Returns `true` if the last activity of a session was within these times, the end excluded.
fn is_active_within(session: &Session, since: Option<TimePoint>, until: Option<TimePoint>) -> bool {
    let times = [
        session.requested,
        session.started,
        session.ended,
        session.last_activity,
    ];
    let last = times.into_iter().flatten().max();
    match last {
        Some(last) => {
            since.is_none_or(|since| since.is_reached(last))
                && until.is_none_or(|until| !until.is_reached(last))
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
        let is_match = |text: &str| is_active_within(&session, Some(since(text)), None);
        assert!(is_match("2h") && !is_match("119m"));
        assert!(is_match("2026-03-28") && !is_match("2026-03-29"));
        assert!(is_match("10:00") && !is_match("today 10:01"));
        assert!(is_match("2026-03-28T10:00:00Z") && !is_match("2026-03-28T10:00:01Z"));
        // The end is excluded.
        let is_before = |text: &str| is_active_within(&session, None, Some(since(text)));
        assert!(is_before("119m") && !is_before("2h"));
        assert!(is_before("2026-03-28T10:00:01Z") && !is_before("2026-03-28T10:00:00Z"));
        assert!(is_before("2026-03-29") && !is_before("today"));
        let never = Session::default();
        assert!(!is_active_within(&never, Some(since("9d")), None));
        assert!(!is_active_within(&never, None, Some(since("1m"))));
        assert!(is_active_within(&never, None, None));
    }
}
