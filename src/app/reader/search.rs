//! Searching the transcript: smart case, every message that holds the words, kept up as it grows.
//!
//! It looks a slice at a time, outwards from the place where it was begun, so that no key waits for
//! it and the nearest hit is known long before the last. What was looked at is one range of places;
//! what changes inside it is looked at again.

use std::collections::VecDeque;
use std::ops::Range;

use regex::{Regex, RegexBuilder};

use super::block::parts;
use crate::chat::Transcript;

/// What is looked for and where it was found.
#[derive(Clone, Debug)]
pub struct Search {
    words: String,
    pattern: Regex,
    /// The places of the messages found so far, ascending.
    hits: VecDeque<usize>,
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
pub enum Outcome {
    /// Went to a hit.
    Found,
    /// Went to a hit beyond the newest message, or beyond the oldest.
    Round {
        /// Whether it went on below the newest.
        forward: bool,
    },
    /// There is none.
    Nowhere,
}

impl Search {
    /// Begins at a place; capitals in the words make it mind the case. `None` for no words.
    pub(super) fn new(
        words: &str,
        from: usize,
        wish: Wish,
        transcript: &Transcript,
    ) -> Option<Self> {
        if words.is_empty() {
            return None;
        }
        let pattern = RegexBuilder::new(&regex::escape(words))
            .case_insensitive(!words.chars().any(char::is_uppercase))
            .build()
            .ok()?;
        let from = (from + usize::from(!wish.forward)).min(transcript.len());
        Some(Self {
            words: words.to_owned(),
            pattern,
            hits: VecDeque::new(),
            looked: from..from,
            forward: wish.forward,
            wish: Some(wish),
        })
    }

    /// The words that are looked for.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// How many messages hold them, as far as it has looked.
    pub fn count(&self) -> usize {
        self.hits.len()
    }

    /// Tells whether it has looked at everything.
    pub fn is_complete(&self, transcript: &Transcript) -> bool {
        self.looked == (0..transcript.len())
    }

    /// The number of the message at a place among those that hold them, from 1.
    pub fn number_of(&self, place: usize) -> Option<usize> {
        self.hits.binary_search(&place).ok().map(|index| index + 1)
    }

    /// Tells whether a message at one of these places holds them.
    pub fn is_in(&self, places: &Range<usize>) -> bool {
        let first = self.hits.partition_point(|hit| *hit < places.start);
        self.hits.get(first).is_some_and(|hit| *hit < places.end)
    }

    /// Where the words stand in a text, as byte ranges.
    pub fn find_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> {
        self.pattern.find_iter(text).map(|found| found.range())
    }

    /// Looks at a slice of so many messages, or what is left.
    pub(super) fn look(&mut self, transcript: &Transcript, slice: usize) {
        let (above, below) = (self.looked.start, transcript.len() - self.looked.end);
        if (self.forward || above == 0) && below > 0 {
            let next = self.looked.end..self.looked.end + below.min(slice);
            self.looked.end = next.end;
            self.hits.extend(self.found(transcript, next));
        } else {
            let next = above.saturating_sub(slice)..above;
            self.looked.start = next.start;
            for hit in self.found(transcript, next).into_iter().rev() {
                self.hits.push_front(hit);
            }
        }
    }

    fn found(&self, transcript: &Transcript, places: Range<usize>) -> Vec<usize> {
        transcript.find_all(
            places,
            |text| self.pattern.is_match(text),
            |message| {
                self.pattern.is_match(message.author)
                    || parts(message).any(|(_, text)| self.pattern.is_match(&text))
            },
        )
    }

    /// Forgets what was found from a place on: messages there are new or read otherwise.
    pub(super) fn forget_from(&mut self, place: usize) {
        self.hits
            .truncate(self.hits.partition_point(|hit| *hit < place));
        self.looked = self.looked.start.min(place)..self.looked.end.min(place);
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
    ) -> Option<(Outcome, Option<usize>)> {
        let Wish { forward, here } = self.wish?;
        let complete = self.is_complete(transcript);
        // It is the nearest if everything from here to there was looked at.
        let (next, is_near) = if forward {
            let begin = from + usize::from(!here);
            let next = self.hits.partition_point(|hit| *hit < begin);
            (self.hits.get(next), self.looked.start <= begin)
        } else {
            let end = from + usize::from(here);
            let next = self.hits.partition_point(|hit| *hit < end);
            let next = next.checked_sub(1).and_then(|next| self.hits.get(next));
            (next, self.looked.end >= end)
        };
        let outcome = match next {
            Some(hit) if is_near || complete => (Outcome::Found, Some(*hit)),
            _ if !complete => return None,
            _ => {
                let round = if forward {
                    self.hits.front()
                } else {
                    self.hits.back()
                };
                match round {
                    Some(hit) => (Outcome::Round { forward }, Some(*hit)),
                    None => (Outcome::Nowhere, None),
                }
            }
        };
        self.wish = None;
        Some(outcome)
    }
}

#[cfg(test)]
mod tests;
