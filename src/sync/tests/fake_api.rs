//! A chat service that replies from a script and records the calls and their times.

use std::collections::VecDeque;
use std::mem::discriminant;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::chat::{
    AgentPresence, Channel, CurrentUser, CustomerId, Direction, Message, MessageId, Scope,
    ServiceZone, Session, SessionId, SessionPage,
};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream, RateLimiter, ServiceNotice};
use crate::test_support::builders;
use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use tokio::time::{Instant, sleep};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ApiCall {
    List {
        scope: Scope,
        below: Option<SessionId>,
    },
    Messages {
        session: SessionId,
        after: i64,
    },
    Session(SessionId),
    Conversations(CustomerId),
    Presence,
    UserZone,
    Zones,
    Me,
}

/// The kind of a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ReplyMode {
    Fine,
    Fails(ErrorKind),
    /// No response for a while, then the connection breaks.
    Hangs(Duration),
    Slow(Duration),
    /// Truncated after this many messages.
    Cut(usize),
    Twice,
    Backwards,
    /// All messages: the cursor is ignored.
    All,
    /// An empty body.
    Nothing,
}

pub(super) struct Reply {
    delay: Duration,
    is_list: bool,
    listing: SessionPage,
    session: Session,
    fault: Option<ApiError>,
    pages: VecDeque<(Duration, Result<Vec<Message>, ApiError>)>,
}

impl Reply {
    /// An immediate success; messages arrive in these pages, with a pause before each.
    pub(super) fn pages(pause: Duration, pages: impl IntoIterator<Item = Vec<Message>>) -> Self {
        Self {
            delay: Duration::ZERO,
            is_list: true,
            listing: SessionPage::default(),
            session: Session::default(),
            fault: None,
            pages: pages.into_iter().map(|page| (pause, Ok(page))).collect(),
        }
    }

    pub(super) fn ok() -> Self {
        Self::pages(Duration::ZERO, [])
    }

    pub(super) fn fault(kind: ErrorKind) -> Self {
        Self {
            fault: Some(fault(kind)),
            ..Self::ok()
        }
    }

    pub(super) fn listing(sessions: Vec<Session>, next: Option<SessionId>) -> Self {
        let listing = SessionPage {
            sessions,
            next,
            ..SessionPage::default()
        };
        Self {
            listing,
            ..Self::ok()
        }
    }

    pub(super) fn session(session: Session) -> Self {
        Self {
            session,
            ..Self::ok()
        }
    }

    /// An empty body, which is not a list.
    pub(super) fn not_a_list() -> Self {
        Self {
            is_list: false,
            ..Self::ok()
        }
    }

    /// The reply to a pull; `messages` are those of the service by id.
    pub(super) fn to_pull(
        mut messages: Vec<Message>,
        after: i64,
        mode: ReplyMode,
        page_size: usize,
    ) -> Self {
        if mode != ReplyMode::All {
            messages.retain(|message| message.id.0 > after);
        }
        match mode {
            ReplyMode::Cut(count) => messages.truncate(count),
            ReplyMode::Twice => messages.extend(messages.clone()),
            ReplyMode::Backwards => messages.reverse(),
            _ => {}
        }
        let pages: Vec<_> = messages
            .chunks(page_size)
            .map(<[Message]>::to_vec)
            .collect();
        let reply = Self::pages(Duration::from_millis(3), pages);
        match mode {
            ReplyMode::Fails(kind) => Self::fault(kind),
            ReplyMode::Hangs(time) => Self::fault(ErrorKind::Network).with_delay(time),
            ReplyMode::Slow(time) => reply.with_delay(time),
            ReplyMode::Cut(_) => reply.truncated(),
            ReplyMode::Nothing => Self::not_a_list(),
            _ => reply,
        }
    }

    pub(super) fn with_delay(self, delay: Duration) -> Self {
        Self { delay, ..self }
    }

    /// Truncates the reply.
    pub(super) fn truncated(mut self) -> Self {
        let end = Err(fault(ErrorKind::Network));
        self.pages.push_back((Duration::ZERO, end));
        self
    }
}

pub(super) fn fault(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "it broke")
}

/// The reply to a call, from how many of its kind the log contains before it.
type ReplyScript = dyn Fn(&ApiCall, usize) -> Reply + Send + Sync;

pub(super) struct FakeApi {
    pub(crate) limiter: Arc<RateLimiter>,
    script: Box<ReplyScript>,
    /// The calls, each with the time since the start.
    calls: Mutex<Vec<(Duration, ApiCall)>>,
    start: Instant,
    open_streams: Arc<AtomicUsize>,
    pages_fetched: Arc<AtomicUsize>,
    /// Returned with the next reply.
    pub notices: Mutex<Vec<ServiceNotice>>,
    /// When connections were dropped.
    pub(crate) reconnects: Mutex<Vec<Duration>>,
}

impl FakeApi {
    pub(super) fn new(
        max_per_second: f64,
        script: impl Fn(&ApiCall, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self {
            limiter: Arc::new(RateLimiter::new(max_per_second)),
            script: Box::new(script),
            calls: Mutex::default(),
            start: Instant::now(),
            open_streams: Arc::default(),
            pages_fetched: Arc::default(),
            notices: Mutex::default(),
            reconnects: Mutex::default(),
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub(super) fn log(&self) -> Vec<(Duration, ApiCall)> {
        self.calls.lock().unwrap().clone()
    }

    /// The calls since the last time.
    pub(super) fn take_log(&self) -> Vec<(Duration, ApiCall)> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    pub(super) fn times(&self, which: impl Fn(&ApiCall) -> bool) -> Vec<Duration> {
        let log = self.log();
        log.into_iter()
            .filter(|(_, call)| which(call))
            .map(|(at, _)| at)
            .collect()
    }

    /// Downloads that are neither complete nor cancelled.
    pub(super) fn open_streams(&self) -> usize {
        self.open_streams.load(Ordering::SeqCst)
    }

    pub(super) fn pages_fetched(&self) -> usize {
        self.pages_fetched.load(Ordering::SeqCst)
    }

    async fn respond(&self, call: ApiCall) -> Result<Reply, ApiError> {
        self.limiter.acquire().await;
        let reply = {
            let mut calls = self.calls.lock().unwrap();
            let is_same_kind = |other: &ApiCall| discriminant(other) == discriminant(&call);
            let before = calls
                .iter()
                .filter(|(_, other)| is_same_kind(other))
                .count();
            calls.push((self.elapsed(), call.clone()));
            (self.script)(&call, before)
        };
        if let Some(ErrorKind::Busy {
            retry_after: Some(pause),
        }) = reply.fault.as_ref().map(|fault| fault.kind)
        {
            // As the client does at the headers of a response, which may come before anyone awaits the result.
            self.limiter
                .pause_until(Instant::now() + reply.delay + pause);
        }
        sleep(reply.delay).await;
        match reply.fault {
            Some(fault) => Err(fault),
            None => Ok(reply),
        }
    }
}

impl ChatApi for FakeApi {
    type Messages = FakeMessageStream;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        let reply = self.respond(ApiCall::List { scope, below }).await?;
        Ok(reply.listing)
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        let reply = self.respond(ApiCall::Session(id)).await?;
        Ok(Session {
            id,
            ..reply.session
        })
    }

    async fn conversations(&self, customer: CustomerId) -> Result<Vec<Session>, ApiError> {
        let reply = self.respond(ApiCall::Conversations(customer)).await?;
        Ok(reply.listing.sessions)
    }

    async fn messages(
        &self,
        session: SessionId,
        after: MessageId,
    ) -> Result<FakeMessageStream, ApiError> {
        let after = after.0;
        let reply = self.respond(ApiCall::Messages { session, after }).await?;
        self.open_streams.fetch_add(1, Ordering::SeqCst);
        Ok(FakeMessageStream {
            is_list: reply.is_list,
            pages: reply.pages,
            open: Arc::clone(&self.open_streams),
            taken: Arc::clone(&self.pages_fetched),
        })
    }

    async fn presence(&self) -> Result<Vec<AgentPresence>, ApiError> {
        self.respond(ApiCall::Presence).await?;
        Ok(Vec::new())
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        unreachable!("no poller requests the channels")
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        self.respond(ApiCall::Zones).await?;
        Ok(Vec::new())
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        self.respond(ApiCall::UserZone).await?;
        Ok(ServiceZone::default())
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        self.respond(ApiCall::Me).await?;
        Ok(CurrentUser::default())
    }

    fn set_time_zone(&self, _: &str, _: Option<Tz>) {}

    fn take_notices(&self) -> Vec<ServiceNotice> {
        std::mem::take(&mut self.notices.lock().unwrap())
    }

    fn reconnect(&self) {
        self.reconnects.lock().unwrap().push(self.elapsed());
    }
}

pub(super) struct FakeMessageStream {
    is_list: bool,
    pages: VecDeque<(Duration, Result<Vec<Message>, ApiError>)>,
    open: Arc<AtomicUsize>,
    taken: Arc<AtomicUsize>,
}

impl MessageStream for FakeMessageStream {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        let Some((pause, page)) = self.pages.pop_front() else {
            return Ok(None);
        };
        sleep(pause).await;
        self.taken.fetch_add(1, Ordering::SeqCst);
        page.map(Some)
    }

    fn is_complete_list(&self) -> bool {
        self.is_list
    }
}

impl Drop for FakeMessageStream {
    fn drop(&mut self) {
        self.open.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A message of the customer, posted `second` seconds after midnight.
pub(super) fn message(id: i64, second: i64) -> Message {
    let midnight = DateTime::from_timestamp(1_774_656_000, 0).unwrap();
    let posted = (midnight + TimeDelta::seconds(second)).fixed_offset();
    let text = format!("message {id}");
    Message {
        read_by_customer: true,
        raw: format!("{{\"ChatMessageId\":{id}}}").into(),
        ..builders::message(id, Some(posted), Direction::ToUser, "Kari", &text)
    }
}
