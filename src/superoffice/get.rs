//! The line to the service: it can GET, and nothing else.
//!
//! This is the only file that holds an HTTP client, and `get` the only thing it does with it. No
//! header follows a redirect to another origin, no body outgrows its limit, no error carries an address
//! with its query, and no second sees more requests than allowed, whatever brought them about.

use std::fs;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use hyper::body::Bytes;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Certificate, ClientBuilder, Proxy, Response, StatusCode, retry};
use url::{Host, Url};

use super::error::{self, Trouble};
use super::meter::{Clock, Meter};
use super::settings::Settings;
use crate::sync::{Fault, Gate};

/// Most redirects within one origin.
const HOPS: usize = 5;

/// Most bytes of a body that is read only to tell what it is.
const GLANCE: usize = 64 << 10;

/// An HTTP client that can only read.
#[derive(Debug)]
pub(super) struct GetOnly {
    connected: Mutex<reqwest::Client>,
    settings: Settings,
    gate: Gate,
    pub(super) meter: Arc<Meter>,
}

/// One answer, its body still arriving.
pub(super) struct Answer {
    response: Response,
    meter: Arc<Meter>,
    taken: u64,
    limit: u64,
}

impl GetOnly {
    /// Sets the line up; nothing is sent yet.
    pub(super) fn new(settings: &Settings) -> Result<Self, Fault> {
        let base = &settings.base_url;
        let near = is_loopback(base);
        match base.scheme() {
            "https" => {}
            "http" if near || settings.allow_http => {}
            "http" => return Err(error::plain_http(&error::host(base))),
            scheme => return Err(error::bad_scheme(scheme)),
        }
        if !base.username().is_empty() || base.password().is_some() {
            return Err(error::secret_in_address());
        }
        Ok(Self {
            connected: Mutex::new(connections(settings)?),
            gate: Gate::new(settings.max_per_second),
            settings: Settings {
                identity: None,
                app_token: None,
                ..settings.clone()
            },
            meter: Arc::default(),
        })
    }

    /// Measures by this clock from now on.
    pub(super) fn go_by(&mut self, clock: Clock) {
        self.meter = Arc::new(Meter::new(clock));
    }

    /// Gives every connection up, but for answers that still arrive. A machine that cannot set new
    /// ones up at the moment keeps those it has.
    pub(super) fn reconnect(&self) {
        if let Ok(fresh) = connections(&self.settings) {
            *self.connected() = fresh;
        }
    }

    fn connected(&self) -> MutexGuard<'_, reqwest::Client> {
        // Replaced whole or not at all.
        self.connected
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn http(&self) -> reqwest::Client {
        self.connected().clone()
    }

    /// Reads an address. A redirect is followed within the origin, where the headers belong.
    pub(super) async fn get(&self, url: &Url, headers: &HeaderMap) -> Result<Answer, Trouble> {
        let mut url = url.clone();
        for _ in 0..=HOPS {
            self.gate.pass().await;
            let request = self.http().get(url.clone()).headers(headers.clone());
            let asked = self.meter.asked();
            let response = request.send().await.map_err(Trouble::transport)?;
            if response.status().is_success() {
                self.meter.answered(asked, response.headers());
            }
            let Some(next) = redirect(&response, &url) else {
                return Ok(Answer {
                    response,
                    meter: Arc::clone(&self.meter),
                    taken: 0,
                    limit: self.settings.max_body,
                });
            };
            if next.origin() != url.origin() {
                return Err(Trouble::Elsewhere {
                    to: next.origin().ascii_serialization(),
                });
            }
            url = next;
        }
        Err(Trouble::Circling)
    }
}

impl Answer {
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
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Trouble> {
        let chunk = self.response.chunk().await.map_err(Trouble::transport)?;
        let received = chunk.as_ref().map_or(0, Bytes::len);
        self.meter.received(received);
        self.taken += received as u64;
        if self.taken > self.limit {
            return Err(Trouble::TooLarge { limit: self.limit });
        }
        Ok(chunk)
    }

    /// The next decoded bytes if they have come already.
    pub(super) async fn chunk_at_hand(&mut self) -> Option<Result<Option<Bytes>, Trouble>> {
        let mut chunk = pin!(self.chunk());
        poll_fn(|context| match chunk.as_mut().poll(context) {
            Poll::Ready(chunk) => Poll::Ready(Some(chunk)),
            Poll::Pending => Poll::Ready(None),
        })
        .await
    }

    /// The whole body as text, without a byte order mark; bytes that are no UTF-8 become U+FFFD.
    pub(super) async fn text(&mut self) -> Result<String, Trouble> {
        let mut body = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        let text = String::from_utf8_lossy(&body);
        Ok(text.trim_start_matches('\u{feff}').to_owned())
    }

    /// The beginning of the body after what is already known of it, as far as it can be had: only
    /// to tell what it is.
    pub(super) async fn glance(&mut self, known: &[u8]) -> String {
        let mut body = known.to_vec();
        while body.len() < GLANCE
            && let Ok(Some(chunk)) = self.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(GLANCE);
        String::from_utf8_lossy(&body).into_owned()
    }
}

/// Connections as the settings want them, none of them made yet.
fn connections(settings: &Settings) -> Result<reqwest::Client, Fault> {
    let base = &settings.base_url;
    let near = is_loopback(base);
    let builder = ClientBuilder::new()
        .redirect(Policy::none())
        .referer(false)
        .retry(retry::never())
        .connect_timeout(settings.timeout)
        .read_timeout(settings.timeout)
        // An idle connection dies unseen behind most gateways after a few minutes.
        .pool_idle_timeout(Duration::from_secs(90))
        .user_agent(concat!("sochat/", env!("CARGO_PKG_VERSION")));
    let builder = if near && base.scheme() == "http" {
        // Works on a machine without any certificate, and no proxy can reach our loopback.
        builder.tls_certs_only([]).no_proxy()
    } else {
        trusting(proxied(builder, settings)?, settings)?
    };
    builder.build().map_err(|cause| error::no_client(&cause))
}

/// Tells whether an address leads to this very machine.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn redirect(response: &Response, from: &Url) -> Option<Url> {
    if !response.status().is_redirection() {
        return None;
    }
    let to = response.headers().get(LOCATION)?.to_str().ok()?;
    from.join(to).ok()
}

fn proxied(builder: ClientBuilder, settings: &Settings) -> Result<ClientBuilder, Fault> {
    let Some(proxy) = &settings.proxy else {
        return Ok(builder);
    };
    let proxy = Proxy::all(proxy.as_str()).map_err(|_| error::bad_proxy(&error::host(proxy)))?;
    Ok(builder.proxy(proxy))
}

fn trusting(builder: ClientBuilder, settings: &Settings) -> Result<ClientBuilder, Fault> {
    let Some(path) = &settings.ca_file else {
        return Ok(builder);
    };
    let pem = fs::read(path).map_err(|cause| error::bad_ca_file(path, &cause.to_string()))?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(more) if !more.is_empty() => Ok(builder.tls_certs_merge(more)),
        _ => Err(error::bad_ca_file(
            path,
            "it holds no certificate in PEM form",
        )),
    }
}
