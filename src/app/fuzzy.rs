//! Fuzzy matching behind a few functions, so that the library is used in one place. Query and text are folded
//! as those of a search are: case and accents are ignored.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::iter::repeat_n;
use std::ops::Range;

use icu_normalizer::ComposingNormalizerBorrowed;
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::fold;

const NFC: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();

/// Indices of the texts that contain the letters of the query in their order, the best match first.
pub(super) fn rank_matches(query: &str, texts: &[String]) -> Vec<usize> {
    let texts: Vec<_> = texts.iter().map(String::as_str).collect();
    let mut found: Vec<_> = score_matches(query, &texts).collect();
    found.sort_by_key(|(_, score)| Reverse(*score));
    found.into_iter().map(|(index, _)| index).collect()
}

/// The texts that contain the letters of the query in their order, by index, with how well they match: at
/// their beginning better than elsewhere, as a whole best.
pub(super) fn score_matches(query: &str, texts: &[&str]) -> impl Iterator<Item = (usize, u16)> {
    find(query, AtomKind::Fuzzy, texts, |atom, text, matcher| {
        let is_whole = text.len() == atom.needle_text().len();
        Some(atom.score(text, matcher)? + u16::from(is_whole))
    })
}

/// The texts that contain the letters of the query in their order: their index, how well they match, and
/// the bytes of the letters found.
pub(super) fn find_hits(
    query: &str,
    texts: &[&str],
) -> impl Iterator<Item = (usize, u16, Vec<Range<usize>>)> {
    let found = find(query, AtomKind::Fuzzy, texts, |atom, text, matcher| {
        let mut positions = Vec::new();
        let score = atom.indices(text, matcher, &mut positions)?;
        Some((score, positions))
    });
    found.map(|(index, (score, positions))| {
        let letters: Vec<_> = folded_letters(texts[index]).collect();
        let hits = positions.into_iter();
        let hits = hits.filter_map(|position| letters.get(position as usize).cloned());
        let mut hits: Vec<_> = hits.collect();
        hits.dedup();
        (index, score, hits)
    })
}

/// A word as it may have been mistyped: with a letter that is wrong, missing or too many, or with two letters
/// in the wrong order; a long word with two such errors.
pub(super) struct Misspelling {
    letters: Vec<char>,
    max_errors: usize,
}

impl Misspelling {
    /// From this many letters on, a word may have one error or two: a shorter one would be almost any other.
    const MIN_LETTERS: [usize; 2] = [4, 8];

    /// Returns `None` for a word too short for an error to be recognized, and for several words.
    pub(super) fn new(word: &str) -> Option<Self> {
        let letters: Vec<_> = fold(word).chars().collect();
        let max_errors = Self::MIN_LETTERS.partition_point(|min| *min <= letters.len());
        let is_word = max_errors > 0 && !letters.contains(&' ');
        is_word.then_some(Self {
            letters,
            max_errors,
        })
    }

    /// Returns `true` if a word of the text begins with it, but for the errors.
    pub(super) fn is_in(&self, text: &str) -> bool {
        let text = fold(text);
        let mut words = text.split(|letter: char| !letter.is_alphanumeric());
        words.any(|word| self.is_beginning_of(word))
    }

    /// The optimal string alignment distance to the beginnings of a word: the table has a row for each
    /// letter typed and a column for each beginning.
    fn is_beginning_of(&self, word: &str) -> bool {
        let word: Vec<_> = word
            .chars()
            .take(self.letters.len() + self.max_errors)
            .collect();
        if word.len() + self.max_errors < self.letters.len() {
            return false;
        }
        let mut before = Vec::new();
        let mut last: Vec<usize> = (0..=word.len()).collect();
        for (row, &typed) in self.letters.iter().enumerate() {
            let mut next = vec![row + 1];
            for (column, &letter) in word.iter().enumerate() {
                let replaced = last[column] + usize::from(typed != letter);
                let best = replaced.min(last[column + 1] + 1).min(next[column] + 1);
                let is_swapped = row > 0
                    && column > 0
                    && (typed, self.letters[row - 1]) == (word[column - 1], letter);
                let swapped = if is_swapped {
                    before[column - 1] + 1
                } else {
                    best
                };
                next.push(best.min(swapped));
            }
            let is_near = |distance: &usize| *distance <= self.max_errors;
            if !next.iter().chain(&last).any(is_near) {
                return false;
            }
            before = std::mem::replace(&mut last, next);
        }
        last.iter().any(|distance| *distance <= self.max_errors)
    }
}

/// Indices of the texts that contain the query as it is.
pub(super) fn find_literally(query: &str, texts: &[&str]) -> impl Iterator<Item = usize> {
    find(query, AtomKind::Substring, texts, Atom::score).map(|(index, _)| index)
}

fn find<T>(
    query: &str,
    kind: AtomKind,
    texts: &[&str],
    mut find_in: impl FnMut(&Atom, Utf32Str<'_>, &mut Matcher) -> Option<T>,
) -> impl Iterator<Item = (usize, T)> {
    let atom = Atom::new(
        &fold_letters(query),
        CaseMatching::Ignore,
        Normalization::Never,
        kind,
        false,
    );
    let mut config = Config::DEFAULT;
    config.prefer_prefix = true;
    let mut matcher = Matcher::new(config);
    let mut buffer = Vec::new();
    texts.iter().enumerate().filter_map(move |(index, text)| {
        let text = fold_letters(text);
        let found = find_in(&atom, Utf32Str::new(&text, &mut buffer), &mut matcher)?;
        Some((index, found))
    })
}

/// Folds a text. The library compares the first character of each letter: one of several is composed.
fn fold_letters(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let folded = fold(text);
    Cow::Owned(if folded.is_ascii() {
        folded
    } else {
        NFC.normalize(&folded).into_owned()
    })
}

/// For each letter of a folded text, the bytes of the letter of the text that it comes from.
fn folded_letters(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.grapheme_indices(true).flat_map(|(start, letter)| {
        let count = fold_letters(letter).graphemes(true).count();
        repeat_n(start..start + letter.len(), count)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_order_in_any_script() {
        let texts = [
            "Kari Nordmann Fjord AS",
            "山田太郎 Tokyo",
            "Ola Hansen",
            "Bjørn Ås",
        ]
        .map(str::to_owned);
        assert_eq!(rank_matches("knor", &texts), [0]);
        assert_eq!(rank_matches("田太", &texts), [1]);
        assert_eq!(rank_matches("an", &texts), [0, 2]);
        assert_eq!(rank_matches("Nord Fjo", &texts), [0]);
        assert_eq!(rank_matches("zzz", &texts), [0_usize; 0]);
    }

    #[test]
    fn in_any_case_and_script() {
        let texts = ["BJØRN ÅS", "Ola", "ΣΊΣΥΦΟΣ", "Straße"];
        let indices = |query: &str| -> Vec<usize> {
            score_matches(query, &texts)
                .map(|(index, _)| index)
                .collect()
        };
        assert_eq!(indices("bjørn"), [0]);
        assert_eq!(indices("brn"), [0]);
        assert_eq!(indices("ås"), [0, 3]);
        assert_eq!(indices("OLA"), [1]);
        assert_eq!(indices("σί"), [2]);
        assert_eq!(indices("bjorn as"), [0]);
        assert_eq!(indices("strasse"), [3]);
        for (query, found) in [
            ("ØRN å", 0),
            ("OLA", 1),
            ("ίσυ", 2),
            ("traß", 3),
            ("TRASSE", 3),
        ] {
            let literally: Vec<_> = find_literally(query, &texts).collect();
            assert_eq!(literally, [found], "{query}");
        }
        assert_eq!(find_literally("brn", &texts).count(), 0);
    }

    #[test]
    fn letters_are_folded_as_those_of_a_search() {
        let texts = ["Sæther", "Łukasz", "Straße", "한국", "がく", "नमस्ते"];
        for (query, found) in [
            ("saether", 0),
            ("sæther", 0),
            ("lukasz", 1),
            ("strasse", 2),
            ("한국", 3),
            ("が", 4),
            ("नमस", 5),
        ] {
            let fuzzy: Vec<_> = score_matches(query, &texts).map(|it| it.0).collect();
            let literally: Vec<_> = find_literally(query, &texts).collect();
            assert_eq!([fuzzy, literally], [[found], [found]], "{query}");
        }
        for other in ["하", "か"] {
            assert_eq!(score_matches(other, &texts).count(), 0, "{other}");
        }
        // A letter that is folded to two is one letter on the screen.
        let hits: Vec<_> = find_hits("saeth", &["x", "Sæther"]).collect();
        assert_eq!(hits[0].0, 1);
        assert_eq!(hits[0].2, [0..1, 1..3, 3..4, 4..5]);
    }

    #[test]
    fn a_word_may_be_mistyped() {
        let is_found =
            |word: &str, text: &str| Misspelling::new(word).is_some_and(|word| word.is_in(text));
        for word in [
            "okafir",
            "okafro",
            "okaffor",
            "oafor",
            "kafor",
            "Okaf",
            "okefor",
            "ÖKÄFÖX",
        ] {
            assert!(is_found(word, "Grace Okafor"), "{word}");
        }
        for word in ["oka", "okxxor", "kaofro", "graceo kafor", "zzzz", "rokafor"] {
            let found = word == "rokafor";
            assert_eq!(is_found(word, "Grace Okafor"), found, "{word}");
        }
        assert!(is_found("nordnamn", "Kari Nordmann"));
        assert!(is_found("bjorm", "Bjørn Erik"));
        assert!(is_found("山田太朗", "山田太郎"));
        assert!(!is_found("", "Ola"));
    }

    #[test]
    fn the_best_match_comes_first() {
        let texts = ["Naples or York", "New York"].map(str::to_owned);
        assert_eq!(rank_matches("new y", &texts), [1]);
        assert_eq!(rank_matches("nyo", &texts), [1, 0]);
        let texts = ["Ada Bob", "Bobby", "Bob"].map(str::to_owned);
        assert_eq!(rank_matches("bob", &texts), [2, 1, 0]);
    }
}
