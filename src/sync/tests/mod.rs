//! The poller against a scripted service, on a clock that jumps: minutes of waiting take no time.

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

use crate::app::event::{ConnectionState, Event, Feed};
use crate::chat::{Message, Scope, SessionId};
use crate::sync::{ErrorKind, PollIntervals, SyncCommand};

use fake_api::{ApiCall, Reply, message};
use harness::{PollerHarness, start_poller};

/// A pace whose limit is out of the way.
const INTERVALS: PollIntervals = PollIntervals {
    open_session: Some(Duration::from_secs(1)),
    list: Some(Duration::from_secs(3)),
    max_per_second: 100.0,
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
