//! Speaks to a SuperOffice service: reads it over HTTP, and can do nothing but read.
//!
//! The facts of the service stay in here: addresses, headers, spelling, HTML, oddities. What
//! leaves this room is clean chat nouns and faults in plain words. No screen, and no tasks of its own
//! but to read a long answer.

mod auth;
mod endpoints;
mod client;
mod message_decoder;
mod array_stream;
mod error;
mod http;
pub mod html;
mod stats;
mod message_stream;
mod settings;
mod json_array;
mod tenant;
mod decode;

pub use endpoints::ENDPOINTS;
pub use client::Client;
pub use message_decoder::MessageDecoder;
pub use stats::Clock;
pub use message_stream::HttpMessageStream;
pub use settings::{Identity, AuthScheme, SecretSource, Settings};
pub use decode::{NaiveZone, rewrite_times};
