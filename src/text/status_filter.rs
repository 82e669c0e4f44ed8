//! States as typed in the command line, in the filter of the list and in saved views: a word, the
//! service's name or number, or the beginning of one. The service may have names that are not known here.

use std::str::FromStr;

use strsim::osa_distance;

use super::nearest_by;

use super::search_query::fold;
use crate::chat::{Session, Stage, Status};

/// Selects sessions in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StatusFilter {
    Stage(Stage),
    Status(Status),
    /// Not over.
    Active,
    /// A status that is not known here, by the beginning of its name as typed.
    Unknown(String),
}

/// A state that is one status is written as that, so that its word and the service's name are the same
/// filter.
const WORDS: [(&str, StatusFilter); 12] = [
    ("needs-reply", StatusFilter::Stage(Stage::NeedsReply)),
    ("in-queue", StatusFilter::Status(Status::InQueue)),
    ("queued", StatusFilter::Status(Status::InQueue)),
    ("answered", StatusFilter::Stage(Stage::Answered)),
    ("bot", StatusFilter::Stage(Stage::Bot)),
    ("pre-chat-form", StatusFilter::Status(Status::PreChatForm)),
    ("faq-form", StatusFilter::Status(Status::Faq)),
    ("offline-form", StatusFilter::Status(Status::OfflineForm)),
    ("ended", StatusFilter::Stage(Stage::Ended)),
    ("missed", StatusFilter::Status(Status::ClosedFromQueue)),
    ("deleted", StatusFilter::Status(Status::Deleted)),
    ("active", StatusFilter::Active),
];

/// The word or name that is closest to a text, if it is close.
pub(crate) fn nearest_status(text: &str) -> Option<&'static str> {
    let typed = squeeze(text);
    let words = WORDS.into_iter().map(|(word, _)| word);
    let names = words.chain(Status::names().map(|(_, name)| name));
    nearest_by(names, |name| osa_distance(&typed, &squeeze(name)))
}

/// The words that work, for help and for sentences about one that does not.
pub(crate) fn status_words() -> [&'static str; WORDS.len()] {
    WORDS.map(|(word, _)| word)
}

impl StatusFilter {
    /// The states that a text names, or else all whose name begins with it; none for an empty text.
    pub(crate) fn find(text: &str) -> Vec<Self> {
        let named = Self::find_named(text);
        let mut found: Vec<Self> = Vec::new();
        for (_, filter) in named {
            if !found.contains(&filter) {
                found.push(filter);
            }
        }
        found
    }

    /// As [`Self::find`], with the name of each, which may be one of several for the same state.
    fn find_named(text: &str) -> Vec<(&'static str, Self)> {
        let typed = squeeze(text);
        if typed.is_empty() {
            return Vec::new();
        }
        let by_number = text.trim().parse::<u8>().ok().map(|_| Status::parse(text));
        if let Some(status) = by_number {
            let is_known = !matches!(status, Status::Other(_));
            return is_known
                .then_some(("", Self::Status(status)))
                .into_iter()
                .collect();
        }
        let statuses = Status::names().map(|(status, name)| (name, Self::Status(status)));
        let mut names: Vec<_> = WORDS.into_iter().chain(statuses).collect();
        names.retain(|(name, _)| squeeze(name).starts_with(&typed));
        let exact = names.iter().position(|(name, _)| squeeze(name) == typed);
        match exact {
            Some(exact) => vec![names.swap_remove(exact)],
            None => names,
        }
    }

    pub(crate) fn matches(&self, session: &Session) -> bool {
        match self {
            Self::Stage(stage) => session.stage() == *stage,
            Self::Status(status) => session.status == *status,
            Self::Active => !session.stage().is_over(),
            Self::Unknown(typed) => match &session.status {
                Status::Other(name) => squeeze(name).starts_with(&squeeze(typed)),
                _ => false,
            },
        }
    }

    /// A filter for a text that could be the service's name of a status: those are single words.
    pub(crate) fn unknown(text: &str) -> Option<Self> {
        let name = text.trim();
        let is_name =
            name.starts_with(char::is_alphabetic) && name.chars().all(char::is_alphanumeric);
        is_name.then(|| Self::Unknown(name.to_owned()))
    }
}

impl FromStr for StatusFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut found = Self::find(text);
        match (found.pop(), found.is_empty()) {
            (Some(filter), true) => Ok(filter),
            (Some(_), false) => {
                let fitting = Self::find_named(text).into_iter();
                let fitting: Vec<_> = fitting.map(|(name, _)| name).collect();
                Err(format!("it fits {}: write more of it", fitting.join(", ")))
            }
            (None, _) => Self::unknown(text).ok_or_else(|| {
                if let Some(nearest) = nearest_status(text) {
                    return format!("did you mean {nearest}?");
                }
                let words = status_words().join(", ");
                format!("write {words}, or a status such as InQueue")
            }),
        }
    }
}

/// Folded, without what separates words: `Needs reply`, `needs-reply` and `NeedsReply` are the same.
fn squeeze(text: &str) -> String {
    let mut folded = fold(text);
    folded.retain(|character| !matches!(character, ' ' | '-' | '_'));
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::table;

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
            let matching: Vec<_> = WORDS
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
    }

    #[test]
    fn words_names_numbers_and_their_beginnings() {
        let (stage, status) = (StatusFilter::Stage, StatusFilter::Status);
        for (text, found) in [
            ("4", vec![status(Status::InQueue)]),
            ("11", vec![status(Status::ClosedFromQueue)]),
            ("12", vec![]),
            ("Needs-Reply", vec![stage(Stage::NeedsReply)]),
            ("needs reply", vec![stage(Stage::NeedsReply)]),
            ("NEEDS", vec![stage(Stage::NeedsReply)]),
            ("inq", vec![status(Status::InQueue)]),
            ("in-q", vec![status(Status::InQueue)]),
            ("in", vec![status(Status::InQueue), status(Status::Invalid)]),
            ("a", vec![stage(Stage::Answered), StatusFilter::Active]),
            ("closed", vec![status(Status::Closed)]),
            (
                "clo",
                vec![status(Status::Closed), status(Status::ClosedFromQueue)],
            ),
            ("del", vec![status(Status::Deleted)]),
            ("énded", vec![stage(Stage::Ended)]),
            ("waiting", vec![]),
            ("", vec![]),
            (" ", vec![]),
            ("-", vec![]),
        ] {
            assert_eq!(StatusFilter::find(text), found, "{text}");
            // What is not known may be the service's.
            let is_accepted = found.len() == 1 || text == "waiting";
            assert_eq!(text.parse::<StatusFilter>().is_ok(), is_accepted, "{text}");
        }
    }

    #[test]
    fn what_fits_nothing_or_several_is_an_error_with_what_to_write() {
        for [text, why] in table(
            "
            in      | it fits in-queue, Invalid, InQueue: write more of it
            a       | it fits answered, active: write more of it
            needs-repyl | did you mean needs-reply?
            on hold | write needs-reply, in-queue, queued, answered, bot, pre-chat-form, faq-form, offline-form, ended, missed, deleted, active, or a status such as InQueue
            ",
        ) {
            assert_eq!(text.parse::<StatusFilter>(), Err(why.to_owned()));
        }
    }

    #[test]
    fn a_status_that_is_not_known_here_is_found_by_the_name_the_service_sends() {
        let with_status = |status: &str| Session {
            status: Status::parse(status),
            ..Session::default()
        };
        for (text, name, is_match) in [
            ("OnHold", "OnHold", true),
            ("onhold", "OnHold", true),
            ("on", "OnHold", true),
            ("OnHold", "OnBreak", false),
            ("Parked", "InQueue", false),
        ] {
            let filter: StatusFilter = text.parse().unwrap();
            assert_eq!(
                filter.matches(&with_status(name)),
                is_match,
                "{text} {name}"
            );
        }
        for [typed, nearest] in [
            ["anwsered", "answered"],
            ["endet", "ended"],
            ["InQeue", "in-queue"],
        ] {
            assert_eq!(nearest_status(typed), Some(nearest));
        }
        assert_eq!(nearest_status("OnHold"), None);
    }
}
