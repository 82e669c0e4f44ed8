//! The one background task: makes the requests the plan asks for and reports what they bring.
//!
//! Each request is a task of its own, so a slow list never holds up the reader; what nobody waits
//! for any more is cancelled. Events go through a bounded queue: a slow screen slows the download.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::plan::{Job, Pace, Plan, Question};
use super::pull::{Pulled, pull};
use super::tail::Tail;
use super::{Fault, Source};
use crate::app::event::Event;
use crate::chat::{Scope, SessionId};

/// What the screen asks of the poller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Keep up with this session's messages; `from_start` forgets how far it was read.
    Open {
        /// The session.
        session: SessionId,
        /// Whether nothing of it is held any more.
        from_start: bool,
    },
    /// Keep up with these sessions as well, as the list shows that they move; with no others.
    AlsoWatch(Vec<SessionId>),
    /// Read what is known of this session, once.
    Describe(SessionId),
    /// Keep the list of this scope.
    List(Scope),
    /// Fetch the page of the list below this session.
    More {
        /// The last session held.
        below: SessionId,
    },
    /// Ask for everything wanted now, whatever the waits but one that the service asked for.
    Refresh,
    /// Ask as often as can be, or less while nobody looks.
    Attend(bool),
    /// Ask for everything after the machine slept: what is under way is given up, over new connections.
    Resume {
        /// How long it slept.
        slept: Duration,
    },
}

/// How a request ended.
#[derive(Debug)]
struct Outcome {
    job: Job,
    /// The last that it brought.
    result: Result<Event, Fault>,
    /// How far messages came.
    pulled: Option<Pulled>,
}

/// Keeps up with one service.
#[derive(Debug)]
pub struct Poller<S> {
    source: Arc<S>,
    events: mpsc::Sender<Event>,
    plan: Plan,
    requests: JoinSet<Outcome>,
    under_way: Vec<(Job, AbortHandle)>,
}

impl<S: Source> Poller<S> {
    /// Makes a poller that begins with the list of `scope`; `seed` spreads its waits.
    pub fn new(
        source: Arc<S>,
        events: mpsc::Sender<Event>,
        pace: Pace,
        seed: u64,
        scope: Scope,
    ) -> Self {
        Self {
            source,
            events,
            plan: Plan::new(pace, seed, scope, Instant::now()),
            requests: JoinSet::new(),
            under_way: Vec::new(),
        }
    }

    /// Runs until nobody asks any more or nobody listens; a panic in a request goes on in here.
    pub async fn run(mut self, mut asks: mpsc::UnboundedReceiver<Ask>) {
        // What the screen has no room for yet; until it has, no other outcome is looked at, but what
        // is asked is heard.
        let mut news = None;
        let events = self.events.clone();
        loop {
            while let Ok(ask) = asks.try_recv() {
                self.take(ask);
            }
            while let Some(job) = self.plan.next(Instant::now()) {
                self.start(job);
            }
            let wake = self.plan.wake(Instant::now());
            tokio::select! {
                ask = asks.recv() => match ask {
                    Some(ask) => self.take(ask),
                    None => return,
                },
                room = events.reserve(), if news.is_some() => match (room, news.take()) {
                    (Ok(room), Some(event)) => room.send(event),
                    _ => return,
                },
                Some(outcome) = self.requests.join_next(), if news.is_none() => {
                    news = self.finish(outcome);
                }
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
            }
        }
    }

    fn take(&mut self, ask: Ask) {
        if matches!(ask, Ask::Resume { .. }) {
            self.source.reconnect();
        }
        self.plan.take(ask, Instant::now());
        for (_, request) in self
            .under_way
            .iter()
            .filter(|(job, _)| !self.plan.wants(*job))
        {
            request.abort();
        }
    }

    fn start(&mut self, job: Job) {
        let source = Arc::clone(&self.source);
        let events = self.events.clone();
        let tail = match job.question {
            Question::Messages(session) => self.plan.tail(session, Instant::now()),
            _ => Tail::default(),
        };
        let request = self.requests.spawn(async move {
            let outcome = perform(&*source, &events, job, tail).await;
            for finding in source.findings() {
                let _ended = events.send(finding.into()).await;
            }
            outcome
        });
        self.under_way.push((job, request));
    }

    /// Takes in how a request ended; the event tells what came of it. A good answer says by itself
    /// that the link is live.
    fn finish(&mut self, outcome: Result<Outcome, JoinError>) -> Option<Event> {
        self.under_way.retain(|(_, request)| !request.is_finished());
        let Outcome {
            job,
            result,
            pulled,
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
                self.plan.look_at(&event, now);
                self.plan.succeeded(job, pulled, now);
                Some(event)
            }
            Err(fault) => {
                tracing::info!(?job, kind = ?fault.kind, "request failed");
                let link = self.plan.failed(job, &fault, pulled, now)?;
                Some(Event::LinkChanged {
                    feed: job.question.lane()?,
                    session: job.question.session(),
                    state: link,
                })
            }
        }
    }
}

/// Makes one request. The pages of a long answer are sent as they arrive, its end is the outcome.
async fn perform<S: Source>(
    source: &S,
    events: &mpsc::Sender<Event>,
    job: Job,
    tail: Tail,
) -> Outcome {
    let listed = async |scope, below| {
        let listing = source.sessions(scope, below).await?;
        Ok(Event::SessionsListed {
            scope,
            below,
            listing,
        })
    };
    let mut pulled = None;
    let result = match job.question {
        Question::Messages(session) => {
            let (ended, came) = pull(source, events, (session, job.serial), tail).await;
            pulled = Some(came);
            ended
        }
        Question::List { scope, below } => listed(scope, below).await,
        Question::Sweep { below } => listed(Scope::All, Some(below)).await,
        Question::Describe(session) => {
            let read = source.session(session).await;
            read.map(|session| Event::SessionFetched(Box::new(session)))
        }
        Question::HomeZone => source.home_zone().await.map(Event::UserZoneFetched),
        Question::Zones => source.zones().await.map(Event::ZonesListed),
        Question::Me => source.me().await.map(Event::SignedIn),
    };
    Outcome {
        job,
        result,
        pulled,
    }
}
