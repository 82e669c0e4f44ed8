//! Known data of the people of a conversation: the names, numbers and addresses to look for in its
//! texts, each with its pseudonym.

use std::collections::HashMap;

use super::pseudonym::{Kind, Pseudonym, is_pseudonym};
use super::words::{FoldedWords, fold_line, folded_words, has_no_word_ends};
use crate::text::SearchQuery;

/// Parts of names that identify no one alone: particles and forms of companies.
const WEAK_WORDS: &[&str] = &[
    "ab", "ag", "and", "aps", "as", "asa", "av", "af", "bv", "da", "das", "de", "del", "den",
    "der", "di", "dos", "du", "el", "en", "et", "for", "gmbh", "inc", "kg", "la", "le", "llc",
    "ltd", "nv", "och", "of", "og", "oy", "oyj", "plc", "sa", "sarl", "spa", "srl", "the", "und",
    "van", "von", "y",
];
/// A shorter number could be any.
const MIN_PHONE_DIGITS: usize = 6;

/// The names, numbers and addresses of one conversation.
#[derive(Clone, Debug, Default)]
pub(crate) struct KnownData {
    names: Vec<Name>,
    /// Where each word is: the name, and its place in it.
    by_word: HashMap<String, Vec<(usize, usize)>>,
    /// Phone numbers by their digits.
    phones: Vec<(String, Pseudonym)>,
    /// Names that are found within words.
    inside: Vec<(SearchQuery, Pseudonym)>,
    /// Whole values, folded, and their replacements.
    values: HashMap<String, Pseudonym>,
    /// Whole values and their replacements in the order in which they were added, as sent.
    added: Vec<(String, Pseudonym)>,
    /// The customer of the session, under whatever name.
    pub(super) customer: Option<Pseudonym>,
}

/// A name, or whatever is found by its words.
#[derive(Clone, Debug)]
struct Name {
    words: Vec<String>,
    /// Whether each word identifies someone alone.
    are_strong: Vec<bool>,
    pseudonym: Pseudonym,
}

/// A name that was found, or a part of it.
#[derive(Clone, Copy)]
pub(super) struct Found {
    pub words: usize,
    pub(crate) pseudonym: Pseudonym,
}

impl KnownData {
    /// The number of values; a greater one means that texts have to be masked anew.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// Returns `true` if both have the same values.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.values == other.values
    }

    /// Adds the values of another one; known values stay.
    pub(crate) fn extend(&mut self, other: &Self) {
        for (value, pseudonym) in &other.added {
            self.add(value, || *pseudonym);
        }
        self.customer = self.customer.or(other.customer);
    }

    /// The replacement of a whole value, if it is known.
    pub(super) fn get(&self, value: &str) -> Option<Pseudonym> {
        self.values.get(&fold_line(value)).copied()
    }

    /// Adds a value with the pseudonym that `make` returns, unless it is known or is none.
    pub(super) fn add(&mut self, value: &str, make: impl FnOnce() -> Pseudonym) {
        let folded = fold_line(value);
        if folded.is_empty() || self.values.contains_key(&folded) || is_pseudonym(value.trim()) {
            return;
        }
        let pseudonym = make();
        self.values.insert(folded, pseudonym);
        self.added.push((value.to_owned(), pseudonym));
        // A user name may be an email address, which is found by its form.
        let value = value.split_once('@').map_or(value, |(name, _)| name);
        match pseudonym.kind {
            Kind::Customer | Kind::Agent | Kind::Person => self.add_name(value, pseudonym, 2),
            Kind::Company => self.add_name(value, pseudonym, 3),
            Kind::Place => self.add_name(value, pseudonym, 4),
            Kind::Phone => self.add_phone(value, pseudonym),
            Kind::Host => self.add_words(folded_words(value), pseudonym, |_| false),
            // Found by their form.
            Kind::Mail | Kind::Number => {}
        }
    }

    /// Adds a name; its words of a length that are not part of any name are strong.
    fn add_name(&mut self, name: &str, pseudonym: Pseudonym, min_letters: usize) {
        let words = folded_words(name);
        let is_strong = |word: &String| {
            word.chars().count() >= min_letters
                && !WEAK_WORDS.contains(&word.as_str())
                && !word.chars().all(char::is_numeric)
        };
        if words.len() > 1 {
            let strong = words.iter().filter(|word| is_strong(word));
            let joined: String = strong.map(String::as_str).collect();
            self.add_words(vec![joined], pseudonym, |word| !word.is_empty());
        }
        for word in words.iter().filter(|word| has_no_word_ends(word)) {
            let query = SearchQuery::phrase(word);
            self.inside.extend(query.map(|query| (query, pseudonym)));
        }
        self.add_words(words, pseudonym, is_strong);
    }

    /// Adds words that are found together, and the strong ones also alone.
    fn add_words(
        &mut self,
        words: Vec<String>,
        pseudonym: Pseudonym,
        is_strong: impl Fn(&String) -> bool,
    ) {
        let number = self.names.len();
        for (place, word) in words.iter().enumerate() {
            match self.by_word.get_mut(word) {
                Some(places) => places.push((number, place)),
                None => drop(self.by_word.insert(word.clone(), vec![(number, place)])),
            }
        }
        self.names.push(Name {
            are_strong: words.iter().map(is_strong).collect(),
            words,
            pseudonym,
        });
    }

    fn add_phone(&mut self, phone: &str, pseudonym: Pseudonym) {
        let digits: String = phone.chars().filter(|it| it.is_numeric()).collect();
        if digits.chars().count() >= MIN_PHONE_DIGITS {
            self.phones.push((digits, pseudonym));
        } else {
            // An extension, for example.
            self.add_words(folded_words(phone), pseudonym, |_| false);
        }
    }

    /// The longest part of a name that begins at one of the words of a text.
    pub(super) fn find(&self, words: &FoldedWords, index: usize) -> Option<Found> {
        let word = words.get(index)?;
        let exact = self.longest_from(word, |place| words.get(index + 1 + place));
        // "Karis" is a genitive of "Kari".
        let owner = || {
            let stem = word.strip_suffix('s').filter(|stem| stem.len() >= 3)?;
            // Nothing of a name is after it.
            self.longest_from(stem, |_| None)
        };
        exact.or_else(owner)
    }

    /// `after` returns the words after it.
    fn longest_from<'t>(
        &self,
        word: &str,
        after: impl Fn(usize) -> Option<&'t str>,
    ) -> Option<Found> {
        let found = self
            .by_word
            .get(word)?
            .iter()
            .filter_map(|&(number, place)| {
                let name = self.names.get(number)?;
                let rest = name.words.get(place + 1..)?.iter().enumerate();
                let same = rest.take_while(|(place, word)| after(*place) == Some(word.as_str()));
                let words = 1 + same.count();
                let is_whole = words == name.words.len();
                let mut are_strong = name.are_strong.get(place..place + words)?.iter();
                (is_whole || are_strong.any(|is_strong| *is_strong)).then_some(Found {
                    words,
                    pseudonym: name.pseudonym,
                })
            });
        // The first of two with the same length.
        found.reduce(|best, next| if next.words > best.words { next } else { best })
    }

    /// The phone number with these digits, with or without its country code.
    pub(super) fn find_phone(&self, digits: &str) -> Option<Pseudonym> {
        let is_same = |known: &&(String, Pseudonym)| {
            digits.chars().count() >= MIN_PHONE_DIGITS
                && (known.0.ends_with(digits) || digits.ends_with(known.0.as_str()))
        };
        let found = self.phones.iter().find(is_same);
        found.map(|(_, pseudonym)| *pseudonym)
    }

    /// The names that are searched for within words.
    pub(super) fn inside(&self) -> &[(SearchQuery, Pseudonym)] {
        &self.inside
    }
}
