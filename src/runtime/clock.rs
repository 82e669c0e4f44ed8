//! The only place that asks the time and the machine's zone, and notices that the machine slept.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use tokio::time::Instant;

use crate::chat::Timestamp;

/// A machine that is only busy comes back sooner.
const SUSPEND_THRESHOLD: Duration = Duration::from_secs(10);

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now() -> Timestamp {
    Utc::now().fixed_offset()
}

/// The IANA name of the machine's zone, where it tells one.
pub fn local_zone() -> Option<String> {
    iana_time_zone::get_timezone().ok()
}

/// A wait, watched on two clocks: the wall's goes on while the machine sleeps, the other does not.
#[derive(Clone, Copy, Debug)]
pub struct SleepDetector {
    wall_start: Timestamp,
    monotonic_start: Instant,
    deadline: Option<Instant>,
}

impl SleepDetector {
    /// Begins to wait, for this long at most.
    pub fn start(deadline: Option<Instant>) -> Self {
        Self {
            wall_start: now(),
            monotonic_start: Instant::now(),
            deadline,
        }
    }

    /// How long the machine slept meanwhile, or the program stood still.
    pub fn elapsed_in_suspend(&self) -> Option<Duration> {
        let woke = Instant::now();
        let late = self.deadline.map_or(Duration::ZERO, |until| {
            woke.saturating_duration_since(until)
        });
        clock_gap(now() - self.wall_start, woke - self.monotonic_start, late)
    }
}

/// What the wall's clock counted and the other one did not, or by how much the end was missed.
fn clock_gap(wall: TimeDelta, steady: Duration, late: Duration) -> Option<Duration> {
    let more = wall.to_std().unwrap_or_default().saturating_sub(steady);
    Some(more.max(late)).filter(|slept| *slept >= SUSPEND_THRESHOLD)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_slept_is_told_from_a_long_wait() {
        let s = Duration::from_secs;
        for (wall, steady, late, wanted) in [
            // A long wait, a busy machine, a clock set right.
            (3600, 3600, 0, None),
            (12, 3, 0, None),
            (13, 12, 9, None),
            (-3600, 1, 0, None),
            // A suspended machine, and a stopped program.
            (3600, 2, 0, Some(3598)),
            (70, 70, 60, Some(60)),
        ] {
            let slept = clock_gap(TimeDelta::seconds(wall), s(steady), s(late));
            assert_eq!(slept, wanted.map(s), "{wall} {steady} {late}");
        }
    }
}
