//! A running poller with a scripted service on one side and a test on the other.

use std::sync::Arc;
use std::time::Duration;

use crate::app::event::{ConnectionState, Event, Feed};
use crate::chat::{Scope, SessionId};
use crate::sync::{PollIntervals, Poller, SyncCommand};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::sync::tests::fake_api::{ApiCall, FakeApi, Reply};

pub struct PollerHarness {
    pub api: Arc<FakeApi>,
    pub commands: mpsc::UnboundedSender<SyncCommand>,
    pub events: mpsc::Receiver<Event>,
    pub poller: JoinHandle<()>,
}

/// Starts a poller; its queue of events is as short as can be.
pub fn start_poller(
    pace: PollIntervals,
    script: impl Fn(&ApiCall, usize) -> Reply + Send + Sync + 'static,
) -> PollerHarness {
    start_poller_seeded(pace, 1, script)
}

pub fn start_poller_seeded(
    pace: PollIntervals,
    seed: u64,
    script: impl Fn(&ApiCall, usize) -> Reply + Send + Sync + 'static,
) -> PollerHarness {
    PollerHarness::start(Arc::new(FakeApi::new(script)), pace, seed)
}

impl PollerHarness {
    fn start(fake: Arc<FakeApi>, pace: PollIntervals, seed: u64) -> Self {
        let (sender, events) = mpsc::channel(1);
        let (asks, asked) = mpsc::unbounded_channel();
        let poller = Poller::new(Arc::clone(&fake), sender, pace, seed, Scope::Channels);
        Self {
            api: fake,
            commands: asks,
            events,
            poller: tokio::spawn(poller.run(asked)),
        }
    }

    /// Another poller on the same service; what the one before had under way is lost.
    pub fn restart(&mut self, pace: PollIntervals) {
        self.poller.abort();
        *self = Self::start(Arc::clone(&self.api), pace, 1);
    }

    pub fn send(&self, ask: SyncCommand) {
        self.commands.send(ask).unwrap();
    }

    pub fn open(&self, session: SessionId) {
        let from_start = false;
        self.send(SyncCommand::Open {
            session,
            from_start,
        });
    }

    /// Lets so much time pass and takes what is reported meanwhile, with the time since the start.
    pub async fn advance(&mut self, time: Duration) -> Vec<(Duration, Event)> {
        let end = Instant::now() + time;
        let mut passed = Vec::new();
        loop {
            tokio::select! {
                biased;
                event = self.events.recv() => {
                    let event = event.expect("the poller goes on");
                    passed.push((self.api.elapsed(), event));
                }
                () = sleep_until(end) => return passed,
            }
        }
    }

    /// The same, only how one lane of the link stood; a good answer says that it is live.
    pub async fn connection_states(&mut self, time: Duration, lane: Feed) -> Vec<ConnectionState> {
        let passed = self.advance(time).await;
        let told = passed.into_iter().filter_map(|(_, event)| match event {
            Event::LinkChanged {
                feed: of,
                state: link,
                ..
            } => Some((of, link)),
            Event::MessagesComplete { .. } => Some((Feed::Messages, ConnectionState::Live)),
            Event::SessionsListed { .. } => Some((Feed::List, ConnectionState::Live)),
            _ => None,
        });
        told.filter(|(of, _)| *of == lane)
            .map(|(_, link)| link)
            .collect()
    }
}
