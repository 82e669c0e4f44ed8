//! Search queries: words and quoted phrases that must all occur, with case and accents ignored.
//!
//! Query and text are folded before they are compared: compatibility decomposition (NFKD) without the
//! accents, in lower case, and the letters of European languages that do not decompose in their usual
//! ASCII spelling.

use std::ops::Range;

use icu_normalizer::DecomposingNormalizerBorrowed;
use unicode_segmentation::UnicodeSegmentation;

const NFKD: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();

/// Words and phrases to search for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SearchQuery {
    /// Folded words and phrases, none of them empty.
    terms: Vec<String>,
    /// The words and phrases as typed.
    typed: Vec<String>,
}

impl SearchQuery {
    /// Parses words and `"quoted words"`, a phrase; the last quote may be missing, as while typing. Returns
    /// `None` if there is nothing to search for.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut typed = Vec::new();
        for (number, part) in text.split('"').enumerate() {
            if number % 2 == 1 {
                typed.push(part);
            } else {
                typed.extend(part.split_whitespace());
            }
        }
        Self::of_terms(typed)
    }

    /// A query of words and phrases.
    fn of_terms<'a>(typed: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let folded = typed.into_iter().map(|typed| (typed, fold(typed)));
        let trimmed = folded.map(|(typed, term)| (typed.trim().to_owned(), term.trim().to_owned()));
        let (typed, terms): (Vec<_>, Vec<_>) = trimmed.filter(|(_, term)| !term.is_empty()).unzip();
        (!terms.is_empty()).then_some(Self { terms, typed })
    }

    /// A single phrase, also of one word; `None` if there is nothing to search for.
    pub(crate) fn phrase(text: &str) -> Option<Self> {
        Self::of_terms([text])
    }

    /// The words and phrases as typed.
    pub(crate) fn typed_terms(&self) -> impl Iterator<Item = &str> {
        self.typed.iter().map(String::as_str)
    }

    /// Returns `true` if each word and phrase occurs in the text as whole words.
    pub(crate) fn is_match_of_whole_words(&self, text: &str) -> bool {
        let folded = fold(text);
        let mut bounds: Vec<_> = folded.split_word_bound_indices().map(|it| it.0).collect();
        bounds.push(folded.len());
        let is_bound = |at: usize| bounds.binary_search(&at).is_ok();
        let is_whole = |(at, term): (usize, &str)| is_bound(at) && is_bound(at + term.len());
        let mut terms = self.terms.iter();
        terms.all(|term| folded.match_indices(term).any(is_whole))
    }

    /// Returns `true` if each word and phrase occurs in one of the texts.
    pub(crate) fn is_match<T: AsRef<str>>(&self, texts: impl IntoIterator<Item = T>) -> bool {
        let mut missing: Vec<&String> = self.terms.iter().collect();
        for text in texts {
            let folded = fold(text.as_ref());
            missing.retain(|term| !folded.contains(term.as_str()));
            if missing.is_empty() {
                return true;
            }
        }
        false
    }

    /// Byte ranges of the words and phrases within a text, in order and without overlap.
    pub(crate) fn find_matches(&self, text: &str) -> Vec<Range<usize>> {
        let folded = MappedText::new(text);
        let mut found: Vec<_> = (self.terms.iter())
            .flat_map(|term| folded.find(term))
            .collect();
        found.sort_unstable_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }
}

/// A folded text with the position in the original of each of its bytes.
struct MappedText<'a> {
    text: &'a str,
    folded: String,
    /// For each byte of `folded`, the character of `text` that it comes from.
    sources: Vec<usize>,
}

impl<'a> MappedText<'a> {
    fn new(text: &'a str) -> Self {
        let mut folded = String::with_capacity(text.len());
        let mut sources = Vec::with_capacity(text.len());
        for (start, character) in text.char_indices() {
            fold_into(character, &mut folded);
            sources.resize(folded.len(), start);
        }
        Self {
            text,
            folded,
            sources,
        }
    }

    /// Ranges of `text` that contain a folded term, with the accents on its last letter.
    fn find(&self, term: &str) -> impl Iterator<Item = Range<usize>> {
        self.folded.match_indices(term).filter_map(|(at, found)| {
            let start = *self.sources.get(at)?;
            let last = *self.sources.get(at + found.len() - 1)?;
            // The next letter; or, of one letter that was folded to two, the end of that.
            let mut later = self.sources.iter().skip(at + found.len());
            let end = later.find(|source| **source > last).copied();
            Some(start..end.unwrap_or(self.text.len()))
        })
    }
}

/// See the module's documentation.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    loop {
        // Most text consists of plain letters, which are copied whole.
        let length = rest.bytes().position(|byte| !byte.is_ascii_graphic());
        let (plain, after) = rest.split_at(length.unwrap_or(rest.len()));
        let start = folded.len();
        folded.push_str(plain);
        if let Some(copied) = folded.get_mut(start..) {
            copied.make_ascii_lowercase();
        }
        let mut characters = after.chars();
        let Some(character) = characters.next() else {
            return folded;
        };
        fold_into(character, &mut folded);
        rest = characters.as_str();
    }
}

/// Appends a folded character; nothing for an accent, and one space for any white space.
fn fold_into(character: char, folded: &mut String) {
    if character.is_ascii() && !character.is_ascii_whitespace() {
        folded.push(character.to_ascii_lowercase());
        return;
    }
    for part in NFKD.normalize_iter(std::iter::once(character)) {
        for lower in part.to_lowercase().filter(|lower| !is_accent(*lower)) {
            match lower {
                'æ' => folded.push_str("ae"),
                'ø' => folded.push('o'),
                'ß' => folded.push_str("ss"),
                'ł' => folded.push('l'),
                _ if !lower.is_whitespace() => folded.push(lower),
                _ if !folded.ends_with(' ') => folded.push(' '),
                _ => {}
            }
        }
    }
}

/// Returns `true` for the blocks of combining diacritical marks. Marks of other scripts, such as the
/// voicing of kana, make another letter.
pub(super) fn is_accent(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}'
            | '\u{1ab0}'..='\u{1aff}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe20}'..='\u{fe2f}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::table;

    /// The text with each match in brackets; nothing if the text does not match.
    fn marked(query: &str, text: &str) -> String {
        let query = SearchQuery::parse(query).unwrap();
        if !query.is_match([text]) {
            return String::new();
        }
        let mut marked = text.to_owned();
        for range in query.find_matches(text).into_iter().rev() {
            marked.insert(range.end, ']');
            marked.insert(range.start, '[');
        }
        marked
    }

    #[test]
    fn case_and_accents_are_ignored() {
        for [query, text, found] in table(
            "
            cafe     | Le Café CAFE               | Le [Café] [CAFE]
            CAFÉ     | cafe                       | [cafe]
            cafe     | cafe\u{301}s               | [cafe\u{301}]s
            bjorn    | BJØRN Bjo\u{308}rn         | [BJØRN] [Bjo\u{308}rn]
            bjørn    | Bjorn                      | [Bjorn]
            aerlig   | Ærlig talt                 | [Ærlig] talt
            a        | Æ                          | [Æ]
            strasse  | Hauptstraße STRASSE ẞ      | Haupt[straße] [STRASSE] ẞ
            lodz     | Łódź                       | [Łódź]
            5        | m² ５                      | m² [５]
            office   | oﬃce                       | [oﬃce]
            が       | か                         |
            か       | が か                      | [が] [か]
            山田     | 山田太郎                   | [山田]太郎
            e-17     | 「E-17」                   | 「[E-17]」
            ",
        ) {
            assert_eq!(marked(query, text), found, "{query}");
        }
    }

    #[test]
    fn all_words_must_occur_and_phrases_as_they_are() {
        for [query, text, found] in table(
            r#"
            label stops      | It stops: label printer   | It [stops]: [label] printer
            label stops      | the label printer         |
            "label printer"  | my Label  Printer         | my [Label  Printer]
            "label printer"  | printer label             |
            "label prin      | my label printer          | my [label prin]ter
            "my label" jam   | a jam in my label printer | a [jam] in [my label] printer
            abc bcd          | abcd                      | [abcd]
            aa               | aaaa                      | [aa][aa]
            say"so it"       | so it, I say              | [so it], I [say]
            "#,
        ) {
            assert_eq!(marked(query, text), found, "{query}");
        }
        assert_eq!(marked("\"one two\"", "one\n two"), "[one\n two]");
        let query = SearchQuery::parse("kari printer").unwrap();
        assert!(query.is_match(["Kari Nordmann", "the printer"]));
        assert!(!query.is_match(["Kari Nordmann", "the label"]));
        for empty in ["", "  ", "\"", "\"\"", "\" \" \u{301}"] {
            assert_eq!(SearchQuery::parse(empty), None, "{empty:?}");
        }
    }

    #[test]
    fn whole_words_and_phrases() {
        for [phrase, text, is_match] in table(
            "
            refund       | A REFUND, please!      | yes
            refund       | refunds                | no
            refund       | prerefund              | no
            refund       | (refund)               | yes
            refund       | refund@shop.example    | yes
            refusjon     | Réfusjon?              | yes
            don          | don't                  | no
            not  happy   | I am not happy         | yes
            not happy    | not unhappy            | no
            not happy    | not happyish           | no
            c++          | I like C++!            | yes
            山田         | 山田太郎               | yes
            aa           | aaa aa                 | yes
            ",
        ) {
            let query = SearchQuery::phrase(phrase).unwrap();
            let found = query.is_match_of_whole_words(text);
            assert_eq!(found, is_match == "yes", "{phrase} in {text}");
        }
        assert_eq!(SearchQuery::phrase(" \u{301} "), None);
    }

    proptest! {
        /// A query that continues another one finds nothing else: only its matches are searched again.
        #[test]
        fn a_longer_query_matches_no_more(query in "[aæ\u{301}b \"ß]{0,8}", more in "[aæ\u{301}b \"ß]{1,3}", text in "[aæbsß\u{301} ]{0,12}") {
            let is_match = |query: &str| SearchQuery::parse(query).is_none_or(|it| it.is_match([&text]));
            let longer = format!("{query}{more}");
            prop_assert!(!is_match(&longer) || is_match(&query), "{longer}");
        }

        #[test]
        fn matches_are_marked_wherever_the_text_matches(query in "[aæb \"ßéE]{1,6}", text in "[aæbsßée\u{301}E \n]{0,20}") {
            if let Some(parsed) = SearchQuery::parse(&query) {
                let found = parsed.find_matches(&text);
                prop_assert!(found.is_sorted_by(|a, b| a.end <= b.start));
                prop_assert!(found.iter().all(|range| text.get(range.clone()).is_some_and(|it| !it.is_empty())));
                prop_assert!(found.is_empty() <= !parsed.is_match([&text]));
            }
        }
    }
}
