//! A running poller with a scripted service on one side and a test on the other.

use std::sync::Arc;
use std::time::Duration;

use sochat::app::event::{Event, Feed, ConnectionState};
use sochat::chat::{Scope, SessionId};
use sochat::sync::{Ask, Pace, Poller};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::fake::{Asked, Fake, Reply};

pub struct Rig {
    pub fake: Arc<Fake>,
    pub asks: mpsc::UnboundedSender<Ask>,
    pub events: mpsc::Receiver<Event>,
    pub poller: JoinHandle<()>,
}

/// Starts a poller; its queue of events is as short as can be.
pub fn rig(pace: Pace, script: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Rig {
    seeded(pace, 1, script)
}

pub fn seeded(
    pace: Pace,
    seed: u64,
    script: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
) -> Rig {
    Rig::on(Arc::new(Fake::new(script)), pace, seed)
}

impl Rig {
    fn on(fake: Arc<Fake>, pace: Pace, seed: u64) -> Self {
        let (sender, events) = mpsc::channel(1);
        let (asks, asked) = mpsc::unbounded_channel();
        let poller = Poller::new(Arc::clone(&fake), sender, pace, seed, Scope::Channels);
        Self {
            fake,
            asks,
            events,
            poller: tokio::spawn(poller.run(asked)),
        }
    }

    /// Another poller on the same service; what the one before had under way is lost.
    pub fn restart(&mut self, pace: Pace) {
        self.poller.abort();
        *self = Self::on(Arc::clone(&self.fake), pace, 1);
    }

    pub fn ask(&self, ask: Ask) {
        self.asks.send(ask).unwrap();
    }

    pub fn open(&self, session: SessionId) {
        let from_start = false;
        self.ask(Ask::Open {
            session,
            from_start,
        });
    }

    /// Lets so much time pass and takes what is reported meanwhile, with the time since the start.
    pub async fn pass(&mut self, time: Duration) -> Vec<(Duration, Event)> {
        let end = Instant::now() + time;
        let mut passed = Vec::new();
        loop {
            tokio::select! {
                biased;
                event = self.events.recv() => {
                    let event = event.expect("the poller goes on");
                    passed.push((self.fake.elapsed(), event));
                }
                () = sleep_until(end) => return passed,
            }
        }
    }

    /// The same, only how one lane of the link stood; a good answer says that it is live.
    pub async fn links(&mut self, time: Duration, lane: Feed) -> Vec<ConnectionState> {
        let passed = self.pass(time).await;
        let told = passed.into_iter().filter_map(|(_, event)| match event {
            Event::LinkChanged { feed: of, state: link, .. } => Some((of, link)),
            Event::MessagesComplete { .. } => Some((Feed::Messages, ConnectionState::Live)),
            Event::SessionsListed { .. } => Some((Feed::List, ConnectionState::Live)),
            _ => None,
        });
        told.filter(|(of, _)| *of == lane)
            .map(|(_, link)| link)
            .collect()
    }
}
