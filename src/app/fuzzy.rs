//! Fuzzy matching behind one function, so that the library is used in one place.

use std::ops::Range;

use frizbee::{CaseMatching, Config, Matcher, Matching, SortStrategy};

/// Indices of the texts that contain the letters of the query in their order, the best match first.
/// Capital letters in the query match only capital letters.
pub(super) fn rank_matches(query: &str, texts: &[String]) -> Vec<usize> {
    Matcher::new(query, &Config::default())
        .match_list(texts)
        .into_iter()
        .map(|found| found.index as usize)
        .collect()
}

/// The texts that contain the letters of the query in their order, in any case, by index, with how well
/// they match.
pub(super) fn score_matches(query: &str, texts: &[&str]) -> impl Iterator<Item = (usize, u16)> {
    let found = Matcher::new(query, &in_any_case(Matching::Fuzzy)).match_list(texts);
    found.into_iter().map(|it| (it.index as usize, it.score))
}

/// The texts that contain the letters of the query in their order, in any case: their index, how well
/// they match, and the bytes of the letters found, as far as these are ASCII.
pub(super) fn find_hits(
    query: &str,
    texts: &[&str],
) -> impl Iterator<Item = (usize, u16, Vec<Range<usize>>)> {
    let found = Matcher::new(query, &in_any_case(Matching::Fuzzy)).match_list_indices(texts);
    found.into_iter().map(|it| {
        let index = it.index as usize;
        let starts = it.indices.iter().rev().map(|&start| start as usize);
        let hits = starts
            .map(|start| start..start + 1)
            .filter(|hit| texts[index].get(hit.clone()).is_some());
        (index, it.score, hits.collect())
    })
}

/// Indices of the texts that contain the query as it is, in any case.
pub(super) fn find_literally(query: &str, texts: &[&str]) -> impl Iterator<Item = usize> {
    let found = Matcher::new(query, &in_any_case(Matching::Substring)).match_list(texts);
    found.into_iter().map(|it| it.index as usize)
}

fn in_any_case(matching: Matching) -> Config {
    Config::default()
        .casing(CaseMatching::Ignore)
        .sort(SortStrategy::IndexAsc)
        .matching(matching)
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
        assert_eq!(indices("ås"), [0]);
        assert_eq!(indices("OLA"), [1]);
        assert_eq!(indices("σί"), [2]);
        for (query, found) in [("ØRN å", 0), ("OLA", 1), ("ίσυ", 2), ("traß", 3)] {
            let literally: Vec<_> = find_literally(query, &texts).collect();
            assert_eq!(literally, [found], "{query}");
        }
        assert_eq!(find_literally("brn", &texts).count(), 0);
    }

    #[test]
    fn the_best_match_comes_first() {
        let texts = ["Naples or York", "New York"].map(str::to_owned);
        assert_eq!(rank_matches("new y", &texts), [1]);
        assert_eq!(rank_matches("nyo", &texts), [1, 0]);
    }
}
