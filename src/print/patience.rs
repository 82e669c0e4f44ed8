//! Trying again: at once where the service has moved, later where a fault may pass by itself.

use std::time::Duration;

use chrono::TimeDelta;

use super::{Desk, Talkative};
use crate::sync::{Fault, FaultKind};
use crate::text::when;

const LONGEST: Duration = Duration::from_secs(30);

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

    /// Waits before attempt number `failures + 1`, or gives a fault back that no waiting cures.
    pub(super) async fn wait_out(&mut self, fault: Fault, failures: u32) -> Result<(), Fault> {
        let Some(delay) = delay(fault.kind, failures) else {
            return Err(fault);
        };
        let shown = TimeDelta::from_std(delay).unwrap_or(TimeDelta::MAX);
        self.say(
            Talkative::Normal,
            format_args!("{fault}; trying again in {}", when::countdown(shown)),
        );
        tokio::time::sleep(delay).await;
        Ok(())
    }
}

/// How long to wait after this many failures on end, doubling up to half a minute; what the
/// service asked for wins. `None`: trying again is no use.
fn delay(kind: FaultKind, failures: u32) -> Option<Duration> {
    let growing = Duration::from_secs(1 << failures.saturating_sub(1).min(5)).min(LONGEST);
    match kind {
        FaultKind::Busy {
            retry_after: Some(told),
        } => Some(told),
        FaultKind::Network | FaultKind::Busy { retry_after: None } | FaultKind::Garbled => {
            Some(growing)
        }
        FaultKind::Moved if failures <= 1 => Some(Duration::ZERO),
        FaultKind::Moved => Some(growing),
        FaultKind::SignIn
        | FaultKind::Forbidden
        | FaultKind::NotFound
        | FaultKind::TooLarge
        | FaultKind::Setup => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays() {
        let seconds = |kind, failures| delay(kind, failures).map(|delay| delay.as_secs());
        let busy = |retry_after| FaultKind::Busy { retry_after };
        let grown: Vec<_> = (1..9)
            .map(|failures| seconds(FaultKind::Network, failures).unwrap())
            .collect();
        assert_eq!(grown, [1, 2, 4, 8, 16, 30, 30, 30]);
        assert_eq!(seconds(FaultKind::Network, u32::MAX), Some(30));
        assert_eq!(seconds(busy(None), 2), Some(2));
        assert_eq!(seconds(busy(Some(Duration::from_secs(70))), 1), Some(70));
        assert_eq!(seconds(FaultKind::Moved, 1), Some(0));
        assert_eq!(seconds(FaultKind::Moved, 3), Some(4));
        assert_eq!(seconds(FaultKind::SignIn, 1), None);
        assert_eq!(seconds(FaultKind::NotFound, 1), None);
    }
}
