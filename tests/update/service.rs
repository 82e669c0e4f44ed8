//! The service as such: its clock, its address, what passed; and a machine that slept.

use std::time::Duration;

use chrono::TimeDelta;
use sochat::app::AppConfig;
use sochat::app::effect::Effect;
use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::app::status::Freshness;
use sochat::chat::{SessionId, Status, TrafficStats};

use crate::desk;
use crate::fixture::nouns::{ago, customer, now, reply, session};
use crate::fixture::{Desk, later, setup};

fn freshness(desk: &Desk, lane: Feed) -> Freshness<'_> {
    desk.app.status().freshness(lane, desk.app.local_now())
}

fn seconds(seconds: i64) -> TimeDelta {
    TimeDelta::seconds(seconds)
}

/// What wakes the screen next, in seconds by our own clock.
fn wait(desk: &Desk) -> Option<i64> {
    Some((desk.app.next_redraw()? - desk.app.local_now()).num_seconds())
}

fn holds(desk: &Desk, words: &str) -> bool {
    desk.lines().iter().any(|line| line.contains(words))
}

#[test]
fn waits_and_ages_go_by_the_clock_of_the_service() {
    for (ahead, told) in [(0, "reply   4m"), (300, "reply   9m"), (-180, "reply   1m")] {
        let mut desk = Desk::new(100, 30);
        desk.list(vec![session(1, "Kari", Status::CustomerLast, 4)]);
        desk.tell(Event::ClockOffsetMeasured(seconds(ahead)));
        assert!(desk.app.take_dirty());
        assert!(holds(&desk, told), "{ahead}: {:#?}", desk.lines());
        // The minute turns after a minute, whatever the clocks say.
        desk.app.take_dirty();
        for (passes, changes) in [14, 14, 14, 14, 3]
            .map(|it| (it, false))
            .into_iter()
            .chain([(1, true)])
        {
            desk.list(vec![session(1, "Kari", Status::CustomerLast, 4)]);
            desk.wait(seconds(passes));
            assert_eq!(desk.app.take_dirty(), changes, "{ahead} {passes}");
        }
    }
}

#[test]
fn a_message_is_due_by_the_clock_of_the_service() {
    for ahead in [0, 90, -90] {
        let mut desk = Desk::of(AppConfig {
            initial_session: Some(SessionId(1)),
            ..setup(100, 30)
        });
        desk.tell(Event::ClockOffsetMeasured(seconds(ahead)));
        desk.messages(
            1,
            vec![
                customer(1, ago(60), "an hour ago"),
                reply(2, later(now(), 100), "soon"),
            ],
        );
        // Two seconds are granted to a clock a little fast.
        let due_in = 98 - ahead;
        // Answers come all the time.
        for _ in 0..(due_in - 6) / 2 {
            desk.wait(seconds(2));
            desk.messages(1, Vec::new());
        }
        assert_eq!(wait(&desk), Some(6));
        desk.wait(seconds(5));
        assert!(holds(&desk, "due "));
        desk.wait(seconds(1));
        assert!(!holds(&desk, "due "));
    }
}

#[test]
fn a_service_that_moved_is_told_once_and_kept() {
    let mut desk = desk();
    let [from, to] = ["https://sod2.example/", "https://sod3.example/"].map(str::to_owned);
    desk.tell(Event::ServiceMoved {
        from: from.clone(),
        to: to.clone(),
    });
    let told = format!("The service has moved to {to}, which is used from now on");
    assert_eq!(desk.notice(), Some(told.as_str()));
    desk.press("L");
    assert_eq!(desk.notice(), None);
    assert!(holds(&desk, &from) && holds(&desk, &to));
}

#[test]
fn after_a_sleep_everything_is_old_and_asked_for_at_once() {
    let mut desk = desk();
    desk.live();
    desk.wait(seconds(2));
    assert_eq!(freshness(&desk, Feed::List), Freshness::Live);
    let slept = Duration::from_secs(11);
    assert_eq!(desk.tell(Event::Resumed(slept)), [Effect::Resume(slept)]);
    for lane in [Feed::List, Feed::Messages] {
        assert_eq!(freshness(&desk, lane), Freshness::Stale(seconds(2)));
    }
    assert!(holds(&desk, "○ live, data 2 s old"));
    desk.messages(1, Vec::new());
    assert_eq!(freshness(&desk, Feed::Messages), Freshness::Live);
    assert_eq!(freshness(&desk, Feed::List), Freshness::Stale(seconds(2)));
}

#[test]
fn what_passed_is_read_off_once_a_second_while_it_shows() {
    let mut desk = desk();
    let traffic = TrafficStats {
        requests_per_minute: 42,
        bytes_per_minute: 12_300,
        total_bytes: 4_500_000,
    };
    assert_eq!(desk.press("L"), [Effect::SampleTraffic]);
    desk.tell(Event::TrafficSampled(traffic));
    assert!(holds(&desk, "42 in the last minute"));
    assert!(holds(&desk, "12.3 kB in the last minute, 4.5 MB in all"));
    assert_eq!(wait(&desk), Some(1));
    let half = TimeDelta::milliseconds(500);
    assert_eq!(desk.wait(half), []);
    assert_eq!(desk.wait(half), [Effect::SampleTraffic]);
    desk.tell(Event::TrafficSampled(traffic));
    assert!(desk.app.take_dirty(), "ages have grown meanwhile");
    desk.press("<esc>");
    assert_ne!(wait(&desk), Some(1));
    assert_eq!(desk.wait(seconds(5)), []);
    desk.app.take_dirty();
    desk.tell(Event::TrafficSampled(traffic));
    assert!(!desk.app.take_dirty());
}

#[test]
fn a_countdown_goes_on_while_the_other_lane_is_answered() {
    let mut desk = desk();
    desk.live();
    let after = Duration::from_secs(9);
    let why = "no answer".to_owned();
    desk.link(Feed::List, ConnectionState::Retrying { after, why });
    for left in (1..9).rev() {
        desk.app.take_dirty();
        // Ticks come at odd times.
        for passes in [400, 600] {
            desk.wait(TimeDelta::milliseconds(passes));
            desk.messages(1, Vec::new());
        }
        assert!(desk.app.take_dirty());
        assert!(holds(&desk, &format!("retrying in {left} s")));
    }
}

#[test]
fn a_clock_that_is_set_back_makes_nothing_new_and_no_wait_longer() {
    let mut desk = desk();
    desk.live();
    let after = Duration::from_secs(9);
    let why = "no answer".to_owned();
    desk.link(Feed::Messages, ConnectionState::Retrying { after, why });
    desk.wait(seconds(-3600));
    let expected = Freshness::Retrying {
        wait: seconds(9),
        why: "no answer",
        age: Some(TimeDelta::zero()),
    };
    assert_eq!(freshness(&desk, Feed::Messages), expected);
}

#[test]
fn a_session_without_messages_is_told_by_what_is_known_of_it() {
    let mut desk = Desk::of(AppConfig {
        initial_session: Some(SessionId(7)),
        ..setup(100, 30)
    });
    desk.all_messages(7, Vec::new());
    assert!(holds(
        &desk,
        "The service shows no messages of this session."
    ));
    desk.list(vec![crate::fixture::nouns::session(
        7,
        "Kari",
        Status::InQueue,
        1,
    )]);
    assert!(holds(&desk, "No messages yet."));
    desk.messages(7, vec![customer(1, now(), "hello")]);
    assert!(!holds(&desk, "gone from the service"));
    desk.app.take_dirty();
    desk.no_messages(7);
    assert!(desk.app.take_dirty());
    assert!(holds(&desk, "gone from the service") && holds(&desk, "hello"));
    assert!(holds(
        &desk,
        "The service shows no messages of this session any more"
    ));
    desk.no_messages(7);
    assert!(!desk.app.take_dirty(), "it is news once");
    desk.messages(7, Vec::new());
    assert!(!holds(&desk, "gone from the service"));
}
