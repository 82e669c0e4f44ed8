//! Rate limiting: at most so many requests in any second, with two priorities.
//!
//! The client passes [`RateLimiter::acquire`] with every HTTP request, also with those that one call
//! causes: redirects, names of channels, a renewed sign-in. The scheduler takes the permit for the
//! first of them beforehand, so that it can choose the next request when it may be sent, and hands it
//! to the client with [`with_permit`].
#![expect(
    clippy::disallowed_types,
    reason = "the permit belongs to one task, which uses it once"
)]

use std::cell::Cell;
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A permit is used within this time or lost. Looking up a secret may take longer, and requests that
/// waited for it together would otherwise be sent together.
const PERMIT_VALID_FOR: Duration = Duration::from_millis(50);

tokio::task_local! {
    /// The request that the current task makes for the scheduler.
    static CURRENT: Permit;
}

struct Permit {
    is_background: bool,
    /// When it was taken, until it is used.
    taken_at: Cell<Option<Instant>>,
}

/// Runs a request that the scheduler has taken a permit for. Further requests it causes have the
/// same priority.
pub(super) fn with_permit<F: Future>(
    is_background: bool,
    request: F,
) -> impl Future<Output = F::Output> {
    let permit = Permit {
        is_background,
        taken_at: Cell::new(Some(Instant::now())),
    };
    CURRENT.scope(permit, request)
}

/// The requests of the last second, up to the limit.
#[derive(Debug)]
struct SlidingWindow {
    limit: usize,
    length: Duration,
    recent: VecDeque<Instant>,
}

impl SlidingWindow {
    /// Allows so many in any second; below one, a single request in a longer time.
    fn new(per_second: f64) -> Self {
        let per_second = per_second.clamp(0.01, 10_000.0);
        let limit = (1..10_000_u16)
            .take_while(|limit| f64::from(*limit) <= per_second)
            .last()
            .unwrap_or(1);
        Self {
            limit: usize::from(limit),
            length: Duration::from_secs_f64((1.0 / per_second).max(1.0)),
            recent: VecDeque::new(),
        }
    }

    /// When the next request is allowed. A request in the background leaves half of the limit to
    /// the user.
    fn next_allowed(&self, is_background: bool, now: Instant) -> Instant {
        let reserve = if is_background { self.limit / 2 } else { 0 };
        let blocking = self.recent.len().checked_sub(self.limit - reserve);
        let blocking = blocking.and_then(|index| self.recent.get(index));
        blocking.map_or(now, |sent_at| now.max(*sent_at + self.length))
    }

    fn record(&mut self, now: Instant) {
        if self.recent.len() == self.limit {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }
}

/// Limits the requests to one service.
#[derive(Debug)]
pub struct RateLimiter {
    window: Mutex<SlidingWindow>,
    /// Held by the request that waits for its turn; those behind it wait for the lock, in order.
    user_queue: tokio::sync::Mutex<()>,
    background_queue: tokio::sync::Mutex<()>,
}

impl RateLimiter {
    pub fn new(per_second: f64) -> Self {
        Self {
            window: Mutex::new(SlidingWindow::new(per_second)),
            user_queue: tokio::sync::Mutex::default(),
            background_queue: tokio::sync::Mutex::default(),
        }
    }

    /// Returns once the next request may be sent. Cancelled while it waits, it has used nothing.
    pub async fn acquire(&self) {
        let now = Instant::now();
        let is_background = match CURRENT.try_with(|it| (it.is_background, it.taken_at.take())) {
            Ok((_, Some(taken_at))) if now - taken_at <= PERMIT_VALID_FOR => return,
            Ok((is_background, _)) => is_background,
            Err(_) => false,
        };
        let queue = if is_background {
            &self.background_queue
        } else {
            &self.user_queue
        };
        let _turn = queue.lock().await;
        while let Err(allowed_at) = self.try_acquire(is_background, Instant::now()) {
            sleep_until(allowed_at).await;
        }
    }

    /// Takes a permit if one is free, else returns when the next one is.
    pub(super) fn try_acquire(&self, is_background: bool, now: Instant) -> Result<(), Instant> {
        let mut window = self.window();
        let allowed_at = window.next_allowed(is_background, now);
        if allowed_at > now {
            return Err(allowed_at);
        }
        window.record(now);
        Ok(())
    }

    /// When the next permit is free.
    pub(super) fn next_allowed(&self, is_background: bool, now: Instant) -> Instant {
        self.window().next_allowed(is_background, now)
    }

    fn window(&self) -> MutexGuard<'_, SlidingWindow> {
        // A panic cannot leave it half changed.
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When requests are made that are always wanted, in milliseconds.
    fn request_times(per_second: f64, is_background: bool, count: usize) -> Vec<u128> {
        let start = Instant::now();
        let mut window = SlidingWindow::new(per_second);
        let mut now = start;
        let made = (0..count).map(|_| {
            now = window.next_allowed(is_background, now);
            window.record(now);
            (now - start).as_millis()
        });
        made.collect()
    }

    #[test]
    fn no_second_sees_more_than_allowed() {
        let table: [(f64, bool, &[u128]); 7] = [
            (4.0, false, &[0, 0, 0, 0, 1000, 1000, 1000, 1000, 2000]),
            (4.0, true, &[0, 0, 1000, 1000, 2000]),
            (2.5, false, &[0, 0, 1000, 1000]),
            // Of one, nothing can be left to others.
            (1.0, false, &[0, 1000, 2000]),
            (1.0, true, &[0, 1000, 2000]),
            (0.5, false, &[0, 2000, 4000]),
            (0.0, false, &[0, 100_000]),
        ];
        for (per_second, is_background, expected) in table {
            let times = request_times(per_second, is_background, expected.len());
            assert_eq!(times, expected, "{per_second} {is_background}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn requests_that_wait_are_sent_in_order() {
        let limiter = RateLimiter::new(2.0);
        let start = Instant::now();
        let pass = async |number: u32| {
            limiter.acquire().await;
            (number, start.elapsed().as_secs())
        };
        let passed = tokio::join!(pass(1), pass(2), pass(3), pass(4), pass(5));
        assert_eq!(passed, ((1, 0), (2, 0), (3, 1), (4, 1), (5, 2)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_wait_has_used_nothing() {
        let limiter = RateLimiter::new(1.0);
        limiter.acquire().await;
        let gave_up = tokio::time::timeout(Duration::from_millis(500), limiter.acquire()).await;
        assert!(gave_up.is_err());
        let start = Instant::now();
        limiter.acquire().await;
        assert_eq!(start.elapsed().as_millis(), 500);
    }

    /// Takes a permit as the scheduler does, then makes these requests.
    async fn make_requests(limiter: &RateLimiter, is_background: bool, count: usize) -> u128 {
        let start = Instant::now();
        limiter.try_acquire(is_background, start).unwrap();
        with_permit(is_background, async {
            for _ in 0..count {
                limiter.acquire().await;
            }
        })
        .await;
        start.elapsed().as_millis()
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_is_good_for_one_request_and_those_it_causes_pay() {
        let limiter = RateLimiter::new(2.0);
        assert_eq!(make_requests(&limiter, false, 2).await, 0);
        limiter.acquire().await;
        assert_eq!(
            make_requests(&limiter, false, 1).await,
            0,
            "one more was free"
        );
        assert!(limiter.try_acquire(false, Instant::now()).is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_that_was_not_used_soon_is_lost() {
        let limiter = RateLimiter::new(1.0);
        limiter.try_acquire(false, Instant::now()).unwrap();
        let start = Instant::now();
        with_permit(false, async {
            sleep_until(start + Duration::from_millis(400)).await;
            limiter.acquire().await;
        })
        .await;
        assert_eq!(start.elapsed().as_millis(), 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn the_user_never_waits_behind_requests_in_the_background() {
        let limiter = RateLimiter::new(4.0);
        let start = Instant::now();
        let background = async || make_requests(&limiter, true, 6).await;
        let user = async {
            sleep_until(start + Duration::from_millis(300)).await;
            limiter.acquire().await;
            limiter.acquire().await;
            start.elapsed().as_millis()
        };
        let (background, user) = tokio::join!(background(), user);
        assert_eq!((background, user), (2300, 300));
    }
}
