//! A viewer without a terminal on a demo service: everything but the keyboard and screen is real.

use std::sync::Arc;
use std::time::Duration;

use crate::app::AppConfig;
use crate::app::command::Command;
use crate::app::effect::Effect;
use crate::app::transcript_pane::TranscriptPane;
use crate::chat::{Scope, Timestamp};
use crate::superoffice::{Client, Identity, Settings};
use crate::sync::{ChatApi, PollIntervals, Poller, SyncCommand, SyncEvent};
use crate::testing;
use crate::view::{Appearance, ThemeId, view};
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::*;

/// Longer than any test takes on a slow machine.
const DEADLINE: Duration = Duration::from_secs(20);
const SIZE: Size = Size {
    width: 130,
    height: 60,
};

/// A demo service whose simulation is stopped.
pub(crate) async fn start_service() -> DemoServer {
    start_service_with(24).await
}

/// A demo service whose simulation is stopped, with this many sessions.
pub(crate) async fn start_service_with(sessions: usize) -> DemoServer {
    let options = demo::DemoOptions {
        rate: 0.0,
        sessions,
        ..demo::DemoOptions::default()
    };
    DemoServer::start(options).await.unwrap()
}

/// A service, its busiest session, and a viewer that has read it.
pub(crate) async fn open_busiest_session() -> (DemoServer, SessionId, ViewerHarness) {
    let service = start_service().await;
    let session = busiest_session(&service);
    let harness = ViewerHarness::open(&service, session).await;
    (service, session, harness)
}

/// Changes how the service behaves.
pub(crate) fn change_quirks(service: &DemoServer, change: impl FnOnce(&mut Quirks)) {
    let mut quirks = service.quirks();
    change(&mut quirks);
    service.set_quirks(quirks);
}

/// Posts this many messages of the customer.
pub(crate) fn post_many(service: &DemoServer, session: SessionId, count: usize) {
    for number in 0..count {
        let text = format!("number {number}");
        service.post(session.0, NewMessage::from_customer(&text));
    }
}

/// The session with the most messages.
pub(crate) fn busiest_session(service: &DemoServer) -> SessionId {
    let sessions = service.sessions();
    let ids = sessions
        .iter()
        .map(|it| it["ChatSessionId"].as_i64().unwrap());
    SessionId(ids.max_by_key(|id| service.messages(*id).len()).unwrap())
}

#[derive(Default)]
pub(crate) struct HarnessOptions {
    pub session: Option<SessionId>,
    pub zone: Option<&'static str>,
    pub identity: Option<Identity>,
    /// Read timeout.
    pub timeout: Option<Duration>,
    /// Largest body in bytes.
    pub max_body: Option<u64>,
}

pub(crate) struct ViewerHarness {
    pub app: App,
    /// Every connection state that was reported.
    pub(crate) connection_states: Vec<(Feed, ConnectionState)>,
    now: Timestamp,
    client: Arc<Client>,
    commands: mpsc::UnboundedSender<SyncCommand>,
    events: mpsc::Receiver<SyncEvent>,
    poller: JoinHandle<()>,
}

impl Drop for ViewerHarness {
    fn drop(&mut self) {
        self.poller.abort();
    }
}

impl ViewerHarness {
    pub(crate) fn new(service: &DemoServer, options: HarnessOptions) -> Self {
        let plain = Settings::demo(service.base_url().parse().unwrap(), 1000.0);
        let client = Client::new(Settings {
            identity: options.identity,
            timeout: options.timeout.unwrap_or(plain.timeout),
            max_body: options.max_body.unwrap_or(plain.max_body),
            ..plain
        });
        let now = service.now().fixed_offset();
        let client = Arc::new(client.unwrap().with_clock(Arc::new(move || now)));
        let (sender, events) = mpsc::channel(64);
        let (commands, received) = mpsc::unbounded_channel();
        let intervals = PollIntervals {
            open_session: Some(Duration::from_millis(50)),
            list: Some(Duration::from_millis(100)),
        };
        let poller = Poller::new(
            Arc::clone(&client),
            client.rate_limiter(),
            sender,
            intervals,
            1,
            Scope::default(),
        );
        let (app, first) = App::new(AppConfig {
            service_name: "demo".to_owned(),
            service_address: service.base_url(),
            zone: options.zone.map(str::to_owned),
            initial_session: options.session,
            max_body: 64 << 20,
            ..testing::app_config(SIZE, now)
        });
        let mut harness = Self {
            app,
            connection_states: Vec::new(),
            now,
            client,
            commands,
            events,
            poller: tokio::spawn(poller.run(received)),
        };
        harness.handle(first);
        harness
    }

    /// A viewer with an open session that is fully loaded.
    pub(crate) async fn open_caught_up(
        service: &DemoServer,
        session: SessionId,
        options: HarnessOptions,
    ) -> Self {
        let session = Some(session);
        let mut harness = Self::new(service, HarnessOptions { session, ..options });
        harness
            .wait_until("the session is read", is_caught_up)
            .await;
        harness
    }

    pub(crate) async fn open(service: &DemoServer, session: SessionId) -> Self {
        Self::open_caught_up(service, session, HarnessOptions::default()).await
    }

    pub(crate) fn run(&mut self, command: Command) {
        let effects = self.app.execute(command);
        self.handle(effects);
    }

    fn handle(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Sync(command) => self.commands.send(command).unwrap(),
                Effect::SetTimeZone(zone) => self
                    .client
                    .set_time_zone(zone.request_code(), zone.naive_zone()),
                Effect::SampleTraffic => {
                    let traffic = self.client.traffic();
                    self.send(Event::TrafficSampled(traffic));
                }
                Effect::Notify(_) | Effect::SaveListState(_) | Effect::SaveSearchProbe(_) => {}
                other => panic!("unexpected effect: {other:?}"),
            }
        }
    }

    /// Handles events until a condition of the app is met.
    pub(crate) async fn wait_until(&mut self, what: &str, holds: impl Fn(&App) -> bool) {
        self.wait_until_harness(what, |harness| holds(&harness.app))
            .await;
    }

    /// Handles events until a condition of the harness is met.
    pub(crate) async fn wait_until_harness(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            while !holds(self) {
                let event = self.events.recv().await.expect("the poller runs");
                self.receive(event);
            }
        };
        let waited = tokio::time::timeout(DEADLINE, waiting).await;
        assert!(waited.is_ok(), "timed out: {what}:\n{}", self.screen_text());
    }

    fn receive(&mut self, event: SyncEvent) {
        assert!(!format!("{event:?}").contains(SESSION_KEY), "{event:?}");
        if let SyncEvent::ConnectionChanged { feed, state, .. } = &event {
            self.connection_states.push((*feed, state.clone()));
        }
        self.send(Event::Ticked(self.now));
        self.send(event);
    }

    pub(crate) fn send(&mut self, event: impl Into<Event>) {
        let effects = self.app.update(event.into());
        self.handle(effects);
    }

    /// The screen as lines of text.
    pub(crate) fn screen_text(&self) -> String {
        let area = Rect::from((ratatui::layout::Position::ORIGIN, self.app.size()));
        let mut buffer = Buffer::empty(area);
        view(
            &self.app,
            &Appearance::new(ThemeId::Mono, false),
            &mut buffer,
        );
        let lines: Vec<String> = area
            .rows()
            .map(|row| row.positions().map(|at| buffer[at].symbol()).collect())
            .collect();
        let screen = lines.join("\n");
        assert!(!screen.contains(SESSION_KEY), "{screen}");
        screen
    }

    /// Handles events until the screen contains a text.
    pub(crate) async fn wait_until_shown(&mut self, words: &str) {
        let is_shown = |harness: &Self| harness.screen_text().contains(words);
        self.wait_until_harness(words, is_shown).await;
    }

    pub(crate) async fn wait_for_message(&mut self, id: i64) {
        self.wait_until("the message arrives", has_message(id))
            .await;
    }

    /// The customer posts a message, and it arrives.
    pub(crate) async fn post_and_wait(
        &mut self,
        service: &DemoServer,
        session: SessionId,
        text: &str,
    ) {
        let id = service.post(session.0, NewMessage::from_customer(text));
        self.wait_for_message(id).await;
    }

    /// The open transcript equals that of the service.
    pub(crate) fn assert_complete(&self, service: &DemoServer, session: SessionId) {
        let stored = stored_messages(service, session);
        assert_eq!(shown_messages(&self.app), stored, "{:?}", service.quirks());
    }
}

pub(crate) fn freshness(app: &App) -> Freshness<'_> {
    app.status().freshness(Feed::Messages, app.local_now())
}

pub(crate) fn is_caught_up(app: &App) -> bool {
    app.transcript_pane()
        .is_some_and(TranscriptPane::is_fully_loaded)
}

pub(crate) fn is_live(app: &App) -> bool {
    freshness(app) == Freshness::Live
}

pub(crate) fn has_message(id: i64) -> impl Fn(&App) -> bool {
    move |app| {
        app.transcript_pane()
            .is_some_and(|pane| pane.transcript().by_id(MessageId(id)).is_some())
    }
}

/// The comparable part of a message: its id, its time, and whether the customer read it.
pub(crate) type MessageSummary = (i64, Option<Timestamp>, bool);

/// The open transcript by id.
pub(crate) fn shown_messages(app: &App) -> Vec<MessageSummary> {
    let transcript = app.transcript_pane().unwrap().transcript();
    let mut summaries: Vec<_> = transcript
        .iter()
        .map(|message| (message.id.0, message.posted, message.read_by_customer))
        .collect();
    summaries.sort_unstable();
    summaries
}

/// The messages of the service by id.
pub(crate) fn stored_messages(service: &DemoServer, session: SessionId) -> Vec<MessageSummary> {
    let messages = service.messages(session.0);
    let mut summaries: Vec<_> = messages
        .iter()
        .map(|message| {
            let posted = message["WhenPosted"].as_str().unwrap();
            let posted = posted.trim_end_matches('Z').trim_end_matches("+0000");
            let posted = posted.trim_end_matches("+00:00");
            let posted: chrono::NaiveDateTime = posted.parse().unwrap();
            (
                message["ChatMessageId"].as_i64().unwrap(),
                Some(posted.and_utc().fixed_offset()),
                message["ReadByCustomer"] == 1,
            )
        })
        .collect();
    summaries.sort_unstable();
    summaries
}
