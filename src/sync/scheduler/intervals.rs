//! Poll intervals: short while a session is active, longer when it is quiet and when the window has no focus.

use std::time::Duration;

/// How often to poll. Without an interval nothing is requested automatically: only what the user opens
/// or refreshes, and sessions that the list shows as changed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PollIntervals {
    /// Between two pulls of the open session while it is active.
    pub open_session: Option<Duration>,
    /// Between two requests of the list.
    pub list: Option<Duration>,
}

/// Longest time between two pulls of a watched session that is not open.
pub(super) const WATCHED_INTERVAL: Duration = Duration::from_mins(1);
/// A request that has been running for this long is slow.
pub(super) const SLOW_AFTER: Duration = Duration::from_secs(5);
/// Between two pages of an archive refresh.
pub(super) const ARCHIVE_PAGE_INTERVAL: Duration = Duration::from_secs(30);

/// Few at a time, because those in flight are no longer put in order of urgency.
pub(super) const MAX_LOW_PRIORITY_IN_FLIGHT: usize = 2;

/// A session is active for this long after it was opened or changed.
const ACTIVE_FOR: Duration = Duration::from_mins(5);
/// A session is idle after this long.
const IDLE_AFTER: Duration = Duration::from_mins(15);
/// No interval is made longer than this for lack of focus.
const MAX_UNFOCUSED_INTERVAL: Duration = Duration::from_secs(30);

impl PollIntervals {
    /// Between two pulls of the open session, `since` it was opened or changed. Without focus the list
    /// is enough to show a change, if it contains the session.
    pub(super) fn for_open_session(
        self,
        since: Duration,
        is_over: bool,
        is_focused: bool,
        is_listed: bool,
    ) -> Option<Duration> {
        let interval = self.open_session?;
        if is_listed && !is_focused && self.list.is_some() {
            return Some(MAX_UNFOCUSED_INTERVAL.max(interval));
        }
        let factor = match since {
            // The list shows when it is reopened.
            _ if is_over => 15,
            since if since < ACTIVE_FOR => 1,
            since if since < IDLE_AFTER => 2,
            _ => 5,
        };
        Some(adjust_for_focus(interval * factor, is_focused))
    }

    pub(super) fn for_list(self, is_focused: bool) -> Option<Duration> {
        self.list.map(|list| adjust_for_focus(list, is_focused))
    }
}

pub(super) fn adjust_for_focus(interval: Duration, is_focused: bool) -> Duration {
    if is_focused {
        interval
    } else {
        (interval * 3).min(MAX_UNFOCUSED_INTERVAL).max(interval)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVALS: PollIntervals = PollIntervals {
        open_session: Some(Duration::from_secs(1)),
        list: Some(Duration::from_secs(3)),
    };

    #[test]
    fn the_open_session_slows_down_by_steps() {
        for (minutes, is_over, is_focused, is_listed, seconds) in [
            (0, false, true, true, 1),
            (4, false, true, true, 1),
            (5, false, true, true, 2),
            (15, false, true, true, 5),
            (0, true, true, true, 15),
            (0, false, false, true, 30),
            (0, false, false, false, 3),
            (15, false, false, false, 15),
            (0, true, false, false, 30),
        ] {
            let since = Duration::from_mins(minutes);
            let interval = INTERVALS.for_open_session(since, is_over, is_focused, is_listed);
            assert_eq!(
                interval,
                Some(Duration::from_secs(seconds)),
                "{minutes} {is_over} {is_focused} {is_listed}"
            );
        }
    }

    #[test]
    fn the_list_is_never_slower_than_half_a_minute_unless_it_is_set_so() {
        for (list, is_focused, seconds) in [
            (3, true, 3),
            (3, false, 9),
            (20, false, 30),
            (45, true, 45),
            (45, false, 45),
        ] {
            let list = Some(Duration::from_secs(list));
            let interval = PollIntervals { list, ..INTERVALS }.for_list(is_focused);
            assert_eq!(interval, Some(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn a_list_that_is_not_polled_shows_no_change() {
        let alone = PollIntervals {
            list: None,
            ..INTERVALS
        };
        let unfocused = alone.for_open_session(Duration::ZERO, false, false, true);
        assert_eq!(unfocused, Some(Duration::from_secs(3)));
    }
}
