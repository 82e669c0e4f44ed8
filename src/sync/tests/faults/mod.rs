//! Failures of a service over real sockets: what is shown, what is kept, what is retried, and that
//! every message arrives in the end.

mod clocks;
mod combined;
mod retry_after;
mod single;

use crate::app::App;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::SessionId;
use crate::demo::{DemoServer, Failure, Fault, NewMessage, Quirks, RecordedRequest};
use crate::sync::{ConnectionState, Feed};

use crate::sync::tests::live::harness::{
    HarnessOptions, ViewerHarness, busiest_session, start_service,
};

/// Changes how the service behaves.
fn change_quirks(service: &DemoServer, change: impl FnOnce(&mut Quirks)) {
    let mut switches = service.quirks();
    change(&mut switches);
    service.set_quirks(switches);
}

fn is_pull(request: &RecordedRequest) -> bool {
    request.path.ends_with("/Messages")
}

fn count_pulls(service: &DemoServer) -> usize {
    service.requests().iter().filter(|it| is_pull(it)).count()
}

fn freshness(harness: &ViewerHarness) -> Freshness<'_> {
    let app = &harness.app;
    app.status().freshness(Feed::Messages, app.local_now())
}
