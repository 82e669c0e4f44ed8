//! Command line: parses arguments and environment into [`Cli`], and dispatches to the commands.
//!
//! Secrets are never passed on the command line: other users of the machine can list arguments. Wrong
//! usage exits with 2.

pub(crate) mod dispatch;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, error::ErrorKind};

use crate::chat::Locator;
use crate::commands::{self, Verbosity};
use crate::config::{Environment, Flags};
use crate::text::TranscriptFormat;

const EXAMPLES: &str = "\
Examples:
  sochat demo                                     try the viewer on an embedded demo service
  sochat --session 341                            open the viewer at a session
  sochat --session '341#7'                        open the viewer at a message
  sochat sessions --status needs-reply            list the customers who wait for a reply
  sochat messages 341 --follow                    print a conversation as it happens
  sochat search refund --since 1w                 find what was said about refunds
  sochat brief --since 14:00                      print what matters now, for a handover
  sochat export --since 1w --output chats         write last week's conversations to files
  sochat sessions --scope all --format jsonl | jq .ChatSessionId

Exit codes: 0 success, 1 other error, 2 usage or configuration, 3 sign-in, 4 network or TLS,
5 not found, 6 refused by the service, 7 partial result, 130 Ctrl-C, 128+n signal n.";

/// Terminal viewer for SuperOffice Service chats: reads conversations, never writes to customers
#[derive(Clone, Debug, PartialEq, Parser)]
#[command(name = "sochat", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Open the viewer at this session, or at this message of it
    #[arg(long, value_name = "ID[#MESSAGE]")]
    pub session: Option<Locator>,
    #[command(flatten)]
    pub(crate) global: GlobalArgs,
}

#[derive(Clone, Debug, PartialEq, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Profile of the configuration file to use
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Configuration file to use
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address of the service
    #[arg(long, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Time zone for all times: SuperOffice code or number, IANA name, or local
    #[arg(long, global = true, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Language to request from the service
    #[arg(long, global = true, value_name = "LANG")]
    pub(crate) language: Option<String>,
    /// Show pseudonyms in place of names, addresses and long numbers, also in the output of commands
    #[arg(long, global = true)]
    pub privacy: bool,
    /// When to use colour: auto, always or never
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<String>,
    /// Write a log to this file
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// Log level: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub(crate) log_level: tracing::Level,
    /// Only print errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Also print progress
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
}

#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum Command {
    /// Open the viewer on an embedded demo service
    Demo(DemoArgs),
    #[command(flatten)]
    Service(commands::ServiceCommand),
    /// Show or create the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Clone, Debug, PartialEq, Args)]
pub struct DemoArgs {
    /// Seed of the generated data: same seed, same data
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Number of sessions
    #[arg(long, value_name = "N")]
    pub sessions: Option<usize>,
    /// Speed of the simulation, 1 = real time
    #[arg(long, value_name = "R", default_value = "1", value_parser = parse_rate)]
    pub rate: f64,
    /// Run only the service, at this address, and print its URL
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:0")]
    pub serve: Option<SocketAddr>,
    /// Inject failures
    #[arg(long)]
    pub(crate) faults: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print the path of the configuration file
    Path,
    /// Print the settings in effect and the source of each
    Show,
    /// Write a commented configuration file and print its path
    Init {
        /// Overwrite an existing file
        #[arg(long)]
        force: bool,
    },
}

/// Parses the arguments, the program's name first. An error is also returned for `--help` and
/// `--version`; it has its output stream and exit code.
pub fn parse<T>(arguments: impl IntoIterator<Item = T>) -> Result<Cli, clap::Error>
where
    T: Into<OsString> + Clone,
{
    let cli = Cli::try_parse_from(arguments)?;
    let conflict = match &cli.command {
        Some(_) if cli.session.is_some() => {
            "--session opens the viewer and cannot be used with a command"
        }
        Some(Command::Service(commands::ServiceCommand::Messages(messages)))
            if messages.follow
                && matches!(
                    messages.format,
                    TranscriptFormat::Json | TranscriptFormat::Markdown | TranscriptFormat::Html
                ) =>
        {
            "--follow cannot print one document, because it never ends; use --format text, jsonl, csv or bulk"
        }
        Some(Command::Service(commands::ServiceCommand::Export(export)))
            if export.bom && export.format != TranscriptFormat::Csv =>
        {
            "--bom is for spreadsheets: use it with --format csv"
        }
        _ => return Ok(cli),
    };
    Err(Cli::command().error(ErrorKind::ArgumentConflict, conflict))
}

/// Reads the environment; invalid Unicode in values is replaced.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the environment"
)]
pub fn env_vars() -> Environment {
    std::env::vars_os()
        .filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into()))
        })
        .collect()
}

impl GlobalArgs {
    /// The flags that override settings, by their keys in the file.
    pub(crate) fn flags(&self) -> Flags {
        [
            ("profile", &self.profile),
            ("base_url", &self.base_url),
            ("time_zone", &self.time_zone),
            ("language", &self.language),
            ("color", &self.color),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.clone()?)))
        .chain(self.privacy.then(|| ("privacy", "true".to_owned())))
        .collect()
    }

    pub(crate) fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, false) => Verbosity::Normal,
            (false, true) => Verbosity::Verbose,
        }
    }
}

fn parse_rate(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|rate: &f64| rate.is_finite() && *rate > 0.0)
        .ok_or_else(|| "write a number above 0".to_owned())
}

#[cfg(test)]
mod tests;
