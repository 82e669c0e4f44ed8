//! The waits of several sessions: the longest one, and the worst level of any.

use super::super::{Thresholds, Timestamp, WaitLevel};
use super::Wait;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WaitSummary {
    /// The earliest beginning of the waits with these thresholds: channels have their own.
    earliest: Vec<(Thresholds, Timestamp)>,
    /// Whether any wait is a lower bound, or not known at all: it may be longer than all others.
    has_bound: bool,
}

impl WaitSummary {
    pub(crate) fn add(&mut self, wait: Option<Wait>, thresholds: Thresholds) {
        self.has_bound |= wait.is_none_or(|wait| !wait.is_exact);
        let Some(Wait { since, .. }) = wait else {
            return;
        };
        let mut known = self.earliest.iter_mut();
        match known.find(|(known, _)| *known == thresholds) {
            Some((_, earliest)) => *earliest = since.min(*earliest),
            None => self.earliest.push((thresholds, since)),
        }
    }

    /// The longest wait; exact only if no other can be longer.
    pub(crate) fn longest(&self) -> Option<Wait> {
        let since = self.moments().map(|(since, _)| since).min()?;
        Some(Wait {
            since,
            is_exact: !self.has_bound,
        })
    }

    /// The worst level of any of the waits, which need not be that of the longest one.
    pub(crate) fn level(&self, now: Timestamp) -> WaitLevel {
        let levels = self
            .moments()
            .map(|(since, thresholds)| thresholds.level(since, now));
        levels.max().unwrap_or_default()
    }

    /// The beginnings of the waits that decide about age and level, with their thresholds.
    pub(crate) fn moments(&self) -> impl Iterator<Item = (Timestamp, Thresholds)> {
        let earliest = self.earliest.iter();
        earliest.map(|(thresholds, since)| (*since, *thresholds))
    }
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
            summary.add(Some(wait), *thresholds);
        }
        summary
    }

    fn longest(summary: &WaitSummary) -> Option<(i64, bool)> {
        let wait = summary.longest()?;
        Some(((now() - wait.since).num_minutes(), wait.is_exact))
    }

    #[test]
    fn the_longest_wait_is_exact_only_if_no_other_can_be_longer() {
        let none = Thresholds::default();
        let of = |waits: &[(i64, bool)]| {
            let waits = waits.iter().map(|(age, exact)| (*age, *exact, none));
            longest(&summary(&waits.collect::<Vec<_>>()))
        };
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(5, true), (23, true)]), Some((23, true)));
        assert_eq!(of(&[(23, true), (5, false)]), Some((23, false)));
        assert_eq!(of(&[(5, false), (23, true)]), Some((23, false)));
        // A row of the archive lacks the time at which the customer wrote.
        let mut unknown = summary(&[(23, true, none)]);
        unknown.add(None, none);
        assert_eq!(longest(&unknown), Some((23, false)));
        let mut unknown = WaitSummary::default();
        unknown.add(None, none);
        assert_eq!(longest(&unknown), None);
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
