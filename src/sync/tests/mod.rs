//! The poller against a scripted service, on a paused clock: minutes of waiting take no time.

mod conversations;
mod differential;
mod fake_api;
mod faults;
mod harness;
mod keeping_up;
mod live;
mod many_sessions;
mod presence;
mod properties;
mod reading;
mod refusals;
mod restored;
mod resuming;
mod searching;
mod soak;
mod wait_messages;
mod wait_reads;
mod waits;

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use crate::chat::{Message, Scope, SessionId};
use crate::sync::{ConnectionState, ErrorKind, Feed, PollIntervals, SyncCommand, SyncEvent};

use fake_api::{ApiCall, Reply, message};
use harness::{PollerHarness, start_poller, start_poller_limited};

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

fn is_messages_call(call: &ApiCall) -> bool {
    matches!(call, ApiCall::Messages { .. })
}

fn is_list_call(call: &ApiCall) -> bool {
    matches!(call, ApiCall::List { .. })
}

fn numbered_messages(ids: RangeInclusive<i64>) -> Vec<Message> {
    ids.map(|id| message(id, id)).collect()
}

/// A service where those calls for messages fail, counted from 0.
fn failing(
    which: Range<usize>,
    kind: ErrorKind,
) -> impl Fn(&ApiCall, usize) -> Reply + Send + Sync {
    move |call, before| match call {
        ApiCall::Messages { .. } if which.contains(&before) => Reply::fault(kind),
        _ => Reply::ok(),
    }
}

fn busy(retry_after: Duration) -> ErrorKind {
    let retry_after = Some(retry_after);
    ErrorKind::Busy { retry_after }
}

/// No second saw more than four requests. Returns how many there were.
fn assert_four_a_second(harness: &PollerHarness) -> usize {
    let times = harness.api.times(|_| true);
    for (first, fifth) in times.iter().zip(&times[4..]) {
        assert!(fifth.abs_diff(*first) >= s(1), "{first:?} to {fifth:?}");
    }
    times.len()
}
