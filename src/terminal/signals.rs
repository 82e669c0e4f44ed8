//! Signals: termination, suspend and resume, and the size of the window.

use std::io;
use std::time::Duration;

/// A command has this long to end after a signal.
const SHUTDOWN_TIME: Duration = Duration::from_millis(400);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// The signal's number; the exit code is 128 plus it.
    Terminate(u8),
    /// SIGTSTP from outside; in raw mode, Ctrl-Z is a key.
    Suspend,
    /// Resumed after a stop; the terminal may show anything and have another size.
    Continued,
    /// The window has another size.
    WindowResized,
}

#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    sigint: tokio::signal::unix::Signal,
    sigterm: tokio::signal::unix::Signal,
    sighup: tokio::signal::unix::Signal,
    sigtstp: tokio::signal::unix::Signal,
    sigcont: tokio::signal::unix::Signal,
    sigwinch: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            sigint: signal(SignalKind::interrupt())?,
            sigterm: signal(SignalKind::terminate())?,
            sighup: signal(SignalKind::hangup())?,
            sigtstp: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            sigcont: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            sigwinch: signal(SignalKind::window_change())?,
        })
    }

    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            biased;
            _ = self.sigint.recv() => Signal::Terminate(2),
            _ = self.sigterm.recv() => Signal::Terminate(15),
            _ = self.sighup.recv() => Signal::Terminate(1),
            _ = self.sigtstp.recv() => Signal::Suspend,
            _ = self.sigcont.recv() => Signal::Continued,
            _ = self.sigwinch.recv() => Signal::WindowResized,
        }
    }
}

/// Outside Unix, there is only Ctrl-C; resizes are input.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    pub fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    pub async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Terminate(2),
            Err(_) => std::future::pending().await,
        }
    }
}

impl Signals {
    /// Waits for a signal that ends the program; returns its number.
    pub(crate) async fn terminated(mut self) -> u8 {
        loop {
            if let Signal::Terminate(number) = self.next().await {
                return number;
            }
        }
    }
}

/// Waits for a signal that ends the program; returns its number.
pub(crate) async fn wait_for_termination() -> u8 {
    match Signals::listen() {
        Ok(signals) => signals.terminated().await,
        Err(_) => std::future::pending().await,
    }
}

/// Ends the program a moment after a signal if it still runs: then it is blocked in a write to a terminal or pipe that
/// is not read, and cannot notice the signal itself.
#[expect(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a blocked write cannot be ended otherwise, and commands leave the terminal as it is"
)]
pub(crate) async fn exit_if_blocked() {
    let number = wait_for_termination().await;
    tokio::time::sleep(SHUTDOWN_TIME).await;
    std::process::exit(128 + i32::from(number));
}
