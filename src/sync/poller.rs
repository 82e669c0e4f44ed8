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
use super::tail::Tail;
use super::{Fault, Pages, Source};
use crate::app::event::Event;
use crate::chat::{Scope, SessionId};

/// What the screen asks of the poller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// Keep up with this session's messages; `from_start` forgets how far it was read.
    Watch {
        /// The session.
        session: SessionId,
        /// Whether nothing of it is held any more.
        from_start: bool,
    },
    /// Keep up with these sessions too, and with no others but the one read.
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
    /// The same after the machine slept: what is under way is given up, over new connections.
    Resume {
        /// How long it slept.
        slept: Duration,
    },
}

/// Keeps up with one service.
#[derive(Debug)]
pub struct Poller<S> {
    source: Arc<S>,
    events: mpsc::Sender<Event>,
    plan: Plan,
    requests: JoinSet<(Job, Result<Tail, Fault>)>,
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
            Question::Messages(session) => self.plan.tail(session),
            _ => Tail::default(),
        };
        let request = self.requests.spawn(async move {
            let outcome = perform(&*source, &events, job, tail).await;
            for finding in source.findings() {
                let _ended = events.send(finding.into()).await;
            }
            (job, outcome)
        });
        self.under_way.push((job, request));
    }

    /// Takes in how a request ended; the event tells how the link stands after it.
    fn finish(&mut self, outcome: Result<(Job, Result<Tail, Fault>), JoinError>) -> Option<Event> {
        self.under_way.retain(|(_, request)| !request.is_finished());
        let (job, result) = match outcome {
            Ok(outcome) => outcome,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Cancelled: nobody waits for it.
                Err(_) => return None,
            },
        };
        let link = match result {
            Ok(tail) => self.plan.succeeded(job, tail),
            Err(fault) => {
                tracing::info!(?job, kind = ?fault.kind, "request failed");
                self.plan.failed(job, &fault, Instant::now())
            }
        };
        Some(Event::LinkChanged {
            lane: job.question.lane()?,
            session: match job.question {
                Question::Messages(session) => Some(session),
                _ => None,
            },
            link: link?,
        })
    }
}

/// Makes one request and sends what it brings as it arrives. An event that nobody takes any more
/// is dropped: the program is ending.
async fn perform<S: Source>(
    source: &S,
    events: &mpsc::Sender<Event>,
    job: Job,
    mut tail: Tail,
) -> Result<Tail, Fault> {
    let event = match job.question {
        Question::List { scope, below } => Event::SessionsListed {
            scope,
            below,
            listing: source.sessions(scope, below).await?,
        },
        Question::Messages(session) => {
            let mut pages = source.messages(session, tail.after()).await?;
            let mut is_empty = true;
            while let Some(messages) = pages.next().await? {
                is_empty &= messages.is_empty();
                tail.note(&messages);
                let _ended = events
                    .send(Event::MessagesArrived {
                        session,
                        as_of: job.serial,
                        messages,
                    })
                    .await;
            }
            Event::CaughtUp { session, is_empty }
        }
        Question::Describe(session) => Event::SessionRead(Box::new(source.session(session).await?)),
        Question::HomeZone => Event::HomeZoneFound(source.home_zone().await?),
        Question::Zones => Event::ZonesListed(source.zones().await?),
        Question::Me => Event::SignedIn(source.me().await?),
    };
    let _ended = events.send(event).await;
    Ok(tail)
}
