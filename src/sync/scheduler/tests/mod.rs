//! Tests of the scheduler.

use super::*;
use crate::chat::{MessageId, Session, SessionPage, Status};
use crate::sync::cursor::tests::read_messages;
use crate::sync::pull::PullReport;
use crate::sync::{ApiError, ConnectionState, ErrorKind, SyncCommand, SyncEvent};

mod change_feed;
mod poll_intervals;

const INTERVALS: PollIntervals = PollIntervals {
    open_session: Some(Duration::from_secs(1)),
    list: Some(Duration::from_secs(3)),
};
const SEVEN: SessionId = SessionId(7);
const EIGHT: SessionId = SessionId(8);
const LIST: Query = Query::List {
    scope: Scope::Channels,
    below: None,
};
const PAGE: Query = Query::List {
    scope: Scope::Channels,
    below: Some(SEVEN),
};

fn new_scheduler(now: Instant) -> Scheduler {
    let limiter = Arc::new(RateLimiter::new(4.0));
    Scheduler::new(INTERVALS, limiter, 1, Scope::Channels, now)
}

/// A scheduler without the one-shot queries.
fn started() -> (Scheduler, Instant) {
    let now = Instant::now();
    let mut scheduler = new_scheduler(now);
    scheduler.unschedule(|question| question.feed().is_none());
    (scheduler, now)
}

fn open(scheduler: &mut Scheduler, session: SessionId, now: Instant) {
    let from_start = false;
    scheduler.handle_command(
        SyncCommand::Open {
            session,
            from_start,
        },
        now,
    );
}

fn drain(scheduler: &mut Scheduler, now: Instant) -> Vec<Request> {
    std::iter::from_fn(|| scheduler.next_request(now)).collect()
}

fn queries(jobs: &[Request]) -> Vec<Query> {
    jobs.iter().map(|job| job.query).collect()
}

fn answer(scheduler: &mut Scheduler, jobs: &[Request], now: Instant) {
    for job in jobs {
        let pulled = job.query.session().map(|_| pull_report(1..=100));
        scheduler.on_success(*job, pulled, now);
    }
}

/// A pull at no cost that returned these ids.
fn pull_report(ids: std::ops::RangeInclusive<i64>) -> PullReport {
    let mut tail = PullCursor::default();
    tail.observe(&read_messages(ids));
    PullReport {
        cursor: tail,
        from_start: false,
        is_ordered: true,
        duration: Duration::ZERO,
        resend_time: Duration::ZERO,
    }
}

fn api_error(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "why")
}

#[test]
fn the_session_being_read_comes_first() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let jobs = drain(&mut scheduler, now);
    assert_eq!(queries(&jobs), [Query::Messages(SEVEN), LIST]);
    assert_eq!(
        scheduler.next_deadline(now),
        None,
        "all that is due is under way"
    );
}

#[test]
fn each_question_keeps_its_own_interval_counted_from_the_request() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let jobs = drain(&mut scheduler, now);
    answer(&mut scheduler, &jobs, now);
    assert_eq!(
        scheduler.next_deadline(now),
        Some(now + INTERVALS.open_session.unwrap())
    );
    let jobs = drain(&mut scheduler, now + INTERVALS.open_session.unwrap());
    assert_eq!(queries(&jobs), [Query::Messages(SEVEN)]);
    assert_eq!(
        scheduler.next_deadline(now),
        Some(now + INTERVALS.list.unwrap())
    );
}

#[test]
fn never_more_requests_a_second_than_allowed() {
    let (mut scheduler, mut now) = started();
    let begin = now;
    open(&mut scheduler, SEVEN, now);
    let mut made = 0;
    while now < begin + Duration::from_secs(10) {
        let jobs = drain(&mut scheduler, now);
        made += jobs.len();
        answer(&mut scheduler, &jobs, now);
        scheduler.handle_command(SyncCommand::Refresh, now);
        now = scheduler
            .next_deadline(now)
            .unwrap()
            .max(now + Duration::from_millis(1));
    }
    assert!(
        (40..=44).contains(&made),
        "{made} requests in 10 s at 4 a second"
    );
}

#[test]
fn a_pause_the_service_asked_for_holds_every_question() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let jobs = drain(&mut scheduler, now);
    answer(&mut scheduler, &jobs[1..], now);
    let after = Duration::from_secs(4);
    let busy = api_error(ErrorKind::Busy {
        retry_after: Some(after),
    });
    let why = "why".to_owned();
    assert_eq!(
        scheduler.on_failure(jobs[0], &busy, None, now),
        Some(ConnectionState::Retrying { after, why })
    );
    scheduler.handle_command(SyncCommand::Refresh, now);
    assert_eq!(drain(&mut scheduler, now + Duration::from_millis(3999)), []);
    assert_eq!(scheduler.next_deadline(now), Some(now + after));
    assert_eq!(drain(&mut scheduler, now + after).len(), 2);
}

#[test]
fn a_pause_holds_even_when_it_comes_for_a_session_left() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let jobs = drain(&mut scheduler, now);
    open(&mut scheduler, EIGHT, now);
    let retry_after = Some(Duration::from_secs(4));
    assert_eq!(
        scheduler.on_failure(
            jobs[0],
            &api_error(ErrorKind::Busy { retry_after }),
            None,
            now
        ),
        None
    );
    assert_eq!(drain(&mut scheduler, now + Duration::from_secs(3)), []);
}

#[test]
fn each_kind_of_fault_is_told_by_what_follows() {
    let (wait, why) = (
        ErrorKind::Network.retry_delay(1, 1).unwrap(),
        "why".to_owned(),
    );
    let retrying = |after| ConnectionState::Retrying {
        after,
        why: why.clone(),
    };
    let signed_out = ConnectionState::SignedOut {
        after: wait,
        why: why.clone(),
    };
    let stopped = ConnectionState::Stopped { why: why.clone() };
    let table = [
        (ErrorKind::Network, [retrying(wait), retrying(wait)]),
        (
            ErrorKind::Moved,
            [retrying(Duration::ZERO), retrying(Duration::ZERO)],
        ),
        (ErrorKind::SignIn, [signed_out.clone(), signed_out.clone()]),
        (ErrorKind::Forbidden, [signed_out.clone(), signed_out]),
        // A missing session is given up; a missing list may return.
        (ErrorKind::NotFound, [stopped.clone(), retrying(wait)]),
        (ErrorKind::TooLarge, [stopped.clone(), stopped.clone()]),
        (ErrorKind::Config, [stopped.clone(), stopped]),
    ];
    for (kind, links) in table {
        let (mut scheduler, now) = started();
        open(&mut scheduler, SEVEN, now);
        let jobs = drain(&mut scheduler, now);
        let told: Vec<_> = jobs
            .iter()
            .map(|job| {
                scheduler
                    .on_failure(*job, &api_error(kind), None, now)
                    .unwrap()
            })
            .collect();
        assert_eq!(told, links, "{kind:?}");
    }
}

#[test]
fn an_answer_for_a_session_left_does_not_touch_the_new_one() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let left = drain(&mut scheduler, now)[0];
    open(&mut scheduler, EIGHT, now);
    drain(&mut scheduler, now);
    assert_eq!(
        scheduler.on_failure(left, &api_error(ErrorKind::Network), None, now),
        None
    );
    scheduler.on_success(left, Some(pull_report(1..=100)), now);
    assert!(scheduler.cursor_for(SEVEN, now).is_new());
    assert!(!scheduler.is_awaited(left));
    assert_eq!(
        scheduler.next_deadline(now),
        None,
        "session 8 is still being asked for"
    );
}

#[test]
fn a_session_to_be_read_from_its_start_forgets_the_answer_under_way() {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let before = drain(&mut scheduler, now)[0];
    let (session, from_start) = (SEVEN, true);
    scheduler.handle_command(
        SyncCommand::Open {
            session,
            from_start,
        },
        now,
    );
    scheduler.on_success(before, Some(pull_report(1..=100)), now);
    assert_eq!(
        scheduler.cursor_for(SEVEN, now).next_after(),
        MessageId::START
    );
}

#[test]
fn once_only_questions_stop_when_answered_or_not_there() {
    let now = Instant::now();
    let mut scheduler = new_scheduler(now);
    let mut jobs = drain(&mut scheduler, now);
    assert_eq!(queries(&jobs), [LIST, Query::UserZone]);
    let later = now + Duration::from_secs(1);
    assert_eq!(
        scheduler.next_deadline(now),
        Some(later),
        "two are left to spare"
    );
    jobs.extend(drain(&mut scheduler, later));
    assert_eq!(queries(&jobs[2..]), [Query::Zones, Query::Me]);
    answer(&mut scheduler, &jobs[..3], now);
    let gone = api_error(ErrorKind::NotFound);
    assert_eq!(scheduler.on_failure(jobs[3], &gone, None, now), None);
    assert_eq!(
        scheduler.next_deadline(now),
        Some(now + INTERVALS.list.unwrap())
    );
    scheduler.handle_command(SyncCommand::Refresh, now);
    let again = drain(&mut scheduler, now + Duration::from_secs(2));
    assert_eq!(queries(&again), [LIST, Query::Me]);
}

#[test]
fn a_page_is_asked_for_once_and_waits_longer_after_each_failure() {
    let (mut scheduler, mut now) = started();
    let jobs = drain(&mut scheduler, now);
    answer(&mut scheduler, &jobs, now);
    scheduler.handle_command(SyncCommand::FetchNextPage { below: SEVEN }, now);
    let mut pages = Vec::new();
    let end = now + Duration::from_mins(1);
    while now < end {
        for job in drain(&mut scheduler, now) {
            if job.query == PAGE {
                pages.push(now);
                scheduler.on_failure(job, &api_error(ErrorKind::Network), None, now);
            } else {
                answer(&mut scheduler, &[job], now);
            }
        }
        now = scheduler.next_deadline(now).unwrap();
    }
    assert!(pages.len() < 12, "{} tries in a minute", pages.len());
    scheduler.handle_command(SyncCommand::Refresh, now);
    let jobs = drain(&mut scheduler, now + Duration::from_secs(1));
    assert_eq!(queries(&jobs), [PAGE, LIST]);
    answer(&mut scheduler, &jobs, now);
    let later = drain(&mut scheduler, now + Duration::from_mins(1));
    assert_eq!(queries(&later), [LIST]);
}

#[test]
fn another_scope_leaves_the_page_of_the_one_before() {
    let (mut scheduler, now) = started();
    scheduler.handle_command(SyncCommand::FetchNextPage { below: SEVEN }, now);
    let jobs = drain(&mut scheduler, now);
    assert_eq!(queries(&jobs), [PAGE, LIST]);
    let scope = Scope::All;
    scheduler.handle_command(SyncCommand::SetScope(scope), now);
    assert!(jobs.iter().all(|job| !scheduler.is_awaited(*job)));
    let jobs = drain(&mut scheduler, now);
    assert_eq!(queries(&jobs), [Query::List { scope, below: None }]);
}

#[test]
fn a_session_is_described_once_whoever_asks_meanwhile() {
    let (mut scheduler, now) = started();
    let list = drain(&mut scheduler, now);
    answer(&mut scheduler, &list, now);
    scheduler.handle_command(SyncCommand::FetchSession(SEVEN), now);
    let first = drain(&mut scheduler, now);
    scheduler.handle_command(SyncCommand::FetchSession(SEVEN), now);
    assert_eq!(drain(&mut scheduler, now), []);
    scheduler.handle_command(SyncCommand::FetchSession(EIGHT), now);
    assert!(!scheduler.is_awaited(first[0]));
    let second = drain(&mut scheduler, now);
    assert_eq!(queries(&second), [Query::Session(EIGHT)]);
    answer(&mut scheduler, &second, now);
    assert_eq!(
        scheduler.next_deadline(now),
        Some(now + INTERVALS.list.unwrap())
    );
}
