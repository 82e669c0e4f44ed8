//! What goes wrong during a conversation, over real sockets: what is seen, what is kept, what is
//! tried next, and that every message arrives in the end.

mod clocks;
mod combined;
mod retry_after;
mod single;

use crate::app::App;
use crate::app::event::{ConnectionState, Event, Feed};
use crate::app::status::Freshness;
use crate::chat::SessionId;
use crate::demo::{DemoServer, Failure, Fault, NewMessage, Quirks, RecordedRequest};

use crate::sync::tests::live::harness::{
    HarnessOptions, ViewerHarness, busiest_session, start_service,
};

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
