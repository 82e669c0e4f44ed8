//! How the program ends: the numbers that scripts depend on.

use std::process::ExitCode;

use crate::sync::FaultKind;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Fine,
    /// Something not named below.
    Other,
    /// Usage or configuration.
    Usage,
    /// Not signed in, or not allowed.
    SignIn,
    /// No connection.
    Network,
    /// No such session.
    NotFound,
    /// The service is busy or unwell.
    Refused,
    /// Some of it came, and some did not.
    Partial,
    /// A signal, by its number; Ctrl-C is 2.
    Signalled(u8),
}

impl Exit {
    /// The number that scripts see.
    pub fn code(self) -> u8 {
        match self {
            Self::Fine => 0,
            Self::Other => 1,
            Self::Usage => 2,
            Self::SignIn => 3,
            Self::Network => 4,
            Self::NotFound => 5,
            Self::Refused => 6,
            Self::Partial => 7,
            Self::Signalled(number) => 128_u8.saturating_add(number),
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
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
