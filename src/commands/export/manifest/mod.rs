//! Manifest: a line of JSON for each session of an export folder.
//!
//! A line is appended once the file of its session is in place, so that an export that is killed loses only
//! the sessions it was writing. After a power failure files that are shorter than the manifest records are
//! fetched again. The last line of a session counts. At the end of a run the manifest is replaced by one that is
//! sorted and has one line for each session.

mod entry;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::super::ExitStatus;
use super::file::{PartialFile, buffered, private_file, unbuffered};
pub(super) use entry::{Entry, ExportOptions, RowChecksum};

const NAME: &str = "sochat-export.jsonl";

#[derive(Debug)]
pub(super) struct Manifest {
    folder: PathBuf,
    /// Locked while the export runs.
    file: File,
    /// The last line of each session.
    lines: BTreeMap<i64, ManifestLine>,
    end: u64,
    /// Whether each session has one line, in order.
    is_sorted: bool,
}

/// Where a line is, and what decides whether its session is fetched again.
#[derive(Clone, Copy, Debug)]
struct ManifestLine {
    offset: u64,
    length: usize,
    row: Option<RowChecksum>,
    /// The size of the file.
    bytes: Option<u64>,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ManifestError {
    #[error("{} has an export: continue it with --update, or choose another folder", .0.display())]
    Exists(PathBuf),
    #[error("{} is being written by another sochat: wait for its end", .0.display())]
    Locked(PathBuf),
    #[error("{} was exported with another {option} ({before}): use the same, or another folder", folder.display())]
    OtherOptions {
        folder: PathBuf,
        option: &'static str,
        before: String,
    },
    #[error("cannot write {} ({error}): choose a folder that you may write to", path.display())]
    Io { path: PathBuf, error: io::Error },
}

impl From<&ManifestError> for ExitStatus {
    fn from(error: &ManifestError) -> Self {
        match error {
            ManifestError::Exists(_) | ManifestError::OtherOptions { .. } => Self::Usage,
            ManifestError::Locked(_) | ManifestError::Io { .. } => Self::Other,
        }
    }
}

impl Manifest {
    /// Opens or creates the manifest of a folder, and the folder. Only an update continues one that has
    /// lines.
    pub(super) fn open(
        folder: &Path,
        options: &ExportOptions,
        is_update: bool,
    ) -> Result<Self, ManifestError> {
        let path = folder.join(NAME);
        let io_error = |error| ManifestError::Io {
            path: path.clone(),
            error,
        };
        create_folder(folder).map_err(io_error)?;
        let mut open = private_file();
        let file = open.read(true).append(true).create(true).open(&path);
        let file = file.map_err(io_error)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(ManifestError::Locked(folder.to_owned())),
            // Not every file system has locks.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mut manifest = Self {
            folder: folder.to_owned(),
            file,
            lines: BTreeMap::new(),
            end: 0,
            is_sorted: true,
        };
        manifest.read(options, io_error)?;
        if !is_update && !manifest.lines.is_empty() {
            return Err(ManifestError::Exists(folder.to_owned()));
        }
        if is_update {
            remove_partial_files(folder).map_err(io_error)?;
        }
        Ok(manifest)
    }

    /// Reads the lines. What an interrupted write left at the end is cut off; a line that cannot be read is
    /// none.
    fn read(
        &mut self,
        options: &ExportOptions,
        io_error: impl Fn(io::Error) -> ManifestError,
    ) -> Result<(), ManifestError> {
        let mut reader = BufReader::new(&self.file);
        let mut line = Vec::new();
        loop {
            line.clear();
            reader.read_until(b'\n', &mut line).map_err(&io_error)?;
            if !line.ends_with(b"\n") {
                break;
            }
            let offset = self.end;
            self.end += line.len() as u64;
            let Ok(entry) = serde_json::from_slice::<Entry>(&line) else {
                self.is_sorted = false;
                continue;
            };
            if let Some((option, before)) = entry.options.difference(options) {
                return Err(ManifestError::OtherOptions {
                    folder: self.folder.clone(),
                    option,
                    before,
                });
            }
            index(
                &mut self.lines,
                &mut self.is_sorted,
                &entry,
                offset,
                line.len(),
            );
        }
        self.file.set_len(self.end).map_err(io_error)
    }

    /// Returns `true` if a session is exported, its file is there as it was written, and its row is the same.
    pub(super) fn is_unchanged(&self, id: i64, row: RowChecksum, file: &Path) -> bool {
        let known = self.lines.get(&id).filter(|line| line.row == Some(row));
        let is_written = |metadata: fs::Metadata| {
            metadata.is_file() && known.is_some_and(|line| line.bytes == Some(metadata.len()))
        };
        known.is_some() && file.metadata().is_ok_and(is_written)
    }

    /// Adds a line, which a program that is killed does not lose.
    pub(super) fn append(&mut self, entry: &Entry) -> io::Result<()> {
        let mut line = serde_json::to_vec(entry)?;
        line.push(b'\n');
        self.file.write_all(&line)?;
        index(
            &mut self.lines,
            &mut self.is_sorted,
            entry,
            self.end,
            line.len(),
        );
        self.end += line.len() as u64;
        Ok(())
    }

    /// The last line of a session.
    pub(super) fn entry(&self, id: i64) -> io::Result<Option<Entry>> {
        let Some(line) = self.lines.get(&id) else {
            return Ok(None);
        };
        Ok(Some(serde_json::from_slice(&self.read_line(*line)?)?))
    }

    fn read_line(&self, line: ManifestLine) -> io::Result<Vec<u8>> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(line.offset))?;
        let mut bytes = vec![0; line.length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    /// Sorts the lines and drops those that others replaced.
    pub(super) fn finish(self) -> io::Result<()> {
        if self.is_sorted {
            return Ok(());
        }
        let mut sorted = buffered(PartialFile::create(&self.folder.join(NAME))?);
        for line in self.lines.values() {
            sorted.write_all(&self.read_line(*line)?)?;
        }
        let sorted = unbuffered(sorted)?;
        sorted.sync()?;
        sorted.keep_replacing()
    }
}

fn index(
    lines: &mut BTreeMap<i64, ManifestLine>,
    is_sorted: &mut bool,
    entry: &Entry,
    offset: u64,
    length: usize,
) {
    let last = lines.last_key_value();
    *is_sorted &= last.is_none_or(|(id, _)| *id < entry.id);
    let line = ManifestLine {
        offset,
        length,
        row: entry.row.filter(|_| !entry.needs_retry()),
        bytes: entry.bytes,
    };
    lines.insert(entry.id, line);
}

/// Creates a folder that only its owner can enter; one that exists is left as it is.
fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Removes what an export that was killed was writing.
fn remove_partial_files(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("chat-") && name.ends_with(".partial") {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
