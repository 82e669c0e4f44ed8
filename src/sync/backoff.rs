//! How long to wait before trying again: grows, is capped, and is never the same for two viewers.
//!
//! Pure: the same attempt and seed give the same delay.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(20);

/// The delay before the try that follows `attempt` failures in a row, `attempt` from 1: doubling
/// from half a second to 20 s, of which a share between a half and the whole is waited.
pub fn delay(attempt: u32, seed: u64) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    let full = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let mut random = fastrand::Rng::with_seed(seed ^ u64::from(attempt).rotate_left(32));
    full.mul_f64(0.5 + random.f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_within_its_jitter_and_stops_growing() {
        for (attempt, full) in [
            (1, 0.5),
            (2, 1.0),
            (3, 2.0),
            (4, 4.0),
            (5, 8.0),
            (6, 16.0),
            (7, 20.0),
            (40, 20.0),
            (u32::MAX, 20.0),
        ] {
            for seed in 0..50 {
                let waited = delay(attempt, seed).as_secs_f64();
                assert!(
                    (full / 2.0..=full).contains(&waited),
                    "attempt {attempt}: {waited}"
                );
            }
        }
    }

    #[test]
    fn two_viewers_do_not_come_back_together() {
        assert_ne!(delay(4, 1), delay(4, 2));
        assert_eq!(delay(4, 1), delay(4, 1));
    }
}
