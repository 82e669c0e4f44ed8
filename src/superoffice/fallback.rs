//! Simpler requests in place of those that the service refuses.

use chrono::TimeDelta;

use crate::chat::Timestamp;
use crate::sync::{ApiError, ErrorKind};

/// One refusal may be a fault: a request counts as refused after this many in a row.
const REFUSALS: usize = 2;

/// Afterwards more is requested again: the service may have been upgraded.
const RETRY_INTERVAL: TimeDelta = TimeDelta::hours(1);

/// The most that the service accepts where it refused more, and since when; stored for an hour, which never ends
/// without a clock.
#[derive(Debug)]
pub(super) struct Fallback<T>(Option<(T, Timestamp)>);

impl<T> Default for Fallback<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Clone> Fallback<T> {
    pub(super) fn get(&self, now: Timestamp) -> Option<(T, Timestamp)> {
        let known = self.0.as_ref();
        known
            .filter(|(_, since)| now - *since < RETRY_INTERVAL)
            .cloned()
    }

    pub(super) fn set(&mut self, accepted: T, since: Timestamp) {
        self.0 = Some((accepted, since));
    }
}

/// Sends a request again while `is_refused` is true of its failure; returns the last result.
pub(super) async fn repeat_refused<T, F: Future<Output = Result<T, ApiError>>>(
    is_refused: impl Fn(&ApiError) -> bool,
    request: impl Fn() -> F,
) -> Result<T, ApiError> {
    for _ in 1..REFUSALS {
        match request().await {
            Err(error) if is_refused(&error) => {}
            result => return result,
        }
    }
    request().await
}

/// Returns `true` if the service refused the request as it was written.
pub(super) fn is_bad_request(error: &ApiError) -> bool {
    error.kind == ErrorKind::Config
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::test_support::builders::now;

    #[test]
    fn what_the_service_accepts_is_remembered_for_an_hour() {
        let mut known = Fallback::default();
        assert_eq!(known.get(now()), None);
        known.set("few", now());
        let later = |minutes| now() + TimeDelta::minutes(minutes);
        assert_eq!(known.get(later(59)), Some(("few", now())));
        assert_eq!(known.get(later(60)), None);
        known.set("fewer", later(60));
        assert_eq!(known.get(later(61)), Some(("fewer", later(60))));
    }

    #[tokio::test]
    async fn a_request_is_refused_when_it_is_refused_twice() {
        let refusal = |kind| Err(ApiError::new(kind, "refused"));
        for (responses, sent) in [
            (vec![Ok(1)], 1),
            (vec![refusal(ErrorKind::Network)], 1),
            (vec![refusal(ErrorKind::Config), Ok(2)], 2),
            (
                vec![refusal(ErrorKind::Config), refusal(ErrorKind::Network)],
                2,
            ),
            (
                vec![refusal(ErrorKind::Config), refusal(ErrorKind::Config)],
                2,
            ),
        ] {
            let count = AtomicUsize::new(0);
            let request = async || responses[count.fetch_add(1, Ordering::Relaxed)].clone();
            let result = repeat_refused(is_bad_request, request).await;
            assert_eq!(Some(&result), responses.last());
            assert_eq!(count.into_inner(), sent);
        }
    }
}
