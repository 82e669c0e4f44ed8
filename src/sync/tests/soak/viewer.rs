//! The viewer: the real core and the real poller, connected as in the event loop, without a terminal.

use std::collections::HashMap;
use std::ops::Sub;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::{App, AppConfig};
use crate::chat::{Message, MessageId, ReadState, Scope, SessionId, Timestamp};
use crate::sync::{PollIntervals, SyncEvent};
use crate::view::{Appearance, ThemeId};
use chrono::TimeDelta;
use tokio::time::{Instant, sleep_until};

use crate::sync::tests::harness::{self, PollerHarness};
use crate::sync::tests::soak::service::{Clock, SimulatedService};
use crate::sync::tests::soak::timeline::{DayMillis, MINUTE};
use crate::test_support::{self, TestApp};

/// The loop may wake up this often at one time.
const MAX_IMMEDIATE_WAKES: usize = 5;

pub(super) struct SoakViewer {
    pub(crate) test_app: TestApp,
    pub clock: Clock,
    pub(crate) harness: PollerHarness,
    service: Arc<Mutex<SimulatedService>>,
    /// Stored over restarts.
    pub read_state: ReadState,
    /// The ids of each transcript after its last change.
    last_seen_ids: HashMap<SessionId, Vec<MessageId>>,
    pub(crate) wakes: WakeCounts,
}

/// How often the loop woke up, by cause.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WakeCounts {
    pub(crate) by_events: usize,
    pub(crate) by_time: usize,
}

impl Sub for WakeCounts {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            by_events: self.by_events - before.by_events,
            by_time: self.by_time - before.by_time,
        }
    }
}

impl SoakViewer {
    /// Starts the viewer with a stored read state.
    pub(super) fn start(
        service: &Arc<Mutex<SimulatedService>>,
        clock: &Clock,
        intervals: PollIntervals,
        read_state: ReadState,
    ) -> Self {
        let harness = harness::start_poller_limited(
            intervals,
            crate::sync::tests::soak::MAX_PER_SECOND,
            1,
            {
                let service = Arc::clone(service);
                move |call, _| service.lock().unwrap().respond(call)
            },
        );
        let interval = |length| TimeDelta::from_std(length).unwrap();
        let (app, first) = App::new(AppConfig {
            now: clock.now(),
            list_interval: intervals.list.map(interval),
            open_session_interval: intervals.open_session.map(interval),
            ..test_support::app_config(84, 20)
        });
        let mut viewer = Self {
            test_app: TestApp::from_app(app),
            clock: clock.clone(),
            harness,
            service: Arc::clone(service),
            read_state: ReadState::default(),
            last_seen_ids: HashMap::new(),
            wakes: WakeCounts::default(),
        };
        viewer.handle(first);
        viewer.send([Event::ReadStateLoaded(read_state.clone())]);
        viewer.read_state = read_state;
        viewer
    }

    /// Ends the viewer; returns its read state.
    pub(super) fn quit(self) -> ReadState {
        self.harness.poller.abort();
        self.read_state
    }

    pub(super) fn press(&mut self, keys: &str) {
        let effects = self.test_app.press(keys);
        self.handle(effects);
        self.forget_dropped_transcripts();
        // Every state can be drawn.
        self.test_app
            .picture(&Appearance::new(ThemeId::Auto, false));
    }

    /// Loads all pages of the archive.
    pub(super) async fn load_archive(&mut self) {
        while self.test_app.app.session_list().scope() != Scope::All {
            self.press("<esc><esc><esc>v");
        }
        let mut before = None;
        while before != Some(self.test_app.app.session_list().count()) {
            before = Some(self.test_app.app.session_list().count());
            self.press("<esc><esc><esc>hG");
            self.advance_until(self.clock.at() + MINUTE).await;
        }
    }

    /// Opens a session from the list.
    pub(super) fn open(&mut self, id: SessionId) {
        self.press(&format!("<esc><esc><esc>h/customer{id}@<enter>g"));
        let row = self
            .test_app
            .listed_ids()
            .iter()
            .position(|row| *row == id.0);
        self.press(&("j".repeat(row.unwrap()) + "<enter>"));
        assert_eq!(self.test_app.app.open_session_id(), Some(id));
    }

    /// Sends events after a tick.
    pub(super) fn send(&mut self, events: impl IntoIterator<Item = Event>) {
        let ticked = Event::Ticked(self.clock.now());
        for event in std::iter::once(ticked).chain(events) {
            let touched = match &event {
                Event::Sync(
                    SyncEvent::MessagesArrived { session, .. }
                    | SyncEvent::MessagesComplete { session, .. },
                ) => Some(*session),
                _ => None,
            };
            let effects = self.test_app.send(event);
            self.handle(effects);
            if let Some(session) = touched {
                self.check_transcript(session);
            }
        }
    }

    /// Runs the loop until a time of the day.
    pub(super) async fn advance_until(&mut self, end: DayMillis) {
        let mut at_once = 0;
        let mut before = self.clock.at();
        while self.clock.at() < end {
            let left = end - self.clock.at();
            let end = Instant::now() + Duration::from_millis(left.unsigned_abs());
            let wake = self
                .test_app
                .app
                .next_wake()
                .map(|wake| self.to_instant(wake));
            let mut events = Vec::new();
            tokio::select! {
                biased;
                event = self.harness.events.recv() => events.push(event.expect("the poller runs").into()),
                () = sleep_until(wake.map_or(end, |wake| wake.min(end))) => {}
            }
            while let Ok(event) = self.harness.events.try_recv() {
                events.push(event.into());
            }
            if events.is_empty() {
                self.wakes.by_time += 1;
                at_once = if self.clock.at() == before {
                    at_once + 1
                } else {
                    0
                };
                assert!(
                    at_once <= MAX_IMMEDIATE_WAKES,
                    "wakes up repeatedly: {:?}",
                    self.test_app.app
                );
                before = self.clock.at();
            } else {
                self.wakes.by_events += 1;
            }
            self.send(events);
        }
    }

    fn to_instant(&self, moment: Timestamp) -> Instant {
        Instant::now() + (moment - self.clock.now()).to_std().unwrap_or_default()
    }

    fn handle(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Sync(command) => self.harness.send(command),
                Effect::SaveReadState(read_state) => self.read_state.merge(&read_state),
                Effect::Quit => panic!("nothing the user does here quits"),
                Effect::MaskSessions(_)
                | Effect::SetTimeZone(_)
                | Effect::LoadPrivacyKey
                | Effect::SaveListState(_)
                | Effect::SaveSearchProbe(_)
                | Effect::Notify(_)
                | Effect::Copy { .. }
                | Effect::CopyLongJson { .. }
                | Effect::OpenLink(_)
                | Effect::Export(_)
                | Effect::SampleTraffic
                | Effect::QueryBackground
                | Effect::Redraw
                | Effect::Suspend => {}
            }
        }
    }

    /// Messages are unique and in order, and none is removed that the service still has.
    fn check_transcript(&mut self, session: SessionId) {
        let mut panes = self.test_app.app.transcript_panes();
        let Some((_, pane)) = panes.find(|(id, _)| *id == session) else {
            return;
        };
        let keys: Vec<_> = pane.transcript().iter().map(Message::sort_key).collect();
        let mut ids: Vec<_> = keys.iter().map(|(_, id)| *id).collect();
        ids.sort_unstable();
        let before = self
            .last_seen_ids
            .insert(session, ids.clone())
            .unwrap_or_default();
        if before == ids {
            return;
        }
        assert!(keys.is_sorted(), "out of order in {session}: {keys:?}");
        assert!(
            ids.windows(2).all(|pair| pair[0] < pair[1]),
            "twice in {session}: {ids:?}"
        );
        let gone = before.iter().filter(|id| ids.binary_search(id).is_err());
        let service = self.service.lock().unwrap();
        let there = service.timeline.messages(session, self.clock.at());
        let there = there.unwrap_or_default();
        let lost: Vec<_> = gone
            .filter(|id| there.iter().any(|message| message.id == **id))
            .collect();
        assert!(lost.is_empty(), "lost from {session}: {lost:?}");
    }

    /// A transcript that is no longer cached is read again when it is opened.
    fn forget_dropped_transcripts(&mut self) {
        let mut panes = self.test_app.app.transcript_panes();
        let kept: HashMap<_, _> = panes
            .by_ref()
            .map(|(id, pane)| (id, pane.transcript().len()))
            .collect();
        self.last_seen_ids
            .retain(|id, _| kept.get(id).is_some_and(|stored| *stored > 0));
    }
}
