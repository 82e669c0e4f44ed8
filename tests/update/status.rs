//! The link in its two lanes, and notices.

use std::time::Duration;

use chrono::TimeDelta;
use sochat::app::effect::Effect;
use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::app::status::Freshness;
use sochat::chat::SessionId;

use crate::desk;
use crate::fixture::Desk;

const WHY: &str = "fjord.example did not answer";

fn retrying(seconds: u64) -> ConnectionState {
    ConnectionState::Retrying {
        after: Duration::from_secs(seconds),
        why: WHY.to_owned(),
    }
}

fn freshness(desk: &Desk, lane: Feed) -> Freshness<'_> {
    desk.app.status().freshness(lane, desk.app.now())
}

#[test]
fn the_states_of_the_link_follow_the_clock() {
    let mut desk = desk();
    desk.live();
    assert_eq!(freshness(&desk, Feed::List), Freshness::Live);
    desk.wait(TimeDelta::seconds(14));
    assert_eq!(freshness(&desk, Feed::List), Freshness::Live);
    desk.wait(TimeDelta::seconds(1));
    assert_eq!(
        freshness(&desk, Feed::List),
        Freshness::Stale(TimeDelta::seconds(15))
    );
    // A session that is over is asked for every 15 intervals, and in half a minute where nobody looks.
    desk.wait(TimeDelta::seconds(19));
    assert_eq!(freshness(&desk, Feed::Messages), Freshness::Live);
    desk.wait(TimeDelta::seconds(1));
    assert_eq!(
        freshness(&desk, Feed::Messages),
        Freshness::Stale(TimeDelta::seconds(35))
    );
    desk.messages(1, Vec::new());
    assert_eq!(freshness(&desk, Feed::Messages), Freshness::Live);
    desk.link(Feed::Messages, retrying(9));
    for (passes, wait) in [(0, 9), (4, 5), (5, 0), (7, 0)] {
        desk.wait(TimeDelta::seconds(passes));
        let Freshness::Retrying {
            wait: left, why, ..
        } = freshness(&desk, Feed::Messages)
        else {
            panic!("not retrying");
        };
        assert_eq!((left, why), (TimeDelta::seconds(wait), WHY));
    }
    let before = desk.reader().transcript().len();
    desk.link(
        Feed::Messages,
        ConnectionState::Stopped {
            why: "the session is gone".to_owned(),
        },
    );
    assert_eq!(
        freshness(&desk, Feed::Messages),
        Freshness::Stopped {
            why: "the session is gone",
            age: Some(TimeDelta::seconds(16)),
        }
    );
    assert_eq!(desk.reader().transcript().len(), before);
    assert_eq!(desk.press("R"), [Effect::Refresh]);
}

#[test]
fn the_worse_lane_is_told_and_each_state_is_news_once() {
    let mut desk = desk();
    desk.live();
    assert!(desk.lines()[0].ends_with("● live"));
    desk.app.take_dirty();
    desk.live();
    assert!(!desk.app.take_dirty());
    desk.link(Feed::List, retrying(3));
    assert!(desk.app.take_dirty());
    assert!(desk.lines()[0].contains("retrying in 3 s, data "));
    assert!(desk.lines()[29].contains(&format!("R tries now. List: {WHY}")));
    desk.link(Feed::List, ConnectionState::Live);
    assert!(desk.lines()[0].ends_with("● live"));
}

#[test]
fn all_counters_move_on_together() {
    let mut desk = desk();
    desk.live();
    for (lane, milliseconds) in [(Feed::List, 170), (Feed::Messages, 370)] {
        desk.wait(TimeDelta::milliseconds(milliseconds));
        desk.messages(1, Vec::new());
        desk.wait(TimeDelta::seconds(40));
        desk.link(lane, retrying(30));
    }
    let end = desk.app.local_now() + TimeDelta::seconds(20);
    let mut wakes = 0;
    while let Some(wake) = desk.app.next_redraw().filter(|wake| *wake < end) {
        desk.wait(wake - desk.app.local_now());
        wakes += 1;
    }
    assert!((19..=20).contains(&wakes), "woken {wakes} times in 20 s");
}

#[test]
fn late_news_of_a_session_left_says_nothing_of_the_open_one() {
    let mut desk = desk();
    desk.live();
    desk.tell(Event::LinkChanged {
        feed: Feed::Messages,
        session: Some(SessionId(4711)),
        state: ConnectionState::Stopped {
            why: "gone".to_owned(),
        },
    });
    assert_eq!(freshness(&desk, Feed::Messages), Freshness::Live);
}

#[test]
fn another_session_starts_with_a_link_of_its_own() {
    let mut desk = desk();
    desk.live();
    desk.link(Feed::Messages, retrying(30));
    desk.press("j<enter>");
    assert_eq!(freshness(&desk, Feed::Messages), Freshness::Connecting);
    assert_eq!(freshness(&desk, Feed::List), Freshness::Live);
}

#[test]
fn notices_tell_what_became_of_a_request() {
    let mut desk = desk();
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
        assert_eq!(desk.tell(event), []);
        assert!(desk.app.take_dirty());
        assert_eq!(desk.notice(), Some(words));
    }
    // The next key takes it away; time does too.
    desk.press("j");
    assert_eq!(desk.notice(), None);
    desk.tell(Event::Copied("Copied".to_owned()));
    desk.wait(TimeDelta::seconds(4));
    assert_eq!(desk.notice(), None);
}
