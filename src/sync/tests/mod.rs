//! The poller against a scripted service, on a paused clock: minutes of waiting take no time.

#[allow(dead_code, reason = "answers in other tests as well")]
mod fake_api;
mod faults;
mod harness;
mod keeping;
mod live;
mod many;
mod properties;
mod reading;
mod soak;
mod waits;
mod waking;

use std::time::Duration;

use crate::chat::{Message, Scope, SessionId};
use crate::sync::{ConnectionState, ErrorKind, Feed, PollIntervals, SyncCommand, SyncEvent};

use fake_api::{ApiCall, Reply, message};
use harness::{PollerHarness, start_poller};

const INTERVALS: PollIntervals = PollIntervals {
    open_session: Some(Duration::from_secs(1)),
    list: Some(Duration::from_secs(3)),
};

const A: SessionId = SessionId(1);
const B: SessionId = SessionId(2);

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn is_messages_call(asked: &ApiCall) -> bool {
    matches!(asked, ApiCall::Messages { .. })
}

fn is_list_call(asked: &ApiCall) -> bool {
    matches!(asked, ApiCall::List { .. })
}
