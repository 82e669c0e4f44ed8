//! The whole chain without a terminal: demo service, HTTP, client, poller, core and picture.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking, and its modules have no readers but the tests"
)]

#[path = "fixture/asks.rs"]
mod asks;
#[path = "live/keeps_up.rs"]
mod keeps_up;
#[path = "live/recovers.rs"]
mod recovers;
#[path = "live/signs_in.rs"]
mod signs_in;
#[path = "live/stand.rs"]
mod stand;
#[path = "live/tells_time.rs"]
mod tells_time;

use sochat::app::App;
use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::app::status::Freshness;
use sochat::chat::{MessageId, SessionId};
use sochat::demo::{self, Failure, Fault, Post, SESSION_KEY, Service, Switches};

use stand::{Stand, Wish, busiest, story};

/// Changes how the service behaves.
fn switch(service: &Service, change: impl FnOnce(&mut Switches)) {
    let mut switches = service.switches();
    change(&mut switches);
    service.set_switches(switches);
}
