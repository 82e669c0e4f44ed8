//! How often is asked: quick where something happens, slower where nothing has for a while, where
//! nobody looks, and where an answer costs much.

use std::time::Duration;

use tokio::time::Instant;

/// How often to ask, and never more than how often. Without an interval nothing is asked by itself:
/// only what the person opens or refreshes, and what the list shows to have moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PollIntervals {
    /// Between two pulls of the open session while it is alive.
    pub open_session: Option<Duration>,
    /// Between two looks at the list.
    pub list: Option<Duration>,
    /// Most requests a second, over all questions.
    pub max_per_second: f64,
}

/// Longest time between two pulls of a session that is watched and not open.
pub(super) const WATCHED_INTERVAL: Duration = Duration::from_mins(1);
/// Between two of the pages that a sweep of the archive goes over.
const ARCHIVE_PAGE_INTERVAL: Duration = Duration::from_secs(30);
/// What may be asked in a second for what nobody looks at, of all that may be.
pub(super) const BACKGROUND_SHARE: f64 = 1.0 / 3.0;

/// How many questions that nobody looks at are put at a time: behind each of them others would wait
/// at the gate.
pub(super) const MAX_BACKGROUND_IN_FLIGHT: usize = 2;

/// So long after it was opened or has moved, a conversation is alive; then it is quiet.
const ACTIVE_FOR: Duration = Duration::from_mins(5);
const IDLE_AFTER: Duration = Duration::from_mins(15);
/// Nothing is made slower than this because nobody looks.
const MAX_UNFOCUSED_INTERVAL: Duration = Duration::from_secs(30);
/// A session is read from its start again so long after it was opened, and then every so often.
const FIRST_REREAD_AFTER: Duration = Duration::from_mins(1);
const REREAD_INTERVAL: Duration = Duration::from_mins(5);
/// One part in so many is what reading again may take of the time.
const INVERSE_DUTY_CYCLE: u32 = 100;

impl PollIntervals {
    /// Between two pulls of the open session, so long after it was opened or has moved. Where nobody
    /// looks, the list is enough to tell that it moves, if it holds it.
    pub(super) fn for_open_session(
        self,
        since: Duration,
        is_over: bool,
        is_focused: bool,
        is_listed: bool,
    ) -> Option<Duration> {
        let reader = self.open_session?;
        if is_listed && !is_focused && self.list.is_some() {
            return Some(MAX_UNFOCUSED_INTERVAL.max(reader));
        }
        let factor = match since {
            // The list shows when it goes on.
            _ if is_over => 15,
            since if since < ACTIVE_FOR => 1,
            since if since < IDLE_AFTER => 2,
            _ => 5,
        };
        Some(adjust_for_focus(reader * factor, is_focused))
    }

    /// Between two looks at the list.
    pub(super) fn for_list(self, is_focused: bool) -> Option<Duration> {
        self.list.map(|list| adjust_for_focus(list, is_focused))
    }

    /// Between two pulls of a session that is watched and not open, longest.
    pub(super) fn for_watched(self) -> Option<Duration> {
        self.open_session.map(|_| WATCHED_INTERVAL)
    }

    /// Between two of the pages that a sweep of the archive goes over.
    pub(super) fn for_archive_page(self) -> Option<Duration> {
        self.list.map(|_| ARCHIVE_PAGE_INTERVAL)
    }
}

fn adjust_for_focus(interval: Duration, is_focused: bool) -> Duration {
    if is_focused {
        interval
    } else {
        (interval * 3).min(MAX_UNFOCUSED_INTERVAL).max(interval)
    }
}

/// How long to rest after a pull that spent so long on what was not asked for.
pub(super) fn cooldown(spent: Duration) -> Duration {
    spent * INVERSE_DUTY_CYCLE
}

/// When a session is due to be read from its start again, the last time having begun then and
/// taken so long.
pub(super) fn next_reread(opened: Instant, began: Instant, took: Duration) -> Instant {
    let first = opened + FIRST_REREAD_AFTER;
    let regular = if began < first {
        first
    } else {
        began + REREAD_INTERVAL
    };
    regular.max(began + cooldown(took))
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVALS: PollIntervals = PollIntervals {
        open_session: Some(Duration::from_secs(1)),
        list: Some(Duration::from_secs(3)),
        max_per_second: 4.0,
    };

    #[test]
    fn the_reader_slows_down_by_steps() {
        for (minutes, is_over, attended, is_listed, seconds) in [
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
            let interval = INTERVALS.for_open_session(since, is_over, attended, is_listed);
            assert_eq!(
                interval,
                Some(Duration::from_secs(seconds)),
                "{minutes} {is_over} {attended} {is_listed}"
            );
        }
    }

    #[test]
    fn the_list_is_never_slower_than_half_a_minute_unless_it_is_set_so() {
        for (list, attended, seconds) in [
            (3, true, 3),
            (3, false, 9),
            (20, false, 30),
            (45, true, 45),
            (45, false, 45),
        ] {
            let list = Some(Duration::from_secs(list));
            let interval = PollIntervals { list, ..INTERVALS }.for_list(attended);
            assert_eq!(interval, Some(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn a_list_that_is_not_asked_for_tells_of_no_session() {
        let alone = PollIntervals {
            list: None,
            ..INTERVALS
        };
        let unattended = alone.for_open_session(Duration::ZERO, false, false, true);
        assert_eq!(unattended, Some(Duration::from_secs(3)));
    }

    #[test]
    fn reading_again_takes_a_hundredth_of_the_time() {
        let opened = Instant::now();
        let at = |seconds| opened + Duration::from_secs(seconds);
        for (began, took, next) in [
            (0, 0, 60),
            (0, 2, 200),
            (60, 1, 360),
            (60, 3, 360),
            (60, 9, 960),
        ] {
            let next_time = next_reread(opened, at(began), Duration::from_secs(took));
            assert_eq!(next_time, at(next), "{began} {took}");
        }
        assert_eq!(cooldown(Duration::from_millis(75)).as_millis(), 7500);
    }
}
