//! Decisions: facts in, effects and what is shown out; no terminal, no service, no clock.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

mod fixture;
#[path = "update/gone.rs"]
mod gone;
#[path = "update/keys.rs"]
mod keys;
#[path = "update/list.rs"]
mod list;
#[path = "update/mouse.rs"]
mod mouse;
#[path = "update/notifications.rs"]
mod notifications;
#[path = "update/opening.rs"]
mod opening;
#[path = "update/properties.rs"]
mod properties;
#[path = "update/reading.rs"]
mod reading;
#[path = "update/service.rs"]
mod service;
#[path = "update/status.rs"]
mod status;
#[path = "update/unread.rs"]
mod unread;
#[path = "update/waking.rs"]
mod waking;
#[path = "update/zones.rs"]
mod zones;

use fixture::TestApp;
use fixture::builders::{numbered_messages, session};
use sochat::chat::{Session, Status};

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
