//! The viewer on a service: everything it is made of, put together and run.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use ratatui::layout::Size;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::attend::Call;
use super::clipboard::Desktop;
use super::effects::World;
use super::launch::{Failed, assume};
use super::screen::Screen;
use super::signals::Signals;
use super::terminal::{self, Modes, Terminal};
use super::{Ended, Feeds, clock, input, marks, run};
use crate::app::keymap::Keymap;
use crate::app::{App, AppConfig};
use crate::chat::{Timestamp, Scope, SessionId};
use crate::config::{self, Color, Config, Environment, Fault as Wrong, Faults, Origin, Theme};
use crate::exit::Exit;
use crate::store::Store;
use crate::superoffice::{Client, Settings};
use crate::sync::{Fault, FaultKind, Pace, Poller, Source};
use crate::view::{Appearance, Palette};

/// Events that wait for the screen at most; the poller waits when there are more. Each may hold
/// hundreds of messages, which take several times the room they will have in their transcript.
const EVENTS: usize = 8;

/// How long the end of the program waits for what is still to be written.
const LAST_WRITE: Duration = Duration::from_secs(1);

/// Everything the viewer needs but the service.
pub(super) struct Viewer {
    pub(super) setup: AppConfig,
    look: Appearance,
    modes: Modes,
    desktop: Desktop,
    call: Call,
    pace: Pace,
    /// Where what is seen and watched is kept; `None`: nowhere.
    pub(super) store: Option<Store>,
}

impl Viewer {
    /// Makes it ready; the faults are those that only the viewer can find.
    pub(super) fn prepare(
        config: &Config,
        environment: &Environment,
        session: Option<SessionId>,
    ) -> Result<Self, Failed> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            let why = "the viewer needs a terminal; without one, `sochat sessions` and `sochat messages ID` print the same";
            return Err(Failed::Service(Fault::new(FaultKind::Setup, why)));
        }
        let mut keymap = Keymap::default();
        let wrong: Vec<_> = config
            .screen
            .keys
            .iter()
            .filter_map(|binding| {
                let why = keymap.rebind(&binding.command, &binding.keys).err()?;
                Some(Wrong::new(Origin::File(binding.line), why))
            })
            .collect();
        if !wrong.is_empty() {
            return Err(Failed::Wrong(Faults {
                path: config.path.clone(),
                faults: wrong,
            }));
        }
        let (width, height) = crossterm::terminal::size()?;
        let host = config
            .service
            .as_ref()
            .and_then(|service| service.base_url.host_str())
            .unwrap_or_default();
        Ok(Self {
            setup: AppConfig {
                size: Size { width, height },
                now: clock::now(),
                service_name: config.profile.clone().unwrap_or_else(|| host.to_owned()),
                service_address: String::new(),
                zone: config.zone.clone(),
                local_zone: clock::local_zone(),
                keymap,
                initial_session: session,
                intervals: (config.poll.list.map(delta), config.poll.reader.map(delta)),
            },
            look: Appearance::new(palette(config, environment), config.screen.ascii),
            modes: Modes {
                mouse: config.screen.mouse,
            },
            desktop: Desktop::of(|name| environment.get(name).cloned()),
            call: Call {
                notify: config.screen.notify.clone(),
                in_tmux: environment.get("TMUX").is_some_and(|it| !it.is_empty()),
            },
            store: config::state_folder()
                .zip(config.service.as_ref())
                .map(|(folder, service)| {
                    let address = service.base_url.as_str().trim_end_matches("/api/v1/");
                    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
                    Store::new(&folder, address, config.profile.as_deref())
                }),
            pace: Pace {
                reader: config.poll.reader,
                list: config.poll.list,
                max_per_second: config.poll.max_per_second,
            },
        })
    }

    /// Has so many seconds go by for each of ours: between two questions as many more.
    pub(super) fn ages(&mut self, rate: f64) {
        let times = |interval: Duration| interval.mul_f64(rate.clamp(1.0, 1e6));
        let Pace { list, reader, .. } = self.pace;
        let told = |interval: Option<Duration>| interval.map(|interval| delta(times(interval)));
        self.setup.intervals = (told(list), told(reader));
    }

    /// Shows a service until the program ends; `now` tells the service's time.
    pub(super) async fn show(
        mut self,
        settings: Settings,
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
    ) -> Result<Exit, Failed> {
        let now = Arc::new(now);
        let client = Client::new(settings)?.with_clock(now.clone());
        client
            .base_url()
            .as_str()
            .clone_into(&mut self.setup.service_address);
        let client = Arc::new(client);
        let (events, received) = mpsc::channel(EVENTS);
        let (asks, asked) = mpsc::unbounded_channel();
        let (marks, changes) = mpsc::unbounded_channel();
        let keeper = marks::keep(self.store, now(), changes, events.clone());
        let poller = Poller::new(
            Arc::clone(&client),
            events,
            self.pace,
            fastrand::u64(..),
            Scope::default(),
        );
        let (app, first) = App::new(self.setup);

        // Colours are ours to decide; the library would drop them where NO_COLOR is set and with
        // them the selection.
        crossterm::style::force_color_output(true);
        terminal::restore_on_panic();
        // Before the terminal is taken: a signal that nobody listens for would leave it so.
        let signals = Signals::listen()?;
        let terminal = Terminal::enter(self.modes)?;
        let keeper = tokio::spawn(keeper);
        let mut world = World {
            asks,
            traffic: Box::new({
                let client = Arc::clone(&client);
                move || client.traffic()
            }),
            marks,
            call: self.call,
            ask_in: Box::new(move |zone| {
                client.ask_in(zone.request_code());
                assume(&client, zone);
            }),
            desktop: self.desktop,
            terminal: Some(terminal),
            stopped_ourselves: false,
            tasks: JoinSet::new(),
        };
        let mut screen = Screen::new(io::stdout());
        // Before the poller begins: what is looked at comes first in its first second too.
        for effect in first {
            world.carry_out(effect, &mut screen)?;
        }
        let feeds = Feeds {
            input: input::listen()?,
            events: received,
            poller: tokio::spawn(poller.run(asked)),
            signals,
        };
        let ended = run(app, &self.look, &mut screen, feeds, world, &*now).await;
        terminal::leave();
        // The last marks take a moment; a disk that takes longer is not waited for.
        let _given_up = timeout(LAST_WRITE, keeper).await;
        let ended = match ended {
            // Drawing may find out before the signal comes.
            Err(error) if terminal::is_gone(&error) => Ended::TerminalGone,
            ended => ended?,
        };
        Ok(match ended {
            Ended::Quit => Exit::Fine,
            Ended::Signalled(number) => Exit::Signalled(number),
            Ended::TerminalGone => Exit::Signalled(1),
            Ended::Broken => {
                let words = terminal::last_words().unwrap_or_else(|| "no last words".to_owned());
                return Err(Failed::Machine(io::Error::other(format!(
                    "this is a fault of the program itself, please report it: {words}"
                ))));
            }
        })
    }
}

fn delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

fn palette(config: &Config, environment: &Environment) -> Palette {
    let no_color = environment
        .get("NO_COLOR")
        .is_some_and(|value| !value.is_empty());
    match (config.screen.color, config.screen.theme) {
        (Color::Never, _) => Palette::Mono,
        (Color::Auto, _) if no_color => Palette::Mono,
        (_, Theme::Auto) => Palette::Auto,
        (_, Theme::Dark) => Palette::Dark,
        (_, Theme::Light) => Palette::Light,
        (_, Theme::Mono) => Palette::Mono,
    }
}
