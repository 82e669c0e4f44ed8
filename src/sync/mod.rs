//! Keeps up: one background task that asks the service for what is watched and reports facts.
//!
//! This room owns what it needs of a service ([`ChatApi`], [`MessageStream`], [`ApiError`]); who speaks HTTP
//! implements it. No sockets, no screen, no clock but tokio's.

mod api;
mod backoff;
mod cursor;
mod notice;
mod poller;
mod pull;
mod rate_limit;
mod scheduler;

pub use api::{ApiError, ChatApi, ErrorKind, MessageStream};
pub use notice::ServiceNotice;
pub use poller::{Poller, SyncCommand};
pub use rate_limit::RateLimiter;
pub use scheduler::PollIntervals;

#[cfg(test)]
mod tests;
