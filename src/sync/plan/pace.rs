//! How often is asked: quick where something happens, slower where nothing has for a while, where
//! nobody looks, and where an answer costs much.

use std::time::Duration;

use tokio::time::Instant;

/// How often to ask, and never more than how often. Without an interval nothing is asked by itself:
/// only what the person opens or refreshes, and what the list shows to have moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Between two pulls of the open session while it is alive.
    pub reader: Option<Duration>,
    /// Between two looks at the list.
    pub list: Option<Duration>,
    /// Most requests a second, over all questions.
    pub max_per_second: f64,
}

/// Longest time between two pulls of a session that is watched and not open.
pub(super) const WATCHED: Duration = Duration::from_mins(1);
/// Between two of the pages that a sweep of the archive goes over.
const PAGE: Duration = Duration::from_secs(30);
/// What may be asked in a second for what nobody looks at, of all that may be.
pub(super) const BACKGROUND: f64 = 1.0 / 3.0;

/// How many questions that nobody looks at are put at a time: behind each of them others would wait
/// at the gate.
pub(super) const AT_ONCE: usize = 2;

/// So long after it was opened or has moved, a conversation is alive; then it is quiet.
const ALIVE: Duration = Duration::from_mins(5);
const QUIET: Duration = Duration::from_mins(15);
/// Nothing is made slower than this because nobody looks.
const UNATTENDED: Duration = Duration::from_secs(30);
/// A session is read from its start again so long after it was opened, and then every so often.
const FIRST_REREAD: Duration = Duration::from_mins(1);
const REREAD: Duration = Duration::from_mins(5);
/// One part in so many is what reading again may take of the time.
const PARTS: u32 = 100;

impl Pace {
    /// Between two pulls of the open session, so long after it was opened or has moved. Where nobody
    /// looks, the list is enough to tell that it moves, if it holds it.
    pub(super) fn of_reader(
        self,
        since: Duration,
        is_over: bool,
        attended: bool,
        is_listed: bool,
    ) -> Option<Duration> {
        let reader = self.reader?;
        if is_listed && !attended && self.list.is_some() {
            return Some(UNATTENDED.max(reader));
        }
        let times = match since {
            // The list shows when it goes on.
            _ if is_over => 15,
            since if since < ALIVE => 1,
            since if since < QUIET => 2,
            _ => 5,
        };
        Some(slower(reader * times, attended))
    }

    /// Between two looks at the list.
    pub(super) fn of_list(self, attended: bool) -> Option<Duration> {
        self.list.map(|list| slower(list, attended))
    }

    /// Between two pulls of a session that is watched and not open, longest.
    pub(super) fn of_watched(self) -> Option<Duration> {
        self.reader.map(|_| WATCHED)
    }

    /// Between two of the pages that a sweep of the archive goes over.
    pub(super) fn of_pages(self) -> Option<Duration> {
        self.list.map(|_| PAGE)
    }
}

fn slower(interval: Duration, attended: bool) -> Duration {
    if attended {
        interval
    } else {
        (interval * 3).min(UNATTENDED).max(interval)
    }
}

/// How long to rest after a pull that spent so long on what was not asked for.
pub(super) fn rest(spent: Duration) -> Duration {
    spent * PARTS
}

/// When a session is due to be read from its start again, the last time having begun then and
/// taken so long.
pub(super) fn reread(opened: Instant, began: Instant, took: Duration) -> Instant {
    let first = opened + FIRST_REREAD;
    let regular = if began < first { first } else { began + REREAD };
    regular.max(began + rest(took))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PACE: Pace = Pace {
        reader: Some(Duration::from_secs(1)),
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
            let interval = PACE.of_reader(since, is_over, attended, is_listed);
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
            let interval = Pace { list, ..PACE }.of_list(attended);
            assert_eq!(interval, Some(Duration::from_secs(seconds)));
        }
    }

    #[test]
    fn a_list_that_is_not_asked_for_tells_of_no_session() {
        let alone = Pace { list: None, ..PACE };
        let unattended = alone.of_reader(Duration::ZERO, false, false, true);
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
            let next_time = reread(opened, at(began), Duration::from_secs(took));
            assert_eq!(next_time, at(next), "{began} {took}");
        }
        assert_eq!(rest(Duration::from_millis(75)).as_millis(), 7500);
    }
}
