//! The TOML file taken apart: which settings it names, on which lines, and what it names in vain.
//!
//! The whole file is walked, so that one reading finds every fault. Values are read elsewhere.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::{KEYS, Key, SECRET};
use super::{Fault, Origin};

/// The settings of a file.
#[derive(Debug, Default)]
pub(super) struct File<'t> {
    /// Those at the top.
    pub(super) top: Vec<Entry<'t>>,
    /// Those of each profile.
    pub(super) profiles: Vec<(String, Vec<Entry<'t>>)>,
    /// What makes the file unusable.
    pub(super) faults: Vec<Fault>,
    /// What is in it in vain.
    pub(super) warnings: Vec<Fault>,
}

/// One setting as it stands in the file.
#[derive(Debug)]
pub(super) struct Entry<'t> {
    pub(super) of: Of,
    pub(super) value: DeValue<'t>,
    pub(super) line: usize,
}

/// What an entry sets.
#[derive(Debug)]
pub(super) enum Of {
    Setting(&'static Key),
    /// The keys of this command.
    Command(String),
}

const TABLES: [&str; 2] = ["auth", "poll"];
const SECRETS: [&str; 5] = ["secret", "password", "token", "ticket", "cookie"];

impl<'t> File<'t> {
    /// Takes a file apart.
    pub(super) fn read(text: &'t str) -> Self {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut walk = Walk {
            text,
            file: Self::default(),
            broken: Vec::new(),
        };
        for error in errors {
            let (line, column) = walk.place(error.span().map_or(0, |span| span.start));
            let why = format!("column {column}: {}", error.message());
            walk.fault(line, why);
            walk.broken.push(line);
        }
        let mut document = document.into_inner();
        let profiles = document.remove("profiles");
        walk.file.top = walk.table(&document, "");
        if let Some(profiles) = profiles {
            walk.profiles(&profiles);
        }
        walk.file
    }
}

struct Walk<'t> {
    text: &'t str,
    file: File<'t>,
    /// Lines that are no TOML; what is guessed to stand there is left out.
    broken: Vec<usize>,
}

impl<'t> Walk<'t> {
    fn profiles(&mut self, profiles: &Spanned<DeValue<'t>>) {
        let Some(table) = profiles.get_ref().as_table() else {
            let line = self.line(profiles.span().start);
            self.fault(line, "profiles are tables: write [profiles.NAME]");
            return;
        };
        for (name, value) in table {
            let name_text = name.get_ref().to_string();
            let line = self.line(name.span().start);
            let Some(table) = value.get_ref().as_table() else {
                self.fault(
                    line,
                    format!("a profile is a table: write [profiles.{name_text}]"),
                );
                continue;
            };
            if table.contains_key("profile") || table.contains_key("profiles") {
                self.fault(line, format!("profile {name_text} cannot name another"));
            }
            let entries = self.table(table, "");
            self.file.profiles.push((name_text, entries));
        }
    }

    fn table(&mut self, table: &DeTable<'t>, prefix: &str) -> Vec<Entry<'t>> {
        let mut entries = Vec::new();
        for (name, value) in table {
            let line = self.line(name.span().start);
            let full = format!("{prefix}{}", name.get_ref());
            if self.broken.contains(&line) {
                continue;
            }
            if let Some(key) = Key::find(&full).filter(|key| key.name != SECRET) {
                entries.push(entry(Of::Setting(key), value, line));
            } else if full == "keys" {
                match value.get_ref().as_table() {
                    Some(bindings) => entries.extend(self.bindings(bindings)),
                    None => self.fault(line, "keys is a table: write [keys]"),
                }
            } else if TABLES.contains(&full.as_str()) {
                match value.get_ref().as_table() {
                    Some(inner) => entries.extend(self.table(inner, &format!("{full}."))),
                    None => self.fault(line, format!("{full} is a table: write [{full}]")),
                }
            } else if SECRETS.contains(&name.get_ref().as_ref()) {
                self.fault(
                    line,
                    format!(
                        "{full}: no secret belongs in this file; name a file with auth.secret_file or a command with \
                         auth.secret_command, or set SOCHAT_SECRET"
                    ),
                );
            } else {
                let nearest =
                    nearest(&full).map_or_else(String::new, |key| format!("; did you mean {key}?"));
                self.file.warnings.push(Fault::new(
                    Origin::File(line),
                    format!("unknown key {full}{nearest}"),
                ));
            }
        }
        entries
    }

    fn bindings(&self, bindings: &DeTable<'t>) -> Vec<Entry<'t>> {
        bindings
            .iter()
            .map(|(name, value)| {
                let line = self.line(name.span().start);
                entry(Of::Command(name.get_ref().to_string()), value, line)
            })
            .collect()
    }

    fn fault(&mut self, line: usize, why: impl Into<String>) {
        self.file.faults.push(Fault::new(Origin::File(line), why));
    }

    fn line(&self, byte: usize) -> usize {
        self.place(byte).0
    }

    /// Line and column of a byte, both from 1.
    fn place(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        (line, last.chars().count() + 1)
    }
}

fn entry<'t>(of: Of, value: &Spanned<DeValue<'t>>, line: usize) -> Entry<'t> {
    Entry {
        of,
        value: value.get_ref().clone(),
        line,
    }
}

/// The known key that is most like an unknown one, by its whole name or its last word.
fn nearest(unknown: &str) -> Option<&'static str> {
    KEYS.iter()
        .map(|key| key.name)
        .filter(|&name| name != SECRET)
        .map(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            let distance =
                strsim::osa_distance(unknown, name).min(strsim::osa_distance(unknown, last));
            (distance, name)
        })
        .min_by_key(|&(distance, _)| distance)
        .filter(|&(distance, name)| distance <= 1 + name.len() / 5)
        .map(|(_, name)| name)
}
