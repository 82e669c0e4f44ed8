//! Requests a second: tokens that fill steadily, of which a second's worth can be saved up.

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
    /// Begins with a second's worth, and never less than one token.
    pub(super) fn full(per_second: f64, now: Instant) -> Self {
        let per_second = per_second.max(0.01);
        Self {
            per_second,
            tokens: per_second.max(1.0),
            counted: now,
        }
    }

    /// Pays for one request, if that can be paid for.
    pub(super) fn spend(&mut self, now: Instant) -> bool {
        self.tokens = self.tokens(now);
        self.counted = now;
        let enough = self.tokens >= NEARLY;
        if enough {
            self.tokens = (self.tokens - 1.0).max(0.0);
        }
        enough
    }

    /// When the next request can be paid for.
    pub(super) fn next(&self, now: Instant) -> Instant {
        let missing = (1.0 - self.tokens(now)).max(0.0);
        now + Duration::from_secs_f64(missing / self.per_second)
    }

    fn tokens(&self, now: Instant) -> f64 {
        let earned = now.saturating_duration_since(self.counted).as_secs_f64() * self.per_second;
        (self.tokens + earned).min(self.per_second.max(1.0))
    }
}
