//! Signals that end the program in order, or suspend it.

use std::io;

/// A signal, as far as the loop cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// End, with this number told in the exit code.
    Terminate(u8),
    /// Suspend, as if the key had been pressed.
    Suspend,
    /// Awake again after somebody else stopped us: the terminal may hold anything.
    Continued,
}

/// Listens for signals.
#[cfg(unix)]
#[derive(Debug)]
pub struct Signals {
    sigint: tokio::signal::unix::Signal,
    sigterm: tokio::signal::unix::Signal,
    sighup: tokio::signal::unix::Signal,
    sigtstp: tokio::signal::unix::Signal,
    sigcont: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// Starts to listen.
    pub fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            sigint: signal(SignalKind::interrupt())?,
            sigterm: signal(SignalKind::terminate())?,
            sighup: signal(SignalKind::hangup())?,
            sigtstp: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            sigcont: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.sigint.recv() => Signal::Terminate(2),
            _ = self.sigterm.recv() => Signal::Terminate(15),
            _ = self.sighup.recv() => Signal::Terminate(1),
            _ = self.sigtstp.recv() => Signal::Suspend,
            _ = self.sigcont.recv() => Signal::Continued,
        }
    }
}

/// Listens for Ctrl-C, the one signal there is.
#[cfg(not(unix))]
#[derive(Debug)]
pub struct Signals;

#[cfg(not(unix))]
impl Signals {
    /// Starts to listen.
    pub fn listen() -> io::Result<Self> {
        Ok(Self)
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Signal {
        match tokio::signal::ctrl_c().await {
            Ok(()) => Signal::Terminate(2),
            Err(_) => std::future::pending().await,
        }
    }
}
