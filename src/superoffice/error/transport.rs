//! Connection errors, classified by reqwest's causes.

use std::error::Error;
use std::io;

use super::excerpt;
use crate::sync::{ApiError, ErrorKind};

/// A request without response.
#[derive(Debug)]
pub(crate) struct RequestError {
    pub(crate) error: ApiError,
    pub(crate) failure: TransportError,
}

/// What failed, as far as something can be done about it at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransportError {
    /// The name lookup: the tenant may have moved.
    UnknownHost,
    /// The connection was lost before the response, as happens to one that was idle for a while.
    Dropped,
    TimedOut,
    Tls,
    /// The proxy refused the connection.
    Proxy,
    Other,
}

impl RequestError {
    pub(crate) fn from_reqwest(cause: reqwest::Error, host: &str) -> Self {
        // The query of the URL may contain filter values.
        let cause = cause.without_url();
        let (failure, why) = describe(&cause, host);
        Self {
            error: ApiError::new(ErrorKind::Network, why),
            failure,
        }
    }
}

fn describe(cause: &reqwest::Error, host: &str) -> (TransportError, String) {
    let chain = source_chain(cause);
    let tls_reason = || tls_reason(&chain, host).filter(|_| cause.is_connect());
    if cause.is_dns() || chain.contains("dns error") {
        let why = format!("Host {host} not found: check base_url and the network");
        (TransportError::UnknownHost, why)
    } else if is_lost_ping(cause) {
        let why = format!("Connection lost to {host}: the network or a gateway may have changed");
        (TransportError::Dropped, why)
    } else if cause.is_timeout() && cause.is_connect() {
        let why =
            format!("Timed out connecting to {host}: check base_url, the network and the proxy");
        (TransportError::TimedOut, why)
    } else if cause.is_timeout() {
        let why = format!("Timed out waiting for {host}: it may be busy; see the timeout setting");
        (TransportError::TimedOut, why)
    } else if let Some(why) = proxy_reason(&chain, host) {
        (TransportError::Proxy, why)
    } else if has_io_kind(cause, &[io::ErrorKind::ConnectionRefused]) {
        let why = format!(
            "Connection refused by {host}: check base_url, and that the service is running"
        );
        (TransportError::Other, why)
    } else if let Some(why) = tls_reason() {
        (TransportError::Tls, format!("TLS error: {why}"))
    } else if cause.is_connect() {
        let why = format!("Cannot reach {host}: check the network and the proxy");
        (TransportError::Other, why)
    } else if has_http_error(cause, hyper::Error::is_parse_too_large) {
        let why = format!(
            "The headers of the response from {host} are too long: a proxy or gateway may add them"
        );
        (TransportError::Other, why)
    } else if has_http_error(cause, hyper::Error::is_parse) {
        let why = format!("{host} sent something other than HTTP: check base_url and the proxy");
        (TransportError::Other, why)
    } else if cause.is_body() || cause.is_decode() {
        let why = format!("Truncated or damaged response from {host}: it may be temporary");
        (TransportError::Other, why)
    } else if has_io_kind(
        cause,
        &[io::ErrorKind::ConnectionReset, io::ErrorKind::BrokenPipe],
    ) {
        let why = format!("Connection reset by {host}: the network or a gateway may have changed");
        (TransportError::Dropped, why)
    } else {
        let why = format!("Connection closed by {host} without a response: it may be restarting");
        (TransportError::Dropped, why)
    }
}

/// No HTTP client, most likely because the machine has no root certificates.
pub(crate) fn no_client(cause: &(dyn Error + 'static)) -> ApiError {
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
fn source_chain(cause: &(dyn Error + 'static)) -> String {
    let texts: Vec<String> = sources(cause).map(ToString::to_string).collect();
    format!("{cause}: {}", texts.join(": ")).to_ascii_lowercase()
}

fn sources<'a>(
    cause: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(cause.source(), |cause| (*cause).source())
}

fn has_io_kind(cause: &reqwest::Error, kinds: &[io::ErrorKind]) -> bool {
    sources(cause)
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| kinds.contains(&cause.kind()))
}

fn has_http_error(cause: &reqwest::Error, is_it: impl Fn(&hyper::Error) -> bool) -> bool {
    sources(cause)
        .filter_map(|cause| cause.downcast_ref::<hyper::Error>())
        .any(is_it)
}

/// Returns `true` if the other side stopped answering the pings of HTTP/2.
fn is_lost_ping(cause: &reqwest::Error) -> bool {
    has_http_error(cause, hyper::Error::is_timeout)
}

/// Why a proxy refused the connection; `None` if it was not the proxy that failed.
fn proxy_reason(chain: &str, host: &str) -> Option<String> {
    if chain.contains("proxy authorization required") {
        Some(super::proxy_needs_user("The proxy"))
    } else if chain.contains("tunnel error: unsuccessful") || chain.contains("socks error") {
        Some(format!("The proxy refused {host}: check the proxy"))
    } else if chain.contains("tunnel error") && !chain.contains("underlying connection") {
        Some(format!(
            "The proxy closed the connection to {host}: check the proxy"
        ))
    } else {
        None
    }
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
