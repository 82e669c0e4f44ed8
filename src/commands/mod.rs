//! Subcommands without a screen: sessions, messages and zones of any [`ChatApi`], as text, JSON or files.
//!
//! Results go to one writer and diagnostics to another; a closed pipe ends a command quietly. The
//! clock and both writers are arguments, so tests need neither a terminal nor real time.

mod brief;
mod concurrent;
mod customer;
mod exit_status;
pub(crate) mod export;
mod filter;
mod json;
mod live_rows;
mod masked_api;
mod messages;
mod pages;
mod printed;
mod progress;
mod retry;
mod search;
mod sessions;
mod stats;
mod table;
mod text;
mod transcripts;
mod waits;
mod zones;

use std::fmt;
use std::future::Future;
use std::io::{self, Write};
use std::time::Duration;

use clap::Subcommand;

use crate::chat::{ReadState, SearchProbe, SessionId, Timestamp};
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::TimeZone;

pub(crate) use brief::BriefArgs;
pub(crate) use customer::CustomerArgs;
pub use exit_status::ExitStatus;
pub(crate) use export::ExportArgs;
pub(crate) use masked_api::MaskedApi;
pub(crate) use messages::MessagesArgs;
pub(crate) use progress::ProgressLine;
pub(crate) use search::{MatchMarks, SearchArgs};
pub(crate) use sessions::SessionsArgs;
pub(crate) use stats::StatsArgs;
pub(crate) use zones::ZonesArgs;

#[derive(Clone, Debug, PartialEq, Subcommand)]
pub enum ServiceCommand {
    /// List sessions
    Sessions(SessionsArgs),
    /// Print the messages of sessions
    Messages(MessagesArgs),
    /// Search the messages of all conversations, newest first
    Search(SearchArgs),
    /// List the conversations of a customer, newest first
    Customer(CustomerArgs),
    /// Export sessions to files, one each
    Export(ExportArgs),
    /// Print what matters now, on one page, for a handover
    Brief(BriefArgs),
    /// Print statistics of chats: missed, time to pickup, duration, rating
    Stats(StatsArgs),
    /// List the service's time zones
    Zones(ZonesArgs),
}

pub(crate) fn parse_session_id(text: &str) -> Result<SessionId, String> {
    text.parse()
        .ok()
        .filter(|id: &SessionId| id.0 > 0)
        .ok_or_else(|| "write the number of a session, such as 341".to_owned())
}

impl ServiceCommand {
    /// Returns `true` if it writes only the JSON of messages.
    pub(crate) fn needs_no_texts(&self) -> bool {
        match self {
            Self::Messages(args) => args.format.is_json(),
            Self::Export(args) => args.format.is_json(),
            _ => false,
        }
    }

    /// Returns `true` if it ends when the reader of its output is gone.
    pub(crate) fn is_over_without_reader(&self) -> bool {
        !matches!(self, Self::Export(_))
    }
}

/// What every command needs besides the service.
pub(crate) struct Context<'a> {
    /// For results.
    pub out: &'a mut dyn Write,
    /// For diagnostics.
    pub stderr: &'a mut dyn Write,
    pub(crate) verbosity: Verbosity,
    pub(crate) progress: ProgressLine,
    /// The address of the service, and the language of its texts.
    pub service: &'a str,
    pub(crate) language: &'a str,
    /// Whether personal data is masked.
    pub(crate) is_private: bool,
    /// Requests that may be sent in a second.
    pub max_per_second: f64,
    pub now: &'a dyn Fn() -> Timestamp,
    /// The zone requested; `None` for the one that the service has for this user.
    pub zone: Option<&'a str>,
    /// The IANA name of the machine's zone.
    pub local_zone: Option<&'a str>,
    /// Between two requests of a followed session.
    pub(crate) follow_interval: Duration,
    /// Spreads the delays after failures.
    pub(crate) seed: u64,
    /// Why times are shown in UTC, printed once, after the first successful response.
    pub(crate) zone_warning: Option<String>,
    /// Limit for the sessions collected, see [`stored_session_bytes`](crate::chat::stored_session_bytes).
    pub max_body: u64,
    /// What a viewer has stored: watched sessions, and waits.
    pub read_state: ReadState,
    /// Whether the service searches message texts, if that is stored; a search may replace it.
    pub search_probe: Option<SearchProbe>,
    /// How the words searched for are marked in text.
    pub(crate) match_marks: MatchMarks,
    /// Formats a JSON element as it was sent, with its times in the zone.
    pub(crate) format_json: FormatJson,
    /// Spawns the fetches of an export; without it they are part of the command's own task.
    pub(crate) spawn_fetch: Option<export::SpawnFetch<'a>>,
}

pub(crate) type FormatJson = fn(&str, &TimeZone) -> String;

/// Which diagnostics are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors.
    Quiet,
    /// Warnings too.
    #[default]
    Normal,
    /// Progress too.
    Verbose,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    #[error(transparent)]
    Service(#[from] ApiError),
    #[error("the results cannot be written: {0}")]
    Output(#[from] io::Error),
    #[error(transparent)]
    Folder(#[from] export::ManifestError),
}

/// Runs a command. `interrupt` ends it early: a signal such as Ctrl-C, or a closed pipe.
pub(crate) async fn run<S: ChatApi>(
    command: &ServiceCommand,
    api: &S,
    context: &mut Context<'_>,
    interrupt: impl Future<Output = ExitStatus>,
) -> ExitStatus {
    let work = async {
        let exit = match command {
            ServiceCommand::Sessions(args) => sessions::run(api, args, context).await,
            ServiceCommand::Messages(args) => Box::pin(messages::run(api, args, context)).await,
            ServiceCommand::Search(args) => Box::pin(search::run(api, args, context)).await,
            ServiceCommand::Customer(args) => Box::pin(customer::run(api, args, context)).await,
            ServiceCommand::Export(args) => Box::pin(export::run(api, args, context)).await,
            ServiceCommand::Brief(args) => Box::pin(brief::run(api, args, context)).await,
            ServiceCommand::Stats(args) => Box::pin(stats::run(api, args, context)).await,
            ServiceCommand::Zones(args) => zones::run(api, args.format, context).await,
        }?;
        context.out.flush()?;
        Ok(exit)
    };
    // In this order: signals are listened for before the first request is sent.
    let done = tokio::select! {
        biased;
        exit = interrupt => Ok(exit),
        done = work => done,
    };
    context.progress.clear(context.stderr);
    match done {
        Ok(exit) => exit,
        Err(CommandError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitStatus::Success
        }
        Err(error) => {
            context.print_diagnostic(Verbosity::Quiet, &error);
            match error {
                CommandError::Service(error) => error.kind.into(),
                CommandError::Output(_) => ExitStatus::Other,
                CommandError::Folder(error) => ExitStatus::from(&error),
            }
        }
    }
}

impl Context<'_> {
    /// The time by the service's clock, as far as known from its responses: its timestamps are compared with
    /// nothing else.
    fn server_now<S: ChatApi>(&self, api: &S) -> Timestamp {
        (self.now)() + api.clock_offset()
    }

    fn print_diagnostic(&mut self, level: Verbosity, line: impl fmt::Display) {
        if self.verbosity >= level {
            self.progress.clear(self.stderr);
            // stderr is closed; nothing to do.
            drop(writeln!(self.stderr, "sochat: {line}"));
        }
    }

    fn show_progress(&mut self, line: impl FnOnce() -> String) {
        self.progress.show(self.stderr, line);
    }

    /// Removes the progress line, so that results can be printed on the same terminal.
    fn clear_progress(&mut self) {
        self.progress.clear(self.stderr);
    }

    /// Reports what is missing from the result: the rest after an error, and unreadable elements.
    fn report_missing(
        &mut self,
        things: &str,
        interrupted: Option<&ApiError>,
        unreadable: usize,
    ) -> ExitStatus {
        if let Some(error) = interrupted {
            let line = format_args!("not all {things} were received: {error}");
            self.print_diagnostic(Verbosity::Quiet, line);
        }
        if unreadable > 0 {
            let line = format_args!("{things} that could not be read: {unreadable}");
            self.print_diagnostic(Verbosity::Quiet, line);
        }
        if interrupted.is_some() || unreadable > 0 {
            ExitStatus::Partial
        } else {
            ExitStatus::Success
        }
    }

    /// Prints the warning about the zone, once.
    fn print_zone_warning(&mut self) {
        if let Some(warning) = self.zone_warning.take() {
            self.print_diagnostic(Verbosity::Normal, warning);
        }
    }

    /// Resolves the zone and lets the service send its times in it.
    async fn resolve_zone<S: ChatApi>(&mut self, api: &S) -> Result<TimeZone, ApiError> {
        let now = (self.now)();
        let zone = match self.zone {
            Some(requested) => {
                let is_iana = requested.contains('/') || requested.eq_ignore_ascii_case("local");
                let listed = if is_iana {
                    Ok(Vec::new())
                } else {
                    self.retry_if_moved(async || api.zones().await).await
                };
                let rows = listed.as_deref().unwrap_or_default();
                let zone = TimeZone::resolve(requested, rows, self.local_zone, now)
                    .map_err(|error| ApiError::new(ErrorKind::Config, error.to_string()))?;
                if zone.is_unconfirmed() {
                    // Only the list could resolve the code.
                    listed?;
                    let why = format!(
                        "unknown time zone {requested:?}: the service lists no zones, so use a name such as \"Europe/Oslo\""
                    );
                    return Err(ApiError::new(ErrorKind::Config, why));
                }
                zone
            }
            None => match self.retry_if_moved(async || api.user_zone().await).await {
                Ok(user_zone) => TimeZone::from_listed(&user_zone, now),
                Err(error) if is_zone_unavailable(error.kind) => {
                    // Such an error names the address, which is right if other requests succeed.
                    let why = match error.kind {
                        ErrorKind::NotFound => {
                            "the service does not provide your time zone".to_owned()
                        }
                        _ => error.to_string(),
                    };
                    self.zone_warning = Some(format!("times are shown in UTC: {why}"));
                    TimeZone::utc()
                }
                Err(error) => return Err(error),
            },
        };
        api.set_time_zone(zone.request_code(), zone.naive_zone());
        let label = zone.label();
        self.print_diagnostic(Verbosity::Verbose, format_args!("times are in {label}"));
        Ok(zone)
    }
}

/// Returns `true` for a service without usable zones, `false` for one that cannot be used at all.
fn is_zone_unavailable(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::InvalidResponse
    )
}
