//! Requests of low priority, and the state that the scheduler stores of a session.

use super::change_feed::{NINE, list, messages, settled};
use super::*;

#[test]
fn few_requests_of_low_priority_are_in_flight_and_it_does_not_wake_for_the_others() {
    let (mut scheduler, now) = started();
    let requests = drain(&mut scheduler, now);
    answer(&mut scheduler, &requests, now);
    let watched = [SEVEN, EIGHT, NINE, SessionId(10)];
    scheduler.handle_command(SyncCommand::SetWatched(watched.to_vec()), now);
    let first = drain(&mut scheduler, now);
    assert_eq!(messages(&first), watched[..2]);
    assert_eq!(scheduler.next_deadline(now), Some(now + LIST_INTERVAL));
    answer(&mut scheduler, &first[..1], now);
    assert_eq!(scheduler.next_deadline(now), Some(now), "one may be sent");
    assert_eq!(messages(&drain(&mut scheduler, now)), watched[2..3]);
    // The open session does not wait for them.
    open(&mut scheduler, SessionId(11), now);
    assert_eq!(messages(&drain(&mut scheduler, now)), [SessionId(11)]);
}

#[test]
fn a_changed_session_whose_pull_failed_still_comes_before_routine_pulls() {
    let (mut scheduler, start) = settled(None, &[SEVEN, EIGHT, NINE]);
    // All were pulled within the first seconds, and are due again after a minute.
    let now = start + Duration::from_secs(70);
    list(&mut scheduler, &[(NINE, Status::UserLast, "new")], now);
    let requests = drain(&mut scheduler, now);
    assert_eq!(messages(&requests), [NINE, SEVEN]);
    let failed = requests
        .iter()
        .find(|it| it.query.session() == Some(NINE))
        .unwrap();
    fail(&mut scheduler, *failed, ErrorKind::Network, now);
    let seven = requests
        .iter()
        .filter(|it| it.query.session() == Some(SEVEN));
    let seven: Vec<_> = seven.copied().collect();
    answer(&mut scheduler, &seven, now);
    let later = now + Duration::from_secs(1);
    assert_eq!(messages(&drain(&mut scheduler, later)), [NINE, EIGHT]);
}

#[test]
fn presence_that_failed_does_not_come_before_routine_pulls() {
    let watched = [SEVEN, EIGHT, NINE, SessionId(10)];
    let (mut scheduler, start) = settled(None, &watched);
    // All are due again after a minute, and two are sent at once.
    let now = start + Duration::from_secs(70);
    scheduler.handle_command(SyncCommand::PollPresence(true), now);
    let requests = drain(&mut scheduler, now);
    let (presence, others): (Vec<_>, Vec<_>) = requests
        .into_iter()
        .partition(|it| it.query == Query::Presence);
    fail(&mut scheduler, presence[0], ErrorKind::Network, now);
    let later = now + Duration::from_secs(30);
    answer(&mut scheduler, &others, later);
    let sent = queries(&drain(&mut scheduler, later));
    let is_pull = |query: &Query| matches!(query, Query::Messages(_));
    let sent: Vec<_> = sent
        .into_iter()
        .filter(|query| is_pull(query) || *query == Query::Presence)
        .collect();
    assert!(sent.iter().any(is_pull));
    assert_eq!(sent.last(), Some(&Query::Presence));
}

#[test]
fn new_messages_keep_a_session_in_the_fast_rhythm() {
    let (mut scheduler, start, requests) = opened();
    answer(&mut scheduler, &requests, start);
    for (last, seconds) in [(100, 2), (101, 1), (101, 1)] {
        let now = start + Duration::from_mins(6);
        let requests = drain(&mut scheduler, now);
        let pulls = requests.iter().filter(|it| it.query.session().is_some());
        for request in pulls {
            scheduler.on_success(*request, Some(pull_report(1..=last)), now);
        }
        let query = Query::Messages(SEVEN);
        let next = scheduler.find_mut(query).unwrap().next_at;
        assert_eq!(next, Some(now + Duration::from_secs(seconds)), "{last}");
        // Due again at the same time, for the next turn.
        scheduler.find_mut(query).unwrap().next_at = Some(now);
    }
}

#[test]
fn the_fingerprint_of_a_row_is_retained_at_reopening() {
    let (mut scheduler, now, requests) = opened();
    answer(&mut scheduler, &requests, now);
    list(&mut scheduler, &[(SEVEN, Status::Closed, "bye")], now);
    open(&mut scheduler, EIGHT, now);
    open(&mut scheduler, SEVEN, now);
    let requests = drain(&mut scheduler, now);
    answer(&mut scheduler, &requests, now);
    let next = scheduler.find_mut(Query::Messages(SEVEN)).unwrap().next_at;
    assert_eq!(next, Some(now + 15 * OPEN_INTERVAL), "it has ended");
    list(&mut scheduler, &[(SEVEN, Status::UserLast, "again")], now);
    assert_eq!(messages(&drain(&mut scheduler, now)), [SEVEN]);
}

#[test]
fn the_timer_of_a_reread_goes_on_while_other_sessions_are_open() {
    let (mut scheduler, start) = started();
    let mut now = start;
    let mut rereads = Vec::new();
    // Every 40 seconds the other one.
    for turn in 0..18 {
        let session = [SEVEN, EIGHT][turn % 2];
        open(&mut scheduler, session, now);
        let end = now + Duration::from_secs(40);
        while now < end {
            for request in drain(&mut scheduler, now) {
                let is_reread = scheduler.cursor_for(SEVEN, now).is_reread();
                let mut pulled = pull_report(1..=100);
                if request.query == Query::Messages(SEVEN) && is_reread {
                    rereads.push((now - start).as_secs());
                    pulled.start = PullStart::Reread;
                }
                let pulled = request.query.session().map(|_| pulled);
                scheduler.on_success(request, pulled, now);
            }
            now = scheduler.next_deadline(now).unwrap().min(end);
        }
    }
    assert_eq!(rereads, [80, 240, 400, 560]);
}
