//! Connection errors, classified by reqwest's causes.

use std::error::Error;
use std::io;

use super::excerpt;
use crate::sync::{ApiError, ErrorKind};

/// A request without response.
#[derive(Debug)]
pub(crate) struct RequestError {
    pub(crate) error: ApiError,
    /// The name lookup failed: the tenant may have moved.
    pub(crate) is_unknown_host: bool,
}

impl RequestError {
    pub(crate) fn from_reqwest(cause: reqwest::Error, host: &str) -> Self {
        // The query of the URL may contain filter values.
        let cause = cause.without_url();
        let is_unknown_host = cause.is_dns() || source_chain(&cause).contains("dns error");
        Self {
            error: describe(&cause, host, is_unknown_host),
            is_unknown_host,
        }
    }
}

fn describe(cause: &reqwest::Error, host: &str, is_unknown_host: bool) -> ApiError {
    let why = if is_unknown_host {
        format!("Host {host} not found: check base_url and the network")
    } else if cause.is_timeout() && cause.is_connect() {
        format!("Timed out connecting to {host}: check base_url, the network and the proxy")
    } else if cause.is_timeout() {
        format!("Timed out waiting for {host}: it may be busy; see the timeout setting")
    } else if has_io_kind(cause, &[io::ErrorKind::ConnectionRefused]) {
        format!("Connection refused by {host}: check base_url, and that the service is running")
    } else if cause.is_connect()
        && let Some(why) = tls_reason(&source_chain(cause), host)
    {
        format!("TLS error: {why}")
    } else if cause.is_connect() {
        format!("Cannot reach {host}: check the network and the proxy")
    } else if has_io_kind(
        cause,
        &[io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe],
    ) {
        format!("Connection reset by {host}: the network or a gateway may have changed")
    } else if cause.is_body() || cause.is_decode() {
        format!("Truncated or damaged response from {host}: it may be temporary")
    } else {
        format!("Connection closed by {host} without a response: it may be restarting")
    };
    ApiError::new(ErrorKind::Network, why)
}

/// No HTTP client, most likely because the machine has no root certificates.
pub(crate) fn no_client(cause: &reqwest::Error) -> ApiError {
    let sources = source_chain(cause);
    if sources.contains("no ca certificates") || sources.contains("root") {
        return super::config(
            "No trusted certificates on this machine: install ca-certificates or set ca_file",
        );
    }
    let sources = excerpt(&sources);
    let why = format!("Cannot set up TLS ({sources}): check ca_file and proxy");
    super::config(why)
}

/// An error and its causes as one line, in lower case.
fn source_chain(cause: &reqwest::Error) -> String {
    let texts: Vec<String> = sources(cause).map(ToString::to_string).collect();
    format!("{cause}: {}", texts.join(": ")).to_ascii_lowercase()
}

fn sources(cause: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(cause.source(), |cause| (*cause).source())
}

fn has_io_kind(cause: &reqwest::Error, kinds: &[io::ErrorKind]) -> bool {
    sources(cause)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| kinds.contains(&cause.kind()))
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
