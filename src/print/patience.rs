//! Trying again: at once where the service has moved, later where a fault may pass by itself.

use chrono::TimeDelta;

use super::{Desk, Talkative};
use crate::sync::{Fault, FaultKind};
use crate::text::time_format;

impl Desk<'_> {
    /// Asks, and asks once more at once where the service has moved: its new address is known then.
    pub(super) async fn ask<T>(
        &mut self,
        question: impl AsyncFn() -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        match question().await {
            Err(fault) if fault.kind == FaultKind::Moved => {
                self.say(Talkative::Normal, fault);
                question().await
            }
            answer => answer,
        }
    }

    /// Waits before attempt number `failures + 1`, or gives a fault back that no waiting cures. A
    /// command does not wait for somebody to sign in: whoever runs it is told at once.
    pub(super) async fn wait_out(&mut self, fault: Fault, failures: u32) -> Result<(), Fault> {
        let wait = fault.kind.wait(failures, self.seed);
        let Some(wait) = wait.filter(|_| !fault.kind.is_about_sign_in()) else {
            return Err(fault);
        };
        let shown = TimeDelta::from_std(wait).unwrap_or(TimeDelta::MAX);
        self.say(
            Talkative::Normal,
            format_args!("{fault}; trying again in {}", time_format::format_countdown(shown)),
        );
        tokio::time::sleep(wait).await;
        Ok(())
    }
}
