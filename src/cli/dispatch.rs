//! Dispatch: runs the viewer, a command or the demo, according to the arguments.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::cli::{Cli, Command, ConfigCommand, DemoArgs};
use crate::commands::export::Fetch;
use crate::commands::{self, Context, ExitStatus, MaskedApi, MatchMarks, ProgressLine, Verbosity};
use crate::config::{self, Config, Diagnostic, Diagnostics, Environment, Origin};
use crate::demo;
use crate::runtime::export::format_json;
use crate::runtime::tui::{self, Tui};
use crate::runtime::{Error, clock, io_thread};
use crate::superoffice::{Client, Settings};
use crate::sync::ChatApi;
use crate::terminal::output_pipe;
use crate::terminal::prompt;
use crate::terminal::signals::{self, Signals};

/// The interval of `--follow` where `poll.reader` is off: the flag overrides the setting.
const DEFAULT_FOLLOW_INTERVAL: Duration = Duration::from_secs(1);

/// Runs the program. Diagnostics go to `stderr`, results to standard output.
pub async fn run(cli: &Cli, environment: &Environment, stderr: &mut dyn Write) -> ExitStatus {
    let done = Box::pin(dispatch(cli, environment, stderr)).await;
    match done {
        Ok(exit) => exit,
        Err(Error::Config(diagnostics)) => {
            report(stderr, &diagnostics);
            ExitStatus::Usage
        }
        Err(Error::Service(error)) => {
            report(stderr, &format!("sochat: {error}"));
            error.kind.into()
        }
        Err(Error::Io(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitStatus::Success,
        Err(Error::Io(error)) => {
            report(stderr, &format!("sochat: {error}"));
            ExitStatus::Other
        }
    }
}

async fn dispatch(
    cli: &Cli,
    environment: &Environment,
    stderr: &mut dyn Write,
) -> Result<ExitStatus, Error> {
    let global = &cli.global;
    let mut log_error = None;
    if let Some(path) = &global.log
        && let Err(error) = crate::runtime::log::start(path, global.log_level)
    {
        let path = path.display();
        let why = format!("cannot write {path} ({error}): name a file in a folder that exists");
        log_error = Some(Diagnostic::new(Origin::Flag("log"), why));
    }
    let path = config::locate(global.config.as_deref(), environment);
    if let (
        None,
        Some(Command::Config {
            command: command @ (ConfigCommand::Path | ConfigCommand::Init { .. }),
        }),
    ) = (&log_error, &cli.command)
    {
        return run_config_command(command, path.path()?).map_err(Error::from);
    }
    let local_zone = clock::local_zone();
    let config = config::load(&path, environment, &global.flags(), local_zone.as_deref());
    let config = match (config, log_error) {
        (Ok(config), None) => config,
        (Ok(config), Some(error)) => return Err(config.warnings.with_error(error).into()),
        (Err(errors), Some(error)) => return Err(errors.with_error(error).into()),
        (Err(errors), None) => return Err(errors.into()),
    };
    if global.verbosity() > Verbosity::Quiet && !config.warnings.entries.is_empty() {
        report(stderr, &config.warnings);
    }
    match &cli.command {
        Some(Command::Config { .. }) => {
            config::show(&config, &mut io::stdout().lock())?;
            Ok(ExitStatus::Success)
        }
        Some(Command::Service(command)) => {
            let client = Client::new(config.resolve_secret(prompt::read_secret)?)?
                .with_clock(Arc::new(clock::now));
            client.run_secret_command().await?;
            let run = Run {
                command,
                config: &config,
                verbosity: global.verbosity(),
                service: client.base_url().to_string(),
                language: client.language().to_owned(),
                has_color: tui::has_color(&config, environment),
                max_body: client.max_body(),
            };
            // All commands together are a large future, which would be copied on the stack.
            if config.display.privacy {
                let stored = tui::privacy_key(&config);
                if let Some(problem) = stored.problem.filter(|_| run.verbosity > Verbosity::Quiet) {
                    let warning = "sochat: pseudonyms will differ in the next run";
                    report(stderr, &format!("{warning}: {problem}"));
                }
                let masked = MaskedApi::new(client, &stored.key);
                return Ok(Box::pin(run_command(run, masked, stderr)).await);
            }
            let client = if command.needs_no_texts() {
                client.without_texts()
            } else {
                client
            };
            Ok(Box::pin(run_command(run, client, stderr)).await)
        }
        Some(Command::Demo(demo)) => run_demo(demo, &config, environment).await,
        None => {
            let tui = Tui::new(&config, environment, cli.session)?;
            tui.run(config.resolve_secret(prompt::read_secret)?, clock::now)
                .await
        }
    }
}

fn run_config_command(command: &ConfigCommand, path: &Path) -> Result<ExitStatus, Diagnostics> {
    if let ConfigCommand::Init { force } = command {
        config::init(path, *force)?;
    }
    // Ignore a closed pipe.
    let _closed = writeln!(io::stdout().lock(), "{}", path.display());
    Ok(ExitStatus::Success)
}

/// A command to run.
struct Run<'a> {
    command: &'a commands::ServiceCommand,
    config: &'a Config,
    verbosity: Verbosity,
    service: String,
    language: String,
    has_color: bool,
    max_body: u64,
}

async fn run_command(run: Run<'_>, api: impl ChatApi, stderr: &mut dyn Write) -> ExitStatus {
    let Run {
        command,
        config,
        verbosity,
        service,
        language,
        has_color,
        max_body,
    } = run;
    let local = clock::local_zone();
    let is_progress_shown = verbosity > Verbosity::Quiet && io::stderr().is_terminal();
    let mut out = io::LineWriter::new(io::stdout().lock());
    let search_probe = tui::stored_search_probe(config);
    let mut context = Context {
        out: &mut out,
        stderr,
        verbosity,
        progress: ProgressLine::new(is_progress_shown),
        service: &service,
        language: &language,
        is_private: config.display.privacy,
        max_per_second: config.poll.max_per_second,
        now: &clock::now,
        zone: config.zone.as_deref(),
        local_zone: local.as_deref(),
        follow_interval: config.poll.open_session.unwrap_or(DEFAULT_FOLLOW_INTERVAL),
        seed: fastrand::u64(..),
        zone_warning: None,
        max_body,
        read_state: tui::stored_read_state(config),
        search_probe: search_probe.clone(),
        match_marks: match (io::stdout().is_terminal(), has_color) {
            (true, true) => MatchMarks::Bold,
            (true, false) => MatchMarks::Brackets,
            (false, _) => MatchMarks::None,
        },
        format_json: |raw, zone| format_json(raw, zone, zone),
        spawn_fetch: None,
    };
    let (api, (is_fetching, mut fetched)) = (Arc::new(api), mpsc::channel::<()>(1));
    let io_thread = io_thread::start();
    let (threads, spawn_fetch);
    match io_thread {
        Ok(io_thread) => {
            drop(io_thread.spawn(signals::exit_if_blocked()));
            threads = [Handle::current(), io_thread];
            spawn_fetch = |worker: usize, fetch: Fetch| {
                // Most are fetched on the I/O thread: this one also lists the sessions and writes the manifest.
                let thread = &threads[usize::from(worker % 8 < 5)];
                let (api, is_fetching) = (Arc::clone(&api), is_fetching.clone());
                let mut task = JoinSet::new();
                let run = async move {
                    let fetched = fetch.run(&*api).await;
                    drop(is_fetching);
                    fetched
                };
                task.spawn_on(run, thread);
                task
            };
            context.spawn_fetch = Some(&spawn_fetch);
        }
        Err(error) => report(context.stderr, &format!("sochat: {error}")),
    }
    let interrupted = async {
        tokio::select! {
            number = signals::wait_for_termination() => ExitStatus::Signalled(number),
            () = output_pipe::wait_until_closed(), if command.is_over_without_reader() => ExitStatus::Success,
        }
    };
    let exit = commands::run(command, &*api, &mut context, interrupted).await;
    if let Some(probe) = &context.search_probe
        && context.search_probe != search_probe
    {
        tui::store_search_probe(config, probe);
    }
    // An interrupted fetch removes what it has written.
    drop(is_fetching);
    fetched.recv().await;
    exit
}

/// Runs the demo service, alone or with the viewer.
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
        // Before the address is printed: a script that reads it may send a signal at once.
        let signals = Signals::listen()?;
        writeln!(io::stdout().lock(), "{}", service.base_url())?;
        return Ok(ExitStatus::Signalled(signals.terminated().await));
    }
    let mut tui = Tui::new(config, environment, None)?;
    "demo".clone_into(&mut tui.app_config.service_name);
    // The simulation begins anew each time, and data ages at its rate.
    tui.read_state_file = None;
    tui.scale_freshness(args.rate);
    let service = tui.io_thread.spawn(demo::DemoServer::start(options));
    let service = Arc::new(service.await.map_err(io::Error::other)??);
    let base_url = service.base_url().parse().map_err(io::Error::other)?;
    let simulation_time = move || service.now().fixed_offset();
    let settings = Settings::demo(base_url, config.poll.max_per_second);
    tui.run(settings, simulation_time).await
}

fn report(stderr: &mut dyn Write, message: &dyn std::fmt::Display) {
    // stderr is closed; nothing to do.
    let _closed = writeln!(stderr, "{message}");
}
