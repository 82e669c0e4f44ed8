//! Parses the TOML file into settings with their lines.
//!
//! The whole file is walked, so that all errors are reported together. Values are read in `parse`.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::settings::{SECRET_SETTING, SETTINGS};
use super::views::VIEW_KEYS;
use super::{Diagnostic, Origin, syntax};
use crate::text::nearest_by;

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
    /// Whether the value is text without quotes, which is an error.
    pub(super) is_unquoted: bool,
}

impl Entry<'_> {
    /// The error for text without quotes. Values that may contain a secret are not repeated.
    pub(super) fn quoting_hint(&self) -> Diagnostic {
        let key = self.name.rsplit('.').next().unwrap_or(&self.name);
        let is_public = !matches!(&*self.name, "base_url" | "proxy")
            && (!self.name.starts_with("auth.") || self.name == "auth.scheme");
        let shown = self.value.as_str().filter(|_| is_public);
        let why = format!("write it in quotes: {key} = {:?}", shown.unwrap_or("..."));
        Diagnostic::new(Origin::File(self.line), why)
    }
}

/// The table of key bindings: its keys are names of commands.
pub(super) const KEYS_PREFIX: &str = "keys.";
/// The table of saved views, each a table under a name of its own.
pub(super) const VIEWS_PREFIX: &str = "views.";
const TABLES: [&str; 6] = ["auth", "keys", "poll", "views", "warn", "watch"];
const SECRET_WORDS: [&str; 5] = ["secret", "password", "token", "ticket", "cookie"];

impl<'t> ParsedFile<'t> {
    pub(super) fn parse(text: &'t str) -> Self {
        let (document, errors) = DeTable::parse_recoverable(text);
        let mut walker = Walker {
            text,
            file: Self::default(),
            invalid_lines: Vec::new(),
            unquoted: BTreeMap::new(),
        };
        for error in errors {
            let start = error.span().map_or(0, |span| span.start);
            let (line, column) = walker.line_and_column(start);
            // The first error of a line causes the others.
            if walker.invalid_lines.contains(&line) {
                continue;
            }
            walker.invalid_lines.push(line);
            let written = text.lines().nth(line - 1).unwrap_or_default();
            if let Some(value) = syntax::unquoted_value(written, column) {
                walker.unquoted.insert(line, value);
            } else {
                let at = error.span().and_then(|span| text.get(span));
                let why = syntax::describe(written, column, error.message(), at);
                walker.report(line, why);
            }
        }
        let mut document = document.into_inner();
        let profiles = document.remove("profiles");
        walker.file.top = walker.walk_table(&document, "");
        if let Some(profiles) = profiles {
            walker.walk_profiles(&profiles);
        }
        for line in std::mem::take(&mut walker.unquoted).into_keys() {
            walker.report(line, "write the value in quotes");
        }
        walker.file
    }
}

struct Walker<'t> {
    text: &'t str,
    file: ParsedFile<'t>,
    /// Lines with a syntax error; values recovered from them are guesses and left out.
    invalid_lines: Vec<usize>,
    /// Text without quotes, by its line, until its key is found.
    unquoted: BTreeMap<usize, &'t str>,
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
        let mut rows: Vec<_> = table.iter().collect();
        if prefix == VIEWS_PREFIX {
            // The order of the file, which is that of their keys.
            rows.sort_by_key(|(name, _)| name.span().start);
        }
        for (name, value) in rows {
            let line = self.line_of(name.span().start);
            let full = format!("{prefix}{}", name.get_ref());
            let unquoted = self.unquoted.get(&line).copied();
            if unquoted.is_none() && self.invalid_lines.contains(&line) {
                continue;
            }
            // The lines of a table may follow: `keys.quit = q` is one in `keys`.
            let is_table = TABLES.contains(&full.as_str()) || prefix == VIEWS_PREFIX;
            let is_of_view = prefix.len() > VIEWS_PREFIX.len()
                && prefix.starts_with(VIEWS_PREFIX)
                && VIEW_KEYS.contains(&name.get_ref().as_ref());
            if !is_table || value.get_ref().as_table().is_none() {
                self.unquoted.remove(&line);
            }
            if prefix == KEYS_PREFIX || is_of_view || file_settings().any(|setting| setting == full)
            {
                entries.push(Entry {
                    name: full,
                    value: unquoted.map_or_else(
                        || value.get_ref().clone(),
                        |text| DeValue::String(text.into()),
                    ),
                    line,
                    is_unquoted: unquoted.is_some(),
                });
            } else if is_table {
                match value.get_ref().as_table() {
                    Some(inner) if inner.is_empty() && prefix == VIEWS_PREFIX => {
                        let keys = VIEW_KEYS.join(", ");
                        self.report(line, format!("{full} is empty: write some of {keys} in it"));
                    }
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
                let nearest = if prefix.starts_with(VIEWS_PREFIX) {
                    format!("; a view has {}", VIEW_KEYS.join(", "))
                } else {
                    nearest_setting(&full)
                        .map_or_else(String::new, |key| format!("; did you mean {key}?"))
                };
                self.file.warnings.push(Diagnostic::new(
                    Origin::File(line),
                    format!("unknown key {full}{nearest}"),
                ));
                if unquoted.is_some() {
                    self.report(line, format!("{full}: write the value in quotes"));
                }
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
    let names = SETTINGS.iter().map(|setting| setting.name);
    names.filter(|&name| name != SECRET_SETTING)
}

/// The setting closest to an unknown key, by its full name or its last part.
fn nearest_setting(unknown: &str) -> Option<&'static str> {
    nearest_by(file_settings(), |name| {
        let last = name.rsplit('.').next().unwrap_or(name);
        strsim::osa_distance(unknown, name).min(strsim::osa_distance(unknown, last))
    })
}
