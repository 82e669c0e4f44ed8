//! Every failure in one plain sentence: what failed, why, and what to do.
//!
//! No secret, no text of a message and no address with its query gets in here; what the service
//! says for itself is cleaned first.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{DATE, RETRY_AFTER};
use url::Url;

mod setup;
mod transport;

pub(super) use setup::{
    bad_ca_file, bad_header, bad_proxy, bad_scheme, no_client, plain_http, secret_in_address,
};

use super::decode::LenientObject;
use super::http::HttpResponse;
use super::json_array::SplitError;
use crate::chat::sanitize;
use crate::sync::{ApiError, ErrorKind};

/// Longest wait that a service may ask for and get.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);

/// Most characters of what the service says for itself.
const MAX_EXCERPT: usize = 200;

/// Why there is no answer, or not all of it.
#[derive(Debug)]
pub(super) enum TransportError {
    /// The connection could not be made, or broke.
    Transport(reqwest::Error),
    /// The service sends us to another origin.
    CrossOriginRedirect {
        /// Which.
        to: String,
    },
    /// The service sends us round in circles.
    TooManyRedirects,
    /// The body is over our limit.
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
}

impl TransportError {
    /// Takes a transport error without the address it happened at, whose query may tell too much.
    pub(super) fn from_reqwest(cause: reqwest::Error) -> Self {
        Self::Transport(cause.without_url())
    }

    /// Tells whether the name of the host is not known (any more).
    pub(super) fn is_unknown_host(&self) -> bool {
        matches!(self, Self::Transport(cause) if transport::is_unknown_host(cause))
    }

    /// Says it in words.
    pub(super) fn to_api_error(&self, host: &str) -> ApiError {
        match self {
            Self::Transport(cause) => transport::describe(cause, host),
            Self::CrossOriginRedirect { to } => ApiError::new(
                ErrorKind::InvalidResponse,
                format!(
                    "{host} sends us on to {to}, which was not followed with our sign-in - \
                     sign in again, or set base_url to the new address if you trust it"
                ),
            ),
            Self::TooManyRedirects => ApiError::new(
                ErrorKind::InvalidResponse,
                format!("{host} sends us round in circles - check base_url"),
            ),
            Self::TooLarge { limit } => ApiError::new(
                ErrorKind::TooLarge,
                format!(
                    "the answer of {host} is larger than {} MiB, which is our limit - raise max_body if it is meant",
                    limit >> 20
                ),
            ),
        }
    }
}

/// The host of an address, with its port where that is not the usual one.
pub(super) fn host_label(url: &Url) -> String {
    let host = url.host_str().unwrap_or("the service");
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// An answer that says no.
pub(super) async fn from_status(host: &str, what: &str, answer: &mut HttpResponse) -> ApiError {
    let status = answer.status();
    let date = answer.header(DATE).map(str::to_owned);
    let retry_after = answer
        .header(RETRY_AFTER)
        .and_then(|value| parse_retry_after(value, date.as_deref()));
    let message = match server_message(&answer.peek_body(&[]).await) {
        Some(message) => format!(" ({message})"),
        None => String::new(),
    };
    let code = status.as_u16();
    let (kind, why) = match status {
        StatusCode::UNAUTHORIZED => (
            ErrorKind::SignIn,
            format!("{host} does not accept our sign-in{message} - renew the secret"),
        ),
        StatusCode::FORBIDDEN => (
            ErrorKind::Forbidden,
            format!(
                "{host} does not let this user read {what}{message} - ask for the right, or sign in again"
            ),
        ),
        StatusCode::NOT_FOUND | StatusCode::GONE => (
            ErrorKind::NotFound,
            format!(
                "{host} does not know {what} (any more){message} - check the number and base_url"
            ),
        ),
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => (
            ErrorKind::Config,
            "the proxy wants a sign-in of its own - put user and password into the proxy address"
                .to_owned(),
        ),
        StatusCode::MISDIRECTED_REQUEST => (
            ErrorKind::Busy { retry_after },
            format!(
                "{host} no longer serves this tenant and its present address is not known - check base_url"
            ),
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            ErrorKind::Busy { retry_after },
            format!("{host} asks us to slow down{message} - nothing to do but wait"),
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            ErrorKind::Busy { retry_after },
            format!("{host} is not available now{message} - it may be in maintenance"),
        ),
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => (
            ErrorKind::Busy { retry_after },
            format!(
                "{host} failed to give us {what}: error {code}{message} - it may pass by itself"
            ),
        ),
        status if status.is_client_error() => (
            ErrorKind::Config,
            format!(
                "{host} refused to give us {what}: error {code}{message} - check base_url and the configuration"
            ),
        ),
        _ => (
            ErrorKind::InvalidResponse,
            format!(
                "{host} answered {code} when asked for {what}, which says nothing to us - check base_url"
            ),
        ),
    };
    ApiError::new(kind, why)
}

/// An answer that came well and is not what was asked for.
pub(super) fn unexpected_body(host: &str, what: &str, content_type: &str, body: &str) -> ApiError {
    let body = body.trim_start();
    let why = if body.is_empty() {
        format!("{host} sent an empty answer instead of {what} - check base_url")
    } else if body.starts_with('<') && !content_type.contains("xml") {
        format!(
            "{host} sent a web page instead of {what}, perhaps to sign in - sign in again or check base_url"
        )
    } else if let Some(message) = server_message(body) {
        format!("{host} sent an error instead of {what} ({message}) - it may pass by itself")
    } else if !content_type.is_empty() && !content_type.contains("json") {
        format!(
            "{host} sent {} instead of {what} as JSON - check base_url",
            excerpt(content_type)
        )
    } else {
        format!("{host} sent something that is not {what} - check base_url")
    };
    ApiError::new(ErrorKind::InvalidResponse, why)
}

/// A list that breaks off or makes no sense from somewhere on.
pub(super) fn from_split_error(host: &str, what: &str, broken: SplitError) -> ApiError {
    let (kind, why) = match broken {
        SplitError::TooLarge => (ErrorKind::TooLarge, "one of them is larger than 32 MiB"),
        SplitError::Truncated => (ErrorKind::InvalidResponse, "the answer ends in the middle"),
        SplitError::TooDeep => (
            ErrorKind::InvalidResponse,
            "one of them is nested without end",
        ),
        SplitError::Malformed | SplitError::NotArray => {
            (ErrorKind::InvalidResponse, "the answer is not valid JSON")
        }
    };
    ApiError::new(
        kind,
        format!("could not read all of {what} from {host}: {why} - what came before it is kept"),
    )
}

/// What the service says for itself in an error object.
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

/// Words of the service made short, clean, and without ids of resources (`[SR_...]`).
fn excerpt(text: &str) -> String {
    let mut words = sanitize::sanitize_line(text);
    while let Some((before, after)) = words.split_once("[SR_")
        && let Some((_, after)) = after.split_once(']')
    {
        words = format!("{before}{after}");
    }
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(MAX_EXCERPT) {
        Some((end, _)) => format!("{}...", words.get(..end).unwrap_or_default()),
        None => words.trim_end_matches('.').to_owned(),
    }
}

/// How long to wait: seconds, or a date seen from the clock of the service itself.
fn parse_retry_after(retry_after: &str, date: Option<&str>) -> Option<Duration> {
    let retry_after = retry_after.trim();
    let wait = if let Ok(seconds) = retry_after.parse() {
        Duration::from_secs(seconds)
    } else {
        let until = httpdate::parse_http_date(retry_after).ok()?;
        let now = httpdate::parse_http_date(date?).ok()?;
        until.duration_since(now).unwrap_or_default()
    };
    Some(wait.min(MAX_RETRY_AFTER))
}

/// The tenant lives at another address by now, which is in use from here on.
pub(super) fn tenant_moved(from: &str, to: &str) -> ApiError {
    ApiError::new(
        ErrorKind::Moved,
        format!("the service has moved from {from} to {to}, which is used from now on"),
    )
}

/// The tenant is known and does not run.
pub(super) fn tenant_stopped(host: &str, tenant: &str, state: &str) -> ApiError {
    ApiError::new(
        ErrorKind::Busy { retry_after: None },
        format!(
            "{host} says that {tenant} is not running now ({}) - it may be in maintenance",
            excerpt(state)
        ),
    )
}

/// A secret that cannot be had; it is looked for again at each try.
pub(super) fn missing_secret(why: String) -> ApiError {
    ApiError::new(ErrorKind::SignIn, why)
}

#[cfg(test)]
mod tests;
