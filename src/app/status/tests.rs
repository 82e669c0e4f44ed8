use super::*;
use std::time::Duration;

fn status() -> Status {
    Status::new(Some(TimeDelta::seconds(3)), Some(TimeDelta::seconds(1)))
}

fn at(second: i64) -> Timestamp {
    chrono::DateTime::from_timestamp(1_700_000_000 + second, 0)
        .unwrap()
        .fixed_offset()
}

#[test]
fn live_data_needs_no_wake_up_while_answers_come() {
    let mut status = status();
    status.link_changed(Lane::List, Link::Live, at(0));
    status.answered(Lane::List, at(0));
    assert_eq!(status.freshness(Lane::List, at(14)), Freshness::Live);
    assert_eq!(status.next_change(at(0)), Some(at(15)));
    assert_eq!(
        status.freshness(Lane::List, at(20)),
        Freshness::Old(TimeDelta::seconds(20))
    );
}

#[test]
fn what_is_not_asked_for_is_told_with_its_time_and_wakes_nobody() {
    let second = TimeDelta::seconds(1);
    for (intervals, alone) in [
        ((None, None), [true, true]),
        ((None, Some(second)), [true, false]),
        // The list tells of the transcript.
        ((Some(second), None), [false, false]),
    ] {
        let mut status = Status::new(intervals.0, intervals.1);
        for (lane, is_alone) in [Lane::List, Lane::Reader].into_iter().zip(alone) {
            status.link_changed(lane, Link::Live, at(0));
            status.answered(lane, at(0));
            let (kept, old) = if is_alone {
                (Freshness::AsOf(at(0)), Freshness::AsOf(at(0)))
            } else {
                (Freshness::Live, Freshness::Old(TimeDelta::hours(9)))
            };
            assert_eq!(status.freshness(lane, at(1)), kept, "{intervals:?}");
            assert_eq!(status.freshness(lane, at(9 * 3600)), old, "{intervals:?}");
            assert_eq!(status.is_old(lane, at(9 * 3600)), !is_alone);
        }
        let rests = status.next_change(at(1)).is_none();
        assert_eq!(rests, alone == [true, true]);
    }
}

fn fresh(status: &Status, second: i64) -> Freshness<'_> {
    status.freshness(Lane::Reader, at(second))
}

#[test]
fn what_another_lane_confirms_stays_fresh_until_it_moves() {
    let mut status = status();
    status.compared(Lane::Reader, true, at(0));
    assert_eq!(fresh(&status, 0), Freshness::Connecting);
    status.link_changed(Lane::Reader, Link::Live, at(0));
    status.answered(Lane::Reader, at(0));
    status.compared(Lane::Reader, true, at(10));
    assert_eq!(fresh(&status, 20), Freshness::Live);
    // It has moved: nothing but an answer of its own makes it fresh again.
    status.compared(Lane::Reader, false, at(20));
    status.compared(Lane::Reader, true, at(23));
    assert_eq!(fresh(&status, 26), Freshness::Old(TimeDelta::seconds(16)));
    status.answered(Lane::Reader, at(26));
    status.compared(Lane::Reader, true, at(40));
    assert_eq!(fresh(&status, 50), Freshness::Live);
}

#[test]
fn a_retry_counts_down_and_tells_the_age_of_what_is_shown() {
    let mut status = status();
    status.answered(Lane::Reader, at(0));
    let link = Link::Retrying {
        after: Duration::from_secs(8),
        why: "no answer".into(),
    };
    assert!(status.link_changed(Lane::Reader, link.clone(), at(2)));
    assert!(!status.link_changed(Lane::Reader, link, at(2)));
    let expected = Freshness::Retrying {
        wait: TimeDelta::seconds(5),
        why: "no answer",
        age: Some(TimeDelta::seconds(5)),
    };
    assert_eq!(status.freshness(Lane::Reader, at(5)), expected);
    assert_eq!(status.next_change(at(5)), Some(at(6)));
}

#[test]
fn a_notice_goes_by_itself_or_with_the_next_key() {
    let mut status = status();
    status.notify(Level::Done, "copied", at(0));
    assert!(!status.clear_notice(Some(at(3))));
    assert!(status.clear_notice(Some(at(4))));
    status.notify(Level::Done, "copied", at(5));
    assert!(status.clear_notice(None));
    assert_eq!(status.notice(), None);
}
