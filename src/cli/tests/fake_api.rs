//! A service that replies to commands from a script.

use std::collections::VecDeque;
use std::sync::Mutex;

use chrono::TimeDelta;
use chrono_tz::Tz;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::commands::api_error;
use crate::chat::{
    AggregateQuery, Aggregates, Channel, CurrentUser, CustomerId, Message, MessageId, ReadState,
    Scope, ServiceZone, Session, SessionId, SessionPage,
};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};

pub(super) type Response = Result<Vec<Result<Vec<Message>, ApiError>>, ApiError>;

/// A service that replies from a script and records the requests.
pub(super) struct FakeApi {
    pub(super) user_zone: Result<ServiceZone, ApiError>,
    pub(super) zones: Result<Vec<ServiceZone>, ApiError>,
    listings: Mutex<VecDeque<Result<SessionPage, ApiError>>>,
    pub(super) responses: Mutex<VecDeque<Response>>,
    /// The conversations of any person or company.
    pub(super) conversations: Result<Vec<Session>, ApiError>,
    requests: Mutex<Vec<String>>,
    /// The zone of times without offset.
    pub(super) naive_zone: Mutex<Option<Tz>>,
    pub(super) clock_offset: TimeDelta,
    /// Whether messages beyond the script are refused; otherwise the command is interrupted there.
    refuses_messages: bool,
    pub(super) channels: Result<Vec<Channel>, ApiError>,
    pub(super) aggregates: Result<Aggregates, ApiError>,
    /// Pages of archived sessions found by email addresses.
    pub(super) of_mail: Mutex<VecDeque<Result<SessionPage, ApiError>>>,
    /// The content of the state file.
    pub(super) read_state: ReadState,
    pub(super) max_body: u64,
    start: Instant,
    /// Notified when the script has ended.
    pub(super) script_ended: Notify,
}

impl FakeApi {
    pub(super) fn new() -> Self {
        let oslo = zone(261, "NO", "Norway", "Oslo", 60);
        Self {
            user_zone: Ok(oslo.clone()),
            zones: Ok(vec![oslo]),
            listings: Mutex::default(),
            responses: Mutex::default(),
            conversations: Err(api_error(ErrorKind::NotFound)),
            requests: Mutex::default(),
            naive_zone: Mutex::default(),
            clock_offset: TimeDelta::zero(),
            refuses_messages: false,
            read_state: ReadState::default(),
            channels: Err(api_error(ErrorKind::Forbidden)),
            aggregates: Err(api_error(ErrorKind::NotFound)),
            of_mail: Mutex::default(),
            max_body: 64 << 20,
            start: Instant::now(),
            script_ended: Notify::new(),
        }
    }

    pub(super) fn listing(
        responses: impl IntoIterator<Item = Result<SessionPage, ApiError>>,
    ) -> Self {
        let mut fake = Self::new();
        fake.refuses_messages = true;
        fake.listings.lock().unwrap().extend(responses);
        fake
    }

    /// Adds responses to requests for messages.
    pub(super) fn with_messages(self, responses: impl IntoIterator<Item = Response>) -> Self {
        self.responses.lock().unwrap().extend(responses);
        self
    }

    pub(super) fn messages(responses: impl IntoIterator<Item = Response>) -> Self {
        let fake = Self::new();
        fake.responses.lock().unwrap().extend(responses);
        fake
    }

    fn record(&self, request: &str) {
        let request = format!("{}s {request}", self.start.elapsed().as_secs());
        self.requests.lock().unwrap().push(request);
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl ChatApi for FakeApi {
    type Messages = FakeStream;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        self.record(&format!("{} below {below:?}", scope.label()));
        let next = self.listings.lock().unwrap().pop_front();
        next.expect("the script has no more listings")
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        self.record(&format!("session {id}"));
        match id.0 {
            999 => Err(api_error(ErrorKind::NotFound)),
            998 => Err(api_error(ErrorKind::Forbidden)),
            _ => Ok(Session::default()),
        }
    }

    async fn conversations(&self, customer: CustomerId) -> Result<Vec<Session>, ApiError> {
        self.record(&format!("{customer:?}"));
        self.conversations.clone()
    }

    async fn messages(&self, session: SessionId, after: MessageId) -> Result<FakeStream, ApiError> {
        self.record(&format!("{session} after {after}"));
        let next = self.responses.lock().unwrap().pop_front();
        if next.is_none() && self.refuses_messages {
            return Err(api_error(ErrorKind::Forbidden));
        }
        let Some(response) = next else {
            self.script_ended.notify_one();
            return std::future::pending().await;
        };
        response.map(|pages| FakeStream(pages.into()))
    }

    async fn sessions_of_mail(
        &self,
        mail: &str,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let next = self.of_mail.lock().unwrap().pop_front();
        if next.is_some() {
            self.record(&format!("{mail} below {below:?}"));
        }
        next.unwrap_or_else(|| Err(api_error(ErrorKind::NotFound)))
    }

    async fn aggregates(&self, query: &AggregateQuery) -> Result<Aggregates, ApiError> {
        self.record(&format!("{query:?}"));
        self.aggregates.clone()
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        self.record("channels");
        self.channels.clone()
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        self.zones.clone()
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        self.user_zone.clone()
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        unreachable!("no command requests the user")
    }

    /// Known from the first response on.
    fn clock_offset(&self) -> TimeDelta {
        let responses = self
            .requests()
            .into_iter()
            .filter(|request| !request.contains("times in"));
        if responses.count() == 0 {
            TimeDelta::zero()
        } else {
            self.clock_offset
        }
    }

    fn set_time_zone(&self, code: &str, naive: Option<Tz>) {
        self.record(&format!("times in {code}"));
        *self.naive_zone.lock().unwrap() = naive;
    }
}

pub(super) fn zone(id: i64, code: &str, country: &str, cities: &str, offset: i32) -> ServiceZone {
    ServiceZone {
        id,
        code: code.to_owned(),
        country: country.to_owned(),
        cities: cities.to_owned(),
        offset: Some(offset),
        daylight: Some(offset + 60),
        active: true,
        ..ServiceZone::default()
    }
}

/// The messages of a response, or why they end.
pub(super) struct FakeStream(pub(super) VecDeque<Result<Vec<Message>, ApiError>>);

impl MessageStream for FakeStream {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        self.0.pop_front().transpose()
    }

    fn is_complete_list(&self) -> bool {
        true
    }
}
