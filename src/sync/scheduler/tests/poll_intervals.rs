//! Poll intervals of quiet, ended, expensive and unfocused sessions, and re-reading.

use super::*;

/// When a query was sent within a time, in seconds since its beginning; each response has ids up to
/// 100.
fn times(scheduler: &mut Scheduler, from: Instant, time: Duration, which: Query) -> Vec<f64> {
    let mut now = from;
    let mut times = Vec::new();
    while now < from + time {
        let jobs = drain(scheduler, now);
        if queries(&jobs).contains(&which) {
            times.push((now - from).as_secs_f64());
        }
        answer(scheduler, &jobs, now);
        now = scheduler.next_deadline(now).unwrap();
    }
    times
}

const READER: Query = Query::Messages(SEVEN);
const QUARTER: Duration = Duration::from_secs(15);

#[test]
fn a_conversation_that_is_quiet_is_asked_for_less() {
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
    let (mut scheduler, start) = started();
    open(&mut scheduler, SEVEN, start);
    let jobs = drain(&mut scheduler, start);
    answer(&mut scheduler, &jobs, start);
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
fn a_service_that_sends_everything_every_time_is_asked_so_that_it_costs_a_hundredth() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let jobs = drain(&mut scheduler, now);
    answer(&mut scheduler, &jobs[1..], now);
    let unasked = Duration::from_millis(75);
    scheduler.on_success(
        jobs[0],
        Some(PullReport {
            resend_time: unasked,
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
    let job = drain(&mut scheduler, rested + Duration::from_mins(1))[0];
    let now = rested + Duration::from_mins(1);
    scheduler.on_success(
        job,
        Some(PullReport {
            resend_time: unasked,
            ..pull_report(1..=101)
        }),
        now,
    );
    scheduler.handle_command(SyncCommand::SetFocused(true), now);
    let asked = |scheduler: &mut Scheduler| {
        queries(&drain(scheduler, now + Duration::from_secs(2))).contains(&READER)
    };
    assert!(!asked(&mut scheduler));
    scheduler.handle_command(SyncCommand::Refresh, now);
    assert!(asked(&mut scheduler));
}

#[test]
fn the_open_session_is_read_again_after_a_minute_and_then_every_five() {
    let (mut scheduler, start) = started();
    open(&mut scheduler, SEVEN, start);
    let mut now = start;
    let mut again = Vec::new();
    while now < start + Duration::from_mins(12) {
        for job in drain(&mut scheduler, now) {
            if job.query == READER {
                let from_start = scheduler.cursor_for(SEVEN, now).next_after() == MessageId::START;
                if from_start {
                    again.push((now - start).as_secs());
                }
                let pulled = PullReport {
                    from_start,
                    ..pull_report(1..=100)
                };
                scheduler.on_success(job, Some(pulled), now);
            } else {
                answer(&mut scheduler, &[job], now);
            }
        }
        now = scheduler.next_deadline(now).unwrap();
    }
    assert_eq!(again[..2], [0, 60]);
    assert!((360..=362).contains(&again[2]), "{again:?}");
    assert!((660..=667).contains(&again[3]), "{again:?}");
    scheduler.handle_command(SyncCommand::Refresh, now);
    assert_eq!(
        scheduler.cursor_for(SEVEN, now).next_after(),
        MessageId::START,
        "the user refreshed"
    );
    assert_eq!(
        scheduler.cursor_for(EIGHT, now).next_after(),
        MessageId::START
    );
}

#[test]
fn reading_again_that_fails_waits_for_its_next_turn() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let jobs = drain(&mut scheduler, now);
    answer(&mut scheduler, &jobs, now);
    let now = now + Duration::from_secs(70);
    let job = drain(&mut scheduler, now)[0];
    let cut = PullReport {
        from_start: true,
        ..pull_report(1..=3)
    };
    let link = scheduler.on_failure(job, &api_error(ErrorKind::TooLarge), Some(cut), now);
    assert!(
        matches!(link, Some(ConnectionState::Retrying { .. })),
        "{link:?}"
    );
    assert_eq!(scheduler.cursor_for(SEVEN, now).next_after(), MessageId(92));
    let later = now + Duration::from_mins(1);
    assert_eq!(
        scheduler.cursor_for(SEVEN, later).next_after(),
        MessageId::START
    );
}

#[test]
fn a_first_read_that_broke_off_goes_on_where_ids_came_in_order() {
    for (is_ordered, after) in [(true, 92), (false, 0)] {
        let (mut scheduler, now) = started();
        open(&mut scheduler, SEVEN, now);
        let job = drain(&mut scheduler, now)[0];
        let cut = PullReport {
            from_start: true,
            is_ordered,
            ..pull_report(1..=100)
        };
        scheduler.on_failure(job, &api_error(ErrorKind::Network), Some(cut), now);
        assert_eq!(
            scheduler.cursor_for(SEVEN, now).next_after(),
            MessageId(after)
        );
    }
}
