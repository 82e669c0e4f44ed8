//! The read-state file of a service, shared by all running viewers, and beside it the list state.
//!
//! A change is merged into the current file under a lock, and the file is replaced atomically.

mod format;
mod list_format;
mod privacy_key;
pub(crate) mod read_state_writer;
mod search_probe;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, SystemTime};

use chrono::TimeDelta;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::chat::{ListState, ReadState, Timestamp};
use format::FileContents;
use list_format::FileListState;
pub(crate) use privacy_key::load_privacy_key;
pub(crate) use read_state_writer::{ReadStateEvent, ReadStateRequest};

/// Sessions not listed for this long are dropped.
const RETENTION: TimeDelta = TimeDelta::days(90);
/// Waits are dropped when nothing was written for this long: they can be read from the transcript again.
const WAIT_RETENTION: TimeDelta = TimeDelta::days(1);
/// Another viewer holds the lock for one write, so a second is plenty.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReadStateFile {
    path: PathBuf,
}

/// The file after a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Merged {
    pub read_state: ReadState,
    pub version: Option<FileVersion>,
    /// The new path of a file that could not be read.
    pub(crate) renamed_to: Option<PathBuf>,
}

/// Differs after a change of the file: its time and length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileVersion(SystemTime, u64);

#[derive(Debug, thiserror::Error)]
pub(crate) enum StorageError {
    #[error("{} is locked by another sochat: end it if it hangs", .0.display())]
    Locked(PathBuf),
    #[error("cannot write {} ({error}): check its permissions", path.display())]
    Io { path: PathBuf, error: io::Error },
    #[error("cannot read {} ({error})", path.display())]
    Unreadable { path: PathBuf, error: io::Error },
}

impl ReadStateFile {
    /// The file for a service and profile.
    pub(crate) fn new(folder: &Path, service: &str, profile: Option<&str>) -> Self {
        let mut name = profile.map_or_else(String::new, |profile| escape(profile) + "@");
        name += &escape(service);
        Self {
            path: folder.join(name + ".json"),
        }
    }

    /// Merges changes into the file and returns the result.
    pub(crate) fn merge(
        &self,
        changes: &ReadState,
        now: Timestamp,
    ) -> Result<Merged, StorageError> {
        // Held until the file is replaced.
        let _lock = self.lock_folder()?;
        let (stored, renamed_to) = self.read().map_err(io_error(&self.path))?;
        let privacy_key = stored.as_ref().and_then(|stored| stored.privacy_key);
        let stored = stored.map(ReadState::from);
        let mut read_state = stored.clone().unwrap_or_default();
        read_state.merge(changes);
        read_state.forget_before(now - RETENTION);
        read_state.forget_waits_before(now - WAIT_RETENTION);
        if stored.as_ref() != Some(&read_state) {
            let mut contents = FileContents::from(&read_state);
            contents.privacy_key = privacy_key;
            replace(&self.path, &contents).map_err(io_error(&self.path))?;
        }
        Ok(Merged {
            read_state,
            version: self.version(),
            renamed_to,
        })
    }

    /// Loads the file without changing anything; what cannot be read is empty.
    pub(crate) fn load(&self) -> ReadState {
        let contents = fs::read(&self.path).ok();
        let contents =
            contents.and_then(|bytes| serde_json::from_slice::<FileContents>(&bytes).ok());
        contents.map_or_else(ReadState::default, ReadState::from)
    }

    /// How the list was shown last; the default where that is not known.
    pub(crate) fn load_list_state(&self) -> ListState {
        let contents = fs::read(self.list_state_path()).ok();
        let contents =
            contents.and_then(|bytes| serde_json::from_slice::<FileListState>(&bytes).ok());
        contents.map_or_else(ListState::default, ListState::from)
    }

    /// Stores how the list is shown; the next viewer begins with the state stored last by any viewer.
    pub(crate) fn save_list_state(&self, state: &ListState) -> Result<(), StorageError> {
        let path = self.list_state_path();
        let contents = FileListState::from(state);
        let _lock = self.lock_folder()?;
        replace(&path, &contents).map_err(io_error(&path))
    }

    /// Creates the folder, and locks it so that no other viewer replaces a file meanwhile.
    fn lock_folder(&self) -> Result<File, StorageError> {
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder).map_err(io_error(folder))?;
        lock(&self.path.with_extension("lock"))
    }

    fn list_state_path(&self) -> PathBuf {
        self.path.with_extension("list.json")
    }

    fn search_probe_path(&self) -> PathBuf {
        self.path.with_extension("search.json")
    }

    /// The version of the file; `None` if there is none.
    pub(crate) fn version(&self) -> Option<FileVersion> {
        let metadata = fs::metadata(&self.path).ok()?;
        Some(FileVersion(metadata.modified().ok()?, metadata.len()))
    }

    /// Reads the file, if it exists; an unreadable one is renamed, and its new path returned.
    fn read(&self) -> io::Result<(Option<FileContents>, Option<PathBuf>)> {
        let read = match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((None, None)),
            read => read,
        };
        let contents = read
            .ok()
            .and_then(|bytes| serde_json::from_slice::<FileContents>(&bytes).ok());
        if contents.is_some() {
            return Ok((contents, None));
        }
        let renamed_to = self.path.with_extension("unreadable.json");
        fs::rename(&self.path, &renamed_to)?;
        Ok((None, Some(renamed_to)))
    }
}

/// Replaces a file by renaming, so that a crash cannot leave half of it.
fn replace(path: &Path, contents: &impl Serialize) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut file = owner_only_options().truncate(true).open(&new)?;
    file.write_all(&serde_json::to_vec_pretty(contents)?)?;
    file.sync_all()?;
    fs::rename(&new, path)
}

fn lock(path: &Path) -> Result<File, StorageError> {
    let file = owner_only_options().open(path).map_err(io_error(path))?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(io_error(path)(error)),
        }
    }
    Err(StorageError::Locked(path.to_owned()))
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> StorageError {
    let path = path.to_owned();
    |error| StorageError::Io { path, error }
}

fn owner_only_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Percent-encodes text for a file name, so that different services never share a file.
fn escape(text: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'.').remove(b'-').remove(b'_');
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests;
