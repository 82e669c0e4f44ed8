//! What is wrong with a configuration, and where each value came from.
//!
//! No secret enters a sentence in here.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody set it.
    Default,
    /// This line of the file, from 1.
    File(usize),
    /// This environment variable.
    Environment(&'static str),
    /// The flag of this key.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) => write!(f, "line {line}"),
            Self::Environment(name) => f.write_str(name),
            Self::Flag(key) => write!(f, "--{}", key.replace('_', "-")),
        }
    }
}

/// One thing that is wrong: where, and in one sentence what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Where it is written.
    pub origin: Origin,
    /// What is wrong and what to do.
    pub why: String,
}

impl Diagnostic {
    /// Makes a fault.
    pub fn new(origin: Origin, why: impl Into<String>) -> Self {
        Self {
            origin,
            why: why.into(),
        }
    }
}

/// All that is wrong at once, one line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostics {
    /// The file that lines count in.
    pub path: PathBuf,
    /// In the order they are written.
    pub entries: Vec<Diagnostic>,
}

impl Diagnostics {
    /// A single fault in the file of this path, or beside it.
    pub fn single(path: &Path, origin: Origin, why: impl Into<String>) -> Self {
        Self {
            path: path.to_owned(),
            entries: vec![Diagnostic::new(origin, why)],
        }
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Diagnostic { origin, why }) in self.entries.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            match origin {
                Origin::Default => write!(f, "{}: {why}", self.path.display())?,
                Origin::File(line) => write!(f, "{}:{line}: {why}", self.path.display())?,
                named => write!(f, "{named}: {why}")?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
