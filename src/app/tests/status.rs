//! The connection of both feeds, and notices.

use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::SessionId;
use crate::sync::{ConnectionState, Feed, SyncCommand, SyncEvent};
use chrono::TimeDelta;

use crate::app::tests::{freshness, test_app};

const WHY: &str = "fjord.example did not answer";

fn retrying(seconds: u64) -> ConnectionState {
    ConnectionState::Retrying {
        after: Duration::from_secs(seconds),
        why: WHY.to_owned(),
        is_pause: false,
    }
}

#[test]
fn freshness_follows_the_clock() {
    let mut test_app = test_app();
    test_app.send_live();
    for (passes, feed, expected) in [
        (0, Feed::List, Freshness::Live),
        (14, Feed::List, Freshness::Live),
        (1, Feed::List, Freshness::Slow),
        // An ended session is pulled every 15 intervals, or in half a minute without focus.
        (19, Feed::Messages, Freshness::Live),
        (1, Feed::Messages, Freshness::Slow),
    ] {
        test_app.advance(TimeDelta::seconds(passes));
        assert_eq!(freshness(&test_app, feed), expected);
    }
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
    let why = "the session is gone";
    let stopped = ConnectionState::Stopped {
        why: why.to_owned(),
    };
    test_app.send_connection(Feed::Messages, stopped);
    assert_eq!(
        freshness(&test_app, Feed::Messages),
        Freshness::Stopped { why }
    );
    assert_eq!(test_app.transcript_pane().transcript().len(), before);
    assert_eq!(test_app.press("R"), [Effect::Sync(SyncCommand::Refresh)]);
}

#[test]
fn a_refresh_during_a_pause_requested_by_the_service_is_explained() {
    let mut test_app = test_app();
    test_app.send_live();
    let pause = ConnectionState::Retrying {
        after: Duration::from_secs(77),
        why: WHY.to_owned(),
        is_pause: true,
    };
    test_app.send_connection(Feed::Messages, pause);
    // The pause holds for another session too.
    test_app.press("j<enter>");
    test_app.advance(TimeDelta::seconds(17));
    for over in ["", "L"] {
        test_app.press(over);
        assert_eq!(test_app.press("R"), []);
        let said = "Refresh now: the service requested a pause; next try in 60 s";
        assert_eq!(test_app.notice(), Some(said), "{over}");
    }
    test_app.press("<esc>");
    test_app.advance(TimeDelta::seconds(60));
    assert_eq!(test_app.press("R"), [Effect::Sync(SyncCommand::Refresh)]);
}

#[test]
fn the_header_shows_the_worse_feed_and_an_unchanged_state_redraws_nothing() {
    let mut test_app = test_app();
    test_app.send_live();
    assert!(test_app.screen_lines()[0].ends_with("● live"));
    test_app.app.take_dirty();
    test_app.send_live();
    assert!(!test_app.app.take_dirty());
    test_app.send_connection(Feed::List, retrying(3));
    assert!(test_app.app.take_dirty());
    assert!(test_app.screen_lines()[0].ends_with("○ retrying in 3 s"));
    let footer = format!(" ? help  q quit  L connection  List: {WHY}");
    assert_eq!(test_app.screen_lines()[29], footer);
    test_app.send_connection(Feed::List, ConnectionState::Live);
    assert!(test_app.screen_lines()[0].ends_with("● live"));
}

#[test]
fn all_countdowns_change_in_one_redraw() {
    let mut test_app = test_app();
    test_app.send_live();
    for (feed, milliseconds) in [(Feed::List, 170), (Feed::Messages, 370)] {
        test_app.advance(TimeDelta::milliseconds(milliseconds));
        test_app.send_messages(1, Vec::new());
        test_app.advance(TimeDelta::seconds(40));
        test_app.send_connection(feed, retrying(30));
    }
    let end = test_app.app.local_now() + TimeDelta::seconds(20);
    let mut redraws = 0;
    while let Some(due) = test_app.app.next_redraw().filter(|due| *due < end) {
        test_app.advance(due - test_app.app.local_now());
        redraws += 1;
    }
    assert!((19..=20).contains(&redraws), "{redraws} redraws in 20 s");
}

#[test]
fn a_late_state_of_another_session_does_not_change_the_open_one() {
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
fn another_session_starts_with_its_own_connection_state() {
    let mut test_app = test_app();
    test_app.send_live();
    test_app.send_connection(Feed::Messages, retrying(30));
    test_app.press("j<enter>");
    assert_eq!(freshness(&test_app, Feed::Messages), Freshness::Connecting);
    assert_eq!(freshness(&test_app, Feed::List), Freshness::Live);
}

#[test]
fn the_outcome_of_an_effect_is_shown_as_a_notice() {
    let mut test_app = test_app();
    for (event, text, shown) in [
        (
            Event::Copied as fn(String) -> Event,
            "Copied 3 characters",
            "Copied 3 characters",
        ),
        (
            Event::LinkOpened,
            "https://fjord.example",
            "Opened https://fjord.example",
        ),
        (Event::EffectFailed, "No browser here", "No browser here"),
    ] {
        assert_eq!(test_app.send(event(text.to_owned())), []);
        assert!(test_app.app.take_dirty());
        assert_eq!(test_app.notice(), Some(shown));
    }
    // The next key removes it, and so does time.
    test_app.press("j");
    assert_eq!(test_app.notice(), None);
    test_app.send(Event::Copied("Copied".to_owned()));
    test_app.advance(TimeDelta::seconds(5));
    assert_eq!(test_app.notice(), None);
}
