//! Puts the parts together for each way the program can be started.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use crate::cli::{Cli, Command, ConfigCommand, DemoArgs, PrintCommand};
use crate::commands::{self, Context, ExitStatus, Verbosity};
use crate::config::{self, Config, Diagnostics, Environment};
use crate::demo;
use crate::runtime::tui::Tui;
use crate::runtime::{Error, clock};
use crate::superoffice::{Client, Settings, rewrite_times};
use crate::terminal::prompt;
use crate::terminal::signals::{Signal, Signals};
use crate::text::{OffsetRules, TimeZone, time_format};

/// How often `--follow` asks where `poll.reader` is off: whoever says it wants to be told.
const DEFAULT_FOLLOW_INTERVAL: Duration = Duration::from_secs(1);

/// Does what the arguments say and tells how it ended; everything but results goes to `talk`.
pub async fn run(options: &Cli, environment: &Environment, stderr: &mut dyn Write) -> ExitStatus {
    let done = dispatch(options, environment, stderr).await;
    match done {
        Ok(exit) => exit,
        Err(Error::Config(faults)) => {
            report(stderr, &faults);
            ExitStatus::Usage
        }
        Err(Error::Service(fault)) => {
            report(stderr, &format!("sochat: {fault}"));
            fault.kind.into()
        }
        Err(Error::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitStatus::Success,
        Err(Error::Io(error)) => {
            report(stderr, &format!("sochat: {error}"));
            ExitStatus::Other
        }
    }
}

async fn dispatch(
    options: &Cli,
    environment: &Environment,
    stderr: &mut dyn Write,
) -> Result<ExitStatus, Error> {
    let general = &options.global;
    if let Some(path) = &general.log {
        crate::runtime::log::start(path, general.log_level)?;
    }
    let place = config::locate(general.config.as_deref(), environment)?;
    if let Some(Command::Config {
        command: command @ (ConfigCommand::Path | ConfigCommand::Init { .. }),
    }) = &options.command
    {
        return run_config_command(command, &place).map_err(Error::from);
    }
    let config = config::load(&place, environment, &general.flags())?;
    if general.verbosity() > Verbosity::Quiet && !config.warnings.entries.is_empty() {
        report(stderr, &config.warnings);
    }
    match &options.command {
        Some(Command::Config { .. }) => {
            config::show(&config, &mut io::stdout().lock())?;
            Ok(ExitStatus::Success)
        }
        Some(Command::Print(job)) => {
            let client = Client::new(config.resolve_secret(prompt::read_secret)?)?;
            Ok(run_command(job, client, &config, general.verbosity(), stderr).await)
        }
        Some(Command::Demo(demo)) => run_demo(demo, &config, environment).await,
        None => {
            let tui = Tui::new(&config, environment, options.session)?;
            tui.run(config.resolve_secret(prompt::read_secret)?, clock::now)
                .await
        }
    }
}

fn run_config_command(
    command: &ConfigCommand,
    place: &config::ConfigPath,
) -> Result<ExitStatus, Diagnostics> {
    let path = place.path();
    if let ConfigCommand::Init { force } = command {
        config::init(path, *force)?;
    }
    // Whoever closed the pipe does not want to know.
    let _closed = writeln!(io::stdout().lock(), "{}", path.display());
    Ok(ExitStatus::Success)
}

async fn run_command(
    job: &PrintCommand,
    client: Client,
    config: &Config,
    verbosity: Verbosity,
    stderr: &mut dyn Write,
) -> ExitStatus {
    let local = clock::local_zone();
    let mut out = io::LineWriter::new(io::stdout().lock());
    let mut context = Context {
        out: &mut out,
        stderr,
        verbosity,
        now: &clock::now,
        zone: config.zone.as_deref(),
        local_zone: local.as_deref(),
        follow_interval: config.poll.reader.unwrap_or(DEFAULT_FOLLOW_INTERVAL),
        seed: fastrand::u64(..),
        on_zone_resolved: &|zone| assume(&client, zone),
        format_json: &|raw, zone| {
            rewrite_times(raw, client.naive_zone(), |moment| {
                time_format::format_rfc3339(moment, zone)
            })
        },
    };
    let terminated = async {
        match Signals::listen() {
            Ok(signals) => wait_for_termination(signals).await,
            Err(_) => std::future::pending().await,
        }
    };
    commands::run(job, &client, &mut context, terminated).await
}

/// Tells the client the rules by which times without offset are read.
pub(crate) fn assume(client: &Client, zone: &TimeZone) {
    client.set_naive_zone(match zone.naive_rules() {
        OffsetRules::Named(zone) => Some(zone),
        OffsetRules::Fixed(_) | OffsetRules::AsReceived => None,
    });
}

/// Runs the demo service, alone or with the viewer on it.
async fn run_demo(
    args: &DemoArgs,
    config: &Config,
    environment: &Environment,
) -> Result<ExitStatus, Error> {
    let mut options = demo::DemoOptions {
        seed: args.seed,
        rate: args.rate,
        faults: args.faults,
        start: clock::now().to_utc(),
        ..demo::DemoOptions::default()
    };
    if let Some(sessions) = args.sessions {
        options.sessions = sessions;
    }
    if let Some(address) = args.serve {
        options.address = address;
        let service = demo::DemoServer::start(options).await?;
        // Before the address is told: whoever knows it may end the service.
        let signals = Signals::listen()?;
        writeln!(io::stdout().lock(), "{}", service.base_url())?;
        return Ok(ExitStatus::Signalled(wait_for_termination(signals).await));
    }
    let mut tui = Tui::new(config, environment, None)?;
    "demo".clone_into(&mut tui.app_config.service_name);
    // Its story begins anew each time, and answers age as fast as it is told.
    tui.read_state_file = None;
    tui.scale_freshness(args.rate);
    let service = Arc::new(demo::DemoServer::start(options).await?);
    let base_url = service.base_url().parse().map_err(io::Error::other)?;
    let simulation_time = move || service.now().fixed_offset();
    let settings = Settings::demo(base_url, config.poll.max_per_second);
    tui.run(settings, simulation_time).await
}

/// Waits for the signal that ends what has no screen; answers with its number.
async fn wait_for_termination(mut signals: Signals) -> u8 {
    loop {
        if let Signal::Terminate(number) = signals.next().await {
            return number;
        }
    }
}

fn report(stderr: &mut dyn Write, message: &dyn std::fmt::Display) {
    // Nobody is left to tell that nobody listens.
    let _closed = writeln!(stderr, "{message}");
}
