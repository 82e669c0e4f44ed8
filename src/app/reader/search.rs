//! Searching the transcript: smart case, every message that holds the words, kept up as it grows.

use regex::{Regex, RegexBuilder};

use super::block::parts;
use crate::chat::{MessageId, Moment, Said, Transcript};

/// What is looked for and where it was found.
#[derive(Clone, Debug)]
pub struct Search {
    words: String,
    pattern: Regex,
    /// The messages that hold it, in display order.
    hits: Vec<Key>,
}

type Key = (Option<Moment>, MessageId);

impl Search {
    /// Looks through a whole transcript; capitals in the words make it mind the case. `None` for
    /// no words.
    pub fn new(words: &str, transcript: &Transcript) -> Option<Self> {
        if words.is_empty() {
            return None;
        }
        let pattern = RegexBuilder::new(&regex::escape(words))
            .case_insensitive(!words.chars().any(char::is_uppercase))
            .build()
            .ok()?;
        let hits = transcript
            .iter()
            .filter(|message| holds(&pattern, message))
            .map(|message| key(&message))
            .collect();
        Some(Self {
            words: words.to_owned(),
            pattern,
            hits,
        })
    }

    /// Looks at a message that is new or has changed.
    pub fn note(&mut self, message: &Said<'_>) {
        self.hits.retain(|(_, id)| *id != message.id);
        if holds(&self.pattern, message) {
            let key = key(message);
            let place = self.hits.partition_point(|other| *other < key);
            self.hits.insert(place, key);
        }
    }

    /// Forgets messages that are gone, given by id.
    pub fn forget(&mut self, gone: &[MessageId]) {
        self.hits.retain(|(_, id)| gone.binary_search(id).is_err());
    }

    /// The words that are looked for.
    pub fn words(&self) -> &str {
        &self.words
    }

    /// How many messages hold them.
    pub fn count(&self) -> usize {
        self.hits.len()
    }

    /// The number of a message among those that hold them, from 1.
    pub fn number_of(&self, message: &Said<'_>) -> Option<usize> {
        self.hits
            .binary_search(&key(message))
            .ok()
            .map(|index| index + 1)
    }

    /// The next hit after a message, or before it, going round at the ends; and whether it went round.
    pub fn next(&self, from: &Said<'_>, forward: bool) -> Option<(MessageId, bool)> {
        let from = key(from);
        let next = if forward {
            self.hits.get(self.hits.partition_point(|hit| *hit <= from))
        } else {
            self.hits
                .partition_point(|hit| *hit < from)
                .checked_sub(1)
                .and_then(|index| self.hits.get(index))
        };
        let round = if forward {
            self.hits.first()
        } else {
            self.hits.last()
        };
        next.map(|hit| (hit.1, false))
            .or_else(|| round.map(|hit| (hit.1, true)))
    }

    /// Where the words stand in a text, as byte ranges.
    pub fn find_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.pattern.find_iter(text).map(|found| found.range())
    }
}

fn holds(pattern: &Regex, message: &Said<'_>) -> bool {
    pattern.is_match(message.author) || parts(message).any(|(_, text)| pattern.is_match(&text))
}

fn key(message: &Said<'_>) -> Key {
    (message.place(), message.id)
}
