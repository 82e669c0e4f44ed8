//! Puts the parts together for each way the program can be started.

use std::io::{self, IsTerminal, Write};
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
use super::screen::Screen;
use super::signals::{Signal, Signals};
use super::terminal::{self, Modes, Terminal};
use super::{Ended, Feeds, clock, input, marks, prompt, run};
use crate::app::keymap::Keymap;
use crate::app::{App, Setup};
use crate::chat::{Moment, Scope, SessionId};
use crate::cli::{Command, ConfigCommand, Demo, Job, Options};
use crate::config::{self, Color, Config, Environment, Fault as Wrong, Faults, Origin, Theme};
use crate::demo;
use crate::exit::Exit;
use crate::print::{self, Desk, Talkative};
use crate::store::Store;
use crate::superoffice::{Client, Settings, with_times};
use crate::sync::{Fault, FaultKind, Pace, Poller, Source};
use crate::text::{Rules, Zone, when};
use crate::view::{Look, Palette};

/// Events that wait for the screen at most; the poller waits when there are more. Each may hold
/// hundreds of messages, which take several times the room they will have in their transcript.
const EVENTS: usize = 8;

/// How long the end of the program waits for what is still to be written.
const LAST_WRITE: Duration = Duration::from_secs(1);

/// Does what the arguments say and tells how it ended; everything but results goes to `talk`.
pub async fn launch(options: &Options, environment: &Environment, talk: &mut dyn Write) -> Exit {
    let done = start(options, environment, talk).await;
    match done {
        Ok(exit) => exit,
        Err(Failed::Wrong(faults)) => {
            say(talk, &faults);
            Exit::Usage
        }
        Err(Failed::Service(fault)) => {
            say(talk, &format!("sochat: {fault}"));
            fault.kind.into()
        }
        Err(Failed::Machine(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fine,
        Err(Failed::Machine(error)) => {
            say(talk, &format!("sochat: {error}"));
            Exit::Other
        }
    }
}

/// Why nothing came of it.
enum Failed {
    Wrong(Faults),
    Service(Fault),
    Machine(io::Error),
}

impl From<Faults> for Failed {
    fn from(faults: Faults) -> Self {
        Self::Wrong(faults)
    }
}

impl From<Fault> for Failed {
    fn from(fault: Fault) -> Self {
        Self::Service(fault)
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::Machine(error)
    }
}

async fn start(
    options: &Options,
    environment: &Environment,
    talk: &mut dyn Write,
) -> Result<Exit, Failed> {
    let general = &options.general;
    if let Some(path) = &general.log {
        super::log::start(path, general.log_level)?;
    }
    let place = config::place(general.config.as_deref(), environment)?;
    if let Some(Command::Config {
        command: command @ (ConfigCommand::Path | ConfigCommand::Init { .. }),
    }) = &options.command
    {
        return configure(command, &place).map_err(Failed::from);
    }
    let config = config::load(&place, environment, &general.flags())?;
    if general.talkative() > Talkative::Quiet && !config.warnings.faults.is_empty() {
        say(talk, &config.warnings);
    }
    match &options.command {
        Some(Command::Config { .. }) => {
            config::show(&config, &mut io::stdout().lock())?;
            Ok(Exit::Fine)
        }
        Some(Command::Print(job)) => {
            let client = Client::new(config.sign_in(prompt::secret)?)?;
            Ok(print(job, client, &config, general.talkative(), talk).await)
        }
        Some(Command::Demo(demo)) => show_demo(demo, &config, environment).await,
        None => {
            let viewer = Viewer::prepare(&config, environment, options.session)?;
            viewer
                .show(config.sign_in(prompt::secret)?, clock::now)
                .await
        }
    }
}

fn configure(command: &ConfigCommand, place: &config::Place) -> Result<Exit, Faults> {
    let path = place.path();
    if let ConfigCommand::Init { force } = command {
        config::init(path, *force)?;
    }
    // Whoever closed the pipe does not want to know.
    let _closed = writeln!(io::stdout().lock(), "{}", path.display());
    Ok(Exit::Fine)
}

async fn print(
    job: &Job,
    client: Client,
    config: &Config,
    talkative: Talkative,
    talk: &mut dyn Write,
) -> Exit {
    let local = clock::local_zone();
    let mut out = io::LineWriter::new(io::stdout().lock());
    let mut desk = Desk {
        out: &mut out,
        talk,
        talkative,
        now: &clock::now,
        zone: config.zone.as_deref(),
        local: local.as_deref(),
        poll: config.poll.reader,
        seed: fastrand::u64(..),
        settled: &|zone| assume(&client, zone),
        element: &|raw, zone| with_times(raw, client.naive(), |moment| when::rfc3339(moment, zone)),
    };
    let ended = async {
        match Signals::listen() {
            Ok(signals) => ended_by(signals).await,
            Err(_) => std::future::pending().await,
        }
    };
    print::run(job, &client, &mut desk, ended).await
}

/// Tells the client the rules by which times without offset are read.
fn assume(client: &Client, zone: &Zone) {
    client.assume(match zone.naive_rules() {
        Rules::Named(zone) => Some(zone),
        Rules::Fixed(_) | Rules::AsSent => None,
    });
}

/// Runs the demo service, alone or with the viewer on it.
async fn show_demo(
    wish: &Demo,
    config: &Config,
    environment: &Environment,
) -> Result<Exit, Failed> {
    let mut options = demo::Options {
        seed: wish.seed,
        rate: wish.rate,
        faults: wish.faults,
        start: clock::now().to_utc(),
        ..demo::Options::default()
    };
    if let Some(sessions) = wish.sessions {
        options.sessions = sessions;
    }
    if let Some(address) = wish.serve {
        options.address = address;
        let service = demo::Service::start(options).await?;
        // Before the address is told: whoever knows it may end the service.
        let signals = Signals::listen()?;
        writeln!(io::stdout().lock(), "{}", service.base_url())?;
        return Ok(Exit::Signalled(ended_by(signals).await));
    }
    let mut viewer = Viewer::prepare(config, environment, None)?;
    "demo".clone_into(&mut viewer.setup.service);
    // Its story begins anew each time.
    viewer.store = None;
    let service = Arc::new(demo::Service::start(options).await?);
    let base_url = service.base_url().parse().map_err(io::Error::other)?;
    let story_time = move || service.now().fixed_offset();
    let settings = Settings::demo(base_url, config.poll.max_per_second);
    viewer.show(settings, story_time).await
}

/// Waits for the signal that ends what has no screen; answers with its number.
async fn ended_by(mut signals: Signals) -> u8 {
    loop {
        if let Signal::End(number) = signals.next().await {
            return number;
        }
    }
}

/// Everything the viewer needs but the service.
struct Viewer {
    setup: Setup,
    look: Look,
    modes: Modes,
    desktop: Desktop,
    call: Call,
    pace: Pace,
    /// Where what is seen and watched is kept; `None`: nowhere.
    store: Option<Store>,
}

impl Viewer {
    /// Makes it ready; the faults are those that only the viewer can find.
    fn prepare(
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
                let why = keymap.bind(&binding.command, &binding.keys).err()?;
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
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX);
        let host = config
            .service
            .as_ref()
            .and_then(|service| service.base_url.host_str())
            .unwrap_or_default();
        Ok(Self {
            setup: Setup {
                size: Size { width, height },
                now: clock::now(),
                service: config.profile.clone().unwrap_or_else(|| host.to_owned()),
                address: String::new(),
                zone: config.zone.clone(),
                local_zone: clock::local_zone(),
                keymap,
                session,
                intervals: (delta(config.poll.list), delta(config.poll.reader)),
            },
            look: Look::new(palette(config, environment), config.screen.ascii),
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

    /// Shows a service until the program ends; `now` tells the service's time.
    async fn show(
        mut self,
        settings: Settings,
        now: impl Fn() -> Moment + Send + Sync + 'static,
    ) -> Result<Exit, Failed> {
        let now = Arc::new(now);
        let client = Client::new(settings)?.timed_by(now.clone());
        client
            .base_url()
            .as_str()
            .clone_into(&mut self.setup.address);
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
        let (app, first) = App::start(self.setup);

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
                client.ask_in(zone.request());
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

fn say(talk: &mut dyn Write, words: &dyn std::fmt::Display) {
    // Nobody is left to tell that nobody listens.
    let _closed = writeln!(talk, "{words}");
}
