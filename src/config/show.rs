//! What `config show` prints and `config init` writes. No secret is shown, only that it is set.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::draft::KEYS;
use super::{COMMENTED, Config, Faults, Origin};

/// Prints every setting in force, with where it came from.
pub fn show(config: &Config, out: &mut impl Write) -> io::Result<()> {
    let unset = ("not set".to_owned(), Origin::Default);
    let bound = config
        .values
        .keys()
        .filter(|name| name.starts_with("keys."))
        .map(String::as_str);
    let rows: Vec<_> = KEYS
        .iter()
        .map(|key| key.name)
        .chain(bound)
        .map(|name| (name, config.values.get(name).unwrap_or(&unset)))
        .collect();
    let names = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let absent = if config.path.exists() {
        ""
    } else {
        ", which does not exist"
    };
    writeln!(out, "# {}{absent}", config.path.display())?;
    for (name, (value, origin)) in rows {
        writeln!(out, "{name:names$} = {value:32} # {origin}")?;
    }
    Ok(())
}

/// Writes the commented file where there is none, or over the one there is, readable by its owner only.
pub fn init(path: &Path, force: bool) -> Result<(), Faults> {
    write_new(path, force).map_err(|error| {
        let why = if error.kind() == io::ErrorKind::AlreadyExists {
            "exists already; --force writes over it".to_owned()
        } else {
            format!("cannot be written: {error}")
        };
        Faults::one(path, Origin::Default, why)
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
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(COMMENTED.as_bytes())
}
