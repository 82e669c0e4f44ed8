//! Retries: at once after the service moved, with a delay after failures that may pass.

use chrono::TimeDelta;

use super::{Context, Verbosity};
use crate::sync::{ApiError, ErrorKind};
use crate::text::time_format;

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

    /// Waits before attempt number `failures + 1`. Returns the error if waiting is pointless; a command
    /// does not wait for the user to sign in.
    pub(super) async fn back_off(
        &mut self,
        error: ApiError,
        failures: u32,
    ) -> Result<(), ApiError> {
        let wait = error.kind.retry_delay(failures, self.seed);
        let Some(wait) = wait.filter(|_| !error.kind.needs_sign_in()) else {
            return Err(error);
        };
        let shown = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        self.print_diagnostic(
            Verbosity::Normal,
            format_args!(
                "{error}; trying again in {}",
                time_format::format_countdown(shown)
            ),
        );
        tokio::time::sleep(wait).await;
        Ok(())
    }
}
