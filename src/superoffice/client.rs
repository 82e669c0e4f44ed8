//! Client: sends one request with its headers and sign-in, and turns a refusal into an error.
//!
//! Secrets are only sent below the base address; [`ReadOnlyHttp`] never leaves its origin. The requests
//! themselves are in `endpoints.rs`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::auth::Credentials;
use super::decode::{Decoder, NaiveZone};
use super::error;
use super::http::{HttpResponse, ReadOnlyHttp};
use super::settings::Settings;
use super::stats::Clock;
use crate::chat::{ChannelId, CurrentUser, Timestamp};
use crate::sync::{ApiError, RateLimiter};

/// Takes precedence over `Accept-Language`.
const LANGUAGE: HeaderName = HeaderName::from_static("so-language");
/// The format of numbers inside texts.
const CULTURE: HeaderName = HeaderName::from_static("so-culture");
/// The zone of times in responses.
const TIME_ZONE: HeaderName = HeaderName::from_static("so-timezone");

/// Reads a SuperOffice service over HTTP; implements [`ChatApi`](crate::sync::ChatApi).
#[derive(Debug)]
pub struct Client {
    pub(super) http: ReadOnlyHttp,
    credentials: Credentials,
    headers: HeaderMap,
    language: String,
    state: Mutex<ClientState>,
}

/// What was learnt from earlier responses.
#[derive(Debug)]
pub(super) struct ClientState {
    /// Where the service is now, ending in `/api/v1/`.
    pub(super) base_url: Url,
    /// Moves in a row without a good response.
    pub(super) consecutive_moves: u8,
    /// Code of the zone that times are requested in.
    pub(super) requested_zone: String,
    /// The zone of times without offset.
    pub(super) naive_zone: NaiveZone,
    pub(super) me: Option<CurrentUser>,
    /// Names of channels; empty for one that the service does not list.
    pub(super) channels: HashMap<ChannelId, String>,
    /// When the archive last refused the columns introduced after 2021.
    pub(super) columns_refused_at: Option<Timestamp>,
    /// Old and new address, until the move is reported.
    pub(super) unreported_move: Option<(Url, Url)>,
}

/// A successful response, and what is needed to decode it.
pub(super) struct JsonResponse {
    pub(super) response: HttpResponse,
    pub(super) decoder: Decoder,
    pub(super) host: String,
    /// What was requested, for errors.
    pub(super) what: String,
}

impl Client {
    /// Checks the settings; nothing is sent and no secret is read yet.
    pub fn new(settings: Settings) -> Result<Self, ApiError> {
        let http = ReadOnlyHttp::new(&settings)?;
        // Without a language the service sends texts in all languages and ids of resources.
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
                let value = HeaderValue::from_str(value).map_err(|_| error::bad_header(setting))?;
                headers.insert(name, value);
            }
        }
        Ok(Self {
            http,
            credentials: Credentials::new(settings.identity, settings.app_token, settings.timeout),
            headers,
            language,
            state: Mutex::new(ClientState {
                base_url: settings.base_url,
                consecutive_moves: 0,
                requested_zone: "UTC".to_owned(),
                naive_zone: NaiveZone::default(),
                me: None,
                channels: HashMap::new(),
                columns_refused_at: None,
                unreported_move: None,
            }),
        })
    }

    /// Uses this clock for the clock offset and for traffic per minute.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.http.set_clock(clock);
        self
    }

    /// The limiter that every request passes.
    pub fn rate_limiter(&self) -> Arc<RateLimiter> {
        self.http.rate_limiter()
    }

    /// The configured address, until the service moves.
    pub fn base_url(&self) -> Url {
        self.lock_state().base_url.clone()
    }

    /// Never held across an await.
    pub(super) fn lock_state(&self) -> MutexGuard<'_, ClientState> {
        // A panic cannot leave it half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Requests a path below the base address; `what` names it in errors.
    pub(super) async fn get(&self, path: &str, what: &str) -> Result<JsonResponse, ApiError> {
        let (base, zone, naive_zone) = {
            let state = self.lock_state();
            (
                state.base_url.clone(),
                state.requested_zone.clone(),
                state.naive_zone,
            )
        };
        let host = error::host_label(&base);
        let url = base
            .join(path)
            .ok()
            .filter(|url| url.origin() == base.origin())
            .ok_or_else(|| error::bad_scheme(base.scheme()))?;
        let mut response = self.get_authenticated(&base, &url, &zone).await?;
        let status = response.status();
        if status.is_success() {
            self.lock_state().consecutive_moves = 0;
            return Ok(JsonResponse {
                response,
                decoder: Decoder::new(naive_zone, self.language.clone()),
                host,
                what: what.to_owned(),
            });
        }
        let retry_after = response.retry_after();
        let body = response.peek_body(&[]).await;
        let has_credentials = self.credentials.is_configured();
        let api_error =
            error::from_status(&base, what, has_credentials, status, retry_after, &body);
        Err(match status {
            StatusCode::MISDIRECTED_REQUEST => self.relocate(&base, api_error).await,
            _ => api_error,
        })
    }

    /// Sends a request with our credentials. If a cached secret is refused, reads it again and tries once
    /// more: an expired token causes 401 and, according to the vendor, also 403.
    async fn get_authenticated(
        &self,
        base: &Url,
        url: &Url,
        zone: &str,
    ) -> Result<HttpResponse, ApiError> {
        let mut headers = self.headers.clone();
        let zone = HeaderValue::from_str(&format!("{zone}, includeTZOffset"))
            .map_err(|_| error::bad_header("time_zone"))?;
        headers.insert(TIME_ZONE, zone);
        let auth = self.credentials.headers().await?;
        headers.extend(auth.headers.clone());
        let answer = self.fetch(base, url, &headers).await?;
        if !matches!(
            answer.status(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) {
            return Ok(answer);
        }
        self.credentials.invalidate().await;
        if !auth.from_cache {
            return Ok(answer);
        }
        let renewed = self.credentials.headers().await?;
        if renewed.headers == auth.headers {
            return Ok(answer);
        }
        tracing::info!("refused with the secret from before, trying the renewed one");
        self.lock_state().me = None;
        headers.extend(renewed.headers);
        self.fetch(base, url, &headers).await
    }

    async fn fetch(
        &self,
        base: &Url,
        url: &Url,
        headers: &HeaderMap,
    ) -> Result<HttpResponse, ApiError> {
        match self.http.get(url, headers).await {
            Ok(answer) => Ok(answer),
            Err(cause) => {
                let api_error = cause.to_api_error(&error::host_label(base));
                Err(if cause.is_unknown_host() {
                    self.relocate(base, api_error).await
                } else {
                    api_error
                })
            }
        }
    }
}

impl JsonResponse {
    pub(super) async fn text(&mut self) -> Result<String, ApiError> {
        self.response
            .text()
            .await
            .map_err(|cause| cause.to_api_error(&self.host))
    }

    pub(super) fn unexpected_body(&self, body: &str) -> ApiError {
        error::unexpected_body(&self.host, &self.what, self.response.content_type(), body)
    }

    pub(super) fn log_invalid(&self) {
        if self.decoder.invalid_properties > 0 {
            tracing::info!(
                what = self.what,
                properties = self.decoder.invalid_properties,
                "some properties could not be read and were taken as absent"
            );
        }
    }
}
