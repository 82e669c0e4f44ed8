//! A running poller with a scripted service on one side and a test on the other.

use std::sync::Arc;
use std::time::Duration;

use crate::chat::{Scope, SessionId};
use crate::sync::{ConnectionState, Feed, PollIntervals, Poller, SyncCommand, SyncEvent};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::sync::tests::fake_api::{ApiCall, FakeApi, Reply};

pub(super) struct PollerHarness {
    pub api: Arc<FakeApi>,
    pub commands: mpsc::UnboundedSender<SyncCommand>,
    pub events: mpsc::Receiver<SyncEvent>,
    pub poller: JoinHandle<()>,
}

/// Starts a poller whose rate limit is never reached. Its channel holds one event.
pub(super) fn start_poller(
    intervals: PollIntervals,
    script: impl Fn(&ApiCall, usize) -> Reply + Send + Sync + 'static,
) -> PollerHarness {
    start_poller_limited(intervals, 100.0, 1, script)
}

pub(super) fn start_poller_limited(
    intervals: PollIntervals,
    max_per_second: f64,
    seed: u64,
    script: impl Fn(&ApiCall, usize) -> Reply + Send + Sync + 'static,
) -> PollerHarness {
    let api = Arc::new(FakeApi::new(max_per_second, script));
    PollerHarness::start(api, intervals, seed)
}

impl PollerHarness {
    fn start(api: Arc<FakeApi>, intervals: PollIntervals, seed: u64) -> Self {
        let (sender, events) = mpsc::channel(1);
        let (commands, received) = mpsc::unbounded_channel();
        let poller = Poller::new(
            Arc::clone(&api),
            Arc::clone(&api.limiter),
            sender,
            intervals,
            seed,
            Scope::Channels,
        );
        Self {
            api,
            commands,
            events,
            poller: tokio::spawn(poller.run(received)),
        }
    }

    /// Starts another poller on the same service; requests in flight are lost.
    pub(super) fn restart(&mut self, intervals: PollIntervals) {
        self.poller.abort();
        *self = Self::start(Arc::clone(&self.api), intervals, 1);
    }

    pub(super) fn send(&self, command: SyncCommand) {
        self.commands.send(command).unwrap();
    }

    pub(super) fn open(&self, session: SessionId) {
        let from_start = false;
        self.send(SyncCommand::Open {
            session,
            from_start,
        });
    }

    /// Advances the clock; returns the events meanwhile, each with the time since the start.
    pub(super) async fn advance(&mut self, time: Duration) -> Vec<(Duration, SyncEvent)> {
        let end = Instant::now() + time;
        let mut passed = Vec::new();
        loop {
            tokio::select! {
                biased;
                event = self.events.recv() => {
                    let event = event.expect("the poller runs");
                    passed.push((self.api.elapsed(), event));
                }
                () = sleep_until(end) => return passed,
            }
        }
    }

    /// Advances the clock; returns the states of one feed. A successful response means that it is live.
    pub(super) async fn connection_states(
        &mut self,
        time: Duration,
        feed: Feed,
    ) -> Vec<ConnectionState> {
        let passed = self.advance(time).await;
        let states = passed.into_iter().filter_map(|(_, event)| match event {
            SyncEvent::ConnectionChanged {
                feed: of,
                state: link,
                ..
            } => Some((of, link)),
            SyncEvent::MessagesComplete { .. } => Some((Feed::Messages, ConnectionState::Live)),
            SyncEvent::SessionsListed { .. } => Some((Feed::List, ConnectionState::Live)),
            _ => None,
        });
        states
            .filter(|(of, _)| *of == feed)
            .map(|(_, link)| link)
            .collect()
    }
}
