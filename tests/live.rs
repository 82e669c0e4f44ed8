//! The whole chain without a terminal: demo service, HTTP, client, poller, core and picture.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking, and its modules have no readers but the tests"
)]

#[path = "live/harness.rs"]
mod harness;
#[path = "live/keeps_up.rs"]
mod keeps_up;
#[path = "live/recovers.rs"]
mod recovers;
#[path = "live/signs_in.rs"]
mod signs_in;
#[path = "fixture/sync_commands.rs"]
mod sync_commands;
#[path = "live/tells_time.rs"]
mod tells_time;

use sochat::app::App;
use sochat::app::event::{ConnectionState, Event, Feed};
use sochat::app::status::Freshness;
use sochat::chat::{MessageId, SessionId};
use sochat::demo::{self, DemoServer, Failure, Fault, NewMessage, Quirks, SESSION_KEY};

use harness::{HarnessOptions, ViewerHarness, busiest_session, start_service};

/// Changes how the service behaves.
fn change_quirks(service: &DemoServer, change: impl FnOnce(&mut Quirks)) {
    let mut switches = service.quirks();
    change(&mut switches);
    service.set_quirks(switches);
}
