//! Failures of a service over real sockets: what is shown, what stays, what is retried, and that
//! every message arrives in the end.

mod clocks;
mod combined;
mod retry_after;
mod single;

use crate::app::App;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::SessionId;
use crate::demo::{DemoServer, Failure, Fault, NewMessage, RecordedRequest};
use crate::sync::{ConnectionState, Feed};

use crate::sync::tests::live::harness::{
    HarnessOptions, ViewerHarness, busiest_session, change_quirks, freshness, is_live,
    open_busiest_session, shown_messages, start_service,
};

fn is_pull(request: &RecordedRequest) -> bool {
    request.path.ends_with("/Messages")
}

/// Pulls of one session; others are read for their waits.
fn count_pulls(service: &DemoServer, session: SessionId) -> usize {
    let path = format!("/{session}/Messages");
    let requests = service.requests();
    requests
        .iter()
        .filter(|it| it.path.ends_with(&path))
        .count()
}
