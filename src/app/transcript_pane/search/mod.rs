//! Searching the transcript: smart case, every message that holds the words, kept up as it grows.
//!
//! It looks a slice at a time, outwards from the place where it was begun, so that no key waits for
//! it and the nearest hit is known long before the last. What was looked at is one range of places;
//! what changes inside it is looked at again.

use std::collections::VecDeque;
use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::message_layout::sections;
use crate::chat::Transcript;

/// What is looked for and where it was found.
#[derive(Clone, Debug)]
pub struct Search {
    query: String,
    pattern: Regex,
    /// The places of the messages found so far, ascending.
    matches: VecDeque<usize>,
    /// The places looked at so far.
    looked: Range<usize>,
    /// Which side is looked at first.
    forward: bool,
    /// A hit that the person wants to go to, not found yet.
    wish: Option<Wish>,
}

/// Which hit to go to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wish {
    /// The next one below, else above.
    pub(super) forward: bool,
    /// Whether the message one stands on will do.
    pub(super) here: bool,
}

/// What became of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchResult {
    /// Went to a hit.
    Found,
    /// Went to a hit beyond the newest message, or beyond the oldest.
    Wrapped {
        /// Whether it went on below the newest.
        forward: bool,
    },
    /// There is none.
    NotFound,
}

impl Search {
    /// Begins at a place; capitals in the words make it mind the case. `None` for no words.
    pub(super) fn new(
        query: &str,
        from: usize,
        wish: Wish,
        transcript: &Transcript,
    ) -> Option<Self> {
        if query.is_empty() {
            return None;
        }
        let pattern = RegexBuilder::new(&regex::escape(query))
            .case_insensitive(!query.chars().any(char::is_uppercase))
            .build()
            .ok()?;
        let from = (from + usize::from(!wish.forward)).min(transcript.len());
        Some(Self {
            query: query.to_owned(),
            pattern,
            matches: VecDeque::new(),
            looked: from..from,
            forward: wish.forward,
            wish: Some(wish),
        })
    }

    /// The words that are looked for.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// How many messages hold them, as far as it has looked.
    pub fn match_count(&self) -> usize {
        self.matches.len()
    }

    /// Tells whether it has looked at everything.
    pub fn is_complete(&self, transcript: &Transcript) -> bool {
        self.looked == (0..transcript.len())
    }

    /// The number of the message at a place among those that hold them, from 1.
    pub fn match_number(&self, message_index: usize) -> Option<usize> {
        self.matches
            .binary_search(&message_index)
            .ok()
            .map(|index| index + 1)
    }

    /// Tells whether a message at one of these places holds them.
    pub fn has_match_in(&self, range: &Range<usize>) -> bool {
        let first = self.matches.partition_point(|hit| *hit < range.start);
        self.matches.get(first).is_some_and(|hit| *hit < range.end)
    }

    /// Where the words stand in a text, as byte ranges.
    pub fn find_matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> {
        self.pattern.find_iter(text).map(|found| found.range())
    }

    /// Looks at a slice of so many messages, or what is left.
    pub(super) fn look(&mut self, transcript: &Transcript, slice: usize) {
        let (above, below) = (self.looked.start, transcript.len() - self.looked.end);
        if (self.forward || above == 0) && below > 0 {
            let next = self.looked.end..self.looked.end + below.min(slice);
            self.looked.end = next.end;
            self.matches.extend(self.matching_indices(transcript, next));
        } else {
            let next = above.saturating_sub(slice)..above;
            self.looked.start = next.start;
            for hit in self.matching_indices(transcript, next).into_iter().rev() {
                self.matches.push_front(hit);
            }
        }
    }

    fn matching_indices(&self, transcript: &Transcript, places: Range<usize>) -> Vec<usize> {
        transcript.find_all(places, |message| {
            self.pattern.is_match(&message.author)
                || sections(message).any(|(_, text)| self.pattern.is_match(&text))
        })
    }

    /// Forgets what was found from a place on: messages there are new or read otherwise.
    pub(super) fn invalidate_from(&mut self, index: usize) {
        self.matches
            .truncate(self.matches.partition_point(|hit| *hit < index));
        self.looked = self.looked.start.min(index)..self.looked.end.min(index);
    }

    /// Wants to go to a hit, or gives that up.
    pub(super) fn wish(&mut self, wish: Option<Wish>) {
        self.wish = wish;
        self.forward = wish.map_or(self.forward, |wish| wish.forward);
    }

    /// Where to go for the wish, seen from a place, once that is sure; the wish is over then.
    pub(super) fn fulfil(
        &mut self,
        from: usize,
        transcript: &Transcript,
    ) -> Option<(SearchResult, Option<usize>)> {
        let Wish { forward, here } = self.wish?;
        let complete = self.is_complete(transcript);
        // It is the nearest if everything from here to there was looked at.
        let (next, is_near) = if forward {
            let begin = from + usize::from(!here);
            let next = self.matches.partition_point(|hit| *hit < begin);
            (self.matches.get(next), self.looked.start <= begin)
        } else {
            let end = from + usize::from(here);
            let next = self.matches.partition_point(|hit| *hit < end);
            let next = next.checked_sub(1).and_then(|next| self.matches.get(next));
            (next, self.looked.end >= end)
        };
        let outcome = match next {
            Some(hit) if is_near || complete => (SearchResult::Found, Some(*hit)),
            _ if !complete => return None,
            _ => {
                let round = if forward {
                    self.matches.front()
                } else {
                    self.matches.back()
                };
                match round {
                    Some(hit) => (SearchResult::Wrapped { forward }, Some(*hit)),
                    None => (SearchResult::NotFound, None),
                }
            }
        };
        self.wish = None;
        Some(outcome)
    }
}

#[cfg(test)]
mod tests;
