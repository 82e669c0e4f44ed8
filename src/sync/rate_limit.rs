//! Rate limiting: at most this many requests in any second, with two priorities.
//!
//! The client passes [`RateLimiter::acquire`] before every HTTP request, also before those that one
//! call causes: redirects, names of channels, a renewed sign-in. They wait there, those of the user and
//! of the list first. The poller sets the priority of a call with [`IS_LOW_PRIORITY`]; without it, a request is one
//! of the user.
#![expect(
    clippy::disallowed_types,
    reason = "tokio's task_local expands to a RefCell"
)]

use std::collections::VecDeque;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::task::yield_now;
use tokio::time::{Instant, sleep_until};

tokio::task_local! {
    /// Whether the requests of the current task have low priority: no user waits for them.
    pub(super) static IS_LOW_PRIORITY: bool;
}

/// Returns `true` if no user waits for the requests of the current task.
pub(crate) fn is_low_priority() -> bool {
    IS_LOW_PRIORITY.try_with(|it| *it).unwrap_or(false)
}

/// The requests of the last second, up to the limit.
#[derive(Debug)]
struct SlidingWindow {
    limit: usize,
    length: Duration,
    recent: VecDeque<Instant>,
}

impl SlidingWindow {
    /// Allows this many in any second; below one, a single request in a longer time.
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

    /// When the next request is allowed. A request of low priority leaves half of the limit to
    /// the user.
    fn next_allowed(&self, is_low_priority: bool, now: Instant) -> Instant {
        let reserve = if is_low_priority { self.limit / 2 } else { 0 };
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
    /// Locked while a request of the user waits for its turn; those behind it wait for the lock, in
    /// order.
    window: tokio::sync::Mutex<SlidingWindow>,
    /// Locked while a request of low priority waits for its turn.
    low_priority_queue: tokio::sync::Mutex<()>,
    /// The end of the pause that the service requested last.
    paused_until: Mutex<Option<Instant>>,
}

impl RateLimiter {
    pub fn new(per_second: f64) -> Self {
        Self {
            window: tokio::sync::Mutex::new(SlidingWindow::new(per_second)),
            low_priority_queue: tokio::sync::Mutex::default(),
            paused_until: Mutex::default(),
        }
    }

    /// Returns once the next request may be sent. Cancelled while it waits, it has used nothing.
    pub(crate) async fn acquire(&self) {
        let is_low_priority = is_low_priority();
        let _turn = if is_low_priority {
            Some(self.low_priority_queue.lock().await)
        } else {
            None
        };
        let mut window = self.window.lock().await;
        loop {
            let now = Instant::now();
            let allowed_at = window.next_allowed(is_low_priority, now);
            let allowed_at = allowed_at.max(self.paused_until().unwrap_or(now));
            if allowed_at <= now {
                return window.record(now);
            }
            if is_low_priority {
                // Meanwhile, and also at its end, requests of the user go first.
                drop(window);
                sleep_until(allowed_at).await;
                yield_now().await;
                window = self.window.lock().await;
            } else {
                sleep_until(allowed_at).await;
            }
        }
    }

    /// Holds every request until then, also those that wait already.
    pub(crate) fn pause_until(&self, until: Instant) {
        let mut paused = self.paused_until.lock();
        *paused = (*paused).max(Some(until));
    }

    /// Ends the pause earlier by this much.
    pub(super) fn shorten_pause(&self, by: Duration) {
        let mut paused = self.paused_until.lock();
        *paused = paused.and_then(|until| until.checked_sub(by));
    }

    pub(super) fn paused_until(&self) -> Option<Instant> {
        *self.paused_until.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When requests that are always pending are made, in milliseconds.
    fn request_times(per_second: f64, is_low_priority: bool, count: usize) -> Vec<u128> {
        let start = Instant::now();
        let mut window = SlidingWindow::new(per_second);
        let mut now = start;
        let made = (0..count).map(|_| {
            now = window.next_allowed(is_low_priority, now);
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
            // A limit of one leaves nothing to others.
            (1.0, false, &[0, 1000, 2000]),
            (1.0, true, &[0, 1000, 2000]),
            (0.5, false, &[0, 2000, 4000]),
            (0.0, false, &[0, 100_000]),
        ];
        for (per_second, is_low_priority, expected) in table {
            let times = request_times(per_second, is_low_priority, expected.len());
            assert_eq!(times, expected, "{per_second} {is_low_priority}");
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
        let cancelled = tokio::time::timeout(Duration::from_millis(500), limiter.acquire()).await;
        assert!(cancelled.is_err());
        let start = Instant::now();
        limiter.acquire().await;
        assert_eq!(start.elapsed().as_millis(), 500);
    }

    #[tokio::test(start_paused = true)]
    async fn a_pause_holds_requests_that_wait_already() {
        let limiter = RateLimiter::new(1.0);
        limiter.acquire().await;
        let start = Instant::now();
        let pause = async {
            sleep_until(start + Duration::from_millis(500)).await;
            limiter.pause_until(start + Duration::from_secs(9));
            limiter.shorten_pause(Duration::from_secs(2));
        };
        tokio::join!(limiter.acquire(), pause);
        assert_eq!(start.elapsed().as_secs(), 7);
    }

    #[tokio::test(start_paused = true)]
    async fn the_user_never_waits_behind_requests_of_low_priority() {
        // A limit of one a second leaves none to the user, who then waits for the next one only.
        for (per_second, low_priority_end, user_times) in
            [(4.0, 2300, [300, 300]), (1.0, 7000, [1000, 2000])]
        {
            let limiter = RateLimiter::new(per_second);
            let start = Instant::now();
            let elapsed = || start.elapsed().as_millis();
            let low = IS_LOW_PRIORITY.scope(true, async {
                for _ in 0..6 {
                    limiter.acquire().await;
                }
                elapsed()
            });
            let user = async {
                sleep_until(start + Duration::from_millis(300)).await;
                limiter.acquire().await;
                let first = elapsed();
                limiter.acquire().await;
                [first, elapsed()]
            };
            let times = tokio::join!(low, user);
            assert_eq!(times, (low_priority_end, user_times), "{per_second}");
        }
    }
}
