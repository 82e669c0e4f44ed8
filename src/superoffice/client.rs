//! One question to the service and its answer: address, headers, sign-in, and what a "no" means.
//!
//! Secrets go only into requests below the base address, whose origin the line never leaves. Which
//! questions there are stands in `calls.rs`.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono_tz::Tz;
use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::auth::Credentials;
use super::decode::{Decoder, NaiveZone};
use super::error;
use super::http::{HttpResponse, ReadOnlyHttp};
use super::settings::Settings;
use super::stats::Clock;
use crate::chat::{ChannelId, CurrentUser, Timestamp, TrafficStats};
use crate::sync::ApiError;

/// Beats `Accept-Language`.
const LANGUAGE: HeaderName = HeaderName::from_static("so-language");
/// Shapes numbers inside texts.
const CULTURE: HeaderName = HeaderName::from_static("so-culture");
/// The zone that times are wanted in.
const TIME_ZONE: HeaderName = HeaderName::from_static("so-timezone");

/// A SuperOffice service that can be read, and only read.
#[derive(Debug)]
pub struct Client {
    pub(super) http: ReadOnlyHttp,
    credentials: Credentials,
    headers: HeaderMap,
    language: String,
    state: Mutex<ClientState>,
}

/// What was learnt on the way.
#[derive(Debug)]
pub(super) struct ClientState {
    /// Where the service is now, ending in `/api/v1/`.
    pub(super) base_url: Url,
    /// How often in a row it was said to be elsewhere.
    pub(super) consecutive_moves: u8,
    /// The zone asked for.
    pub(super) requested_zone: String,
    /// What times without offset are in.
    pub(super) naive_zone: NaiveZone,
    /// Who we are, once asked.
    pub(super) me: Option<CurrentUser>,
    /// Names of channels; empty for one that the service does not name.
    pub(super) channels: HashMap<ChannelId, String>,
    /// When the archive last refused the columns that came after 2021.
    pub(super) columns_refused_at: Option<Timestamp>,
    /// Where it moved from and to, until that is told.
    pub(super) unreported_move: Option<(Url, Url)>,
}

/// A good answer, and what is needed to read it.
pub(super) struct JsonResponse {
    pub(super) response: HttpResponse,
    pub(super) decoder: Decoder,
    pub(super) host: String,
    /// What was asked for, in words.
    pub(super) what: String,
}

impl Client {
    /// Makes a client; nothing is sent and no secret is read yet.
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

    /// Goes by this clock: compares the service's with it, and counts what passes in a minute.
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.http.set_clock(clock);
        self
    }

    /// What passed between us and the service so far.
    pub fn traffic(&self) -> TrafficStats {
        self.http.stats.traffic()
    }

    /// Takes times without offset to be in this zone from now on, UTC where it is `None`: the zone
    /// last given to [`ask_in`](crate::sync::ChatApi::set_time_zone), resolved.
    pub fn set_naive_zone(&self, zone: Option<Tz>) {
        self.lock_state().naive_zone = NaiveZone(zone);
    }

    /// What times without offset are taken to be in, for [`with_times`](super::rewrite_times).
    pub fn naive_zone(&self) -> NaiveZone {
        self.lock_state().naive_zone
    }

    /// Where the service is now: the configured address until it is found to have moved.
    pub fn base_url(&self) -> Url {
        self.lock_state().base_url.clone()
    }

    /// What was learnt; never held across an await.
    pub(super) fn lock_state(&self) -> MutexGuard<'_, ClientState> {
        // Each change is a single assignment, so a panic cannot leave half of one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for an address below the base; `what` names it in errors.
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
        let has_credentials = self.credentials.is_configured();
        let api_error = error::from_status(&base, what, has_credentials, &mut response).await;
        Err(match status {
            StatusCode::MISDIRECTED_REQUEST => self.relocate(&base, api_error).await,
            _ => api_error,
        })
    }

    /// Sends a request with our sign-in. Refused with a secret from earlier, it looks for a renewed one
    /// and tries once more; an expired token shows as 401 and, by the vendor's own advice, as 403.
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
    /// The whole body as text.
    pub(super) async fn text(&mut self) -> Result<String, ApiError> {
        self.response
            .text()
            .await
            .map_err(|cause| cause.to_api_error(&self.host))
    }

    /// Says that the body is not what was asked for.
    pub(super) fn unexpected_body(&self, body: &str) -> ApiError {
        error::unexpected_body(&self.host, &self.what, self.response.content_type(), body)
    }

    /// Notes what could not be read of it.
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
