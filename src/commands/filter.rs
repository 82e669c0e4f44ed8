//! Filters of the session list: by state, and by the time of the last activity.

use std::str::FromStr;

use crate::chat::{Session, Stage, Status};
use crate::text::TimePoint;

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

/// Returns `true` if the session had activity from a time on.
pub(super) fn is_active_since(session: &Session, since: TimePoint) -> bool {
    let times = [
        session.requested,
        session.started,
        session.ended,
        session.last_activity,
    ];
    let last = times.into_iter().flatten().max();
    last.is_some_and(|last| since.is_reached(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{TimeZone, TypedTime};
    use chrono::DateTime;

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
        let is_match = |text: &str| is_active_since(&session, since(text));
        assert!(is_match("2h") && !is_match("119m"));
        assert!(is_match("2026-03-28") && !is_match("2026-03-29"));
        assert!(is_match("10:00") && !is_match("today 10:01"));
        assert!(is_match("2026-03-28T10:00:00Z") && !is_match("2026-03-28T10:00:01Z"));
        assert!(!is_active_since(&Session::default(), since("9d")));
    }
}
