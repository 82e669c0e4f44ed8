//! The simulated clock: real time since the start, multiplied by a rate, with jumps for tests.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// At a higher rate, simulating the events would take longer than the time they cover.
const MAX_RATE: f64 = 3600.0;

#[derive(Debug)]
pub(super) struct Clock {
    base_time: DateTime<Utc>,
    started_at: Instant,
    rate: f64,
}

impl Clock {
    /// Starts at `base_time`; at rate 0 the clock does not run.
    pub(super) fn start(base_time: DateTime<Utc>, rate: f64) -> Self {
        Self {
            base_time,
            started_at: Instant::now(),
            rate: rate.clamp(0.0, MAX_RATE),
        }
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        let elapsed = self.started_at.elapsed().as_secs_f64() * self.rate;
        // With a rate that is not a number, or past the end of the calendar, the clock does not run.
        let elapsed = Duration::try_from_secs_f64(elapsed).unwrap_or_default();
        let elapsed = TimeDelta::from_std(elapsed).unwrap_or_default();
        self.base_time
            .checked_add_signed(elapsed)
            .unwrap_or(self.base_time)
    }

    /// Jumps ahead.
    pub(super) fn advance(&mut self, by: TimeDelta) {
        self.base_time += by;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_clock_runs_at_its_rate_and_not_at_zero() {
        let start = DateTime::UNIX_EPOCH;
        let passed = async |rate| {
            let mut clock = Clock::start(start, rate);
            tokio::time::advance(Duration::from_secs(2)).await;
            clock.advance(TimeDelta::hours(1));
            clock.now() - start - TimeDelta::hours(1)
        };
        assert_eq!(passed(0.0).await, TimeDelta::zero());
        assert_eq!(passed(1.0).await, TimeDelta::seconds(2));
        assert_eq!(passed(1e9).await, TimeDelta::hours(2));
        assert_eq!(passed(f64::NAN).await, TimeDelta::zero());
    }
}
