//! Tests of the scheduler.

use super::*;
use crate::app::event::{ConnectionState, Event};
use crate::chat::{MessageId, Session, SessionPage, Status};
use crate::sync::cursor::tests::read_messages;
use crate::sync::pull::PullReport;
use crate::sync::{ApiError, ErrorKind, SyncCommand};

mod change_feed;
mod poll_intervals;

const INTERVALS: PollIntervals = PollIntervals {
    open_session: Some(Duration::from_secs(1)),
    list: Some(Duration::from_secs(3)),
    max_per_second: 4.0,
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

/// A plan without the once-only questions.
fn started() -> (Scheduler, Instant) {
    let now = Instant::now();
    let mut plan = Scheduler::new(INTERVALS, 1, Scope::Channels, now);
    plan.unschedule(|question| question.feed().is_none());
    (plan, now)
}

fn open(plan: &mut Scheduler, session: SessionId, now: Instant) {
    let from_start = false;
    plan.handle_command(
        SyncCommand::Open {
            session,
            from_start,
        },
        now,
    );
}

fn drain(plan: &mut Scheduler, now: Instant) -> Vec<Request> {
    std::iter::from_fn(|| plan.next_request(now)).collect()
}

fn queries(jobs: &[Request]) -> Vec<Query> {
    jobs.iter().map(|job| job.query).collect()
}

fn answer(plan: &mut Scheduler, jobs: &[Request], now: Instant) {
    for job in jobs {
        let pulled = job.query.session().map(|_| pull_report(1..=100));
        plan.on_success(*job, pulled, now);
    }
}

/// A pull at no cost that brought these.
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
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    assert_eq!(queries(&jobs), [Query::Messages(SEVEN), LIST]);
    assert_eq!(
        plan.next_deadline(now),
        None,
        "all that is due is under way"
    );
}

#[test]
fn each_question_keeps_its_own_interval_counted_from_the_request() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    answer(&mut plan, &jobs, now);
    assert_eq!(
        plan.next_deadline(now),
        Some(now + INTERVALS.open_session.unwrap())
    );
    let jobs = drain(&mut plan, now + INTERVALS.open_session.unwrap());
    assert_eq!(queries(&jobs), [Query::Messages(SEVEN)]);
    assert_eq!(plan.next_deadline(now), Some(now + INTERVALS.list.unwrap()));
}

#[test]
fn never_more_requests_a_second_than_allowed() {
    let (mut plan, mut now) = started();
    let begin = now;
    open(&mut plan, SEVEN, now);
    let mut made = 0;
    while now < begin + Duration::from_secs(10) {
        let jobs = drain(&mut plan, now);
        made += jobs.len();
        answer(&mut plan, &jobs, now);
        plan.handle_command(SyncCommand::Refresh, now);
        now = plan
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
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    answer(&mut plan, &jobs[1..], now);
    let after = Duration::from_secs(4);
    let busy = api_error(ErrorKind::Busy {
        retry_after: Some(after),
    });
    let why = "why".to_owned();
    assert_eq!(
        plan.on_failure(jobs[0], &busy, None, now),
        Some(ConnectionState::Retrying { after, why })
    );
    plan.handle_command(SyncCommand::Refresh, now);
    assert_eq!(drain(&mut plan, now + Duration::from_millis(3999)), []);
    assert_eq!(plan.next_deadline(now), Some(now + after));
    assert_eq!(drain(&mut plan, now + after).len(), 2);
}

#[test]
fn a_pause_holds_even_when_it_comes_for_a_session_left() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    open(&mut plan, EIGHT, now);
    let retry_after = Some(Duration::from_secs(4));
    assert_eq!(
        plan.on_failure(
            jobs[0],
            &api_error(ErrorKind::Busy { retry_after }),
            None,
            now
        ),
        None
    );
    assert_eq!(drain(&mut plan, now + Duration::from_secs(3)), []);
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
        // A session that is gone stays gone; a list that is not there may be there again.
        (ErrorKind::NotFound, [stopped.clone(), retrying(wait)]),
        (ErrorKind::TooLarge, [stopped.clone(), stopped.clone()]),
        (ErrorKind::Config, [stopped.clone(), stopped]),
    ];
    for (kind, links) in table {
        let (mut plan, now) = started();
        open(&mut plan, SEVEN, now);
        let jobs = drain(&mut plan, now);
        let told: Vec<_> = jobs
            .iter()
            .map(|job| plan.on_failure(*job, &api_error(kind), None, now).unwrap())
            .collect();
        assert_eq!(told, links, "{kind:?}");
    }
}

#[test]
fn an_answer_for_a_session_left_does_not_touch_the_new_one() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let left = drain(&mut plan, now)[0];
    open(&mut plan, EIGHT, now);
    drain(&mut plan, now);
    assert_eq!(
        plan.on_failure(left, &api_error(ErrorKind::Network), None, now),
        None
    );
    plan.on_success(left, Some(pull_report(1..=100)), now);
    assert!(plan.cursor_for(SEVEN, now).is_new());
    assert!(!plan.is_awaited(left));
    assert_eq!(
        plan.next_deadline(now),
        None,
        "session 8 is still being asked for"
    );
}

#[test]
fn a_session_to_be_read_from_its_start_forgets_the_answer_under_way() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let before = drain(&mut plan, now)[0];
    let (session, from_start) = (SEVEN, true);
    plan.handle_command(
        SyncCommand::Open {
            session,
            from_start,
        },
        now,
    );
    plan.on_success(before, Some(pull_report(1..=100)), now);
    assert_eq!(plan.cursor_for(SEVEN, now).next_after(), MessageId::START);
}

#[test]
fn once_only_questions_stop_when_answered_or_not_there() {
    let now = Instant::now();
    let mut plan = Scheduler::new(INTERVALS, 1, Scope::Channels, now);
    let mut jobs = drain(&mut plan, now);
    assert_eq!(queries(&jobs), [LIST, Query::UserZone]);
    let later = now + Duration::from_secs(1);
    assert_eq!(
        plan.next_deadline(now),
        Some(later),
        "two are left to spare"
    );
    jobs.extend(drain(&mut plan, later));
    assert_eq!(queries(&jobs[2..]), [Query::Zones, Query::Me]);
    answer(&mut plan, &jobs[..3], now);
    let gone = api_error(ErrorKind::NotFound);
    assert_eq!(plan.on_failure(jobs[3], &gone, None, now), None);
    assert_eq!(plan.next_deadline(now), Some(now + INTERVALS.list.unwrap()));
    plan.handle_command(SyncCommand::Refresh, now);
    let again = drain(&mut plan, now + Duration::from_secs(2));
    assert_eq!(queries(&again), [LIST, Query::Me]);
}

#[test]
fn a_page_is_asked_for_once_and_waits_longer_after_each_failure() {
    let (mut plan, mut now) = started();
    let jobs = drain(&mut plan, now);
    answer(&mut plan, &jobs, now);
    plan.handle_command(SyncCommand::FetchNextPage { below: SEVEN }, now);
    let mut pages = Vec::new();
    let end = now + Duration::from_mins(1);
    while now < end {
        for job in drain(&mut plan, now) {
            if job.query == PAGE {
                pages.push(now);
                plan.on_failure(job, &api_error(ErrorKind::Network), None, now);
            } else {
                answer(&mut plan, &[job], now);
            }
        }
        now = plan.next_deadline(now).unwrap();
    }
    assert!(pages.len() < 12, "{} tries in a minute", pages.len());
    plan.handle_command(SyncCommand::Refresh, now);
    let jobs = drain(&mut plan, now + Duration::from_secs(1));
    assert_eq!(queries(&jobs), [LIST, PAGE]);
    answer(&mut plan, &jobs, now);
    let later = drain(&mut plan, now + Duration::from_mins(1));
    assert_eq!(queries(&later), [LIST]);
}

#[test]
fn another_scope_leaves_the_page_of_the_one_before() {
    let (mut plan, now) = started();
    plan.handle_command(SyncCommand::FetchNextPage { below: SEVEN }, now);
    let jobs = drain(&mut plan, now);
    assert_eq!(queries(&jobs), [LIST, PAGE]);
    let scope = Scope::All;
    plan.handle_command(SyncCommand::SetScope(scope), now);
    assert!(jobs.iter().all(|job| !plan.is_awaited(*job)));
    let jobs = drain(&mut plan, now);
    assert_eq!(queries(&jobs), [Query::List { scope, below: None }]);
}

#[test]
fn a_session_is_described_once_whoever_asks_meanwhile() {
    let (mut plan, now) = started();
    let list = drain(&mut plan, now);
    answer(&mut plan, &list, now);
    plan.handle_command(SyncCommand::FetchSession(SEVEN), now);
    let first = drain(&mut plan, now);
    plan.handle_command(SyncCommand::FetchSession(SEVEN), now);
    assert_eq!(drain(&mut plan, now), []);
    plan.handle_command(SyncCommand::FetchSession(EIGHT), now);
    assert!(!plan.is_awaited(first[0]));
    let second = drain(&mut plan, now);
    assert_eq!(queries(&second), [Query::Session(EIGHT)]);
    answer(&mut plan, &second, now);
    assert_eq!(plan.next_deadline(now), Some(now + INTERVALS.list.unwrap()));
}
