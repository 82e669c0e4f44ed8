//! The commands without a screen: sessions, messages and zones of any [`ChatApi`], as text or JSON.
//!
//! Results go to one writer and talk to another; a closed pipe ends quietly. No clock and no
//! terminal in here: `now` and both writers are handed in.

mod exit_status;
mod filter;
mod json;
mod messages;
mod retry;
mod sessions;
mod table;
mod text;
mod zones;

use std::fmt;
use std::future::Future;
use std::io::{self, Write};
use std::time::Duration;

use crate::chat::Timestamp;
use crate::cli::PrintCommand;
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::TimeZone;
pub use exit_status::ExitStatus;
pub use filter::{SinceFilter, StatusFilter};

/// Where things are printed, and what has to be known to print them.
pub struct Context<'a> {
    /// Takes the results.
    pub out: &'a mut dyn Write,
    /// Takes everything else.
    pub stderr: &'a mut dyn Write,
    /// How much is said besides results.
    pub verbosity: Verbosity,
    /// Tells the time.
    pub now: &'a dyn Fn() -> Timestamp,
    /// The zone asked for; `None`: the one the service has for this user.
    pub zone: Option<&'a str>,
    /// The machine's own zone, by its IANA name.
    pub local_zone: Option<&'a str>,
    /// How often a followed session is asked for.
    pub follow_interval: Duration,
    /// Spreads the waits after failures.
    pub seed: u64,
    /// Is told the zone in force once it is settled.
    pub on_zone_resolved: &'a dyn Fn(&TimeZone),
    /// Prints an element as it was sent on one line, its times in the zone.
    pub format_json: &'a dyn Fn(&str, &TimeZone) -> String,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("talkative", &self.verbosity)
            .field("zone", &self.zone)
            .field("local", &self.local_zone)
            .field("poll", &self.follow_interval)
            .finish_non_exhaustive()
    }
}

/// How much is said besides results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Only what ends the command.
    Quiet,
    /// What the reader should know.
    #[default]
    Normal,
    /// What is being done, too.
    Verbose,
}

/// Why printing stopped.
#[derive(Debug)]
enum Error {
    Service(ApiError),
    Output(io::Error),
}

impl From<ApiError> for Error {
    fn from(fault: ApiError) -> Self {
        Self::Service(fault)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Does one job and tells how it ended; `stop` ends it early with the number of a
/// signal, as Ctrl-C does.
pub async fn run<S: ChatApi>(
    command: &PrintCommand,
    api: &S,
    context: &mut Context<'_>,
    interrupt: impl Future<Output = u8>,
) -> ExitStatus {
    let work = async {
        let exit = match command {
            PrintCommand::Sessions(args) => sessions::run(api, args, context).await,
            PrintCommand::Messages(args) => messages::run(api, args, context).await,
            PrintCommand::Zones(args) => zones::run(api, args, context).await,
        }?;
        context.out.flush()?;
        Ok(exit)
    };
    let done = tokio::select! {
        done = work => done,
        number = interrupt => Ok(ExitStatus::Signalled(number)),
    };
    match done {
        Ok(exit) => exit,
        Err(Error::Service(fault)) => {
            context.print_diagnostic(Verbosity::Quiet, &fault);
            fault.kind.into()
        }
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitStatus::Success
        }
        Err(Error::Output(error)) => {
            context.print_diagnostic(
                Verbosity::Quiet,
                format_args!("the results cannot be written: {error}"),
            );
            ExitStatus::Other
        }
    }
}

impl Context<'_> {
    /// Says one line to whoever is this talkative.
    fn print_diagnostic(&mut self, level: Verbosity, line: impl fmt::Display) {
        if self.verbosity >= level {
            // Nobody is left to tell that nobody listens.
            drop(writeln!(self.stderr, "sochat: {line}"));
        }
    }

    /// Tells how many things could not be read, and whether the result is whole.
    fn report_invalid(&mut self, is_partial: bool, things: &str, unreadable: usize) -> ExitStatus {
        if unreadable > 0 {
            self.print_diagnostic(
                Verbosity::Quiet,
                format_args!("{things} that could not be read: {unreadable}"),
            );
        }
        if is_partial || unreadable > 0 {
            ExitStatus::Partial
        } else {
            ExitStatus::Success
        }
    }

    /// Settles the zone in force and asks the service for its times in it.
    async fn resolve_zone<S: ChatApi>(&mut self, api: &S) -> Result<TimeZone, ApiError> {
        let now = (self.now)();
        let zone = match self.zone {
            Some(requested) => {
                let is_ours = requested.contains('/') || requested.eq_ignore_ascii_case("local");
                let listed = if is_ours {
                    Vec::new()
                } else {
                    // Without the list a code still has its usual meaning, and a real fault comes
                    // back with the next question.
                    self.retry_if_moved(async || api.zones().await)
                        .await
                        .unwrap_or_default()
                };
                TimeZone::resolve(requested, &listed, self.local_zone, now)
                    .map_err(|error| ApiError::new(ErrorKind::Config, error.to_string()))?
            }
            None => match self.retry_if_moved(async || api.user_zone().await).await {
                Ok(home) => TimeZone::from_listed(&home, now),
                Err(fault) if is_zone_unavailable(fault.kind) => {
                    self.print_diagnostic(
                        Verbosity::Normal,
                        format_args!("times are shown in UTC: {fault}"),
                    );
                    TimeZone::utc()
                }
                Err(fault) => return Err(fault),
            },
        };
        api.set_time_zone(zone.request_code());
        (self.on_zone_resolved)(&zone);
        let label = zone.label();
        self.print_diagnostic(Verbosity::Verbose, format_args!("times are in {label}"));
        Ok(zone)
    }
}

/// Tells a service without usable zones from one that cannot be used at all.
fn is_zone_unavailable(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::NotFound | ErrorKind::Forbidden | ErrorKind::InvalidResponse
    )
}

#[cfg(test)]
mod tests;
