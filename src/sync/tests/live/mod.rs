//! The whole chain without a terminal: demo service, HTTP, client, poller, core and screen.

pub(super) mod harness;
mod keeps_up;
mod recovers;
mod signs_in;
mod tells_time;

use crate::app::App;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::{MessageId, SessionId};
use crate::demo::{self, DemoServer, Failure, Fault, NewMessage, Quirks, SESSION_KEY};
use crate::sync::{ConnectionState, Feed};

use harness::{HarnessOptions, ViewerHarness, busiest_session, start_service};

/// Changes how the service behaves.
fn change_quirks(service: &DemoServer, change: impl FnOnce(&mut Quirks)) {
    let mut switches = service.quirks();
    change(&mut switches);
    service.set_quirks(switches);
}
