//! Files that are there only once they are complete, and that no other user can read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Nearly every transcript is written at once.
const BUFFER_BYTES: usize = 64 << 10;

/// A file being written beside its final name; removed unless it is kept.
#[derive(Debug)]
pub(super) struct PartialFile {
    out: Option<BufWriter<File>>,
    partial: PathBuf,
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
            out: Some(BufWriter::with_capacity(BUFFER_BYTES, file)),
            partial,
            target: target.to_owned(),
        })
    }

    /// Gives the file its name, which must be free.
    pub(super) fn keep_new(mut self) -> io::Result<()> {
        self.close()?;
        match fs::hard_link(&self.partial, &self.target) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            // Not every file system has links.
            Err(_) if self.target.symlink_metadata().is_ok() => {
                Err(io::ErrorKind::AlreadyExists.into())
            }
            Err(_) => fs::rename(&self.partial, &self.target),
        }
    }

    /// Gives the file its name; a file that has it is replaced.
    pub(super) fn keep_replacing(mut self) -> io::Result<()> {
        self.close()?;
        fs::rename(&self.partial, &self.target)
    }

    /// Waits until what was written is on the disk, which takes longer than to write it.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.flush()?;
        self.out
            .as_ref()
            .map_or(Ok(()), |out| out.get_ref().sync_all())
    }

    fn close(&mut self) -> io::Result<()> {
        let closed = self.out.take().map(BufWriter::into_inner).transpose();
        closed.map_err(io::IntoInnerError::into_error)?;
        Ok(())
    }
}

impl Write for PartialFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Some(out) => out.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        drop(self.out.take());
        // Already renamed, or nothing can be done about it.
        drop(fs::remove_file(&self.partial));
    }
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
