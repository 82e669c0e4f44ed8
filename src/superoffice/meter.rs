//! What passes over the line, in numbers: requests, bytes, and how far the service's clock is ahead.
//!
//! Counts and times only, nothing of what is said. It tells nothing by itself and is read when
//! somebody looks. Without a clock it only counts all bytes.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::header::{AGE, DATE, HeaderMap};

use crate::chat::{Timestamp, TrafficStats};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Seconds that are counted one by one.
const MINUTE: u8 = 60;

/// Clocks are compared by the middle one of so many answers, and not before there are so few.
const COMPARED: usize = 5;
const FEWEST: usize = 3;

/// A longer round trip leaves too much doubt about when the service looked at its clock.
const LONGEST_TRIP: TimeDelta = TimeDelta::seconds(4);

/// A smaller change of the difference is no news: a `Date` tells whole seconds.
const NEWS: TimeDelta = TimeDelta::seconds(2);

/// Counts and compares.
#[derive(Default)]
pub(super) struct Meter {
    clock: Option<Clock>,
    counted: Mutex<Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    /// Second, requests and bytes, the newest last.
    seconds: VecDeque<(i64, u64, u64)>,
    all_bytes: u64,
    /// By how much the service's clock was ahead at the last answers, the newest last.
    ahead: VecDeque<TimeDelta>,
    /// What was told of that.
    told: TimeDelta,
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meter").field(&self.counted).finish()
    }
}

impl Meter {
    /// A meter that goes by this clock.
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock: Some(clock),
            ..Self::default()
        }
    }

    /// What time it is, where there is a clock.
    pub(super) fn now(&self) -> Option<Timestamp> {
        self.clock.as_ref().map(|clock| clock())
    }

    /// Notes that a request goes out; answers with when.
    pub(super) fn asked(&self) -> Option<Timestamp> {
        let now = self.now()?;
        self.counted().second(now).1 += 1;
        Some(now)
    }

    /// Notes a good answer to the request of then: its `Date` tells the service's time, unless a
    /// cache has kept it.
    pub(super) fn answered(&self, asked: Option<Timestamp>, headers: &HeaderMap) {
        let kept = headers.contains_key(AGE)
            || headers
                .get("x-cache")
                .is_some_and(|told| told.as_bytes().to_ascii_lowercase().starts_with(b"hit"));
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        if let (Some(asked), Some(now), Some(date), false) = (asked, self.now(), date, kept)
            && let Some(ahead) = ahead(date, asked, now)
        {
            let mut counted = self.counted();
            counted.ahead.push_back(ahead);
            if counted.ahead.len() > COMPARED {
                counted.ahead.pop_front();
            }
        }
    }

    /// Notes bytes of a body.
    pub(super) fn received(&self, bytes: usize) {
        let bytes = bytes as u64;
        let now = self.now();
        let mut counted = self.counted();
        counted.all_bytes += bytes;
        if let Some(now) = now {
            counted.second(now).2 += bytes;
        }
    }

    /// By how much the service's clock is ahead, where that is news.
    pub(super) fn clock_news(&self) -> Option<TimeDelta> {
        let mut counted = self.counted();
        let ahead = counted.middle()?;
        let is_news = (ahead - counted.told).abs() >= NEWS;
        is_news.then(|| {
            counted.told = ahead;
            ahead
        })
    }

    /// What passed so far.
    pub(super) fn traffic(&self) -> TrafficStats {
        let now = self.now().map_or(0, |now| now.timestamp());
        let counted = self.counted();
        let recent = counted
            .seconds
            .iter()
            .filter(|(second, ..)| (now - i64::from(MINUTE) + 1..=now).contains(second));
        let [mut requests, mut bytes] = [0, 0];
        for (_, asked, received) in recent {
            requests += asked;
            bytes += received;
        }
        TrafficStats {
            requests_per_minute: requests,
            bytes_per_minute: bytes,
            total_bytes: counted.all_bytes,
        }
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        // Numbers only: a panic cannot leave half of one.
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    /// The counts of the second that a moment falls in.
    fn second(&mut self, now: Timestamp) -> &mut (i64, u64, u64) {
        let second = now.timestamp();
        if self.seconds.back().is_none_or(|(last, ..)| *last != second) {
            self.seconds.push_back((second, 0, 0));
        }
        if self.seconds.len() > usize::from(MINUTE) {
            self.seconds.pop_front();
        }
        let newest = self.seconds.len() - 1;
        &mut self.seconds[newest]
    }

    fn middle(&self) -> Option<TimeDelta> {
        let mut sorted: Vec<_> = self.ahead.iter().copied().collect();
        sorted.sort_unstable();
        sorted
            .get(sorted.len() / 2)
            .copied()
            .filter(|_| sorted.len() >= FEWEST)
    }
}

/// By how much the clock that wrote a `Date` is ahead of ours: it was looked at half-way between
/// question and answer, and tells whole seconds, on the average half a second too few.
fn ahead(date: &str, asked: Timestamp, answered: Timestamp) -> Option<TimeDelta> {
    let trip = answered - asked;
    if trip < TimeDelta::zero() || trip > LONGEST_TRIP {
        return None;
    }
    let there = DateTime::<Utc>::from(httpdate::parse_http_date(date).ok()?);
    let here = asked + trip / 2;
    Some(there + TimeDelta::milliseconds(500) - here.to_utc())
}

#[cfg(test)]
mod tests;
