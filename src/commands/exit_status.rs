//! Exit status: the numbers that scripts depend on.

use std::process::ExitCode;

use crate::sync::ErrorKind;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    Success,
    /// Something not named below.
    Other,
    /// Wrong usage or configuration.
    Usage,
    /// Not signed in, or not allowed.
    SignIn,
    /// No connection.
    Network,
    NotFound,
    /// The service is overloaded or broken.
    Refused,
    /// Only a part of the result was received.
    Partial,
    /// A signal, by its number; Ctrl-C is 2.
    Signalled(u8),
}

impl ExitStatus {
    pub fn code(self) -> u8 {
        match self {
            Self::Success => 0,
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

    /// A success of which something is missing is a partial result.
    pub(super) fn partial_if(self, is_missing: bool) -> Self {
        match self {
            Self::Success if is_missing => Self::Partial,
            exit => exit,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(exit: ExitStatus) -> Self {
        Self::from(exit.code())
    }
}

impl From<ErrorKind> for ExitStatus {
    fn from(kind: ErrorKind) -> Self {
        match kind {
            ErrorKind::Network | ErrorKind::Moved => Self::Network,
            ErrorKind::Busy { .. } | ErrorKind::TenantStopped => Self::Refused,
            ErrorKind::SignIn | ErrorKind::Forbidden => Self::SignIn,
            ErrorKind::NotFound => Self::NotFound,
            ErrorKind::InvalidResponse | ErrorKind::TooLarge => Self::Other,
            ErrorKind::Config => Self::Usage,
        }
    }
}
