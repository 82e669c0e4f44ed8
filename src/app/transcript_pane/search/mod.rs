//! Search within one transcript: the whole transcript at once, then message by message as more arrive.

use std::ops::Range;

use super::Towards;
use crate::chat::{Message, Transcript};
use crate::text::SearchQuery;
use crate::text::message_text::shown_texts;

/// A query and the messages that match it.
#[derive(Clone, Debug)]
pub struct Search {
    /// As typed.
    text: String,
    query: SearchQuery,
    /// Indices of the matching messages, ascending.
    matches: Vec<usize>,
}

/// Where a search or a jump to the next match led.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SearchResult {
    /// To a match in the requested direction.
    Found,
    /// To a match beyond the newest message, or beyond the oldest.
    Wrapped(Towards),
    /// Nowhere: no message matches.
    NotFound,
}

impl Search {
    /// Searches the whole transcript. If the text continues that of the previous search, only its matches
    /// are searched. Returns `None` if there is nothing to search for.
    pub(super) fn new(
        text: &str,
        previous: Option<&Self>,
        transcript: &Transcript,
    ) -> Option<Self> {
        let mut search = Self {
            text: text.to_owned(),
            query: SearchQuery::parse(text)?,
            matches: Vec::new(),
        };
        match previous {
            Some(previous) if text.starts_with(&previous.text) => {
                let candidates = previous.matches.iter().copied();
                search.matches = candidates
                    .filter(|index| transcript.get(*index).is_some_and(|it| search.is_match(it)))
                    .collect();
            }
            _ => search.update_from(0, transcript),
        }
        Some(search)
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text to show in quotes: that of a single phrase has some already.
    pub(crate) fn shown_text(&self) -> &str {
        let phrase = self.text.strip_prefix('"');
        phrase.map_or(self.text(), |phrase| phrase.trim_end_matches('"'))
    }

    pub fn match_count(&self) -> usize {
        self.matches.len()
    }

    /// The number of a message among the matches, from 1; `None` if it does not match.
    pub(crate) fn match_number(&self, message_index: usize) -> Option<usize> {
        Some(self.matches.binary_search(&message_index).ok()? + 1)
    }

    /// The nearest matches at or above a message, and at or below it.
    pub(super) fn matches_around(&self, message_index: usize) -> (Option<usize>, Option<usize>) {
        let at_or_below = self.matches.partition_point(|hit| *hit < message_index);
        let below = self.matches.get(at_or_below).copied();
        let above = at_or_below
            .checked_sub(1)
            .and_then(|it| self.matches.get(it));
        let is_match = below == Some(message_index);
        (if is_match { below } else { above.copied() }, below)
    }

    pub(crate) fn has_match_in(&self, range: &Range<usize>) -> bool {
        let first = self.matches.partition_point(|&index| index < range.start);
        self.matches
            .get(first)
            .is_some_and(|&index| index < range.end)
    }

    /// Byte ranges of the words and phrases within a text of a message that matches.
    pub(crate) fn find_matches(&self, text: &str) -> Vec<Range<usize>> {
        self.query.find_matches(text)
    }

    /// Searches the messages from an index on: they are new or changed.
    pub(super) fn update_from(&mut self, index: usize, transcript: &Transcript) {
        let kept = self.matches.partition_point(|&hit| hit < index);
        self.matches.truncate(kept);
        let messages = transcript.iter().enumerate().skip(index);
        let found = messages.filter(|(_, message)| self.is_match(message));
        let found: Vec<_> = found.map(|(index, _)| index).collect();
        self.matches.extend(found);
    }

    fn is_match(&self, message: &Message) -> bool {
        // A match in what is not laid out could not be shown.
        self.query.is_match(shown_texts(message))
    }

    /// The next match from a message on, wrapping around at the end of the transcript.
    pub(super) fn nearest(
        &self,
        from: usize,
        towards: Towards,
        include_current: bool,
    ) -> (SearchResult, Option<usize>) {
        // Matches before this index are above, the others below.
        let is_above = (towards == Towards::Newer) != include_current;
        let limit = from + usize::from(is_above);
        let split = self.matches.partition_point(|hit| *hit < limit);
        let (above, below) = self.matches.split_at(split);
        let (near, wrapped) = match towards {
            Towards::Newer => (below.first(), above.first()),
            Towards::Older => (above.last(), below.last()),
        };
        match (near, wrapped) {
            (Some(hit), _) => (SearchResult::Found, Some(*hit)),
            (None, Some(hit)) => (SearchResult::Wrapped(towards), Some(*hit)),
            (None, None) => (SearchResult::NotFound, None),
        }
    }
}

#[cfg(test)]
mod tests;
