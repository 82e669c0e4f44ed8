//! The commands without a screen: sessions, messages and zones of any [`Source`], as text or JSON.
//!
//! Results go to one writer and talk to another; a closed pipe ends quietly. No clock and no
//! terminal in here: `now` and both writers are handed in.

mod json;
mod messages;
mod patience;
mod rows;
mod sessions;
mod text;
mod wish;
mod zones;

use std::fmt;
use std::future::Future;
use std::io::{self, Write};
use std::time::Duration;

use crate::chat::Timestamp;
use crate::cli::Job;
use crate::exit::Exit;
use crate::sync::{Fault, FaultKind, Source};
use crate::text::TimeZone;
pub use wish::{Since, StatusWish};

/// Where things are printed, and what has to be known to print them.
pub struct Desk<'a> {
    /// Takes the results.
    pub out: &'a mut dyn Write,
    /// Takes everything else.
    pub talk: &'a mut dyn Write,
    /// How much is said besides results.
    pub talkative: Talkative,
    /// Tells the time.
    pub now: &'a dyn Fn() -> Timestamp,
    /// The zone asked for; `None`: the one the service has for this user.
    pub zone: Option<&'a str>,
    /// The machine's own zone, by its IANA name.
    pub local: Option<&'a str>,
    /// How often a followed session is asked for.
    pub poll: Duration,
    /// Spreads the waits after failures.
    pub seed: u64,
    /// Is told the zone in force once it is settled.
    pub settled: &'a dyn Fn(&TimeZone),
    /// Prints an element as it was sent on one line, its times in the zone.
    pub element: &'a dyn Fn(&str, &TimeZone) -> String,
}

impl fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("talkative", &self.talkative)
            .field("zone", &self.zone)
            .field("local", &self.local)
            .field("poll", &self.poll)
            .finish_non_exhaustive()
    }
}

/// How much is said besides results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Talkative {
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
enum Stop {
    Reading(Fault),
    Writing(io::Error),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Reading(fault)
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Writing(error)
    }
}

/// Does one job and tells how it ended; `stop` ends it early with the number of a
/// signal, as Ctrl-C does.
pub async fn run<S: Source>(
    job: &Job,
    source: &S,
    desk: &mut Desk<'_>,
    stop: impl Future<Output = u8>,
) -> Exit {
    let work = async {
        let exit = match job {
            Job::Sessions(wish) => sessions::print(source, wish, desk).await,
            Job::Messages(wish) => messages::print(source, wish, desk).await,
            Job::Zones(wish) => zones::print(source, wish, desk).await,
        }?;
        desk.out.flush()?;
        Ok(exit)
    };
    let done = tokio::select! {
        done = work => done,
        number = stop => Ok(Exit::Signalled(number)),
    };
    match done {
        Ok(exit) => exit,
        Err(Stop::Reading(fault)) => {
            desk.say(Talkative::Quiet, &fault);
            fault.kind.into()
        }
        Err(Stop::Writing(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Fine,
        Err(Stop::Writing(error)) => {
            desk.say(
                Talkative::Quiet,
                format_args!("the results cannot be written: {error}"),
            );
            Exit::Other
        }
    }
}

impl Desk<'_> {
    /// Says one line to whoever is this talkative.
    fn say(&mut self, to: Talkative, line: impl fmt::Display) {
        if self.talkative >= to {
            // Nobody is left to tell that nobody listens.
            drop(writeln!(self.talk, "sochat: {line}"));
        }
    }

    /// Tells how many things could not be read, and whether the result is whole.
    fn count_up(&mut self, is_cut: bool, things: &str, unreadable: usize) -> Exit {
        if unreadable > 0 {
            self.say(
                Talkative::Quiet,
                format_args!("{things} that could not be read: {unreadable}"),
            );
        }
        if is_cut || unreadable > 0 {
            Exit::Partial
        } else {
            Exit::Fine
        }
    }

    /// Settles the zone in force and asks the service for its times in it.
    async fn settle<S: Source>(&mut self, source: &S) -> Result<TimeZone, Fault> {
        let now = (self.now)();
        let zone = match self.zone {
            Some(wish) => {
                let is_ours = wish.contains('/') || wish.eq_ignore_ascii_case("local");
                let listed = if is_ours {
                    Vec::new()
                } else {
                    // Without the list a code still has its usual meaning, and a real fault comes
                    // back with the next question.
                    self.ask(async || source.zones().await)
                        .await
                        .unwrap_or_default()
                };
                TimeZone::resolve(wish, &listed, self.local, now)
                    .map_err(|error| Fault::new(FaultKind::Setup, error.to_string()))?
            }
            None => match self.ask(async || source.home_zone().await).await {
                Ok(home) => TimeZone::from_listed(&home, now),
                Err(fault) if is_about_zones(fault.kind) => {
                    self.say(
                        Talkative::Normal,
                        format_args!("times are shown in UTC: {fault}"),
                    );
                    TimeZone::utc()
                }
                Err(fault) => return Err(fault),
            },
        };
        source.ask_in(zone.request_code());
        (self.settled)(&zone);
        let label = zone.label();
        self.say(Talkative::Verbose, format_args!("times are in {label}"));
        Ok(zone)
    }
}

/// Tells a service without usable zones from one that cannot be used at all.
fn is_about_zones(kind: FaultKind) -> bool {
    matches!(
        kind,
        FaultKind::NotFound | FaultKind::Forbidden | FaultKind::Garbled
    )
}

#[cfg(test)]
mod tests;
