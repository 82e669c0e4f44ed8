//! Decisions: facts in, effects and what is shown out; no terminal, no service, no clock.
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

#[path = "update/anything.rs"]
mod anything;
#[path = "update/attention.rs"]
mod attention;
mod fixture;
#[path = "update/gone.rs"]
mod gone;
#[path = "update/keys.rs"]
mod keys;
#[path = "update/list.rs"]
mod list;
#[path = "update/mouse.rs"]
mod mouse;
#[path = "update/opening.rs"]
mod opening;
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

use fixture::Desk;
use fixture::nouns::{session, talk};
use sochat::chat::{Session, Status};

/// So many sessions that need a reply, number 1 having waited longest.
fn waiting(count: i64) -> Vec<Session> {
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
fn desk() -> Desk {
    let mut desk = Desk::new(100, 30);
    desk.list(waiting(12));
    desk.messages(1, talk(1..41));
    desk.app.take_dirty();
    desk
}
