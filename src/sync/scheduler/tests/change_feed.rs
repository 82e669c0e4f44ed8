//! Changed rows are pulled at once; the open session comes first.

use super::*;

pub(super) const NINE: SessionId = SessionId(9);

/// Responds to the list with these rows.
pub(super) fn list(scheduler: &mut Scheduler, rows: &[(SessionId, Status, &str)], now: Instant) {
    let sessions = rows.iter().map(|(id, status, last_message)| Session {
        id: *id,
        status: status.clone(),
        last_message: (*last_message).to_owned(),
        ..Session::default()
    });
    let sessions = sessions.map(Into::into).collect();
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
pub(super) fn settled(open_one: Option<SessionId>, watched: &[SessionId]) -> (Scheduler, Instant) {
    let (mut scheduler, start) = started();
    scheduler.handle_command(SyncCommand::SetWatched(watched.to_vec()), start);
    if let Some(session) = open_one {
        open(&mut scheduler, session, start);
    }
    let rows = [SEVEN, EIGHT, NINE].map(|id| (id, Status::UserLast, "quiet"));
    list(&mut scheduler, &rows, start);
    let mut now = start;
    for _ in 0..10 {
        let requests = drain(&mut scheduler, now);
        answer(&mut scheduler, &requests, now);
        now += Duration::from_millis(800);
    }
    (scheduler, now)
}

pub(super) fn messages(requests: &[Request]) -> Vec<SessionId> {
    requests
        .iter()
        .filter_map(|request| request.query.session())
        .collect()
}

#[test]
fn a_changed_row_has_its_messages_pulled_at_once() {
    let (mut scheduler, now) = settled(None, &[SEVEN, EIGHT]);
    let unchanged = (SEVEN, Status::UserLast, "quiet");
    list(&mut scheduler, std::slice::from_ref(&unchanged), now);
    assert_eq!(messages(&drain(&mut scheduler, now)), []);
    let rows = [unchanged, (EIGHT, Status::UserLast, "new")];
    list(&mut scheduler, &rows, now);
    assert_eq!(messages(&drain(&mut scheduler, now)), [EIGHT]);
}

#[test]
fn a_row_that_changes_during_its_pull_is_pulled_once_more() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    list(&mut scheduler, &[(SEVEN, Status::UserLast, "one")], now);
    let requests = drain(&mut scheduler, now);
    list(&mut scheduler, &[(SEVEN, Status::UserLast, "two")], now);
    assert_eq!(drain(&mut scheduler, now), []);
    let later = now + Duration::from_secs(2);
    answer(&mut scheduler, &requests, later);
    assert_eq!(messages(&drain(&mut scheduler, later)), [SEVEN]);
}

#[test]
fn the_open_session_comes_first_then_those_that_need_a_reply() {
    let (mut scheduler, mut now) = settled(Some(SEVEN), &[EIGHT, NINE]);
    let rows = [
        (EIGHT, Status::UserLast, "new"),
        (NINE, Status::CustomerLast, "new"),
        (SEVEN, Status::CustomerLast, "new"),
    ];
    list(&mut scheduler, &rows, now);
    let mut order = Vec::new();
    for _ in 0..4 {
        let requests = drain(&mut scheduler, now);
        for id in messages(&requests) {
            if !order.contains(&id) {
                order.push(id);
            }
        }
        answer(&mut scheduler, &requests, now);
        now += Duration::from_secs(1);
    }
    assert_eq!(order, [SEVEN, NINE, EIGHT]);
}

#[test]
fn a_watched_session_is_pulled_once_a_minute() {
    let (mut scheduler, start) = settled(None, &[SEVEN, EIGHT]);
    let mut now = start;
    let mut pulls = Vec::new();
    while now < start + Duration::from_mins(4) {
        let requests = drain(&mut scheduler, now);
        pulls.extend(messages(&requests));
        answer(&mut scheduler, &requests, now);
        now = scheduler.next_deadline(now).unwrap();
    }
    pulls.sort_unstable();
    assert_eq!(pulls, [[SEVEN; 4], [EIGHT; 4]].concat());
    scheduler.handle_command(SyncCommand::SetWatched(vec![EIGHT]), now);
    let end = now + Duration::from_mins(2);
    while now < end {
        let requests = drain(&mut scheduler, now);
        assert!(!messages(&requests).contains(&SEVEN));
        answer(&mut scheduler, &requests, now);
        now = scheduler.next_deadline(now).unwrap();
    }
}

#[test]
fn a_watched_session_that_fails_is_tried_again_and_not_reported() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    list(&mut scheduler, &[(SEVEN, Status::CustomerLast, "new")], now);
    let request = drain(&mut scheduler, now)
        .into_iter()
        .find(|request| request.query.session().is_some())
        .unwrap();
    let state = fail(&mut scheduler, request, ErrorKind::Network, now);
    assert_eq!(state, None);
    let soon = now + Duration::from_secs(2);
    assert_eq!(messages(&drain(&mut scheduler, soon)), [SEVEN]);
}

#[test]
fn a_watched_session_that_is_opened_continues_at_its_cursor() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    open(&mut scheduler, SEVEN, now);
    let requests = drain(&mut scheduler, now);
    assert_eq!(messages(&requests), [SEVEN]);
    assert_eq!(next_after(&scheduler, now), 92);
    // A watched session is still pulled after it is left; another one is not.
    open(&mut scheduler, EIGHT, now);
    assert!(scheduler.is_awaited(requests[0]));
    open(&mut scheduler, SEVEN, now);
    scheduler.handle_command(SyncCommand::SetWatched(Vec::new()), now);
    open(&mut scheduler, NINE, now);
    assert!(!scheduler.is_awaited(requests[0]));
}

#[test]
fn only_the_cursors_of_the_last_sessions_opened_are_retained() {
    let (mut scheduler, now) = settled(None, &[SEVEN]);
    open(&mut scheduler, SEVEN, now);
    for id in 100_i64..600 {
        let now = now + Duration::from_secs(id.unsigned_abs());
        open(&mut scheduler, SessionId(id), now);
        let requests = drain(&mut scheduler, now);
        answer(&mut scheduler, &requests, now);
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
fn loaded_pages_of_the_archive_are_requested_again_one_by_one() {
    let (mut scheduler, mut now) = started();
    scheduler.handle_command(SyncCommand::SetScope(Scope::All), now);
    let below = |below: i64| Query::List {
        scope: Scope::All,
        below: Some(SessionId(below)),
    };
    let next_page = |below| SyncCommand::FetchNextPage {
        below: SessionId(below),
    };
    let mut requested = Vec::new();
    let start = now;
    scheduler.handle_command(next_page(900), now);
    while now < start + Duration::from_secs(100) {
        for request in drain(&mut scheduler, now) {
            let (from, next) = match request.query {
                Query::List { below: None, .. } => (None, 900),
                Query::List {
                    below: Some(id), ..
                } => (Some(id), id.0 - 100),
                Query::ArchivePage { below } => {
                    requested.push(((now - start).as_secs(), below.0));
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
            answer(&mut scheduler, &[request], now);
            if request.query == below(900) {
                scheduler.handle_command(next_page(800), now);
            }
        }
        now = scheduler.next_deadline(now).unwrap();
    }
    assert_eq!(requested, [(30, 900), (60, 800), (90, 900)]);
    scheduler.handle_command(SyncCommand::SetScope(Scope::Channels), now);
    assert_eq!(
        queries(&drain(&mut scheduler, now + Duration::from_mins(1))),
        [LIST]
    );
}
