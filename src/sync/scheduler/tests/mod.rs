//! Tests of the scheduler.

use super::*;
use crate::chat::{MessageId, Session, SessionPage, Status};
use crate::sync::cursor::tests::read_messages;
use crate::sync::pull::{PullReport, PullStart};
use crate::sync::{
    ApiError, ConnectionState, ErrorKind, PullExtent, SecretRetry, SyncCommand, SyncEvent,
};

mod change_feed;
mod low_priority;
mod poll_intervals;

const OPEN_INTERVAL: Duration = Duration::from_secs(1);
const LIST_INTERVAL: Duration = Duration::from_secs(3);
const INTERVALS: PollIntervals = PollIntervals {
    open_session: Some(OPEN_INTERVAL),
    list: Some(LIST_INTERVAL),
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
    scheduler.unschedule(|query| query.status_feed().is_none());
    (scheduler, now)
}

fn open(scheduler: &mut Scheduler, session: SessionId, now: Instant) {
    open_from(scheduler, session, false, now);
}

fn open_from(scheduler: &mut Scheduler, session: SessionId, from_start: bool, now: Instant) {
    let command = SyncCommand::Open {
        session,
        from_start,
    };
    scheduler.handle_command(command, now);
}

/// A scheduler with an open session and the requests it makes first.
fn opened() -> (Scheduler, Instant, Vec<Request>) {
    let (mut scheduler, now) = started();
    open(&mut scheduler, SEVEN, now);
    let requests = drain(&mut scheduler, now);
    (scheduler, now, requests)
}

/// The id after which the next pull of session 7 begins.
fn next_after(scheduler: &Scheduler, now: Instant) -> i64 {
    scheduler.cursor_for(SEVEN, now).next_after().0
}

fn drain(scheduler: &mut Scheduler, now: Instant) -> Vec<Request> {
    std::iter::from_fn(|| scheduler.next_request(now)).collect()
}

fn queries(requests: &[Request]) -> Vec<Query> {
    requests.iter().map(|request| request.query).collect()
}

fn answer(scheduler: &mut Scheduler, requests: &[Request], now: Instant) {
    for request in requests {
        let pulled = request.query.session().map(|_| pull_report(1..=100));
        scheduler.on_success(*request, pulled, now);
    }
}

/// A pull at no cost that returned these ids.
fn pull_report(ids: std::ops::RangeInclusive<i64>) -> PullReport {
    let mut tail = PullCursor::default();
    tail.observe(&read_messages(ids));
    PullReport {
        cursor: tail,
        start: PullStart::Cursor,
        is_ordered: true,
        needs_reread: false,
        extent: PullExtent::Tail,
        duration: Duration::ZERO,
        resend_time: Duration::ZERO,
    }
}

fn fail(
    scheduler: &mut Scheduler,
    request: Request,
    kind: ErrorKind,
    now: Instant,
) -> Option<ConnectionState> {
    state_of(scheduler.on_failure(request, &ApiError::new(kind, "why"), None, now))
}

fn state_of(event: Option<SyncEvent>) -> Option<ConnectionState> {
    match event {
        Some(SyncEvent::ConnectionChanged { state, .. }) => Some(state),
        _ => None,
    }
}

#[test]
fn the_open_session_is_requested_first() {
    let (scheduler, now, requests) = opened();
    assert_eq!(queries(&requests), [Query::Messages(SEVEN), LIST]);
    assert_eq!(
        scheduler.next_deadline(now),
        None,
        "all that is due is in flight"
    );
}

#[test]
fn retry_after_holds_even_if_it_comes_for_a_closed_session() {
    let (mut scheduler, now, requests) = opened();
    open(&mut scheduler, EIGHT, now);
    let retry_after = Some(Duration::from_secs(4));
    let state = fail(
        &mut scheduler,
        requests[0],
        ErrorKind::Busy { retry_after },
        now,
    );
    assert_eq!(state, None);
    assert_eq!(drain(&mut scheduler, now + Duration::from_secs(3)), []);
}

#[test]
fn a_retry_after_that_is_over_already_does_not_replace_the_back_off() {
    let retry_after = Some(Duration::ZERO);
    let busy = ErrorKind::Busy { retry_after };
    let (mut scheduler, mut now) = started();
    for failures in 1..6 {
        let requests = drain(&mut scheduler, now);
        assert_eq!(queries(&requests), [LIST], "failure {failures}");
        let after = ErrorKind::Network.retry_delay(failures, 1);
        let why = "why".to_owned();
        let state = fail(&mut scheduler, requests[0], busy, now);
        assert_eq!(
            state,
            Some(ConnectionState::Retrying {
                after,
                why,
                is_pause: true
            })
        );
        // Neither another session nor the end of its own wait comes sooner.
        scheduler.handle_command(SyncCommand::SetWatched(vec![EIGHT]), now);
        assert_eq!(
            drain(&mut scheduler, now + after - Duration::from_millis(1)),
            []
        );
        scheduler.handle_command(SyncCommand::SetWatched(vec![]), now);
        now += after;
    }
}

#[test]
fn refreshing_does_not_shorten_the_back_off_after_a_retry_after() {
    let retry_after = Some(Duration::ZERO);
    let (mut scheduler, now) = started();
    let requests = drain(&mut scheduler, now);
    fail(
        &mut scheduler,
        requests[0],
        ErrorKind::Busy { retry_after },
        now,
    );
    let after = ErrorKind::Network.retry_delay(1, 1);
    scheduler.handle_command(SyncCommand::Refresh, now);
    assert_eq!(
        drain(&mut scheduler, now + after - Duration::from_millis(1)),
        []
    );
    assert_eq!(queries(&drain(&mut scheduler, now + after)), [LIST]);
}

#[test]
fn refreshing_starts_the_count_of_failures_again() {
    let (mut scheduler, mut now) = started();
    let waits = [1, 2, 3, 1, 2].map(|failures| {
        if failures == 1 {
            scheduler.handle_command(SyncCommand::Refresh, now);
        }
        let requests = drain(&mut scheduler, now);
        fail(&mut scheduler, requests[0], ErrorKind::Network, now);
        let wait = scheduler.next_deadline(now).unwrap() - now;
        now += wait;
        (wait, ErrorKind::Network.retry_delay(failures, 1))
    });
    for (wait, wanted) in waits {
        assert_eq!(wait, wanted);
    }
}

#[test]
fn refreshing_gives_up_what_hangs_and_nothing_else() {
    let (mut scheduler, now, requests) = opened();
    answer(&mut scheduler, &requests[1..], now);
    let now = now + LIST_INTERVAL;
    let list = drain(&mut scheduler, now);
    assert_eq!(queries(&list), [LIST]);
    let now = now + Duration::from_millis(2500);
    scheduler.handle_command(SyncCommand::Refresh, now);
    assert!(!scheduler.is_awaited(requests[0]), "after 5.5 s");
    assert!(scheduler.is_awaited(list[0]), "after 2.5 s");
    assert_eq!(
        queries(&drain(&mut scheduler, now)),
        [Query::Messages(SEVEN)]
    );
}

#[test]
fn each_kind_of_failure_has_its_connection_state() {
    let after = ErrorKind::Network.retry_delay(1, 1);
    let (wait, why) = (after, "why".to_owned());
    let retrying = |after| ConnectionState::Retrying {
        after,
        why: "why".to_owned(),
        is_pause: false,
    };
    let five_minutes = retrying(Duration::from_mins(5));
    let stopped = ConnectionState::Stopped { why: why.clone() };
    let signed_out = ConnectionState::SignedOut {
        after: Some(after),
        why,
    };
    let table = [
        (ErrorKind::Network, [retrying(wait), retrying(wait)]),
        (ErrorKind::Moved, [(); 2].map(|()| retrying(Duration::ZERO))),
        (ErrorKind::SignIn, [signed_out.clone(), signed_out]),
        (ErrorKind::TenantStopped, [stopped.clone(), stopped]),
        (ErrorKind::Config, [retrying(wait), retrying(wait)]),
        (ErrorKind::TooLarge, [five_minutes.clone(), five_minutes]),
    ];
    for (kind, expected) in table {
        let (mut scheduler, now, requests) = opened();
        let states = requests
            .iter()
            .map(|it| fail(&mut scheduler, *it, kind, now));
        let states: Vec<_> = states.flatten().collect();
        assert_eq!(states, expected, "{kind:?}");
    }
}

#[test]
fn a_refused_secret_is_sent_again_when_it_may_be_and_not_sooner() {
    let (minute, moment) = (Duration::from_mins(1), Duration::from_millis(100));
    let backoff = ErrorKind::SignIn.retry_delay(1, 1);
    for (secret_retry, shown, latest) in [
        (SecretRetry::After(minute), Some(minute), backoff),
        (SecretRetry::After(moment), Some(moment), moment),
        (SecretRetry::OnRequest, None, backoff),
    ] {
        let (mut scheduler, now, requests) = opened();
        let why = "why".to_owned();
        let error = ApiError {
            secret_retry: Some(secret_retry),
            ..ApiError::new(ErrorKind::SignIn, why.clone())
        };
        let event = scheduler.on_failure(requests[0], &error, None, now);
        let state = ConnectionState::SignedOut { after: shown, why };
        assert_eq!(state_of(event), Some(state));
        // Meanwhile the source of the secret is read.
        let next = scheduler.queue.iter();
        let next = next.filter_map(ScheduledQuery::pending_at);
        assert_eq!(next.min(), Some(now + latest), "{secret_retry:?}");
    }
}

#[test]
fn a_response_for_a_closed_session_does_not_change_the_open_one() {
    let (mut scheduler, now, requests) = opened();
    let left = requests[0];
    open(&mut scheduler, EIGHT, now);
    drain(&mut scheduler, now);
    let state = fail(&mut scheduler, left, ErrorKind::Network, now);
    assert_eq!(state, None);
    scheduler.on_success(left, Some(pull_report(1..=100)), now);
    assert!(scheduler.cursor_for(SEVEN, now).is_new());
    assert!(!scheduler.is_awaited(left));
    assert_eq!(scheduler.next_deadline(now), None, "session 8 is in flight");
}

#[test]
fn opening_from_the_start_ignores_the_request_in_flight() {
    let (mut scheduler, now, requests) = opened();
    let before = requests[0];
    open_from(&mut scheduler, SEVEN, true, now);
    scheduler.on_success(before, Some(pull_report(1..=100)), now);
    assert_eq!(next_after(&scheduler, now), 0);
}

#[test]
fn opening_a_watched_session_replaces_its_request_of_low_priority() {
    let (mut scheduler, now) = started();
    let requests = drain(&mut scheduler, now);
    answer(&mut scheduler, &requests, now);
    scheduler.handle_command(SyncCommand::SetWatched(vec![SEVEN]), now);
    let low = drain(&mut scheduler, now)[0];
    assert!(low.is_low_priority);
    open(&mut scheduler, SEVEN, now);
    let requests = drain(&mut scheduler, now);
    assert_eq!(queries(&requests), [Query::Messages(SEVEN)]);
    assert!(!requests[0].is_low_priority && !scheduler.is_awaited(low));
}

#[test]
fn one_shot_queries_end_when_answered_or_not_found() {
    let now = Instant::now();
    let mut scheduler = new_scheduler(now);
    let requests = drain(&mut scheduler, now);
    let at_start = [LIST, Query::UserZone, Query::Zones, Query::Me];
    assert_eq!(queries(&requests), at_start);
    assert_eq!(scheduler.next_deadline(now), None, "all are in flight");
    answer(&mut scheduler, &requests[..3], now);
    let state = fail(&mut scheduler, requests[3], ErrorKind::NotFound, now);
    assert_eq!(state, None);
    assert_eq!(scheduler.next_deadline(now), Some(now + LIST_INTERVAL));
    scheduler.handle_command(SyncCommand::Refresh, now);
    let again = drain(&mut scheduler, now + Duration::from_secs(2));
    assert_eq!(queries(&again), [LIST, Query::Me]);
}

#[test]
fn a_page_is_requested_once_and_waits_longer_after_each_failure() {
    let (mut scheduler, mut now) = started();
    let requests = drain(&mut scheduler, now);
    answer(&mut scheduler, &requests, now);
    scheduler.handle_command(SyncCommand::FetchNextPage { below: SEVEN }, now);
    let mut pages = Vec::new();
    let end = now + Duration::from_mins(1);
    while now < end {
        for request in drain(&mut scheduler, now) {
            if request.query == PAGE {
                pages.push(now);
                fail(&mut scheduler, request, ErrorKind::Network, now);
            } else {
                answer(&mut scheduler, &[request], now);
            }
        }
        now = scheduler.next_deadline(now).unwrap();
    }
    assert!(pages.len() < 12, "{} tries in a minute", pages.len());
    scheduler.handle_command(SyncCommand::Refresh, now);
    let requests = drain(&mut scheduler, now + Duration::from_secs(1));
    assert_eq!(queries(&requests), [PAGE, LIST]);
    answer(&mut scheduler, &requests, now);
    let later = drain(&mut scheduler, now + Duration::from_mins(1));
    assert_eq!(queries(&later), [LIST]);
}

#[test]
fn another_scope_drops_the_page_of_the_one_before() {
    let (mut scheduler, now) = started();
    scheduler.handle_command(SyncCommand::FetchNextPage { below: SEVEN }, now);
    let requests = drain(&mut scheduler, now);
    assert_eq!(queries(&requests), [PAGE, LIST]);
    let scope = Scope::All;
    scheduler.handle_command(SyncCommand::SetScope(scope), now);
    assert!(!requests.iter().any(|it| scheduler.is_awaited(*it)));
    let requests = drain(&mut scheduler, now);
    assert_eq!(queries(&requests), [Query::List { scope, below: None }]);
}

#[test]
fn a_session_is_fetched_once_however_often_it_is_requested_meanwhile() {
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
    assert_eq!(scheduler.next_deadline(now), Some(now + LIST_INTERVAL));
}
