//! Fuzzy matching behind one function, so that the library is used in one place.

use frizbee::{Config, Matcher};

/// Indices of the texts that contain the letters of the query in their order, the best match first.
/// Capital letters in the query match only capital letters.
pub(super) fn rank_matches(query: &str, texts: &[String]) -> Vec<usize> {
    Matcher::new(query, &Config::default())
        .match_list(texts)
        .into_iter()
        .map(|found| found.index as usize)
        .collect()
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
    fn the_best_match_comes_first() {
        let texts = ["Naples or York", "New York"].map(str::to_owned);
        assert_eq!(rank_matches("new y", &texts), [1]);
        assert_eq!(rank_matches("nyo", &texts), [1, 0]);
    }
}
