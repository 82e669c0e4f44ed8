//! Fuzzy matching, behind one function.

use frizbee::{Config, Matcher};

/// The numbers of the texts that match well, in their order; capitals in the query mind the case,
/// and several words must all match.
pub(super) fn matching(query: &str, texts: &[String]) -> Vec<usize> {
    let found = Matcher::from_query(query, &Config::default()).match_list(texts);
    let best = found.iter().map(|found| found.score).max().unwrap_or(0);
    // In a long text the letters of any word are found somewhere; such chance matches score lower.
    let mut found: Vec<_> = found
        .into_iter()
        .filter(|found| found.score >= best - best / 4)
        .map(|found| found.index as usize)
        .collect();
    found.sort_unstable();
    found
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
        assert_eq!(matching("knor", &texts), [0]);
        assert_eq!(matching("田太", &texts), [1]);
        assert_eq!(matching("an", &texts), [0, 2]);
        assert_eq!(matching("nord fjo", &texts), [0]);
        assert_eq!(matching("zzz", &texts), [0_usize; 0]);
    }

    #[test]
    fn chance_matches_are_left_out() {
        let texts = [
            "Anne-Grethe Kristoffersen Northern Lights Renewable Energy Support",
            "Bjørn Ås Hagesenter Support",
        ]
        .map(str::to_owned);
        assert_eq!(matching("hagesenter", &texts), [1]);
        assert_eq!(matching("support", &texts), [0, 1]);
    }
}
