//! Decisions: events in, effects and what is shown out; no terminal, no service, no clock.

mod gone;
mod keys;
mod list;
mod mouse;
mod notifications;
mod opening;
mod properties;
mod read_position;
mod reading;
mod service;
mod status;
mod unread;
mod waking;
mod zones;

use crate::chat::{Session, Status};
use crate::test_support::TestApp;
use crate::test_support::builders::{numbered_messages, session};

/// So many sessions that need a reply, number 1 having waited longest.
fn waiting_sessions(count: i64) -> Vec<Session> {
    (1..=count)
        .map(|id| {
            session(
                id,
                &format!("customer {id}"),
                Status::CustomerLast,
                100 - id,
            )
        })
        .collect()
}

/// Twelve sessions listed, the first of them open with messages 1 to 40, the list having the keys.
fn test_app() -> TestApp {
    let mut test_app = TestApp::new(100, 30);
    test_app.send_list(waiting_sessions(12));
    test_app.send_messages(1, numbered_messages(1..41));
    test_app.app.take_dirty();
    test_app
}
