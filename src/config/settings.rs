//! The table of settings, and the values merged so far.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::parse::{RawValue, display};
use super::{
    ColorChoice, Diagnostic, DisplayConfig, KeyBinding, Origin, PollConfig, ThemeChoice, Values,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchemeKind {
    Basic,
    Bearer,
    SoTicket,
    Xsrf,
}

#[derive(Clone, Debug, Default)]
pub(super) struct PartialConfig {
    pub(super) profile: Option<String>,
    pub(super) base_url: Option<Url>,
    pub(super) time_zone: Option<String>,
    pub(super) language: Option<String>,
    pub(super) culture: Option<String>,
    pub(super) scheme: Option<SchemeKind>,
    pub(super) user: Option<String>,
    pub(super) secret: Option<SecretString>,
    pub(super) secret_file: Option<PathBuf>,
    pub(super) secret_command: Option<String>,
    pub(super) app_token: Option<SecretString>,
    pub(super) app_token_file: Option<PathBuf>,
    pub(super) allow_http: bool,
    pub(super) ca_file: Option<PathBuf>,
    pub(super) proxy: Option<Url>,
    pub(super) timeout: Duration,
    pub(super) max_body: u64,
    pub(super) poll: PollConfig,
    pub(super) display: DisplayConfig,
    pub(super) values: Values,
}

#[derive(Debug)]
pub(super) struct Setting {
    /// The name in the file, including the table.
    pub(super) name: &'static str,
    /// The environment variable that overrides the file.
    pub(super) variable: Option<&'static str>,
    disclosure: Disclosure,
    apply: fn(&mut PartialConfig, RawValue<'_>) -> Result<(), String>,
}

/// What `config show` prints of a value.
#[derive(Debug)]
enum Disclosure {
    Full,
    /// A URL without its password.
    WithoutPassword,
    /// Only that it is set.
    PresenceOnly,
}

const fn setting(
    name: &'static str,
    variable: Option<&'static str>,
    apply: fn(&mut PartialConfig, RawValue<'_>) -> Result<(), String>,
) -> Setting {
    Setting {
        name,
        variable,
        disclosure: Disclosure::Full,
        apply,
    }
}

/// The secret itself: it has a variable, but is not allowed in the file.
pub(super) const SECRET_SETTING: &str = "auth.secret";

/// Every setting, in the order of `config show`.
pub(super) const SETTINGS: &[Setting] = &[
    setting("profile", Some("SOCHAT_PROFILE"), |to, it| {
        assign_some(&mut to.profile, it.text())
    }),
    setting("base_url", Some("SOCHAT_BASE_URL"), |to, it| {
        assign_some(&mut to.base_url, it.service_url())
    }),
    setting("time_zone", Some("SOCHAT_TIME_ZONE"), |to, it| {
        assign_some(&mut to.time_zone, it.text_or_number())
    }),
    setting("language", Some("SOCHAT_LANGUAGE"), |to, it| {
        assign_some(&mut to.language, it.text())
    }),
    setting("culture", Some("SOCHAT_CULTURE"), |to, it| {
        assign_some(&mut to.culture, it.text())
    }),
    setting("auth.scheme", Some("SOCHAT_AUTH"), |to, it| {
        const CHOICES: &[(&str, SchemeKind)] = &[
            ("basic", SchemeKind::Basic),
            ("bearer", SchemeKind::Bearer),
            ("soticket", SchemeKind::SoTicket),
            ("xsrf", SchemeKind::Xsrf),
        ];
        assign_some(&mut to.scheme, it.choice(CHOICES))
    }),
    setting("auth.user", Some("SOCHAT_USER"), |to, it| {
        assign_some(&mut to.user, it.text())
    }),
    Setting {
        disclosure: Disclosure::PresenceOnly,
        ..setting(SECRET_SETTING, Some("SOCHAT_SECRET"), |to, it| {
            assign_some(&mut to.secret, it.secret())
        })
    },
    setting("auth.secret_file", None, |to, it| {
        assign_some(&mut to.secret_file, it.path())
    }),
    setting("auth.secret_command", None, |to, it| {
        assign_some(&mut to.secret_command, it.text())
    }),
    Setting {
        disclosure: Disclosure::PresenceOnly,
        ..setting("auth.app_token", Some("SOCHAT_APP_TOKEN"), |to, it| {
            assign_some(&mut to.app_token, it.secret())
        })
    },
    setting("auth.app_token_file", None, |to, it| {
        assign_some(&mut to.app_token_file, it.path())
    }),
    setting("allow_http", None, |to, it| {
        assign(&mut to.allow_http, it.bool())
    }),
    setting("ca_file", None, |to, it| {
        assign_some(&mut to.ca_file, it.path())
    }),
    Setting {
        disclosure: Disclosure::WithoutPassword,
        ..setting("proxy", None, |to, it| {
            assign_some(&mut to.proxy, it.proxy_url())
        })
    },
    setting("timeout", None, |to, it| {
        assign(&mut to.timeout, it.duration())
    }),
    setting("max_body", None, |to, it| {
        assign(&mut to.max_body, it.bytes())
    }),
    setting("poll.reader", None, |to, it| {
        assign(&mut to.poll.reader, it.interval())
    }),
    setting("poll.list", None, |to, it| {
        assign(&mut to.poll.list, it.interval())
    }),
    setting("poll.max_per_second", None, |to, it| {
        assign(&mut to.poll.max_per_second, it.rate())
    }),
    setting("theme", None, |to, it| {
        const CHOICES: &[(&str, ThemeChoice)] = &[
            ("auto", ThemeChoice::Auto),
            ("dark", ThemeChoice::Dark),
            ("light", ThemeChoice::Light),
            ("mono", ThemeChoice::Mono),
        ];
        assign(&mut to.display.theme, it.choice(CHOICES))
    }),
    setting(COLOR_SETTING, None, |to, it| {
        const CHOICES: &[(&str, ColorChoice)] = &[
            ("auto", ColorChoice::Auto),
            ("always", ColorChoice::Always),
            ("never", ColorChoice::Never),
        ];
        assign(&mut to.display.color, it.choice(CHOICES))
    }),
    setting("ascii", None, |to, it| {
        assign(&mut to.display.ascii, it.bool())
    }),
    setting("mouse", None, |to, it| {
        assign(&mut to.display.mouse, it.bool())
    }),
    setting("notify", None, |to, it| {
        assign(&mut to.display.notify, it.notify_method())
    }),
];

/// Set to `never` by `NO_COLOR` (no-color.org).
pub(super) const COLOR_SETTING: &str = "color";

/// Groups of settings in which a layer that sets one replaces the others of the layers below.
const MUTUALLY_EXCLUSIVE: [&[&str]; 2] = [
    &["auth.secret_file", "auth.secret_command"],
    &["auth.app_token", "auth.app_token_file"],
];

impl Setting {
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|key| key.name == name)
    }
}

impl PartialConfig {
    pub(super) fn set(
        &mut self,
        setting: &'static Setting,
        raw: RawValue<'_>,
        origin: Origin,
    ) -> Result<(), Diagnostic> {
        (setting.apply)(self, raw)
            .map_err(|why| Diagnostic::new(origin, format!("{} {why}", setting.name)))?;
        let shown = match setting.disclosure {
            Disclosure::Full => display(raw.value),
            Disclosure::PresenceOnly => "set".to_owned(),
            Disclosure::WithoutPassword => redact_password(self.proxy.as_ref()),
        };
        self.values.insert(setting.name.to_owned(), (shown, origin));
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
        let keys = raw
            .key_list()
            .map_err(|why| Diagnostic::new(origin, format!("{name} {why}")))?;
        self.display.keys.retain(|bound| bound.command != command);
        self.values.insert(name, (format!("{keys:?}"), origin));
        self.display.keys.push(KeyBinding {
            command: command.to_owned(),
            keys,
            line,
        });
        Ok(())
    }

    /// Clears the settings that exclude those a layer is about to set.
    pub(super) fn clear_conflicts(&mut self, names: &[&str]) {
        for group in MUTUALLY_EXCLUSIVE {
            if group.iter().any(|rival| names.contains(rival)) {
                for &rival in group {
                    self.clear(rival);
                }
            }
        }
    }

    fn clear(&mut self, name: &str) {
        self.values.remove(name);
        match name {
            "auth.secret_file" => self.secret_file = None,
            "auth.secret_command" => self.secret_command = None,
            "auth.app_token" => self.app_token = None,
            "auth.app_token_file" => self.app_token_file = None,
            _ => {}
        }
    }

    pub(super) fn origin_of(&self, name: &str) -> Origin {
        self.values
            .get(name)
            .map_or(Origin::Default, |&(_, origin)| origin)
    }
}

fn assign<T>(target: &mut T, read: Result<T, String>) -> Result<(), String> {
    *target = read?;
    Ok(())
}

fn assign_some<T>(target: &mut Option<T>, read: Result<T, String>) -> Result<(), String> {
    *target = Some(read?);
    Ok(())
}

fn redact_password(url: Option<&Url>) -> String {
    let Some(mut url) = url.cloned() else {
        return String::new();
    };
    // Fails only for URLs that cannot contain a password.
    let _ = url.set_password(url.password().is_some().then_some("..."));
    format!("{:?}", url.as_str())
}
