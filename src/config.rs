//! Everything that can be set, checked: defaults, file, environment and flags become one [`Config`].
//!
//! The file is walked by hand so that every fault is told at once with its line. The commented
//! file in `assets` is the first layer: what it says is what holds. Nothing here signs in or draws.

mod draft;
mod fault;
mod file;
mod given;
mod layers;
mod notify;
mod show;
mod sign_in;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use crate::superoffice::{AuthScheme, Settings};
pub use fault::{Fault, Faults, Origin};
pub use notify::Notify;
pub use show::{init, show};

/// The file that `config init` writes: every key, commented out, with its default.
pub const COMMENTED: &str = include_str!("../assets/config.toml");

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
    /// A way to sign in that still lacks its secret, see [`Config::sign_in`].
    pub unanswered: Option<AuthScheme>,
    /// The zone asked for, checked against the service's list later; `None`: the user's own.
    pub zone: Option<String>,
    /// How often things are asked for.
    pub poll: Poll,
    /// How things are drawn.
    pub screen: Screen,
    /// What stands in the file in vain.
    pub warnings: Faults,
    values: Values,
}

/// How often things are asked for; `None` for what is asked for only when the person asks.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Poll {
    /// The open session.
    pub reader: Option<Duration>,
    /// The list.
    pub list: Option<Duration>,
    /// Never more requests a second than this.
    pub max_per_second: f64,
}

/// How things are drawn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// Whether clicks and the wheel are taken from the terminal.
    pub mouse: bool,
    /// When to use colour.
    pub color: Color,
    /// Whether to draw with ASCII only.
    pub ascii: bool,
    /// Which colours to use.
    pub theme: Theme,
    /// How the person is called.
    pub notify: Notify,
    /// Keys for commands, to be checked by the key table.
    pub keys: Vec<KeyBinding>,
}

/// When to use colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Color {
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
pub enum Theme {
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
    /// The line of the file, for a [`Fault`] at [`Origin::File`].
    pub line: usize,
}

/// Finds the configuration file: the one named by flag or `SOCHAT_CONFIG`, which has to exist to be
/// loaded, else the platform's own place.
pub fn place(flag: Option<&Path>, environment: &Environment) -> Result<Place, Faults> {
    if let Some(path) = flag {
        return Ok(Place::Named(path.to_owned()));
    }
    if let Some(path) = environment
        .get("SOCHAT_CONFIG")
        .filter(|path| !path.is_empty())
    {
        return Ok(Place::Named(path.into()));
    }
    directories::ProjectDirs::from("", "", "sochat")
        .map(|folders| Place::Usual(folders.config_dir().join("config.toml")))
        .ok_or_else(|| {
            Faults::one(
                Path::new("config.toml"),
                Origin::Environment("HOME"),
                "there is no home folder to look for the configuration in; set HOME, or name a file with --config",
            )
        })
}

/// The platform's own place for what is remembered from one run to the next, if there is a home for it.
pub fn state_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "sochat")?;
    let folder = folders.state_dir().unwrap_or(folders.data_local_dir());
    Some(folder.to_owned())
}

/// Where the configuration file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Somebody named this one.
    Named(PathBuf),
    /// The platform's own place for it.
    Usual(PathBuf),
}

impl Place {
    /// The path.
    pub fn path(&self) -> &Path {
        match self {
            Self::Named(path) | Self::Usual(path) => path,
        }
    }
}

/// Loads the file and puts environment and flags over it. No file in the usual place is no fault.
pub fn load(place: &Place, environment: &Environment, flags: &Flags) -> Result<Config, Faults> {
    let text = match (fs::read(place.path()), place) {
        (Ok(bytes), _) => String::from_utf8(bytes).map_err(|_| "is not UTF-8 text".to_owned()),
        (Err(error), Place::Usual(_)) if error.kind() == io::ErrorKind::NotFound => {
            Ok(String::new())
        }
        (Err(error), _) => Err(format!("cannot be read: {error}")),
    };
    let path = place.path();
    match text {
        Ok(text) => check(path, &text, environment, flags),
        Err(why) => Err(Faults::one(path, Origin::Default, why)),
    }
}

/// Checks the text of a file with environment and flags put over it.
fn check(
    path: &Path,
    text: &str,
    environment: &Environment,
    flags: &Flags,
) -> Result<Config, Faults> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut laid = layers::lay(text, folder, environment, flags);
    let service = sign_in::service(&mut laid.draft, &mut laid.faults);
    let told = |mut faults: Vec<Fault>| {
        faults.sort_by_key(|fault| fault.origin);
        Faults {
            path: path.to_owned(),
            faults,
        }
    };
    if !laid.faults.is_empty() {
        // A key that is misspelt may well be the reason for the rest.
        laid.faults.append(&mut laid.warnings);
        return Err(told(laid.faults));
    }
    Ok(Config {
        path: path.to_owned(),
        profile: laid.draft.profile,
        unanswered: service.unanswered,
        service: service.settings,
        zone: laid.draft.time_zone,
        poll: laid.draft.poll,
        screen: laid.draft.screen,
        warnings: told(laid.warnings),
        values: laid.draft.values,
    })
}

#[cfg(test)]
mod tests;
