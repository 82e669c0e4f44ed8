//! Speaks to a SuperOffice service: reads it over HTTP, and can do nothing but read.
//!
//! The facts of the service stay in here: addresses, headers, spelling, HTML, oddities. What
//! leaves this room is clean chat nouns and faults in plain words. No screen, and no tasks of its own
//! but to read a long answer.

mod auth;
mod calls;
mod client;
mod decode;
mod elements;
mod error;
mod get;
pub mod markup;
mod meter;
mod pages;
mod settings;
mod split;
mod tenant;
mod wire;

pub use calls::CALLS;
pub use client::Client;
pub use decode::Decoder;
pub use meter::Clock;
pub use pages::MessagePages;
pub use settings::{Identity, Scheme, SecretSource, Settings};
pub use wire::{Naive, with_times};
