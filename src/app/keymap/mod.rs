//! Key bindings: keys, the context they work in, their commands, and the text for help and footer.
//!
//! The configuration can rebind a command. Help, footer and the README's table are made from these
//! bindings, so they always show the keys that work.

use std::borrow::Cow;

use crossterm::event::KeyEvent;

use super::command::Command;
use super::keys;

mod needs;
mod rebind;
mod table;

use KeyContext::Everywhere;
pub(super) use needs::{Need, needs_of};
pub(crate) use rebind::{KeyConflict, check_command, check_keys};
use table::TOPICS;

/// Where a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyContext {
    /// In both panes.
    Everywhere,
    List,
    Transcript,
}

/// One command with its keys and the text shown for it.
#[derive(Clone, Debug)]
pub struct Binding {
    pub command: Command,
    /// Its name in the configuration.
    pub name: &'static str,
    /// The heading it has in help and README.
    pub topic: &'static str,
    pub context: KeyContext,
    /// Empty if the command is switched off.
    pub keys: Vec<KeyEvent>,
    pub help: Cow<'static, str>,
    /// The label in the footer; empty for commands that are not shown there.
    pub hint: &'static str,
}

/// All bindings, in the order of the default table.
#[derive(Clone, Debug)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

impl Default for Keymap {
    fn default() -> Self {
        let rows = TOPICS
            .iter()
            .flat_map(|(topic, rows)| rows.iter().map(move |row| (*topic, row)));
        let bindings = rows.map(|(topic, row)| Binding {
            command: row.command,
            name: row.name,
            topic,
            context: needs::context(row.command),
            keys: row.keys.split(' ').filter_map(keys::parse).collect(),
            help: Cow::Borrowed(row.help),
            hint: table::hint(row.command),
        });
        Self {
            bindings: bindings.collect(),
        }
    }
}

impl Keymap {
    /// The command bound to a key in this pane.
    pub(crate) fn command_for(&self, context: KeyContext, key: KeyEvent) -> Option<Command> {
        let key = keys::normalize(key);
        self.bindings_for(context)
            .find(|binding| binding.keys.contains(&key))
            .map(|binding| binding.command)
    }

    /// The command bound to a key in this pane, or else in the other one.
    pub(crate) fn command_anywhere(&self, context: KeyContext, key: KeyEvent) -> Option<Command> {
        let normalized = keys::normalize(key);
        let mut others = self.bindings.iter();
        self.command_for(context, key).or_else(|| {
            let other = others.find(|binding| binding.keys.contains(&normalized))?;
            Some(other.command)
        })
    }

    /// Names the saved views in help and command palette.
    pub(crate) fn describe_views<'a>(&mut self, names: impl Iterator<Item = &'a str>) {
        let mut names = names.zip(1..).peekable();
        if names.peek().is_none() {
            let how = "saved view 1: write one as [views.NAME] in the configuration";
            self.describe(Command::ToggleView(1), how.to_owned());
        }
        for (name, number) in names {
            self.describe(Command::ToggleView(number), format!("view {name}"));
        }
    }

    /// Names what a command does in help and command palette.
    pub(super) fn describe(&mut self, command: Command, help: String) {
        let mut bindings = self.bindings.iter_mut();
        if let Some(row) = bindings.find(|it| it.command == command) {
            row.help = Cow::Owned(help);
        }
    }

    /// A short name for a command.
    pub fn label(&self, command: Command) -> &str {
        let binding = self.bindings.iter().find(|it| it.command == command);
        let (hint, help) = binding.map_or(("", ""), |binding| (binding.hint, &*binding.help));
        let label = table::label(command);
        if !label.is_empty() {
            label
        } else if hint.is_empty() {
            help.split([';', ':', ',']).next().unwrap_or(help)
        } else {
            hint
        }
    }

    /// The bindings that work in this pane.
    pub(crate) fn bindings_for(&self, context: KeyContext) -> impl Iterator<Item = &Binding> {
        self.bindings
            .iter()
            .filter(move |binding| binding.context == Everywhere || binding.context == context)
    }

    /// The first key of a command as text; empty if it has none.
    pub(crate) fn first_key(&self, command: Command) -> String {
        let binding = (self.bindings.iter()).find(|binding| binding.command == command);
        let key = binding.and_then(|binding| binding.keys.first());
        key.map(|&key| keys::format(key)).unwrap_or_default()
    }

    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// The bindings by topic, in the order of help.
    pub fn topics(&self) -> impl Iterator<Item = (&'static str, &[Binding])> {
        let topics = self.bindings.chunk_by(|one, next| one.topic == next.topic);
        topics.filter_map(|bindings| Some((bindings.first()?.topic, bindings)))
    }
}

#[cfg(test)]
mod tests {
    use super::KeyContext::{List, Transcript};
    use super::*;
    use std::collections::HashSet;

    fn key(text: &str) -> KeyEvent {
        keys::parse(text).unwrap()
    }

    #[test]
    fn every_default_key_parses_and_is_bound_once_in_each_pane() {
        let map = Keymap::default();
        let rows = TOPICS.iter().flat_map(|(_, rows)| *rows);
        for (row, binding) in rows.zip(map.bindings()) {
            let count = row.keys.split_whitespace().count();
            assert_eq!(binding.keys.len(), count, "{}", row.name);
        }
        for context in [List, Transcript] {
            let mut seen = HashSet::new();
            for binding in map.bindings_for(context) {
                for key in &binding.keys {
                    assert!(seen.insert(*key), "{} in {context:?}", keys::format(*key));
                }
            }
        }
    }

    #[test]
    fn a_key_has_the_command_of_its_pane() {
        let map = Keymap::default();
        assert_eq!(
            map.command_for(List, key("s")),
            Some(Command::CycleSortOrder)
        );
        assert_eq!(map.command_for(Transcript, key("s")), None);
        assert_eq!(
            map.command_for(Transcript, key("n")),
            Some(Command::NextMatch)
        );
        assert_eq!(
            map.command_for(List, key("Ctrl-c")),
            Some(Command::ForceQuit)
        );
    }
}
