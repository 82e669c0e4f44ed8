//! The one background task: makes the requests the plan asks for and reports what they bring.
//!
//! Each request is a task of its own, so a slow list never holds up the reader; what nobody waits
//! for any more is cancelled. Events go through a bounded queue: a slow screen slows the download.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::cursor::PullCursor;
use super::pull::{PullReport, pull};
use super::scheduler::{PollIntervals, Query, Request, Scheduler};
use super::{ApiError, ChatApi};
use crate::app::event::Event;
use crate::chat::{Scope, SessionId};

/// What the screen asks of the poller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyncCommand {
    /// Keep up with this session's messages; `from_start` forgets how far it was read.
    Open {
        /// The session.
        session: SessionId,
        /// Whether nothing of it is held any more.
        from_start: bool,
    },
    /// Keep up with these sessions as well, as the list shows that they move; with no others.
    SetWatched(Vec<SessionId>),
    /// Read what is known of this session, once.
    FetchSession(SessionId),
    /// Keep the list of this scope.
    SetScope(Scope),
    /// Fetch the page of the list below this session.
    FetchNextPage {
        /// The last session held.
        below: SessionId,
    },
    /// Ask for everything wanted now, whatever the waits but one that the service asked for.
    Refresh,
    /// Ask as often as can be, or less while nobody looks.
    SetFocused(bool),
    /// Ask for everything after the machine slept: what is under way is given up, over new connections.
    Resume {
        /// How long it slept.
        slept: Duration,
    },
}

/// How a request ended.
#[derive(Debug)]
struct RequestOutcome {
    request: Request,
    /// The last that it brought.
    result: Result<Event, ApiError>,
    /// How far messages came.
    pull_report: Option<PullReport>,
}

/// Keeps up with one service.
#[derive(Debug)]
pub struct Poller<S> {
    api: Arc<S>,
    events: mpsc::Sender<Event>,
    scheduler: Scheduler,
    requests: JoinSet<RequestOutcome>,
    in_flight: Vec<(Request, AbortHandle)>,
}

impl<S: ChatApi> Poller<S> {
    /// Makes a poller that begins with the list of `scope`; `seed` spreads its waits.
    pub fn new(
        source: Arc<S>,
        events: mpsc::Sender<Event>,
        pace: PollIntervals,
        seed: u64,
        scope: Scope,
    ) -> Self {
        Self {
            api: source,
            events,
            scheduler: Scheduler::new(pace, seed, scope, Instant::now()),
            requests: JoinSet::new(),
            in_flight: Vec::new(),
        }
    }

    /// Runs until nobody asks any more or nobody listens; a panic in a request goes on in here.
    pub async fn run(mut self, mut commands: mpsc::UnboundedReceiver<SyncCommand>) {
        // What the screen has no room for yet; until it has, no other outcome is looked at, but what
        // is asked is heard.
        let mut pending_event = None;
        let events = self.events.clone();
        loop {
            while let Ok(command) = commands.try_recv() {
                self.handle_command(command);
            }
            while let Some(request) = self.scheduler.next_request(Instant::now()) {
                self.spawn_request(request);
            }
            let deadline = self.scheduler.next_deadline(Instant::now());
            tokio::select! {
                ask = commands.recv() => match ask {
                    Some(ask) => self.handle_command(ask),
                    None => return,
                },
                room = events.reserve(), if pending_event.is_some() => match (room, pending_event.take()) {
                    (Ok(room), Some(event)) => room.send(event),
                    _ => return,
                },
                Some(outcome) = self.requests.join_next(), if pending_event.is_none() => {
                    pending_event = self.on_finished(outcome);
                }
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => {}
            }
        }
    }

    fn handle_command(&mut self, command: SyncCommand) {
        if matches!(command, SyncCommand::Resume { .. }) {
            self.api.reconnect();
        }
        self.scheduler.handle_command(command, Instant::now());
        for (_, handle) in self
            .in_flight
            .iter()
            .filter(|(request, _)| !self.scheduler.is_awaited(*request))
        {
            handle.abort();
        }
    }

    fn spawn_request(&mut self, request: Request) {
        let api = Arc::clone(&self.api);
        let events = self.events.clone();
        let cursor = match request.query {
            Query::Messages(session) => self.scheduler.cursor_for(session, Instant::now()),
            _ => PullCursor::default(),
        };
        let handle = self.requests.spawn(async move {
            let outcome = execute(&*api, &events, request, cursor).await;
            for notice in api.take_notices() {
                let _ended = events.send(notice.into()).await;
            }
            outcome
        });
        self.in_flight.push((request, handle));
    }

    /// Takes in how a request ended; the event tells what came of it. A good answer says by itself
    /// that the link is live.
    fn on_finished(&mut self, outcome: Result<RequestOutcome, JoinError>) -> Option<Event> {
        self.in_flight.retain(|(_, request)| !request.is_finished());
        let RequestOutcome {
            request,
            result,
            pull_report,
        } = match outcome {
            Ok(outcome) => outcome,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Cancelled: nobody waits for it.
                Err(_) => return None,
            },
        };
        let now = Instant::now();
        match result {
            Ok(event) => {
                self.scheduler.on_event(&event, now);
                self.scheduler.on_success(request, pull_report, now);
                Some(event)
            }
            Err(error) => {
                tracing::info!(?request, kind = ?error.kind, "request failed");
                let link = self
                    .scheduler
                    .on_failure(request, &error, pull_report, now)?;
                Some(Event::LinkChanged {
                    feed: request.query.feed()?,
                    session: request.query.session(),
                    state: link,
                })
            }
        }
    }
}

/// Makes one request. The pages of a long answer are sent as they arrive, its end is the outcome.
async fn execute<S: ChatApi>(
    api: &S,
    events: &mpsc::Sender<Event>,
    request: Request,
    cursor: PullCursor,
) -> RequestOutcome {
    let list_sessions = async |scope, below| {
        let listing = api.sessions(scope, below).await?;
        Ok(Event::SessionsListed {
            scope,
            below,
            listing,
        })
    };
    let mut pull_report = None;
    let result = match request.query {
        Query::Messages(session) => {
            let (ended, came) = pull(api, events, (session, request.id), cursor).await;
            pull_report = Some(came);
            ended
        }
        Query::List { scope, below } => list_sessions(scope, below).await,
        Query::ArchivePage { below } => list_sessions(Scope::All, Some(below)).await,
        Query::Session(session) => {
            let read = api.session(session).await;
            read.map(|session| Event::SessionFetched(Box::new(session)))
        }
        Query::UserZone => api.user_zone().await.map(Event::UserZoneFetched),
        Query::Zones => api.zones().await.map(Event::ZonesListed),
        Query::Me => api.me().await.map(Event::SignedIn),
    };
    RequestOutcome {
        request,
        result,
        pull_report,
    }
}
