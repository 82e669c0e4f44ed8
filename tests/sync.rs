//! The poller against a scripted service, on a clock that jumps: minutes of waiting take no time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking, and its modules have no readers but the tests"
)]

#[allow(dead_code, reason = "answers in other tests as well")]
#[path = "sync/fake_api.rs"]
mod fake_api;
#[path = "sync/harness.rs"]
mod harness;
#[path = "sync/keeping.rs"]
mod keeping;
#[path = "sync/many.rs"]
mod many;
#[path = "sync/properties.rs"]
mod properties;
#[path = "sync/reading.rs"]
mod reading;
#[path = "sync/waits.rs"]
mod waits;
#[path = "sync/waking.rs"]
mod waking;

use std::time::Duration;

use sochat::app::event::{ConnectionState, Event, Feed};
use sochat::chat::{Message, Scope, SessionId};
use sochat::sync::{ErrorKind, PollIntervals, SyncCommand};

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
