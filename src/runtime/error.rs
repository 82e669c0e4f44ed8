//! Errors that end the program.

use std::io;

use crate::config::Diagnostics;
use crate::sync::ApiError;

#[derive(Debug)]
pub(crate) enum Error {
    Config(Diagnostics),
    Service(ApiError),
    Io(io::Error),
}

impl From<Diagnostics> for Error {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Config(diagnostics)
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        Self::Service(error)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
