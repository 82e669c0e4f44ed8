//! Filters of the session list: by status, and by the time of the last activity.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, TimeDelta};

use crate::chat::{Session, Status, Timestamp};

/// Selects sessions with any of these statuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusFilter(Vec<Status>);

const STATUS_WORDS: [(&str, &[Status]); 10] = [
    ("needs-reply", &[Status::CustomerLast]),
    ("in-queue", &[Status::InQueue]),
    ("queued", &[Status::InQueue]),
    ("answered", &[Status::UserLast]),
    ("pre-chat-form", &[Status::PreChatForm]),
    ("faq-form", &[Status::Faq]),
    ("offline-form", &[Status::OfflineForm]),
    ("missed", &[Status::ClosedFromQueue]),
    ("active", ACTIVE),
    ("ended", ENDED),
];
const ACTIVE: &[Status] = &[Status::UserLast, Status::PreChatForm, Status::Faq];
const ENDED: &[Status] = &[
    Status::OfflineForm,
    Status::Finished,
    Status::Closed,
    Status::RequestPosted,
    Status::ClosedFromQueue,
    Status::Deleted,
];

impl FromStr for StatusFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = STATUS_WORDS.iter();
        if let Some((_, statuses)) = words.find(|(word, _)| text.eq_ignore_ascii_case(word)) {
            return Ok(Self(statuses.to_vec()));
        }
        match Status::parse(text) {
            Status::Other(_) => {
                let words = STATUS_WORDS.map(|(word, _)| word).join(", ");
                Err(format!("write {words}, or a status such as InQueue"))
            }
            status => Ok(Self(vec![status])),
        }
    }
}

impl StatusFilter {
    pub(super) fn matches(&self, session: &Session) -> bool {
        self.0.contains(&session.status)
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
        let is_match = |filter: &str, status: Status| {
            let session = Session {
                status,
                ..Session::default()
            };
            filter.parse::<StatusFilter>().unwrap().matches(&session)
        };
        assert!(is_match("needs-reply", Status::CustomerLast));
        assert!(is_match("Queued", Status::InQueue));
        assert!(is_match("active", Status::PreChatForm) && is_match("active", Status::UserLast));
        assert!(is_match("ended", Status::Deleted) && is_match("ended", Status::ClosedFromQueue));
        assert!(is_match("in-queue", Status::InQueue) && is_match("answered", Status::UserLast));
        assert!(is_match("faq-form", Status::Faq) && is_match("missed", Status::ClosedFromQueue));
        assert!(is_match("inqueue", Status::InQueue) && is_match("4", Status::InQueue));
        assert!(!is_match("active", Status::CustomerLast) && !is_match("ended", Status::Invalid));
        assert!("waiting".parse::<StatusFilter>().is_err());
    }

    #[test]
    fn times() {
        let at = timestamp("2026-03-28T13:00:00Z");
        let ago = SinceFilter::Ago;
        for (text, since) in [
            ("90m", Some(ago(TimeDelta::minutes(90)))),
            ("2h", Some(ago(TimeDelta::hours(2)))),
            ("3d", Some(ago(TimeDelta::days(3)))),
            ("1w", Some(ago(TimeDelta::weeks(1)))),
            ("2026-03-28", Some(SinceFilter::Day(at.date_naive()))),
            ("2026-03-28T14:00:00+01:00", Some(SinceFilter::At(at))),
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
        let is_match = |text: &str| {
            let filter = text.parse::<SinceFilter>().unwrap();
            filter.matches(&session, now, |timestamp| timestamp.date_naive())
        };
        assert!(is_match("2h") && !is_match("119m"));
        assert!(is_match("2026-03-28") && !is_match("2026-03-29"));
        assert!(is_match("2026-03-28T10:00:00Z") && !is_match("2026-03-28T10:00:01Z"));
        let ago = SinceFilter::Ago(TimeDelta::days(9));
        assert!(!ago.matches(&Session::default(), now, |timestamp| timestamp.date_naive()));
    }
}
