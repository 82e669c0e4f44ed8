//! The one table of keys: where they work, what they mean, and the words for help and footer.
//!
//! The configuration can give a command other keys; help, footer and the README's table come
//! from here, so they always tell the keys in force.

use crossterm::event::KeyEvent;

use super::command::Command;
use super::keys;

mod table;

use KeyContext::Everywhere;
use table::DEFAULTS;

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyContext {
    /// In both panes.
    Everywhere,
    /// In the list.
    List,
    /// In the reader.
    Transcript,
}

/// One command with its keys and words.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The command.
    pub command: Command,
    /// Its name in the configuration.
    pub name: &'static str,
    /// Where its keys work.
    pub context: KeyContext,
    /// The keys in force.
    pub keys: Vec<KeyEvent>,
    /// What it does, as help says it.
    pub help: &'static str,
    /// What the footer says; empty keeps it out of the footer.
    pub hint: &'static str,
}

/// The keys in force.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = DEFAULTS
            .iter()
            .map(|&(command, name, context, keys, help, hint)| Binding {
                command,
                name,
                context,
                keys: keys.split(' ').filter_map(keys::parse).collect(),
                help,
                hint,
            })
            .collect();
        Self { bindings }
    }
}

impl Keymap {
    /// Gives a command, by its name, these keys in place of its own; no keys switch it off. Other
    /// commands of the same place lose them. The error is a sentence.
    pub fn rebind(&mut self, name: &str, keys: &[String]) -> Result<(), String> {
        let Some(index) = self
            .bindings
            .iter()
            .position(|binding| binding.name == name)
        else {
            let names: Vec<_> = self.bindings.iter().map(|binding| binding.name).collect();
            return Err(format!(
                "unknown command \"{name}\": the commands are {}",
                names.join(", ")
            ));
        };
        let parsed: Result<Vec<_>, String> = keys
            .iter()
            .map(|key| {
                keys::parse(key).ok_or_else(|| {
                    format!("\"{key}\" is not a key: write it like j, Ctrl-d, PgDn or F5")
                })
            })
            .collect();
        let parsed = parsed?;
        let context = self.bindings[index].context;
        for other in &mut self.bindings {
            if other.context == context || other.context == Everywhere || context == Everywhere {
                other.keys.retain(|key| !parsed.contains(key));
            }
        }
        self.bindings[index].keys = parsed;
        Ok(())
    }

    /// The command a key stands for in this pane.
    pub fn command_for(&self, context: KeyContext, key: KeyEvent) -> Option<Command> {
        let key = keys::normalize(key);
        self.bindings_for(context)
            .find(|binding| binding.keys.contains(&key))
            .map(|binding| binding.command)
    }

    /// The bindings that work in this pane, in the order of the table.
    pub fn bindings_for(&self, context: KeyContext) -> impl Iterator<Item = &Binding> {
        self.bindings
            .iter()
            .filter(move |binding| binding.context == Everywhere || binding.context == context)
    }

    /// The first key of a command, as it is shown; empty when it has none.
    pub fn first_key(&self, command: Command) -> String {
        let binding = self
            .bindings
            .iter()
            .find(|binding| binding.command == command);
        binding
            .and_then(|binding| binding.keys.first())
            .map_or_else(String::new, |&key| keys::format(key))
    }

    /// Every binding, in the order of the table.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }
}

#[cfg(test)]
mod tests {
    use super::Command as C;
    use super::KeyContext::{List, Transcript};
    use super::*;
    use std::collections::HashSet;

    fn key(text: &str) -> KeyEvent {
        keys::parse(text).unwrap()
    }

    #[test]
    fn every_default_key_reads_and_means_one_thing_in_each_pane() {
        let map = Keymap::default();
        for (&(_, name, _, keys, ..), binding) in DEFAULTS.iter().zip(map.bindings()) {
            assert_eq!(binding.keys.len(), keys.split(' ').count(), "{name}");
        }
        for place in [List, Transcript] {
            let mut seen = HashSet::new();
            for binding in map.bindings_for(place) {
                for key in &binding.keys {
                    assert!(seen.insert(*key), "{} in {place:?}", keys::format(*key));
                }
            }
        }
    }

    #[test]
    fn a_key_means_what_its_pane_says() {
        let map = Keymap::default();
        assert_eq!(map.command_for(List, key("s")), Some(C::CycleSortOrder));
        assert_eq!(map.command_for(Transcript, key("s")), None);
        assert_eq!(map.command_for(Transcript, key("n")), Some(C::NextMatch));
        assert_eq!(map.command_for(List, key("Ctrl-c")), Some(C::ForceQuit));
    }

    #[test]
    fn a_key_given_to_one_command_leaves_the_other() {
        let mut map = Keymap::default();
        map.rebind("next-reply", &["x".into(), "j".into()]).unwrap();
        assert_eq!(map.command_for(List, key("j")), Some(C::NextReply));
        assert_eq!(map.command_for(List, key("↓")), Some(C::Down));
        assert_eq!(map.command_for(List, key("a")), None);
        assert_eq!(map.first_key(C::NextReply), "x");
        assert!(map.rebind("nope", &[]).unwrap_err().contains("next-reply"));
        assert!(
            map.rebind("down", &["Hyper-x".into()])
                .unwrap_err()
                .contains("Hyper-x")
        );
    }
}
