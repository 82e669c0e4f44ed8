//! The line to the service: it can GET, and nothing else.
//!
//! This is the only file that holds an HTTP client, and `get` the only thing it does with it. No
//! header follows a redirect to another origin, no body outgrows its limit, no error carries an address
//! with its query, and no second sees more requests than allowed, whatever brought them about.
#![expect(clippy::disallowed_types, reason = "this is the HTTP client")]

use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder, Proxy, Response, StatusCode, retry};
use url::{Host, Url};

use super::error::{self, TransportError};
use super::settings::Settings;
use super::stats::{Clock, ConnectionStats};
use crate::sync::{ApiError, RateLimiter};

/// Most redirects within one origin.
const MAX_REDIRECTS: usize = 5;

/// Most bytes of a body that is read only to tell what it is.
const MAX_PEEK: usize = 64 << 10;

/// An HTTP client that can only read.
#[derive(Debug)]
pub(super) struct ReadOnlyHttp {
    client: Mutex<reqwest::Client>,
    settings: Settings,
    rate_limiter: RateLimiter,
    pub(super) stats: Arc<ConnectionStats>,
}

/// One answer, its body still arriving.
pub(super) struct HttpResponse {
    response: Response,
    stats: Arc<ConnectionStats>,
    bytes_read: u64,
    limit: u64,
}

impl ReadOnlyHttp {
    /// Sets the line up; nothing is sent yet.
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
            rate_limiter: RateLimiter::new(settings.max_per_second),
            settings: Settings {
                identity: None,
                app_token: None,
                ..settings.clone()
            },
            stats: Arc::default(),
        })
    }

    /// Measures by this clock from now on.
    pub(super) fn set_clock(&mut self, clock: Clock) {
        self.stats = Arc::new(ConnectionStats::new(clock));
    }

    /// Gives every connection up, but for answers that still arrive. A machine that cannot set new
    /// ones up at the moment keeps those it has.
    pub(super) fn reconnect(&self) {
        if let Ok(fresh) = build_client(&self.settings) {
            *self.lock_client() = fresh;
        }
    }

    fn lock_client(&self) -> MutexGuard<'_, reqwest::Client> {
        // Replaced whole or not at all.
        self.client.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn client(&self) -> reqwest::Client {
        self.lock_client().clone()
    }

    /// Reads an address. A redirect is followed within the origin, where the headers belong.
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

    /// The whole body as text, without a byte order mark; bytes that are no UTF-8 become U+FFFD.
    pub(super) async fn text(&mut self) -> Result<String, TransportError> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        let text = String::from_utf8_lossy(&body);
        Ok(text.trim_start_matches('\u{feff}').to_owned())
    }

    /// The beginning of the body after what is already known of it, as far as it can be had: only
    /// to tell what it is.
    pub(super) async fn peek_body(&mut self, known: &[u8]) -> String {
        let mut body = known.to_vec();
        while body.len() < MAX_PEEK
            && let Ok(Some(chunk)) = self.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(MAX_PEEK);
        String::from_utf8_lossy(&body).into_owned()
    }
}

/// Connections as the settings want them, none of them made yet.
fn build_client(settings: &Settings) -> Result<reqwest::Client, ApiError> {
    let base = &settings.base_url;
    let is_local = is_loopback(base);
    let builder = ClientBuilder::new()
        .redirect(Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(settings.timeout)
        .read_timeout(settings.timeout)
        // An idle connection dies unseen behind most gateways after a few minutes.
        .pool_idle_timeout(Duration::from_secs(90))
        .user_agent(concat!("sochat/", env!("CARGO_PKG_VERSION")));
    let builder = if is_local && base.scheme() == "http" {
        // Works on a machine without any certificate, and no proxy can reach our loopback.
        builder.tls_certs_only([]).no_proxy()
    } else {
        with_ca_file(with_proxy(builder, settings)?, settings)?
    };
    builder.build().map_err(|cause| error::no_client(&cause))
}

/// Tells whether an address leads to this very machine.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
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
