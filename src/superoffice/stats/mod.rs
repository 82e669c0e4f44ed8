//! Connection statistics: requests, bytes, and the offset of the service's clock.
//!
//! Without a clock, only the total number of bytes is counted.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use parking_lot::Mutex;
use reqwest::header::{AGE, DATE, HeaderMap};

use crate::chat::{Timestamp, TrafficStats};

pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Length of the window for rates, counted in buckets of one second.
const WINDOW_SECONDS: u8 = 60;

/// The clock offset is the median of the last responses, so that one outlier does not change it.
const OFFSET_SAMPLES: usize = 5;
const MIN_OFFSET_SAMPLES: usize = 3;

/// A longer round trip does not show closely enough when the service read its clock.
const MAX_ROUND_TRIP: TimeDelta = TimeDelta::seconds(4);

/// Smaller changes are not reported: `Date` has a resolution of one second.
const MIN_OFFSET_CHANGE: TimeDelta = TimeDelta::seconds(2);

#[derive(Default)]
pub(super) struct ConnectionStats {
    clock: Option<Clock>,
    counters: Mutex<Counters>,
}

#[derive(Debug, Default)]
struct Counters {
    /// Second, requests and bytes, the newest last.
    per_second: VecDeque<(i64, u64, u64)>,
    total_bytes: u64,
    /// Clock offsets at the last responses, the newest last.
    offsets: VecDeque<TimeDelta>,
    reported_offset: TimeDelta,
}

impl fmt::Debug for ConnectionStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.counters.fmt(f)
    }
}

impl ConnectionStats {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            clock: Some(clock),
            ..Self::default()
        }
    }

    pub(super) fn now(&self) -> Option<Timestamp> {
        self.clock.as_ref().map(|clock| clock())
    }

    /// Counts a request and returns when it was sent.
    pub(super) fn on_request(&self) -> Option<Timestamp> {
        let now = self.now()?;
        self.counters.lock().bucket_at(now).1 += 1;
        Some(now)
    }

    /// Takes the server time from the `Date` of a successful response, unless it is from a cache.
    pub(super) fn on_response(&self, sent_at: Option<Timestamp>, headers: &HeaderMap) {
        let is_cached = headers.contains_key(AGE)
            || headers
                .get("x-cache")
                .is_some_and(|value| value.as_bytes().to_ascii_lowercase().starts_with(b"hit"));
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        if let (Some(sent_at), Some(now), Some(date), false) =
            (sent_at, self.now(), date, is_cached)
            && let Some(offset) = clock_offset(date, sent_at, now)
        {
            let mut counters = self.counters.lock();
            counters.offsets.push_back(offset);
            if counters.offsets.len() > OFFSET_SAMPLES {
                counters.offsets.pop_front();
            }
        }
    }

    pub(super) fn on_body_bytes(&self, bytes: usize) {
        let bytes = bytes as u64;
        let now = self.now();
        let mut counters = self.counters.lock();
        counters.total_bytes += bytes;
        if let Some(now) = now {
            counters.bucket_at(now).2 += bytes;
        }
    }

    /// How far the service's clock is ahead, by the few responses that a command gets; zero if the two agree
    /// within the resolution of `Date`.
    pub(super) fn clock_offset(&self) -> TimeDelta {
        let offset = self.counters.lock().median().unwrap_or_default();
        if offset.abs() < MIN_OFFSET_CHANGE {
            return TimeDelta::zero();
        }
        offset
    }

    /// How far the service's clock is ahead, if that has changed since it was last reported.
    pub(super) fn take_clock_offset_change(&self) -> Option<TimeDelta> {
        let mut counters = self.counters.lock();
        let is_certain = counters.offsets.len() >= MIN_OFFSET_SAMPLES;
        let offset = counters.median().filter(|_| is_certain)?;
        let has_changed = (offset - counters.reported_offset).abs() >= MIN_OFFSET_CHANGE;
        has_changed.then(|| {
            counters.reported_offset = offset;
            offset
        })
    }

    pub(super) fn traffic(&self) -> TrafficStats {
        let now = self.now().map_or(0, |now| now.timestamp());
        let counters = self.counters.lock();
        let recent = now - i64::from(WINDOW_SECONDS) + 1..=now;
        let recent = counters
            .per_second
            .iter()
            .filter(|(second, ..)| recent.contains(second));
        let (requests, bytes) = recent.fold((0, 0), |(requests, bytes), (_, sent, received)| {
            (requests + sent, bytes + received)
        });
        TrafficStats {
            requests_per_minute: requests,
            bytes_per_minute: bytes,
            total_bytes: counters.total_bytes,
        }
    }
}

impl Counters {
    /// The counts of the second of a timestamp.
    fn bucket_at(&mut self, now: Timestamp) -> &mut (i64, u64, u64) {
        let second = now.timestamp();
        if self.per_second.back().map(|(last, ..)| *last) != Some(second) {
            self.per_second.push_back((second, 0, 0));
        }
        if self.per_second.len() > usize::from(WINDOW_SECONDS) {
            self.per_second.pop_front();
        }
        let newest = self.per_second.len() - 1;
        &mut self.per_second[newest]
    }

    fn median(&self) -> Option<TimeDelta> {
        let mut sorted: Vec<_> = self.offsets.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

/// How far the clock behind a `Date` is ahead of ours, if it was read half-way through the round trip.
/// `Date` is truncated to seconds, on average half a second too early.
fn clock_offset(date: &str, sent_at: Timestamp, received_at: Timestamp) -> Option<TimeDelta> {
    let trip = received_at - sent_at;
    if trip < TimeDelta::zero() || trip > MAX_ROUND_TRIP {
        return None;
    }
    let there = DateTime::<Utc>::from(httpdate::parse_http_date(date).ok()?);
    let here = sent_at + trip / 2;
    Some(there + TimeDelta::milliseconds(500) - here.to_utc())
}

#[cfg(test)]
mod tests;
