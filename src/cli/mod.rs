//! Command line: parses arguments and environment into [`Cli`], and dispatches to the commands.
//!
//! No secret is ever an argument: other users of the machine can list those. Wrong usage exits with 2.

pub(crate) mod dispatch;

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum, error::ErrorKind};

use crate::chat::{MessageId, Scope, SessionId};
use crate::commands::{
    self, MessageFormat, MessagesCommand, SessionFormat, SessionsCommand, SinceFilter,
    StatusFilter, Verbosity, ZoneFormat,
};
use crate::config::{Environment, Flags};

const EXAMPLES: &str = "\
Examples:
  sochat demo                                     look around on an embedded service
  sochat --session 341                            open the viewer at this session
  sochat sessions --status needs-reply            who waits for an answer
  sochat messages 341 --follow                    print a conversation as it happens
  sochat sessions --scope all --format jsonl | jq .ChatSessionId

Exit codes: 0 fine, 1 other, 2 usage or configuration, 3 sign-in, 4 network, 5 not found,
6 service refused, 7 partial result, 130 Ctrl-C.";

/// Watch SuperOffice Service chats from the terminal, without writing to anybody.
#[derive(Clone, Debug, PartialEq, Parser)]
#[command(name = "sochat", version, after_help = EXAMPLES, max_term_width = 100)]
pub struct Cli {
    /// What to do; without a command the viewer opens
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Open the viewer at this session
    #[arg(long, value_name = "ID", value_parser = parse_session_id)]
    pub session: Option<SessionId>,
    /// What goes with every command
    #[command(flatten)]
    pub global: GlobalArgs,
}

/// Options that go with every command.
#[derive(Clone, Debug, PartialEq, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct GlobalArgs {
    /// Use this profile of the configuration
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// Use this configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Address of the service
    #[arg(long, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Show times in this zone: SuperOffice code, its number, IANA name or local
    #[arg(long, global = true, value_name = "ZONE")]
    pub time_zone: Option<String>,
    /// Language asked of the service
    #[arg(long, global = true, value_name = "LANG")]
    pub language: Option<String>,
    /// When to use colour: auto, always or never
    #[arg(long, global = true, value_name = "WHEN")]
    pub color: Option<String>,
    /// Write a log to this file
    #[arg(long, global = true, value_name = "FILE")]
    pub log: Option<PathBuf>,
    /// How much to log: error, warn, info, debug or trace
    #[arg(long, global = true, value_name = "LEVEL", default_value = "info")]
    pub log_level: tracing::Level,
    /// Say nothing but what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum Command {
    /// Open the viewer on an embedded demo service
    Demo(DemoArgs),
    /// What is printed without a screen
    #[command(flatten)]
    Print(PrintCommand),
    /// Where the configuration is, what is in force, a commented file to start from
    Config {
        /// What to do with it
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

/// What is printed without a screen.
#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum PrintCommand {
    /// List sessions
    Sessions(SessionsArgs),
    /// Print the messages of a session
    Messages(MessagesArgs),
    /// List the time zones the service knows
    Zones(ZonesArgs),
}

/// The embedded demo service.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct DemoArgs {
    /// The same seed tells the same stories
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// How many sessions there are
    #[arg(long, value_name = "N")]
    pub sessions: Option<usize>,
    /// How fast they talk, 1 being life-like
    #[arg(long, value_name = "R", default_value = "1", value_parser = parse_rate)]
    pub rate: f64,
    /// Only serve, at this address, and print where
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:0")]
    pub serve: Option<SocketAddr>,
    /// Go wrong now and then, as services do
    #[arg(long)]
    pub faults: bool,
}

/// A list of sessions.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct SessionsArgs {
    /// Which sessions
    #[arg(long, value_enum, default_value_t)]
    pub scope: ScopeArg,
    /// Only these: needs-reply, queued, active, ended, or a status by the service's name; repeatable
    #[arg(long = "status", value_name = "STATUS")]
    pub statuses: Vec<StatusFilter>,
    /// Only where something happened since: 2h, 3d, 2026-03-28, or a time as in 2026-03-28T14:00:00+01:00
    #[arg(long, value_name = "TIME")]
    pub since: Option<SinceFilter>,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    pub format: SessionFormat,
}

/// The messages of one session.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct MessagesArgs {
    /// The session
    #[arg(value_name = "ID", value_parser = parse_session_id)]
    pub session: SessionId,
    /// Only messages with ids above this one
    #[arg(long, value_name = "N", default_value = "0")]
    pub after: MessageId,
    /// Go on printing new messages until Ctrl-C
    #[arg(long)]
    pub follow: bool,
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    pub format: MessageFormat,
}

/// The service's time zones.
#[derive(Clone, Debug, PartialEq, Args)]
pub struct ZonesArgs {
    /// How to print them
    #[arg(long, value_enum, default_value_t)]
    pub format: ZoneFormat,
}

/// What to do with the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum ConfigCommand {
    /// Print where the file is
    Path,
    /// Print what is in force and where each value came from
    Show,
    /// Write a commented file
    Init {
        /// Write over the file there is
        #[arg(long)]
        force: bool,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ScopeArg {
    /// Those of my channels
    #[default]
    Channels,
    /// Of those, the ones assigned to me
    Mine,
    /// Every session there is
    All,
}

impl From<ScopeArg> for Scope {
    fn from(arg: ScopeArg) -> Self {
        match arg {
            ScopeArg::Channels => Self::Channels,
            ScopeArg::Mine => Self::Mine,
            ScopeArg::All => Self::All,
        }
    }
}

impl PrintCommand {
    /// The command with plain values.
    pub fn to_command(&self) -> commands::Command {
        match self {
            Self::Sessions(args) => commands::Command::Sessions(SessionsCommand {
                scope: args.scope.into(),
                statuses: args.statuses.clone(),
                since: args.since,
                format: args.format,
            }),
            Self::Messages(args) => commands::Command::Messages(MessagesCommand {
                session: args.session,
                after: args.after,
                follow: args.follow,
                format: args.format,
            }),
            Self::Zones(args) => commands::Command::Zones(args.format),
        }
    }
}

/// Parses the arguments, the program's name first. An error is also returned for `--help` and
/// `--version`; it knows its output stream and exit code.
pub fn parse<T>(arguments: impl IntoIterator<Item = T>) -> Result<Cli, clap::Error>
where
    T: Into<OsString> + Clone,
{
    let cli = Cli::try_parse_from(arguments)?;
    let conflict = match &cli.command {
        Some(_) if cli.session.is_some() => {
            "--session is for the viewer; it does not go with a command"
        }
        Some(Command::Print(PrintCommand::Messages(messages)))
            if messages.follow && messages.format == MessageFormat::Json =>
        {
            "--follow never ends, so it cannot print one JSON document; use --format jsonl"
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
            Some((
                name.into_string().ok()?,
                value.to_string_lossy().into_owned(),
            ))
        })
        .collect()
}

impl GlobalArgs {
    /// The flags that override settings, by their keys in the file.
    pub fn flags(&self) -> Flags {
        [
            ("profile", &self.profile),
            ("base_url", &self.base_url),
            ("time_zone", &self.time_zone),
            ("language", &self.language),
            ("color", &self.color),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.clone()?)))
        .collect()
    }

    pub fn verbosity(&self) -> Verbosity {
        match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, false) => Verbosity::Normal,
            (false, true) => Verbosity::Verbose,
        }
    }
}

fn parse_session_id(text: &str) -> Result<SessionId, String> {
    SessionId::from_str(text)
        .ok()
        .filter(|id| id.0 > 0)
        .ok_or_else(|| "a session is named by its number, such as 341".to_owned())
}

fn parse_rate(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|rate: &f64| rate.is_finite() && *rate > 0.0)
        .ok_or_else(|| "a rate is a number above 0".to_owned())
}

#[cfg(test)]
mod tests;
