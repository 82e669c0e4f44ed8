//! The one table of keys: where they work, what they mean, and the words for help and footer.
//!
//! The configuration can give a command other keys; help, footer and the README's table come
//! from here, so they always tell the keys in force.

use crossterm::event::KeyEvent;

use super::command::Command;
use super::keys;

mod table;

use Place::Everywhere;
use table::DEFAULTS;

/// Where a key has its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In both panes.
    Everywhere,
    /// In the list.
    List,
    /// In the reader.
    Reader,
}

/// One command with its keys and words.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The command.
    pub command: Command,
    /// Its name in the configuration.
    pub name: &'static str,
    /// Where its keys work.
    pub place: Place,
    /// The keys in force.
    pub keys: Vec<KeyEvent>,
    /// What it does, as help says it.
    pub sentence: &'static str,
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
            .map(|&(command, name, place, keys, sentence, hint)| Binding {
                command,
                name,
                place,
                keys: keys.split(' ').filter_map(keys::parse).collect(),
                sentence,
                hint,
            })
            .collect();
        Self { bindings }
    }
}

impl Keymap {
    /// Gives a command, by its name, these keys in place of its own; no keys switch it off. Other
    /// commands of the same place lose them. The error is a sentence.
    pub fn bind(&mut self, name: &str, keys: &[String]) -> Result<(), String> {
        let Some(index) = self
            .bindings
            .iter()
            .position(|binding| binding.name == name)
        else {
            let names: Vec<_> = self.bindings.iter().map(|binding| binding.name).collect();
            return Err(format!(
                "there is no command \"{name}\"; the commands are {}",
                names.join(", ")
            ));
        };
        let parsed: Result<Vec<_>, String> = keys
            .iter()
            .map(|key| {
                keys::parse(key).ok_or_else(|| {
                    format!("\"{key}\" is no key; write it like j, Ctrl-d, PgDn or F5")
                })
            })
            .collect();
        let parsed = parsed?;
        let place = self.bindings[index].place;
        for other in &mut self.bindings {
            if other.place == place || other.place == Everywhere || place == Everywhere {
                other.keys.retain(|key| !parsed.contains(key));
            }
        }
        self.bindings[index].keys = parsed;
        Ok(())
    }

    /// The command a key stands for in this pane.
    pub fn command(&self, place: Place, key: KeyEvent) -> Option<Command> {
        let key = keys::normal(key);
        self.here(place)
            .find(|binding| binding.keys.contains(&key))
            .map(|binding| binding.command)
    }

    /// The bindings that work in this pane, in the order of the table.
    pub fn here(&self, place: Place) -> impl Iterator<Item = &Binding> {
        self.bindings
            .iter()
            .filter(move |binding| binding.place == Everywhere || binding.place == place)
    }

    /// The first key of a command, as it is shown; empty when it has none.
    pub fn key_of(&self, command: Command) -> String {
        let binding = self
            .bindings
            .iter()
            .find(|binding| binding.command == command);
        binding
            .and_then(|binding| binding.keys.first())
            .map_or_else(String::new, |&key| keys::show(key))
    }

    /// Every binding, in the order of the table.
    pub fn all(&self) -> &[Binding] {
        &self.bindings
    }
}

#[cfg(test)]
mod tests {
    use super::Command as C;
    use super::Place::{List, Reader};
    use super::*;
    use std::collections::HashSet;

    fn key(text: &str) -> KeyEvent {
        keys::parse(text).unwrap()
    }

    #[test]
    fn every_default_key_reads_and_means_one_thing_in_each_pane() {
        let map = Keymap::default();
        for (&(_, name, _, keys, ..), binding) in DEFAULTS.iter().zip(map.all()) {
            assert_eq!(binding.keys.len(), keys.split(' ').count(), "{name}");
        }
        for place in [List, Reader] {
            let mut seen = HashSet::new();
            for binding in map.here(place) {
                for key in &binding.keys {
                    assert!(seen.insert(*key), "{} in {place:?}", keys::show(*key));
                }
            }
        }
    }

    #[test]
    fn a_key_means_what_its_pane_says() {
        let map = Keymap::default();
        assert_eq!(map.command(List, key("s")), Some(C::Order));
        assert_eq!(map.command(Reader, key("s")), None);
        assert_eq!(map.command(Reader, key("n")), Some(C::NextMatch));
        assert_eq!(map.command(List, key("Ctrl-c")), Some(C::QuitNow));
    }

    #[test]
    fn a_key_given_to_one_command_leaves_the_other() {
        let mut map = Keymap::default();
        map.bind("next-reply", &["x".into(), "j".into()]).unwrap();
        assert_eq!(map.command(List, key("j")), Some(C::NextReply));
        assert_eq!(map.command(List, key("↓")), Some(C::Down));
        assert_eq!(map.command(List, key("a")), None);
        assert_eq!(map.key_of(C::NextReply), "x");
        assert!(map.bind("nope", &[]).unwrap_err().contains("next-reply"));
        assert!(
            map.bind("down", &["Hyper-x".into()])
                .unwrap_err()
                .contains("Hyper-x")
        );
    }
}
