//! Polls the list and the open session: one task that sends requests and
//! reports [`SyncEvent`]s.
//!
//! The vocabulary is defined here: [`SyncCommand`] in, [`SyncEvent`] out, and [`ChatApi`], which a
//! client of a service implements. No sockets, no drawing, no clock but tokio's.

mod api;
mod backoff;
mod command;
mod cursor;
mod event;
mod listed_rows;
mod poller;
mod progress;
mod pull;
mod rate_limit;
mod scheduler;
pub(crate) mod search;

pub use api::ChatApi;
pub(crate) use api::{
    ApiError, ErrorKind, MessageStream, SecretRetry, ServiceNotice, describe_move,
};
pub(crate) use command::SyncCommand;
pub(crate) use cursor::PullCursor;
pub(crate) use event::{ConnectionState, PullExtent};
pub use event::{Feed, SyncEvent};
pub use poller::Poller;
pub(crate) use progress::PullProgress;
pub(crate) use rate_limit::{RateLimiter, is_low_priority};
pub use scheduler::PollIntervals;

#[cfg(test)]
mod tests;
