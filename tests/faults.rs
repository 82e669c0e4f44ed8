//! What goes wrong during a conversation, over real sockets: what is seen, what is kept, what is
//! tried next, and that every message arrives in the end.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking, and its modules have no readers but the tests"
)]

#[path = "faults/clocks.rs"]
mod clocks;
#[path = "faults/combined.rs"]
mod combined;
#[path = "live/harness.rs"]
mod harness;
#[path = "faults/retry_after.rs"]
mod retry_after;
#[path = "faults/single.rs"]
mod single;
#[path = "fixture/sync_commands.rs"]
mod sync_commands;

use sochat::app::App;
use sochat::app::event::{ConnectionState, Event, Feed};
use sochat::app::status::Freshness;
use sochat::chat::{MessageId, SessionId};
use sochat::demo::{
    self, DemoServer, Failure, Fault, NewMessage, Quirks, RecordedRequest, SESSION_KEY,
};

use harness::{HarnessOptions, ViewerHarness, busiest_session, start_service};

/// Changes how the service behaves.
fn change_quirks(service: &DemoServer, change: impl FnOnce(&mut Quirks)) {
    let mut switches = service.quirks();
    change(&mut switches);
    service.set_quirks(switches);
}

/// Tells whether a request is for messages.
fn is_pull(request: &RecordedRequest) -> bool {
    request.path.ends_with("/Messages")
}

/// How often messages were asked for.
fn count_pulls(service: &DemoServer) -> usize {
    service.requests().iter().filter(|it| is_pull(it)).count()
}

/// How the transcript stands.
fn freshness(harness: &ViewerHarness) -> Freshness<'_> {
    let app = &harness.app;
    app.status().freshness(Feed::Messages, app.local_now())
}
