//! Connection errors, classified by reqwest's causes.

use std::error::Error;
use std::io;

use super::excerpt;
use crate::sync::{ApiError, ErrorKind};

pub(super) fn describe(cause: &reqwest::Error, host: &str) -> ApiError {
    let why = if is_unknown_host(cause) {
        format!("Host {host} not found: check base_url and the network")
    } else if cause.is_timeout() && cause.is_connect() {
        format!("Timed out connecting to {host}: check base_url, the network and the proxy")
    } else if cause.is_timeout() {
        format!("Timed out waiting for {host}: it may be busy; see the timeout setting")
    } else if has_io_kind(cause, io::ErrorKind::ConnectionRefused) {
        format!("Connection refused by {host}: check base_url, and that the service is running")
    } else if cause.is_connect()
        && let Some(why) = tls_reason(&source_chain(cause), host)
    {
        format!("TLS error: {why}")
    } else if cause.is_connect() {
        format!("Cannot reach {host}: check the network and the proxy")
    } else if has_io_kind(cause, io::ErrorKind::ConnectionReset)
        || has_io_kind(cause, io::ErrorKind::BrokenPipe)
    {
        format!("Connection reset by {host}: the network or a gateway may have changed")
    } else if cause.is_body() || cause.is_decode() {
        format!("Truncated or damaged response from {host}: it may be temporary")
    } else {
        format!("Connection closed by {host} without a response: it may be restarting")
    };
    ApiError::new(ErrorKind::Network, why)
}

pub(super) fn is_unknown_host(cause: &reqwest::Error) -> bool {
    cause.is_dns() || source_chain(cause).contains("dns error")
}

/// An error and its causes as one line, in lower case.
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

/// The cause of a TLS failure and what to do; `None` if it was not TLS that failed.
fn tls_reason(chain: &str, host: &str) -> Option<String> {
    let has = |patterns: &[&str]| patterns.iter().any(|pattern| chain.contains(pattern));
    Some(
        if has(&["unknownissuer", "causedasendentity", "badsignature"]) {
            format!(
                "the certificate of {host} is from an unknown authority: set ca_file if it is your own"
            )
        } else if has(&["expired", "notvalidyet"]) {
            format!(
                "the certificate of {host} is expired or not yet valid: check this machine's clock, \
                 or report it to the service"
            )
        } else if has(&["notvalidforname", "not valid for name"]) {
            format!("the certificate of {host} is for another name: check base_url")
        } else if has(&["invalidcontenttype", "corrupt message"]) {
            format!("{host} does not speak TLS: check https and the port in base_url")
        } else if has(&["certificate", "handshake", "tls", "fatal alert"]) {
            let reason = excerpt(chain.rsplit(": ").next().unwrap_or_default());
            format!(
                "{reason} ({host}): set ca_file if the certificate is your own, or report it to the service"
            )
        } else {
            return None;
        },
    )
}
