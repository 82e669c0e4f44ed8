//! Finds personal data in a text: email and web addresses, known names and numbers, long numbers.

use std::ops::Range;

use super::Masker;
use super::address::find_addresses;
use super::known::{Found, KnownData};
use super::pseudonym::{Kind, Pseudonym, is_masked_mail, pseudonym_length};
use super::words::{FoldedWords, MIN_DIGITS, has_no_word_ends, words};

/// As many digits in groups are a number as well: a phone number, a card.
const MIN_GROUPED_DIGITS: usize = 8;

/// A part of a text and what is shown in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replacement {
    pub(crate) range: Range<usize>,
    pub text: String,
}

/// How a pseudonym is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `Customer K7F2QX`
    Text,
    /// `k7f2qx`, inside of an address.
    Slug,
    /// As text, in a sentence of the program: its numbers are those of sessions, its addresses those of the service.
    Sentence,
}

impl Form {
    /// The pseudonym in this form; `None` for a value that stays.
    fn write(self, pseudonym: Pseudonym) -> Option<String> {
        match self {
            Self::Sentence if pseudonym.kind == Kind::Number => None,
            Self::Text | Self::Sentence => Some(pseudonym.to_string()),
            Self::Slug => Some(pseudonym.slug()),
        }
    }
}

/// Replaces the parts of a text, which are in order.
pub(super) fn replace(text: &str, replacements: &[Replacement]) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut done = 0;
    for Replacement { range, text: by } in replacements {
        masked.push_str(text.get(done..range.start).unwrap_or_default());
        masked.push_str(by);
        done = range.end;
    }
    masked.push_str(text.get(done..).unwrap_or_default());
    masked
}

impl Masker {
    /// The replacements in a text, in order and without overlap.
    pub(super) fn find(&self, text: &str, known: &KnownData, form: Form) -> Vec<Replacement> {
        let mut found = Vec::new();
        let mut done = 0;
        for address in find_addresses(text) {
            let (range, is_mail) = (address.range, address.is_mail);
            self.find_words(text, done..range.start, known, form, &mut found);
            done = range.end;
            let whole = text.get(range.clone()).unwrap_or_default();
            let masked = match is_mail {
                true if is_masked_mail(whole) => continue,
                true => self.mail(whole).to_string(),
                false if form == Form::Sentence => continue,
                false => self.mask_address(whole, known),
            };
            if masked != whole {
                found.push(Replacement {
                    range,
                    text: masked,
                });
            }
        }
        self.find_words(text, done..text.len(), known, form, &mut found);
        found
    }

    /// Masks a part of an address.
    pub(super) fn mask_words(&self, text: &str, known: &KnownData) -> String {
        let mut found = Vec::new();
        self.find_words(text, 0..text.len(), known, Form::Slug, &mut found);
        replace(text, &found)
    }

    /// Finds names and numbers within a part of a text without addresses.
    fn find_words(
        &self,
        text: &str,
        part: Range<usize>,
        known: &KnownData,
        form: Form,
        found: &mut Vec<Replacement>,
    ) {
        let start = part.start;
        let text = text.get(part).unwrap_or_default();
        let tokens: Vec<_> = words(text).collect();
        let mut folded = FoldedWords::default();
        for token in &tokens {
            folded.push(text.get(token.clone()).unwrap_or_default());
        }
        let mut matches: Vec<(Range<usize>, Pseudonym)> = Vec::new();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            let ready = pseudonym_length(text.get(token.start..).unwrap_or_default());
            if ready > 0 {
                let end = token.start + ready;
                index += tokens
                    .iter()
                    .skip(index)
                    .take_while(|it| it.end <= end)
                    .count();
                continue;
            }
            let phone = self.find_phone(text, tokens.get(index..).unwrap_or_default(), known);
            if let Some((count, pseudonym)) = phone {
                let end = tokens.get(index + count - 1).map_or(token.end, |it| it.end);
                matches.push((token.start..end, pseudonym));
                index += count;
            } else if let Some(Found { words, pseudonym }) = known.find(&folded, index) {
                let end = tokens.get(index + words - 1).map_or(token.end, |it| it.end);
                matches.push((token.start..end, pseudonym));
                index += words;
            } else {
                self.find_inside(text, token, known, &mut matches);
                index += 1;
            }
        }
        let joined = join_parts(text, matches);
        found.extend(joined.into_iter().filter_map(|(range, pseudonym)| {
            Some(Replacement {
                range: start + range.start..start + range.end,
                text: form.write(pseudonym)?,
            })
        }));
    }

    /// Finds names inside of a word, and whether it is a long number.
    fn find_inside(
        &self,
        text: &str,
        token: &Range<usize>,
        known: &KnownData,
        matches: &mut Vec<(Range<usize>, Pseudonym)>,
    ) {
        let word = text.get(token.clone()).unwrap_or_default();
        if word.chars().count() >= MIN_DIGITS && word.chars().all(char::is_numeric) {
            matches.push((token.clone(), self.pseudonyms.make(Kind::Number, word)));
        }
        if known.inside().is_empty() || !has_no_word_ends(word) {
            return;
        }
        let found = known.inside().iter().flat_map(|(query, pseudonym)| {
            let ranges = query.find_matches(word).into_iter();
            ranges.map(|range| (range, *pseudonym))
        });
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|(range, _)| (range.start, usize::MAX - range.end));
        let mut end = 0;
        for (range, pseudonym) in found {
            // An overlapping match is part of one that is replaced already.
            if range.start >= end {
                end = range.end;
                let range = token.start + range.start..token.start + range.end;
                matches.push((range, pseudonym));
            }
        }
    }

    /// Finds the known phone number that begins at a word, or any long number in groups: how many words it
    /// takes.
    fn find_phone(
        &self,
        text: &str,
        tokens: &[Range<usize>],
        known: &KnownData,
    ) -> Option<(usize, Pseudonym)> {
        let mut digits = String::new();
        let (mut count, mut end, mut is_spaced) = (0, None, true);
        let mut longest = None;
        for token in tokens {
            let group = text.get(token.clone())?;
            if !group.chars().all(char::is_numeric) {
                break;
            }
            let between = end.map_or("", |end| text.get(end..token.start).unwrap_or_default());
            if between.chars().count() > 3 || !between.chars().all(is_phone_separator) {
                break;
            }
            is_spaced &= matches!(between, "" | " " | "\u{a0}" | "\u{202f}");
            digits.push_str(group);
            end = Some(token.end);
            count += 1;
            let any = || self.pseudonyms.make(Kind::Number, &digits);
            let is_long = count > 1 && is_spaced && digits.chars().count() >= MIN_GROUPED_DIGITS;
            longest = (known.find_phone(&digits))
                .or_else(|| is_long.then(any))
                .map(|pseudonym| (count, pseudonym))
                .or(longest);
            // No number is longer.
            if digits.len() > 40 {
                break;
            }
        }
        longest
    }
}

fn is_phone_separator(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{a0}' | '\u{202f}' | '-' | '.' | '/' | '(' | ')' | '\u{2011}'
    )
}

/// Returns `true` for the characters between the parts of a name: `Anne-Marie O'Connor`, `kari.nordmann`.
fn joins_names(character: char) -> bool {
    matches!(
        character,
        ' ' | '\u{a0}' | '.' | '-' | '\'' | '’' | '_' | '/' | '\u{2011}'
    )
}

/// Joins adjacent parts of a name.
fn join_parts(
    text: &str,
    matches: Vec<(Range<usize>, Pseudonym)>,
) -> Vec<(Range<usize>, Pseudonym)> {
    let mut joined: Vec<(Range<usize>, Pseudonym)> = Vec::with_capacity(matches.len());
    for (range, pseudonym) in matches {
        if let Some(last) = joined.last_mut()
            && last.1 == pseudonym
            && let Some(between) = text.get(last.0.end..range.start)
            && between.chars().count() <= 2
            && between.chars().all(joins_names)
        {
            last.0.end = range.end;
        } else {
            joined.push((range, pseudonym));
        }
    }
    joined
}
