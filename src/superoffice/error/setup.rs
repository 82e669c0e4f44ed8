//! Failures of our own set-up: what to change, before anything is sent.

use std::path::Path;

use super::excerpt;
use super::transport::source_chain;
use crate::sync::{ApiError, ErrorKind};

/// Plain http to another machine.
pub(in crate::superoffice) fn plain_http(host: &str) -> ApiError {
    config_error(format!(
        "{host} would be spoken to over plain http, where anyone can read along - use https, or set allow_http = true"
    ))
}

/// An address of no use.
pub(in crate::superoffice) fn bad_scheme(scheme: &str) -> ApiError {
    config_error(format!(
        "base_url begins with {scheme}:, which is no way to reach the service - write https://..."
    ))
}

/// A secret where everybody sees it.
pub(in crate::superoffice) fn secret_in_address() -> ApiError {
    config_error(
        "base_url holds a user or password - take them out and set auth.user and a secret instead"
            .to_owned(),
    )
}

/// A proxy that cannot be used.
pub(in crate::superoffice) fn bad_proxy(host: &str) -> ApiError {
    config_error(format!(
        "the proxy {host} cannot be used - write it as http://host:port or socks5://host:port"
    ))
}

/// A certificate file that cannot be used.
pub(in crate::superoffice) fn bad_ca_file(path: &Path, cause: &str) -> ApiError {
    config_error(format!(
        "could not use ca_file {}: {cause} - name a PEM file",
        path.display()
    ))
}

/// A setting that cannot travel in a header.
pub(in crate::superoffice) fn bad_header(name: &str) -> ApiError {
    config_error(format!(
        "the setting for {name} holds characters that cannot be sent - use plain letters and digits"
    ))
}

/// No HTTP client, most likely because the machine trusts nobody.
pub(in crate::superoffice) fn no_client(cause: &reqwest::Error) -> ApiError {
    let sources = source_chain(cause);
    config_error(
        if sources.contains("no ca certificates") || sources.contains("root") {
            "this machine has no list of trusted certificates - install ca-certificates or set ca_file".to_owned()
        } else {
            format!(
                "could not set up secure connections ({}) - check ca_file and proxy",
                excerpt(&sources)
            )
        },
    )
}

fn config_error(why: String) -> ApiError {
    ApiError::new(ErrorKind::Config, why)
}
