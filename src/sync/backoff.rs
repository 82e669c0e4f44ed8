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

/// A resource that was not found, or is not allowed, is requested again this often.
const REFUSED_DELAY: Duration = Duration::from_mins(1);
/// A response that exceeds the limit is requested again this often.
const TOO_LARGE_DELAY: Duration = Duration::from_mins(5);

impl ErrorKind {
    /// The delay after this many failures in a row, counted from 1. Never less than `Retry-After`.
    /// Requests are repeated without end: any refusal may have been a fault.
    pub(crate) fn retry_delay(self, failures: u32, seed: u64) -> Duration {
        let backoff = backoff_with_jitter(failures, seed);
        match self {
            Self::Busy {
                retry_after: Some(delay),
            } => delay.max(backoff),
            Self::Moved if failures <= MAX_IMMEDIATE_MOVES => Duration::ZERO,
            Self::NotFound | Self::Forbidden => REFUSED_DELAY,
            Self::TooLarge => TOO_LARGE_DELAY,
            Self::Network
            | Self::Busy { retry_after: None }
            | Self::TenantStopped
            | Self::InvalidResponse
            | Self::Moved
            | Self::SignIn
            | Self::Config => backoff,
        }
    }

    /// Returns `true` if the service has requested a pause.
    pub(super) fn is_pause(self) -> bool {
        matches!(
            self,
            Self::Busy {
                retry_after: Some(_)
            }
        )
    }

    /// Returns `true` if the user has to sign in, or get a permission, before it works again.
    pub(crate) fn needs_sign_in(self) -> bool {
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
        let grows = |failures| backoff_with_jitter(failures, 1);
        let busy = |retry_after| ErrorKind::Busy { retry_after };
        let requested = Duration::from_secs(70);
        let [minute, five] = [1, 5].map(Duration::from_mins);
        let table = [
            (ErrorKind::Network, [grows(1), grows(4)]),
            (ErrorKind::InvalidResponse, [grows(1), grows(4)]),
            (busy(None), [grows(1), grows(4)]),
            (busy(Some(requested)), [requested, requested]),
            // Zero seconds, or a date in the past.
            (busy(Some(Duration::ZERO)), [grows(1), grows(4)]),
            (ErrorKind::TenantStopped, [grows(1), grows(4)]),
            (ErrorKind::Moved, [Duration::ZERO, grows(4)]),
            (ErrorKind::SignIn, [grows(1), grows(4)]),
            (ErrorKind::Forbidden, [minute, minute]),
            (ErrorKind::Config, [grows(1), grows(4)]),
            (ErrorKind::NotFound, [minute, minute]),
            (ErrorKind::TooLarge, [five, five]),
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
