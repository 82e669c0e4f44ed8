//! Words of a text, and their folded form: names are compared without case and accents.

use std::ops::Range;

use crate::text::search_query;

/// Returns `true` for the characters of words: letters, digits, and what is written on or in them.
fn is_word(character: char) -> bool {
    character.is_alphanumeric() || is_ignored(character) || search_query::is_accent(character)
}

/// A soft hyphen or a joiner may be inside of a name without being seen.
fn is_ignored(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
}

/// A run of this many digits is a word of its own: it is masked, whatever it is.
pub(super) const MIN_DIGITS: usize = 6;

/// The byte ranges of the words of a text.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let rest = text.get(from..)?;
        let start = from + rest.find(is_word)?;
        let rest = text.get(start..)?;
        let end = start + rest.find(|it| !is_word(it)).unwrap_or(rest.len());
        let word = text.get(start..end)?;
        let length = match long_number(word) {
            Some(number) if number.start == 0 => number.end,
            Some(number) => number.start,
            None => word.len(),
        };
        from = start + length;
        Some(start..from)
    })
}

/// The first run of digits in a word that is long.
fn long_number(word: &str) -> Option<Range<usize>> {
    let mut from = 0;
    loop {
        let start = from + word.get(from..)?.find(char::is_numeric)?;
        let rest = word.get(start..)?;
        let run = rest.find(|it: char| !it.is_numeric()).unwrap_or(rest.len());
        from = start + run;
        if word.get(start..from)?.chars().count() >= MIN_DIGITS {
            return Some(start..from);
        }
    }
}

/// Appends a word in the form that is compared.
fn fold_into(word: &str, folded: &mut String) {
    if word.is_ascii() {
        let before = folded.len();
        folded.push_str(word);
        if let Some(added) = folded.get_mut(before..) {
            added.make_ascii_lowercase();
        }
    } else if word.contains(is_ignored) {
        let shown: String = word.chars().filter(|it| !is_ignored(*it)).collect();
        folded.push_str(&search_query::fold(&shown));
    } else {
        folded.push_str(&search_query::fold(word));
    }
}

/// The words of a text in the form that is compared, one after the other.
#[derive(Default)]
pub(super) struct FoldedWords {
    text: String,
    ends: Vec<usize>,
}

impl FoldedWords {
    pub(super) fn push(&mut self, word: &str) {
        fold_into(word, &mut self.text);
        self.ends.push(self.text.len());
    }

    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(index)?)
    }
}

/// The words of a value in the form that is compared.
pub(super) fn folded_words(text: &str) -> Vec<String> {
    let folded = words(text).map(|range| {
        let mut folded = String::new();
        fold_into(text.get(range).unwrap_or_default(), &mut folded);
        folded
    });
    folded.filter(|word| !word.is_empty()).collect()
}

/// A whole value in the form that is compared.
pub(super) fn fold_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        fold_into(part, &mut line);
    }
    line
}

/// Returns `true` for scripts that are written without spaces, or with endings joined to a name: there a
/// name is found inside of a word.
pub(super) fn has_no_word_ends(word: &str) -> bool {
    let is_such = |character| {
        matches!(character,
            '\u{e00}'..='\u{eff}' | '\u{1100}'..='\u{11ff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
            | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
    };
    !word.is_ascii() && word.chars().any(is_such)
}
