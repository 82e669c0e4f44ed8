//! Requests a second: so many in any one second, and no more.
//!
//! The plan asks before it puts a question, and spends in order of who waits for it; whoever makes
//! the requests passes a [`RateLimiter`], where those that a question brings along are counted as well.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until};

/// The last requests, as many as one window may hold.
#[derive(Debug)]
pub(super) struct SlidingWindow {
    limit: usize,
    window: Duration,
    recent: VecDeque<Instant>,
}

impl SlidingWindow {
    /// Allows so many in any second: whole ones, or one in a longer time.
    pub(super) fn new(per_second: f64) -> Self {
        let per_second = per_second.clamp(0.01, 10_000.0);
        let most = (1..10_000_u16)
            .take_while(|most| f64::from(*most) <= per_second)
            .last()
            .unwrap_or(1);
        Self {
            limit: usize::from(most),
            window: Duration::from_secs_f64((1.0 / per_second).max(1.0)),
            recent: VecDeque::new(),
        }
    }

    /// When a request is allowed that leaves some to spare, as far as there can be.
    pub(super) fn next_allowed(&self, now: Instant, reserve: usize) -> Instant {
        let allowed = self.limit - reserve.min(self.limit - 1);
        let before = self.recent.len().checked_sub(allowed);
        let before = before.and_then(|index| self.recent.get(index));
        before.map_or(now, |before| now.max(*before + self.window))
    }

    /// Notes a request.
    pub(super) fn record(&mut self, now: Instant) {
        if self.recent.len() == self.limit {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
    }
}

/// Where every request passes, in the order they come.
#[derive(Debug)]
pub struct RateLimiter(Mutex<SlidingWindow>);

impl RateLimiter {
    /// Lets so many through in any second.
    pub fn new(per_second: f64) -> Self {
        Self(Mutex::new(SlidingWindow::new(per_second)))
    }

    /// Returns once one more may go out; whoever gives up waiting has spent nothing.
    pub async fn acquire(&self) {
        let mut window = self.0.lock().await;
        let now = Instant::now();
        let next = window.next_allowed(now, 0);
        if next > now {
            sleep_until(next).await;
        }
        window.record(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When requests are made that are always wanted, in milliseconds.
    fn request_times(per_second: f64, spare: usize, count: usize) -> Vec<u128> {
        let start = Instant::now();
        let mut budget = SlidingWindow::new(per_second);
        let mut now = start;
        let made = (0..count).map(|_| {
            now = budget.next_allowed(now, spare);
            budget.record(now);
            (now - start).as_millis()
        });
        made.collect()
    }

    #[test]
    fn no_second_sees_more_than_allowed() {
        let table: [(f64, usize, &[u128]); 6] = [
            (4.0, 0, &[0, 0, 0, 0, 1000, 1000, 1000, 1000, 2000]),
            (4.0, 1, &[0, 0, 0, 1000, 1000, 1000]),
            (2.5, 0, &[0, 0, 1000, 1000]),
            // Where there is nothing to spare, none is left.
            (1.0, 3, &[0, 1000, 2000]),
            (0.5, 0, &[0, 2000, 4000]),
            (0.0, 0, &[0, 100_000]),
        ];
        for (per_second, spare, expected) in table {
            assert_eq!(request_times(per_second, spare, expected.len()), expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_gate_opens_in_the_order_of_those_who_wait() {
        let gate = RateLimiter::new(2.0);
        let start = Instant::now();
        let pass = async |number: u32| {
            gate.acquire().await;
            (number, start.elapsed().as_secs())
        };
        let passed = tokio::join!(pass(1), pass(2), pass(3), pass(4), pass(5));
        assert_eq!(passed, ((1, 0), (2, 0), (3, 1), (4, 1), (5, 2)));
    }

    #[tokio::test(start_paused = true)]
    async fn who_gives_up_waiting_has_spent_nothing() {
        let gate = RateLimiter::new(1.0);
        gate.acquire().await;
        let gave_up = tokio::time::timeout(Duration::from_millis(500), gate.acquire()).await;
        assert!(gave_up.is_err());
        let start = Instant::now();
        gate.acquire().await;
        assert_eq!(start.elapsed().as_millis(), 500);
    }
}
