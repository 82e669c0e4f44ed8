//! Poller: the task that sends the requests that the scheduler chooses and reports their results.
//!
//! Each request is a task of its own, so a slow list never delays the open session; a request whose
//! result is no longer needed is aborted. Events go through a bounded channel: a receiver that falls
//! behind slows the download.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::cursor::PullCursor;
use super::listed_rows::ListedRows;
use super::pull::{PullReport, pull, read_wait};
use super::rate_limit::IS_LOW_PRIORITY;
use super::scheduler::{PollIntervals, Query, Request, Scheduler};
use super::search::{self, SearchRequest};
use super::{ApiError, ChatApi, ErrorKind, PullExtent, RateLimiter, SyncCommand, SyncEvent};
use crate::chat::{Message, Scope, SessionId, Timestamp};
use crate::text::ListedSession;

/// A response with messages that are all known is reported again after this long.
const REPORT_INTERVAL: Duration = Duration::from_secs(10);

/// The last event of a request, and the report of a pull.
type RequestOutcome = (Result<SyncEvent, ApiError>, Option<PullReport>);

/// Polls the data of one service.
#[derive(Debug)]
pub struct Poller<S> {
    api: Arc<S>,
    events: mpsc::Sender<SyncEvent>,
    scheduler: Scheduler,
    requests: JoinSet<(Request, RequestOutcome)>,
    in_flight: Vec<(Request, AbortHandle)>,
    /// The last messages of a session, when they were the last that was reported.
    last_reported: Option<ReportedMessages>,
    listed_rows: Arc<ListedRows>,
    /// The search across conversations, if one runs, and ones that are being aborted.
    searches: JoinSet<SyncEvent>,
}

#[derive(Debug)]
struct ReportedMessages {
    session: SessionId,
    extent: PullExtent,
    messages: Vec<Message>,
    at: Instant,
}

impl<S: ChatApi> Poller<S> {
    /// Creates a poller that begins with the list of `scope`. `limiter` is the one of `api`; `seed`
    /// spreads the delays after failures.
    pub fn new(
        api: Arc<S>,
        limiter: Arc<RateLimiter>,
        events: mpsc::Sender<SyncEvent>,
        intervals: PollIntervals,
        seed: u64,
        scope: Scope,
    ) -> Self {
        Self {
            api,
            events,
            scheduler: Scheduler::new(intervals, limiter, seed, scope, Instant::now()),
            requests: JoinSet::new(),
            in_flight: Vec::new(),
            last_reported: None,
            listed_rows: Arc::default(),
            searches: JoinSet::new(),
        }
    }

    /// Runs until the sender of commands or the receiver of events is dropped. A panic in a request
    /// is resumed here.
    pub async fn run(mut self, mut commands: mpsc::UnboundedReceiver<SyncCommand>) {
        // An event that the channel has no room for. Until it is sent, results wait; commands do not.
        let mut pending_event = None;
        let events = self.events.clone();
        loop {
            while let Ok(command) = commands.try_recv() {
                self.handle_command(command);
            }
            while let Some(request) = self.scheduler.next_request(Instant::now()) {
                self.spawn_request(request);
            }
            if pending_event.is_none() {
                pending_event = self.scheduler.take_slow(Instant::now());
                if pending_event.is_some() {
                    self.last_reported = None;
                }
            }
            let deadline = self.scheduler.next_deadline(Instant::now());
            let slow = self
                .scheduler
                .slow_deadline()
                .filter(|_| pending_event.is_none());
            let deadline = deadline.into_iter().chain(slow).min();
            tokio::select! {
                command = commands.recv() => match command {
                    Some(command) => self.handle_command(command),
                    None => return,
                },
                room = events.reserve(), if pending_event.is_some() => match (room, pending_event.take()) {
                    (Ok(room), Some(event)) => room.send(event),
                    _ => return,
                },
                Some(outcome) = self.requests.join_next(), if pending_event.is_none() => {
                    pending_event = self.on_finished(outcome);
                }
                Some(ended) = self.searches.join_next(), if pending_event.is_none() => {
                    pending_event = finished_task(ended);
                }
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {}
            }
        }
    }

    fn handle_command(&mut self, command: SyncCommand) {
        self.last_reported = None;
        if command == SyncCommand::Refresh {
            self.api.retry_sign_in();
        }
        if matches!(command, SyncCommand::Resume { .. } | SyncCommand::Refresh) {
            self.api.reconnect();
        }
        if matches!(
            command,
            SyncCommand::Search { .. } | SyncCommand::CancelSearch
        ) {
            self.searches.abort_all();
        }
        if let SyncCommand::Search { id, request } = command {
            let search = search(Arc::clone(&self.api), self.events.clone(), id, *request);
            // The user waits for it: only what may be thousands of requests has low priority.
            self.searches.spawn(search);
            return;
        }
        self.scheduler.handle_command(command, Instant::now());
        for (request, handle) in &self.in_flight {
            if !self.scheduler.is_awaited(*request) {
                handle.abort();
            }
        }
    }

    fn spawn_request(&mut self, request: Request) {
        let api = Arc::clone(&self.api);
        let events = self.events.clone();
        let rows = Arc::clone(&self.listed_rows);
        let cursor = match request.query {
            Query::Messages(session) => self.scheduler.cursor_for(session, Instant::now()),
            _ => PullCursor::default(),
        };
        let service_time = self.scheduler.service_time(Instant::now());
        let task = async move {
            let outcome = execute(&*api, &events, &rows, request, (cursor, service_time)).await;
            for notice in api.take_notices() {
                let _ended = events.send(SyncEvent::Notice(notice)).await;
            }
            (request, outcome)
        };
        let task = IS_LOW_PRIORITY.scope(request.is_low_priority, task);
        let handle = self.requests.spawn(task);
        self.in_flight.push((request, handle));
    }

    /// Records the result of a request; returns the event to report.
    fn on_finished(
        &mut self,
        finished: Result<(Request, RequestOutcome), JoinError>,
    ) -> Option<SyncEvent> {
        self.in_flight.retain(|(_, task)| !task.is_finished());
        let (request, (result, pull_report)) = finished_task(finished)?;
        let now = Instant::now();
        match result {
            Ok(event) => {
                self.scheduler.on_event(&event, now);
                self.scheduler.on_success(request, pull_report, now);
                self.record_report(&event, now).then_some(event)
            }
            Err(error) => {
                self.last_reported = None;
                tracing::info!(?request, kind = ?error.kind, "request failed");
                let scheduler = &mut self.scheduler;
                scheduler.on_failure(request, &error, pull_report, now)
            }
        }
    }
}

impl<S> Poller<S> {
    /// Records an event that is to be reported; returns `false` if it equals the last one. Each one reported
    /// wakes the thread that draws, which in a conversation without news would otherwise be every second.
    fn record_report(&mut self, event: &SyncEvent, now: Instant) -> bool {
        let last = self.last_reported.take();
        let SyncEvent::MessagesComplete {
            session,
            extent: extent @ (PullExtent::Full | PullExtent::Tail),
            messages,
            ..
        } = event
        else {
            return true;
        };
        let is_known = last.as_ref().is_some_and(|known| {
            (known.session, known.extent) == (*session, *extent)
                && known.messages == *messages
                && now - known.at < REPORT_INTERVAL
        });
        self.last_reported = if is_known {
            last
        } else {
            Some(ReportedMessages {
                session: *session,
                extent: *extent,
                messages: messages.clone(),
                at: now,
            })
        };
        !is_known
    }
}

/// The result of a task; `None` if it was aborted, because its result is not needed. A panic is resumed.
fn finished_task<T>(finished: Result<T, JoinError>) -> Option<T> {
    match finished.map_err(JoinError::try_into_panic) {
        Ok(finished) => Some(finished),
        Err(Ok(panic)) => std::panic::resume_unwind(panic),
        Err(Err(_)) => None,
    }
}

/// Searches across conversations. What is found is reported at once; the end is the result.
async fn search<S: ChatApi>(
    api: Arc<S>,
    events: mpsc::Sender<SyncEvent>,
    id: u64,
    request: SearchRequest,
) -> SyncEvent {
    let (sender, mut updates) = mpsc::channel(16);
    let searching = async move {
        let report = search::search(&*api, &request, &sender).await;
        drop(sender);
        report
    };
    let reporting = async move {
        while let Some(update) = updates.recv().await {
            if events
                .send(SyncEvent::SearchUpdated { id, update })
                .await
                .is_err()
            {
                return;
            }
        }
    };
    let (report, ()) = tokio::join!(searching, reporting);
    SyncEvent::SearchEnded {
        id,
        report: Box::new(report),
    }
}

/// Makes one request. Messages are reported as they arrive; the end of the response is the result.
async fn execute<S: ChatApi>(
    api: &S,
    events: &mpsc::Sender<SyncEvent>,
    rows: &ListedRows,
    request: Request,
    (cursor, service_time): (PullCursor, Timestamp),
) -> RequestOutcome {
    let list_sessions = async |scope, below| -> Result<_, ApiError> {
        let listing = api.sessions(scope, below).await?;
        let listing = match scope {
            Scope::All => listing.map_sessions(ListedSession::from),
            Scope::Channels | Scope::Mine => rows.share(listing),
        };
        Ok(SyncEvent::SessionsListed {
            scope,
            below,
            listing,
        })
    };
    let result = match request.query {
        Query::Messages(session) => {
            let (result, report) = pull(api, events, (session, request.id), cursor).await;
            return (result, Some(report));
        }
        Query::List {
            scope: Scope::All,
            below: None,
        } => {
            let (live, archive) = tokio::join!(
                list_sessions(Scope::Channels, None),
                list_sessions(Scope::All, None)
            );
            match live {
                Ok(live) => {
                    let _ended = events.send(live).await;
                    archive
                }
                // Without access to the live list, the archive may still be readable.
                Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => {
                    archive
                }
                Err(error) => Err(error),
            }
        }
        Query::List { scope, below } => list_sessions(scope, below).await,
        Query::ArchivePage { below } => list_sessions(Scope::All, Some(below)).await,
        Query::Session(session) => {
            let fetched = api.session(session).await;
            fetched.map(|session| SyncEvent::SessionFetched(Box::new(session)))
        }
        Query::Conversations(customer) => {
            let fetched = api.conversations(customer).await;
            fetched.map(|sessions| SyncEvent::ConversationsFetched {
                customer,
                result: Ok(sessions),
            })
        }
        Query::Presence => {
            let fetched = api.presence().await;
            fetched.map(|agents| SyncEvent::PresenceFetched(Ok(agents)))
        }
        Query::Wait(read) => read_wait(api, read, service_time).await,
        Query::UserZone => api.user_zone().await.map(SyncEvent::UserZoneFetched),
        Query::Zones => api.zones().await.map(SyncEvent::ZonesListed),
        Query::Me => api.me().await.map(SyncEvent::SignedIn),
    };
    (result, None)
}
