//! Keeps up: one background task that asks the service for what is watched and reports facts.
//!
//! This room owns what it needs of a service ([`Source`], [`Pages`], [`Fault`]); who speaks HTTP
//! implements it. No sockets, no screen, no clock but tokio's.

mod backoff;
mod budget;
mod finding;
mod plan;
mod poller;
mod pull;
mod source;
mod tail;

pub use budget::Gate;
pub use finding::Finding;
pub use plan::Pace;
pub use poller::{Ask, Poller};
pub use source::{Fault, FaultKind, Pages, Source};
