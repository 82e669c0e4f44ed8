//! The system clock and time zone, and detection of system suspend. Nothing else reads them.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use tokio::time::Instant;

use crate::chat::Timestamp;

/// Longer than the delays of a busy machine.
const SUSPEND_THRESHOLD: Duration = Duration::from_secs(10);

#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub(crate) fn now() -> Timestamp {
    Utc::now().fixed_offset()
}

/// The IANA name of the system time zone, if it is known.
pub(crate) fn local_zone() -> Option<String> {
    iana_time_zone::get_timezone().ok()
}

/// Measures a wait on two clocks: the wall clock continues during suspend, the monotonic clock does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SleepDetector {
    wall_start: Timestamp,
    monotonic_start: Instant,
    deadline: Option<Instant>,
}

impl SleepDetector {
    pub(crate) fn start(deadline: Option<Instant>) -> Self {
        Self {
            wall_start: now(),
            monotonic_start: Instant::now(),
            deadline,
        }
    }

    /// How long the machine was suspended or the program stopped, if it was.
    pub(crate) fn elapsed_in_suspend(&self) -> Option<Duration> {
        let woke = Instant::now();
        let late = self.deadline.map_or(Duration::ZERO, |until| {
            woke.saturating_duration_since(until)
        });
        clock_gap(now() - self.wall_start, woke - self.monotonic_start, late)
    }
}

/// The difference between the clocks, or by how much the deadline was missed: a stopped program has no
/// difference.
fn clock_gap(wall: TimeDelta, monotonic: Duration, late: Duration) -> Option<Duration> {
    let gap = wall.to_std().unwrap_or_default().saturating_sub(monotonic);
    Some(gap.max(late)).filter(|gap| *gap >= SUSPEND_THRESHOLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suspend_is_distinguished_from_a_long_wait() {
        let s = Duration::from_secs;
        for (wall, monotonic, late, wanted) in [
            // A long wait, a busy machine, a clock that was set back.
            (3600, 3600, 0, None),
            (12, 3, 0, None),
            (13, 12, 9, None),
            (-3600, 1, 0, None),
            // A suspended machine, and a stopped program.
            (3600, 2, 0, Some(3598)),
            (70, 70, 60, Some(60)),
        ] {
            let gap = clock_gap(TimeDelta::seconds(wall), s(monotonic), s(late));
            assert_eq!(gap, wanted.map(s), "{wall} {monotonic} {late}");
        }
    }
}
