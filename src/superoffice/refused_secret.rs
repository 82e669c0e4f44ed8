//! Refused sign-in: how often a secret is sent that the service has refused, because accounts get locked.
//!
//! A secret that the service has accepted before is sent again every minute: the service may be at fault.
//! One that it never accepted is only sent again at the user's request, and until it is accepted by one
//! request, the others wait.

use std::time::Duration;

use parking_lot::Mutex;
use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::sync::{self, ApiError, SecretRetry};

const RETRY_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(super) struct SignInGuard {
    state: Mutex<SignInState>,
    /// Locked by the request that tries a secret first.
    first_try: tokio::sync::Mutex<()>,
}

/// Held while a secret is tried for the first time.
pub(super) type FirstTry<'a> = Option<tokio::sync::MutexGuard<'a, ()>>;

/// The headers contain the secrets, and are marked as sensitive.
#[derive(Debug, Default)]
struct SignInState {
    accepted: Option<HeaderMap>,
    refused: Option<RefusedSecret>,
}

#[derive(Debug)]
struct RefusedSecret {
    headers: HeaderMap,
    /// When it was sent last.
    sent_at: Instant,
    /// The response to it.
    status: StatusCode,
}

impl RefusedSecret {
    fn retry(&self, is_accepted: bool) -> SecretRetry {
        if is_accepted {
            SecretRetry::After(RETRY_INTERVAL.saturating_sub(self.sent_at.elapsed()))
        } else {
            SecretRetry::OnRequest
        }
    }
}

impl SignInGuard {
    /// Waits for the turn of a request with these headers. Returns the error for a secret that must
    /// not be sent now, with the time at which it is sent again.
    pub(super) async fn admit(
        &self,
        headers: &HeaderMap,
        refusal: impl Fn(StatusCode) -> ApiError,
    ) -> Result<FirstTry<'_>, ApiError> {
        let refusal = |(status, retry)| ApiError {
            secret_retry: Some(retry),
            ..refusal(status)
        };
        if let Some(verdict) = self.verdict(headers) {
            return verdict.map(|()| None).map_err(refusal);
        }
        if sync::is_low_priority() {
            // At the start all requests come at once; one that the user waits for goes first.
            tokio::task::yield_now().await;
        }
        let turn = self.first_try.lock().await;
        match self.verdict(headers) {
            Some(verdict) => verdict.map(|()| None).map_err(refusal),
            None => Ok(Some(turn)),
        }
    }

    /// Whether a secret may be sent now, or how it was refused; `None` for one that was never
    /// sent. One that is to be tried again is counted as sent.
    fn verdict(&self, headers: &HeaderMap) -> Option<Result<(), (StatusCode, SecretRetry)>> {
        let mut state = self.state.lock();
        let is_accepted = state.accepted.as_ref() == Some(headers);
        match &mut state.refused {
            Some(refused) if refused.headers == *headers => {
                let retry = refused.retry(is_accepted);
                if retry == SecretRetry::After(Duration::ZERO) {
                    // One request tries it for all.
                    refused.sent_at = Instant::now();
                    Some(Ok(()))
                } else {
                    Some(Err((refused.status, retry)))
                }
            }
            _ => is_accepted.then_some(Ok(())),
        }
    }

    /// Returns `true` for the secret that the service accepted last.
    pub(super) fn has_accepted(&self, headers: &HeaderMap) -> bool {
        self.state.lock().accepted.as_ref() == Some(headers)
    }

    /// When the secret of a request that was refused with this status is sent again; `None` if the refusal
    /// is not about the secret.
    pub(super) fn retry_after(&self, status: StatusCode) -> Option<SecretRetry> {
        let state = self.state.lock();
        let refused = state.refused.as_ref();
        let refused = refused.filter(|refused| refused.status == status)?;
        Some(refused.retry(state.accepted.as_ref() == Some(&refused.headers)))
    }

    /// `is_allowed_to_every_user` is of what was requested: a refusal then means that the user may do nothing at all.
    pub(super) fn on_response(
        &self,
        headers: HeaderMap,
        status: StatusCode,
        is_allowed_to_every_user: bool,
    ) {
        let mut state = self.state.lock();
        // For a secret that was accepted before, a 403 is about rights.
        let is_forbidden = status == StatusCode::FORBIDDEN
            && is_allowed_to_every_user
            && state.accepted.as_ref() != Some(&headers);
        if status == StatusCode::UNAUTHORIZED || is_forbidden {
            state.refused = Some(RefusedSecret {
                headers,
                sent_at: Instant::now(),
                status,
            });
        } else if status.is_success() {
            state.refused = None;
            state.accepted = Some(headers);
        }
    }

    /// The user requests another try of the refused secret.
    pub(super) fn forget_refusal(&self) {
        self.state.lock().refused = None;
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::{AUTHORIZATION, HeaderValue};

    use super::*;
    use crate::superoffice::error;

    fn headers(secret: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(AUTHORIZATION, HeaderValue::from_static(secret))])
    }

    async fn may_send(guard: &SignInGuard, secret: &'static str) -> bool {
        let refusal = |_| error::missing_secret("refused");
        guard.admit(&headers(secret), refusal).await.is_ok()
    }

    async fn after_a_minute(guard: &SignInGuard, secret: &'static str) -> [bool; 3] {
        let at_once = may_send(guard, secret).await;
        tokio::time::advance(Duration::from_secs(59)).await;
        let too_soon = may_send(guard, secret).await;
        tokio::time::advance(Duration::from_secs(2)).await;
        [at_once, too_soon, may_send(guard, secret).await]
    }

    #[tokio::test(start_paused = true)]
    async fn only_a_secret_accepted_before_is_tried_again_and_then_every_minute() {
        let guard = SignInGuard::default();
        assert!(may_send(&guard, "wrong").await);
        guard.on_response(headers("wrong"), StatusCode::UNAUTHORIZED, false);
        assert_eq!(after_a_minute(&guard, "wrong").await, [false; 3]);
        guard.forget_refusal();
        assert!(may_send(&guard, "wrong").await, "the user refreshes");
        guard.on_response(headers("wrong"), StatusCode::UNAUTHORIZED, false);

        assert!(may_send(&guard, "right").await, "the source gives another");
        guard.on_response(headers("right"), StatusCode::OK, false);
        assert!(may_send(&guard, "right").await);
        guard.on_response(headers("right"), StatusCode::UNAUTHORIZED, false);
        for _ in 0..2 {
            assert_eq!(after_a_minute(&guard, "right").await, [false, false, true]);
        }
        guard.on_response(headers("right"), StatusCode::SERVICE_UNAVAILABLE, false);
        assert!(
            !may_send(&guard, "right").await,
            "shows nothing about the secret"
        );
        guard.on_response(headers("right"), StatusCode::OK, false);
        assert!(may_send(&guard, "right").await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refusal_reports_when_the_secret_is_sent_again() {
        let guard = SignInGuard::default();
        let refusal = |_| error::missing_secret("refused");
        let retry = async |secret| {
            let refused = guard.admit(&headers(secret), refusal).await.unwrap_err();
            refused.secret_retry
        };
        let status = StatusCode::UNAUTHORIZED;
        assert_eq!(guard.retry_after(status), None);
        guard.on_response(headers("new"), status, false);
        assert_eq!(guard.retry_after(status), Some(SecretRetry::OnRequest));
        assert_eq!(retry("new").await, Some(SecretRetry::OnRequest));

        guard.on_response(headers("known"), StatusCode::OK, false);
        guard.on_response(headers("known"), status, false);
        let after = |seconds| Some(SecretRetry::After(Duration::from_secs(seconds)));
        assert_eq!(guard.retry_after(status), after(60));
        // A 403 for a session that is forbidden.
        assert_eq!(guard.retry_after(StatusCode::FORBIDDEN), None);
        tokio::time::advance(Duration::from_secs(18)).await;
        assert_eq!(retry("known").await, after(42));
    }

    #[tokio::test(start_paused = true)]
    async fn a_secret_never_accepted_is_refused_by_a_403_that_is_about_the_user() {
        let guard = SignInGuard::default();
        guard.on_response(headers("new"), StatusCode::FORBIDDEN, false);
        assert!(may_send(&guard, "new").await, "one session is forbidden");
        guard.on_response(headers("new"), StatusCode::FORBIDDEN, true);
        assert_eq!(after_a_minute(&guard, "new").await, [false; 3]);
        assert!(may_send(&guard, "other").await);
        guard.on_response(headers("other"), StatusCode::OK, true);
        guard.on_response(headers("other"), StatusCode::FORBIDDEN, true);
        assert!(may_send(&guard, "other").await, "it was accepted before");
    }

    #[tokio::test(start_paused = true)]
    async fn a_secret_is_tried_by_one_request_while_the_others_wait() {
        let guard = SignInGuard::default();
        let refusal = |_| error::missing_secret("refused");
        let secret = headers("unknown");
        let first = guard.admit(&secret, refusal).await.unwrap();
        assert!(first.is_some());
        let others = async {
            let second = guard.admit(&secret, refusal).await.is_ok();
            [second, guard.admit(&secret, refusal).await.is_ok()]
        };
        let outcome = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            guard.on_response(secret.clone(), StatusCode::UNAUTHORIZED, false);
            drop(first);
        };
        assert_eq!(tokio::join!(others, outcome).0, [false; 2]);
    }
}
