//! Coverage: how a search went, how far back, and what it left out.

use crate::chat::Timestamp;
use crate::text::{TimePoint, TimeZone, count_of, format_count, time_format};

/// What a search has covered so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SearchCoverage {
    pub(crate) method: SearchMethod,
    /// All messages since then were searched, by lists the first and last ones; `None` if it is not known.
    pub(crate) back_to: Option<Timestamp>,
    /// Whether everything requested was searched, back to the first message or that of `--since`, without reaching a
    /// limit.
    pub(crate) reached_end: bool,
    /// Whether a service that distinguishes accents may have missed some.
    pub(crate) may_miss_accents: bool,
    /// Whether not all forms that a text may be stored in were requested.
    pub(crate) forms_left_out: bool,
    pub(crate) left_out: LeftOut,
    /// Why there may be more that was not searched: one sentence.
    pub(crate) incomplete: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum SearchMethod {
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
    /// The sessions whose first and last messages were compared here; `None` if the service compares them.
    pub(crate) sessions: Option<usize>,
    /// Whether the first and last messages of all sessions were compared.
    pub(crate) has_all_sessions: bool,
    /// Transcripts of the sessions since [`Self::since`], and of those that are live.
    pub(crate) transcripts: usize,
    /// Transcripts of older sessions, whose first or last message matches.
    pub(crate) older_transcripts: usize,
    /// The beginning of the time whose transcripts are read.
    pub(crate) since: TranscriptsSince,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TranscriptsSince {
    Days(u32),
    /// As requested.
    Time(TimePoint),
}

/// What was not searched: sessions, and messages.
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
        let is_listed = match &self.method {
            SearchMethod::Server => false,
            SearchMethod::Lists(lists) => {
                lists.transcripts + lists.older_transcripts > 0
                    || lists.sessions.is_some()
                    || lists.has_all_sessions
            }
        };
        self.reached_end || self.back_to.is_some() || is_listed
    }

    /// Returns `true` if every message in the requested range was searched.
    pub(crate) fn is_complete(&self) -> bool {
        self.reached_end
            && !self.forms_left_out
            && self.incomplete.is_none()
            && self.left_out == LeftOut::default()
    }

    /// One line for the user: `server search, back to 3 March 2025`.
    pub(crate) fn describe(&self, zone: &TimeZone) -> String {
        let back_to = self.back_to.map(|at| {
            let date = time_format::local_date(at, zone);
            format!(" back to {}", time_format::format_plain_date(date))
        });
        let mut words = match (&self.method, back_to) {
            (SearchMethod::Lists(lists), back_to) => lists.describe(back_to, zone),
            (SearchMethod::Server, back_to) if self.reached_end => {
                format!("server search, all messages{}", back_to.unwrap_or_default())
            }
            (SearchMethod::Server, Some(back_to)) => format!("server search,{back_to}"),
            (SearchMethod::Server, None) => "server search".to_owned(),
        };
        for (count, why) in self.left_out.reasons() {
            words = format!("{words}; {} left out: {why}", format_count(count));
        }
        if let Some(why) = &self.incomplete {
            words = format!("{words}; {why}");
        }
        if self.forms_left_out {
            words += "; not every form that the words may be stored in was searched";
        }
        if self.may_miss_accents {
            words += "; accented forms may be missed";
        }
        words
    }
}

impl ListCoverage {
    fn describe(&self, back_to: Option<String>, zone: &TimeZone) -> String {
        let sessions = match (self.sessions, back_to) {
            (Some(count), back_to) => {
                let sessions = count_of(count, "session");
                Some(format!("{sessions}{}", back_to.unwrap_or_default()))
            }
            (None, _) if self.has_all_sessions => Some("all sessions".to_owned()),
            (None, back_to) => back_to.map(|back_to| format!("sessions{back_to}")),
        };
        let sessions = sessions.map(|sessions| format!("first and last messages of {sessions}, "));
        let transcripts = count_of(self.transcripts, "transcript");
        let since = match self.since {
            TranscriptsSince::Days(days) => format!("of the last {days} days"),
            TranscriptsSince::Time(at) => {
                format!("since {}", time_format::format_plain_date(at.day(zone)))
            }
        };
        let older = match self.older_transcripts {
            0 => String::new(),
            count => format!(" and {} older", format_count(count)),
        };
        let sessions = sessions.unwrap_or_default();
        format!("{sessions}{transcripts} {since}{older}")
    }
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
            reached_end: true,
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
            has_all_sessions: false,
            transcripts: 87,
            older_transcripts: 0,
            since: TranscriptsSince::Days(30),
            why: String::new(),
        };
        let coverage = |lists: ListCoverage| SearchCoverage {
            method: SearchMethod::Lists(lists),
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
            has_all_sessions: true,
            transcripts: 1,
            since: TranscriptsSince::Time(TimePoint::Instant(at("2026-01-02T00:00:00Z"))),
            ..lists.clone()
        };
        let mut since = coverage(since);
        since.left_out.too_many = 1500;
        since.incomplete = Some("The service ignores the order".to_owned());
        assert_eq!(
            described(since),
            "first and last messages of all sessions, 1 transcript since 2 January 2026; 12 left out: not allowed; \
             1,500 left out: too many; The service ignores the order"
        );
        let begun = ListCoverage {
            sessions: None,
            transcripts: 0,
            older_transcripts: 2,
            ..lists
        };
        let mut begun = SearchCoverage {
            method: SearchMethod::Lists(begun),
            ..SearchCoverage::default()
        };
        assert_eq!(
            described(begun.clone()),
            "0 transcripts of the last 30 days and 2 older"
        );
        begun.back_to = Some(at("2025-03-03T12:00:00Z"));
        assert_eq!(
            described(begun),
            "first and last messages of sessions back to 3 March 2025, 0 transcripts of the last 30 days and 2 older"
        );
    }

    #[test]
    fn complete_is_only_what_left_nothing_out() {
        let complete = SearchCoverage {
            reached_end: true,
            ..SearchCoverage::default()
        };
        assert!(complete.is_complete());
        let mut left_out = complete.clone();
        left_out.left_out.unreadable = 1;
        let forms = SearchCoverage {
            forms_left_out: true,
            ..complete.clone()
        };
        let incomplete = SearchCoverage {
            incomplete: Some("Rows are missing".to_owned()),
            ..complete
        };
        for coverage in [SearchCoverage::default(), left_out, forms, incomplete] {
            assert!(!coverage.is_complete(), "{coverage:?}");
        }
    }
}
