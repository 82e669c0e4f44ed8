use super::*;
use crate::app::event::{Event, ConnectionState};
use crate::chat::{SessionPage, MessageId, Session, Status};
use crate::sync::pull::Pulled;
use crate::sync::tail::tests::talk;
use crate::sync::{Ask, Fault, FaultKind};

mod feed;
mod rhythm;

const PACE: Pace = Pace {
    reader: Some(Duration::from_secs(1)),
    list: Some(Duration::from_secs(3)),
    max_per_second: 4.0,
};
const SEVEN: SessionId = SessionId(7);
const EIGHT: SessionId = SessionId(8);
const LIST: Question = Question::List {
    scope: Scope::Channels,
    below: None,
};
const PAGE: Question = Question::List {
    scope: Scope::Channels,
    below: Some(SEVEN),
};

/// A plan without the once-only questions.
fn started() -> (Plan, Instant) {
    let now = Instant::now();
    let mut plan = Plan::new(PACE, 1, Scope::Channels, now);
    plan.forget(|question| question.lane().is_none());
    (plan, now)
}

fn open(plan: &mut Plan, session: SessionId, now: Instant) {
    let from_start = false;
    plan.take(
        Ask::Open {
            session,
            from_start,
        },
        now,
    );
}

fn drain(plan: &mut Plan, now: Instant) -> Vec<Job> {
    std::iter::from_fn(|| plan.next(now)).collect()
}

fn questions(jobs: &[Job]) -> Vec<Question> {
    jobs.iter().map(|job| job.question).collect()
}

fn answer(plan: &mut Plan, jobs: &[Job], now: Instant) {
    for job in jobs {
        let pulled = job.question.session().map(|_| pulled(1..=100));
        plan.succeeded(*job, pulled, now);
    }
}

/// A pull at no cost that brought these.
fn pulled(ids: std::ops::RangeInclusive<i64>) -> Pulled {
    let mut tail = Tail::default();
    tail.note(&talk(ids));
    Pulled {
        tail,
        from_start: false,
        is_ordered: true,
        took: Duration::ZERO,
        unasked: Duration::ZERO,
    }
}

fn fault(kind: FaultKind) -> Fault {
    Fault::new(kind, "why")
}

#[test]
fn the_session_being_read_comes_first() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    assert_eq!(questions(&jobs), [Question::Messages(SEVEN), LIST]);
    assert_eq!(plan.wake(now), None, "all that is due is under way");
}

#[test]
fn each_question_keeps_its_own_interval_counted_from_the_request() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    answer(&mut plan, &jobs, now);
    assert_eq!(plan.wake(now), Some(now + PACE.reader.unwrap()));
    let jobs = drain(&mut plan, now + PACE.reader.unwrap());
    assert_eq!(questions(&jobs), [Question::Messages(SEVEN)]);
    assert_eq!(plan.wake(now), Some(now + PACE.list.unwrap()));
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
        plan.take(Ask::Refresh, now);
        now = plan.wake(now).unwrap().max(now + Duration::from_millis(1));
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
    let busy = fault(FaultKind::Busy {
        retry_after: Some(after),
    });
    let why = "why".to_owned();
    assert_eq!(
        plan.failed(jobs[0], &busy, None, now),
        Some(ConnectionState::Retrying { after, why })
    );
    plan.take(Ask::Refresh, now);
    assert_eq!(drain(&mut plan, now + Duration::from_millis(3999)), []);
    assert_eq!(plan.wake(now), Some(now + after));
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
        plan.failed(jobs[0], &fault(FaultKind::Busy { retry_after }), None, now),
        None
    );
    assert_eq!(drain(&mut plan, now + Duration::from_secs(3)), []);
}

#[test]
fn each_kind_of_fault_is_told_by_what_follows() {
    let (wait, why) = (FaultKind::Network.wait(1, 1).unwrap(), "why".to_owned());
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
        (FaultKind::Network, [retrying(wait), retrying(wait)]),
        (
            FaultKind::Moved,
            [retrying(Duration::ZERO), retrying(Duration::ZERO)],
        ),
        (FaultKind::SignIn, [signed_out.clone(), signed_out.clone()]),
        (FaultKind::Forbidden, [signed_out.clone(), signed_out]),
        // A session that is gone stays gone; a list that is not there may be there again.
        (FaultKind::NotFound, [stopped.clone(), retrying(wait)]),
        (FaultKind::TooLarge, [stopped.clone(), stopped.clone()]),
        (FaultKind::Setup, [stopped.clone(), stopped]),
    ];
    for (kind, links) in table {
        let (mut plan, now) = started();
        open(&mut plan, SEVEN, now);
        let jobs = drain(&mut plan, now);
        let told: Vec<_> = jobs
            .iter()
            .map(|job| plan.failed(*job, &fault(kind), None, now).unwrap())
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
        plan.failed(left, &fault(FaultKind::Network), None, now),
        None
    );
    plan.succeeded(left, Some(pulled(1..=100)), now);
    assert!(plan.tail(SEVEN, now).is_new());
    assert!(!plan.wants(left));
    assert_eq!(plan.wake(now), None, "session 8 is still being asked for");
}

#[test]
fn a_session_to_be_read_from_its_start_forgets_the_answer_under_way() {
    let (mut plan, now) = started();
    open(&mut plan, SEVEN, now);
    let before = drain(&mut plan, now)[0];
    let (session, from_start) = (SEVEN, true);
    plan.take(
        Ask::Open {
            session,
            from_start,
        },
        now,
    );
    plan.succeeded(before, Some(pulled(1..=100)), now);
    assert_eq!(plan.tail(SEVEN, now).after(), MessageId::START);
}

#[test]
fn once_only_questions_stop_when_answered_or_not_there() {
    let now = Instant::now();
    let mut plan = Plan::new(PACE, 1, Scope::Channels, now);
    let mut jobs = drain(&mut plan, now);
    assert_eq!(questions(&jobs), [LIST, Question::HomeZone]);
    let later = now + Duration::from_secs(1);
    assert_eq!(plan.wake(now), Some(later), "two are left to spare");
    jobs.extend(drain(&mut plan, later));
    assert_eq!(questions(&jobs[2..]), [Question::Zones, Question::Me]);
    answer(&mut plan, &jobs[..3], now);
    let gone = fault(FaultKind::NotFound);
    assert_eq!(plan.failed(jobs[3], &gone, None, now), None);
    assert_eq!(plan.wake(now), Some(now + PACE.list.unwrap()));
    plan.take(Ask::Refresh, now);
    let again = drain(&mut plan, now + Duration::from_secs(2));
    assert_eq!(questions(&again), [LIST, Question::Me]);
}

#[test]
fn a_page_is_asked_for_once_and_waits_longer_after_each_failure() {
    let (mut plan, mut now) = started();
    let jobs = drain(&mut plan, now);
    answer(&mut plan, &jobs, now);
    plan.take(Ask::More { below: SEVEN }, now);
    let mut pages = Vec::new();
    let end = now + Duration::from_mins(1);
    while now < end {
        for job in drain(&mut plan, now) {
            if job.question == PAGE {
                pages.push(now);
                plan.failed(job, &fault(FaultKind::Network), None, now);
            } else {
                answer(&mut plan, &[job], now);
            }
        }
        now = plan.wake(now).unwrap();
    }
    assert!(pages.len() < 12, "{} tries in a minute", pages.len());
    plan.take(Ask::Refresh, now);
    let jobs = drain(&mut plan, now + Duration::from_secs(1));
    assert_eq!(questions(&jobs), [LIST, PAGE]);
    answer(&mut plan, &jobs, now);
    let later = drain(&mut plan, now + Duration::from_mins(1));
    assert_eq!(questions(&later), [LIST]);
}

#[test]
fn another_scope_leaves_the_page_of_the_one_before() {
    let (mut plan, now) = started();
    plan.take(Ask::More { below: SEVEN }, now);
    let jobs = drain(&mut plan, now);
    assert_eq!(questions(&jobs), [LIST, PAGE]);
    let scope = Scope::All;
    plan.take(Ask::List(scope), now);
    assert!(jobs.iter().all(|job| !plan.wants(*job)));
    let jobs = drain(&mut plan, now);
    assert_eq!(questions(&jobs), [Question::List { scope, below: None }]);
}

#[test]
fn a_session_is_described_once_whoever_asks_meanwhile() {
    let (mut plan, now) = started();
    let list = drain(&mut plan, now);
    answer(&mut plan, &list, now);
    plan.take(Ask::Describe(SEVEN), now);
    let first = drain(&mut plan, now);
    plan.take(Ask::Describe(SEVEN), now);
    assert_eq!(drain(&mut plan, now), []);
    plan.take(Ask::Describe(EIGHT), now);
    assert!(!plan.wants(first[0]));
    let second = drain(&mut plan, now);
    assert_eq!(questions(&second), [Question::Describe(EIGHT)]);
    answer(&mut plan, &second, now);
    assert_eq!(plan.wake(now), Some(now + PACE.list.unwrap()));
}
