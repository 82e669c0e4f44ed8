//! Configuration: defaults, file, environment and flags become one checked [`Config`].
//!
//! The file is walked by hand, so that all errors are reported together with their lines. The template
//! in `assets` is the first layer: the defaults it shows are the defaults that apply.

mod credentials;
mod diagnostics;
mod file;
mod merge;
mod notify;
mod parse;
mod settings;
mod show;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use crate::superoffice::{AuthScheme, Settings};
pub(crate) use diagnostics::{Diagnostic, Diagnostics, Origin};
pub(crate) use notify::NotifyMethod;
pub(crate) use show::init;
pub use show::show;

/// The file that `config init` writes: every setting, commented out, with its default.
pub(crate) const TEMPLATE: &str = include_str!("../../assets/config.toml");

pub type Environment = BTreeMap<String, String>;

/// Settings given as flags: name and value.
pub(crate) type Flags = Vec<(&'static str, String)>;

/// Settings by name: the value as `config show` prints it, and its origin.
type Values = BTreeMap<String, (String, Origin)>;

#[derive(Clone, Debug)]
pub struct Config {
    /// The configuration file, whether or not it exists.
    pub path: PathBuf,
    pub profile: Option<String>,
    /// `None` without a `base_url`.
    pub service: Option<Settings>,
    /// A scheme that still needs its secret, see [`Config::resolve_secret`].
    pub missing_secret: Option<AuthScheme>,
    /// The requested time zone, resolved once the service's list is known; `None`: the user zone.
    pub zone: Option<String>,
    pub poll: PollConfig,
    pub display: DisplayConfig,
    pub warnings: Diagnostics,
    values: Values,
}

/// Polling intervals; `None` is off.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PollConfig {
    /// For the open session.
    pub reader: Option<Duration>,
    pub list: Option<Duration>,
    pub max_per_second: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayConfig {
    /// Whether to capture clicks and the wheel, which disables the terminal's own selection.
    pub mouse: bool,
    pub color: ColorChoice,
    pub ascii: bool,
    pub theme: ThemeChoice,
    pub notify: NotifyMethod,
    /// Not checked yet: the keymap knows the commands and keys.
    pub keys: Vec<KeyBinding>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// The terminal's own 16 colours.
    #[default]
    Auto,
    Dark,
    Light,
    /// No colours: bold, dim, underline and reverse only.
    Mono,
}

/// The keys of one command, as written in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBinding {
    pub command: String,
    pub keys: Vec<String>,
    /// The line of the file, for a [`Diagnostic`] at [`Origin::File`].
    pub line: usize,
}

/// Returns the path from the flag or `SOCHAT_CONFIG`, else the platform's default.
pub(crate) fn locate(
    flag: Option<&Path>,
    environment: &Environment,
) -> Result<ConfigPath, Diagnostics> {
    if let Some(path) = flag {
        return Ok(ConfigPath::Explicit(path.to_owned()));
    }
    if let Some(path) = environment
        .get("SOCHAT_CONFIG")
        .filter(|path| !path.is_empty())
    {
        return Ok(ConfigPath::Explicit(path.into()));
    }
    directories::ProjectDirs::from("", "", "sochat")
        .map(|folders| ConfigPath::Default(folders.config_dir().join("config.toml")))
        .ok_or_else(|| {
            Diagnostics::single(
                Path::new("config.toml"),
                Origin::Environment("HOME"),
                "No home directory for the configuration: set HOME, or name a file with --config",
            )
        })
}

/// The platform's directory for state (`~/.local/state/sochat` on Linux); `None` without a home directory.
pub(crate) fn state_dir() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "sochat")?;
    let folder = folders.state_dir().unwrap_or(folders.data_local_dir());
    Some(folder.to_owned())
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigPath {
    /// From the flag or the environment: the file must exist.
    Explicit(PathBuf),
    /// The platform's default: the file may be missing.
    Default(PathBuf),
}

impl ConfigPath {
    pub fn path(&self) -> &Path {
        match self {
            Self::Explicit(path) | Self::Default(path) => path,
        }
    }
}

/// Loads the file and merges environment and flags over it.
pub fn load(
    location: &ConfigPath,
    environment: &Environment,
    flags: &Flags,
) -> Result<Config, Diagnostics> {
    let text = match (fs::read(location.path()), location) {
        (Ok(bytes), _) => String::from_utf8(bytes).map_err(|_| "is not valid UTF-8".to_owned()),
        (Err(error), ConfigPath::Default(_)) if error.kind() == io::ErrorKind::NotFound => {
            Ok(String::new())
        }
        (Err(error), _) => Err(format!("cannot be read: {error}")),
    };
    let path = location.path();
    match text {
        Ok(text) => build(path, &text, environment, flags),
        Err(why) => Err(Diagnostics::single(path, Origin::Default, why)),
    }
}

fn build(
    path: &Path,
    text: &str,
    environment: &Environment,
    flags: &Flags,
) -> Result<Config, Diagnostics> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let (mut partial, mut errors, mut warnings) =
        merge::merge_layers(text, folder, environment, flags);
    let (service, missing_secret) = credentials::build_service(&mut partial, &mut errors);
    let sorted = |mut entries: Vec<Diagnostic>| {
        entries.sort_by_key(|entry| entry.origin);
        Diagnostics {
            path: path.to_owned(),
            entries,
        }
    };
    if !errors.is_empty() {
        // A misspelt key may be the cause of an error.
        errors.append(&mut warnings);
        return Err(sorted(errors));
    }
    Ok(Config {
        path: path.to_owned(),
        profile: partial.profile,
        missing_secret,
        service,
        zone: partial.time_zone,
        poll: partial.poll,
        display: partial.display,
        warnings: sorted(warnings),
        values: partial.values,
    })
}

#[cfg(test)]
mod tests;
