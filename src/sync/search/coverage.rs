//! Coverage: which way a search went, how far back, and what it left out.

use crate::chat::Timestamp;
use crate::text::{TimePoint, TimeZone, format_count, time_format};

/// What a search has looked at so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchCoverage {
    pub(crate) way: SearchWay,
    /// All messages since then were searched; `None` if it is not known.
    pub(crate) back_to: Option<Timestamp>,
    /// Whether the search came to the first message there is, or to that of `--since`.
    pub(crate) is_whole: bool,
    /// Whether a service that tells accents apart may have missed some.
    pub(crate) may_miss_accents: bool,
    pub(crate) left_out: LeftOut,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum SearchWay {
    /// The service searched the texts of messages.
    #[default]
    Server,
    /// The service cannot do that.
    Lists(ListCoverage),
}

/// Sessions by their first and last messages, and the transcripts of some.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ListCoverage {
    /// Why the service does not search: one sentence.
    pub(crate) why: String,
    /// The sessions whose first and last messages were compared here; `None` if the service compared those of
    /// all.
    pub(crate) sessions: Option<usize>,
    pub(crate) transcripts: usize,
    /// Whose transcripts: sessions requested since then, and those that are live.
    pub(crate) since: TranscriptsSince,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TranscriptsSince {
    Days(u32),
    /// As requested.
    Time(TimePoint),
}

/// What was not searched, in sessions; for a server search, messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    pub(crate) not_allowed: usize,
    pub(crate) not_found: usize,
    pub(crate) unreadable: usize,
    /// Beyond the number of transcripts that are read.
    pub(crate) too_many: usize,
}

impl LeftOut {
    /// The numbers that are not 0, with the reason in words.
    fn reasons(self) -> impl Iterator<Item = (usize, &'static str)> {
        [
            (self.not_allowed, "not allowed"),
            (self.not_found, "not found"),
            (self.unreadable, "could not be read"),
            (self.too_many, "too many"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
    }
}

impl SearchCoverage {
    /// Returns `true` once something was searched.
    pub(crate) fn is_begun(&self) -> bool {
        let is_listed = match &self.way {
            SearchWay::Server => false,
            SearchWay::Lists(lists) => lists.transcripts > 0 || lists.sessions.is_some(),
        };
        self.is_whole || self.back_to.is_some() || is_listed
    }

    /// One line for the user: `server search, back to 3 March 2025`.
    pub(crate) fn describe(&self, zone: &TimeZone) -> String {
        let date =
            |at: Timestamp| time_format::format_plain_date(time_format::local_date(at, zone));
        let mut words = match (&self.way, self.back_to) {
            (SearchWay::Server, Some(at)) if self.is_whole => {
                format!("server search, all messages back to {}", date(at))
            }
            (SearchWay::Server, Some(at)) => format!("server search, back to {}", date(at)),
            (SearchWay::Server, None) if self.is_whole => "server search, all messages".to_owned(),
            (SearchWay::Server, None) => "server search".to_owned(),
            (SearchWay::Lists(lists), back_to) => {
                let sessions = match lists.sessions {
                    Some(count) => count_of(count, "session"),
                    None => "all sessions".to_owned(),
                };
                let back_to = back_to.filter(|_| lists.sessions.is_some());
                let back_to = back_to.map(|at| format!(" back to {}", date(at)));
                let transcripts = count_of(lists.transcripts, "transcript");
                let since = match lists.since {
                    TranscriptsSince::Days(days) => format!("of the last {days} days"),
                    TranscriptsSince::Time(at) => {
                        format!("since {}", time_format::format_plain_date(at.day(zone)))
                    }
                };
                format!(
                    "first and last messages of {sessions}{}, {transcripts} {since}",
                    back_to.unwrap_or_default()
                )
            }
        };
        for (count, why) in self.left_out.reasons() {
            words = format!("{words}; {} left out: {why}", format_count(count));
        }
        if self.may_miss_accents {
            words += "; accented forms may be missed";
        }
        words
    }
}

fn count_of(count: usize, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {thing}{plural}", format_count(count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn coverage_in_words() {
        let described = |coverage: SearchCoverage| coverage.describe(&TimeZone::utc());
        let server = SearchCoverage {
            back_to: Some(at("2025-03-03T12:00:00Z")),
            ..SearchCoverage::default()
        };
        assert_eq!(
            described(server.clone()),
            "server search, back to 3 March 2025"
        );
        let whole = SearchCoverage {
            is_whole: true,
            may_miss_accents: true,
            ..server
        };
        assert_eq!(
            described(whole),
            "server search, all messages back to 3 March 2025; accented forms may be missed"
        );
        assert_eq!(described(SearchCoverage::default()), "server search");
        let lists = ListCoverage {
            sessions: Some(2140),
            transcripts: 87,
            since: TranscriptsSince::Days(30),
            why: String::new(),
        };
        let coverage = |lists: ListCoverage| SearchCoverage {
            way: SearchWay::Lists(lists),
            left_out: LeftOut {
                not_allowed: 12,
                ..LeftOut::default()
            },
            ..SearchCoverage::default()
        };
        assert_eq!(
            described(coverage(lists.clone())),
            "first and last messages of 2,140 sessions, 87 transcripts of the last 30 days; 12 left out: not allowed"
        );
        let since = ListCoverage {
            sessions: None,
            transcripts: 1,
            since: TranscriptsSince::Time(TimePoint::Instant(at("2026-01-02T00:00:00Z"))),
            ..lists
        };
        let mut since = coverage(since);
        since.left_out.too_many = 1500;
        assert_eq!(
            described(since),
            "first and last messages of all sessions, 1 transcript since 2 January 2026; 12 left out: not allowed; 1,500 left out: too many"
        );
    }
}
