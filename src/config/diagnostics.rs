//! Diagnostics: errors and warnings about settings, with their origin. They never contain a secret.

use std::fmt;
use std::path::{Path, PathBuf};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    Default,
    /// A line of the file, from 1.
    File(usize),
    /// A line of the user's theme, with which the sentence begins.
    ThemeFile(usize),
    Environment(&'static str),
    /// The flag of a setting, by the setting's name.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) | Self::ThemeFile(line) => write!(f, "line {line}"),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(key) => write!(f, "--{}", key.replace('_', "-")),
        }
    }
}

/// An error or a warning, in one sentence with what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub(crate) origin: Origin,
    pub why: String,
}

impl Diagnostic {
    pub fn new(origin: Origin, why: impl Into<String>) -> Self {
        Self {
            origin,
            why: why.into(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file that [`Origin::File`] refers to; empty if there is none.
    pub path: PathBuf,
    pub entries: Vec<Diagnostic>,
}

impl Diagnostics {
    pub fn single(path: &Path, origin: Origin, why: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            entries: vec![Diagnostic::new(origin, why)],
        }
    }

    /// Adds an error found outside the configuration.
    pub(crate) fn with_error(mut self, error: Diagnostic) -> Self {
        self.entries.push(error);
        self
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Diagnostic { origin, why }) in self.entries.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match origin {
                Origin::Default if self.path.as_os_str().is_empty() => f.write_str(why)?,
                Origin::Default => write!(f, "{}: {why}", self.path.display())?,
                Origin::File(line) => write!(f, "{}:{line}: {why}", self.path.display())?,
                Origin::ThemeFile(_) => f.write_str(why)?,
                named => write!(f, "{named}: {why}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
