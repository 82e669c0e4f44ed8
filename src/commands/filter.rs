//! Filters of the session list: by status, and by the time of the last activity.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, TimeDelta};

use crate::chat::{Session, Stage, Status, Timestamp};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    Exact(Status),
    /// Any of these stages.
    Group(&'static [Stage]),
}

const STATUS_GROUPS: [(&str, &[Stage]); 4] = [
    ("needs-reply", &[Stage::NeedsReply]),
    ("queued", &[Stage::Queued]),
    ("active", &[Stage::Active, Stage::PreChat]),
    ("ended", &[Stage::Ended, Stage::Missed, Stage::Deleted]),
];

impl FromStr for StatusFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some((_, stages)) = STATUS_GROUPS
            .iter()
            .find(|(name, _)| text.eq_ignore_ascii_case(name))
        {
            return Ok(Self::Group(stages));
        }
        match Status::parse(text) {
            Status::Other(_) => {
                Err("write needs-reply, queued, active, ended, or a status such as InQueue".into())
            }
            status => Ok(Self::Exact(status)),
        }
    }
}

impl StatusFilter {
    pub(super) fn matches(&self, session: &Session) -> bool {
        match self {
            Self::Exact(status) => session.status == *status,
            Self::Group(stages) => stages.contains(&session.status.stage()),
        }
    }
}

/// Selects sessions with activity since a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SinceFilter {
    /// This long ago.
    Ago(TimeDelta),
    /// The beginning of this day, in the displayed zone.
    Day(NaiveDate),
    At(Timestamp),
}

impl FromStr for SinceFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        parse_ago(text)
            .map(Self::Ago)
            .or_else(|| text.parse().ok().map(Self::Day))
            .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(Self::At))
            .ok_or_else(|| {
                "write 30m, 2h, 3d, a day such as 2026-03-28, or a time such as 2026-03-28T14:00:00+01:00".into()
            })
    }
}

fn parse_ago(text: &str) -> Option<TimeDelta> {
    let minutes = [("m", 1), ("h", 60), ("d", 24 * 60), ("w", 7 * 24 * 60)];
    minutes.into_iter().find_map(|(unit, minutes)| {
        let count: u32 = text.strip_suffix(unit)?.parse().ok()?;
        TimeDelta::try_minutes(i64::from(count) * minutes)
    })
}

impl SinceFilter {
    /// Returns `true` if the session had activity since then; `day` returns the day of a timestamp in
    /// the displayed zone.
    pub(super) fn matches(
        self,
        session: &Session,
        now: Timestamp,
        day: impl Fn(Timestamp) -> NaiveDate,
    ) -> bool {
        let times = [
            session.requested,
            session.started,
            session.ended,
            session.last_activity,
        ];
        let Some(last) = times.into_iter().flatten().max() else {
            return false;
        };
        match self {
            Self::Ago(span) => now - last <= span,
            Self::Day(first_day) => day(last) >= first_day,
            Self::At(timestamp) => last >= timestamp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timestamp(text: &str) -> Timestamp {
        DateTime::parse_from_rfc3339(text).unwrap()
    }

    #[test]
    fn statuses() {
        let met = |filter: &str, status: Status| {
            let session = Session {
                status,
                ..Session::default()
            };
            filter.parse::<StatusFilter>().unwrap().matches(&session)
        };
        assert!(met("needs-reply", Status::CustomerLast));
        assert!(met("Queued", Status::InQueue));
        assert!(met("active", Status::PreChatForm) && met("active", Status::UserLast));
        assert!(met("ended", Status::Deleted) && met("ended", Status::ClosedFromQueue));
        assert!(met("inqueue", Status::InQueue) && met("4", Status::InQueue));
        assert!(!met("active", Status::CustomerLast) && !met("ended", Status::Invalid));
        assert!("waiting".parse::<StatusFilter>().is_err());
    }

    #[test]
    fn times() {
        for (text, since) in [
            ("90m", Some(SinceFilter::Ago(TimeDelta::minutes(90)))),
            ("2h", Some(SinceFilter::Ago(TimeDelta::hours(2)))),
            ("3d", Some(SinceFilter::Ago(TimeDelta::days(3)))),
            ("1w", Some(SinceFilter::Ago(TimeDelta::weeks(1)))),
            (
                "2026-03-28",
                NaiveDate::from_ymd_opt(2026, 3, 28).map(SinceFilter::Day),
            ),
            (
                "2026-03-28T14:00:00+01:00",
                Some(SinceFilter::At(timestamp("2026-03-28T13:00:00Z"))),
            ),
            ("2", None),
            ("-2h", None),
            ("h", None),
            ("2026-02-30", None),
            ("2026-03-28T14:00:00", None),
        ] {
            assert_eq!(text.parse().ok(), since, "{text}");
        }
    }

    #[test]
    fn the_last_activity_counts() {
        let session = Session {
            requested: Some(timestamp("2026-03-27T10:00:00Z")),
            last_activity: Some(timestamp("2026-03-28T10:00:00Z")),
            ..Session::default()
        };
        let now = timestamp("2026-03-28T12:00:00Z");
        let met = |text: &str| {
            let day = |timestamp: Timestamp| timestamp.date_naive();
            text.parse::<SinceFilter>()
                .unwrap()
                .matches(&session, now, day)
        };
        assert!(met("2h") && !met("119m"));
        assert!(met("2026-03-28") && !met("2026-03-29"));
        assert!(met("2026-03-28T10:00:00Z") && !met("2026-03-28T10:00:01Z"));
        assert!(
            !SinceFilter::Ago(TimeDelta::days(9))
                .matches(&Session::default(), now, |m| m.date_naive())
        );
    }
}
