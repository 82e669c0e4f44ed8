//! The viewer on a demo service whose clock is stopped, drawn once everything is loaded.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};

use sochat::testing::{
    AnsiBackend, AnsiTerminal, App, AppConfig, Appearance, Client, ClipboardProviders, DemoOptions,
    DemoServer, Effect, EffectHandler, Event, Feed, Freshness, Notifier, PollIntervals, Poller,
    Scope, SessionId, Settings, SyncEvent, ThemeId, app_config, parse_sequence, view,
};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

const SIZE: Size = Size {
    width: 120,
    height: 34,
};
/// The customer of the open session.
const CUSTOMER: &str = "Noah Williams";
/// Moves up to the redirect of the customer.
const KEYS: &str = "[[";

/// A viewer with everything it needs but a terminal.
struct PictureViewer {
    app: App,
    handler: EffectHandler<Client>,
    screen: AnsiTerminal<io::Sink>,
    events: mpsc::Receiver<SyncEvent>,
}

impl PictureViewer {
    fn handle(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let _never_quits = self.handler.handle(effect, &mut self.screen).unwrap();
        }
    }

    fn update(&mut self, event: impl Into<Event>) {
        let effects = self.app.update(event.into());
        self.handle(effects);
    }

    /// Handles events until list, transcript, user, user zone and zones are loaded.
    async fn load(&mut self) {
        let mut loaded = 0;
        while loaded < 3
            || ![Feed::List, Feed::Messages]
                .iter()
                .all(|&feed| self.is_live(feed))
        {
            let event = self.events.recv().await.unwrap();
            loaded += usize::from(matches!(
                event,
                SyncEvent::SignedIn(_) | SyncEvent::UserZoneFetched(_) | SyncEvent::ZonesListed(_)
            ));
            self.update(event);
        }
    }

    fn is_live(&self, feed: Feed) -> bool {
        self.app.status().freshness(feed, self.app.now()) == Freshness::Live
    }
}

pub async fn draw_demo() -> Buffer {
    let service = DemoServer::start(DemoOptions {
        rate: 0.0,
        ..DemoOptions::default()
    })
    .await
    .unwrap();
    let intervals = PollIntervals {
        open_session: Some(Duration::from_secs(1)),
        list: Some(Duration::from_secs(3)),
    };
    let (app, first) = App::new(AppConfig {
        service_name: "demo".to_owned(),
        initial_session: Some(session_of_customer(&service, CUSTOMER)),
        ..app_config(SIZE, service.now().fixed_offset())
    });
    let base_url = service.base_url().parse().unwrap();
    let client = Arc::new(Client::new(Settings::demo(base_url, 100.0)).unwrap());
    let (sync_events, events) = mpsc::channel(64);
    let (commands, received) = mpsc::unbounded_channel();
    let poller = Poller::new(
        Arc::clone(&client),
        client.rate_limiter(),
        sync_events,
        intervals,
        1,
        Scope::default(),
    );
    tokio::spawn(poller.run(received));
    let mut viewer = PictureViewer {
        app,
        handler: EffectHandler {
            api: client,
            commands,
            read_state: mpsc::unbounded_channel().0,
            notifier: Notifier::default(),
            clipboard: ClipboardProviders::detect(|_| None),
            terminal: None,
            suspended_by_us: false,
            lacks_terminal: false,
            tasks: JoinSet::new(),
            io_thread: Handle::current(),
        },
        screen: Terminal::new(AnsiBackend::new(io::sink())).unwrap(),
        events,
    };
    viewer.handle(first);
    viewer.load().await;
    for key in parse_sequence(KEYS).unwrap() {
        viewer.update(Event::KeyPressed(key));
    }
    let mut buffer = Buffer::empty(Rect::from((Position::ORIGIN, SIZE)));
    view(
        &viewer.app,
        &Appearance::new(ThemeId::Dark, false),
        &mut buffer,
    );
    buffer
}

fn session_of_customer(service: &DemoServer, customer: &str) -> SessionId {
    let sessions = service.sessions();
    let session = sessions
        .iter()
        .find(|session| session["CustomerName"] == customer);
    SessionId(session.unwrap()["ChatSessionId"].as_i64().unwrap())
}
