//! The part of a query that the service searches for: a necessary condition, because every message is checked
//! here.
//!
//! Messages are stored as HTML, so only a run of letters and digits is certain to be stored as it is shown. The
//! service may distinguish accents, so one with few letters that can carry any is preferred.

use std::cmp::Reverse;

use crate::text::{SearchQuery, fold};

/// Shorter runs are in nearly every message.
const MIN_LENGTH: usize = 3;

/// Letters that European languages write with an accent, or in a ligature.
const ACCENTED: &str = "acdeghijklnorstuwyz";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Needle {
    /// As typed, and folded if that differs.
    pub(super) texts: Vec<String>,
    /// Whether a service that distinguishes accents may miss a form of it.
    pub(super) may_miss_accents: bool,
}

impl Needle {
    pub(super) fn of(query: &SearchQuery) -> Self {
        let plain = query.typed_terms().flat_map(|term| {
            let runs = term.split(|char: char| !char.is_alphanumeric());
            runs.filter(|run| !run.is_empty())
        });
        let best = plain.min_by_key(|run| {
            let length = run.chars().count();
            (
                length < MIN_LENGTH,
                count_accented(&fold(run)),
                Reverse(length),
            )
        });
        if let Some(run) = best {
            return Self {
                texts: spellings(run),
                may_miss_accents: count_accented(&fold(run)) > 0,
            };
        }
        // The query has neither letters nor digits.
        let parts = query.typed_terms().flat_map(str::split_whitespace);
        let longest = parts.max_by_key(|part| part.chars().count());
        Self {
            texts: longest.map(spellings).unwrap_or_default(),
            may_miss_accents: false,
        }
    }
}

fn spellings(typed: &str) -> Vec<String> {
    let typed = typed.to_lowercase();
    let folded = fold(&typed);
    if folded == typed || folded.is_empty() {
        vec![typed]
    } else {
        vec![typed, folded]
    }
}

/// Letters of a folded text that another spelling may have an accent on.
fn count_accented(folded: &str) -> usize {
    // Scripts without cases have no accents.
    let is_accented =
        |char: &char| ACCENTED.contains(*char) || char.is_lowercase() && !char.is_ascii();
    folded.chars().filter(is_accented).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_with_the_fewest_letters_for_accents_is_sent() {
        for (query, texts, may_miss_accents) in [
            ("refund", &["refund"][..], true),
            ("refund 12345", &["12345"], false),
            ("my kbhmp refund", &["kbhmp"], true),
            ("my bmpf refund", &["bmpf"], false),
            // Too short.
            ("q refund", &["refund"], true),
            ("refund \"back home\"", &["back"], true),
            ("Café", &["café", "cafe"], true),
            ("STRASSE", &["strasse"], true),
            ("don't", &["don"], true),
            ("e-17", &["17"], false),
            ("100%", &["100"], false),
            ("a\\b'c%d_efg[h]", &["efg"], true),
            ("' or 1 eq 1 or '", &["1"], false),
            ("返金", &["返金"], false),
            ("%_%", &["%_%"], false),
            ("\"' '' '\"", &["''"], false),
        ] {
            let needle = Needle::of(&SearchQuery::parse(query).unwrap());
            assert_eq!(needle.texts, texts, "{query}");
            assert_eq!(needle.may_miss_accents, may_miss_accents, "{query}");
        }
    }
}
