//! The loop with all its sources, without a terminal and a service.

use std::sync::Arc;

use ratatui::Terminal;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::*;
use crate::app::keys;
use crate::chat::{Scope, Session, SessionId, Status};
use crate::superoffice::{Client, Settings};
use crate::sync::SyncCommand;
use crate::terminal::backend::AnsiBackend;
use crate::terminal::clipboard::ClipboardProviders;
use crate::terminal::notifier::Notifier;
use crate::test_support::builders::{now, session};
use crate::test_support::{app_config, list_event};
use crate::view::ThemeId;

/// A loop and the other ends of its sources.
struct LoopTest {
    input: mpsc::Sender<Vec<Event>>,
    sync: mpsc::Sender<SyncEvent>,
    commands: mpsc::UnboundedReceiver<SyncCommand>,
    sources: EventSources,
    handler: EffectHandler<Client>,
    /// The poller ends when this is dropped.
    poller: oneshot::Sender<()>,
}

impl LoopTest {
    fn new() -> Self {
        let (input, keys) = mpsc::channel(16);
        let (sync, sync_events) = mpsc::channel(8);
        let (commands, received) = mpsc::unbounded_channel();
        let (poller, ended) = oneshot::channel::<()>();
        let base_url = "http://127.0.0.1:1/".parse().unwrap();
        let handler = EffectHandler {
            api: Arc::new(Client::new(Settings::demo(base_url, 1.0)).unwrap()),
            commands,
            read_state: mpsc::unbounded_channel().0,
            notifier: Notifier::default(),
            clipboard: ClipboardProviders::default(),
            terminal: None,
            suspended_by_us: false,
            lacks_terminal: false,
            tasks: JoinSet::new(),
            io_thread: Handle::current(),
        };
        let sources = EventSources {
            input: keys,
            sync: sync_events,
            read_state: mpsc::channel(1).1,
            poller: tokio::spawn(async { drop(ended.await) }),
        };
        Self {
            input,
            sync,
            commands: received,
            sources,
            handler,
            poller,
        }
    }

    /// Runs the loop until it ends, and `user` beside it.
    async fn run(
        mut self,
        user: impl AsyncFnOnce(
            &mpsc::Sender<Vec<Event>>,
            &mpsc::Sender<SyncEvent>,
            &mut mpsc::UnboundedReceiver<SyncCommand>,
        ),
    ) -> ExitReason {
        let (app, _) = App::new(app_config(100, 30));
        let appearance = Appearance::new(ThemeId::Mono, false);
        let mut terminal = Terminal::new(AnsiBackend::new(Vec::new())).unwrap();
        let running = super::run(
            app,
            &appearance,
            &mut terminal,
            || Ok(self.sources),
            std::future::pending::<Signal>,
            self.handler,
            now,
        );
        let user = user(&self.input, &self.sync, &mut self.commands);
        let both = async { tokio::join!(running, user) };
        let ended = tokio::time::timeout(Duration::from_mins(1), both).await;
        drop(self.poller);
        ended.expect("the loop ends").0.unwrap()
    }
}

fn key_batch(keys: &str) -> Vec<Event> {
    let keys = keys::parse_sequence(keys).unwrap();
    keys.into_iter().map(Event::KeyPressed).collect()
}

/// The session of the last command that opens one.
fn last_opened(commands: impl Iterator<Item = SyncCommand>) -> Option<SessionId> {
    let opened = commands.filter_map(|command| match command {
        SyncCommand::Open { session, .. } => Some(session),
        _ => None,
    });
    opened.last()
}

fn sessions(count: i64) -> Vec<Session> {
    let waiting = |id| {
        session(
            id,
            &format!("customer {id}"),
            Status::CustomerLast,
            2000 - id,
        )
    };
    (1..=count).map(waiting).collect()
}

#[tokio::test]
async fn no_key_is_lost_however_many_come_at_once() {
    let mut opened = None;
    let ended = LoopTest::new().run(async |input, sync, commands| {
        let list = list_event(Scope::default(), None, sessions(1200), None);
        sync.send(list).await.unwrap();
        // The first session is opened, and then the others.
        assert!(commands.recv().await.is_some());
        for keys in [63, 1, 256, 1, 300, 64, 15, 299] {
            input.try_send(key_batch(&"j".repeat(keys))).unwrap();
        }
        input.try_send(key_batch("<enter><c-c>")).unwrap();
        input.closed().await;
        opened = last_opened(std::iter::from_fn(|| commands.try_recv().ok()));
    });
    assert_eq!(Box::pin(ended).await, ExitReason::Quit);
    assert_eq!(opened, Some(SessionId(1000)));
}

#[tokio::test]
async fn text_typed_at_once_is_one_edit_and_no_command() {
    let mut opened = None;
    let ended = LoopTest::new().run(async |input, sync, commands| {
        let list = list_event(Scope::default(), None, sessions(300), None);
        sync.send(list).await.unwrap();
        assert!(commands.recv().await.is_some());
        // A filter of so many characters that one run for each would take minutes.
        let words = "q j ".repeat(20_000);
        input
            .try_send(key_batch(&format!(
                "/{words}<c-u>customer <c-a><end>17<enter>"
            )))
            .unwrap();
        input.try_send(key_batch("<enter><c-c>")).unwrap();
        input.closed().await;
        opened = last_opened(std::iter::from_fn(|| commands.try_recv().ok()));
    });
    assert_eq!(Box::pin(ended).await, ExitReason::Quit);
    assert_eq!(opened, Some(SessionId(17)));
}

#[tokio::test]
async fn a_task_that_panics_ends_the_program() {
    let mut test = LoopTest::new();
    test.handler.tasks.spawn(async { panic!("in a task") });
    assert_eq!(test.run(async |_, _, _| {}).await, ExitReason::TaskPanicked);
}

#[tokio::test]
async fn a_poller_that_ends_ends_the_program() {
    let mut test = LoopTest::new();
    test.sources.poller = tokio::spawn(async {});
    assert_eq!(test.run(async |_, _, _| {}).await, ExitReason::TaskPanicked);
}

#[tokio::test]
async fn a_terminal_that_is_gone_ends_the_program() {
    let mut test = LoopTest::new();
    test.input = mpsc::channel(1).0;
    assert_eq!(test.run(async |_, _, _| {}).await, ExitReason::TerminalGone);
}
