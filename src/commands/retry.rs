//! Retries: at once after the service moved, with a delay after failures that may pass.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};

use super::{CommandError, Context, Verbosity};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::{TimeZone, time_format};

/// A followed session is requested again after this long at most, unless the service requests a longer delay.
const MAX_FOLLOW_DELAY: Duration = Duration::from_secs(30);

/// Attempts after the first one, while the service does not respond or is overloaded.
const MAX_RETRIES: u32 = 10;
/// Attempts after the first one, where a response could not be understood.
const MAX_INVALID: u32 = 2;

/// The state of the service, shared by requests that are sent side by side.
#[derive(Debug, Default)]
pub(super) struct Retries {
    /// Whether the service has answered anything: until then a failure is final.
    is_answered: bool,
    /// Whether an overload counts as an answer.
    counts_overload: bool,
    /// The end of the wait that was reported last.
    waits_until: Option<Instant>,
}

impl Retries {
    /// After the first answer.
    pub(super) fn answered() -> Self {
        Self {
            is_answered: true,
            ..Self::default()
        }
    }

    /// Before the first answer, for unattended work: a request to an overloaded service is retried.
    pub(super) fn unattended() -> Self {
        Self {
            counts_overload: true,
            ..Self::default()
        }
    }

    /// Records how an attempt ended, and reports a failure. Returns how long to wait before the next attempt, or
    /// `None` if there is none.
    pub(super) fn on_end(
        &mut self,
        ended: Result<(), FailedAttempt<'_>>,
        context: &mut Context<'_>,
    ) -> Option<Duration> {
        let FailedAttempt { error, failures } = match ended {
            Ok(()) => {
                self.is_answered = true;
                context.print_zone_warning();
                return None;
            }
            Err(failed) => failed,
        };
        let is_overloaded = matches!(error.kind, ErrorKind::Busy { .. });
        self.is_answered |=
            concerns_one_session(error.kind) || is_overloaded && self.counts_overload;
        let retries = match error.kind {
            ErrorKind::Moved => MAX_INVALID,
            _ if !self.is_answered => 0,
            ErrorKind::Network | ErrorKind::Busy { .. } | ErrorKind::TenantStopped => MAX_RETRIES,
            ErrorKind::InvalidResponse => MAX_INVALID,
            _ => 0,
        };
        if failures > retries {
            return None;
        }
        // The other requests wait for the same.
        let now = Instant::now();
        if self.waits_until.is_some_and(|until| until > now) {
            return Some(context.retry_delay(error, failures));
        }
        let wait = context.report_retry(error, failures);
        self.waits_until = Some(now + wait);
        Some(wait)
    }
}

/// An attempt that failed, and how many have failed with it.
pub(super) struct FailedAttempt<'a> {
    error: &'a ApiError,
    failures: u32,
}

/// Decides after each attempt whether there is another one. Requests that are sent side by side share it.
pub(super) trait RetryPolicy {
    /// See [`Retries::on_end`].
    fn on_end(&mut self, ended: Result<(), FailedAttempt<'_>>) -> Option<Duration>;
}

/// Repeats a request as long as that may help.
pub(super) async fn request<T>(
    policy: &Mutex<impl RetryPolicy>,
    request: impl AsyncFn() -> Result<T, ApiError>,
) -> Result<T, CommandError> {
    repeat(policy, async |_| Ok(request().await?)).await
}

/// Repeats work as long as that may help. It is given the number of failures.
pub(super) async fn repeat<T>(
    policy: &Mutex<impl RetryPolicy>,
    work: impl AsyncFn(u32) -> Result<T, CommandError>,
) -> Result<T, CommandError> {
    let mut failures = 0;
    loop {
        let error = match work(failures).await {
            Err(CommandError::Service(error)) => error,
            result => {
                policy.lock().await.on_end(Ok(()));
                return result;
            }
        };
        failures += 1;
        let failed = FailedAttempt {
            error: &error,
            failures,
        };
        let wait = policy.lock().await.on_end(Err(failed));
        match wait {
            Some(wait) => sleep(wait).await,
            None => return Err(error.into()),
        }
    }
}

impl Context<'_> {
    /// Resolves the zone, and tries again as long as that may help.
    pub(super) async fn resolve_zone_with_retries<S: ChatApi>(
        &mut self,
        api: &S,
        retries: &mut Retries,
    ) -> Result<TimeZone, CommandError> {
        let mut failures = 0;
        loop {
            let error = match self.resolve_zone(api).await {
                Ok(zone) => return Ok(zone),
                Err(error) => error,
            };
            failures += 1;
            let failed = FailedAttempt {
                error: &error,
                failures,
            };
            match retries.on_end(Err(failed), self) {
                Some(wait) => sleep(wait).await,
                None => return Err(error.into()),
            }
        }
    }

    /// Repeats a request once if the service moved: the client has the new address then.
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
            // The service determines the delay.
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

/// Returns `true` if a failure concerns no other session.
pub(super) fn concerns_one_session(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound
            | ErrorKind::Forbidden
            | ErrorKind::InvalidResponse
            | ErrorKind::TooLarge
    )
}
