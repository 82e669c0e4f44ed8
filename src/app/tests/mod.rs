//! Tests of the app: events in, effects and the screen out; no terminal, no service, no clock.

mod command_palette;
mod conversations;
mod copying;
mod export;
mod filter;
mod go_to;
mod gone;
mod help;
mod jumps;
mod keys;
mod list;
mod list_scrolling;
mod mark_all;
mod mouse;
mod notifications;
mod opening;
mod overview;
mod privacy;
mod prompt_history;
mod properties;
mod read_position;
mod reading;
mod saved_views;
mod search_results;
mod service;
mod since;
mod status;
mod theme;
mod unavailable;
mod unread;
mod wait_levels;
mod waking;
mod watch_words;
mod zones;

use crate::app::effect::Effect;
use crate::app::status::Freshness;
use crate::chat::{Session, Status};
use crate::sync::Feed;
use crate::test_support::TestApp;
use crate::test_support::builders::{numbered_messages, session};

/// Sessions that need a reply; number 1 has waited longest.
fn waiting_sessions(count: i64) -> Vec<Session> {
    let waiting = |id| {
        session(
            id,
            &format!("customer {id}"),
            Status::CustomerLast,
            100 - id,
        )
    };
    (1..=count).map(waiting).collect()
}

pub(crate) fn screen_contains(test_app: &TestApp, text: &str) -> bool {
    test_app
        .screen_lines()
        .iter()
        .any(|line| line.contains(text))
}

fn freshness(test_app: &TestApp, feed: Feed) -> Freshness<'_> {
    test_app
        .app
        .status()
        .freshness(feed, test_app.app.local_now())
}

/// Twelve listed sessions, the first one open with the messages 1 to 40, and the focus on the list.
fn test_app() -> TestApp {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(12));
    test_app.send_messages(1, numbered_messages(1..41));
    test_app.app.take_dirty();
    test_app
}

/// The texts of the notifications among effects.
fn notifications(effects: &[Effect]) -> Vec<&str> {
    let texts = effects.iter().filter_map(|effect| match effect {
        Effect::Notify(notification) => Some(notification.text.as_str()),
        _ => None,
    });
    texts.collect()
}

#[track_caller]
fn assert_notified(effects: &[Effect], expected: &[&str]) {
    assert_eq!(notifications(effects), expected);
}
