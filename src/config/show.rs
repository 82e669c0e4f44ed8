//! `config show` and `config init`. Of a secret, only its presence is shown.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::file::{KEYS_PREFIX, VIEWS_PREFIX};
use super::settings::SETTINGS;
use super::{Config, Diagnostics, Origin, TEMPLATE};

/// Prints the effective settings with their origins.
pub fn show(config: &Config, out: &mut impl Write) -> io::Result<()> {
    let unset = ("not set".to_owned(), Origin::Default);
    let bound = config
        .values
        .keys()
        .filter(|name| name.starts_with(KEYS_PREFIX) || name.starts_with(VIEWS_PREFIX))
        .map(String::as_str);
    let rows: Vec<_> = SETTINGS
        .iter()
        .map(|setting| setting.name)
        .chain(bound)
        .map(|name| (name, config.values.get(name).unwrap_or(&unset)))
        .collect();
    let names = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    match &config.path {
        path if path.as_os_str().is_empty() => writeln!(out, "# no file: no home directory")?,
        path if path.exists() => writeln!(out, "# {}", path.display())?,
        path => writeln!(out, "# {}, which does not exist", path.display())?,
    }
    for (name, (value, origin)) in rows {
        writeln!(out, "{name:names$} = {value:32} # {origin}")?;
    }
    Ok(())
}

/// Writes the template, readable by its owner only; `force` overwrites an existing file.
pub(crate) fn init(path: &Path, force: bool) -> Result<(), Diagnostics> {
    write_new(path, force).map_err(|error| {
        let why = if error.kind() == io::ErrorKind::AlreadyExists {
            "already exists; use --force to overwrite it".to_owned()
        } else {
            format!("cannot be written: {error}")
        };
        Diagnostics::single(path, Origin::Default, why)
    })
}

fn write_new(path: &Path, force: bool) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut options = OpenOptions::new();
    options.write(true);
    if force {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let mut file = options.open(path)?;
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    file.write_all(TEMPLATE.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::tests::load_with;
    use super::*;

    #[test]
    fn show_prints_values_and_origins_but_no_secret() {
        let config = load_with(
            "base_url = 'https://a.example'\nproxy = 'http://ola:hunter2@proxy.example:3128'\n[auth]\napp_token = 'hunter2'\n[keys]\nquit = 'x'\n[warn]\nqueue = ['2m', '5m']",
            &[("SOCHAT_SECRET", "hunter2"), ("NO_COLOR", "1")],
            &[("language", "nb")],
        )
        .unwrap();
        let mut out = Vec::new();
        show(&config, &mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            r#"# /etc/sochat/config.toml, which does not exist
profile             = not set                          # default
base_url            = "https://a.example"              # line 1
time_zone           = not set                          # default
language            = "nb"                             # --language
culture             = not set                          # default
auth.scheme         = not set                          # default
auth.user           = not set                          # default
auth.secret         = set                              # SOCHAT_SECRET
auth.secret_file    = not set                          # default
auth.secret_command = not set                          # default
auth.app_token      = set                              # line 4
auth.app_token_file = not set                          # default
allow_http          = false                            # default
ca_file             = not set                          # default
proxy               = "http://ola:...@proxy.example:3128/" # line 2
timeout             = "30s"                            # default
max_body            = "64MiB"                          # default
poll.reader         = "1s"                             # default
poll.list           = "3s"                             # default
poll.max_per_second = 4                                # default
warn.queue          = ["2m", "5m"]                     # line 8
warn.reply          = not set                          # default
privacy             = false                            # default
theme               = "auto"                           # default
color               = "never"                          # NO_COLOR
ascii               = false                            # default
mouse               = false                            # default
notify              = "bell"                           # default
notify_channels     = not set                          # default
watch.words         = not set                          # default
key_preset          = not set                          # default
keys.quit           = ["x"]                            # line 6
"#
        );
    }

    #[test]
    fn init_writes_a_private_file_and_overwrites_only_when_forced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/config.toml");
        init(&path, false).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), TEMPLATE);
        fs::write(&path, "mine").unwrap();
        let why = init(&path, false).unwrap_err().to_string();
        assert!(why.ends_with("/deep/config.toml: already exists; use --force to overwrite it"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        init(&path, true).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), TEMPLATE);
    }
}
