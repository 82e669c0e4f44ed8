//! Throughput of a response body: one that arrives too slowly is abandoned.

use std::time::Duration;

/// The time is divided into steps, so that the last of them count, whenever the response began.
const STEPS: u32 = 6;

/// How many bytes arrived while a read was waiting. The time between two reads does not count.
#[derive(Debug)]
pub(super) struct Throughput {
    step: Duration,
    /// What is left of the current step.
    left: Duration,
    /// The bytes of the last steps, the current one first.
    bytes: [usize; STEPS as usize],
    steps_ended: u32,
    /// Fewer bytes in all steps together are too slow.
    min_bytes: usize,
}

impl Throughput {
    /// A response that arrives at under 1 kB a second for as long as `timeout` is abandoned.
    pub(super) fn new(timeout: Duration) -> Self {
        let step = timeout / STEPS;
        Self {
            step,
            left: step,
            bytes: [0; STEPS as usize],
            steps_ended: 0,
            // A byte a millisecond.
            min_bytes: usize::try_from(timeout.as_millis()).unwrap_or(usize::MAX),
        }
    }

    /// How long to wait for bytes until [`Self::is_too_slow`] is to be checked.
    pub(super) fn next_check(&self) -> Duration {
        self.left
    }

    pub(super) fn record(&mut self, waited: Duration, bytes: usize) {
        self.left = self.left.saturating_sub(waited);
        self.bytes[0] += bytes;
    }

    /// Begins the next step if one has ended. Returns `true` if the response is to be given up.
    pub(super) fn is_too_slow(&mut self) -> bool {
        if !self.left.is_zero() {
            return false;
        }
        self.left = self.step;
        self.steps_ended += 1;
        let total: usize = self.bytes.iter().sum();
        self.bytes.rotate_right(1);
        self.bytes[0] = 0;
        self.steps_ended >= STEPS && total < self.min_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second in which a response is given up that has this many bytes in each second.
    fn given_up_at(bytes_at: impl Fn(u64) -> usize) -> Option<u64> {
        let mut throughput = Throughput::new(Duration::from_secs(30));
        (1..=300).find(|second| {
            throughput.record(Duration::from_secs(1), bytes_at(*second));
            throughput.is_too_slow()
        })
    }

    #[test]
    fn a_slow_body_is_abandoned_after_the_timeout() {
        assert_eq!(given_up_at(|_| 1), Some(30));
        assert_eq!(given_up_at(|_| 999), Some(30));
        assert_eq!(given_up_at(|_| 1000), None);
        // 40 kB in one burst are enough for the 30 s around it.
        assert_eq!(
            given_up_at(|second| usize::from(second == 50) * 40_000),
            Some(30)
        );
        assert_eq!(
            given_up_at(|second| usize::from(second % 30 == 7) * 40_000),
            None
        );
        assert_eq!(
            given_up_at(|second| if second <= 60 { 5000 } else { 1 }),
            Some(85)
        );
    }
}
