//! The service: its clock, its address, its traffic; and a machine that was suspended.

use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::{Agent, AssociateId, Message, Session, SpecialKind, Status, TrafficStats};
use crate::sync::{ConnectionState, Feed, ServiceNotice, SyncCommand, SyncEvent};
use chrono::TimeDelta;

use crate::app::tests::{freshness, screen_contains, test_app};
use crate::test_support::builders::{
    agent_message, customer_message, minutes_ago, now, session, special_message,
};
use crate::test_support::{TestApp, seconds_after};

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

fn set_clock_offset(test_app: &mut TestApp, ahead: i64) {
    test_app.send(SyncEvent::Notice(ServiceNotice::ClockOffset(seconds(
        ahead,
    ))));
}

/// Seconds until the next redraw, by our own clock.
fn seconds_to_redraw(test_app: &TestApp) -> Option<i64> {
    Some((test_app.app.next_redraw()? - test_app.app.local_now()).num_seconds())
}

#[test]
fn waits_and_ages_follow_the_clock_of_the_service() {
    for (ahead, shown) in [
        (0, "needs reply  !>4m"),
        (300, "needs reply  !>9m"),
        (-180, "needs reply   >1m"),
    ] {
        let mut test_app = TestApp::new(100, 30);
        test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 4)]);
        set_clock_offset(&mut test_app, ahead);
        assert!(test_app.app.take_dirty());
        assert!(
            screen_contains(&test_app, shown),
            "{ahead}: {:#?}",
            test_app.screen_lines()
        );
        // The shown minute changes after a minute, whatever the offset.
        test_app.app.take_dirty();
        for passes in [14, 14, 14, 14, 3, 1] {
            test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 4)]);
            test_app.advance(seconds(passes));
            assert_eq!(test_app.app.take_dirty(), passes == 1, "{ahead} {passes}");
        }
    }
}

#[test]
fn a_message_is_due_by_the_clock_of_the_service() {
    for ahead in [0, 90, -90] {
        let mut test_app = TestApp::with_session(1);
        set_clock_offset(&mut test_app, ahead);
        let past = customer_message(1, minutes_ago(60), "an hour ago");
        let future = agent_message(2, seconds_after(now(), 100), "soon");
        test_app.send_messages(1, vec![past, future]);
        // Two seconds are tolerated, for a clock that is a little fast.
        let due_in = 98 - ahead;
        // Responses arrive all the time.
        for _ in 0..(due_in - 6) / 2 {
            test_app.advance(seconds(2));
            test_app.send_messages(1, Vec::new());
        }
        assert_eq!(seconds_to_redraw(&test_app), Some(6));
        test_app.advance(seconds(5));
        assert!(screen_contains(&test_app, "due "));
        test_app.advance(seconds(1));
        assert!(!screen_contains(&test_app, "due "));
    }
}

#[test]
fn a_new_address_is_notified_once_and_stays_in_the_details() {
    let mut test_app = test_app();
    let [from, to] = ["https://sod2.example/", "https://sod3.example/"].map(str::to_owned);
    test_app.send(SyncEvent::Notice(ServiceNotice::Moved {
        from: from.clone(),
        to: to.clone(),
    }));
    let notice = format!("The service has moved to {to}; using that address now");
    assert_eq!(test_app.notice(), Some(notice.as_str()));
    test_app.press("L");
    assert_eq!(test_app.notice(), None);
    assert!(screen_contains(&test_app, &from) && screen_contains(&test_app, &to));
}

#[test]
fn after_a_suspend_all_data_is_stale_and_requested_at_once() {
    let mut test_app = test_app();
    test_app.send_live();
    test_app.advance(seconds(2));
    assert_eq!(freshness(&test_app, Feed::List), Freshness::Live);
    let slept = Duration::from_secs(11);
    assert_eq!(
        test_app.send(Event::Resumed(slept)),
        [Effect::Sync(SyncCommand::Resume { slept })]
    );
    for feed in [Feed::List, Feed::Messages] {
        assert_eq!(freshness(&test_app, feed), Freshness::Slow);
    }
    assert!(screen_contains(&test_app, "○ slow, data 2 s old"));
    test_app.send_messages(1, Vec::new());
    assert_eq!(freshness(&test_app, Feed::Messages), Freshness::Live);
    assert_eq!(freshness(&test_app, Feed::List), Freshness::Slow);
}

#[test]
fn traffic_is_sampled_once_a_second_while_it_is_shown() {
    let mut test_app = test_app();
    let traffic = TrafficStats {
        requests_per_minute: 42,
        bytes_per_minute: 12_300,
        total_bytes: 4_500_000,
    };
    assert_eq!(test_app.press("L"), [Effect::SampleTraffic]);
    test_app.send(Event::TrafficSampled(traffic));
    assert!(screen_contains(&test_app, "42 in the last minute"));
    assert!(screen_contains(
        &test_app,
        "12.3 kB in the last minute, 4.5 MB in all"
    ));
    assert_eq!(seconds_to_redraw(&test_app), Some(1));
    let half = TimeDelta::milliseconds(500);
    assert_eq!(test_app.advance(half), []);
    assert_eq!(test_app.advance(half), [Effect::SampleTraffic]);
    test_app.send(Event::TrafficSampled(traffic));
    assert!(test_app.app.take_dirty(), "ages have changed meanwhile");
    test_app.press("<esc>");
    assert_ne!(seconds_to_redraw(&test_app), Some(1));
    assert_eq!(test_app.advance(seconds(5)), []);
    test_app.app.take_dirty();
    test_app.send(Event::TrafficSampled(traffic));
    assert!(!test_app.app.take_dirty());
}

#[test]
fn a_countdown_goes_on_while_the_other_feed_is_live() {
    let mut test_app = test_app();
    test_app.send_live();
    let after = Duration::from_secs(9);
    let why = "no answer".to_owned();
    test_app.send_connection(
        Feed::List,
        ConnectionState::Retrying {
            after,
            why,
            is_pause: false,
        },
    );
    for left in (1..9).rev() {
        test_app.app.take_dirty();
        // Ticks come at odd times.
        for passes in [400, 600] {
            test_app.advance(TimeDelta::milliseconds(passes));
            test_app.send_messages(1, Vec::new());
        }
        assert!(test_app.app.take_dirty());
        assert!(screen_contains(&test_app, &format!("retrying in {left} s")));
    }
}

#[test]
fn a_clock_that_is_set_back_makes_no_wait_longer() {
    let mut test_app = test_app();
    test_app.send_live();
    let after = Duration::from_secs(9);
    let why = "no answer".to_owned();
    test_app.send_connection(
        Feed::Messages,
        ConnectionState::Retrying {
            after,
            why,
            is_pause: false,
        },
    );
    test_app.advance(seconds(-3600));
    let expected = Freshness::Retrying {
        wait: seconds(9),
        why: "no answer",
    };
    assert_eq!(freshness(&test_app, Feed::Messages), expected);
}

#[test]
fn an_empty_transcript_shows_why_it_is_empty() {
    let mut test_app = TestApp::with_session(7);
    test_app.send_all_messages(7, Vec::new());
    assert!(screen_contains(&test_app, "Session 7 not found"));
    test_app.send_list(vec![session(7, "Kari", Status::InQueue, 1)]);
    assert!(screen_contains(&test_app, "No messages yet."));
    test_app.send_messages(7, vec![customer_message(1, now(), "hello")]);
    assert!(!screen_contains(&test_app, "no longer available"));
    test_app.app.take_dirty();
    test_app.send_no_messages(7);
    assert!(test_app.app.take_dirty());
    let no_messages = "The service no longer has messages of this session";
    for text in ["no longer available", "hello", no_messages] {
        assert!(screen_contains(&test_app, text), "{text}");
    }
    test_app.send_no_messages(7);
    assert!(!test_app.app.take_dirty(), "it is new only once");
    test_app.send_messages(7, Vec::new());
    assert!(!screen_contains(&test_app, "no longer available"));
}

/// A session with an agent.
fn session_of(agent: i64, name: &str) -> Session {
    Session {
        agent: Some(Agent {
            id: AssociateId(agent),
            name: name.to_owned(),
        }),
        ..session(1, "Kari", Status::UserLast, 3)
    }
}

fn transferred(id: i64, to: &str) -> Message {
    let to = to.to_owned();
    special_message(id, now(), SpecialKind::Transferred { to })
}

#[test]
fn an_agent_that_a_session_was_transferred_to_is_named_as_far_as_known() {
    let mut test_app = test_app();
    test_app.send_list(vec![session_of(6, "Ola Hansen")]);
    let messages = vec![
        transferred(91, "6"),
        transferred(92, "7"),
        transferred(93, "Ingrid"),
    ];
    test_app.send_messages(1, messages);
    for text in [
        "Transferred to Ola Hansen",
        "Transferred to agent 7",
        "Transferred to Ingrid",
    ] {
        assert!(screen_contains(&test_app, text), "{text}");
    }
    // The name comes after the message.
    test_app.send_list(vec![session_of(7, "Liv Berg")]);
    assert!(test_app.app.take_dirty());
    for text in ["Transferred to Ola Hansen", "Transferred to Liv Berg"] {
        assert!(screen_contains(&test_app, text), "{text}");
    }
}
