//! Tests of freshness, retry countdown and notices.

use super::*;
use crate::sync::ConnectionState;
use std::time::Duration;

fn status() -> AppStatus {
    AppStatus::new(Some(TimeDelta::seconds(3)), Some(TimeDelta::seconds(1)))
}

fn at(second: i64) -> Timestamp {
    chrono::DateTime::from_timestamp(1_700_000_000 + second, 0)
        .unwrap()
        .fixed_offset()
}

#[test]
fn live_data_needs_no_redraw_before_it_is_stale() {
    let mut status = status();
    status
        .feed_mut(Feed::List)
        .set_connection_state(ConnectionState::Live, at(0));
    status.feed_mut(Feed::List).record_answer(at(0));
    assert_eq!(status.freshness(Feed::List, at(14)), Freshness::Live);
    assert_eq!(status.next_change(at(0)), Some(at(15)));
    assert_eq!(status.freshness(Feed::List, at(20)), Freshness::Slow);
    let age = TimeDelta::seconds(20);
    assert_eq!(status.stale_age(Feed::List, at(20)), Some(age));
    assert_eq!(status.stale_age(Feed::List, at(14)), None);
}

#[test]
fn a_feed_that_is_not_polled_shows_its_time_and_needs_no_redraw() {
    let second = TimeDelta::seconds(1);
    for (intervals, unpolled) in [
        ((None, None), [true, true]),
        ((None, Some(second)), [true, false]),
        // The list reports changes of the transcript.
        ((Some(second), None), [false, false]),
    ] {
        let mut status = AppStatus::new(intervals.0, intervals.1);
        for (feed, is_unpolled) in [Feed::List, Feed::Messages].into_iter().zip(unpolled) {
            status
                .feed_mut(feed)
                .set_connection_state(ConnectionState::Live, at(0));
            status.feed_mut(feed).record_answer(at(0));
            let (soon, later) = if is_unpolled {
                (Freshness::Snapshot(at(0)), Freshness::Snapshot(at(0)))
            } else {
                (Freshness::Live, Freshness::Slow)
            };
            assert_eq!(status.freshness(feed, at(1)), soon, "{intervals:?}");
            assert_eq!(status.freshness(feed, at(9 * 3600)), later, "{intervals:?}");
            let age = status.stale_age(feed, at(9 * 3600));
            assert_eq!(age.is_some(), !is_unpolled);
        }
        let is_idle = status.next_change(at(1)).is_none();
        assert_eq!(is_idle, unpolled == [true, true]);
    }
}

fn fresh(status: &AppStatus, second: i64) -> Freshness<'_> {
    status.freshness(Feed::Messages, at(second))
}

#[test]
fn data_that_another_feed_confirms_stays_fresh_until_it_changes() {
    let mut status = status();
    status
        .feed_mut(Feed::Messages)
        .record_comparison(true, at(0));
    assert_eq!(fresh(&status, 0), Freshness::Connecting);
    status
        .feed_mut(Feed::Messages)
        .set_connection_state(ConnectionState::Live, at(0));
    status.feed_mut(Feed::Messages).record_answer(at(0));
    status
        .feed_mut(Feed::Messages)
        .record_comparison(true, at(10));
    assert_eq!(fresh(&status, 20), Freshness::Live);
    // It has changed: only a response of its own makes it fresh again.
    status
        .feed_mut(Feed::Messages)
        .record_comparison(false, at(20));
    status
        .feed_mut(Feed::Messages)
        .record_comparison(true, at(23));
    assert_eq!(fresh(&status, 26), Freshness::Slow);
    status.feed_mut(Feed::Messages).record_answer(at(26));
    status
        .feed_mut(Feed::Messages)
        .record_comparison(true, at(40));
    assert_eq!(fresh(&status, 50), Freshness::Live);
}

#[test]
fn a_retry_counts_down_and_its_data_ages() {
    let mut status = status();
    status.feed_mut(Feed::Messages).record_answer(at(0));
    let connection = ConnectionState::Retrying {
        after: Duration::from_secs(8),
        why: "no answer".into(),
        is_pause: false,
    };
    assert!(
        status
            .feed_mut(Feed::Messages)
            .set_connection_state(connection.clone(), at(2))
    );
    assert!(
        !status
            .feed_mut(Feed::Messages)
            .set_connection_state(connection, at(2))
    );
    let expected = Freshness::Retrying {
        wait: TimeDelta::seconds(5),
        why: "no answer",
    };
    assert_eq!(status.freshness(Feed::Messages, at(5)), expected);
    assert_eq!(status.next_change(at(5)), Some(at(6)));
    assert_eq!(status.stale_age(Feed::Messages, at(34)), None);
    let age = TimeDelta::seconds(35);
    assert_eq!(status.stale_age(Feed::Messages, at(35)), Some(age));
}

#[test]
fn a_notice_stays_long_enough_to_be_read_or_goes_with_the_next_key() {
    let long = "Copy: select a message first, in the transcript (l)";
    for (level, text, millis) in [
        (Level::Info, "copied it", 4_540),
        (Level::Info, long, 7_060),
        (Level::Error, long, 9_060),
        (Level::Error, &"x".repeat(70_000), 30_000),
    ] {
        let mut status = status();
        status.show_notice(level, text, at(0));
        let end = at(0) + TimeDelta::milliseconds(millis);
        // Nothing is due before, so that an idle screen does not wake.
        assert_eq!(status.next_change(at(0)), Some(end), "{text:.60}");
        assert!(!status.clear_notice(Some(end - TimeDelta::milliseconds(1))));
        assert!(status.clear_notice(Some(end)));
        assert_eq!((status.notice(), status.next_change(end)), (None, None));
        status.show_notice(level, text, at(5));
        assert!(status.clear_notice(None));
    }
}
