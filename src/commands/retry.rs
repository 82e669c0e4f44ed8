//! Trying again: at once where the service has moved, later where a fault may pass by itself.

use chrono::TimeDelta;

use super::{Context, Verbosity};
use crate::sync::{ApiError, ErrorKind};
use crate::text::time_format;

impl Context<'_> {
    /// Asks, and asks once more at once where the service has moved: its new address is known then.
    pub(super) async fn retry_if_moved<T>(
        &mut self,
        request: impl AsyncFn() -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        match request().await {
            Err(fault) if fault.kind == ErrorKind::Moved => {
                self.print_diagnostic(Verbosity::Normal, fault);
                request().await
            }
            answer => answer,
        }
    }

    /// Waits before attempt number `failures + 1`, or gives a fault back that no waiting cures. A
    /// command does not wait for somebody to sign in: whoever runs it is told at once.
    pub(super) async fn back_off(
        &mut self,
        fault: ApiError,
        failures: u32,
    ) -> Result<(), ApiError> {
        let wait = fault.kind.retry_delay(failures, self.seed);
        let Some(wait) = wait.filter(|_| !fault.kind.needs_sign_in()) else {
            return Err(fault);
        };
        let shown = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        self.print_diagnostic(
            Verbosity::Normal,
            format_args!(
                "{fault}; trying again in {}",
                time_format::format_countdown(shown)
            ),
        );
        tokio::time::sleep(wait).await;
        Ok(())
    }
}
