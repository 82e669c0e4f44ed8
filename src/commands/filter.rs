//! Filters of the session list: by state, and by the time of the last activity.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, TimeDelta};

use crate::chat::{Session, Stage, Status, Timestamp};

/// Selects sessions in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    Stage(Stage),
    Status(Status),
    /// Not over.
    Active,
}

const STATUS_WORDS: [(&str, StatusFilter); 12] = [
    ("needs-reply", StatusFilter::Stage(Stage::NeedsReply)),
    ("in-queue", StatusFilter::Stage(Stage::Queued)),
    ("queued", StatusFilter::Stage(Stage::Queued)),
    ("answered", StatusFilter::Stage(Stage::Answered)),
    ("bot", StatusFilter::Stage(Stage::Bot)),
    ("pre-chat-form", StatusFilter::Status(Status::PreChatForm)),
    ("faq-form", StatusFilter::Status(Status::Faq)),
    ("offline-form", StatusFilter::Status(Status::OfflineForm)),
    ("ended", StatusFilter::Stage(Stage::Ended)),
    ("missed", StatusFilter::Stage(Stage::Missed)),
    ("deleted", StatusFilter::Stage(Stage::Deleted)),
    ("active", StatusFilter::Active),
];

impl FromStr for StatusFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut words = STATUS_WORDS.into_iter();
        if let Some((_, filter)) = words.find(|(word, _)| text.eq_ignore_ascii_case(word)) {
            return Ok(filter);
        }
        match Status::parse(text) {
            Status::Other(_) => {
                let words = STATUS_WORDS.map(|(word, _)| word).join(", ");
                Err(format!("write {words}, or a status such as InQueue"))
            }
            status => Ok(Self::Status(status)),
        }
    }
}

impl StatusFilter {
    pub(super) fn matches(&self, session: &Session) -> bool {
        match self {
            Self::Stage(stage) => session.stage() == *stage,
            Self::Status(status) => session.status == *status,
            Self::Active => !session.stage().is_over(),
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
    fn every_state_has_its_word_and_active_is_what_is_not_over() {
        let (open, bot, over) = ([true, false], [true, true], [false, false]);
        for (status, word, [is_active, is_bot]) in [
            (Status::CustomerLast, "needs-reply", open),
            (Status::CustomerLast, "bot", bot),
            (Status::InQueue, "in-queue", open),
            (Status::InQueue, "queued", open),
            (Status::UserLast, "answered", open),
            (Status::UserLast, "bot", bot),
            (Status::PreChatForm, "pre-chat-form", open),
            (Status::Faq, "faq-form", open),
            (Status::OfflineForm, "offline-form", open),
            (Status::Finished, "ended", over),
            (Status::Closed, "ended", over),
            (Status::RequestPosted, "ended", over),
            (Status::ClosedFromQueue, "missed", over),
            (Status::Deleted, "deleted", over),
            (Status::Invalid, "invalid", open),
        ] {
            let session = Session {
                bot_active: is_bot,
                status,
                ..Session::default()
            };
            let is_match = |word: &str| word.parse::<StatusFilter>().unwrap().matches(&session);
            let matching: Vec<_> = STATUS_WORDS
                .into_iter()
                .filter(|(word, filter)| filter.matches(&session) && *word != "queued")
                .map(|(word, _)| word)
                .collect();
            let active = is_active.then_some("active");
            let words = [word]
                .into_iter()
                .filter(|word| !matches!(*word, "queued" | "invalid"));
            let in_queue = (word == "queued").then_some("in-queue");
            let expected: Vec<_> = words.chain(in_queue).chain(active).collect();
            assert_eq!(matching, expected, "{word}");
            assert!(
                is_match(word) && is_match(session.status.api_name()),
                "{word}"
            );
        }
        let parse = |text: &str| text.parse::<StatusFilter>();
        assert_eq!(parse("4"), Ok(StatusFilter::Status(Status::InQueue)));
        assert_eq!(
            parse("Needs-Reply"),
            Ok(StatusFilter::Stage(Stage::NeedsReply))
        );
        assert!(parse("waiting").is_err());
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
