//! How the program ends: the numbers that scripts depend on.

use std::process::ExitCode;

use crate::sync::FaultKind;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Fine = 0,
    /// Something not named below.
    Other = 1,
    /// Usage or configuration.
    Usage = 2,
    /// Not signed in, or not allowed.
    SignIn = 3,
    /// No connection.
    Network = 4,
    /// No such session.
    NotFound = 5,
    /// The service is busy or unwell.
    Refused = 6,
    /// Some of it came, and some did not.
    Partial = 7,
    /// Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<FaultKind> for Exit {
    fn from(kind: FaultKind) -> Self {
        match kind {
            FaultKind::Network | FaultKind::Moved => Self::Network,
            FaultKind::Busy { .. } => Self::Refused,
            FaultKind::SignIn | FaultKind::Forbidden => Self::SignIn,
            FaultKind::NotFound => Self::NotFound,
            FaultKind::Garbled | FaultKind::TooLarge => Self::Other,
            FaultKind::Setup => Self::Usage,
        }
    }
}
