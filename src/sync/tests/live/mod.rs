//! The whole chain without a terminal: demo service, HTTP, client, poller, core and screen.

mod encodings;
pub(super) mod harness;
mod keeps_up;
mod recovers;
mod searches;
mod signs_in;

use crate::app::App;
use crate::app::event::Event;
use crate::app::status::Freshness;
use crate::chat::{MessageId, SessionId};
use crate::demo::{self, DemoServer, Failure, Fault, NewMessage, Quirks, SESSION_KEY};
use crate::sync::{ConnectionState, Feed};

use harness::{
    HarnessOptions, ViewerHarness, busiest_session, change_quirks, freshness, has_message, is_live,
    open_busiest_session, shown_messages, start_service, stored_messages,
};
