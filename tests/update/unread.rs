//! What is seen and what is unread, over restarts and with the window in the background.

use chrono::TimeDelta;
use sochat::app::effect::Effect;
use sochat::app::event::Event;
use sochat::app::{AppConfig, Unread};
use sochat::chat::{
    Lww, ReadState, Message, MessageId, Timestamp, SessionReadState, ReadPosition, Session, SessionId, SpecialKind, Status,
};

use crate::fixture::nouns::{ago, bot, customer, event, now, reply, session, talk};
use crate::fixture::{Desk, later, setup, watch};
use crate::waiting;

/// A desk that remembers nothing from before an hour ago.
fn desk(width: u16) -> Desk {
    let mut desk = Desk::new(width, 30);
    assert_eq!(
        desk.tell(Event::ReadStateLoaded(ReadState::starting_at(ago(60)))),
        [],
        "nothing is watched"
    );
    desk
}

/// Everything up to a message seen, the change having been made at a time.
fn seen(session: i64, newest: i64, until: Timestamp, at: Timestamp) -> ReadState {
    let value = ReadPosition {
        until,
        newest: Some(MessageId(newest)),
    };
    let mark = SessionReadState {
        read_position: Some(Lww { at, value }),
        ..SessionReadState::new(now())
    };
    ReadState::for_session(SessionId(session), mark)
}

fn unread(desk: &Desk, id: i64) -> Unread {
    let session = desk.app.session_list().get(SessionId(id)).unwrap();
    desk.app.unread(session)
}

fn unread_line(desk: &Desk) -> Option<usize> {
    let lines = desk.lines();
    lines.iter().position(|line| line.contains("─ unread ─"))
}

fn kept(effects: &[Effect]) -> Vec<ReadPosition> {
    let marks = effects.iter().filter_map(|effect| match effect {
        Effect::SaveReadState(marks) => marks.sessions.values().next()?.read_position,
        _ => None,
    });
    marks.map(|made| made.value).collect()
}

/// Two sessions that need a reply, the first open with these messages.
fn reading(messages: Vec<Message>) -> Desk {
    let mut desk = desk(100);
    desk.list(waiting(2));
    desk.messages(1, messages);
    desk
}

#[test]
fn on_the_first_start_nothing_is_unread() {
    let mut desk = Desk::new(60, 30);
    desk.list(vec![
        session(1, "a", Status::CustomerLast, 1),
        session(2, "b", Status::InQueue, 900),
    ]);
    assert_eq!(desk.tell(Event::ReadStateLoaded(ReadState::starting_at(now()))), []);
    assert_eq!(desk.app.count_unread_sessions(), 0);
}

#[test]
fn the_list_alone_tells_that_something_is_unread_where_the_customer_wrote_last() {
    let row = |status, minutes| session(1, "a", status, minutes);
    for (session, expected) in [
        (row(Status::CustomerLast, 59), Unread::Something),
        (row(Status::InQueue, 59), Unread::Something),
        (row(Status::CustomerLast, 61), Unread::Nothing),
        (row(Status::UserLast, 1), Unread::Nothing),
        (row(Status::Closed, 1), Unread::Nothing),
    ] {
        let mut desk = desk(60);
        desk.list(vec![session.clone()]);
        assert_eq!(unread(&desk, 1), expected, "{session:?}");
        let count = usize::from(expected != Unread::Nothing);
        assert_eq!(desk.app.count_unread_sessions(), count);
    }
}

#[test]
fn what_a_mark_has_seen_the_list_does_not_tell_again() {
    let mut desk = desk(60);
    desk.list(vec![session(1, "a", Status::CustomerLast, 10)]);
    for (until, expected) in [
        (ago(11), Unread::Something),
        (ago(10), Unread::Nothing),
        (ago(9), Unread::Nothing),
    ] {
        let at = later(now(), -i64::from(until == ago(11)));
        desk.tell(Event::ReadStateLoaded(seen(
            1,
            5,
            until,
            later(at, i64::from(until == ago(9))),
        )));
        assert_eq!(unread(&desk, 1), expected);
    }
}

#[test]
fn following_with_the_window_in_focus_sees_to_the_end() {
    let mut desk = reading(Vec::new());
    let end = ReadPosition {
        until: ago(0),
        newest: Some(MessageId(2)),
    };
    let effects = desk.messages(1, vec![customer(1, ago(3), "a"), customer(2, ago(0), "b")]);
    let mark = SessionReadState {
        read_position: Some(Lww {
            at: now(),
            value: end,
        }),
        ..SessionReadState::new(now())
    };
    assert_eq!(
        effects,
        [Effect::SaveReadState(ReadState::for_session(SessionId(1), mark))]
    );
    assert_eq!(unread(&desk, 1), Unread::Nothing);
    assert_eq!(
        desk.messages(1, talk(1..2)),
        [],
        "nothing new, nothing kept"
    );
}

#[test]
fn a_window_without_focus_sees_nothing_until_it_has_it_again() {
    let mut desk = reading(vec![customer(1, ago(3), "a")]);
    desk.tell(Event::FocusChanged(false));
    let news = vec![
        customer(2, ago(2), "b"),
        reply(3, ago(2), "an agent's own"),
        bot(4, ago(1), "of a bot"),
        event(5, ago(1), SpecialKind::ClosedByCustomer),
    ];
    assert_eq!(desk.messages(1, news), []);
    assert_eq!(unread(&desk, 1), Unread::Messages(3));
    assert_eq!(desk.app.count_unread_sessions(), 1);
    let line = unread_line(&desk).expect("the line where the unread begin");
    let seen = kept(&desk.tell(Event::FocusChanged(true)));
    assert_eq!(seen[0].newest, Some(MessageId(5)));
    assert_eq!(unread(&desk, 1), Unread::Nothing);
    assert_eq!(unread_line(&desk), Some(line));
}

#[test]
fn a_paused_reader_sees_what_is_on_the_screen() {
    let mut desk = reading(talk(1..200));
    desk.press("lg");
    let effects = desk.messages(1, vec![customer(300, ago(1), "late")]);
    assert_eq!(kept(&effects), []);
    assert_eq!(unread(&desk, 1), Unread::Messages(1));
    let seen = kept(&desk.press("G"));
    assert_eq!(seen[0].newest, Some(MessageId(300)));
    assert_eq!(unread(&desk, 1), Unread::Nothing);
}

#[test]
fn a_reader_that_the_window_has_no_room_for_sees_nothing() {
    let mut desk = desk(60);
    desk.list(waiting(2));
    desk.press("<enter>");
    assert_eq!(
        kept(&desk.messages(1, vec![customer(1, ago(3), "a")])).len(),
        1
    );
    desk.press("h");
    assert_eq!(kept(&desk.messages(1, vec![customer(2, ago(2), "b")])), []);
    assert_eq!(unread(&desk, 1), Unread::Messages(1));
    assert_eq!(kept(&desk.press("l")).len(), 1);
}

#[test]
fn what_is_dated_ahead_is_seen_when_it_is_due() {
    let mut desk = reading(vec![
        customer(1, ago(3), "a"),
        bot(2, later(now(), 60), "soon"),
    ]);
    assert_eq!(unread(&desk, 1), Unread::Nothing);
    let seen = kept(&desk.wait(TimeDelta::seconds(61)));
    assert_eq!(seen[0].newest, Some(MessageId(2)));
}

#[test]
fn the_line_begins_after_the_mark_also_after_a_restart() {
    for session_first in [false, true] {
        let mut desk = Desk::of(AppConfig {
            initial_session: Some(SessionId(1)),
            ..setup(100, 30)
        });
        let mut marks = ReadState::starting_at(ago(60));
        marks.merge(&seen(1, 2, ago(20), ago(20)));
        if session_first {
            desk.list(waiting(2));
        }
        desk.tell(Event::ReadStateLoaded(marks));
        desk.messages(
            1,
            vec![
                customer(1, ago(30), "one"),
                customer(2, ago(20), "two"),
                customer(3, ago(10), "three"),
            ],
        );
        let lines = desk.lines();
        let of = |words: &str| lines.iter().position(|line| line.contains(words)).unwrap();
        let line = unread_line(&desk).unwrap();
        assert!((of("two")..of("three")).contains(&line));
    }
}

#[test]
fn a_message_that_sorts_among_those_seen_is_not_counted() {
    let mut desk = reading(vec![customer(5, ago(3), "a")]);
    desk.tell(Event::FocusChanged(false));
    desk.messages(1, vec![customer(9, ago(5), "later id, earlier time")]);
    assert_eq!(unread(&desk, 1), Unread::Nothing);
    desk.messages(1, vec![customer(2, ago(1), "smaller id, later time")]);
    assert_eq!(unread(&desk, 1), Unread::Messages(1));
}

#[test]
fn m_marks_read_what_the_list_tells_of() {
    let mut desk = desk(60);
    desk.list(vec![session(1, "Kari", Status::CustomerLast, 10)]);
    let seen = kept(&desk.press("m"));
    let until = ago(10);
    assert_eq!(
        seen,
        [ReadPosition {
            until,
            newest: None
        }]
    );
    assert_eq!(desk.notice(), Some("Kari is marked read"));
    assert_eq!(unread(&desk, 1), Unread::Nothing);
    desk.list(vec![session(1, "Kari", Status::CustomerLast, 9)]);
    assert_eq!(unread(&desk, 1), Unread::Something);
    assert_eq!(Desk::new(60, 20).press("m"), [], "nothing is selected");
}

#[test]
fn m_marks_read_a_paused_reader_to_its_end() {
    let mut desk = reading(talk(1..200));
    desk.press("lg");
    desk.messages(1, vec![customer(300, ago(1), "late")]);
    assert_eq!(kept(&desk.press("m"))[0].newest, Some(MessageId(300)));
    assert_eq!(unread(&desk, 1), Unread::Nothing);
    assert!(!desk.reader().is_following());
}

#[test]
fn capital_m_marks_unread_from_the_message_on_and_it_stays_so() {
    let mut desk = reading((1..10).map(|id| customer(id, ago(20 - id), "hm")).collect());
    desk.press("lkkk");
    let seen = kept(&desk.press("M"));
    assert_eq!(
        seen,
        [ReadPosition {
            until: ago(15),
            newest: Some(MessageId(5))
        }]
    );
    assert_eq!(unread(&desk, 1), Unread::Messages(4));
    assert!(unread_line(&desk).is_some());
    // It is all on the screen, and nothing arriving or moving makes it seen again.
    assert_eq!(desk.messages(1, vec![customer(10, ago(1), "more")]), []);
    assert_eq!(kept(&desk.press("k")), []);
    assert_eq!(unread(&desk, 1), Unread::Messages(5));
    // Until it is opened again, or followed to its end.
    desk.press("hj<enter>");
    desk.messages(2, talk(1..2));
    assert_eq!(unread(&desk, 1), Unread::Messages(5));
    assert_eq!(
        kept(&desk.press("hk<enter>"))[0].newest,
        Some(MessageId(10))
    );
    desk.press("kM");
    assert_ne!(unread(&desk, 1), Unread::Nothing);
    desk.press("G");
    assert_eq!(unread(&desk, 1), Unread::Nothing);
}

#[test]
fn marked_unread_from_the_first_message_all_are() {
    let mut desk = reading((1..4).map(|id| customer(id, ago(9), "hm")).collect());
    desk.press("lgM");
    assert_eq!(unread(&desk, 1), Unread::Messages(3));
}

#[test]
fn more_than_a_hundred_are_not_counted() {
    let mut desk = reading((1..500).map(|id| customer(id, ago(9), "hm")).collect());
    desk.press("lgM");
    assert_eq!(unread(&desk, 1), Unread::More);
    let lines = desk.lines();
    assert!(lines.iter().any(|line| line.contains("•99+")), "{lines:#?}");
}

#[test]
fn what_was_left_is_not_counted_where_the_list_tells_of_more() {
    let mut desk = reading(vec![customer(1, ago(80), "a")]);
    desk.press("j<enter>");
    desk.messages(2, talk(1..2));
    let mut sessions: Vec<Session> = waiting(2);
    sessions[0].last_activity = Some(ago(1));
    desk.list(sessions);
    assert_eq!(unread(&desk, 1), Unread::Something);
    // A colleague keeps it up to date: then the messages tell.
    desk.messages(1, vec![customer(2, ago(2), "b"), customer(3, ago(1), "c")]);
    assert_eq!(unread(&desk, 1), Unread::Messages(2));
}

#[test]
fn what_another_viewer_has_seen_is_seen_here() {
    let mut desk = desk(60);
    desk.list(vec![session(1, "a", Status::CustomerLast, 10)]);
    assert_eq!(unread(&desk, 1), Unread::Something);
    desk.app.take_dirty();
    assert_eq!(desk.tell(Event::ReadStateLoaded(seen(1, 7, ago(10), now()))), []);
    assert!(desk.app.take_dirty());
    assert_eq!(unread(&desk, 1), Unread::Nothing);
}

#[test]
fn that_a_session_was_heard_of_is_kept_once_a_day() {
    let mut desk = desk(60);
    let list = || vec![session(1, "a", Status::UserLast, 10)];
    desk.list(list());
    desk.press("m");
    assert_eq!(desk.list(list()), []);
    desk.wait(TimeDelta::hours(25));
    let heard = |effects: Vec<Effect>| match &effects[..] {
        [Effect::SaveReadState(marks)] => marks.sessions[&SessionId(1)].last_listed,
        other => panic!("{other:?}"),
    };
    assert_eq!(heard(desk.list(list())), desk.app.now());
    assert_eq!(desk.list(list()), []);
}

#[test]
fn w_watches_and_no_longer_and_is_remembered() {
    let mut desk = desk(60);
    desk.list(waiting(2));
    let ids = |ids: &[i64]| Effect::AlsoWatch(ids.iter().map(|&id| SessionId(id)).collect());
    let watched = |value, at| SessionReadState {
        watched: Some(Lww { at, value }),
        ..SessionReadState::new(now())
    };
    let keep = |mark| Effect::SaveReadState(ReadState::for_session(SessionId(1), mark));
    assert_eq!(desk.press("w"), [ids(&[1]), keep(watched(true, now()))]);
    assert_eq!(desk.notice(), Some("Watching customer 1"));
    assert!(
        desk.lines()
            .iter()
            .any(|line| line.contains("customer 1 ◎"))
    );
    // In the same moment, yet later.
    let after = now() + TimeDelta::milliseconds(1);
    assert_eq!(desk.press("w"), [ids(&[]), keep(watched(false, after))]);
    assert_eq!(desk.notice(), Some("No longer watching customer 1"));

    let marks = ReadState::for_session(SessionId(7), watched(true, now()));
    let again = || Event::ReadStateLoaded(marks.clone());
    assert_eq!(desk.tell(again()), [ids(&[7])]);
    assert_eq!(desk.tell(again()), []);
}

#[test]
fn the_transcript_of_a_watched_session_is_kept() {
    let mut desk = desk(100);
    desk.list(waiting(12));
    desk.messages(1, talk(1..3));
    desk.press("w");
    for id in 2..=12 {
        desk.press("hj<enter>");
        desk.messages(id, talk(1..5));
    }
    assert_eq!(desk.press("hg<enter>"), [watch(1, false)]);
    assert_eq!(desk.reader().transcript().len(), 2);
}

#[test]
fn a_list_that_tells_later_times_than_the_messages_is_believed_once_it_must_have_been_pulled() {
    let mut desk = reading(vec![customer(1, ago(30), "a")]);
    let told = |minutes| {
        let mut sessions = waiting(2);
        sessions[0].last_activity = Some(ago(minutes));
        sessions
    };
    let seconds_later = kept(&desk.list(told(30)));
    assert_eq!(seconds_later, [], "the time of the message");
    // Nothing like it is held, but whatever it was had been pulled long ago.
    assert_eq!(kept(&desk.list(told(20)))[0].until, ago(20));
    // What may not have been pulled yet is not seen.
    assert_eq!(kept(&desk.list(told(0))), []);
    assert_eq!(kept(&desk.wait(TimeDelta::seconds(9))), []);
    assert_eq!(kept(&desk.wait(TimeDelta::seconds(1)))[0].until, now());
    desk.press("j<enter>");
    assert_eq!(unread(&desk, 1), Unread::Nothing);
}

#[test]
fn a_reader_at_its_top_leaves_what_was_before_the_first_start_seen() {
    let mut desk = Desk::new(100, 30);
    desk.list(waiting(2));
    desk.messages(1, talk(1..200));
    desk.press("lg");
    let effects = desk.tell(Event::ReadStateLoaded(ReadState::starting_at(now())));
    assert_eq!(effects, []);
    assert_eq!(unread(&desk, 1), Unread::Nothing);
}

#[test]
fn what_is_dated_ahead_in_a_session_that_was_left_wakes_when_it_counts() {
    let mut desk = reading(vec![
        customer(1, ago(3), "a"),
        bot(2, later(now(), 60), "soon"),
    ]);
    desk.press("j<enter>");
    desk.messages(2, talk(1..2));
    assert_eq!(unread(&desk, 1), Unread::Nothing);
    let due = now() + TimeDelta::seconds(58);
    while desk.app.now() < due {
        let wake = desk.app.next_redraw().unwrap();
        assert!(wake <= due, "it would be overslept");
        assert_eq!(unread(&desk, 1), Unread::Nothing);
        desk.tell(Event::Ticked(wake));
    }
    assert!(desk.app.take_dirty());
    assert_eq!(unread(&desk, 1), Unread::Messages(1));
    assert!(desk.app.next_redraw().is_some());
}

#[test]
fn a_service_whose_clock_is_months_behind_does_not_age_the_marks() {
    let mut desk = reading(vec![customer(1, ago(3), "a")]);
    desk.tell(Event::ClockOffsetMeasured(TimeDelta::days(-200)));
    let kept = desk.press("m").into_iter().find_map(|effect| match effect {
        Effect::SaveReadState(marks) => Some(marks),
        _ => None,
    });
    let heard = kept.unwrap().sessions.get(&SessionId(1)).unwrap().last_listed;
    assert_eq!(heard, desk.app.local_now());
}
