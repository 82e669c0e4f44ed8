//! Error sentences: what failed, why, and what to do.
//!
//! They never contain a secret, message text or a query string; text from the service is sanitized.

use std::fmt::Display;
use std::time::Duration;

use reqwest::StatusCode;
use url::Url;

mod transport;

pub(super) use transport::{RequestError, TransportError, no_client};

use super::decode::LenientObject;
use super::json_array::SplitError;
use super::resource::Resource;
use crate::chat::{self, sanitize};
use crate::sync::{ApiError, ErrorKind, describe_move};

/// Characters quoted from the service.
const MAX_EXCERPT: usize = 200;

/// The likely reason if a request fails that not every service supports; the settings are not at fault.
const UNSUPPORTED: &str = "this service may not support it";

pub(super) fn config(why: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::Config, why)
}

pub(super) fn invalid_response(why: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::InvalidResponse, why)
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
    resource: Resource,
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
    let busy = ErrorKind::Busy { retry_after };
    let session = resource.session();
    let (kind, why) = match status {
        StatusCode::UNAUTHORIZED if !has_credentials => (
            ErrorKind::SignIn,
            "No credentials configured: set auth.user or auth.scheme, and a secret".to_owned(),
        ),
        StatusCode::UNAUTHORIZED => (ErrorKind::SignIn, sign_in_refused(code)),
        StatusCode::FORBIDDEN if resource.is_allowed_to_every_user() => {
            (ErrorKind::Forbidden, sign_in_refused(code))
        }
        StatusCode::FORBIDDEN => {
            let resource = session.map_or(resource, Resource::Session);
            let why = format!(
                "Not allowed to read {resource} (403): ask for access, or renew the secret"
            );
            (ErrorKind::Forbidden, why)
        }
        StatusCode::NOT_FOUND | StatusCode::GONE if resource.is_optional() => {
            let why = format!("The service does not have {resource} ({code})");
            (ErrorKind::NotFound, why)
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => {
            let why = format!("No SuperOffice API at {base} ({code}): check base_url");
            let no_api = || ApiError::new(ErrorKind::NotFound, why);
            return session.map_or_else(no_api, |id| session_not_found(id, &source));
        }
        StatusCode::PROXY_AUTHENTICATION_REQUIRED => {
            return config(proxy_needs_user("The proxy"));
        }
        StatusCode::MISDIRECTED_REQUEST => {
            let why = "This host no longer serves the tenant (421) and the new address is not known: check base_url";
            (busy, why.to_owned())
        }
        StatusCode::TOO_MANY_REQUESTS => (
            busy,
            "Too many requests (429): the service requests a pause".to_owned(),
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            busy,
            "Service unavailable (503): it may be under maintenance".to_owned(),
        ),
        status if status.is_server_error() || status == StatusCode::REQUEST_TIMEOUT => (
            busy,
            format!("Server error ({code}) reading {resource}: it may be temporary"),
        ),
        status if status.is_client_error() => {
            let remedy = if resource.is_required() {
                "check base_url, language and culture"
            } else {
                UNSUPPORTED
            };
            let why = format!("Request for {resource} refused ({code}): {remedy}");
            (ErrorKind::Config, why)
        }
        _ => {
            let remedy = remedy(resource);
            let why = format!("Unexpected status {code} for {resource}: {remedy}");
            (ErrorKind::InvalidResponse, why)
        }
    };
    ApiError::new(kind, format!("{why} {source}"))
}

/// What to do about a response that does not fit the request.
fn remedy(resource: Resource) -> &'static str {
    if resource.is_required() {
        "check base_url"
    } else {
        UNSUPPORTED
    }
}

/// The error for a request that is not sent, because its secret was refused before.
pub(super) fn refused_before(base: &Url, status: StatusCode) -> ApiError {
    let refused = from_status(base, Resource::SessionList, true, status, None, "");
    ApiError::new(ErrorKind::SignIn, refused.why)
}

fn sign_in_refused(code: u16) -> String {
    format!("Sign-in refused ({code}): check auth.user, auth.scheme and the secret")
}

pub(super) fn session_not_found(id: impl Display, source: &str) -> ApiError {
    let why = format!("Session {id} not found {source}");
    ApiError::new(ErrorKind::NotFound, why)
}

/// The error for a successful response whose body is not the requested data.
pub(super) fn unexpected_body(
    host: &str,
    resource: Resource,
    content_type: &str,
    body: &str,
) -> ApiError {
    let body = body.trim_start();
    let remedy = remedy(resource);
    let why = if body.is_empty() {
        format!("{host} sent an empty response instead of {resource}: {remedy}")
    } else if body.starts_with('<') && !content_type.contains("xml") {
        format!(
            "{host} sent a web page instead of {resource}, possibly a sign-in page: renew the secret or check base_url"
        )
    } else if let Some(message) = server_message(body) {
        format!("{host} sent an error instead of {resource} ({message}): it may be temporary")
    } else if !content_type.is_empty() && !content_type.contains("json") {
        let content_type = excerpt(content_type);
        format!("{host} sent {content_type} instead of {resource} as JSON: {remedy}")
    } else {
        format!("{host} sent something other than {resource}: {remedy}")
    };
    invalid_response(why)
}

/// The error for an array that cannot be read to its end.
pub(super) fn from_split_error(host: &str, resource: Resource, error: SplitError) -> ApiError {
    let why = match error {
        SplitError::Truncated => "the response is truncated",
        SplitError::Malformed | SplitError::NotArray => "the response is not valid JSON",
    };
    invalid_response(format!("Partial result for {resource} from {host}: {why}"))
}

/// The error for a response that is larger than allowed.
pub(super) fn exceeds_max_body(host: &str, limit: u64) -> ApiError {
    let why = chat::exceeds_max_body("Response", limit, &format!(" to read it ({host})"));
    ApiError::new(ErrorKind::TooLarge, why)
}

/// The error for a single entity that is larger than an element of a list may be.
pub(super) fn entity_too_large(host: &str, resource: Resource) -> ApiError {
    let why =
        format!("The response for {resource} is larger than 32 MiB and cannot be read ({host})");
    ApiError::new(ErrorKind::TooLarge, why)
}

/// The error for a response that arrives too slowly.
pub(super) fn too_slow(host: &str) -> ApiError {
    let why = format!(
        "Response from {host} was too slow (under 1 kB/s): the service may be busy; see the timeout \
         setting"
    );
    ApiError::new(ErrorKind::Network, why)
}

/// The message of an error object: the service's own or ASP.NET's.
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

/// Sanitizes and shortens text from the service, and drops ids of texts such as `[SR_ERR_X]`, which
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

/// Why a request fails that a proxy refuses with 407; `proxy` begins the sentence.
pub(super) fn proxy_needs_user(proxy: &str) -> String {
    format!("{proxy} requires a user and password (407): put them into the proxy address")
}

pub(super) fn tenant_moved(to: &Url) -> ApiError {
    ApiError::new(ErrorKind::Moved, describe_move(&host_label(to)))
}

pub(super) fn tenant_stopped(host: &str, tenant: &str, state: &str) -> ApiError {
    let state = excerpt(state);
    let why = format!("{tenant} is not running ({state}): it may be under maintenance ({host})");
    ApiError::new(ErrorKind::TenantStopped, why)
}

/// A failed secret source. Sources are read again at every attempt, so this is not a `Config` error.
pub(super) fn missing_secret(why: impl Into<String>) -> ApiError {
    ApiError::new(ErrorKind::SignIn, why)
}

#[cfg(test)]
mod tests;
