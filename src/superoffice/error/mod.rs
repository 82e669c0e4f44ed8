//! Error sentences: what failed, why, and what to do.
//!
//! They never contain a secret, message text or a query string; text from the service is sanitized.

use std::fmt::Display;
use std::time::Duration;

use reqwest::StatusCode;
use url::Url;

mod setup;
mod transport;

pub(super) use setup::{
    bad_ca_file, bad_header, bad_proxy, bad_scheme, no_client, plain_http, secret_in_address,
};

use super::decode::LenientObject;
use super::json_array::SplitError;
use crate::chat::sanitize;
use crate::sync::{ApiError, ErrorKind};

/// Characters quoted from the service.
const MAX_EXCERPT: usize = 200;

/// Why a response is missing or incomplete.
#[derive(Debug)]
pub(super) enum TransportError {
    Transport(reqwest::Error),
    CrossOriginRedirect {
        to: String,
    },
    TooManyRedirects,
    /// The decoded body exceeds `max_body`.
    TooLarge {
        limit: u64,
    },
}

impl TransportError {
    /// Drops the URL, whose query may contain filter values.
    pub(super) fn from_reqwest(cause: reqwest::Error) -> Self {
        Self::Transport(cause.without_url())
    }

    pub(super) fn is_unknown_host(&self) -> bool {
        matches!(self, Self::Transport(cause) if transport::is_unknown_host(cause))
    }

    pub(super) fn to_api_error(&self, host: &str) -> ApiError {
        match self {
            Self::Transport(cause) => transport::describe(cause, host),
            Self::CrossOriginRedirect { to } => ApiError::new(
                ErrorKind::InvalidResponse,
                format!(
                    "Redirect from {host} to {to} refused, as credentials are sent to base_url only: \
                     sign in again, or change base_url if you trust the new address"
                ),
            ),
            Self::TooManyRedirects => ApiError::new(
                ErrorKind::InvalidResponse,
                format!("Redirect loop at {host}: check base_url"),
            ),
            Self::TooLarge { limit } => ApiError::new(
                ErrorKind::TooLarge,
                format!(
                    "Response exceeds max_body ({} MiB): raise max_body to read it ({host})",
                    limit >> 20
                ),
            ),
        }
    }
}

/// The host of a URL, with its port unless it is the default.
pub(super) fn host_label(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the service");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// The error for a response with a status other than success; `body` is its beginning.
pub(super) fn from_status(
    base: &Url,
    what: &str,
    has_credentials: bool,
    status: StatusCode,
    retry_after: Option<Duration>,
    body: &str,
) -> ApiError {
    let host = host_label(base);
    let source = match server_message(body) {
        Some(message) => format!("({host}: {message})"),
        None => format!("({host})"),
    };
    let code = status.as_u16();
    let (kind, why) = match status {
        StatusCode::UNAUTHORIZED if !has_credentials => (
            ErrorKind::SignIn,
            format!(
                "No credentials configured: set auth.user or auth.scheme, and a secret {source}"
            ),
        ),
        StatusCode::UNAUTHORIZED => (
            ErrorKind::SignIn,
            format!("Sign-in refused (401): check auth.user, auth.scheme and the secret {source}"),
        ),
        StatusCode::FORBIDDEN => (
            ErrorKind::Forbidden,
            format!(
                "Not allowed to read {} (403): ask for access, or sign in again {source}",
                session_id_in(what).map_or_else(|| what.to_owned(), |id| format!("session {id}"))
            ),
        ),
        StatusCode::NOT_FOUND | StatusCode::GONE => match session_id_in(what) {
            Some(id) => return session_not_found(id, &source),
            None => (
                ErrorKind::NotFound,
                format!("No SuperOffice API at {base} ({code}): check base_url"),
            ),
        },
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => (
            ErrorKind::Config,
            "Proxy authentication required (407): put user and password into the proxy address"
                .to_owned(),
        ),
        StatusCode::MISDIRECTED_REQUEST => (
            ErrorKind::Busy { retry_after },
            format!(
                "{host} no longer serves this tenant (421) and its new address is not known: check base_url"
            ),
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            ErrorKind::Busy { retry_after },
            format!("Too many requests (429): retried after a pause {source}"),
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            ErrorKind::Busy { retry_after },
            format!("Service unavailable (503): it may be under maintenance {source}"),
        ),
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => (
            ErrorKind::Busy { retry_after },
            format!("Server error ({code}) reading {what}: it may be temporary {source}"),
        ),
        status if status.is_client_error() => (
            ErrorKind::Config,
            format!(
                "Request for {what} refused ({code}): check base_url and the configuration {source}"
            ),
        ),
        _ => (
            ErrorKind::InvalidResponse,
            format!("Unexpected status {code} for {what}: check base_url {source}"),
        ),
    };
    ApiError::new(kind, why)
}

pub(super) fn session_not_found(id: impl Display, source: &str) -> ApiError {
    ApiError::new(
        ErrorKind::NotFound,
        format!("Session {id} not found: check the number {source}"),
    )
}

/// `341` in `the messages of session 341`.
fn session_id_in(what: &str) -> Option<&str> {
    let (_, id) = what.rsplit_once("session ")?;
    id.parse::<u64>().is_ok().then_some(id)
}

/// The error for a successful response whose body is not the requested data.
pub(super) fn unexpected_body(host: &str, what: &str, content_type: &str, body: &str) -> ApiError {
    let body = body.trim_start();
    let why = if body.is_empty() {
        format!("{host} sent an empty response instead of {what}: check base_url")
    } else if body.starts_with('<') && !content_type.contains("xml") {
        format!(
            "{host} sent a web page instead of {what}, possibly a sign-in page: sign in again or check base_url"
        )
    } else if let Some(message) = server_message(body) {
        format!("{host} sent an error instead of {what} ({message}): it may be temporary")
    } else if !content_type.is_empty() && !content_type.contains("json") {
        format!(
            "{host} sent {} instead of {what} as JSON: check base_url",
            excerpt(content_type)
        )
    } else {
        format!("{host} sent something other than {what}: check base_url")
    };
    ApiError::new(ErrorKind::InvalidResponse, why)
}

/// The error for an array that cannot be read to its end.
pub(super) fn from_split_error(host: &str, what: &str, error: SplitError) -> ApiError {
    let (kind, why) = match error {
        SplitError::TooLarge => (ErrorKind::TooLarge, "an element exceeds 32 MiB"),
        SplitError::Truncated => (ErrorKind::InvalidResponse, "the response is truncated"),
        SplitError::TooDeep => (
            ErrorKind::InvalidResponse,
            "an element is nested too deeply",
        ),
        SplitError::Malformed | SplitError::NotArray => {
            (ErrorKind::InvalidResponse, "the response is not valid JSON")
        }
    };
    ApiError::new(
        kind,
        format!("Partial result for {what} from {host}: {why}"),
    )
}

/// The message of an error object: the service's own or ASP.NET's (API.md 7.1).
fn server_message(body: &str) -> Option<String> {
    let object = LenientObject::parse(body.trim_start_matches('\u{feff}').trim())?;
    let messages = [
        "ErrorMessage",
        "MessageDetail",
        "Message",
        "error_description",
        "ErrorType",
    ]
    .map(|name| excerpt(&object.clean_line(name)));
    messages.into_iter().find(|message| !message.is_empty())
}

/// Sanitizes and shortens text from the service, and drops resource ids such as `[SR_ERR_X]`, which
/// the service sends when no language is requested.
fn excerpt(text: &str) -> String {
    let mut line = sanitize::sanitize_line(text);
    while let Some((before, after)) = line.split_once("[SR_")
        && let Some((_, after)) = after.split_once(']')
    {
        line = format!("{before}{after}");
    }
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_EXCERPT) {
        Some((end, _)) => format!("{}...", line.get(..end).unwrap_or_default()),
        None => line.trim_end_matches('.').to_owned(),
    }
}

pub(super) fn tenant_moved(from: &str, to: &str) -> ApiError {
    ApiError::new(
        ErrorKind::Moved,
        format!("The service has moved from {from} to {to}, which is used from now on"),
    )
}

pub(super) fn tenant_stopped(host: &str, tenant: &str, state: &str) -> ApiError {
    ApiError::new(
        ErrorKind::Busy { retry_after: None },
        format!(
            "{tenant} is not running ({}): it may be under maintenance ({host})",
            excerpt(state)
        ),
    )
}

/// A failed secret source. Sources are read again at every attempt, so this is not a `Config` error.
pub(super) fn missing_secret(why: String) -> ApiError {
    ApiError::new(ErrorKind::SignIn, why)
}

#[cfg(test)]
mod tests;
