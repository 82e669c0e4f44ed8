//! Puts the parts together for each way the program can be started.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use super::signals::{Signal, Signals};
use super::viewer::Viewer;
use super::{clock, prompt};
use crate::cli::{Command, ConfigCommand, Demo, Job, Options};
use crate::config::{self, Config, Environment, Faults};
use crate::demo;
use crate::exit::Exit;
use crate::print::{self, Desk, Talkative};
use crate::superoffice::{Client, Settings, rewrite_times};
use crate::sync::Fault;
use crate::text::{OffsetRules, TimeZone, time_format};

/// How often `--follow` asks where `poll.reader` is off: whoever says it wants to be told.
const FOLLOWED: Duration = Duration::from_secs(1);

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
pub(super) enum Failed {
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
        poll: config.poll.reader.unwrap_or(FOLLOWED),
        seed: fastrand::u64(..),
        settled: &|zone| assume(&client, zone),
        element: &|raw, zone| rewrite_times(raw, client.naive_zone(), |moment| time_format::format_rfc3339(moment, zone)),
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
pub(super) fn assume(client: &Client, zone: &TimeZone) {
    client.set_naive_zone(match zone.naive_rules() {
        OffsetRules::Named(zone) => Some(zone),
        OffsetRules::Fixed(_) | OffsetRules::AsReceived => None,
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
    "demo".clone_into(&mut viewer.setup.service_name);
    // Its story begins anew each time, and answers age as fast as it is told.
    viewer.store = None;
    viewer.ages(wish.rate);
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

fn say(talk: &mut dyn Write, words: &dyn std::fmt::Display) {
    // Nobody is left to tell that nobody listens.
    let _closed = writeln!(talk, "{words}");
}
