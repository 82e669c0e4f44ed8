//! Client for the SuperOffice REST API, limited to reading.
//!
//! Everything specific to the service is confined here: addresses, headers, JSON spelling, HTML and
//! quirks. The rest of the program uses the types of `chat` and errors in plain words. Starts no
//! tasks of its own.

mod aggregates;
mod archive;
mod array_stream;
mod auth;
mod channels;
mod client;
mod client_state;
mod decode;
mod endpoints;
mod error;
mod fallback;
mod filter;
pub(crate) mod html;
mod http;
mod json_array;
mod json_response;
mod lists;
mod message_search;
mod proxy;
mod refused_secret;
mod resource;
mod secret_command;
mod settings;
mod stats;
mod tenant;
mod throughput;
mod tls;

pub use array_stream::MessageDecoder;
pub(crate) use auth::check_secret_file;
pub use client::Client;
pub use decode::NaiveZone;
pub(crate) use decode::rewrite_times;
pub(crate) use proxy::is_proxy_address;
pub use settings::Settings;
pub(crate) use settings::{
    AuthScheme, Identity, SecretCommand, SecretSource, check_no_user, check_plain_http, is_loopback,
};
pub(crate) use tls::check_ca_file;

#[cfg(test)]
mod tests;
