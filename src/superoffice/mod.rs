//! Speaks to a SuperOffice service: reads it over HTTP, and can do nothing but read.
//!
//! The facts of the service stay in here: addresses, headers, spelling, HTML, oddities. What
//! leaves this room is clean chat nouns and faults in plain words. No screen, no tasks of its own.

pub mod markup;
mod settings;
mod split;
mod wire;

pub use settings::{Identity, Scheme, SecretSource, Settings};
pub use wire::{Naive, with_times};
