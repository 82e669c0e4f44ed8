//! The one background task: makes the requests the plan asks for and reports what they bring.
//!
//! Each request is a task of its own, so a slow list never holds up the reader; leaving a session
//! cancels its download. Events go through a bounded queue: a slow screen slows the download.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinError, JoinSet};
use tokio::time::{Instant, sleep_until};

use super::plan::{Job, Pace, Plan};
use super::tail::Tail;
use super::{Fault, Pages, Source};
use crate::app::event::{Event, Lane, Link};
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
    /// Keep up with no session's messages.
    Unwatch,
    /// Read what is known of this session, once.
    Describe(SessionId),
    /// Keep the list of this scope.
    List(Scope),
    /// Fetch the page of the list below this session.
    More {
        /// The last session held.
        below: SessionId,
    },
    /// Ask for everything watched now, whatever the waits.
    Refresh,
    /// Ask for times in this zone of the service.
    AskIn(String),
}

/// Keeps up with one service.
#[derive(Debug)]
pub struct Poller<S> {
    source: Arc<S>,
    events: mpsc::Sender<Event>,
    plan: Plan,
    jobs: JoinSet<(Job, Result<Option<Tail>, Fault>)>,
    under_way: Vec<(Job, AbortHandle)>,
    told: [Option<Link>; 2],
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
            jobs: JoinSet::new(),
            under_way: Vec::new(),
            told: [None, None],
        }
    }

    /// Runs until nobody asks any more or nobody listens; a panic in a request goes on in here.
    pub async fn run(mut self, mut asks: mpsc::UnboundedReceiver<Ask>) {
        loop {
            while let Some(job) = self.plan.next(Instant::now()) {
                self.start(job);
            }
            let wake = self.plan.wake(Instant::now());
            tokio::select! {
                ask = asks.recv() => match ask {
                    Some(ask) => self.take(&ask),
                    None => return,
                },
                Some(outcome) = self.jobs.join_next() => {
                    let link = self.finish(outcome);
                    if !self.tell(link).await {
                        return;
                    }
                }
                () = sleep_until(wake.unwrap_or_else(Instant::now)), if wake.is_some() => {}
            }
        }
    }

    fn take(&mut self, ask: &Ask) {
        let leaves = |job: &Job| match (ask, job) {
            (Ask::Watch { .. } | Ask::Unwatch, Job::Messages { .. }) => true,
            (Ask::List(scope), Job::List { scope: other, .. }) => scope != other,
            _ => false,
        };
        for (_, task) in self.under_way.iter().filter(|(job, _)| leaves(job)) {
            task.abort();
        }
        match ask {
            Ask::AskIn(zone) => self.source.ask_in(zone),
            Ask::Watch { .. } | Ask::Unwatch => self.told[Lane::Reader as usize] = None,
            Ask::List(_) => self.told[Lane::List as usize] = None,
            _ => {}
        }
        self.plan.take(ask, Instant::now());
    }

    fn start(&mut self, job: Job) {
        let source = Arc::clone(&self.source);
        let events = self.events.clone();
        let tail = match job {
            Job::Messages { session, .. } => self.plan.tail(session),
            _ => Tail::default(),
        };
        let task = self
            .jobs
            .spawn(async move { (job, perform(&*source, &events, job, tail).await) });
        self.under_way.push((job, task));
    }

    fn finish(
        &mut self,
        outcome: Result<(Job, Result<Option<Tail>, Fault>), JoinError>,
    ) -> Option<(Lane, Link)> {
        self.under_way.retain(|(_, task)| !task.is_finished());
        match outcome {
            Ok((job, result)) => {
                let link = match result {
                    Ok(tail) => self.plan.succeeded(job, tail),
                    Err(fault) => {
                        tracing::info!(?job, kind = ?fault.kind, "request failed");
                        self.plan.failed(job, &fault, Instant::now())
                    }
                };
                Some((job.lane()?, link?))
            }
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Cancelled, because its session was left: nobody waits for it.
                Err(_) => None,
            },
        }
    }

    /// Reports the state of a lane when it is another than last time.
    async fn tell(&mut self, link: Option<(Lane, Link)>) -> bool {
        let Some((lane, link)) = link else {
            return true;
        };
        let told = &mut self.told[lane as usize];
        if told.as_ref() == Some(&link) {
            return true;
        }
        *told = Some(link.clone());
        self.events
            .send(Event::LinkChanged { lane, link })
            .await
            .is_ok()
    }
}

/// Makes one request and sends what it brings as it arrives. An event that nobody takes any more
/// is dropped: the program is ending.
async fn perform<S: Source>(
    source: &S,
    events: &mpsc::Sender<Event>,
    job: Job,
    mut tail: Tail,
) -> Result<Option<Tail>, Fault> {
    let event = match job {
        Job::List { scope, below } => {
            let listing = source.sessions(scope, below).await?;
            Event::SessionsListed {
                scope,
                below,
                listing,
            }
        }
        Job::Messages {
            session,
            after,
            serial,
        } => {
            let mut pages = source.messages(session, after).await?;
            while let Some(messages) = pages.next().await? {
                tail.note(&messages);
                let arrived = Event::MessagesArrived {
                    session,
                    as_of: serial,
                    messages,
                };
                if events.send(arrived).await.is_err() {
                    return Ok(None);
                }
            }
            Event::CaughtUp { session }
        }
        Job::Describe(session) => Event::SessionRead(Box::new(source.session(session).await?)),
        Job::Me => Event::SignedIn(source.me().await?),
        Job::HomeZone => Event::HomeZoneFound(source.home_zone().await?),
        Job::Zones => Event::ZonesListed(source.zones().await?),
    };
    // Nobody listens any more only when the program ends.
    let _ended = events.send(event).await;
    Ok(Some(tail))
}
