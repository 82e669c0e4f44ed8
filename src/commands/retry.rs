//! Retries: at once after the service moved, with a delay after failures that may pass.

use std::time::Duration;

use chrono::TimeDelta;

use super::{Context, Verbosity};
use crate::sync::{ApiError, ErrorKind};
use crate::text::time_format;

/// A followed session is requested again after this long at most, unless the service asks for more.
const MAX_FOLLOW_DELAY: Duration = Duration::from_secs(30);

impl Context<'_> {
    /// Repeats a request once if the service moved: the client knows the new address then.
    pub(super) async fn retry_if_moved<T>(
        &mut self,
        request: impl AsyncFn() -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        match request().await {
            Err(error) if error.kind == ErrorKind::Moved => {
                self.print_diagnostic(Verbosity::Normal, error);
                request().await
            }
            result => result,
        }
    }

    /// How long to wait before the next attempt.
    pub(super) fn retry_delay(&self, error: &ApiError, failures: u32) -> Duration {
        let wait = error.kind.retry_delay(failures, self.seed);
        match error.kind {
            // The service says how long.
            ErrorKind::Busy { .. } => wait,
            _ => wait.min(MAX_FOLLOW_DELAY),
        }
    }

    /// Reports a failure; returns how long to wait before the next attempt.
    pub(super) fn report_retry(&mut self, error: &ApiError, failures: u32) -> Duration {
        let wait = self.retry_delay(error, failures);
        let shown = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        self.print_diagnostic(
            Verbosity::Normal,
            format_args!(
                "{error}; trying again in {}",
                time_format::format_countdown(shown)
            ),
        );
        wait
    }
}
