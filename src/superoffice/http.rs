//! HTTP client that can only send GET requests.
//!
//! This is the only file that uses an HTTP client, and [`ReadOnlyHttp::get`] the only request it sends.
//! No header follows a redirect to another origin, no body exceeds its limit, no error contains a URL
//! with its query, and every request passes the rate limiter, also one that a redirect causes.
#![expect(clippy::disallowed_types, reason = "this is the HTTP client")]

use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder, Proxy, Response, StatusCode, retry};
use url::Url;

use super::error::{self, TransportError};
use super::settings::{Settings, is_loopback};
use super::stats::{Clock, ConnectionStats};
use crate::sync::{ApiError, RateLimiter};

/// Redirects followed within one origin.
const MAX_REDIRECTS: usize = 5;

/// Limit on the wait that a service may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);

/// Bytes read of a body only to find out what it is.
const MAX_PEEK: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct ReadOnlyHttp {
    client: Mutex<reqwest::Client>,
    settings: Settings,
    rate_limiter: Arc<RateLimiter>,
    pub(super) stats: Arc<ConnectionStats>,
}

/// A response, its body still arriving.
pub(super) struct HttpResponse {
    response: Response,
    stats: Arc<ConnectionStats>,
    bytes_read: u64,
    limit: u64,
}

impl ReadOnlyHttp {
    /// Checks the settings; nothing is sent yet.
    pub(super) fn new(settings: &Settings) -> Result<Self, ApiError> {
        let base = &settings.base_url;
        let is_local = is_loopback(base);
        match base.scheme() {
            "https" => {}
            "http" if is_local || settings.allow_http => {}
            "http" => return Err(error::plain_http(&error::host_label(base))),
            scheme => return Err(error::bad_scheme(scheme)),
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(error::secret_in_address());
        }
        Ok(Self {
            client: Mutex::new(build_client(settings)?),
            rate_limiter: Arc::new(RateLimiter::new(settings.max_per_second)),
            settings: Settings {
                identity: None,
                app_token: None,
                ..settings.clone()
            },
            stats: Arc::default(),
        })
    }

    /// The limiter that every request passes.
    pub(super) fn rate_limiter(&self) -> Arc<RateLimiter> {
        Arc::clone(&self.rate_limiter)
    }

    /// Measures traffic and clock offset by this clock from now on.
    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.stats = Arc::new(ConnectionStats::new(clock));
    }

    /// Drops every connection, except those of responses still arriving. Where no new client can be
    /// built at the moment, the old one stays.
    pub(super) fn reconnect(&self) {
        if let Ok(fresh) = build_client(&self.settings) {
            *self.lock_client() = fresh;
        }
    }

    fn lock_client(&self) -> MutexGuard<'_, reqwest::Client> {
        // A panic cannot leave it half changed.
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self) -> reqwest::Client {
        self.lock_client().clone()
    }

    /// Sends a request. Redirects are followed within the origin only, because the headers hold secrets.
    pub(super) async fn get(
        &self,
        url: &Url,
        headers: &HeaderMap,
    ) -> Result<HttpResponse, TransportError> {
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            self.rate_limiter.acquire().await;
            let request = self.client().get(url.clone()).headers(headers.clone());
            let sent_at = self.stats.on_request();
            let response = request.send().await.map_err(TransportError::from_reqwest)?;
            if response.status().is_success() {
                self.stats.on_response(sent_at, response.headers());
            }
            let Some(next) = redirect_target(&response, &url) else {
                return Ok(HttpResponse {
                    response,
                    stats: Arc::clone(&self.stats),
                    bytes_read: 0,
                    limit: self.settings.max_body,
                });
            };
            if next.origin() != url.origin() {
                return Err(TransportError::CrossOriginRedirect {
                    to: next.origin().ascii_serialization(),
                });
            }
            url = next;
        }
        Err(TransportError::TooManyRedirects)
    }
}

impl HttpResponse {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn header(&self, name: HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// How long the service asks to wait: seconds, or a date by its own clock.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        parse_retry_after(self.header(RETRY_AFTER)?, self.header(DATE))
    }

    /// The content type without its parameters, possibly empty.
    pub(super) fn content_type(&self) -> &str {
        let all = self.header(CONTENT_TYPE).unwrap_or_default();
        all.split(';').next().unwrap_or_default().trim()
    }

    /// The next decoded bytes, up to the limit.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, TransportError> {
        let chunk = self
            .response
            .chunk()
            .await
            .map_err(TransportError::from_reqwest)?;
        let received = chunk.as_ref().map_or(0, Bytes::len);
        self.stats.on_body_bytes(received);
        self.bytes_read += received as u64;
        if self.bytes_read > self.limit {
            return Err(TransportError::TooLarge { limit: self.limit });
        }
        Ok(chunk)
    }

    /// The whole body as text without a byte order mark; invalid UTF-8 becomes U+FFFD.
    pub(super) async fn text(&mut self) -> Result<String, TransportError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        let text = String::from_utf8_lossy(&body);
        Ok(text.trim_start_matches('\u{feff}').to_owned())
    }

    /// The beginning of the body after the bytes already read, as far as it arrives: only to find out
    /// what it is.
    pub(super) async fn peek_body(&mut self, already_read: &[u8]) -> String {
        let mut body = already_read.to_vec();
        while body.len() < MAX_PEEK
            && let Ok(Some(chunk)) = self.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(MAX_PEEK);
        String::from_utf8_lossy(&body).into_owned()
    }
}

fn build_client(settings: &Settings) -> Result<reqwest::Client, ApiError> {
    let base = &settings.base_url;
    let is_local = is_loopback(base);
    let builder = ClientBuilder::new()
        .redirect(Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(settings.timeout)
        .read_timeout(settings.timeout)
        // Most gateways drop idle connections after a few minutes, without notice.
        .pool_idle_timeout(Duration::from_secs(90))
        .user_agent(concat!("sochat/", env!("CARGO_PKG_VERSION")));
    let builder = if is_local && base.scheme() == "http" {
        // Needs no certificates, and no proxy can reach our loopback.
        builder.tls_certs_only([]).no_proxy()
    } else {
        with_ca_file(with_proxy(builder, settings)?, settings)?
    };
    builder.build().map_err(|cause| error::no_client(&cause))
}

fn redirect_target(response: &Response, from: &Url) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let to = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(to).ok()
}

fn with_proxy(builder: ClientBuilder, settings: &Settings) -> Result<ClientBuilder, ApiError> {
    let Some(proxy) = &settings.proxy else {
        return Ok(builder);
    };
    let proxy =
        Proxy::all(proxy.as_str()).map_err(|_| error::bad_proxy(&error::host_label(proxy)))?;
    Ok(builder.proxy(proxy))
}

fn with_ca_file(builder: ClientBuilder, settings: &Settings) -> Result<ClientBuilder, ApiError> {
    let Some(path) = &settings.ca_file else {
        return Ok(builder);
    };
    let pem = fs::read(path).map_err(|cause| error::bad_ca_file(path, &cause.to_string()))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(more) if !more.is_empty() => Ok(builder.tls_certs_merge(more)),
        _ => Err(error::bad_ca_file(path, "no PEM certificate found")),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_and_has_a_limit() {
        let date = Some("Sun, 22 Nov 2026 10:00:00 GMT");
        for (retry_after, date, wanted) in [
            ("7", None, Some(7)),
            (" 0 ", None, Some(0)),
            ("999999999", None, Some(3600)),
            ("Sun, 22 Nov 2026 10:01:30 GMT", date, Some(90)),
            ("Sun, 22 Nov 2026 09:00:00 GMT", date, Some(0)),
            ("Sun, 22 Nov 2026 10:01:30 GMT", None, None),
            ("-3", date, None),
            ("soon", date, None),
        ] {
            assert_eq!(
                parse_retry_after(retry_after, date),
                wanted.map(Duration::from_secs),
                "{retry_after}"
            );
        }
    }
}
