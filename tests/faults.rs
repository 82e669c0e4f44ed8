//! What goes wrong during a conversation, over real sockets: what is seen, what is kept, what is
//! tried next, and that every message arrives in the end.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking, and its modules have no readers but the tests"
)]

#[path = "fixture/asks.rs"]
mod asks;
#[path = "faults/clocks.rs"]
mod clocks;
#[path = "faults/each.rs"]
mod each;
#[path = "faults/many.rs"]
mod many;
#[path = "faults/pauses.rs"]
mod pauses;
#[path = "live/stand.rs"]
mod stand;

use sochat::app::App;
use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::app::status::Freshness;
use sochat::chat::{MessageId, SessionId};
use sochat::demo::{self, Failure, Fault, Post, Request, SESSION_KEY, Service, Switches};

use stand::{Stand, Wish, busiest, story};

/// Changes how the service behaves.
fn switch(service: &Service, change: impl FnOnce(&mut Switches)) {
    let mut switches = service.switches();
    change(&mut switches);
    service.set_switches(switches);
}

/// Tells whether a request is for messages.
fn is_pull(request: &Request) -> bool {
    request.path.ends_with("/Messages")
}

/// How often messages were asked for.
fn pulls(service: &Service) -> usize {
    service.requests().iter().filter(|it| is_pull(it)).count()
}

/// How the transcript stands.
fn freshness(stand: &Stand) -> Freshness<'_> {
    let app = &stand.app;
    app.status().freshness(Feed::Messages, app.local_now())
}
