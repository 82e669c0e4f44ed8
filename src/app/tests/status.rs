//! The link in its two lanes, and notices.

use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::SessionId;
use crate::sync::{ConnectionState, Feed, SyncCommand, SyncEvent};
use chrono::TimeDelta;

use crate::app::tests::test_app;
use crate::test_support::TestApp;

const WHY: &str = "fjord.example did not answer";

fn retrying(seconds: u64) -> ConnectionState {
    ConnectionState::Retrying {
        after: Duration::from_secs(seconds),
        why: WHY.to_owned(),
    }
}

fn freshness(test_app: &TestApp, lane: Feed) -> Freshness<'_> {
    test_app.app.status().freshness(lane, test_app.app.now())
}

#[test]
fn the_states_of_the_link_follow_the_clock() {
    let mut test_app = test_app();
    test_app.send_live();
    assert_eq!(freshness(&test_app, Feed::List), Freshness::Live);
    test_app.advance(TimeDelta::seconds(14));
    assert_eq!(freshness(&test_app, Feed::List), Freshness::Live);
    test_app.advance(TimeDelta::seconds(1));
    assert_eq!(
        freshness(&test_app, Feed::List),
        Freshness::Stale(TimeDelta::seconds(15))
    );
    // A session that is over is asked for every 15 intervals, and in half a minute where nobody looks.
    test_app.advance(TimeDelta::seconds(19));
    assert_eq!(freshness(&test_app, Feed::Messages), Freshness::Live);
    test_app.advance(TimeDelta::seconds(1));
    assert_eq!(
        freshness(&test_app, Feed::Messages),
        Freshness::Stale(TimeDelta::seconds(35))
    );
    test_app.send_messages(1, Vec::new());
    assert_eq!(freshness(&test_app, Feed::Messages), Freshness::Live);
    test_app.send_connection(Feed::Messages, retrying(9));
    for (passes, wait) in [(0, 9), (4, 5), (5, 0), (7, 0)] {
        test_app.advance(TimeDelta::seconds(passes));
        let Freshness::Retrying {
            wait: left, why, ..
        } = freshness(&test_app, Feed::Messages)
        else {
            panic!("not retrying");
        };
        assert_eq!((left, why), (TimeDelta::seconds(wait), WHY));
    }
    let before = test_app.transcript_pane().transcript().len();
    test_app.send_connection(
        Feed::Messages,
        ConnectionState::Stopped {
            why: "the session is gone".to_owned(),
        },
    );
    assert_eq!(
        freshness(&test_app, Feed::Messages),
        Freshness::Stopped {
            why: "the session is gone",
            age: Some(TimeDelta::seconds(16)),
        }
    );
    assert_eq!(test_app.transcript_pane().transcript().len(), before);
    assert_eq!(test_app.press("R"), [Effect::Sync(SyncCommand::Refresh)]);
}

#[test]
fn the_worse_lane_is_told_and_each_state_is_news_once() {
    let mut test_app = test_app();
    test_app.send_live();
    assert!(test_app.screen_lines()[0].ends_with("● live"));
    test_app.app.take_dirty();
    test_app.send_live();
    assert!(!test_app.app.take_dirty());
    test_app.send_connection(Feed::List, retrying(3));
    assert!(test_app.app.take_dirty());
    assert!(test_app.screen_lines()[0].contains("retrying in 3 s, data "));
    assert!(test_app.screen_lines()[29].contains(&format!("R: retry now. List: {WHY}")));
    test_app.send_connection(Feed::List, ConnectionState::Live);
    assert!(test_app.screen_lines()[0].ends_with("● live"));
}

#[test]
fn all_counters_move_on_together() {
    let mut test_app = test_app();
    test_app.send_live();
    for (lane, milliseconds) in [(Feed::List, 170), (Feed::Messages, 370)] {
        test_app.advance(TimeDelta::milliseconds(milliseconds));
        test_app.send_messages(1, Vec::new());
        test_app.advance(TimeDelta::seconds(40));
        test_app.send_connection(lane, retrying(30));
    }
    let end = test_app.app.local_now() + TimeDelta::seconds(20);
    let mut wakes = 0;
    while let Some(wake) = test_app.app.next_redraw().filter(|wake| *wake < end) {
        test_app.advance(wake - test_app.app.local_now());
        wakes += 1;
    }
    assert!((19..=20).contains(&wakes), "woken {wakes} times in 20 s");
}

#[test]
fn late_news_of_a_session_left_says_nothing_of_the_open_one() {
    let mut test_app = test_app();
    test_app.send_live();
    test_app.send(SyncEvent::ConnectionChanged {
        feed: Feed::Messages,
        session: Some(SessionId(4711)),
        state: ConnectionState::Stopped {
            why: "gone".to_owned(),
        },
    });
    assert_eq!(freshness(&test_app, Feed::Messages), Freshness::Live);
}

#[test]
fn another_session_starts_with_a_link_of_its_own() {
    let mut test_app = test_app();
    test_app.send_live();
    test_app.send_connection(Feed::Messages, retrying(30));
    test_app.press("j<enter>");
    assert_eq!(freshness(&test_app, Feed::Messages), Freshness::Connecting);
    assert_eq!(freshness(&test_app, Feed::List), Freshness::Live);
}

#[test]
fn notices_tell_what_became_of_a_request() {
    let mut test_app = test_app();
    for (event, words) in [
        (
            Event::Copied("Copied 3 characters".to_owned()),
            "Copied 3 characters",
        ),
        (
            Event::LinkOpened("https://fjord.example".to_owned()),
            "Opened https://fjord.example",
        ),
        (
            Event::EffectFailed("No browser here".to_owned()),
            "No browser here",
        ),
    ] {
        assert_eq!(test_app.send(event), []);
        assert!(test_app.app.take_dirty());
        assert_eq!(test_app.notice(), Some(words));
    }
    // The next key takes it away; time does too.
    test_app.press("j");
    assert_eq!(test_app.notice(), None);
    test_app.send(Event::Copied("Copied".to_owned()));
    test_app.advance(TimeDelta::seconds(4));
    assert_eq!(test_app.notice(), None);
}
