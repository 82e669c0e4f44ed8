//! The service as such: its clock, its address, what passed; and a machine that slept.

use std::time::Duration;

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::{SessionId, Status, TrafficStats};
use crate::sync::{ConnectionState, Feed, ServiceNotice, SyncCommand, SyncEvent};
use chrono::TimeDelta;

use crate::app::tests::test_app;
use crate::test_support::builders::{agent_message, customer_message, minutes_ago, now, session};
use crate::test_support::{TestApp, app_config, seconds_after};

fn freshness(test_app: &TestApp, lane: Feed) -> Freshness<'_> {
    test_app
        .app
        .status()
        .freshness(lane, test_app.app.local_now())
}

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

/// What wakes the screen next, in seconds by our own clock.
fn seconds_to_redraw(test_app: &TestApp) -> Option<i64> {
    Some((test_app.app.next_redraw()? - test_app.app.local_now()).num_seconds())
}

fn screen_contains(test_app: &TestApp, words: &str) -> bool {
    test_app
        .screen_lines()
        .iter()
        .any(|line| line.contains(words))
}

#[test]
fn waits_and_ages_go_by_the_clock_of_the_service() {
    for (ahead, told) in [(0, "reply   4m"), (300, "reply   9m"), (-180, "reply   1m")] {
        let mut test_app = TestApp::new(100, 30);
        test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 4)]);
        test_app.send(SyncEvent::Notice(ServiceNotice::ClockOffset(seconds(
            ahead,
        ))));
        assert!(test_app.app.take_dirty());
        assert!(
            screen_contains(&test_app, told),
            "{ahead}: {:#?}",
            test_app.screen_lines()
        );
        // The minute turns after a minute, whatever the clocks say.
        test_app.app.take_dirty();
        for (passes, changes) in [14, 14, 14, 14, 3]
            .map(|it| (it, false))
            .into_iter()
            .chain([(1, true)])
        {
            test_app.send_list(vec![session(1, "Kari", Status::CustomerLast, 4)]);
            test_app.advance(seconds(passes));
            assert_eq!(test_app.app.take_dirty(), changes, "{ahead} {passes}");
        }
    }
}

#[test]
fn a_message_is_due_by_the_clock_of_the_service() {
    for ahead in [0, 90, -90] {
        let mut test_app = TestApp::with_config(AppConfig {
            initial_session: Some(SessionId(1)),
            ..app_config(100, 30)
        });
        test_app.send(SyncEvent::Notice(ServiceNotice::ClockOffset(seconds(
            ahead,
        ))));
        test_app.send_messages(
            1,
            vec![
                customer_message(1, minutes_ago(60), "an hour ago"),
                agent_message(2, seconds_after(now(), 100), "soon"),
            ],
        );
        // Two seconds are granted to a clock a little fast.
        let due_in = 98 - ahead;
        // Answers come all the time.
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
fn a_service_that_moved_is_told_once_and_kept() {
    let mut test_app = test_app();
    let [from, to] = ["https://sod2.example/", "https://sod3.example/"].map(str::to_owned);
    test_app.send(SyncEvent::Notice(ServiceNotice::Moved {
        from: from.clone(),
        to: to.clone(),
    }));
    let told = format!("The service has moved to {to}, which is used from now on");
    assert_eq!(test_app.notice(), Some(told.as_str()));
    test_app.press("L");
    assert_eq!(test_app.notice(), None);
    assert!(screen_contains(&test_app, &from) && screen_contains(&test_app, &to));
}

#[test]
fn after_a_sleep_everything_is_old_and_asked_for_at_once() {
    let mut test_app = test_app();
    test_app.send_live();
    test_app.advance(seconds(2));
    assert_eq!(freshness(&test_app, Feed::List), Freshness::Live);
    let slept = Duration::from_secs(11);
    assert_eq!(
        test_app.send(Event::Resumed(slept)),
        [Effect::Sync(SyncCommand::Resume { slept })]
    );
    for lane in [Feed::List, Feed::Messages] {
        assert_eq!(freshness(&test_app, lane), Freshness::Stale(seconds(2)));
    }
    assert!(screen_contains(&test_app, "○ slow, data 2 s old"));
    test_app.send_messages(1, Vec::new());
    assert_eq!(freshness(&test_app, Feed::Messages), Freshness::Live);
    assert_eq!(
        freshness(&test_app, Feed::List),
        Freshness::Stale(seconds(2))
    );
}

#[test]
fn what_passed_is_read_off_once_a_second_while_it_shows() {
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
    assert!(test_app.app.take_dirty(), "ages have grown meanwhile");
    test_app.press("<esc>");
    assert_ne!(seconds_to_redraw(&test_app), Some(1));
    assert_eq!(test_app.advance(seconds(5)), []);
    test_app.app.take_dirty();
    test_app.send(Event::TrafficSampled(traffic));
    assert!(!test_app.app.take_dirty());
}

#[test]
fn a_countdown_goes_on_while_the_other_lane_is_answered() {
    let mut test_app = test_app();
    test_app.send_live();
    let after = Duration::from_secs(9);
    let why = "no answer".to_owned();
    test_app.send_connection(Feed::List, ConnectionState::Retrying { after, why });
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
fn a_clock_that_is_set_back_makes_nothing_new_and_no_wait_longer() {
    let mut test_app = test_app();
    test_app.send_live();
    let after = Duration::from_secs(9);
    let why = "no answer".to_owned();
    test_app.send_connection(Feed::Messages, ConnectionState::Retrying { after, why });
    test_app.advance(seconds(-3600));
    let expected = Freshness::Retrying {
        wait: seconds(9),
        why: "no answer",
        age: Some(TimeDelta::zero()),
    };
    assert_eq!(freshness(&test_app, Feed::Messages), expected);
}

#[test]
fn a_session_without_messages_is_told_by_what_is_known_of_it() {
    let mut test_app = TestApp::with_config(AppConfig {
        initial_session: Some(SessionId(7)),
        ..app_config(100, 30)
    });
    test_app.send_all_messages(7, Vec::new());
    assert!(screen_contains(&test_app, "Session 7 not found"));
    test_app.send_list(vec![crate::test_support::builders::session(
        7,
        "Kari",
        Status::InQueue,
        1,
    )]);
    assert!(screen_contains(&test_app, "No messages yet."));
    test_app.send_messages(7, vec![customer_message(1, now(), "hello")]);
    assert!(!screen_contains(&test_app, "no longer available"));
    test_app.app.take_dirty();
    test_app.send_no_messages(7);
    assert!(test_app.app.take_dirty());
    assert!(
        screen_contains(&test_app, "no longer available") && screen_contains(&test_app, "hello")
    );
    assert!(screen_contains(
        &test_app,
        "The service no longer has messages of this session"
    ));
    test_app.send_no_messages(7);
    assert!(!test_app.app.take_dirty(), "it is news once");
    test_app.send_messages(7, Vec::new());
    assert!(!screen_contains(&test_app, "no longer available"));
}
