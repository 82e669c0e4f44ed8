//! Configuration: defaults, file, environment and flags become one checked [`Config`].
//!
//! The file is walked by hand, so that all errors are reported together with their lines. The template
//! in `assets` is the first layer: the defaults it shows are the defaults that apply.

mod credentials;
mod diagnostics;
mod file;
mod key_preset;
mod keys;
mod merge;
mod notify;
mod parse;
mod proxy;
mod settings;
mod show;
mod syntax;
mod theme;
mod urls;
mod views;
mod warn;
mod watch;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use crate::app::keymap::Keymap;
use crate::app::saved_views::SavedView;
use crate::app::theme::ThemeId;
use crate::superoffice::{AuthScheme, Settings};
pub(crate) use diagnostics::{Diagnostic, Diagnostics, Origin};
pub(crate) use notify::NotifyMethod;
pub(crate) use show::init;
pub use show::show;
pub(crate) use theme::OwnTheme;
pub(crate) use warn::{WarnConfig, WarnTimes};

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
    pub(crate) missing_secret: Option<AuthScheme>,
    /// The requested time zone, resolved once the service's list is known; `None`: the user zone.
    pub zone: Option<String>,
    pub poll: PollConfig,
    pub(crate) warn: WarnConfig,
    pub display: DisplayConfig,
    /// The channels that notify, as typed; all of them where there are none.
    pub(crate) notify_channels: Vec<String>,
    /// Words and phrases that notify.
    pub(crate) watch_words: Vec<String>,
    pub keymap: Keymap,
    /// In the order of the file.
    pub views: Vec<SavedView>,
    pub(crate) warnings: Diagnostics,
    values: Values,
}

/// Polling intervals; `None` is off.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PollConfig {
    /// `poll.reader`.
    pub open_session: Option<Duration>,
    pub list: Option<Duration>,
    pub max_per_second: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayConfig {
    /// Whether personal data is masked, also in the output of commands.
    pub privacy: bool,
    /// Whether to capture clicks and the wheel, which disables the terminal's own selection.
    pub mouse: bool,
    pub color: ColorChoice,
    pub ascii: bool,
    pub theme: ThemeId,
    /// The theme of [`ThemeId::Own`].
    pub own_theme: Option<OwnTheme>,
    pub notify: NotifyMethod,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// Returns the path from the flag or `SOCHAT_CONFIG`, else the platform's default.
pub(crate) fn locate(flag: Option<&Path>, environment: &Environment) -> ConfigPath {
    let platform = directories::ProjectDirs::from("", "", "sochat");
    let folder = platform.map(|folders| folders.config_dir().to_owned());
    choose_path(flag, environment, folder.as_deref())
}

fn choose_path(
    flag: Option<&Path>,
    environment: &Environment,
    folder: Option<&Path>,
) -> ConfigPath {
    let variable = environment.get("SOCHAT_CONFIG").map(Path::new);
    let explicit = flag.or(variable.filter(|path| !path.as_os_str().is_empty()));
    match (explicit, folder) {
        (Some(path), _) => ConfigPath::Explicit(path.to_owned()),
        (None, Some(folder)) => ConfigPath::Default(folder.join("config.toml")),
        (None, None) => ConfigPath::NoHome,
    }
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
    /// There is no home directory, hence no file.
    NoHome,
}

impl ConfigPath {
    /// Returns the path, which `config path` and `config init` cannot do without.
    pub fn path(&self) -> Result<&Path, Diagnostics> {
        match self {
            Self::Explicit(path) | Self::Default(path) => Ok(path),
            Self::NoHome => Err(Diagnostics::single(
                Path::new(""),
                Origin::Environment("HOME"),
                "There is no home directory for the configuration: set HOME, or name a file with --config",
            )),
        }
    }
}

/// What the settings are checked against, besides themselves.
struct Machine<'a> {
    environment: &'a Environment,
    /// The IANA name of the system time zone.
    local_zone: Option<&'a str>,
    /// Returns an error, a sentence for the user, for a secret file that cannot be used.
    check_secret_file: fn(&Path) -> Result<(), String>,
    /// As above, for a file of certificates.
    check_ca_file: fn(&Path) -> Result<(), String>,
}

/// Loads the file and merges environment and flags over it. `local_zone` is the IANA name of the system
/// time zone.
pub fn load(
    location: &ConfigPath,
    environment: &Environment,
    flags: &Flags,
    local_zone: Option<&str>,
) -> Result<Config, Diagnostics> {
    let machine = Machine {
        environment,
        local_zone,
        check_secret_file: crate::superoffice::check_secret_file,
        check_ca_file: crate::superoffice::check_ca_file,
    };
    let Ok(path) = location.path() else {
        return build(Path::new(""), "", &machine, flags);
    };
    let text = match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes)
            .map_err(|_| "is not valid UTF-8: save it with the encoding UTF-8".to_owned()),
        Err(error) if is_missing(location, path, &error) => Ok(String::new()),
        Err(error) => Err(format!(
            "cannot be read ({error}): correct that, or name another file with --config"
        )),
    };
    match text {
        Ok(text) => build(path, &text, &machine, flags),
        Err(why) => Err(Diagnostics::single(path, Origin::Default, why)),
    }
}

/// Returns `true` if there is no default file: its folder may also be no folder (`HOME=/dev/null`), or one
/// that this user may not search (`HOME` of another user).
fn is_missing(location: &ConfigPath, path: &Path, error: &io::Error) -> bool {
    let is_absent = match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => true,
        io::ErrorKind::PermissionDenied => fs::metadata(path).is_err(),
        _ => false,
    };
    is_absent && matches!(location, ConfigPath::Default(_))
}

fn build(
    path: &Path,
    text: &str,
    machine: &Machine<'_>,
    flags: &Flags,
) -> Result<Config, Diagnostics> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let (mut partial, mut errors, mut warnings) = merge::merge_layers(text, folder, machine, flags);
    proxy::check_variables(&partial, machine.environment, &mut errors);
    let (service, missing_secret) = credentials::build_service(&mut partial, machine, &mut errors);
    let theme = std::mem::take(&mut partial.theme);
    (partial.display.theme, partial.display.own_theme) = theme::build_theme(theme, &mut errors);
    let views = views::build_views(&partial.views, &mut warnings);
    let keymap = keys::build_keymap(&partial, &mut errors, &mut warnings);
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
        warn: partial.warn,
        display: partial.display,
        notify_channels: partial.notify_channels,
        watch_words: partial.watch_words,
        keymap,
        views,
        warnings: sorted(warnings),
        values: partial.values,
    })
}

#[cfg(test)]
mod tests;
