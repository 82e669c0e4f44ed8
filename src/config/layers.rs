//! Which setting beats which: defaults, the file's top, its profile, the environment, the flags.

use std::path::Path;

use toml::de::DeValue;

use super::draft::{COLOR, Draft, KEYS, Key};
use super::file::{Entry, File, Of};
use super::given::Given;
use super::{COMMENTED, Environment, Fault, Flags, Origin};

/// All layers put over one another, and what was found wrong on the way.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) draft: Draft,
    pub(super) faults: Vec<Fault>,
    pub(super) warnings: Vec<Fault>,
}

/// Puts all layers over one another.
pub(super) fn lay(text: &str, folder: &Path, environment: &Environment, flags: &Flags) -> Laid {
    let file = File::read(text);
    let commented = defaults();
    let mut layers = Layers {
        faults: file.faults,
        folder,
        home: environment
            .get("HOME")
            .or_else(|| environment.get("USERPROFILE"))
            .map(Path::new),
    };
    let mut draft = Draft::default();
    layers.table(&mut draft, &File::read(&commented).top);
    for (_, origin) in draft.values.values_mut() {
        *origin = Origin::Default;
    }
    layers.table(&mut draft, &file.top);
    let wish = profile(environment, flags)
        .or_else(|| Some((draft.profile.clone()?, draft.origin("profile"))));
    layers.profiles(&mut draft, &file.profiles, wish);
    layers.environment(&mut draft, environment);
    layers.flags(&mut draft, flags);
    Laid {
        draft,
        faults: layers.faults,
        warnings: file.warnings,
    }
}

/// The commented file with its defaults switched on: lines that begin with `#` and no space.
pub(super) fn defaults() -> String {
    let switched_on = |line: &'static str| {
        line.strip_prefix('#')
            .filter(|rest| !rest.starts_with(' '))
            .unwrap_or(line)
    };
    COMMENTED
        .lines()
        .map(switched_on)
        .fold(String::with_capacity(COMMENTED.len()), |all, line| {
            all + line + "\n"
        })
}

/// The profile that is wished for above the file, which decides what the file says.
fn profile(environment: &Environment, flags: &Flags) -> Option<(String, Origin)> {
    let flag = flags.iter().find(|(name, _)| *name == "profile");
    let variable = environment.get("SOCHAT_PROFILE");
    flag.map(|(_, value)| (value.clone(), Origin::Flag("profile")))
        .or_else(|| Some((variable?.clone(), Origin::Environment("SOCHAT_PROFILE"))))
        .filter(|(name, _)| !name.is_empty())
}

struct Layers<'a> {
    faults: Vec<Fault>,
    folder: &'a Path,
    home: Option<&'a Path>,
}

impl Layers<'_> {
    fn table(&mut self, draft: &mut Draft, entries: &[Entry<'_>]) {
        let names: Vec<_> = entries
            .iter()
            .filter_map(|entry| match &entry.of {
                Of::Setting(key) => Some(key.name),
                Of::Command(_) => None,
            })
            .collect();
        draft.make_way(&names);
        for entry in entries {
            let given = self.given(&entry.value);
            let put = match &entry.of {
                Of::Setting(key) => draft.put(key, given, Origin::File(entry.line)),
                Of::Command(command) => draft.bind(command, given, entry.line),
            };
            self.faults.extend(put.err());
        }
    }

    /// Puts the chosen profile over the top of the file; the others are only checked.
    fn profiles(
        &mut self,
        draft: &mut Draft,
        profiles: &[(String, Vec<Entry<'_>>)],
        wish: Option<(String, Origin)>,
    ) {
        let chosen = wish.as_ref().map(|(name, _)| name);
        for (name, entries) in profiles {
            if chosen == Some(name) {
                self.table(draft, entries);
            } else {
                self.table(&mut draft.clone(), entries);
            }
        }
        if let Some((chosen, origin)) = wish
            && !profiles.iter().any(|(name, _)| *name == chosen)
        {
            let known: Vec<_> = profiles.iter().map(|(name, _)| name.as_str()).collect();
            let remedy = if known.is_empty() {
                format!("write its settings under [profiles.{chosen}]")
            } else {
                format!("known are {}", known.join(", "))
            };
            let why = format!("there is no profile {chosen:?}; {remedy}");
            self.faults.push(Fault::new(origin, why));
        }
    }

    fn environment(&mut self, draft: &mut Draft, environment: &Environment) {
        for key in KEYS {
            if let Some(name) = key.variable
                && let Some(value) = environment.get(name)
            {
                self.word(draft, key, value, Origin::Environment(name));
            }
        }
        if environment
            .get("NO_COLOR")
            .is_some_and(|value| !value.is_empty())
            && let Some(key) = Key::find(COLOR)
        {
            self.word(draft, key, "never", Origin::Environment("NO_COLOR"));
        }
    }

    fn flags(&mut self, draft: &mut Draft, flags: &Flags) {
        for (name, value) in flags {
            if let Some(key) = Key::find(name) {
                self.word(draft, key, value, Origin::Flag(key.name));
            }
        }
    }

    /// Puts a value that can only be text; an empty one counts as none.
    fn word(&mut self, draft: &mut Draft, key: &'static Key, value: &str, origin: Origin) {
        if !value.is_empty() {
            let value = DeValue::String(value.into());
            let put = draft.put(key, self.given(&value), origin);
            self.faults.extend(put.err());
        }
    }

    fn given<'v>(&'v self, value: &'v DeValue<'v>) -> Given<'v> {
        Given {
            value,
            folder: self.folder,
            home: self.home,
        }
    }
}
