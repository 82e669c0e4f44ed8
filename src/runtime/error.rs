//! Errors that end the program.

use std::io;

use crate::config::Diagnostics;
use crate::sync::ApiError;

#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) enum Error {
    Config(#[from] Diagnostics),
    Service(#[from] ApiError),
    Io(#[from] io::Error),
}
