//! The waits of several sessions: the longest one, and the worst level of any.

use super::super::{Thresholds, Timestamp, WaitLevel};
use super::Wait;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaitSummary {
    /// The longest of the waits with these thresholds: channels have their own.
    longest: Vec<(Thresholds, Wait)>,
}

impl WaitSummary {
    pub fn add(&mut self, wait: Wait, thresholds: Thresholds) {
        let mut known = self.longest.iter_mut();
        match known.find(|(known, _)| *known == thresholds) {
            Some((_, longest)) => *longest = longer(*longest, wait),
            None => self.longest.push((thresholds, wait)),
        }
    }

    /// The longest wait, which is the first in the order of the list.
    pub fn longest(&self) -> Option<Wait> {
        let waits = self.longest.iter().map(|(_, wait)| *wait);
        waits.reduce(longer)
    }

    /// The worst level of any of the waits, which need not be that of the longest one.
    pub fn level(&self, now: Timestamp) -> WaitLevel {
        let levels = self
            .moments()
            .map(|(since, thresholds)| thresholds.level(since, now));
        levels.max().unwrap_or_default()
    }

    /// The beginnings of the waits that decide about age and level, with their thresholds.
    pub fn moments(&self) -> impl Iterator<Item = (Timestamp, Thresholds)> {
        let longest = self.longest.iter();
        longest.map(|(thresholds, wait)| (wait.since, *thresholds))
    }
}

fn longer(wait: Wait, other: Wait) -> Wait {
    std::cmp::min_by_key(wait, other, |wait| wait.sort_key())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::builders::{in_minutes, minutes_ago, now};

    fn summary(waits: &[(i64, bool, Thresholds)]) -> WaitSummary {
        let mut summary = WaitSummary::default();
        for (minutes, is_exact, thresholds) in waits {
            let wait = Wait {
                since: minutes_ago(*minutes),
                is_exact: *is_exact,
            };
            summary.add(wait, *thresholds);
        }
        summary
    }

    fn longest(summary: &WaitSummary) -> Option<(i64, bool)> {
        let wait = summary.longest()?;
        Some(((now() - wait.since).num_minutes(), wait.is_exact))
    }

    #[test]
    fn the_longest_wait_is_that_of_the_first_row() {
        let none = Thresholds::default();
        let of = |waits: &[(i64, bool)]| {
            let waits = waits.iter().map(|(age, exact)| (*age, *exact, none));
            longest(&summary(&waits.collect::<Vec<_>>()))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(5, true), (23, true)]), Some((23, true)));
        assert_eq!(of(&[(23, true), (5, false)]), Some((23, true)));
        assert_eq!(of(&[(5, true), (23, false)]), Some((23, false)));
        assert_eq!(of(&[(23, true), (23, false)]), Some((23, false)));
    }

    #[test]
    fn the_level_is_the_worst_of_any_wait_whatever_the_longest_has() {
        let (none, set) = (Thresholds::default(), in_minutes(Some(2), Some(5)));
        for (waits, level) in [
            ([(19, true, none), (19, true, set)], WaitLevel::Alarm),
            ([(19, true, set), (19, true, none)], WaitLevel::Alarm),
            ([(40, true, none), (6, false, set)], WaitLevel::Alarm),
            ([(40, true, none), (3, true, set)], WaitLevel::Warning),
            ([(40, true, none), (1, true, set)], WaitLevel::None),
            ([(1, true, set), (3, true, set)], WaitLevel::Warning),
        ] {
            let summary = summary(&waits);
            assert_eq!(summary.level(now()), level, "{waits:?}");
        }
    }
}
