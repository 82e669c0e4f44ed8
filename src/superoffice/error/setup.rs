//! Errors in the local setup, found before anything is sent.

use std::path::Path;

use super::excerpt;
use super::transport::source_chain;
use crate::sync::{ApiError, ErrorKind};

pub(in crate::superoffice) fn plain_http(host: &str) -> ApiError {
    config_error(format!(
        "Plain http to {host} is not allowed, as anyone on the network could read it: use https, or set allow_http = true"
    ))
}

pub(in crate::superoffice) fn bad_scheme(scheme: &str) -> ApiError {
    config_error(format!(
        "base_url has the scheme {scheme}: write https://..."
    ))
}

pub(in crate::superoffice) fn secret_in_address() -> ApiError {
    config_error(
        "base_url contains a user or password: remove them, and set auth.user and a secret"
            .to_owned(),
    )
}

pub(in crate::superoffice) fn bad_proxy(host: &str) -> ApiError {
    config_error(format!(
        "Proxy {host} cannot be used: write it as http://host:port or socks5://host:port"
    ))
}

pub(in crate::superoffice) fn bad_ca_file(path: &Path, cause: &str) -> ApiError {
    config_error(format!(
        "Cannot use ca_file {} ({cause}): name a PEM file",
        path.display()
    ))
}

/// A setting with characters that an HTTP header cannot carry.
pub(in crate::superoffice) fn bad_header(name: &str) -> ApiError {
    config_error(format!(
        "{name} contains characters that cannot be sent: use ASCII letters and digits"
    ))
}

/// No HTTP client, most likely because the machine has no root certificates.
pub(in crate::superoffice) fn no_client(cause: &reqwest::Error) -> ApiError {
    let sources = source_chain(cause);
    config_error(
        if sources.contains("no ca certificates") || sources.contains("root") {
            "No trusted certificates on this machine: install ca-certificates or set ca_file"
                .to_owned()
        } else {
            format!(
                "Cannot set up TLS ({}): check ca_file and proxy",
                excerpt(&sources)
            )
        },
    )
}

fn config_error(why: String) -> ApiError {
    ApiError::new(ErrorKind::Config, why)
}
