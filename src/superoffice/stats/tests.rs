//! Statistics with a clock that the test sets.

use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::header::HeaderValue;

use super::*;

fn at(milliseconds: i64) -> Timestamp {
    let start = DateTime::from_timestamp(1_795_341_600, 0).unwrap();
    (start + TimeDelta::milliseconds(milliseconds)).fixed_offset()
}

fn stats_with_clock() -> (Arc<AtomicI64>, ConnectionStats) {
    let time = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&time);
    let stats = ConnectionStats::new(Arc::new(move || at(clock.load(Ordering::SeqCst))));
    (time, stats)
}

/// Headers with a `Date` this many seconds after the start.
fn headers_dated(seconds: i64) -> HeaderMap {
    let date = httpdate::fmt_http_date(at(seconds * 1000).into());
    HeaderMap::from_iter([(DATE, HeaderValue::from_str(&date).unwrap())])
}

#[test]
fn the_offset_is_measured_at_the_middle_of_the_round_trip() {
    let date = |seconds| headers_dated(seconds)[DATE].to_str().unwrap().to_owned();
    for (ahead_by, trip, wanted) in [
        (0, 0, Some(500)),
        (0, 1000, Some(0)),
        (300, 2000, Some(299_500)),
        (-300, 200, Some(-299_600)),
        (0, 4000, Some(-1500)),
        (0, 4001, None),
        (0, -1, None),
    ] {
        let offset = clock_offset(&date(ahead_by), at(0), at(trip));
        assert_eq!(
            offset,
            wanted.map(TimeDelta::milliseconds),
            "{ahead_by} {trip}"
        );
    }
    assert_eq!(clock_offset("yesterday", at(0), at(0)), None);
}

#[test]
fn an_offset_is_reported_once_and_when_it_changes_by_two_seconds() {
    let (_, stats) = stats_with_clock();
    let mut reported = Vec::new();
    for seconds in [
        // In sync; one outlier; ahead; a second more; two seconds more.
        0, 0, 0, 7000, 0, 0, 240, 240, 240, 240, 240, 241, 241, 241, 241, 241, 242, 242, 242, 242,
    ] {
        stats.on_response(stats.on_request(), &headers_dated(seconds));
        reported.extend(
            stats
                .take_clock_offset_change()
                .map(|offset| offset.num_seconds()),
        );
    }
    assert_eq!(reported, [240, 242]);
}

#[test]
fn one_response_gives_the_offset_unless_it_is_too_small() {
    for (seconds, wanted) in [(7200, 7200), (-7200, -7199), (2, 2), (1, 0), (-1, 0)] {
        let (_, stats) = stats_with_clock();
        assert_eq!(stats.clock_offset(), TimeDelta::zero());
        stats.on_response(stats.on_request(), &headers_dated(seconds));
        assert_eq!(stats.clock_offset().num_seconds(), wanted, "{seconds}");
    }
}

#[test]
fn cached_responses_are_not_compared() {
    let (_, stats) = stats_with_clock();
    for (name, value) in [("age", "7"), ("x-cache", "Hit from cloudfront")] {
        let mut headers = headers_dated(500);
        headers.insert(name, HeaderValue::from_static(value));
        for _ in 0..5 {
            stats.on_response(stats.on_request(), &headers);
        }
        assert_eq!(stats.take_clock_offset_change(), None, "{name}");
    }
    let mut headers = headers_dated(500);
    headers.insert("x-cache", HeaderValue::from_static("Miss"));
    for _ in 0..5 {
        stats.on_response(stats.on_request(), &headers);
    }
    assert!(stats.take_clock_offset_change().is_some());
}

#[test]
fn rates_cover_the_last_minute() {
    let (time, stats) = stats_with_clock();
    for second in 0..200 {
        time.store(second * 1000, Ordering::SeqCst);
        stats.on_request();
        stats.on_body_bytes(10);
        stats.on_body_bytes(1);
    }
    let whole = TrafficStats {
        requests_per_minute: 60,
        bytes_per_minute: 660,
        total_bytes: 2200,
    };
    assert_eq!(stats.traffic(), whole);
    time.store(229_000, Ordering::SeqCst);
    let half = TrafficStats {
        requests_per_minute: 30,
        bytes_per_minute: 330,
        ..whole
    };
    assert_eq!(stats.traffic(), half);
    time.store(400_000, Ordering::SeqCst);
    let none = TrafficStats {
        requests_per_minute: 0,
        bytes_per_minute: 0,
        ..whole
    };
    assert_eq!(stats.traffic(), none);
}

#[test]
fn without_a_clock_only_total_bytes_are_counted() {
    let stats = ConnectionStats::default();
    stats.on_response(stats.on_request(), &headers_dated(500));
    stats.on_body_bytes(7);
    let counted = TrafficStats {
        total_bytes: 7,
        ..TrafficStats::default()
    };
    assert_eq!(
        (stats.traffic(), stats.take_clock_offset_change()),
        (counted, None)
    );
}
