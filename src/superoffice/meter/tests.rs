use std::sync::atomic::{AtomicI64, Ordering};

use reqwest::header::HeaderValue;

use super::*;

fn at(milliseconds: i64) -> Timestamp {
    let start = DateTime::from_timestamp(1_795_341_600, 0).unwrap();
    (start + TimeDelta::milliseconds(milliseconds)).fixed_offset()
}

/// A clock that the test sets, and a meter that goes by it.
fn metered() -> (Arc<AtomicI64>, Meter) {
    let time = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&time);
    let meter = Meter::new(Arc::new(move || at(clock.load(Ordering::SeqCst))));
    (time, meter)
}

/// The headers of an answer made by a clock so many seconds ahead.
fn dated(seconds: i64) -> HeaderMap {
    let date = httpdate::fmt_http_date(at(seconds * 1000).into());
    HeaderMap::from_iter([(DATE, HeaderValue::from_str(&date).unwrap())])
}

#[test]
fn the_difference_of_clocks_is_told_from_the_middle_of_the_round_trip() {
    let date = |seconds| dated(seconds)[DATE].to_str().unwrap().to_owned();
    for (ahead_by, trip, wanted) in [
        (0, 0, Some(500)),
        (0, 1000, Some(0)),
        (300, 2000, Some(299_500)),
        (-300, 200, Some(-299_600)),
        (0, 4000, Some(-1500)),
        (0, 4001, None),
        (0, -1, None),
    ] {
        let told = ahead(&date(ahead_by), at(0), at(trip));
        assert_eq!(
            told,
            wanted.map(TimeDelta::milliseconds),
            "{ahead_by} {trip}"
        );
    }
    assert_eq!(ahead("yesterday", at(0), at(0)), None);
}

#[test]
fn a_difference_is_news_once_and_when_it_changes_by_two_seconds() {
    let (_, meter) = metered();
    let mut told = Vec::new();
    for seconds in [
        // In step; then one that lies; then ahead; then hardly more; then more.
        0, 0, 0, 7000, 0, 0, 240, 240, 240, 240, 240, 241, 241, 241, 241, 241, 242, 242, 242, 242,
    ] {
        meter.answered(meter.asked(), &dated(seconds));
        told.extend(meter.clock_news().map(|ahead| ahead.num_seconds()));
    }
    assert_eq!(told, [240, 242]);
}

#[test]
fn what_a_cache_has_kept_tells_no_time() {
    let (_, meter) = metered();
    for (name, value) in [("age", "7"), ("x-cache", "Hit from cloudfront")] {
        let mut headers = dated(500);
        headers.insert(name, HeaderValue::from_static(value));
        for _ in 0..5 {
            meter.answered(meter.asked(), &headers);
        }
        assert_eq!(meter.clock_news(), None, "{name}");
    }
    let mut headers = dated(500);
    headers.insert("x-cache", HeaderValue::from_static("Miss"));
    for _ in 0..5 {
        meter.answered(meter.asked(), &headers);
    }
    assert!(meter.clock_news().is_some());
}

#[test]
fn a_minute_is_counted_second_by_second_and_forgotten() {
    let (time, meter) = metered();
    for second in 0..200 {
        time.store(second * 1000, Ordering::SeqCst);
        meter.asked();
        meter.received(10);
        meter.received(1);
    }
    let whole = TrafficStats {
        requests_per_minute: 60,
        bytes_per_minute: 660,
        total_bytes: 2200,
    };
    assert_eq!(meter.traffic(), whole);
    time.store(229_000, Ordering::SeqCst);
    let half = TrafficStats {
        requests_per_minute: 30,
        bytes_per_minute: 330,
        ..whole
    };
    assert_eq!(meter.traffic(), half);
    time.store(400_000, Ordering::SeqCst);
    let none = TrafficStats {
        requests_per_minute: 0,
        bytes_per_minute: 0,
        ..whole
    };
    assert_eq!(meter.traffic(), none);
}

#[test]
fn without_a_clock_all_bytes_are_counted_and_nothing_else() {
    let meter = Meter::default();
    meter.answered(meter.asked(), &dated(500));
    meter.received(7);
    let counted = TrafficStats {
        total_bytes: 7,
        ..TrafficStats::default()
    };
    assert_eq!((meter.traffic(), meter.clock_news()), (counted, None));
}
