//! The story's clock: real time since the start, stretched by a rate, with jumps for tests.
//!
//! What "now" was at the start is told by the caller; this file only measures how long ago that was.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::Instant;

/// Above this rate the story would cost more to tell than the time it saves.
const MAX_RATE: f64 = 3600.0;

/// Story time, which may run faster than ours or stand still.
#[derive(Debug)]
pub(super) struct Clock {
    base_time: DateTime<Utc>,
    started_at: Instant,
    rate: f64,
}

impl Clock {
    /// Starts at `from`, running at `rate`.
    pub(super) fn start(from: DateTime<Utc>, rate: f64) -> Self {
        Self {
            base_time: from,
            started_at: Instant::now(),
            rate: rate.clamp(0.0, MAX_RATE),
        }
    }

    /// The present moment of the story.
    pub(super) fn now(&self) -> DateTime<Utc> {
        let passed = self.started_at.elapsed().as_secs_f64() * self.rate;
        // A rate that is no number, or a span beyond every calendar, leaves the story where it is.
        let passed = Duration::try_from_secs_f64(passed).unwrap_or_default();
        let passed = TimeDelta::from_std(passed).unwrap_or_default();
        self.base_time
            .checked_add_signed(passed)
            .unwrap_or(self.base_time)
    }

    /// Jumps ahead.
    pub(super) fn advance(&mut self, by: TimeDelta) {
        self.base_time += by;
    }

    /// Goes on from here at another rate; at 0 it stands still.
    pub(super) fn set_rate(&mut self, rate: f64) {
        *self = Self::start(self.now(), rate);
    }
}
