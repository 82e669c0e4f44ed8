//! Speaks to a SuperOffice service: reads it over HTTP, and can do nothing but read.
//!
//! The facts of the service stay in here: addresses, headers, spelling, HTML, oddities. What
//! leaves this room is clean chat nouns and faults in plain words. No screen, and no tasks of its own
//! but to read a long answer.

mod array_stream;
mod auth;
mod client;
mod decode;
mod endpoints;
mod error;
pub mod html;
mod http;
mod json_array;
mod message_decoder;
mod message_stream;
mod settings;
mod stats;
mod tenant;

pub use client::Client;
pub use decode::{NaiveZone, rewrite_times};
pub use endpoints::ENDPOINTS;
pub(crate) use http::is_loopback;
pub use message_decoder::MessageDecoder;
pub use message_stream::HttpMessageStream;
pub use settings::{AuthScheme, Identity, SecretSource, Settings};
pub use stats::Clock;

#[cfg(test)]
mod tests;
