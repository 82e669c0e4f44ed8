//! Files that are there only once they are complete, and that no other user can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Nearly every transcript is written at once.
const BUFFER_BYTES: usize = 64 << 10;

/// Buffers writes to a file, or to the writer that computes its checksum.
pub(super) fn buffered<W: Write>(out: W) -> BufWriter<W> {
    BufWriter::with_capacity(BUFFER_BYTES, out)
}

/// Writes what is left in the buffer.
pub(super) fn unbuffered<W: Write>(out: BufWriter<W>) -> io::Result<W> {
    out.into_inner().map_err(io::IntoInnerError::into_error)
}

/// A file being written beside its final name; removed unless it gets that name.
#[derive(Debug)]
pub(super) struct PartialFile {
    /// `None` once it is closed.
    file: Option<File>,
    /// `None` once it has its final name.
    partial: Option<PathBuf>,
    target: PathBuf,
}

impl PartialFile {
    pub(super) fn create(target: &Path) -> io::Result<Self> {
        let partial = partial_path(target);
        let create = || private_file().create_new(true).open(&partial);
        let file = match create() {
            // One that an interrupted export has left; a link must not be followed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                fs::remove_file(&partial)?;
                create()?
            }
            file => file?,
        };
        Ok(Self {
            file: Some(file),
            partial: Some(partial),
            target: target.to_owned(),
        })
    }

    /// Gives the file its name, which must be free.
    pub(super) fn keep_new(self) -> io::Result<()> {
        self.keep(rename_to_free)
    }

    /// Gives the file its name; a file that has it is replaced.
    pub(super) fn keep_replacing(self) -> io::Result<()> {
        self.keep(|partial, target| fs::rename(partial, target))
    }

    fn keep(mut self, rename: impl FnOnce(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
        drop(self.file.take());
        if let Some(partial) = &self.partial {
            rename(partial, &self.target)?;
            self.partial = None;
        }
        Ok(())
    }

    /// Waits until what was written is on the disk, which takes longer than to write it.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.file.as_ref().map_or(Ok(()), File::sync_all)
    }
}

impl Write for PartialFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        drop(self.file.take());
        if let Some(partial) = &self.partial {
            // Nothing can be done about a failure.
            drop(fs::remove_file(partial));
        }
    }
}

/// Renames a file; the new name must be free.
fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    match rename_without_replacing(from, to) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {}
        renamed => return renamed,
    }
    link_to_free(from, to)
}

/// Renames a file by way of a link; the new name must be free.
fn link_to_free(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to) {
        Ok(()) => {
            // The file has its name, also where the other one stays.
            drop(fs::remove_file(from));
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        // Not every file system has links.
        Err(_) if to.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(from, to),
    }
}

/// Not every system and file system can do this.
#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename_without_replacing(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename_without_replacing(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Options for a new file that only its owner can read.
pub(super) fn private_file() -> OpenOptions {
    let mut options = File::options();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn partial_path(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(".partial");
    name.into()
}

/// The first path that is free: `chat-341-2.md` after `chat-341.md`.
pub(super) fn next_free_path(taken: &Path) -> PathBuf {
    let stem = taken.file_stem().unwrap_or_default().to_string_lossy();
    let extension = taken.extension().unwrap_or_default().to_string_lossy();
    let dot = if extension.is_empty() { "" } else { "." };
    (2_u32..=u32::MAX)
        .map(|number| taken.with_file_name(format!("{stem}-{number}{dot}{extension}")))
        .find(|path| path.symlink_metadata().is_err())
        .unwrap_or_else(|| taken.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_a_free_name_by_way_of_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let [from, to] = ["a.partial", "a"].map(|name| folder.path().join(name));
        fs::write(&from, "new").unwrap();
        link_to_free(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "new");
        assert!(!from.exists());

        fs::write(&from, "newer").unwrap();
        let error = link_to_free(&from, &to).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&to).unwrap(), "new");
        assert!(from.exists());
    }
}
