//! Changed rows are pulled at once; the open session comes first.

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

/// Responds to the list with these.
fn list(scheduler: &mut Scheduler, sessions: Vec<Session>, now: Instant) {
    let listing = SessionPage {
        sessions,
        ..SessionPage::default()
    };
    let listed = SyncEvent::SessionsListed {
        scope: Scope::Channels,
        below: None,
        listing,
    };
    scheduler.on_event(&listed, now);
}

/// A scheduler that has requested everything once, with unchanged rows of sessions 7, 8 and 9.
fn settled(open_one: Option<SessionId>, watched: &[SessionId]) -> (Scheduler, Instant) {
    let (mut scheduler, start) = started();
    scheduler.handle_command(SyncCommand::SetWatched(watched.to_vec()), start);
    if let Some(session) = open_one {
        open(&mut scheduler, session, start);
    }
    let rows = [SEVEN, EIGHT, NINE].map(|id| session(id, Status::UserLast, "quiet"));
    list(&mut scheduler, rows.to_vec(), start);
    let mut now = start;
    for _ in 0..10 {
        let jobs = drain(&mut scheduler, now);
        answer(&mut scheduler, &jobs, now);
        now += Duration::from_millis(800);
    }
    (scheduler, now)
}

fn messages(jobs: &[Request]) -> Vec<SessionId> {
    jobs.iter().filter_map(|job| job.query.session()).collect()
}

#[test]
fn a_row_that_moves_has_its_messages_pulled_at_once() {
    let (mut scheduler, now) = settled(None, &[SEVEN, EIGHT]);
    let still = session(SEVEN, Status::UserLast, "quiet");
    list(&mut scheduler, vec![still.clone()], now);
    assert_eq!(messages(&drain(&mut scheduler, now)), []);
    list(
        &mut scheduler,
        vec![still, session(EIGHT, Status::UserLast, "new")],
        now,
    );
    assert_eq!(messages(&drain(&mut scheduler, now)), [EIGHT]);
}

#[test]
fn what_moves_during_its_pull_is_pulled_once_more() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    list(
        &mut scheduler,
        vec![session(SEVEN, Status::UserLast, "one")],
        now,
    );
    let jobs = drain(&mut scheduler, now);
    list(
        &mut scheduler,
        vec![session(SEVEN, Status::UserLast, "two")],
        now,
    );
    assert_eq!(drain(&mut scheduler, now), []);
    let later = now + Duration::from_secs(2);
    answer(&mut scheduler, &jobs, later);
    assert_eq!(messages(&drain(&mut scheduler, later)), [SEVEN]);
}

#[test]
fn the_open_session_comes_first_then_those_that_need_a_reply() {
    let (mut scheduler, mut now) = settled(Some(SEVEN), &[EIGHT, NINE]);
    let rows = vec![
        session(EIGHT, Status::UserLast, "new"),
        session(NINE, Status::CustomerLast, "new"),
        session(SEVEN, Status::CustomerLast, "new"),
    ];
    list(&mut scheduler, rows, now);
    let mut order = Vec::new();
    for _ in 0..4 {
        let jobs = drain(&mut scheduler, now);
        assert!(messages(&jobs).iter().filter(|id| **id != SEVEN).count() <= 1);
        order.extend(
            messages(&jobs)
                .into_iter()
                .filter(|id| !order.contains(id))
                .collect::<Vec<_>>(),
        );
        answer(&mut scheduler, &jobs, now);
        now += Duration::from_secs(1);
    }
    assert_eq!(order, [SEVEN, NINE, EIGHT]);
}

#[test]
fn what_is_only_watched_is_swept_once_a_minute() {
    let (mut scheduler, start) = settled(None, &[SEVEN, EIGHT]);
    let mut now = start;
    let mut pulls = Vec::new();
    while now < start + Duration::from_mins(4) {
        let jobs = drain(&mut scheduler, now);
        pulls.extend(messages(&jobs));
        answer(&mut scheduler, &jobs, now);
        now = scheduler.next_deadline(now).unwrap();
    }
    pulls.sort_unstable();
    assert_eq!(pulls, [[SEVEN; 4], [EIGHT; 4]].concat());
    scheduler.handle_command(SyncCommand::SetWatched(vec![EIGHT]), now);
    let end = now + Duration::from_mins(2);
    while now < end {
        let jobs = drain(&mut scheduler, now);
        assert!(!messages(&jobs).contains(&SEVEN));
        answer(&mut scheduler, &jobs, now);
        now = scheduler.next_deadline(now).unwrap();
    }
}

#[test]
fn a_watched_session_that_fails_is_tried_again_and_not_reported() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    list(
        &mut scheduler,
        vec![session(SEVEN, Status::CustomerLast, "new")],
        now,
    );
    let job = drain(&mut scheduler, now)
        .into_iter()
        .find(|job| job.query.session().is_some())
        .unwrap();
    assert_eq!(
        scheduler.on_failure(job, &api_error(ErrorKind::Network), None, now),
        None
    );
    let soon = now + Duration::from_secs(2);
    assert_eq!(messages(&drain(&mut scheduler, soon)), [SEVEN]);
}

#[test]
fn a_watched_session_that_is_opened_goes_on_where_it_was() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    open(&mut scheduler, SEVEN, now);
    let jobs = drain(&mut scheduler, now);
    assert_eq!(messages(&jobs), [SEVEN]);
    assert_eq!(scheduler.cursor_for(SEVEN, now).next_after(), MessageId(92));
    // A watched session is still pulled after it is left; another one is not.
    open(&mut scheduler, EIGHT, now);
    assert!(scheduler.is_awaited(jobs[0]));
    open(&mut scheduler, SEVEN, now);
    scheduler.handle_command(SyncCommand::SetWatched(Vec::new()), now);
    open(&mut scheduler, NINE, now);
    assert!(!scheduler.is_awaited(jobs[0]));
}

#[test]
fn of_all_that_was_opened_in_a_day_only_the_last_are_remembered() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    open(&mut scheduler, SEVEN, now);
    for id in 100_i64..600 {
        let now = now + Duration::from_secs(id.unsigned_abs());
        open(&mut scheduler, SessionId(id), now);
        let jobs = drain(&mut scheduler, now);
        answer(&mut scheduler, &jobs, now);
    }
    let read_up_to = |id| scheduler.cursor_for(id, now).newest();
    assert_eq!(read_up_to(SessionId(599)), Some(MessageId(100)));
    assert_eq!(read_up_to(SessionId(590)), Some(MessageId(100)));
    assert_eq!(read_up_to(SEVEN), Some(MessageId(100)), "it is watched");
    assert_eq!(read_up_to(SessionId(500)), None);
    assert!(
        scheduler.sessions.len() < 20,
        "{}",
        scheduler.sessions.len()
    );
}

#[test]
fn loaded_pages_of_the_archive_are_looked_at_again_one_by_one() {
    let (mut scheduler, mut now) = started();
    scheduler.handle_command(SyncCommand::SetScope(Scope::All), now);
    let below = |below: i64| Query::List {
        scope: Scope::All,
        below: Some(SessionId(below)),
    };
    let mut asked = Vec::new();
    let start = now;
    scheduler.handle_command(
        SyncCommand::FetchNextPage {
            below: SessionId(900),
        },
        now,
    );
    while now < start + Duration::from_secs(100) {
        for job in drain(&mut scheduler, now) {
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
            let listed = SyncEvent::SessionsListed {
                scope: Scope::All,
                below: from,
                listing: SessionPage {
                    next: Some(SessionId(next)),
                    ..SessionPage::default()
                },
            };
            scheduler.on_event(&listed, now);
            answer(&mut scheduler, &[job], now);
            if job.query == below(900) {
                scheduler.handle_command(
                    SyncCommand::FetchNextPage {
                        below: SessionId(800),
                    },
                    now,
                );
            }
        }
        now = scheduler.next_deadline(now).unwrap();
    }
    assert_eq!(asked, [(30, 900), (60, 800), (90, 900)]);
    scheduler.handle_command(SyncCommand::SetScope(Scope::Channels), now);
    assert_eq!(
        queries(&drain(&mut scheduler, now + Duration::from_mins(1))),
        [LIST]
    );
}
