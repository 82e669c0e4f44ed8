//! The viewer: its parts built from the configuration, connected and run.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use ratatui::Terminal;
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::Error;
use super::clock;
use super::effects::EffectHandler;
use super::event_loop::{EventSources, ExitReason, run};
use super::io_thread;
use crate::app::{App, AppConfig, NotifySettings};
use crate::chat::{
    ListState, LoadedKey, Locator, ReadState, SearchProbe, ThresholdSettings, Thresholds, Timestamp,
};
use crate::commands::ExitStatus;
use crate::config::{self, ColorChoice, Config, Environment, WarnTimes};
use crate::storage::{ReadStateFile, load_privacy_key, read_state_writer};
use crate::superoffice::{Client, Settings};
use crate::sync::{ApiError, ChatApi, ErrorKind, PollIntervals, Poller};
use crate::terminal::backend::AnsiBackend;
use crate::terminal::clipboard::ClipboardProviders;
use crate::terminal::guard::{self, Modes, TerminalGuard};
use crate::terminal::input;
use crate::terminal::notifier::Notifier;
use crate::terminal::output::TerminalOutput;
use crate::terminal::signals::Signals;
use crate::view::{Appearance, ThemeId};

/// Maximum queued sync events, each of which may hold hundreds of messages; the poller waits while
/// the queue is full.
const EVENT_QUEUE_LENGTH: usize = 8;

/// How long the program waits for the read state to be written, when the user ends it and when the
/// system does. A busy disk can take seconds.
const QUIT_TIMEOUT: Duration = Duration::from_secs(3);
const SIGNAL_TIMEOUT: Duration = Duration::from_millis(400);

/// Everything the viewer needs except the service.
pub(crate) struct Tui {
    pub app_config: AppConfig,
    /// Runs the poller and everything else that must not delay a key.
    pub io_thread: Handle,
    appearance: Appearance,
    modes: Modes,
    clipboard: ClipboardProviders,
    notifier: Notifier,
    poll_intervals: PollIntervals,
    /// Whether privacy is on from the start.
    is_private: bool,
    /// `None` if the read state is not stored.
    pub(crate) read_state_file: Option<ReadStateFile>,
}

impl Tui {
    /// Refuses to start without a terminal that can draw.
    pub(crate) fn new(
        config: &Config,
        environment: &Environment,
        open: Option<Locator>,
    ) -> Result<Self, Error> {
        ensure_terminal(environment)?;
        let host = config
            .service
            .as_ref()
            .and_then(|service| service.base_url.host_str())
            .unwrap_or_default();
        let has_color = has_color(config, environment);
        let is_linux_console = environment.get("TERM").is_some_and(|term| term == "linux");
        let theme_id = match config.display.theme {
            _ if !has_color => ThemeId::Mono,
            // The Linux console has only sixteen colours, on black, and prints a query as text.
            ThemeId::Auto if is_linux_console => ThemeId::Terminal,
            configured => configured,
        };
        let mut appearance = Appearance::new(theme_id, config.display.ascii);
        if let Some(own) = &config.display.own_theme {
            appearance.own_theme = own.theme.clone();
        }
        Ok(Self {
            app_config: AppConfig {
                size: guard::window_size()?,
                now: clock::now(),
                service_name: config.profile.clone().unwrap_or_else(|| host.to_owned()),
                service_address: String::new(),
                zone: config.zone.clone(),
                local_zone: clock::local_zone(),
                keymap: config.keymap.clone(),
                has_color,
                own_theme: config
                    .display
                    .own_theme
                    .as_ref()
                    .map(|own| own.name.clone()),
                profile: config.profile.clone(),
                export_folder: super::export::current_folder(),
                initial_session: open.map(|it| it.session),
                initial_message: open.and_then(|it| it.message),
                list_interval: config.poll.list.map(to_time_delta),
                open_session_interval: config.poll.open_session.map(to_time_delta),
                thresholds: ThresholdSettings {
                    queue: config.warn.queue.map(to_thresholds),
                    reply: config.warn.reply.map(to_thresholds),
                },
                // Replaced by the client's in `run`.
                max_body: 0,
                views: config.views.clone(),
                // Replaced in `load_stored`.
                list_state: ListState::default(),
                search_probe: None,
                notify: NotifySettings {
                    channels: config.notify_channels.clone(),
                    words: config.watch_words.clone(),
                },
                privacy: None,
            },
            io_thread: io_thread::start()?,
            appearance,
            modes: Modes {
                mouse: config.display.mouse,
                // The Linux console has no title, and may print the sequence that sets it.
                title: !is_linux_console,
            },
            clipboard: ClipboardProviders::detect(|name| environment.get(name).cloned()),
            notifier: Notifier {
                method: config.display.notify.clone(),
                in_tmux: environment.get("TMUX").is_some_and(|it| !it.is_empty()),
            },
            is_private: config.display.privacy,
            read_state_file: read_state_file(config),
            poll_intervals: PollIntervals {
                open_session: config.poll.open_session,
                list: config.poll.list,
            },
        })
    }

    /// Scales the expected age of data to a simulated time that runs `rate` times as fast.
    pub(crate) fn scale_freshness(&mut self, rate: f64) {
        let scale = |interval: Duration| to_time_delta(interval.mul_f64(rate.clamp(1.0, 1e6)));
        let PollIntervals { list, open_session } = self.poll_intervals;
        self.app_config.list_interval = list.map(scale);
        self.app_config.open_session_interval = open_session.map(scale);
    }

    /// Loads what was stored by an earlier run.
    fn load_stored(&mut self) {
        if let Some(file) = &self.read_state_file {
            self.app_config.list_state = file.load_list_state();
            self.app_config.search_probe = file.load_search_probe();
        }
        if self.is_private {
            let loaded = load_privacy_key(self.read_state_file.as_ref());
            self.app_config.privacy = Some(loaded);
        }
    }

    /// Runs the viewer until the program ends; `now` is the clock of the service.
    pub(crate) async fn run(
        mut self,
        settings: Settings,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<ExitStatus, Error> {
        let now = Arc::new(now);
        self.app_config.max_body = usize::try_from(settings.max_body).unwrap_or(usize::MAX);
        let client = Client::new(settings)?.with_clock(now.clone());
        // Signals have their usual effect while the command has the terminal.
        client.run_secret_command().await?;
        // Before the terminal modes change: an unhandled signal would leave them changed. And before the
        // size is read, so that no resize is missed.
        let mut signals = Signals::listen()?;
        self.app_config.size = guard::window_size()?;
        client
            .base_url()
            .as_str()
            .clone_into(&mut self.app_config.service_address);
        let client = Arc::new(client);
        let (sync_events, sync) = mpsc::channel(EVENT_QUEUE_LENGTH);
        let (read_state_events, read_state_changes) = mpsc::channel(1);
        let (commands, received_commands) = mpsc::unbounded_channel();
        let (read_state, read_state_requests) = mpsc::unbounded_channel();
        self.load_stored();
        let (app, first_effects) = App::new(self.app_config);
        let writer = read_state_writer::run(
            self.read_state_file,
            now(),
            clock::now,
            read_state_requests,
            read_state_events,
        );
        let poller = Poller::new(
            Arc::clone(&client),
            client.rate_limiter(),
            sync_events,
            self.poll_intervals,
            fastrand::u64(..),
            app.session_list().scope(),
        );

        // The theme decides about colours; where NO_COLOR is set, crossterm would also drop the
        // attributes that show the selection.
        crossterm::style::force_color_output(true);
        guard::install_panic_hook();
        let terminal = TerminalGuard::enter(self.modes)?;
        let writer = self.io_thread.spawn(writer);
        let mut handler = EffectHandler {
            api: client,
            commands,
            read_state,
            notifier: self.notifier,
            clipboard: self.clipboard,
            terminal: Some(terminal),
            suspended_by_us: false,
            lacks_terminal: false,
            tasks: JoinSet::new(),
            io_thread: self.io_thread.clone(),
        };
        let backend = AnsiBackend::new(TerminalOutput);
        let mut screen = Terminal::new(if self.modes.title {
            backend.with_title()
        } else {
            backend
        })?;
        // Before the poller starts, so that its first request is for the session shown.
        for effect in first_effects {
            let _never_quits = handler.handle(effect, &mut screen)?;
        }
        let poller = self.io_thread.spawn(poller.run(received_commands));
        let sources = || {
            Ok(EventSources {
                input: input::spawn_reader()?,
                sync,
                read_state: read_state_changes,
                poller,
            })
        };
        let next_signal = async || signals.next().await;
        let exit_reason = run(
            app,
            &self.appearance,
            &mut screen,
            sources,
            next_signal,
            handler,
            &*now,
        )
        .await;
        guard::restore();
        let limit = match exit_reason {
            Ok(ExitReason::Quit) => QUIT_TIMEOUT,
            _ => SIGNAL_TIMEOUT,
        };
        let _timed_out = timeout(limit, writer).await;
        let ended = match exit_reason {
            // Drawing may fail before the signal arrives.
            Err(error) if guard::is_disconnected(&error) => ExitReason::TerminalGone,
            ended => ended?,
        };
        to_exit_status(ended)
    }
}

/// Refuses to continue without a terminal that can draw.
fn ensure_terminal(environment: &Environment) -> Result<(), ApiError> {
    const INSTEAD: &str = "use `sochat sessions` or `sochat messages ID`";
    let why = if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        format!("the viewer needs a terminal; without one, {INSTEAD}")
    } else if environment.get("TERM").is_some_and(|term| term == "dumb") {
        format!(
            "the viewer cannot draw in this terminal (TERM=dumb): use another one, or {INSTEAD}"
        )
    } else {
        return Ok(());
    };
    Err(ApiError::new(ErrorKind::Config, why))
}

fn to_exit_status(ended: ExitReason) -> Result<ExitStatus, Error> {
    match ended {
        ExitReason::Quit => Ok(ExitStatus::Success),
        ExitReason::Signalled(number) => Ok(ExitStatus::Signalled(number)),
        ExitReason::TerminalGone => Ok(ExitStatus::Signalled(1)),
        ExitReason::TaskPanicked => {
            let message = guard::thread_panic();
            let message = message.unwrap_or_else(|| "no message".to_owned());
            let why = format!("internal error, please report it: {message}");
            Err(io::Error::other(why).into())
        }
    }
}

/// The read-state file of the configured service; `None` without a home directory.
fn read_state_file(config: &Config) -> Option<ReadStateFile> {
    let (folder, service) = config::state_dir().zip(config.service.as_ref())?;
    let address = service.base_url.as_str().trim_end_matches("/api/v1/");
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    Some(ReadStateFile::new(
        &folder,
        address,
        config.profile.as_deref(),
    ))
}

/// The key of pseudonyms for this service, and why it is not stored if it is not.
pub(crate) fn privacy_key(config: &Config) -> LoadedKey {
    load_privacy_key(read_state_file(config).as_ref())
}

/// What a viewer has stored.
pub(crate) fn stored_read_state(config: &Config) -> ReadState {
    read_state_file(config).map_or_else(ReadState::default, |file| file.load())
}

/// Whether the service searches message texts, if that is stored.
pub(crate) fn stored_search_probe(config: &Config) -> Option<SearchProbe> {
    read_state_file(config)?.load_search_probe()
}

/// Stores whether the service searches message texts. Where this fails, the next search probes again.
pub(crate) fn store_search_probe(config: &Config, probe: &SearchProbe) {
    let saved = read_state_file(config).map(|file| file.save_search_probe(probe));
    if let Some(Err(error)) = saved {
        tracing::warn!(%error, "the search probe is not stored");
    }
}

fn to_thresholds(times: WarnTimes) -> Thresholds {
    Thresholds {
        warning: times.warning.map(to_time_delta),
        alarm: times.alarm.map(to_time_delta),
    }
}

fn to_time_delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

/// Returns `true` unless flags, configuration or `NO_COLOR` switch colours off.
pub(crate) fn has_color(config: &Config, environment: &Environment) -> bool {
    let no_color = environment.get("NO_COLOR");
    match config.display.color {
        ColorChoice::Always => true,
        ColorChoice::Auto => no_color.is_none_or(String::is_empty),
        ColorChoice::Never => false,
    }
}
