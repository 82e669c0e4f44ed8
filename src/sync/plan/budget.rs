//! Requests a second: tokens that fill steadily; a second's worth can be saved up, and never fewer
//! than two.

use std::time::Duration;

use tokio::time::Instant;

/// So near to a whole token counts as one, or rounding would make the plan wake in vain.
const NEARLY: f64 = 1.0 - 1e-6;

/// Tokens for requests.
#[derive(Debug)]
pub(super) struct Budget {
    per_second: f64,
    tokens: f64,
    counted: Instant,
}

impl Budget {
    /// Begins with all that can be saved up.
    pub(super) fn full(per_second: f64, now: Instant) -> Self {
        let per_second = per_second.max(0.01);
        Self {
            per_second,
            tokens: per_second.max(2.0),
            counted: now,
        }
    }

    /// Pays for a request if that leaves some to spare.
    pub(super) fn spend(&mut self, now: Instant, spare: f64) -> bool {
        self.tokens = self.tokens(now);
        self.counted = now;
        let enough = self.tokens >= spare + NEARLY;
        if enough {
            self.tokens = (self.tokens - 1.0).max(0.0);
        }
        enough
    }

    /// When a request can be paid for that leaves some to spare.
    pub(super) fn next(&self, now: Instant, spare: f64) -> Instant {
        let missing = (1.0 + spare - self.tokens(now)).max(0.0);
        now + Duration::from_secs_f64(missing / self.per_second)
    }

    fn tokens(&self, now: Instant) -> f64 {
        let earned = now.saturating_duration_since(self.counted).as_secs_f64() * self.per_second;
        (self.tokens + earned).min(self.per_second.max(2.0))
    }
}
