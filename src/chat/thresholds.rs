//! Thresholds of waits: after how long one is marked as a warning, and after how long as an alarm.

use chrono::TimeDelta;

use super::Timestamp;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitLevel {
    #[default]
    None,
    Warning,
    Alarm,
}

/// After how long a wait is a warning, and an alarm; `None` is never.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    pub warning: Option<TimeDelta>,
    pub alarm: Option<TimeDelta>,
}

/// The thresholds of a channel, for sessions in the queue and for those that need a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelThresholds {
    pub queue: Thresholds,
    pub reply: Thresholds,
}

/// The thresholds that the user has set, in place of those of the channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThresholdSettings {
    pub queue: Option<Thresholds>,
    pub reply: Option<Thresholds>,
}

impl Default for ChannelThresholds {
    fn default() -> Self {
        let minutes = |warning, alarm| Thresholds {
            warning: Some(TimeDelta::minutes(warning)),
            alarm: Some(TimeDelta::minutes(alarm)),
        };
        Self {
            queue: minutes(2, 5),
            reply: minutes(3, 10),
        }
    }
}

impl Thresholds {
    /// The level of a wait since then. A lower bound that has passed a threshold has passed it for certain.
    pub fn level(self, since: Timestamp, now: Timestamp) -> WaitLevel {
        let levels = [WaitLevel::Alarm, WaitLevel::Warning];
        let is_reached = |level: &WaitLevel| {
            let reached_at = self.reached_at(*level, since);
            reached_at.is_some_and(|at| at <= now)
        };
        levels.into_iter().find(is_reached).unwrap_or_default()
    }

    /// When a wait reaches a level, or has reached it; `None` is never.
    pub(crate) fn reached_at(self, level: WaitLevel, since: Timestamp) -> Option<Timestamp> {
        let after = match level {
            WaitLevel::None => None,
            WaitLevel::Warning => self.warning,
            WaitLevel::Alarm => self.alarm,
        };
        since.checked_add_signed(after?)
    }

    /// When a wait passes the next threshold.
    pub(crate) fn next_change(self, since: Timestamp, now: Timestamp) -> Option<Timestamp> {
        let levels = [WaitLevel::Warning, WaitLevel::Alarm];
        let moments = levels.map(|level| self.reached_at(level, since));
        moments.into_iter().flatten().filter(|at| *at > now).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::builders::{in_minutes, now};

    #[test]
    fn a_wait_has_the_level_of_the_thresholds_it_has_passed() {
        use WaitLevel::{Alarm, None as Normal, Warning};
        for (warning, alarm, seconds, level, next) in [
            (Some(3), Some(10), 0, Normal, Some(180)),
            (Some(3), Some(10), 179, Normal, Some(1)),
            (Some(3), Some(10), 180, Warning, Some(420)),
            (Some(3), Some(10), 599, Warning, Some(1)),
            (Some(3), Some(10), 600, Alarm, None),
            (Some(3), None, 9999, Warning, None),
            (None, Some(10), 599, Normal, Some(1)),
            (None, Some(10), 600, Alarm, None),
            (None, None, 9999, Normal, None),
            // A service may have them the wrong way round.
            (Some(10), Some(3), 180, Alarm, Some(420)),
            (Some(3), Some(3), 180, Alarm, None),
            // The clock of the service may be a little behind.
            (Some(3), Some(10), -5, Normal, Some(185)),
        ] {
            let thresholds = in_minutes(warning, alarm);
            let since = now() - TimeDelta::seconds(seconds);
            let change = thresholds.next_change(since, now());
            assert_eq!(
                (thresholds.level(since, now()), change),
                (level, next.map(|next| now() + TimeDelta::seconds(next))),
                "{warning:?} {alarm:?} {seconds}"
            );
        }
        let never = Thresholds {
            warning: Some(TimeDelta::MAX),
            alarm: Some(TimeDelta::MAX),
        };
        assert_eq!(never.next_change(now(), now()), None);
    }
}
