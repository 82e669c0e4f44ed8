//! Why a run of the program failed.

use std::io;

use crate::config::Diagnostics;
use crate::sync::ApiError;

/// A failure that ends the program.
#[derive(Debug)]
pub enum Error {
    Config(Diagnostics),
    Service(ApiError),
    Io(io::Error),
}

impl From<Diagnostics> for Error {
    fn from(faults: Diagnostics) -> Self {
        Self::Config(faults)
    }
}

impl From<ApiError> for Error {
    fn from(fault: ApiError) -> Self {
        Self::Service(fault)
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}
