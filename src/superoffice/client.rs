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
use super::error;
use super::get::{Answer, GetOnly};
use super::meter::Clock;
use super::settings::Settings;
use super::wire::{Naive, Reader};
use crate::chat::{ChannelId, CurrentUser, Timestamp, TrafficStats};
use crate::sync::Fault;

/// Beats `Accept-Language`.
const LANGUAGE: HeaderName = HeaderName::from_static("so-language");
/// Shapes numbers inside texts.
const CULTURE: HeaderName = HeaderName::from_static("so-culture");
/// The zone that times are wanted in.
const ZONE: HeaderName = HeaderName::from_static("so-timezone");

/// A SuperOffice service that can be read, and only read.
#[derive(Debug)]
pub struct Client {
    pub(super) line: GetOnly,
    credentials: Credentials,
    headers: HeaderMap,
    language: String,
    known: Mutex<Known>,
}

/// What was learnt on the way.
#[derive(Debug)]
pub(super) struct Known {
    /// Where the service is now, ending in `/api/v1/`.
    pub(super) base: Url,
    /// How often in a row it was said to be elsewhere.
    pub(super) moves: u8,
    /// The zone asked for.
    pub(super) zone: String,
    /// What times without offset are in.
    pub(super) naive: Naive,
    /// Who we are, once asked.
    pub(super) me: Option<CurrentUser>,
    /// Names of channels; empty for one that the service does not name.
    pub(super) channels: HashMap<ChannelId, String>,
    /// When the archive last refused the columns that came after 2021.
    pub(super) old_archive: Option<Timestamp>,
    /// Where it moved from and to, until that is told.
    pub(super) moved: Option<(Url, Url)>,
}

/// A good answer, and what is needed to read it.
pub(super) struct Reply {
    pub(super) answer: Answer,
    pub(super) reader: Reader,
    pub(super) host: String,
    /// What was asked for, in words.
    pub(super) what: String,
}

impl Client {
    /// Makes a client; nothing is sent and no secret is read yet.
    pub fn new(settings: Settings) -> Result<Self, Fault> {
        let line = GetOnly::new(&settings)?;
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
            line,
            credentials: Credentials::new(settings.identity, settings.app_token, settings.timeout),
            headers,
            language,
            known: Mutex::new(Known {
                base: settings.base_url,
                moves: 0,
                zone: "UTC".to_owned(),
                naive: Naive::default(),
                me: None,
                channels: HashMap::new(),
                old_archive: None,
                moved: None,
            }),
        })
    }

    /// Goes by this clock: compares the service's with it, and counts what passes in a minute.
    pub fn timed_by(mut self, clock: Clock) -> Self {
        self.line.go_by(clock);
        self
    }

    /// What passed between us and the service so far.
    pub fn traffic(&self) -> TrafficStats {
        self.line.meter.traffic()
    }

    /// Takes times without offset to be in this zone from now on, UTC where it is `None`: the zone
    /// last given to [`ask_in`](crate::sync::Source::ask_in), resolved.
    pub fn assume(&self, zone: Option<Tz>) {
        self.known().naive = Naive(zone);
    }

    /// What times without offset are taken to be in, for [`with_times`](super::with_times).
    pub fn naive(&self) -> Naive {
        self.known().naive
    }

    /// Where the service is now: the configured address until it is found to have moved.
    pub fn base_url(&self) -> Url {
        self.known().base.clone()
    }

    /// What was learnt; never held across an await.
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        // Each change is a single assignment, so a panic cannot leave half of one.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for an address below the base; `what` names it in errors.
    pub(super) async fn ask(&self, path: &str, what: &str) -> Result<Reply, Fault> {
        let (base, zone, naive) = {
            let known = self.known();
            (known.base.clone(), known.zone.clone(), known.naive)
        };
        let host = error::host(&base);
        let url = base
            .join(path)
            .ok()
            .filter(|url| url.origin() == base.origin())
            .ok_or_else(|| error::bad_scheme(base.scheme()))?;
        let mut answer = self.signed(&base, &url, &zone).await?;
        let status = answer.status();
        if status.is_success() {
            self.known().moves = 0;
            return Ok(Reply {
                answer,
                reader: Reader::new(naive, self.language.clone()),
                host,
                what: what.to_owned(),
            });
        }
        let fault = error::refused(&host, what, &mut answer).await;
        Err(match status {
            StatusCode::MISDIRECTED_REQUEST => self.moved(&base, fault).await,
            _ => fault,
        })
    }

    /// Sends a request with our sign-in. Refused with a secret from earlier, it looks for a renewed one
    /// and tries once more; an expired token shows as 401 and, by the vendor's own advice, as 403.
    async fn signed(&self, base: &Url, url: &Url, zone: &str) -> Result<Answer, Fault> {
        let mut headers = self.headers.clone();
        let zone = HeaderValue::from_str(&format!("{zone}, includeTZOffset"))
            .map_err(|_| error::bad_header("time_zone"))?;
        headers.insert(ZONE, zone);
        let presented = self.credentials.present().await?;
        headers.extend(presented.headers.clone());
        let answer = self.fetch(base, url, &headers).await?;
        if !matches!(
            answer.status(),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
        ) {
            return Ok(answer);
        }
        self.credentials.forget().await;
        if !presented.kept {
            return Ok(answer);
        }
        let renewed = self.credentials.present().await?;
        if renewed.headers == presented.headers {
            return Ok(answer);
        }
        tracing::info!("refused with the secret from before, trying the renewed one");
        self.known().me = None;
        headers.extend(renewed.headers);
        self.fetch(base, url, &headers).await
    }

    async fn fetch(&self, base: &Url, url: &Url, headers: &HeaderMap) -> Result<Answer, Fault> {
        match self.line.get(url, headers).await {
            Ok(answer) => Ok(answer),
            Err(trouble) => {
                let fault = trouble.fault(&error::host(base));
                Err(if trouble.is_unknown_host() {
                    self.moved(base, fault).await
                } else {
                    fault
                })
            }
        }
    }
}

impl Reply {
    /// The whole body as text.
    pub(super) async fn text(&mut self) -> Result<String, Fault> {
        self.answer
            .text()
            .await
            .map_err(|trouble| trouble.fault(&self.host))
    }

    /// Says that the body is not what was asked for.
    pub(super) fn garbled(&self, body: &str) -> Fault {
        error::garbled(&self.host, &self.what, self.answer.content_type(), body)
    }

    /// Notes what could not be read of it.
    pub(super) fn note(&self) {
        if self.reader.misread > 0 {
            tracing::info!(
                what = self.what,
                properties = self.reader.misread,
                "some properties could not be read and were taken as absent"
            );
        }
    }
}
