//! Subcommands without a screen: sessions, messages and zones of any [`ChatApi`], as text or JSON.
//!
//! Results go to one writer and diagnostics to another; a closed pipe ends a command quietly. The
//! clock and both writers are arguments, so tests need neither a terminal nor real time.

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
use crate::sync::{ApiError, ChatApi, ErrorKind};
use crate::text::TimeZone;

pub use exit_status::ExitStatus;
pub(crate) use filter::{SinceFilter, StatusFilter};
pub(crate) use messages::{MessageFormat, MessagesCommand};
pub(crate) use sessions::{SessionFormat, SessionsCommand};
pub(crate) use zones::ZoneFormat;

/// What to print.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    Sessions(SessionsCommand),
    Messages(MessagesCommand),
    Zones(ZoneFormat),
}

/// What every command needs besides the service.
pub(crate) struct Context<'a> {
    /// For results.
    pub out: &'a mut dyn Write,
    /// For diagnostics.
    pub stderr: &'a mut dyn Write,
    pub verbosity: Verbosity,
    /// The clock.
    pub now: &'a dyn Fn() -> Timestamp,
    /// The zone requested; `None` for the one that the service has for this user.
    pub zone: Option<&'a str>,
    /// The IANA name of the machine's zone.
    pub local_zone: Option<&'a str>,
    /// Between two requests of a followed session.
    pub follow_interval: Duration,
    /// Spreads the delays after failures.
    pub seed: u64,
    /// Formats a JSON element as it was sent, with its times in the zone.
    pub format_json: &'a dyn Fn(&str, &TimeZone) -> String,
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("verbosity", &self.verbosity)
            .field("zone", &self.zone)
            .field("local_zone", &self.local_zone)
            .field("follow_interval", &self.follow_interval)
            .finish_non_exhaustive()
    }
}

/// Which diagnostics are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Errors.
    Quiet,
    /// Warnings too.
    #[default]
    Normal,
    /// Progress too.
    Verbose,
}

#[derive(Debug)]
enum Error {
    Service(ApiError),
    Output(io::Error),
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Service(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs a command. `interrupt` ends it early with the number of a signal, such as Ctrl-C.
pub(crate) async fn run<S: ChatApi>(
    command: &Command,
    api: &S,
    context: &mut Context<'_>,
    interrupt: impl Future<Output = u8>,
) -> ExitStatus {
    let work = async {
        let exit = match command {
            Command::Sessions(command) => sessions::run(api, command, context).await,
            Command::Messages(command) => messages::run(api, command, context).await,
            Command::Zones(format) => zones::run(api, *format, context).await,
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
        Err(Error::Service(error)) => {
            context.print_diagnostic(Verbosity::Quiet, &error);
            error.kind.into()
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
    fn print_diagnostic(&mut self, level: Verbosity, line: impl fmt::Display) {
        if self.verbosity >= level {
            // stderr is closed; nothing to do.
            drop(writeln!(self.stderr, "sochat: {line}"));
        }
    }

    /// Reports how many elements could not be read; returns whether the result is complete.
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

    /// Resolves the zone and lets the service send its times in it.
    async fn resolve_zone<S: ChatApi>(&mut self, api: &S) -> Result<TimeZone, ApiError> {
        let now = (self.now)();
        let zone = match self.zone {
            Some(requested) => {
                let is_iana = requested.contains('/') || requested.eq_ignore_ascii_case("local");
                let listed = if is_iana {
                    Vec::new()
                } else {
                    // Without the list a code still has its usual meaning, and a lasting failure also
                    // fails the next request.
                    self.retry_if_moved(async || api.zones().await)
                        .await
                        .unwrap_or_default()
                };
                TimeZone::resolve(requested, &listed, self.local_zone, now)
                    .map_err(|error| ApiError::new(ErrorKind::Config, error.to_string()))?
            }
            None => match self.retry_if_moved(async || api.user_zone().await).await {
                Ok(user_zone) => TimeZone::from_listed(&user_zone, now),
                Err(error) if is_zone_unavailable(error.kind) => {
                    self.print_diagnostic(
                        Verbosity::Normal,
                        format_args!("times are shown in UTC: {error}"),
                    );
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
