//! Merges the layers, later ones over earlier ones: defaults, file, profile, environment, flags.

use std::path::Path;

use toml::de::DeValue;

use super::file::{Entry, KEYS_PREFIX, ParsedFile, VIEWS_PREFIX};
use super::parse::RawValue;
use super::settings::{PartialConfig, SETTINGS};
use super::{Diagnostic, Environment, Flags, Machine, Origin, TEMPLATE};

/// Returns the merged settings, the errors and the warnings.
pub(super) fn merge_layers(
    text: &str,
    folder: &Path,
    machine: &Machine<'_>,
    flags: &Flags,
) -> (PartialConfig, Vec<Diagnostic>, Vec<Diagnostic>) {
    let environment = machine.environment;
    let file = ParsedFile::parse(text);
    let template = uncommented_template();
    let mut layers = LayerMerger {
        errors: file.errors,
        folder,
        home: environment
            .get("HOME")
            .or_else(|| environment.get("USERPROFILE"))
            .filter(|path| !path.is_empty())
            .map(Path::new),
        local_zone: machine.local_zone,
    };
    let mut partial = PartialConfig::default();
    layers.apply_table(&mut partial, &ParsedFile::parse(&template).top);
    for (_, origin) in partial.values.values_mut() {
        *origin = Origin::Default;
    }
    layers.apply_table(&mut partial, &file.top);
    let selected = selected_profile(environment, flags)
        .or_else(|| Some((partial.profile.clone()?, partial.origin_of("profile"))));
    layers.apply_profiles(&mut partial, &file.profiles, selected);
    layers.apply_environment(&mut partial, environment);
    layers.apply_flags(&mut partial, flags);
    (partial, layers.errors, file.warnings)
}

/// The template with its defaults uncommented: lines that begin with `#` and no space.
pub(super) fn uncommented_template() -> String {
    let uncomment = |line: &'static str| {
        line.strip_prefix('#')
            .filter(|rest| !rest.starts_with(' '))
            .unwrap_or(line)
    };
    let lines: Vec<_> = TEMPLATE.lines().map(uncomment).collect();
    lines.join("\n")
}

/// The profile selected outside the file, which decides which part of the file applies.
fn selected_profile(environment: &Environment, flags: &Flags) -> Option<(String, Origin)> {
    let flag = flags.iter().find(|(name, _)| *name == "profile");
    let variable = environment.get("SOCHAT_PROFILE");
    flag.map(|(_, value)| (value.clone(), Origin::Flag("profile")))
        .or_else(|| Some((variable?.clone(), Origin::Environment("SOCHAT_PROFILE"))))
        .filter(|(name, _)| !name.is_empty())
}

struct LayerMerger<'a> {
    errors: Vec<Diagnostic>,
    folder: &'a Path,
    home: Option<&'a Path>,
    local_zone: Option<&'a str>,
}

impl LayerMerger<'_> {
    fn apply_table(&mut self, partial: &mut PartialConfig, entries: &[Entry<'_>]) {
        for entry in entries {
            let result = if entry.is_unquoted {
                // The message depends on whether the text would be right in quotes.
                let checked = self.apply(&mut partial.clone(), entry);
                checked.and_then(|()| Err(entry.quoting_hint()))
            } else {
                self.apply(partial, entry)
            };
            self.errors.extend(result.err());
        }
    }

    fn apply(&self, partial: &mut PartialConfig, entry: &Entry<'_>) -> Result<(), Diagnostic> {
        let raw = self.raw_value(&entry.value);
        if let Some(command) = entry.name.strip_prefix(KEYS_PREFIX) {
            partial.bind_keys(command, raw, entry.line)
        } else if let Some(name) = entry.name.strip_prefix(VIEWS_PREFIX) {
            partial.set_view(name, raw, entry.line)
        } else {
            partial.set(&entry.name, raw, Origin::File(entry.line))
        }
    }

    /// Applies the selected profile; the others are only checked.
    fn apply_profiles(
        &mut self,
        partial: &mut PartialConfig,
        profiles: &[(String, Vec<Entry<'_>>)],
        selected: Option<(String, Origin)>,
    ) {
        let chosen = selected.as_ref().map(|(name, _)| name);
        for (name, entries) in profiles {
            if chosen == Some(name) {
                self.apply_table(partial, entries);
            } else {
                self.apply_table(&mut partial.clone(), entries);
            }
        }
        if let Some((chosen, origin)) = selected
            && !profiles.iter().any(|(name, _)| *name == chosen)
        {
            let known: Vec<_> = profiles.iter().map(|(name, _)| name.as_str()).collect();
            let remedy = if known.is_empty() {
                format!("write its settings under [profiles.{chosen}]")
            } else {
                format!("the profiles are {}", known.join(", "))
            };
            let why = format!("unknown profile {chosen:?}: {remedy}");
            self.errors.push(Diagnostic::new(origin, why));
        }
    }

    fn apply_environment(&mut self, partial: &mut PartialConfig, environment: &Environment) {
        for setting in SETTINGS {
            if let Some(variable) = setting.variable
                && let Some(value) = environment.get(variable)
            {
                self.set_text(partial, setting.name, value, Origin::Environment(variable));
            }
        }
        // See no-color.org.
        if environment
            .get("NO_COLOR")
            .is_some_and(|value| !value.is_empty())
        {
            self.set_text(partial, "color", "never", Origin::Environment("NO_COLOR"));
        }
    }

    fn apply_flags(&mut self, partial: &mut PartialConfig, flags: &Flags) {
        for (name, value) in flags {
            if *name == "privacy" {
                // A flag without a value.
                let value = DeValue::Boolean(true);
                let result = partial.set(name, self.raw_value(&value), Origin::Flag(name));
                self.errors.extend(result.err());
            } else {
                self.set_text(partial, name, value, Origin::Flag(name));
            }
        }
    }

    /// Sets a value from the environment or a flag; an empty one counts as not set.
    fn set_text(&mut self, partial: &mut PartialConfig, name: &str, value: &str, origin: Origin) {
        if !value.is_empty() {
            let value = DeValue::String(value.into());
            let result = partial.set(name, self.raw_value(&value), origin);
            self.errors.extend(result.err());
        }
    }

    fn raw_value<'v>(&'v self, value: &'v DeValue<'v>) -> RawValue<'v> {
        RawValue {
            value,
            folder: self.folder,
            home: self.home,
            local_zone: self.local_zone,
        }
    }
}
