//! HTTP client that can only send GET requests.
//!
//! This is the only file that uses an HTTP client, and [`ReadOnlyHttp::get`] the only request it sends.
//! No header follows a redirect to another origin, no body exceeds its limit, no error contains a URL
//! with its query, and every request passes the rate limiter, also one that a redirect causes.
#![expect(clippy::disallowed_types, reason = "this is the HTTP client")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::Bytes;
use parking_lot::Mutex;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap, HeaderName, LOCATION, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{ClientBuilder, Proxy, Response, StatusCode, retry};
use tokio::runtime::{self, Handle};
use tokio::time::Instant;
use url::Url;

use super::error::{self, RequestError, TransportError};
use super::settings::{Settings, check_no_user, check_plain_http, is_loopback};
use super::stats::ConnectionStats;
use super::throughput::Throughput;
use super::{proxy, tls};
use crate::sync::{ApiError, RateLimiter};

/// Redirects followed within one origin.
const MAX_REDIRECTS: usize = 5;

/// Limit on the delay that a service may request.
const MAX_RETRY_AFTER: Duration = Duration::from_hours(1);

/// Bytes read of a body only to find out what it is, and the time for them.
const MAX_PEEK: usize = 64 << 10;
const PEEK_TIMEOUT: Duration = Duration::from_secs(5);

/// Headers of a response over HTTP/2; HTTP/1 allows 100 headers.
const MAX_HEADER_BYTES: u32 = 256 << 10;

#[derive(Debug)]
pub(super) struct ReadOnlyHttp {
    /// An HTTP client for each runtime that sends requests, as it drives the connections that it opens: to wake
    /// another takes about as long as to read a small response. `None` where the client has not been used yet.
    clients: Mutex<Vec<(Option<runtime::Id>, reqwest::Client)>>,
    /// Whether the next request needs new connections.
    is_stale: Arc<AtomicBool>,
    settings: Settings,
    pub(super) rate_limiter: Arc<RateLimiter>,
    pub(super) stats: Arc<ConnectionStats>,
}

/// A response, its body still arriving.
pub(super) struct HttpResponse {
    response: Response,
    /// When the request was sent, after it had waited for the rate limit.
    pub(super) sent_at: Instant,
    /// The service, for errors.
    pub(super) host: String,
    stats: Arc<ConnectionStats>,
    is_stale: Arc<AtomicBool>,
    throughput: Throughput,
    bytes_read: u64,
    pub(super) limit: u64,
}

impl ReadOnlyHttp {
    /// Checks the settings; nothing is sent yet.
    pub(super) fn new(settings: &Settings) -> Result<Self, ApiError> {
        let base = &settings.base_url;
        check_plain_http(base, settings.allow_http).map_err(error::config)?;
        check_no_user(base).map_err(|why| error::config(format!("base_url {why}")))?;
        let scheme = base.scheme();
        if !matches!(scheme, "http" | "https") {
            let why = format!("base_url has the scheme {scheme}: write https://...");
            return Err(error::config(why));
        }
        Ok(Self {
            clients: Mutex::new(vec![(None, build_client(settings)?)]),
            is_stale: Arc::default(),
            rate_limiter: Arc::new(RateLimiter::new(settings.max_per_second)),
            settings: Settings {
                identity: None,
                app_token: None,
                ..settings.clone()
            },
            stats: Arc::default(),
        })
    }

    /// The limit of a response, decoded.
    pub(super) fn max_body(&self) -> u64 {
        self.settings.max_body
    }

    /// Drops every connection, except those of responses still arriving, and reads `ca_file` again.
    pub(super) fn reconnect(&self) {
        self.is_stale.store(true, Ordering::Relaxed);
    }

    /// The client of the current runtime.
    fn client(&self) -> reqwest::Client {
        let current = Some(Handle::current().id());
        let mut clients = self.clients.lock();
        let is_stale = self.is_stale.swap(false, Ordering::Relaxed);
        if !is_stale {
            if let Some((_, client)) = clients.iter().find(|(user, _)| *user == current) {
                return client.clone();
            }
            if let Some((user, client)) = clients.iter_mut().find(|(user, _)| user.is_none()) {
                *user = current;
                return client.clone();
            }
        }
        match build_client(&self.settings) {
            Ok(fresh) => {
                if is_stale {
                    clients.clear();
                }
                clients.push((current, fresh.clone()));
                fresh
            }
            Err(error) => {
                // Possibly only at the moment: `ca_file` may be in the course of being written.
                tracing::warn!(%error, "keeping the existing connections");
                let existing = clients.iter().find(|(user, _)| *user == current);
                let (_, client) = existing.unwrap_or(&clients[0]);
                client.clone()
            }
        }
    }

    /// Sends a request. Redirects are followed within the origin only, because the headers hold secrets.
    pub(super) async fn get(
        &self,
        url: &Url,
        headers: &HeaderMap,
    ) -> Result<HttpResponse, RequestError> {
        let host = error::host_label(url);
        let refused = |why| RequestError {
            error: error::invalid_response(why),
            failure: TransportError::Other,
        };
        let mut url = url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let (response, sent_at) = self.send(&url, headers).await?;
            let Some(next) = redirect_target(&response, &url) else {
                return Ok(HttpResponse {
                    response,
                    sent_at,
                    host,
                    stats: Arc::clone(&self.stats),
                    is_stale: Arc::clone(&self.is_stale),
                    throughput: Throughput::new(self.settings.timeout),
                    bytes_read: 0,
                    limit: self.settings.max_body,
                });
            };
            if next.origin() != url.origin() {
                let to = next.origin().ascii_serialization();
                return Err(refused(format!(
                    "Redirect from {host} to {to} refused, as credentials are sent to base_url only: \
                     renew the secret, or change base_url if you trust the new address"
                )));
            }
            url = next;
        }
        Err(refused(format!("Redirect loop at {host}: check base_url")))
    }

    /// Sends one request; once more if the connection is lost before the response, because the service
    /// may close an idle connection at any moment.
    async fn send(
        &self,
        url: &Url,
        headers: &HeaderMap,
    ) -> Result<(Response, Instant), RequestError> {
        let host = error::host_label(url);
        let mut is_retry = false;
        loop {
            self.rate_limiter.acquire().await;
            let request = self.client().get(url.clone()).headers(headers.clone());
            let (sent_at, recorded_at) = (Instant::now(), self.stats.on_request());
            let mut failed = match request.send().await {
                Ok(response) => {
                    if response.status().is_success() {
                        self.stats.on_response(recorded_at, response.headers());
                    }
                    return Ok((response, sent_at));
                }
                Err(cause) => RequestError::from_reqwest(cause, &host),
            };
            match failed.failure {
                TransportError::Dropped | TransportError::TimedOut | TransportError::Tls => {
                    self.reconnect();
                }
                TransportError::Proxy => {
                    if let Some(why) = proxy::explain_refusal(&self.settings, url).await {
                        failed.error.why = why;
                    }
                }
                TransportError::UnknownHost | TransportError::Other => {}
            }
            if failed.failure != TransportError::Dropped || is_retry {
                return Err(failed);
            }
            is_retry = true;
        }
    }
}

impl HttpResponse {
    pub(super) fn status(&self) -> StatusCode {
        self.response.status()
    }

    pub(super) fn header(&self, name: HeaderName) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }

    /// The delay that the service requests: seconds, or a date by its own clock.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        parse_retry_after(self.header(RETRY_AFTER)?, self.header(DATE))
    }

    /// The content type without its parameters, possibly empty.
    pub(super) fn content_type(&self) -> &str {
        let all = self.header(CONTENT_TYPE).unwrap_or_default();
        all.split(';').next().unwrap_or_default().trim()
    }

    /// The next decoded bytes, up to the limit.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        let chunk = loop {
            let began = Instant::now();
            let next = self.response.chunk();
            let next = tokio::time::timeout(self.throughput.next_check(), next).await;
            let bytes = match &next {
                Ok(Ok(Some(chunk))) => chunk.len(),
                _ => 0,
            };
            self.throughput.record(began.elapsed(), bytes);
            if let Ok(chunk) = next {
                break chunk;
            }
            if self.throughput.is_too_slow() {
                self.is_stale.store(true, Ordering::Relaxed);
                return Err(error::too_slow(&self.host));
            }
        };
        let chunk = chunk.map_err(|cause| {
            let failed = RequestError::from_reqwest(cause, &self.host);
            if failed.failure != TransportError::Other {
                self.is_stale.store(true, Ordering::Relaxed);
            }
            failed.error
        })?;
        let received = chunk.as_ref().map_or(0, Bytes::len);
        self.stats.on_body_bytes(received);
        self.bytes_read += received as u64;
        if self.bytes_read > self.limit {
            return Err(error::exceeds_max_body(&self.host, self.limit));
        }
        Ok(chunk)
    }

    /// The whole body as text without a byte order mark; invalid UTF-8 becomes U+FFFD.
    pub(super) async fn text(&mut self) -> Result<String, ApiError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        let mut text = String::from_utf8(body)
            .unwrap_or_else(|invalid| String::from_utf8_lossy(invalid.as_bytes()).into_owned());
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Ok(text)
    }

    /// The beginning of the body after the bytes already read, as far as it arrives: only to find out
    /// what it is.
    pub(super) async fn peek_body(&mut self, already_read: &[u8]) -> String {
        let mut body = already_read.to_vec();
        let deadline = Instant::now() + PEEK_TIMEOUT;
        while body.len() < MAX_PEEK
            && let Ok(Ok(Some(chunk))) = tokio::time::timeout_at(deadline, self.chunk()).await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(MAX_PEEK);
        String::from_utf8_lossy(&body).into_owned()
    }
}

fn build_client(settings: &Settings) -> Result<reqwest::Client, ApiError> {
    let base = &settings.base_url;
    let build = |builder: ClientBuilder| builder.build().map_err(|cause| error::no_client(&cause));
    let mut builder = ClientBuilder::new()
        .redirect(Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(settings.timeout)
        .read_timeout(settings.timeout)
        // Most gateways drop idle connections after a few minutes, without notice.
        .pool_idle_timeout(Duration::from_secs(90))
        // A connection that broke without notice is found before a request on it times out.
        .http2_keep_alive_interval(settings.timeout / 3)
        .http2_keep_alive_timeout(settings.timeout / 3)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .user_agent(concat!("sochat/", env!("CARGO_PKG_VERSION")));
    if base.scheme() == "http" && is_loopback(base) {
        // Needs no certificates, and no proxy can reach our loopback.
        return build(builder.tls_certs_only([]).no_proxy());
    }
    if let Some(proxy) = &settings.proxy {
        let host = error::host_label(proxy);
        let why = format!(
            "Proxy {host} cannot be used: write it as http://host:port or socks5://host:port"
        );
        builder = builder.proxy(Proxy::all(proxy.as_str()).map_err(|_| error::config(why))?);
    }
    if let Some(path) = &settings.ca_file {
        builder = builder.tls_backend_preconfigured(tls::with_ca_file(path)?);
    }
    build(builder)
}

fn redirect_target(response: &Response, from: &Url) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let to = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(to).ok()
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
