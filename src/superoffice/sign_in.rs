//! Refused sign-in: how often a secret is sent that the service has refused, because accounts get locked.
//!
//! A secret that the service has accepted before is sent again every minute: the service may be at fault.
//! One that it never accepted is only sent again at the user's request, and until it is accepted by one
//! request, the others wait.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use tokio::time::Instant;

use crate::sync::{self, ApiError};

const RETRY_INTERVAL: Duration = Duration::from_mins(1);

#[derive(Debug, Default)]
pub(super) struct SignInGuard {
    state: Mutex<SignInState>,
    /// Locked by the request that tries a secret first.
    first_try: tokio::sync::Mutex<()>,
}

/// Held while a secret is tried for the first time.
pub(super) type FirstTry<'a> = Option<tokio::sync::MutexGuard<'a, ()>>;

/// The headers carry the secrets, and are marked as sensitive.
#[derive(Debug, Default)]
struct SignInState {
    accepted: Option<HeaderMap>,
    /// When it was sent last, and refused.
    refused: Option<(HeaderMap, Instant)>,
}

impl SignInGuard {
    /// Waits for the turn of a request with these headers. Returns the error for a secret that must
    /// not be sent now.
    pub(super) async fn admit(
        &self,
        headers: &HeaderMap,
        refusal: impl Fn() -> ApiError,
    ) -> Result<FirstTry<'_>, ApiError> {
        if let Some(may_send) = self.verdict(headers) {
            return may_send.then_some(None).ok_or_else(refusal);
        }
        if sync::is_background() {
            // At the start all requests come at once; one that the user waits for goes first.
            tokio::task::yield_now().await;
        }
        let turn = self.first_try.lock().await;
        match self.verdict(headers) {
            Some(true) => Ok(None),
            Some(false) => Err(refusal()),
            None => Ok(Some(turn)),
        }
    }

    /// Whether a secret may be sent now; `None` for one that the service has not seen yet. One that is to
    /// be tried again is counted as sent.
    fn verdict(&self, headers: &HeaderMap) -> Option<bool> {
        let mut state = self.lock_state();
        let is_accepted = state.accepted.as_ref() == Some(headers);
        match &mut state.refused {
            Some((refused, sent_at)) if refused == headers => {
                let is_due = is_accepted && sent_at.elapsed() >= RETRY_INTERVAL;
                if is_due {
                    // One request tries it for all.
                    *sent_at = Instant::now();
                }
                Some(is_due)
            }
            _ => is_accepted.then_some(true),
        }
    }

    /// Returns `true` for the secret that the service accepted last.
    pub(super) fn has_accepted(&self, headers: &HeaderMap) -> bool {
        self.lock_state().accepted.as_ref() == Some(headers)
    }

    pub(super) fn on_response(&self, headers: HeaderMap, status: StatusCode) {
        let mut state = self.lock_state();
        if status == StatusCode::UNAUTHORIZED {
            state.refused = Some((headers, Instant::now()));
        } else if status.is_success() {
            state.refused = None;
            state.accepted = Some(headers);
        }
    }

    /// The user wants the refused secret to be tried again.
    pub(super) fn forget_refusal(&self) {
        self.lock_state().refused = None;
    }

    fn lock_state(&self) -> MutexGuard<'_, SignInState> {
        // A panic cannot leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
        let refusal = || error::missing_secret("refused");
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
        guard.on_response(headers("wrong"), StatusCode::UNAUTHORIZED);
        assert_eq!(after_a_minute(&guard, "wrong").await, [false; 3]);
        guard.forget_refusal();
        assert!(may_send(&guard, "wrong").await, "the user refreshes");
        guard.on_response(headers("wrong"), StatusCode::UNAUTHORIZED);

        assert!(may_send(&guard, "right").await, "the source gives another");
        guard.on_response(headers("right"), StatusCode::OK);
        assert!(may_send(&guard, "right").await);
        guard.on_response(headers("right"), StatusCode::UNAUTHORIZED);
        for _ in 0..2 {
            assert_eq!(after_a_minute(&guard, "right").await, [false, false, true]);
        }
        guard.on_response(headers("right"), StatusCode::SERVICE_UNAVAILABLE);
        assert!(
            !may_send(&guard, "right").await,
            "says nothing of the secret"
        );
        guard.on_response(headers("right"), StatusCode::OK);
        assert!(may_send(&guard, "right").await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_secret_is_tried_by_one_request_while_the_others_wait() {
        let guard = SignInGuard::default();
        let refusal = || error::missing_secret("refused");
        let secret = headers("unknown");
        let first = guard.admit(&secret, refusal).await.unwrap();
        assert!(first.is_some());
        let others = async {
            let second = guard.admit(&secret, refusal).await.is_ok();
            [second, guard.admit(&secret, refusal).await.is_ok()]
        };
        let outcome = async {
            tokio::time::sleep(Duration::from_secs(3)).await;
            guard.on_response(secret.clone(), StatusCode::UNAUTHORIZED);
            drop(first);
        };
        assert_eq!(tokio::join!(others, outcome).0, [false; 2]);
    }
}
