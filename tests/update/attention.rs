//! Who the person is called for, with what words, and when not.

use chrono::TimeDelta;
use sochat::app::effect::Effect;
use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::chat::{Lww, ReadState, SessionReadState, Scope, Session, SessionId, SpecialKind, Status};

use crate::fixture::nouns::{ago, customer, event, now, reply, session};
use crate::fixture::{Desk, listed};

/// A narrow desk, on which nothing opens by itself, with this in the list.
fn desk(sessions: Vec<Session>) -> Desk {
    let mut desk = Desk::new(60, 30);
    assert_eq!(
        calls(&desk.list(sessions)),
        [""; 0],
        "the first answer calls nobody"
    );
    desk
}

fn calls(effects: &[Effect]) -> Vec<&str> {
    let calls = effects.iter().filter_map(|effect| match effect {
        Effect::Notify(words) => Some(words.as_str()),
        _ => None,
    });
    calls.collect()
}

fn kari(status: Status) -> Session {
    session(1, "Kari", status, 0)
}

fn watching(desk: &mut Desk, id: i64) {
    let watched = Some(Lww {
        at: now(),
        value: true,
    });
    let mark = SessionReadState {
        watched,
        ..SessionReadState::new(now())
    };
    desk.tell(Event::ReadStateLoaded(ReadState::for_session(SessionId(id), mark)));
}

#[test]
fn a_customer_begins_to_wait() {
    const WAITS: &str = "Kari waits in Support NO";
    let rows = [
        (None, Status::InQueue, Some(WAITS)),
        (None, Status::CustomerLast, Some(WAITS)),
        (None, Status::PreChatForm, None),
        (None, Status::UserLast, None),
        (Some(Status::PreChatForm), Status::InQueue, Some(WAITS)),
        (Some(Status::UserLast), Status::CustomerLast, Some(WAITS)),
        (Some(Status::Finished), Status::CustomerLast, Some(WAITS)),
        (Some(Status::CustomerLast), Status::InQueue, Some(WAITS)),
        (Some(Status::InQueue), Status::CustomerLast, Some(WAITS)),
        (Some(Status::InQueue), Status::InQueue, None),
        (Some(Status::CustomerLast), Status::CustomerLast, None),
        (Some(Status::CustomerLast), Status::UserLast, None),
        (Some(Status::InQueue), Status::ClosedFromQueue, None),
    ];
    for (before, after, expected) in rows {
        let mut desk = desk(before.clone().map(kari).into_iter().collect());
        let effects = desk.list(vec![kari(after.clone())]);
        let expected: Vec<_> = expected.into_iter().collect();
        assert_eq!(calls(&effects), expected, "{before:?} to {after:?}");
        let again = desk.list(vec![kari(after)]);
        assert_eq!(calls(&again), [""; 0], "the same says nothing new");
    }
}

#[test]
fn a_session_calls_once_a_minute() {
    let mut desk = desk(Vec::new());
    let mut turn = |status: Status, seconds: i64| {
        desk.wait(TimeDelta::seconds(seconds));
        calls(&desk.list(vec![kari(status)])).len()
    };
    assert_eq!(turn(Status::CustomerLast, 0), 1);
    assert_eq!(turn(Status::UserLast, 5), 0);
    assert_eq!(turn(Status::CustomerLast, 54), 0);
    assert_eq!(turn(Status::UserLast, 0), 0);
    assert_eq!(turn(Status::CustomerLast, 1), 1, "a minute after the first");
}

#[test]
fn each_session_calls_for_itself_and_without_what_was_said() {
    let mut desk = desk(Vec::new());
    let said = Session {
        last_message: "my secret".to_owned(),
        ..kari(Status::InQueue)
    };
    let mut nameless = session(2, "", Status::CustomerLast, 0);
    nameless.channel.name.clear();
    let effects = desk.list(vec![said, nameless]);
    assert_eq!(
        calls(&effects),
        ["Kari waits in Support NO", "session 2 waits"]
    );
}

#[test]
fn the_session_on_the_screen_is_silent_while_the_window_has_focus() {
    for (focused, in_sight, silent) in [
        (true, true, true),
        (false, true, false),
        (true, false, false),
    ] {
        let mut desk = desk(vec![kari(Status::UserLast)]);
        desk.press("<enter>");
        desk.messages(1, vec![customer(1, ago(3), "a")]);
        if !in_sight {
            desk.press("h");
        }
        desk.tell(Event::FocusChanged(focused));
        let effects = desk.list(vec![kari(Status::CustomerLast)]);
        assert_eq!(calls(&effects).is_empty(), silent, "{focused} {in_sight}");
    }
}

#[test]
fn another_scope_and_a_new_sign_in_begin_anew() {
    let mut desk = desk(Vec::new());
    desk.press("v");
    let mine = |sessions| listed(Scope::Mine, None, sessions, None);
    assert_eq!(desk.tell(mine(vec![kari(Status::InQueue)])), []);
    // An answer for the scope before is of no interest.
    let late = vec![session(5, "Ola", Status::InQueue, 0)];
    assert_eq!(desk.tell(listed(Scope::Channels, None, late, None)), []);
    let more = vec![kari(Status::InQueue), session(2, "Per", Status::InQueue, 0)];
    let effects = desk.tell(mine(more));
    assert_eq!(calls(&effects), ["Per waits in Support NO"]);

    desk.link(
        Feed::List,
        ConnectionState::SignedOut {
            after: std::time::Duration::from_secs(30),
            why: "401".to_owned(),
        },
    );
    let more = vec![session(3, "Eva", Status::InQueue, 0)];
    assert_eq!(calls(&desk.tell(mine(more))), [""; 0]);
}

#[test]
fn pages_of_the_archive_bring_what_was_there() {
    let mut desk = Desk::new(60, 30);
    desk.press("vv");
    let waits = |id| session(id, &format!("customer {id}"), Status::InQueue, 0);
    let page = |below, ids: &[i64]| {
        let next = ids.last().copied();
        listed(
            Scope::All,
            below,
            ids.iter().map(|&id| waits(id)).collect(),
            next,
        )
    };
    assert_eq!(calls(&desk.tell(page(None, &[20, 18]))), [""; 0]);
    assert_eq!(calls(&desk.tell(page(Some(18), &[16, 14]))), [""; 0]);
    // One above is new; one that comes up from below is not.
    assert_eq!(
        calls(&desk.tell(page(None, &[21, 20, 17]))),
        ["customer 21 waits in Support NO"]
    );
}

#[test]
fn what_left_the_first_page_of_the_archive_is_no_longer_remembered() {
    let mut desk = Desk::new(60, 30);
    desk.press("vv");
    for first in 1..50 {
        let ids = (first * 10..first * 10 + 20).rev();
        let rows = ids.map(|id| session(id, "Kari", Status::UserLast, 0));
        desk.tell(listed(Scope::All, None, rows.collect(), Some(first * 10)));
    }
    let app = format!("{:?}", desk.app);
    assert_eq!(app.matches("Stood {").count(), 20);
}

#[test]
fn a_watched_session_moves_in_the_list() {
    let moved = |status, minutes| session(1, "Kari", status, minutes);
    let mut entered = desk(Vec::new());
    watching(&mut entered, 1);
    let effects = entered.list(vec![moved(Status::Closed, 1)]);
    assert_eq!(calls(&effects), [""; 0], "it was not there before");
    for (watched, before, after, expected) in [
        (
            true,
            moved(Status::CustomerLast, 9),
            moved(Status::CustomerLast, 1),
            true,
        ),
        (
            true,
            moved(Status::UserLast, 9),
            moved(Status::Closed, 1),
            true,
        ),
        (
            true,
            moved(Status::UserLast, 9),
            moved(Status::UserLast, 1),
            false,
        ),
        (
            true,
            moved(Status::CustomerLast, 9),
            moved(Status::CustomerLast, 9),
            false,
        ),
        (
            false,
            moved(Status::CustomerLast, 9),
            moved(Status::CustomerLast, 1),
            false,
        ),
    ] {
        let mut desk = desk(vec![before]);
        if watched {
            watching(&mut desk, 1);
        }
        let effects = desk.list(vec![after]);
        let expected: &[&str] = if expected {
            &["News from Kari in Support NO"]
        } else {
            &[]
        };
        assert_eq!(calls(&effects), expected);
    }
}

#[test]
fn messages_of_a_watched_session_call() {
    let mut desk = desk(vec![kari(Status::UserLast)]);
    let first = || vec![customer(1, ago(9), "a"), reply(2, ago(8), "b")];
    assert_eq!(calls(&desk.messages(1, first())), [""; 0], "not watched");
    watching(&mut desk, 1);
    assert_eq!(calls(&desk.messages(1, first())), [""; 0], "what was there");
    for (message, expected) in [
        (reply(3, ago(1), "the agent's own"), 0),
        (customer(4, ago(1), "secret"), 1),
        (customer(4, ago(1), "secret"), 0),
        (event(5, ago(1), SpecialKind::ClosedByCustomer), 1),
    ] {
        desk.wait(TimeDelta::minutes(2));
        let effects = desk.messages(1, [first(), vec![message]].concat());
        assert_eq!(
            calls(&effects),
            vec!["News from Kari in Support NO"; expected]
        );
    }
    watching(&mut desk, 77);
    desk.messages(77, first());
    let effects = desk.messages(77, vec![customer(9, ago(1), "c")]);
    assert_eq!(calls(&effects), ["News in session 77"]);
}

#[test]
fn the_first_message_after_watching_a_session_that_was_read_calls() {
    let mut desk = desk(vec![
        kari(Status::UserLast),
        session(2, "Per", Status::UserLast, 1),
    ]);
    desk.press("<enter>");
    desk.messages(1, vec![customer(1, ago(9), "a")]);
    desk.press("w");
    desk.press("hj<enter>");
    let effects = desk.messages(1, vec![customer(2, ago(1), "b")]);
    assert_eq!(calls(&effects), ["News from Kari in Support NO"]);
}
