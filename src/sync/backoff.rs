//! Exponential back-off with a cap, and jitter so that viewers that failed together do not return
//! together.
//!
//! Pure: the same failure, attempt and seed give the same delay.

use std::time::Duration;

use super::ErrorKind;

const INITIAL_DELAY: Duration = Duration::from_millis(500);
const MAX_DELAY: Duration = Duration::from_secs(20);
/// This many moves in a row are followed at once; more are a redirect loop.
const MAX_IMMEDIATE_MOVES: u32 = 3;

impl ErrorKind {
    /// The delay after this many failures in a row, counted from 1; never less than `Retry-After`.
    /// `None` where trying again is pointless.
    pub fn retry_delay(self, failures: u32, seed: u64) -> Option<Duration> {
        match self {
            Self::Busy {
                retry_after: Some(delay),
            } => Some(delay.max(backoff_with_jitter(failures, seed))),
            Self::Moved if failures <= MAX_IMMEDIATE_MOVES => Some(Duration::ZERO),
            Self::Network
            | Self::Busy { retry_after: None }
            | Self::InvalidResponse
            | Self::Moved
            | Self::SignIn
            | Self::Forbidden => Some(backoff_with_jitter(failures, seed)),
            Self::NotFound | Self::TooLarge | Self::Config => None,
        }
    }

    /// Returns `true` if the user has to sign in, or get a permission, before it works again.
    pub fn needs_sign_in(self) -> bool {
        matches!(self, Self::SignIn | Self::Forbidden)
    }
}

/// Doubles from 0.5 s to 20 s; the delay is between half of that and all of it.
fn backoff_with_jitter(failures: u32, seed: u64) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    let full = INITIAL_DELAY.saturating_mul(1 << doublings).min(MAX_DELAY);
    let mut random = fastrand::Rng::with_seed(seed ^ u64::from(failures).rotate_left(32));
    full.mul_f64(0.5 + random.f64() / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_within_its_jitter_and_stops_growing() {
        for (failures, full) in [
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
                let waited = backoff_with_jitter(failures, seed).as_secs_f64();
                assert!(
                    (full / 2.0..=full).contains(&waited),
                    "after {failures}: {waited}"
                );
            }
        }
    }

    #[test]
    fn two_viewers_do_not_retry_together() {
        assert_ne!(backoff_with_jitter(4, 1), backoff_with_jitter(4, 2));
        assert_eq!(backoff_with_jitter(4, 1), backoff_with_jitter(4, 1));
    }

    #[test]
    fn retry_delay_after_each_kind_of_failure() {
        let grows = |failures| Some(backoff_with_jitter(failures, 1));
        let requested = Duration::from_secs(70);
        let busy = |retry_after| ErrorKind::Busy { retry_after };
        let at_once = Some(Duration::ZERO);
        let table = [
            (ErrorKind::Network, [grows(1), grows(4)]),
            (ErrorKind::InvalidResponse, [grows(1), grows(4)]),
            (busy(None), [grows(1), grows(4)]),
            (busy(Some(requested)), [Some(requested), Some(requested)]),
            (busy(Some(Duration::ZERO)), [grows(1), grows(4)]),
            (ErrorKind::Moved, [at_once, grows(4)]),
            (ErrorKind::SignIn, [grows(1), grows(4)]),
            (ErrorKind::Forbidden, [grows(1), grows(4)]),
            (ErrorKind::NotFound, [None, None]),
            (ErrorKind::TooLarge, [None, None]),
            (ErrorKind::Config, [None, None]),
        ];
        for (kind, waits) in table {
            assert_eq!(
                [kind.retry_delay(1, 1), kind.retry_delay(4, 1)],
                waits,
                "{kind:?}"
            );
        }
    }
}
