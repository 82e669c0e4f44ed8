//! What the list shows is what is pulled; what nobody looks at comes behind.

use super::*;

const NINE: SessionId = SessionId(9);

fn session(id: SessionId, status: Status, last_message: &str) -> Session {
    Session {
        id,
        status,
        last_message: last_message.to_owned(),
        ..Session::default()
    }
}

/// The list is answered with these.
fn list(plan: &mut Scheduler, sessions: Vec<Session>, now: Instant) {
    let listing = SessionPage {
        sessions,
        ..SessionPage::default()
    };
    let listed = Event::SessionsListed {
        scope: Scope::Channels,
        below: None,
        listing,
    };
    plan.on_event(&listed, now);
}

/// A plan that has just asked everything once, with rows of sessions 7, 8 and 9 that are quiet.
fn settled(open_one: Option<SessionId>, watched: &[SessionId]) -> (Scheduler, Instant) {
    let (mut plan, start) = started();
    plan.handle_command(SyncCommand::SetWatched(watched.to_vec()), start);
    if let Some(session) = open_one {
        open(&mut plan, session, start);
    }
    let rows = [SEVEN, EIGHT, NINE].map(|id| session(id, Status::UserLast, "quiet"));
    list(&mut plan, rows.to_vec(), start);
    let mut now = start;
    for _ in 0..10 {
        let jobs = drain(&mut plan, now);
        answer(&mut plan, &jobs, now);
        now += Duration::from_millis(800);
    }
    (plan, now)
}

fn messages(jobs: &[Request]) -> Vec<SessionId> {
    jobs.iter().filter_map(|job| job.query.session()).collect()
}

#[test]
fn a_row_that_moves_has_its_messages_pulled_at_once() {
    let (mut plan, now) = settled(None, &[SEVEN, EIGHT]);
    let still = session(SEVEN, Status::UserLast, "quiet");
    list(&mut plan, vec![still.clone()], now);
    assert_eq!(messages(&drain(&mut plan, now)), []);
    list(
        &mut plan,
        vec![still, session(EIGHT, Status::UserLast, "new")],
        now,
    );
    assert_eq!(messages(&drain(&mut plan, now)), [EIGHT]);
}

#[test]
fn what_moves_during_its_pull_is_pulled_once_more() {
    let (mut plan, now) = settled(None, &[SEVEN]);
    list(
        &mut plan,
        vec![session(SEVEN, Status::UserLast, "one")],
        now,
    );
    let jobs = drain(&mut plan, now);
    list(
        &mut plan,
        vec![session(SEVEN, Status::UserLast, "two")],
        now,
    );
    assert_eq!(drain(&mut plan, now), []);
    let later = now + Duration::from_secs(2);
    answer(&mut plan, &jobs, later);
    assert_eq!(messages(&drain(&mut plan, later)), [SEVEN]);
}

#[test]
fn the_person_comes_first_then_who_needs_a_reply() {
    let (mut plan, mut now) = settled(Some(SEVEN), &[EIGHT, NINE]);
    let rows = vec![
        session(EIGHT, Status::UserLast, "new"),
        session(NINE, Status::CustomerLast, "new"),
        session(SEVEN, Status::CustomerLast, "new"),
    ];
    list(&mut plan, rows, now);
    let mut order = Vec::new();
    for _ in 0..4 {
        let jobs = drain(&mut plan, now);
        assert!(messages(&jobs).iter().filter(|id| **id != SEVEN).count() <= 1);
        order.extend(
            messages(&jobs)
                .into_iter()
                .filter(|id| !order.contains(id))
                .collect::<Vec<_>>(),
        );
        answer(&mut plan, &jobs, now);
        now += Duration::from_secs(1);
    }
    assert_eq!(order, [SEVEN, NINE, EIGHT]);
}

#[test]
fn what_is_only_watched_is_swept_once_a_minute() {
    let (mut plan, start) = settled(None, &[SEVEN, EIGHT]);
    let mut now = start;
    let mut pulls = Vec::new();
    while now < start + Duration::from_mins(4) {
        let jobs = drain(&mut plan, now);
        pulls.extend(messages(&jobs));
        answer(&mut plan, &jobs, now);
        now = plan.next_deadline(now).unwrap();
    }
    pulls.sort_unstable();
    assert_eq!(pulls, [[SEVEN; 4], [EIGHT; 4]].concat());
    plan.handle_command(SyncCommand::SetWatched(vec![EIGHT]), now);
    let end = now + Duration::from_mins(2);
    while now < end {
        let jobs = drain(&mut plan, now);
        assert!(!messages(&jobs).contains(&SEVEN));
        answer(&mut plan, &jobs, now);
        now = plan.next_deadline(now).unwrap();
    }
}

#[test]
fn a_watched_session_that_fails_is_tried_again_and_told_to_nobody() {
    let (mut plan, now) = settled(None, &[SEVEN]);
    list(
        &mut plan,
        vec![session(SEVEN, Status::CustomerLast, "new")],
        now,
    );
    let job = drain(&mut plan, now)
        .into_iter()
        .find(|job| job.query.session().is_some())
        .unwrap();
    assert_eq!(
        plan.on_failure(job, &api_error(ErrorKind::Network), None, now),
        None
    );
    let soon = now + Duration::from_secs(2);
    assert_eq!(messages(&drain(&mut plan, soon)), [SEVEN]);
}

#[test]
fn a_watched_session_that_is_opened_goes_on_where_it_was() {
    let (mut plan, now) = settled(None, &[SEVEN]);
    open(&mut plan, SEVEN, now);
    let jobs = drain(&mut plan, now);
    assert_eq!(messages(&jobs), [SEVEN]);
    assert_eq!(plan.cursor_for(SEVEN, now).next_after(), MessageId(92));
    // It is left, and still watched; one that was not watched is left altogether.
    open(&mut plan, EIGHT, now);
    assert!(plan.is_awaited(jobs[0]));
    open(&mut plan, SEVEN, now);
    plan.handle_command(SyncCommand::SetWatched(Vec::new()), now);
    open(&mut plan, NINE, now);
    assert!(!plan.is_awaited(jobs[0]));
}

#[test]
fn of_all_that_was_opened_in_a_day_only_the_last_are_remembered() {
    let (mut plan, now) = settled(None, &[SEVEN]);
    open(&mut plan, SEVEN, now);
    for id in 100_i64..600 {
        let now = now + Duration::from_secs(id.unsigned_abs());
        open(&mut plan, SessionId(id), now);
        let jobs = drain(&mut plan, now);
        answer(&mut plan, &jobs, now);
    }
    let read_up_to = |id| plan.cursor_for(id, now).newest();
    assert_eq!(read_up_to(SessionId(599)), Some(MessageId(100)));
    assert_eq!(read_up_to(SessionId(590)), Some(MessageId(100)));
    assert_eq!(read_up_to(SEVEN), Some(MessageId(100)), "it is watched");
    assert_eq!(read_up_to(SessionId(500)), None);
    assert!(plan.sessions.len() < 20, "{}", plan.sessions.len());
}

#[test]
fn loaded_pages_of_the_archive_are_looked_at_again_one_by_one() {
    let (mut plan, mut now) = started();
    plan.handle_command(SyncCommand::SetScope(Scope::All), now);
    let below = |below: i64| Query::List {
        scope: Scope::All,
        below: Some(SessionId(below)),
    };
    let mut asked = Vec::new();
    let start = now;
    plan.handle_command(
        SyncCommand::FetchNextPage {
            below: SessionId(900),
        },
        now,
    );
    while now < start + Duration::from_secs(100) {
        for job in drain(&mut plan, now) {
            let (from, next) = match job.query {
                Query::List { below: None, .. } => (None, 900),
                Query::List {
                    below: Some(id), ..
                } => (Some(id), id.0 - 100),
                Query::ArchivePage { below } => {
                    asked.push(((now - start).as_secs(), below.0));
                    (Some(below), below.0 - 100)
                }
                _ => continue,
            };
            let listed = Event::SessionsListed {
                scope: Scope::All,
                below: from,
                listing: SessionPage {
                    next: Some(SessionId(next)),
                    ..SessionPage::default()
                },
            };
            plan.on_event(&listed, now);
            answer(&mut plan, &[job], now);
            if job.query == below(900) {
                plan.handle_command(
                    SyncCommand::FetchNextPage {
                        below: SessionId(800),
                    },
                    now,
                );
            }
        }
        now = plan.next_deadline(now).unwrap();
    }
    assert_eq!(asked, [(30, 900), (60, 800), (90, 900)]);
    plan.handle_command(SyncCommand::SetScope(Scope::Channels), now);
    assert_eq!(
        queries(&drain(&mut plan, now + Duration::from_mins(1))),
        [LIST]
    );
}
