//! Deadlines for which tokio's timer wakes its thread once.
//!
//! The timer stores a deadline of the next seconds in a slot of 64 ms: it wakes the thread when the slot begins, and
//! again at the deadline, unless that is when the slot begins. With an open session, the poller's
//! thread wakes 3.0 times a second instead of 3.5.

use std::time::Duration;

use tokio::time::Instant;

const SLOT: Duration = Duration::from_millis(64);

/// How precisely the start of the timer is known. The timer rounds a deadline up to the next millisecond.
const TOLERANCE: Duration = Duration::from_micros(500);

/// The first begin of a slot at or after `at`, of a timer that started at `timer_start`.
pub(super) fn round_up_to_slot(at: Instant, timer_start: Instant) -> Instant {
    let elapsed = at.saturating_duration_since(timer_start) + TOLERANCE;
    let slots = elapsed.as_nanos().div_ceil(SLOT.as_nanos());
    let slots = u32::try_from(slots).unwrap_or(u32::MAX);
    timer_start + SLOT * slots - TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_moved_to_the_next_slot_and_no_further() {
        let start = Instant::now() + Duration::from_secs(1);
        for (at, expected) in [
            (0, 63_500),
            (1, 63_500),
            (63_500, 63_500),
            (63_501, 127_500),
            (1_000_000, 1_023_500),
            (1_023_500, 1_023_500),
            (90_000_000_000, 90_000_063_500),
        ] {
            let after = |micros| start + Duration::from_micros(micros);
            let rounded = round_up_to_slot(after(at), start);
            assert_eq!(rounded, after(expected), "{at}");
        }
    }
}
