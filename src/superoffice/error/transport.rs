//! Connections that could not be made or broke: what happened, told apart as far as it can be.

use std::error::Error;
use std::io;

use super::excerpt;
use crate::sync::{ApiError, ErrorKind};

/// Says in words what happened to a connection.
pub(super) fn describe(cause: &reqwest::Error, host: &str) -> ApiError {
    let why = if is_unknown_host(cause) {
        format!("could not find {host}: no such name here - check base_url and the network")
    } else if cause.is_timeout() && cause.is_connect() {
        format!(
            "could not reach {host}: no connection in time - check base_url, the network and the proxy"
        )
    } else if cause.is_timeout() {
        format!(
            "{host} went silent before its answer was complete - it may be busy; timeout sets how long to wait"
        )
    } else if has_io_kind(cause, io::ErrorKind::ConnectionRefused) {
        format!(
            "could not reach {host}: connection refused - is the address right, and does the service run?"
        )
    } else if cause.is_connect()
        && let Some(why) = tls_reason(&source_chain(cause))
    {
        format!("could not speak to {host} in safety: {why}")
    } else if cause.is_connect() {
        format!("could not reach {host}: no way there - check the network and the proxy")
    } else if has_io_kind(cause, io::ErrorKind::ConnectionReset)
        || has_io_kind(cause, io::ErrorKind::BrokenPipe)
    {
        format!("{host} broke the connection off - the network or a gateway may have changed")
    } else if cause.is_body() || cause.is_decode() {
        format!("the answer of {host} was cut short or damaged on its way - nothing shown is lost")
    } else {
        format!("{host} closed the connection without an answer - it may be restarting")
    };
    ApiError::new(ErrorKind::Network, why)
}

/// Tells whether the name of the host is not known (any more).
pub(super) fn is_unknown_host(cause: &reqwest::Error) -> bool {
    cause.is_dns() || source_chain(cause).contains("dns error")
}

/// What an error and its causes say, in lower case.
pub(super) fn source_chain(cause: &reqwest::Error) -> String {
    let texts: Vec<String> = sources(cause).map(ToString::to_string).collect();
    format!("{cause}: {}", texts.join(": ")).to_ascii_lowercase()
}

fn sources(cause: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(cause.source(), |cause| (*cause).source())
}

fn has_io_kind(cause: &reqwest::Error, kind: io::ErrorKind) -> bool {
    sources(cause)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == kind)
}

/// Why TLS failed and what to do; `None` when it is not TLS that failed.
fn tls_reason(chain: &str) -> Option<String> {
    let has = |words: &[&str]| words.iter().any(|word| chain.contains(word));
    Some(
        if has(&["unknownissuer", "causedasendentity", "badsignature"]) {
            "no authority known here has signed its certificate - if it is your own, set ca_file"
                .to_owned()
        } else if has(&["expired", "notvalidyet"]) {
            "its certificate is not valid at this time - check the clock of this machine, else tell who runs it".to_owned()
        } else if has(&["notvalidforname", "not valid for name"]) {
            "its certificate is made out to another name - check base_url".to_owned()
        } else if has(&["invalidcontenttype", "corrupt message"]) {
            "it does not speak TLS there - check https and the port in base_url".to_owned()
        } else if has(&["certificate", "handshake", "tls", "fatal alert"]) {
            let reason = excerpt(chain.rsplit(": ").next().unwrap_or_default());
            format!("{reason} - if its certificate is your own, set ca_file; else tell who runs it")
        } else {
            return None;
        },
    )
}
