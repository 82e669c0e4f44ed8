//! The values so far: each layer is put over the one before, key by key.
//!
//! [`KEYS`] is the one table of settings: name, environment variable, and how the value is read.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;
use url::Url;

use super::given::{Given, written};
use super::{Color, Fault, KeyBinding, Origin, Poll, Screen, Theme, Values};

/// How a secret is presented, by the word of `auth.scheme`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchemeWord {
    Basic,
    Bearer,
    SoTicket,
    Xsrf,
}

/// Everything that can be set, as far as it has been.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) profile: Option<String>,
    pub(super) base_url: Option<Url>,
    pub(super) time_zone: Option<String>,
    pub(super) language: Option<String>,
    pub(super) culture: Option<String>,
    pub(super) scheme: Option<SchemeWord>,
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
    pub(super) poll: Poll,
    pub(super) screen: Screen,
    pub(super) values: Values,
}

/// One setting.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name in the file, with its table.
    pub(super) name: &'static str,
    /// The environment variable that beats the file.
    pub(super) variable: Option<&'static str>,
    /// What `config show` may print of it.
    shown: Shown,
    put: fn(&mut Draft, Given<'_>) -> Result<(), String>,
}

#[derive(Debug)]
enum Shown {
    Whole,
    /// An address that may carry a password.
    WithoutPassword,
    /// Only that it is set.
    Set,
}

const fn key(
    name: &'static str,
    variable: Option<&'static str>,
    put: fn(&mut Draft, Given<'_>) -> Result<(), String>,
) -> Key {
    Key {
        name,
        variable,
        shown: Shown::Whole,
        put,
    }
}

/// The secret itself, which has a variable but no place in the file.
pub(super) const SECRET: &str = "auth.secret";

/// Every setting, in the order it is shown.
pub(super) const KEYS: &[Key] = &[
    key("profile", Some("SOCHAT_PROFILE"), |to, it| {
        set(&mut to.profile, it.text())
    }),
    key("base_url", Some("SOCHAT_BASE_URL"), |to, it| {
        set(&mut to.base_url, it.service())
    }),
    key("time_zone", Some("SOCHAT_TIME_ZONE"), |to, it| {
        set(&mut to.time_zone, it.text_or_number())
    }),
    key("language", Some("SOCHAT_LANGUAGE"), |to, it| {
        set(&mut to.language, it.text())
    }),
    key("culture", Some("SOCHAT_CULTURE"), |to, it| {
        set(&mut to.culture, it.text())
    }),
    key("auth.scheme", Some("SOCHAT_AUTH"), |to, it| {
        const WORDS: &[(&str, SchemeWord)] = &[
            ("basic", SchemeWord::Basic),
            ("bearer", SchemeWord::Bearer),
            ("soticket", SchemeWord::SoTicket),
            ("xsrf", SchemeWord::Xsrf),
        ];
        set(&mut to.scheme, it.one_of(WORDS))
    }),
    key("auth.user", Some("SOCHAT_USER"), |to, it| {
        set(&mut to.user, it.text())
    }),
    Key {
        shown: Shown::Set,
        ..key(SECRET, Some("SOCHAT_SECRET"), |to, it| {
            set(&mut to.secret, it.secret())
        })
    },
    key("auth.secret_file", None, |to, it| {
        set(&mut to.secret_file, it.path())
    }),
    key("auth.secret_command", None, |to, it| {
        set(&mut to.secret_command, it.text())
    }),
    Key {
        shown: Shown::Set,
        ..key("auth.app_token", Some("SOCHAT_APP_TOKEN"), |to, it| {
            set(&mut to.app_token, it.secret())
        })
    },
    key("auth.app_token_file", None, |to, it| {
        set(&mut to.app_token_file, it.path())
    }),
    key("allow_http", None, |to, it| {
        put(&mut to.allow_http, it.truth())
    }),
    key("ca_file", None, |to, it| set(&mut to.ca_file, it.path())),
    Key {
        shown: Shown::WithoutPassword,
        ..key("proxy", None, |to, it| set(&mut to.proxy, it.proxy()))
    },
    key("timeout", None, |to, it| put(&mut to.timeout, it.span())),
    key("max_body", None, |to, it| put(&mut to.max_body, it.bytes())),
    key("poll.reader", None, |to, it| {
        put(&mut to.poll.reader, it.interval())
    }),
    key("poll.list", None, |to, it| {
        put(&mut to.poll.list, it.interval())
    }),
    key("poll.max_per_second", None, |to, it| {
        put(&mut to.poll.max_per_second, it.rate())
    }),
    key("theme", None, |to, it| {
        const WORDS: &[(&str, Theme)] = &[
            ("auto", Theme::Auto),
            ("dark", Theme::Dark),
            ("light", Theme::Light),
            ("mono", Theme::Mono),
        ];
        put(&mut to.screen.theme, it.one_of(WORDS))
    }),
    key(COLOR, None, |to, it| {
        const WORDS: &[(&str, Color)] = &[
            ("auto", Color::Auto),
            ("always", Color::Always),
            ("never", Color::Never),
        ];
        put(&mut to.screen.color, it.one_of(WORDS))
    }),
    key("ascii", None, |to, it| {
        put(&mut to.screen.ascii, it.truth())
    }),
    key("mouse", None, |to, it| {
        put(&mut to.screen.mouse, it.truth())
    }),
    key("notify", None, |to, it| {
        put(&mut to.screen.notify, it.notify())
    }),
];

/// The setting that `NO_COLOR` turns to `never`.
pub(super) const COLOR: &str = "color";

/// Settings of which a table that names one means it in place of the others.
const RIVALS: [&[&str]; 2] = [
    &["auth.secret_file", "auth.secret_command"],
    &["auth.app_token", "auth.app_token_file"],
];

impl Key {
    /// The setting of this name.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        KEYS.iter().find(|key| key.name == name)
    }
}

impl Draft {
    /// Puts a value over the one before.
    pub(super) fn put(
        &mut self,
        key: &'static Key,
        given: Given<'_>,
        origin: Origin,
    ) -> Result<(), Fault> {
        (key.put)(self, given).map_err(|why| Fault::new(origin, format!("{} {why}", key.name)))?;
        let shown = match key.shown {
            Shown::Whole => written(given.value),
            Shown::Set => "set".to_owned(),
            Shown::WithoutPassword => without_password(self.proxy.as_ref()),
        };
        self.values.insert(key.name.to_owned(), (shown, origin));
        Ok(())
    }

    /// Binds the keys of a command in place of those it had.
    pub(super) fn bind(
        &mut self,
        command: &str,
        given: Given<'_>,
        line: usize,
    ) -> Result<(), Fault> {
        let name = format!("keys.{command}");
        let origin = Origin::File(line);
        let keys = given
            .keys()
            .map_err(|why| Fault::new(origin, format!("{name} {why}")))?;
        self.screen.keys.retain(|bound| bound.command != command);
        self.values.insert(name, (format!("{keys:?}"), origin));
        self.screen.keys.push(KeyBinding {
            command: command.to_owned(),
            keys,
            line,
        });
        Ok(())
    }

    /// Forgets the rivals of what a table is about to set.
    pub(super) fn make_way(&mut self, names: &[&str]) {
        for rivals in RIVALS {
            if rivals.iter().any(|rival| names.contains(rival)) {
                for &rival in rivals {
                    self.forget(rival);
                }
            }
        }
    }

    fn forget(&mut self, name: &str) {
        self.values.remove(name);
        match name {
            "auth.secret_file" => self.secret_file = None,
            "auth.secret_command" => self.secret_command = None,
            "auth.app_token" => self.app_token = None,
            "auth.app_token_file" => self.app_token_file = None,
            _ => {}
        }
    }

    /// Where the value of a setting came from.
    pub(super) fn origin(&self, name: &str) -> Origin {
        self.values
            .get(name)
            .map_or(Origin::Default, |&(_, origin)| origin)
    }
}

fn put<T>(place: &mut T, read: Result<T, String>) -> Result<(), String> {
    *place = read?;
    Ok(())
}

fn set<T>(place: &mut Option<T>, read: Result<T, String>) -> Result<(), String> {
    *place = Some(read?);
    Ok(())
}

fn without_password(url: Option<&Url>) -> String {
    let Some(mut url) = url.cloned() else {
        return String::new();
    };
    // Fails only for addresses that cannot hold a password.
    let _ = url.set_password(url.password().is_some().then_some("..."));
    format!("{:?}", url.as_str())
}
