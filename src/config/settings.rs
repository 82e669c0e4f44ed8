//! The settings by name, and the values merged so far.

use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use super::parse::{RawValue, display};
use super::theme::ThemeChoice;
use super::views::PartialView;
use super::{ColorChoice, Diagnostic, DisplayConfig, Origin, PollConfig, Values, WarnConfig};
use crate::app::keymap::{check_command, check_keys};
use crate::superoffice::{AuthScheme, SecretSource};

#[derive(Clone, Debug, Default)]
pub(super) struct PartialConfig {
    pub(super) profile: Option<String>,
    pub(super) base_url: Option<Url>,
    pub(super) time_zone: Option<String>,
    pub(super) language: Option<String>,
    pub(super) culture: Option<String>,
    /// The user of `Basic` is still empty.
    pub(super) scheme: Option<AuthScheme>,
    pub(super) user: Option<String>,
    pub(super) secret: Option<SecretSource>,
    pub(super) app_token: Option<SecretSource>,
    pub(super) allow_http: bool,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
    pub(super) max_body: u64,
    pub(super) poll: PollConfig,
    pub(super) warn: WarnConfig,
    pub(super) display: DisplayConfig,
    pub(super) notify_channels: Vec<String>,
    pub(super) watch_words: Vec<String>,
    pub(super) theme: ThemeChoice,
    /// The file of the preset.
    pub(super) key_preset: Option<&'static str>,
    pub(super) keys: Vec<KeyBinding>,
    pub(super) views: Vec<PartialView>,
    pub(super) values: Values,
}

/// The keys of one command, which are checked one by one already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyBinding {
    pub(super) command: String,
    pub(super) keys: Vec<String>,
    /// The line of the file.
    pub(super) line: usize,
}

/// The secret itself: it has a variable, but is not allowed in the file.
pub(super) const SECRET_SETTING: &str = "auth.secret";

pub(super) struct Setting {
    pub(super) name: &'static str,
    /// The environment variable that overrides the file.
    pub(super) variable: Option<&'static str>,
    /// Reads a value into its field.
    assign: fn(&mut PartialConfig, RawValue<'_>) -> Result<(), String>,
}

/// A row is a name, a variable, and the assignment of the value `raw` to a field of `to`.
macro_rules! settings {
    ($to:ident, $raw:ident: $($name:expr, $variable:expr => $assignment:expr;)*) => {
        &[$(Setting {
            name: $name,
            variable: $variable,
            assign: |$to, $raw| {
                $assignment;
                Ok(())
            },
        }),*]
    };
}

/// Every setting, in the order of `config show`.
pub(super) const SETTINGS: &[Setting] = settings! { to, raw:
    "profile", Some("SOCHAT_PROFILE") => to.profile = Some(raw.text("the name of a profile in quotes")?);
    "base_url", Some("SOCHAT_BASE_URL") => to.base_url = Some(raw.service_url()?);
    "time_zone", Some("SOCHAT_TIME_ZONE") => to.time_zone = Some(raw.time_zone()?);
    "language", Some("SOCHAT_LANGUAGE") => to.language = Some(raw.language()?);
    "culture", Some("SOCHAT_CULTURE") => to.culture = Some(raw.language()?);
    "auth.scheme", Some("SOCHAT_AUTH") => to.scheme = Some(raw.choice(SCHEMES)?);
    "auth.user", Some("SOCHAT_USER") => to.user = Some(raw.text("a user name in quotes")?);
    SECRET_SETTING, Some("SOCHAT_SECRET") => to.secret = Some(SecretSource::Literal(raw.secret()?));
    "auth.secret_file", None => to.secret = Some(SecretSource::File(raw.path()?));
    "auth.secret_command", None => to.secret = Some(SecretSource::Command(raw.secret_command()?));
    "auth.app_token", Some("SOCHAT_APP_TOKEN") => to.app_token = Some(SecretSource::Literal(raw.secret()?));
    "auth.app_token_file", None => to.app_token = Some(SecretSource::File(raw.path()?));
    "allow_http", None => to.allow_http = raw.bool()?;
    "ca_file", None => to.ca_file = Some(raw.path()?);
    "proxy", None => to.proxy = Some(raw.proxy_url()?);
    "timeout", None => to.timeout = raw.duration()?;
    "max_body", None => to.max_body = raw.bytes()?;
    "poll.reader", None => to.poll.open_session = raw.interval()?;
    "poll.list", None => to.poll.list = raw.interval()?;
    "poll.max_per_second", None => to.poll.max_per_second = raw.rate()?;
    "warn.queue", None => to.warn.queue = Some(raw.warn_times()?);
    "warn.reply", None => to.warn.reply = Some(raw.warn_times()?);
    "privacy", None => to.display.privacy = raw.bool()?;
    "theme", None => to.theme = raw.theme()?;
    "color", None => to.display.color = raw.choice(COLORS)?;
    "ascii", None => to.display.ascii = raw.bool()?;
    "mouse", None => to.display.mouse = raw.bool()?;
    "notify", None => to.display.notify = raw.notify_method()?;
    "notify_channels", None => to.notify_channels = raw.channel_names()?;
    "watch.words", None => to.watch_words = raw.watch_words()?;
    "key_preset", None => to.key_preset = Some(raw.choice(KEY_PRESETS)?);
};

const SCHEMES: &[(&str, AuthScheme)] = &[
    (
        "basic",
        AuthScheme::Basic {
            user: String::new(),
        },
    ),
    ("bearer", AuthScheme::Bearer),
    ("soticket", AuthScheme::SoTicket),
    ("xsrf", AuthScheme::Xsrf),
];

const COLORS: &[(&str, ColorChoice)] = &[
    ("auto", ColorChoice::Auto),
    ("always", ColorChoice::Always),
    ("never", ColorChoice::Never),
];

/// Each preset of keys with its file.
pub(super) const KEY_PRESETS: &[(&str, &str)] = &[
    ("vim", include_str!("../../assets/keys/vim.toml")),
    ("less", include_str!("../../assets/keys/less.toml")),
    ("emacs", include_str!("../../assets/keys/emacs.toml")),
];

impl PartialConfig {
    pub(super) fn set(
        &mut self,
        name: &str,
        raw: RawValue<'_>,
        origin: Origin,
    ) -> Result<(), Diagnostic> {
        let mut settings = SETTINGS.iter();
        let setting = settings
            .find(|setting| setting.name == name)
            .expect("the name is in SETTINGS");
        (setting.assign)(self, raw)
            .map_err(|why| Diagnostic::new(origin, format!("{name} {why}")))?;
        let shown = match name {
            SECRET_SETTING | "auth.app_token" => "set".to_owned(),
            "proxy" => redact_password(self.proxy.as_ref()),
            _ => display(raw.value),
        };
        // If two settings exclude each other, only the later one is shown.
        let replaced = match name {
            "auth.secret_file" => "auth.secret_command",
            "auth.secret_command" => "auth.secret_file",
            "auth.app_token" => "auth.app_token_file",
            "auth.app_token_file" => "auth.app_token",
            _ => "",
        };
        self.values.remove(replaced);
        self.values.insert(name.to_owned(), (shown, origin));
        Ok(())
    }

    /// Replaces the keys of a command.
    pub(super) fn bind_keys(
        &mut self,
        command: &str,
        raw: RawValue<'_>,
        line: usize,
    ) -> Result<(), Diagnostic> {
        let name = format!("keys.{command}");
        let origin = Origin::File(line);
        let checked = check_command(command)
            .map_err(|why| format!("{name}: {why}"))
            .and_then(|()| raw.key_list().map_err(|why| format!("{name} {why}")))
            .and_then(|keys| match check_keys(&keys) {
                Ok(()) => Ok(keys),
                Err(why) => Err(format!("{name}: {why}")),
            });
        let keys = checked.map_err(|why| Diagnostic::new(origin, why))?;
        self.keys.retain(|bound| bound.command != command);
        self.values.insert(name, (format!("{keys:?}"), origin));
        self.keys.push(KeyBinding {
            command: command.to_owned(),
            keys,
            line,
        });
        Ok(())
    }

    /// Sets a value of a saved view; the name is that of the view, a dot, and the value's.
    pub(super) fn set_view(
        &mut self,
        name: &str,
        raw: RawValue<'_>,
        line: usize,
    ) -> Result<(), Diagnostic> {
        let (view, key) = name.rsplit_once('.').unwrap_or((name, ""));
        let (name, origin) = (format!("views.{name}"), Origin::File(line));
        let index = self.views.iter().position(|it| it.name == view);
        let index = index.unwrap_or_else(|| {
            self.views.push(PartialView::new(view, line));
            self.views.len() - 1
        });
        self.views[index]
            .set(key, raw)
            .map_err(|why| Diagnostic::new(origin, format!("{name} {why}")))?;
        self.values.insert(name, (display(raw.value), origin));
        Ok(())
    }

    pub(super) fn origin_of(&self, name: &str) -> Origin {
        self.values
            .get(name)
            .map_or(Origin::Default, |&(_, origin)| origin)
    }
}

fn redact_password(url: Option<&Url>) -> String {
    let Some(mut url) = url.cloned() else {
        return String::new();
    };
    // Fails only for URLs that cannot contain a password.
    let _ = url.set_password(url.password().is_some().then_some("..."));
    format!("{:?}", url.as_str())
}
