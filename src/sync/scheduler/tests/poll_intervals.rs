//! How the rhythm follows what happens: quiet, over, costly, unattended; and reading again.

use super::*;

/// When a question was put within a time, in seconds since its beginning, each answered with ids
/// up to a hundred.
fn times(plan: &mut Scheduler, from: Instant, time: Duration, which: Query) -> Vec<f64> {
    let mut now = from;
    let mut times = Vec::new();
    while now < from + time {
        let jobs = drain(plan, now);
        if queries(&jobs).contains(&which) {
            times.push((now - from).as_secs_f64());
        }
        answer(plan, &jobs, now);
        now = plan.next_deadline(now).unwrap();
    }
    times
}

const READER: Query = Query::Messages(SEVEN);
const QUARTER: Duration = Duration::from_secs(15);

#[test]
fn a_conversation_that_is_quiet_is_asked_for_less() {
    let (mut plan, start) = started();
    open(&mut plan, SEVEN, start);
    let mut now = start;
    let mut counts = Vec::new();
    for minutes in [0, 4, 6, 14, 16] {
        let until = start + Duration::from_mins(minutes);
        times(&mut plan, now, until - now, READER);
        now = until.max(start);
        counts.push(times(&mut plan, now, QUARTER, READER).len());
        now += QUARTER;
    }
    assert_eq!(counts[..2], [15, 15]);
    assert!((7..=8).contains(&counts[2]) && (7..=8).contains(&counts[3]));
    assert!((3..=4).contains(&counts[4]), "{counts:?}");
}

#[test]
fn what_nobody_looks_at_is_asked_for_less_until_somebody_does() {
    let (mut plan, start) = started();
    open(&mut plan, SEVEN, start);
    let jobs = drain(&mut plan, start);
    answer(&mut plan, &jobs, start);
    plan.handle_command(SyncCommand::SetFocused(false), start);
    let now = start + Duration::from_secs(3);
    assert_eq!(
        times(&mut plan, now, Duration::from_secs(10), READER),
        [0.0, 3.0, 6.0, 9.0]
    );
    // Session 7 was asked for at 12 s, the list at 12 s as well.
    let now = start + Duration::from_secs(14);
    assert_eq!(drain(&mut plan, now), []);
    plan.handle_command(SyncCommand::SetFocused(true), now);
    assert_eq!(queries(&drain(&mut plan, now)), [READER]);
    assert_eq!(
        plan.next_deadline(now),
        Some(start + Duration::from_secs(15))
    );
}

#[test]
fn a_service_that_sends_everything_every_time_is_asked_so_that_it_costs_a_hundredth() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    answer(&mut plan, &jobs[1..], now);
    let unasked = Duration::from_millis(75);
    plan.on_success(
        jobs[0],
        Some(PullReport {
            resend_time: unasked,
            ..pull_report(1..=100)
        }),
        now,
    );
    let rested = now + Duration::from_millis(7500);
    assert_eq!(times(&mut plan, now, Duration::from_secs(8), READER), [7.5]);
    // Neither a row that moved nor somebody who comes back makes it sooner, a person who asks does.
    let job = drain(&mut plan, rested + Duration::from_mins(1))[0];
    let now = rested + Duration::from_mins(1);
    plan.on_success(
        job,
        Some(PullReport {
            resend_time: unasked,
            ..pull_report(1..=101)
        }),
        now,
    );
    plan.handle_command(SyncCommand::SetFocused(true), now);
    let asked = |plan: &mut Scheduler| {
        queries(&drain(plan, now + Duration::from_secs(2))).contains(&READER)
    };
    assert!(!asked(&mut plan));
    plan.handle_command(SyncCommand::Refresh, now);
    assert!(asked(&mut plan));
}

#[test]
fn the_open_session_is_read_again_after_a_minute_and_then_every_five() {
    let (mut plan, start) = started();
    open(&mut plan, SEVEN, start);
    let mut now = start;
    let mut again = Vec::new();
    while now < start + Duration::from_mins(12) {
        for job in drain(&mut plan, now) {
            if job.query == READER {
                let from_start = plan.cursor_for(SEVEN, now).next_after() == MessageId::START;
                if from_start {
                    again.push((now - start).as_secs());
                }
                let pulled = PullReport {
                    from_start,
                    ..pull_report(1..=100)
                };
                plan.on_success(job, Some(pulled), now);
            } else {
                answer(&mut plan, &[job], now);
            }
        }
        now = plan.next_deadline(now).unwrap();
    }
    assert_eq!(again[..2], [0, 60]);
    assert!((360..=362).contains(&again[2]), "{again:?}");
    assert!((660..=667).contains(&again[3]), "{again:?}");
    plan.handle_command(SyncCommand::Refresh, now);
    assert_eq!(
        plan.cursor_for(SEVEN, now).next_after(),
        MessageId::START,
        "a person doubts it"
    );
    assert_eq!(plan.cursor_for(EIGHT, now).next_after(), MessageId::START);
}

#[test]
fn reading_again_that_fails_waits_for_its_next_turn() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    answer(&mut plan, &jobs, now);
    let now = now + Duration::from_secs(70);
    let job = drain(&mut plan, now)[0];
    let cut = PullReport {
        from_start: true,
        ..pull_report(1..=3)
    };
    let link = plan.on_failure(job, &api_error(ErrorKind::TooLarge), Some(cut), now);
    assert!(
        matches!(link, Some(ConnectionState::Retrying { .. })),
        "{link:?}"
    );
    assert_eq!(plan.cursor_for(SEVEN, now).next_after(), MessageId(92));
    let later = now + Duration::from_mins(1);
    assert_eq!(plan.cursor_for(SEVEN, later).next_after(), MessageId::START);
}

#[test]
fn a_first_read_that_broke_off_goes_on_where_ids_came_in_order() {
    for (is_ordered, after) in [(true, 92), (false, 0)] {
        let (mut plan, now) = started();
        open(&mut plan, SEVEN, now);
        let job = drain(&mut plan, now)[0];
        let cut = PullReport {
            from_start: true,
            is_ordered,
            ..pull_report(1..=100)
        };
        plan.on_failure(job, &api_error(ErrorKind::Network), Some(cut), now);
        assert_eq!(plan.cursor_for(SEVEN, now).next_after(), MessageId(after));
    }
}
