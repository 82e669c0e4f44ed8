//! Poll intervals of quiet, ended, expensive and unfocused sessions, and re-reading.

use super::*;

/// When a query was sent within a time, in seconds since its beginning; each response has ids up to
/// 100.
fn times(scheduler: &mut Scheduler, from: Instant, time: Duration, which: Query) -> Vec<f64> {
    let mut now = from;
    let mut times = Vec::new();
    while now < from + time {
        let requests = drain(scheduler, now);
        if queries(&requests).contains(&which) {
            times.push((now - from).as_secs_f64());
        }
        answer(scheduler, &requests, now);
        now = scheduler.next_deadline(now).unwrap();
    }
    times
}

const READER: Query = Query::Messages(SEVEN);
const QUARTER: Duration = Duration::from_secs(15);

#[test]
fn a_quiet_session_is_polled_less() {
    let (mut scheduler, start) = started();
    open(&mut scheduler, SEVEN, start);
    let mut now = start;
    let mut counts = Vec::new();
    for minutes in [0, 4, 6, 14, 16] {
        let until = start + Duration::from_mins(minutes);
        times(&mut scheduler, now, until - now, READER);
        now = until.max(start);
        counts.push(times(&mut scheduler, now, QUARTER, READER).len());
        now += QUARTER;
    }
    assert_eq!(counts[..2], [15, 15]);
    assert!((7..=8).contains(&counts[2]) && (7..=8).contains(&counts[3]));
    assert!((3..=4).contains(&counts[4]), "{counts:?}");
}

#[test]
fn without_focus_requests_are_fewer() {
    let (mut scheduler, start, requests) = opened();
    answer(&mut scheduler, &requests, start);
    scheduler.handle_command(SyncCommand::SetFocused(false), start);
    let now = start + Duration::from_secs(3);
    assert_eq!(
        times(&mut scheduler, now, Duration::from_secs(10), READER),
        [0.0, 3.0, 6.0, 9.0]
    );
    // Session 7 and the list were requested at 12 s.
    let now = start + Duration::from_secs(14);
    assert_eq!(drain(&mut scheduler, now), []);
    scheduler.handle_command(SyncCommand::SetFocused(true), now);
    assert_eq!(queries(&drain(&mut scheduler, now)), [READER]);
    assert_eq!(
        scheduler.next_deadline(now),
        Some(start + Duration::from_secs(15))
    );
}

#[test]
fn polling_a_service_that_always_sends_everything_takes_a_hundredth_of_the_time() {
    let (mut scheduler, now, requests) = opened();
    answer(&mut scheduler, &requests[1..], now);
    let resend_time = Duration::from_millis(75);
    scheduler.on_success(
        requests[0],
        Some(PullReport {
            resend_time,
            ..pull_report(1..=100)
        }),
        now,
    );
    let rested = now + Duration::from_millis(7500);
    assert_eq!(
        times(&mut scheduler, now, Duration::from_secs(8), READER),
        [7.5]
    );
    // Neither a changed row nor focus makes it earlier; a refresh by the user does.
    let request = drain(&mut scheduler, rested + Duration::from_mins(1))[0];
    let now = rested + Duration::from_mins(1);
    scheduler.on_success(
        request,
        Some(PullReport {
            resend_time,
            ..pull_report(1..=101)
        }),
        now,
    );
    scheduler.handle_command(SyncCommand::SetFocused(true), now);
    let requested = |scheduler: &mut Scheduler| {
        queries(&drain(scheduler, now + Duration::from_secs(2))).contains(&READER)
    };
    assert!(!requested(&mut scheduler));
    scheduler.handle_command(SyncCommand::Refresh, now);
    assert!(requested(&mut scheduler));
}

#[test]
fn the_open_session_is_read_again_after_a_minute_and_then_every_five() {
    let (mut scheduler, start) = started();
    open(&mut scheduler, SEVEN, start);
    let mut now = start;
    let mut again = Vec::new();
    while now < start + Duration::from_mins(12) {
        for request in drain(&mut scheduler, now) {
            if request.query == READER {
                let is_from_start = next_after(&scheduler, now) == 0;
                if is_from_start {
                    again.push((now - start).as_secs());
                }
                let pulled = PullReport {
                    start: if is_from_start {
                        PullStart::Reread
                    } else {
                        PullStart::Cursor
                    },
                    ..pull_report(1..=100)
                };
                scheduler.on_success(request, Some(pulled), now);
            } else {
                answer(&mut scheduler, &[request], now);
            }
        }
        now = scheduler.next_deadline(now).unwrap();
    }
    assert_eq!(again[..2], [0, 60]);
    assert!((360..=362).contains(&again[2]), "{again:?}");
    assert!((660..=667).contains(&again[3]), "{again:?}");
    scheduler.handle_command(SyncCommand::Refresh, now);
    assert_eq!(next_after(&scheduler, now), 0, "the user refreshed");
    assert_eq!(
        scheduler.cursor_for(EIGHT, now).next_after(),
        MessageId::START
    );
}

#[test]
fn a_failed_reread_waits_for_its_next_turn() {
    for (kind, minutes) in [(ErrorKind::Network, 1), (ErrorKind::TooLarge, 5)] {
        let (mut scheduler, now, requests) = opened();
        answer(&mut scheduler, &requests, now);
        let now = now + Duration::from_secs(70);
        let request = drain(&mut scheduler, now)[0];
        let cut = PullReport {
            start: PullStart::Reread,
            ..pull_report(1..=3)
        };
        let error = ApiError::new(kind, "why");
        let state = state_of(scheduler.on_failure(request, &error, Some(cut), now));
        assert!(
            matches!(state, Some(ConnectionState::Retrying { .. })),
            "{state:?}"
        );
        assert_eq!(next_after(&scheduler, now), 92);
        let due = now + Duration::from_mins(minutes);
        assert_eq!(next_after(&scheduler, due - Duration::from_secs(1)), 92);
        assert_eq!(next_after(&scheduler, due), 0);
    }
}

#[test]
fn a_truncated_first_pull_continues_if_ids_came_in_order() {
    for (is_ordered, after) in [(true, 92), (false, 0)] {
        let (mut scheduler, now, requests) = opened();
        let request = requests[0];
        let cut = PullReport {
            start: PullStart::First,
            is_ordered,
            ..pull_report(1..=100)
        };
        scheduler.on_failure(
            request,
            &ApiError::new(ErrorKind::Network, "why"),
            Some(cut),
            now,
        );
        assert_eq!(next_after(&scheduler, now), after);
    }
}
