//! Parses the TOML file into settings with their lines.
//!
//! The whole file is walked, so that all errors are reported together. Values are read in `parse`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::settings::{SECRET_SETTING, SETTINGS};
use super::{Diagnostic, Origin};

#[derive(Debug, Default)]
pub(super) struct ParsedFile<'t> {
    /// Settings outside the profiles.
    pub(super) top: Vec<Entry<'t>>,
    pub(super) profiles: Vec<(String, Vec<Entry<'t>>)>,
    pub(super) errors: Vec<Diagnostic>,
    /// Unknown keys, which are ignored.
    pub(super) warnings: Vec<Diagnostic>,
}

#[derive(Debug)]
pub(super) struct Entry<'t> {
    /// The name of a setting, or `keys.` and a command.
    pub(super) name: String,
    pub(super) value: DeValue<'t>,
    pub(super) line: usize,
}

/// The table of key bindings: its keys are names of commands.
pub(super) const KEYS_PREFIX: &str = "keys.";
const TABLES: [&str; 3] = ["auth", "keys", "poll"];
const SECRET_WORDS: [&str; 5] = ["secret", "password", "token", "ticket", "cookie"];

impl<'t> ParsedFile<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut walker = Walker {
            text,
            file: Self::default(),
            invalid_lines: Vec::new(),
        };
        for error in errors {
            let (line, column) = walker.line_and_column(error.span().map_or(0, |span| span.start));
            let why = format!("column {column}: {}", error.message());
            walker.report(line, why);
            walker.invalid_lines.push(line);
        }
        let mut document = document.into_inner();
        let profiles = document.remove("profiles");
        walker.file.top = walker.walk_table(&document, "");
        if let Some(profiles) = profiles {
            walker.walk_profiles(&profiles);
        }
        walker.file
    }
}

struct Walker<'t> {
    text: &'t str,
    file: ParsedFile<'t>,
    /// Lines with a syntax error; values recovered from them are guesses and left out.
    invalid_lines: Vec<usize>,
}

impl<'t> Walker<'t> {
    fn walk_profiles(&mut self, profiles: &Spanned<DeValue<'t>>) {
        let Some(table) = profiles.get_ref().as_table() else {
            let line = self.line_of(profiles.span().start);
            self.report(line, "profiles must be tables: write [profiles.NAME]");
            return;
        };
        for (name, value) in table {
            let name_text = name.get_ref().to_string();
            let line = self.line_of(name.span().start);
            let Some(table) = value.get_ref().as_table() else {
                self.report(
                    line,
                    format!("a profile must be a table: write [profiles.{name_text}]"),
                );
                continue;
            };
            if table.contains_key("profile") || table.contains_key("profiles") {
                self.report(
                    line,
                    format!("profile {name_text} cannot select another profile"),
                );
            }
            let entries = self.walk_table(table, "");
            self.file.profiles.push((name_text, entries));
        }
    }

    fn walk_table(&mut self, table: &DeTable<'t>, prefix: &str) -> Vec<Entry<'t>> {
        let mut entries = Vec::new();
        for (name, value) in table {
            let line = self.line_of(name.span().start);
            let full = format!("{prefix}{}", name.get_ref());
            if self.invalid_lines.contains(&line) {
                continue;
            }
            if prefix == KEYS_PREFIX || file_settings().any(|setting| setting == full) {
                entries.push(Entry {
                    name: full,
                    value: value.get_ref().clone(),
                    line,
                });
            } else if TABLES.contains(&full.as_str()) {
                match value.get_ref().as_table() {
                    Some(inner) => entries.extend(self.walk_table(inner, &format!("{full}."))),
                    None => self.report(line, format!("{full} must be a table: write [{full}]")),
                }
            } else if SECRET_WORDS.contains(&name.get_ref().as_ref()) {
                self.report(
                    line,
                    format!(
                        "{full}: secrets do not belong in this file; use auth.secret_file, auth.secret_command \
                         or SOCHAT_SECRET"
                    ),
                );
            } else {
                let nearest = nearest_setting(&full)
                    .map_or_else(String::new, |key| format!("; did you mean {key}?"));
                self.file.warnings.push(Diagnostic::new(
                    Origin::File(line),
                    format!("unknown key {full}{nearest}"),
                ));
            }
        }
        entries
    }

    fn report(&mut self, line: usize, why: impl Into<String>) {
        self.file
            .errors
            .push(Diagnostic::new(Origin::File(line), why));
    }

    fn line_of(&self, byte: usize) -> usize {
        self.line_and_column(byte).0
    }

    /// Line and column of a byte, both from 1.
    fn line_and_column(&self, byte: usize) -> (usize, usize) {
        let before = self.text.get(..byte).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        (line, last.chars().count() + 1)
    }
}

/// The settings that the file may contain.
fn file_settings() -> impl Iterator<Item = &'static str> {
    let names = SETTINGS.iter().map(|&(name, _)| name);
    names.filter(|&name| name != SECRET_SETTING)
}

/// The setting closest to an unknown key, by its full name or its last part.
fn nearest_setting(unknown: &str) -> Option<&'static str> {
    file_settings()
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
