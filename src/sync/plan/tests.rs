use super::*;

const PACE: Pace = Pace {
    reader: Duration::from_secs(1),
    list: Duration::from_secs(3),
    max_per_second: 4.0,
};
const SEVEN: SessionId = SessionId(7);

fn started() -> (Plan, Instant) {
    let now = Instant::now();
    let mut plan = Plan::new(PACE, 1, Scope::Channels, now);
    plan.once.clear();
    (plan, now)
}

fn watch(plan: &mut Plan, now: Instant) {
    plan.take(
        &Ask::Watch {
            session: SEVEN,
            from_start: false,
        },
        now,
    );
}

fn drain(plan: &mut Plan, now: Instant) -> Vec<Job> {
    std::iter::from_fn(|| plan.next(now)).collect()
}

fn messages(serial: u64) -> Job {
    Job::Messages {
        session: SEVEN,
        after: MessageId::START,
        serial,
    }
}

const LIST: Job = Job::List {
    scope: Scope::Channels,
    below: None,
};

#[test]
fn the_session_being_read_comes_first() {
    let (mut plan, now) = started();
    watch(&mut plan, now);
    assert_eq!(drain(&mut plan, now), [messages(1), LIST]);
    assert_eq!(plan.wake(now), None, "all that is due is under way");
}

#[test]
fn each_lane_keeps_its_own_interval_counted_from_the_request() {
    let (mut plan, now) = started();
    watch(&mut plan, now);
    drain(&mut plan, now);
    plan.succeeded(messages(1), None);
    plan.succeeded(LIST, None);
    assert_eq!(plan.wake(now), Some(now + PACE.reader));
    assert_eq!(drain(&mut plan, now + PACE.reader), [messages(2)]);
    assert_eq!(plan.wake(now), Some(now + PACE.list));
}

#[test]
fn never_more_requests_a_second_than_allowed() {
    let (mut plan, mut now) = started();
    let begin = now;
    watch(&mut plan, now);
    let mut made = 0;
    while now < begin + Duration::from_secs(10) {
        for job in drain(&mut plan, now) {
            made += 1;
            plan.succeeded(job, None);
        }
        plan.take(&Ask::Refresh, now);
        now = plan.wake(now).unwrap().max(now + Duration::from_millis(1));
    }
    assert!(
        (38..=44).contains(&made),
        "{made} requests in 10 s at 4 a second"
    );
}

#[test]
fn a_pause_the_service_asked_for_holds_every_lane() {
    let (mut plan, now) = started();
    watch(&mut plan, now);
    drain(&mut plan, now);
    plan.succeeded(LIST, None);
    let busy = Fault::new(
        FaultKind::Busy {
            retry_after: Some(Duration::from_secs(4)),
        },
        "busy",
    );
    let link = plan.failed(messages(1), &busy, now);
    assert_eq!(
        link,
        Some(Link::Retrying {
            after: Duration::from_secs(4),
            why: "busy".into()
        })
    );
    plan.take(&Ask::Refresh, now);
    assert_eq!(drain(&mut plan, now + Duration::from_millis(3999)), []);
    assert_eq!(plan.wake(now), Some(now + Duration::from_secs(4)));
    assert_eq!(drain(&mut plan, now + Duration::from_secs(4)).len(), 2);
}

#[test]
fn what_is_tried_after_each_kind_of_fault() {
    let seconds = |from: f64, to: f64| Some(from..=to);
    let table = [
        (FaultKind::Network, seconds(0.25, 0.5)),
        (FaultKind::Garbled, seconds(0.25, 0.5)),
        (FaultKind::Busy { retry_after: None }, seconds(0.25, 0.5)),
        (FaultKind::Moved, seconds(0.0, 0.0)),
        (FaultKind::SignIn, seconds(0.25, 0.5)),
        (FaultKind::Forbidden, seconds(0.25, 0.5)),
        (FaultKind::NotFound, None),
        (FaultKind::TooLarge, None),
        (FaultKind::Setup, None),
    ];
    for (kind, expected) in table {
        let (mut plan, now) = started();
        watch(&mut plan, now);
        drain(&mut plan, now);
        plan.failed(messages(1), &Fault::new(kind, "why"), now);
        let wait = plan.reader.at.map(|at| (at - now).as_secs_f64());
        match (wait, expected) {
            (Some(wait), Some(range)) => assert!(range.contains(&wait), "{kind:?}: {wait}"),
            (wait, expected) => assert!(wait.is_none() && expected.is_none(), "{kind:?}: {wait:?}"),
        }
    }
}

#[test]
fn moving_for_ever_is_slowed_down() {
    let (mut plan, now) = started();
    watch(&mut plan, now);
    for serial in 1..=4 {
        plan.reader.at = Some(now);
        plan.reader.under_way = true;
        plan.serial = serial;
        plan.failed(
            messages(serial),
            &Fault::new(FaultKind::Moved, "moved"),
            now,
        );
    }
    assert!(plan.reader.at.unwrap() > now);
}

#[test]
fn an_answer_for_a_session_left_does_not_touch_the_new_one() {
    let (mut plan, now) = started();
    watch(&mut plan, now);
    drain(&mut plan, now);
    plan.take(
        &Ask::Watch {
            session: SessionId(8),
            from_start: false,
        },
        now,
    );
    drain(&mut plan, now);
    assert_eq!(
        plan.failed(messages(1), &Fault::new(FaultKind::Network, "late"), now),
        None
    );
    assert_eq!(plan.succeeded(messages(1), Some(Tail::default())), None);
    assert!(
        plan.reader.under_way,
        "the request for session 8 is still under way"
    );
}

#[test]
fn coming_back_to_a_session_does_not_take_its_old_answer_for_the_new() {
    let (mut plan, now) = started();
    watch(&mut plan, now);
    drain(&mut plan, now);
    watch(&mut plan, now);
    drain(&mut plan, now);
    assert_eq!(plan.succeeded(messages(1), None), None);
    assert!(plan.reader.under_way);
}

#[test]
fn once_only_questions_stop_when_answered() {
    let now = Instant::now();
    let mut plan = Plan::new(PACE, 1, Scope::Channels, now);
    assert_eq!(
        drain(&mut plan, now),
        [LIST, Job::HomeZone, Job::Zones],
        "one request is left to spare"
    );
    let later = now + Duration::from_millis(250);
    assert_eq!(plan.wake(now), Some(later));
    assert_eq!(drain(&mut plan, later), [Job::Me]);
    for job in [Job::HomeZone, Job::Zones] {
        assert_eq!(plan.succeeded(job, None), None);
    }
    assert_eq!(
        plan.failed(Job::Me, &Fault::new(FaultKind::NotFound, "none"), now),
        None
    );
    assert_eq!(plan.once.len(), 1);
    assert_eq!(
        plan.once[0].1.at, None,
        "a service without it is not asked again"
    );
}

#[test]
fn the_next_page_is_asked_once_and_again_only_after_a_failure() {
    let (mut plan, now) = started();
    drain(&mut plan, now);
    plan.succeeded(LIST, None);
    plan.take(&Ask::More { below: SEVEN }, now);
    let page = Job::List {
        scope: Scope::Channels,
        below: Some(SEVEN),
    };
    assert_eq!(drain(&mut plan, now), [page]);
    plan.failed(page, &Fault::new(FaultKind::Network, "cut"), now);
    assert_eq!(
        drain(&mut plan, now),
        [],
        "a failed list is not asked more of"
    );
    let later = now + Duration::from_secs(1);
    assert_eq!(drain(&mut plan, later), [LIST]);
    plan.succeeded(LIST, None);
    assert_eq!(drain(&mut plan, later), [page]);
    plan.succeeded(page, None);
    assert_eq!(drain(&mut plan, later), []);
}
