//! The filter of the session list: fuzzy on short fields, literal on messages and the id. Where nothing
//! matches, names that are nearly what was typed.

use super::SessionList;
use super::query::{FilterProblem, FilterQuery, QueryTimes};
use crate::app::fuzzy::{self, Misspelling};
use crate::chat::{Session, Timestamp};
use crate::text::{ListedSession, TimePoint, TimeZone};

/// More than any text match: the id itself was typed.
const ID_SCORE: u32 = 1 << 20;

/// The names of a customer.
const NAMES: [fn(&Session) -> &str; 4] = [
    |session| &session.customer.name,
    |session| &session.customer.alias,
    |session| session.person.as_ref().map_or("", |person| &person.name),
    |session| session.company(),
];
/// The fields that are matched fuzzily.
const FIELDS: [fn(&Session) -> &str; 8] = [
    NAMES[0],
    NAMES[1],
    NAMES[2],
    NAMES[3],
    |session| &session.customer.email,
    |session| &session.customer.phone,
    |session| &session.channel.name,
    Session::agent_name,
];
/// The fields in which a word is only found as it is: in a long text, fuzzy matching finds almost any few
/// letters.
const TEXTS: [fn(&Session) -> &str; 2] = [
    |session| &session.first_message,
    |session| &session.last_message,
];

/// A filter, and when the times in it were typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TypedFilter {
    text: String,
    typed_at: Timestamp,
}

/// The sessions that match a filter and those it was typed from. More of a word matches nothing that its
/// beginning does not, so a key only searches the matches before it.
#[derive(Clone, Debug, Default)]
pub(super) struct FilterMatches {
    /// Each extends the one before.
    by_filter: Vec<FilterResult>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct FilterResult {
    query: FilterQuery,
    matches: Vec<Match>,
    /// Where nothing matches: sessions with names that are nearly those typed.
    similar: Vec<Match>,
    /// A value that fits nothing.
    pub problem: Option<FilterProblem>,
}

/// The index of a session, and how well it matches.
pub(super) type Match = (usize, u32);

impl FilterResult {
    /// The sessions that are shown.
    pub(super) fn shown(&self) -> &[Match] {
        if self.matches.is_empty() {
            &self.similar
        } else {
            &self.matches
        }
    }
}

impl SessionList {
    /// Returns `true` if nothing matches the filter, and names are shown that are nearly what was typed.
    pub(crate) fn shows_similar(&self) -> bool {
        let result = self.matches.last();
        result.is_some_and(|result| !result.similar.is_empty())
    }

    /// A value of the filter that fits nothing.
    pub(crate) fn filter_problem(&self) -> Option<&FilterProblem> {
        self.matches.last()?.problem.as_ref()
    }

    /// The time that the filter looks for activity since.
    pub(crate) fn filter_since(&self) -> Option<TimePoint> {
        let result = self.matches.last()?;
        result.query.narrowing.since(&self.times)
    }

    /// Shows only the sessions that match, with the best match selected; an empty filter shows all.
    pub(crate) fn set_filter(&mut self, filter: &str) {
        self.filter_times.clear();
        self.set_text(filter, false);
        self.show_matches();
    }

    /// The filter with the time it was typed at, to return to.
    pub(crate) fn typed_filter(&self) -> TypedFilter {
        TypedFilter {
            text: self.filter.clone(),
            typed_at: self.times.typed_at,
        }
    }

    pub(crate) fn restore_filter(&mut self, typed: &TypedFilter) {
        self.set_text(&typed.text, false);
        self.set_typed_at(typed.typed_at);
        self.show_matches();
    }

    /// As [`Self::set_filter`] while the filter is typed: its last word may be incomplete.
    pub(crate) fn preview_filter(&mut self, filter: &str) {
        self.set_text(filter, true);
        self.show_matches();
    }

    /// Accepts the filter as it was typed; the selection stays.
    pub(crate) fn accept_filter(&mut self) {
        let filter = std::mem::take(&mut self.filter);
        self.set_text(&filter, false);
        self.resort(self.selected_row());
    }

    /// Sets what times in the filter are relative to. Returns `true` if other sessions are shown. They are
    /// compared once a minute, which is as exact as such times are typed.
    pub(crate) fn set_times(&mut self, now: Timestamp, zone: &TimeZone) -> bool {
        let minute = |time: Timestamp| time.timestamp().div_euclid(60);
        let is_due = minute(now) != minute(self.times.now) || self.times.zone != *zone;
        self.times.now = now;
        let result = self.matches.last();
        let has_time = result.is_some_and(|result| result.query.narrowing.has_time());
        if is_due {
            self.times.zone = zone.clone();
        }
        if !is_due || !has_time {
            return false;
        }
        let (row, shown) = (self.selected_row(), self.visible_indices.clone());
        self.matches.clear();
        self.resort(row);
        self.visible_indices != shown
    }

    /// Times that are in the filter already stay those of when they were typed.
    fn set_text(&mut self, filter: &str, is_typed: bool) {
        let query = FilterQuery::parse(filter, is_typed);
        let times = query.narrowing.into_times();
        if times != self.filter_times {
            self.filter_times = times;
            self.set_typed_at(self.times.now);
        }
        filter.clone_into(&mut self.filter);
        self.is_filter_typed = is_typed;
    }

    fn set_typed_at(&mut self, typed_at: Timestamp) {
        if self.times.typed_at != typed_at {
            self.times.typed_at = typed_at;
            self.matches.clear();
        }
    }

    fn show_matches(&mut self) {
        self.is_selection_away = false;
        self.resort(self.selected_row());
        if self.filter.trim().is_empty() {
            return;
        }
        let query = FilterQuery::parse(&self.filter, self.is_filter_typed);
        let matches = self.matches.find(&self.all, query, &self.times).shown();
        let score = |index: &usize| {
            let found = matches.binary_search_by_key(index, |(index, _)| *index);
            found.map_or(0, |found| matches[found].1)
        };
        // Among equal matches, the first that is shown.
        let best = self
            .visible_indices
            .iter()
            .rev()
            .max_by_key(|index| score(index));
        if let Some(&best) = best {
            self.selected = Some(self.all[best].id());
        }
    }
}

impl FilterMatches {
    /// Drops all results, after a change of the sessions.
    pub(super) fn clear(&mut self) {
        self.by_filter.clear();
    }

    /// The sessions that a filter finds, by index.
    pub(super) fn find(
        &mut self,
        all: &[ListedSession],
        query: FilterQuery,
        times: &QueryTimes,
    ) -> &FilterResult {
        while self
            .by_filter
            .pop_if(|known| !query.extends(&known.query))
            .is_some()
        {}
        let known = self.by_filter.last();
        if known.is_none_or(|known| known.query != query) {
            let (candidates, problem) = match known {
                Some(FilterResult {
                    matches, problem, ..
                }) => (
                    matches.iter().map(|(index, _)| *index).collect(),
                    problem.clone(),
                ),
                None => query.narrowing.apply(all, times),
            };
            let matches = filter_sessions(all, candidates, &query.words, Spelling::Exact);
            let similar = if matches.is_empty() && problem.is_none() {
                let (candidates, _) = query.narrowing.apply(all, times);
                filter_sessions(all, candidates, &query.words, Spelling::Similar)
            } else {
                Vec::new()
            };
            self.by_filter.push(FilterResult {
                query,
                matches,
                similar,
                problem,
            });
        }
        self.by_filter
            .last()
            .expect("a result was pushed, or is the same")
    }

    /// What was found last.
    pub(super) fn last(&self) -> Option<&FilterResult> {
        self.by_filter.last()
    }
}

/// How words have to be written to be found.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Exact,
    Similar,
}

fn filter_sessions(
    all: &[ListedSession],
    candidates: Vec<usize>,
    words: &[String],
    spelling: Spelling,
) -> Vec<Match> {
    let mut found: Vec<_> = candidates.into_iter().map(|index| (index, 0)).collect();
    for word in words {
        let mut scores = word_scores(all, &found, word).into_iter();
        let misspelling = Misspelling::new(word).filter(|_| spelling == Spelling::Similar);
        let is_similar = |session: &Session| {
            let mut names = NAMES.iter().map(|name| name(session));
            misspelling
                .as_ref()
                .is_some_and(|word| names.any(|name| word.is_in(name)))
        };
        found.retain_mut(|(index, score)| {
            let own = scores.next().flatten();
            let own = own.or_else(|| is_similar(&all[*index]).then_some(0));
            *score += own.unwrap_or(0);
            own.is_some()
        });
    }
    found
}

/// How well each of these sessions matches a word, in its best field.
fn word_scores(all: &[ListedSession], rows: &[Match], word: &str) -> Vec<Option<u32>> {
    let rows = rows.iter().map(|(index, _)| &*all[*index]);
    let mut best: Vec<Option<u32>> = rows.clone().map(|it| id_score(it, word)).collect();
    let mut column = Vec::with_capacity(rows.len());
    for field in FIELDS {
        column.clear();
        column.extend(rows.clone().map(field));
        for (row, score) in fuzzy::score_matches(word, &column) {
            best[row] = best[row].max(Some(u32::from(score) + 1));
        }
    }
    for text in TEXTS {
        column.clear();
        column.extend(rows.clone().map(text));
        for row in fuzzy::find_literally(word, &column) {
            best[row] = best[row].or(Some(0));
        }
    }
    best
}

/// The whole id matches best, a part of it least.
fn id_score(session: &Session, word: &str) -> Option<u32> {
    if !word.bytes().all(|byte| byte.is_ascii_digit()) {
        // One without a name is shown as `session 341`.
        let has_name = NAMES[..3].iter().any(|field| !field(session).is_empty());
        let is_begun = !has_name && "session".starts_with(&word.to_lowercase());
        return is_begun.then_some(0);
    }
    let mut digits = itoa::Buffer::new();
    let id = digits.format(session.id.0);
    if id == word {
        Some(ID_SCORE)
    } else {
        id.contains(word).then_some(0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::test_support::builders::now;
    use crate::test_support::scenario;

    proptest! {
        #[test]
        fn a_filter_finds_the_same_however_it_was_typed(
            filters in prop::collection::vec(
                "[kKaAriInoøsS347 ß]{0,3}|\"| (status|channel|agent|since):|[1-7]|bot|in|Su|1[hd]|mon|12:0| ",
                1..8,
            ),
        ) {
            let all: Vec<_> = scenario::sessions().into_iter().map(ListedSession::from).collect();
            let mut typed = FilterMatches::default();
            let mut filter = String::new();
            for part in filters {
                if part.is_empty() {
                    filter.pop();
                }
                filter.push_str(&part);
                let mut at_once = FilterMatches::default();
                let times = QueryTimes { now: now(), typed_at: now(), zone: TimeZone::utc() };
                let query = || FilterQuery::parse(&filter, true);
                let at_once = at_once.find(&all, query(), &times).shown();
                prop_assert_eq!(typed.find(&all, query(), &times).shown(), at_once);
            }
        }
    }
}
