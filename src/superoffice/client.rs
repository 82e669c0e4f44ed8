//! Client: sends one request with its headers and sign-in, and turns a refusal into an error.
//!
//! Secrets are only sent below the base address; [`ReadOnlyHttp`] never leaves its origin. The requests
//! themselves are in `endpoints.rs` and in files of their own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, MutexGuard};
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use url::Url;

use super::auth::Credentials;
use super::client_state::ClientState;
use super::decode::{Decoder, NaiveZone};
use super::error::{self, TransportError};
use super::fallback::Fallback;
use super::http::{HttpResponse, ReadOnlyHttp};
use super::json_array::MAX_ELEMENT_BYTES;
use super::json_response::JsonResponse;
use super::refused_secret::SignInGuard;
use super::resource::Resource;
use super::settings::Settings;
use super::stats::{Clock, ConnectionStats};
use crate::sync::{ApiError, ErrorKind, RateLimiter};

/// Takes precedence over `Accept-Language`.
const LANGUAGE: HeaderName = HeaderName::from_static("so-language");
/// The format of numbers inside texts.
const CULTURE: HeaderName = HeaderName::from_static("so-culture");
/// The zone of times in responses.
const TIME_ZONE: HeaderName = HeaderName::from_static("so-timezone");
/// The zone that every service supports.
pub(super) const UTC: &str = "UTC";

/// Reads a SuperOffice service over HTTP; implements [`ChatApi`](crate::sync::ChatApi).
#[derive(Debug)]
pub struct Client {
    pub(super) http: ReadOnlyHttp,
    pub(super) credentials: Credentials,
    pub(super) sign_in: SignInGuard,
    headers: HeaderMap,
    language: String,
    skips_texts: bool,
    state: Mutex<ClientState>,
}

/// The code of a zone, whether the service is known to accept it, and the zone of times without offset.
type RequestZone = (String, bool, NaiveZone);

impl Client {
    /// Checks the settings; nothing is sent and no secret is read yet.
    pub fn new(settings: Settings) -> Result<Self, ApiError> {
        let http = ReadOnlyHttp::new(&settings)?;
        // Without a language the service sends texts in all languages and ids in place of texts.
        let language = settings.language.unwrap_or_else(|| "en".to_owned());
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        let sent = [
            (ACCEPT_LANGUAGE, "language", Some(&language)),
            (LANGUAGE, "language", Some(&language)),
            (CULTURE, "culture", settings.culture.as_ref()),
        ];
        for (name, setting, value) in sent {
            if let Some(value) = value {
                let value = HeaderValue::from_str(value).map_err(|_| bad_header(setting))?;
                headers.insert(name, value);
            }
        }
        Ok(Self {
            http,
            credentials: Credentials::new(settings.identity, settings.app_token),
            sign_in: SignInGuard::default(),
            headers,
            language,
            skips_texts: false,
            state: Mutex::new(ClientState {
                base_url: settings.base_url,
                consecutive_moves: 0,
                requested_zone: UTC.to_owned(),
                is_zone_accepted: true,
                naive_zone: NaiveZone::default(),
                me: None,
                channels: HashMap::new(),
                channels_failed_at: None,
                archive_columns: Fallback::default(),
                statuses: None,
                search_detail: Fallback::default(),
                unreported_move: None,
            }),
        })
    }

    /// Uses this clock for the clock offset and for traffic per minute.
    pub(crate) fn with_clock(mut self, clock: Clock) -> Self {
        self.http.stats = Arc::new(ConnectionStats::new(clock));
        self
    }

    /// Decodes messages without their texts, which take most of the time: their JSON is as it was
    /// sent.
    pub(crate) fn without_texts(mut self) -> Self {
        self.skips_texts = true;
        self
    }

    /// The limiter that every request passes.
    pub fn rate_limiter(&self) -> Arc<RateLimiter> {
        Arc::clone(&self.http.rate_limiter)
    }

    /// The limit of a response, decoded.
    pub fn max_body(&self) -> u64 {
        self.http.max_body()
    }

    pub(crate) fn language(&self) -> &str {
        &self.language
    }

    /// The configured address, until the service moves.
    pub fn base_url(&self) -> Url {
        self.lock_state().base_url.clone()
    }

    /// Never held across an await.
    pub(super) fn lock_state(&self) -> MutexGuard<'_, ClientState> {
        self.state.lock()
    }

    /// Requests a path below the base address.
    pub(super) async fn get(
        &self,
        path: &str,
        resource: Resource,
    ) -> Result<JsonResponse, ApiError> {
        let zone = self.requested_zone();
        self.get_in_zone(path, resource, zone).await
    }

    fn requested_zone(&self) -> RequestZone {
        let state = self.lock_state();
        let code = state.requested_zone.clone();
        (code, state.is_zone_accepted, state.naive_zone)
    }

    async fn get_in_zone(
        &self,
        path: &str,
        resource: Resource,
        (zone, is_zone_accepted, mut naive_zone): RequestZone,
    ) -> Result<JsonResponse, ApiError> {
        let base = self.base_url();
        let url = base.join(path).ok();
        let url = url
            .filter(|url| url.origin() == base.origin())
            .ok_or_else(|| error::config(format!("Invalid base_url {base}: write https://...")))?;
        let mut response = self.get_authenticated(&base, &url, &zone, resource).await?;
        if response.status() == StatusCode::BAD_REQUEST && !is_zone_accepted {
            // Possibly because of the zone: the service may support others than those known here.
            let in_utc = self.get_authenticated(&base, &url, UTC, resource).await?;
            if in_utc.status().is_success() {
                tracing::warn!(
                    zone,
                    "the service refuses the time zone; times are requested in UTC"
                );
                self.set_requested_zone(&zone, UTC, NaiveZone::default());
                (response, naive_zone) = (in_utc, NaiveZone::default());
            }
        }
        let status = response.status();
        if status.is_success() {
            let mut state = self.lock_state();
            state.consecutive_moves = 0;
            state.is_zone_accepted |= state.requested_zone == zone;
            drop(state);
            let mut decoder = Decoder::new(naive_zone, self.language.clone());
            decoder.skips_texts = self.skips_texts;
            return Ok(JsonResponse {
                http: response,
                decoder,
                resource,
            });
        }
        let retry_after = response.retry_after();
        if let Some(pause) = retry_after
            && matches!(
                status,
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            )
        {
            // Before the body is read, which may take long: no other request is sent meanwhile.
            self.http.rate_limiter.pause_until(Instant::now() + pause);
        }
        let body = response.peek_body(&[]).await;
        let has_credentials = self.credentials.is_configured();
        let api_error =
            error::from_status(&base, resource, has_credentials, status, retry_after, &body);
        Err(match status {
            StatusCode::MISDIRECTED_REQUEST => self.relocate(&base, api_error).await,
            _ => ApiError {
                secret_retry: self.sign_in.retry_after(status),
                ..api_error
            },
        })
    }

    /// Requests times in another zone from now on, unless that has changed meanwhile.
    fn set_requested_zone(&self, from: &str, to: &str, naive_zone: NaiveZone) {
        let mut state = self.lock_state();
        if state.requested_zone == from {
            to.clone_into(&mut state.requested_zone);
            state.naive_zone = naive_zone;
            state.is_zone_accepted = true;
        }
    }

    /// Requests a path and decodes the whole body.
    pub(super) async fn get_json<T>(
        &self,
        path: &str,
        resource: Resource,
        decode: impl FnOnce(&mut Decoder, &str) -> Option<T> + Send,
    ) -> Result<T, ApiError> {
        self.get(path, resource).await?.decode(decode).await
    }

    /// As [`Self::get_json`], with times in UTC, as they are in the database; also returns how long the response took.
    pub(super) async fn get_json_in_utc<T>(
        &self,
        path: &str,
        resource: Resource,
        decode: impl FnOnce(&mut Decoder, &str) -> Option<T> + Send,
    ) -> Result<(T, Duration), ApiError> {
        let zone = (UTC.to_owned(), true, NaiveZone::default());
        let response = self.get_in_zone(path, resource, zone).await?;
        let sent_at = response.http.sent_at;
        let decoded = response.decode(decode).await?;
        Ok((decoded, sent_at.elapsed()))
    }

    /// Requests a single entity, which may be as large as an element of a list, and decodes it.
    pub(super) async fn get_entity<T>(
        &self,
        path: &str,
        resource: Resource,
        decode: impl FnOnce(&mut Decoder, &str) -> Option<T> + Send,
    ) -> Result<T, ApiError> {
        let mut response = self.get(path, resource).await?;
        let max_body = response.http.limit;
        response.http.limit = max_body.min(MAX_ELEMENT_BYTES as u64);
        let host = response.http.host.clone();
        let decoded = response.decode(decode).await;
        decoded.map_err(|error| match error.kind {
            ErrorKind::TooLarge if max_body > MAX_ELEMENT_BYTES as u64 => {
                error::entity_too_large(&host, resource)
            }
            _ => error,
        })
    }

    /// Sends a request with our credentials. If a cached secret is refused, reads it again and tries once
    /// more: an expired token causes 401 and, according to the vendor, also 403.
    async fn get_authenticated(
        &self,
        base: &Url,
        url: &Url,
        zone: &str,
        resource: Resource,
    ) -> Result<HttpResponse, ApiError> {
        let fetch = async |headers: &HeaderMap| match self.http.get(url, headers).await {
            Ok(response) => Ok(response),
            Err(failed) if failed.failure == TransportError::UnknownHost => {
                Err(self.relocate(base, failed.error).await)
            }
            Err(failed) => Err(failed.error),
        };
        let mut headers = self.headers.clone();
        let zone = HeaderValue::from_str(&format!("{zone}, includeTZOffset"))
            .map_err(|_| bad_header("time_zone"))?;
        headers.insert(TIME_ZONE, zone);
        let auth = self.credentials.headers().await?;
        headers.extend(auth.headers.clone());
        let response = self
            .send_guarded(base, &auth.headers, resource, fetch(&headers))
            .await?;
        if !matches!(
            response.status(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) {
            return Ok(response);
        }
        if response.status() == StatusCode::FORBIDDEN && self.sign_in.has_accepted(&auth.headers) {
            // Probably one session is forbidden: no reason to run a command for every request.
            self.credentials.expire().await;
        } else {
            self.credentials.invalidate().await;
        }
        if !auth.from_cache {
            return Ok(response);
        }
        let renewed = self.credentials.headers().await?;
        if renewed.headers == auth.headers {
            return Ok(response);
        }
        tracing::info!("cached secret refused; retrying with the renewed one");
        self.lock_state().me = None;
        headers.extend(renewed.headers.clone());
        self.send_guarded(base, &renewed.headers, resource, fetch(&headers))
            .await
    }

    /// Sends a request unless its secret was refused.
    async fn send_guarded(
        &self,
        base: &Url,
        secret: &HeaderMap,
        resource: Resource,
        send: impl Future<Output = Result<HttpResponse, ApiError>> + Send,
    ) -> Result<HttpResponse, ApiError> {
        if secret.is_empty() {
            return send.await;
        }
        let refusal = |status| error::refused_before(base, status);
        let _first_try = match self.sign_in.admit(secret, refusal).await {
            Ok(turn) => turn,
            Err(refused) => {
                // The source may give another one to the next request.
                self.credentials.expire().await;
                return Err(refused);
            }
        };
        let response = send.await?;
        self.sign_in.on_response(
            secret.clone(),
            response.status(),
            resource.is_allowed_to_every_user(),
        );
        Ok(response)
    }
}

/// A setting with characters that an HTTP header cannot carry.
fn bad_header(setting: &str) -> ApiError {
    error::config(format!(
        "{setting} contains characters that cannot be sent: use ASCII letters and digits"
    ))
}
