//! Watched words, the channels that notify, and the way back to the session of a notification.

use crate::app::effect::{Effect, Notification};
use crate::app::event::Event;
use crate::app::tests::{assert_notified, notifications};
use crate::app::{AppConfig, NotifySettings};
use crate::chat::{
    Message, ReadState, Scope, Session, SessionId, SessionReadState, SpecialKind, Status, Timed,
    Timestamp,
};
use crate::sync::SyncEvent;
use crate::test_support::builders::{
    agent_message, bot_message, customer_message, minutes_ago, now, session, special_message,
};
use crate::test_support::{TestApp, app_config, list_event, seconds_after};
use chrono::TimeDelta;

const REFUND: &str = "\"refund\" in the chat with Kari (Support NO)";

/// A narrow window, in which no session is opened automatically, that watches for two words.
fn test_app(channels: &[&str]) -> TestApp {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    TestApp::with_config(AppConfig {
        profile: Some("my shop".to_owned()),
        notify: NotifySettings {
            channels: owned(channels),
            words: owned(&["refund", "Not  happy"]),
        },
        ..app_config(60, 30)
    })
}

/// So many seconds after the viewer started.
fn at(seconds: i64) -> Timestamp {
    seconds_after(now(), seconds)
}

fn row(id: i64, last_message: &str, last_activity: Timestamp) -> Session {
    Session {
        last_message: last_message.to_owned(),
        last_activity: Some(last_activity),
        ..session(id, "Kari", Status::UserLast, 30)
    }
}

#[test]
fn a_word_in_a_row_notifies_once_and_only_after_the_start() {
    let mut test_app = test_app(&[]);
    let old = row(1, "a refund, please", minutes_ago(1));
    assert_notified(&test_app.send_list(vec![old.clone()]), &[]);
    // Something else changes in the session.
    let closed = row(1, "a refund, please", at(1));
    assert_notified(&test_app.send_list(vec![closed]), &[]);
    for (text, second, expected) in [
        ("refunds?", 2, &[][..]),
        ("I want a REFÚND!", 3, &[REFUND]),
        ("I want a REFÚND!", 3, &[]),
        (
            "I am not happy",
            4,
            &["\"Not  happy\" in the chat with Kari (Support NO)"],
        ),
        ("nothing", 5, &[]),
    ] {
        let effects = test_app.send_list(vec![row(1, text, at(second))]);
        assert_notified(&effects, expected);
    }
    // A session that was not listed before.
    let new = row(2, "refund", at(6));
    assert_notified(&test_app.send_list(vec![new]), &[REFUND]);
}

#[test]
fn a_message_notifies_once_whether_its_row_or_its_transcript_comes_first() {
    let text = "One <b>refund</b> for me";
    let messages = || vec![customer_message(7, at(2), text)];
    let rows = || vec![row(1, "One refund for me", at(3))];
    for row_first in [true, false] {
        let mut test_app = test_app(&[]);
        test_app.send_list(vec![row(1, "Hi", at(0))]);
        let effects = [
            if row_first {
                test_app.send_list(rows())
            } else {
                test_app.send_messages(1, messages())
            },
            if row_first {
                test_app.send_messages(1, messages())
            } else {
                test_app.send_list(rows())
            },
            test_app.send_messages(1, messages()),
        ];
        assert_notified(&effects.concat(), &[REFUND]);
        // The same words again are another message.
        let again = vec![customer_message(8, at(20), text)];
        assert_notified(&test_app.send_messages(1, again), &[REFUND]);
    }
}

#[test]
fn customers_and_agents_count_but_neither_the_service_nor_earlier_messages() {
    let special = |kind: SpecialKind| Message {
        body: customer_message(1, now(), "refund").body,
        ..special_message(1, at(1), kind)
    };
    for (message, is_news) in [
        (customer_message(1, at(1), "refund"), true),
        (agent_message(1, at(1), "refund"), true),
        (bot_message(1, at(1), "refund"), true),
        (customer_message(1, minutes_ago(1), "refund"), false),
        (special(SpecialKind::Notice), false),
        (special(SpecialKind::Welcome), false),
    ] {
        let mut test_app = test_app(&[]);
        test_app.send_list(vec![row(1, "", at(0))]);
        let expected: &[&str] = if is_news { &[REFUND] } else { &[] };
        assert_notified(&test_app.send_messages(1, vec![message]), expected);
    }
    // A session that is not listed.
    let mut test_app = test_app(&[]);
    let effects = test_app.send_messages(9, vec![customer_message(1, at(1), "refund")]);
    assert_notified(&effects, &["\"refund\" in session 9"]);
}

#[test]
fn the_session_that_the_user_reads_does_not_notify() {
    let mut test_app = test_app(&[]);
    test_app.send_list(vec![row(1, "Hi", at(0))]);
    test_app.press("<enter>");
    let message = |id, second| vec![customer_message(id, at(second), "refund")];
    assert_notified(&test_app.send_messages(1, message(1, 1)), &[]);
    test_app.send(Event::FocusChanged(false));
    // It was on the screen.
    assert_notified(&test_app.send_list(vec![row(1, "refund", at(1))]), &[]);
    assert_notified(&test_app.send_messages(1, message(2, 90)), &[REFUND]);
}

/// Between two polls of the list several messages come, of which it shows the last.
#[test]
fn words_are_found_in_transcripts_that_are_read_for_their_waits() {
    let mut test_app = test_app(&[]);
    test_app.send_list(vec![row(1, "Hello?", at(3))]);
    let read = |messages: Vec<Message>| SyncEvent::WaitRead {
        session: SessionId(1),
        scan: None,
        recent: messages,
    };
    let refund = || customer_message(5, at(1), "refund");
    let messages = vec![refund(), customer_message(6, at(3), "Hello?")];
    assert_notified(&test_app.send(read(messages)), &[REFUND]);
    assert_notified(&test_app.send(read(vec![refund()])), &[]);
    assert_notified(&test_app.send_messages(1, vec![refund()]), &[]);
}

/// One sentence for a message, the more specific one.
#[test]
fn a_word_takes_the_place_of_other_notifications_of_its_message() {
    let mut test_app = test_app(&[]);
    test_app.send_list(vec![row(1, "Hi", at(0))]);
    let waiting = Session {
        status: Status::CustomerLast,
        ..row(1, "refund", at(1))
    };
    assert_notified(&test_app.send_list(vec![waiting.clone()]), &[REFUND]);
    test_app.press("v");
    // The live rows beside those of the archive.
    test_app.press("v");
    let more = Session {
        last_message: "REFUND now".to_owned(),
        ..waiting
    };
    let live = list_event(Scope::Channels, None, vec![more], None);
    assert_notified(&test_app.send(live), &[REFUND]);
}

#[test]
fn only_some_channels_notify_and_watched_sessions_always() {
    let in_channel = |id, channel: &str, status| {
        let mut session = session(id, "Kari", status, 0);
        session.channel.name = channel.to_owned();
        session.channel.id.0 += id;
        session
    };
    for (channels, expected) in [
        (&[][..], &["Sales", "Support NO", "Support EN"][..]),
        (&["support no"], &["Support NO"]),
        (&["SUPPORT"], &["Support NO", "Support EN"]),
        (&["8"], &["Sales"]),
        (&["Billing"], &[]),
    ] {
        let names = ["Sales", "Support NO", "Support EN"];
        let rows = |status: &Status| {
            let rows = names.iter().zip(1..);
            let rows = rows.map(|(name, id)| in_channel(id, name, status.clone()));
            rows.collect::<Vec<_>>()
        };
        let mut test_app = test_app(channels);
        test_app.send_list(rows(&Status::UserLast));
        let effects = test_app.send_list(rows(&Status::CustomerLast));
        let expected: Vec<_> = expected
            .iter()
            .map(|channel| format!("Kari needs reply ({channel})"))
            .collect();
        assert_eq!(notifications(&effects), expected, "{channels:?}");
        // Nor does a wait that passes a threshold.
        test_app.advance(TimeDelta::minutes(3));
        let effects = test_app.send_list(rows(&Status::CustomerLast));
        assert_eq!(
            notifications(&effects).len(),
            expected.len(),
            "{channels:?}"
        );
    }
    let mut test_app = test_app(&["Billing"]);
    let mut state = SessionReadState::new(now());
    state.watched = Some(Timed::set(None, now(), true));
    let state = ReadState::for_session(SessionId(1), state);
    test_app.send(Event::ReadStateLoaded(state));
    test_app.send_list(vec![in_channel(1, "Sales", Status::UserLast)]);
    let effects = test_app.send_list(vec![in_channel(1, "Sales", Status::CustomerLast)]);
    assert_notified(&effects, &["Kari needs reply (Sales)"]);
}

#[test]
fn a_notification_has_the_command_that_opens_its_session() {
    let mut test_app = test_app(&[]);
    test_app.send_list(vec![row(1, "Hi", at(0))]);
    let effects = test_app.send_list(vec![row(1, "refund", at(1))]);
    let notification = Notification {
        text: REFUND.to_owned(),
        locator: "sochat --profile 'my shop' --session '1'".to_owned(),
    };
    assert!(
        effects.contains(&Effect::Notify(notification)),
        "{effects:?}"
    );
}
