//! Exports one loaded transcript to a file of a new name, for the viewer.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::document::{Document, WriteSummary};
use super::file::{PartialFile, buffered, next_free_path, unbuffered};
use crate::chat::Message;

#[derive(Debug, thiserror::Error)]
pub(crate) enum FileError {
    #[error("{} exists: choose another name", taken.display())]
    NameTaken { taken: PathBuf, free: PathBuf },
    #[error("cannot write {} ({error}): choose a folder that exists and that you may write to", path.display())]
    Io { path: PathBuf, error: io::Error },
}

/// Writes a document; a file that exists is never overwritten.
pub(crate) fn write_new_file(
    document: &Document<'_>,
    messages: Vec<Arc<Message>>,
    path: &Path,
) -> Result<WriteSummary, FileError> {
    let taken = || FileError::NameTaken {
        taken: path.to_owned(),
        free: next_free_path(path),
    };
    if path.symlink_metadata().is_ok() {
        return Err(taken());
    }
    let write = || {
        let mut out = buffered(PartialFile::create(path)?);
        let written = document.write(messages, &mut out)?;
        let file = unbuffered(out)?;
        file.sync()?;
        file.keep_new()?;
        Ok(written)
    };
    write().map_err(|error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => taken(),
        _ => FileError::Io {
            path: path.to_owned(),
            error,
        },
    })
}
