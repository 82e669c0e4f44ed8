//! Keeps what is remembered of one service in a file of its own, shared by every viewer that is open.
//!
//! A change is merged into what the file holds at that moment, under a lock, and the file is replaced
//! whole or not at all. Nothing is decided here, and nobody waits here but for the disk.

mod format;
pub mod read_state_writer;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use chrono::TimeDelta;

use crate::chat::{ReadState, Timestamp};
use format::FileContents;
pub use read_state_writer::ReadStateEvent;

/// A session that was not heard of for so long is forgotten.
const RETENTION: TimeDelta = TimeDelta::days(90);
/// Another viewer holds the lock for the time of a write; how often it is looked whether it still does.
const LOCK_TRIES: u32 = 50;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// The file of one service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadStateFile {
    path: PathBuf,
}

/// What a file holds after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// Everything that is remembered.
    pub read_state: ReadState,
    /// Where a file was put that could not be read.
    pub quarantined: Option<PathBuf>,
}

/// Why nothing is kept.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Another viewer does not let go of the lock.
    #[error("another sochat holds {}; end it if it hangs", .0.display())]
    Locked(PathBuf),
    /// The machine refuses.
    #[error("{} cannot be written ({error}); see that you may write there", path.display())]
    Io {
        /// What was tried.
        path: PathBuf,
        /// Why it did not work.
        error: io::Error,
    },
}

impl ReadStateFile {
    /// The file for a service, by its address and the profile it is used with.
    pub fn new(folder: &Path, service: &str, profile: Option<&str>) -> Self {
        let mut name = profile.map_or_else(String::new, |profile| escape(profile) + "@");
        name += &escape(service);
        Self {
            path: folder.join(name + ".json"),
        }
    }

    /// Merges changes into what the file holds and answers with all of it.
    pub fn merge(&self, changes: &ReadState, now: Timestamp) -> Result<Merged, StorageError> {
        let at = |path: &Path, error| StorageError::Io {
            path: path.to_owned(),
            error,
        };
        let folder = self.path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder).map_err(|error| at(folder, error))?;
        // Held until the file is in its place.
        let _lock = lock(&self.path.with_extension("lock"))?;
        let (stored, quarantined) = self.read().map_err(|error| at(&self.path, error))?;
        let mut read_state = stored.clone().unwrap_or_default();
        read_state.merge(changes);
        read_state.forget_before(now - RETENTION);
        if stored.as_ref() != Some(&read_state) {
            self.replace(&read_state)
                .map_err(|error| at(&self.path, error))?;
        }
        Ok(Merged {
            read_state,
            quarantined,
        })
    }

    /// What the file holds, if there is one; one that cannot be read is put aside.
    fn read(&self) -> io::Result<(Option<ReadState>, Option<PathBuf>)> {
        let read = match fs::read(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((None, None)),
            read => read,
        };
        let marks = read
            .ok()
            .and_then(|bytes| serde_json::from_slice::<FileContents>(&bytes).ok())
            .map(ReadState::from);
        if marks.is_some() {
            return Ok((marks, None));
        }
        let aside = self.path.with_extension("unreadable.json");
        fs::rename(&self.path, &aside)?;
        Ok((None, Some(aside)))
    }

    /// Writes the file whole or not at all.
    fn replace(&self, marks: &ReadState) -> io::Result<()> {
        let new = self.path.with_extension("new");
        let mut file = owner_only_options().truncate(true).open(&new)?;
        file.write_all(&serde_json::to_vec_pretty(&FileContents::from(marks))?)?;
        file.sync_all()?;
        fs::rename(&new, &self.path)
    }
}

/// Waits for the other viewers, but not for long.
fn lock(path: &Path) -> Result<File, StorageError> {
    let at = |error| StorageError::Io {
        path: path.to_owned(),
        error,
    };
    let file = owner_only_options().open(path).map_err(at)?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(error)) => return Err(at(error)),
        }
    }
    Err(StorageError::Locked(path.to_owned()))
}

/// A file that only its owner can read.
fn owner_only_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A text as a part of a file name; different texts stay different.
fn escape(text: &str) -> String {
    let escaped = text.bytes().map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    });
    escaped.collect()
}

#[cfg(test)]
mod tests;
