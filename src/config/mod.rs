//! Everything that can be set, checked: defaults, file, environment and flags become one [`Config`].
//!
//! The file is walked by hand so that every fault is told at once with its line. The commented
//! file in `assets` is the first layer: what it says is what holds. Nothing here signs in or draws.

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
pub use diagnostics::{Diagnostic, Diagnostics, Origin};
pub use notify::NotifyMethod;
pub use show::{init, show};

/// The file that `config init` writes: every key, commented out, with its default.
pub const TEMPLATE: &str = include_str!("../../assets/config.toml");

/// Environment variables by name.
pub type Environment = BTreeMap<String, String>;

/// Settings given as flags: the key in the file and the value.
pub type Flags = Vec<(&'static str, String)>;

/// What was set, by name: the value as `config show` prints it, and where it came from.
type Values = BTreeMap<String, (String, Origin)>;

/// Everything that was set, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file, whether or not there is one.
    pub path: PathBuf,
    /// The profile in use.
    pub profile: Option<String>,
    /// How the service is spoken to; `None` while no address is set.
    pub service: Option<Settings>,
    /// A way to sign in that still lacks its secret, see [`Config::resolve_secret`].
    pub missing_secret: Option<AuthScheme>,
    /// The zone asked for, checked against the service's list later; `None`: the user's own.
    pub zone: Option<String>,
    /// How often things are asked for.
    pub poll: PollConfig,
    /// How things are drawn.
    pub display: DisplayConfig,
    /// What stands in the file in vain.
    pub warnings: Diagnostics,
    values: Values,
}

/// How often things are asked for; `None` for what is asked for only when the person asks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PollConfig {
    /// The open session.
    pub reader: Option<Duration>,
    /// The list.
    pub list: Option<Duration>,
    /// Never more requests a second than this.
    pub max_per_second: f64,
}

/// How things are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayConfig {
    /// Whether clicks and the wheel are taken from the terminal.
    pub mouse: bool,
    /// When to use colour.
    pub color: ColorChoice,
    /// Whether to draw with ASCII only.
    pub ascii: bool,
    /// Which colours to use.
    pub theme: ThemeChoice,
    /// How the person is called.
    pub notify: NotifyMethod,
    /// Keys for commands, to be checked by the key table.
    pub keys: Vec<KeyBinding>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    /// On a terminal that has it.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

/// Which colours to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// The terminal's own 16.
    #[default]
    Auto,
    /// Made for dark backgrounds.
    Dark,
    /// Made for light backgrounds.
    Light,
    /// None but bold, dim, underlined and reversed.
    Mono,
}

/// The keys of one command, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyBinding {
    /// The command's name.
    pub command: String,
    /// Its keys.
    pub keys: Vec<String>,
    /// The line of the file, for a [`Diagnostic`] at [`Origin::File`].
    pub line: usize,
}

/// Finds the configuration file: the one named by flag or `SOCHAT_CONFIG`, which has to exist to be
/// loaded, else the platform's own place.
pub fn locate(flag: Option<&Path>, environment: &Environment) -> Result<ConfigPath, Diagnostics> {
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
                "there is no home folder to look for the configuration in; set HOME, or name a file with --config",
            )
        })
}

/// The platform's own place for what is remembered from one run to the next, if there is a home for it.
pub fn state_dir() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "sochat")?;
    let folder = folders.state_dir().unwrap_or(folders.data_local_dir());
    Some(folder.to_owned())
}

/// Where the configuration file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConfigPath {
    /// Somebody named this one.
    Explicit(PathBuf),
    /// The platform's own place for it.
    Default(PathBuf),
}

impl ConfigPath {
    /// The path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Explicit(path) | Self::Default(path) => path,
        }
    }
}

/// Loads the file and puts environment and flags over it. No file in the usual place is no fault.
pub fn load(
    location: &ConfigPath,
    environment: &Environment,
    flags: &Flags,
) -> Result<Config, Diagnostics> {
    let text = match (fs::read(location.path()), location) {
        (Ok(bytes), _) => String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned()),
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

/// Checks the text of a file with environment and flags put over it.
fn build(
    path: &Path,
    text: &str,
    environment: &Environment,
    flags: &Flags,
) -> Result<Config, Diagnostics> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut merged = merge::merge_layers(text, folder, environment, flags);
    let service = credentials::build_service(&mut merged.partial, &mut merged.errors);
    let sorted = |mut entries: Vec<Diagnostic>| {
        entries.sort_by_key(|fault| fault.origin);
        Diagnostics {
            path: path.to_owned(),
            entries,
        }
    };
    if !merged.errors.is_empty() {
        // A key that is misspelt may well be the reason for the rest.
        merged.errors.append(&mut merged.warnings);
        return Err(sorted(merged.errors));
    }
    Ok(Config {
        path: path.to_owned(),
        profile: merged.partial.profile,
        missing_secret: service.missing_secret,
        service: service.settings,
        zone: merged.partial.time_zone,
        poll: merged.partial.poll,
        display: merged.partial.display,
        warnings: sorted(merged.warnings),
        values: merged.partial.values,
    })
}

#[cfg(test)]
mod tests;
