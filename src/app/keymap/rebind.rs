//! The user's own keys: checked one by one, then applied together, so that no key has two commands.

use std::collections::HashSet;

use crossterm::event::KeyEvent;

use super::{KeyContext, KeyContext::Everywhere, Keymap, TOPICS, keys};
use crate::text::nearest_word;

/// A key that two commands would have, where both of them work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum KeyConflict {
    /// The user gave it to both; the commands are indices of what was rebound.
    GivenTwice {
        key: String,
        earlier: usize,
        later: usize,
    },
    /// A command loses a default key to a rebound one, which is given by its index.
    Taken {
        key: String,
        rebound: usize,
        loser: &'static str,
    },
}

/// Returns an error, a sentence for the user, if no command has this name.
pub(crate) fn check_command(name: &str) -> Result<(), String> {
    let names = || {
        TOPICS
            .iter()
            .flat_map(|(_, rows)| *rows)
            .map(|row| row.name)
    };
    if names().any(|known| known == name) {
        return Ok(());
    }
    Err(match nearest_word(name, names()) {
        Some(nearest) => format!("unknown command {name:?}; did you mean {nearest}?"),
        None => {
            format!("unknown command {name:?}; the command palette and README list the commands")
        }
    })
}

/// Returns an error, a sentence for the user, if one of the texts is not a key.
pub(crate) fn check_keys(texts: &[String]) -> Result<(), String> {
    let wrong: Vec<_> = texts
        .iter()
        .filter(|text| keys::parse(text).is_none())
        .map(|text| format!("{text:?}"))
        .collect();
    let what = match wrong.len() {
        0 => return Ok(()),
        1 => "is not a key",
        _ => "are not keys",
    };
    let wrong = wrong.join(", ");
    Err(format!(
        "{wrong} {what}: write it like j, Ctrl-d, PgDn or F5, [] for none"
    ))
}

impl Keymap {
    /// Replaces the keys of commands, all at once; an empty list switches a command off. A command that
    /// is not among them loses its default keys to those that are. Unknown names and keys are ignored.
    pub(crate) fn rebind(&mut self, rebound: &[(&str, &[String])]) -> Vec<KeyConflict> {
        let mut conflicts = Vec::new();
        let mut given: Vec<(usize, KeyContext, KeyEvent)> = Vec::new();
        for (index, (name, texts)) in rebound.iter().enumerate() {
            let Some(binding) = self.bindings.iter_mut().find(|it| it.name == *name) else {
                continue;
            };
            let mut keys: Vec<_> = texts.iter().filter_map(|text| keys::parse(text)).collect();
            let mut known = HashSet::new();
            keys.retain(|key| known.insert(*key));
            let context = binding.context;
            for &key in &keys {
                let owner = given
                    .iter()
                    .find(|(_, other, owned)| *owned == key && overlap(context, *other));
                if let Some(&(earlier, ..)) = owner {
                    conflicts.push(KeyConflict::GivenTwice {
                        key: keys::format(key),
                        earlier,
                        later: index,
                    });
                }
            }
            given.extend(keys.iter().map(|&key| (index, context, key)));
            binding.keys = keys;
        }
        let is_rebound = |name: &str| rebound.iter().any(|(other, _)| *other == name);
        for (index, context, key) in given {
            let losers = self
                .bindings
                .iter_mut()
                .filter(|loser| !is_rebound(loser.name) && overlap(context, loser.context));
            for loser in losers {
                let count = loser.keys.len();
                loser.keys.retain(|own| *own != key);
                if loser.keys.len() < count {
                    conflicts.push(KeyConflict::Taken {
                        key: keys::format(key),
                        rebound: index,
                        loser: loser.name,
                    });
                }
            }
        }
        conflicts
    }
}

fn overlap(one: KeyContext, other: KeyContext) -> bool {
    one == other || one == Everywhere || other == Everywhere
}

#[cfg(test)]
mod tests {
    use super::super::Command;
    use super::super::KeyContext::{List, Transcript};
    use super::*;

    fn rebind(bindings: &[(&str, &[&str])]) -> (Keymap, Vec<KeyConflict>) {
        let owned: Vec<(&str, Vec<String>)> = bindings
            .iter()
            .map(|(name, keys)| (*name, keys.iter().map(ToString::to_string).collect()))
            .collect();
        let borrowed: Vec<_> = owned
            .iter()
            .map(|(name, keys)| (*name, &keys[..]))
            .collect();
        let mut map = Keymap::default();
        let conflicts = map.rebind(&borrowed);
        (map, conflicts)
    }

    fn command(map: &Keymap, context: KeyContext, key: &str) -> Option<Command> {
        map.command_for(context, keys::parse(key).unwrap())
    }

    fn taken(key: &str, rebound: usize, loser: &'static str) -> KeyConflict {
        KeyConflict::Taken {
            key: key.to_owned(),
            rebound,
            loser,
        }
    }

    #[test]
    fn a_key_is_taken_from_the_command_that_has_it_by_default() {
        let (map, conflicts) = rebind(&[("next-reply", &["X", "j", "X"])]);
        assert_eq!(conflicts, [taken("j", 0, "down")]);
        assert_eq!(command(&map, List, "j"), Some(Command::NextReply));
        assert_eq!(command(&map, List, "↓"), Some(Command::Down));
        assert_eq!(command(&map, List, "a"), None);
        assert_eq!(map.first_key(Command::NextReply), "X");
    }

    #[test]
    fn commands_that_are_all_rebound_may_swap_their_keys() {
        let (map, conflicts) = rebind(&[("down", &["k"]), ("up", &["j"]), ("quit", &[])]);
        assert_eq!(conflicts, []);
        assert_eq!(command(&map, List, "j"), Some(Command::Up));
        assert_eq!(command(&map, List, "k"), Some(Command::Down));
        assert_eq!(command(&map, List, "↓"), None);
        assert_eq!(command(&map, List, "q"), None);
    }

    #[test]
    fn a_key_given_to_two_commands_is_a_conflict_where_both_work() {
        let (_, conflicts) = rebind(&[("raw", &["F5"]), ("order", &["F5"])]);
        assert_eq!(conflicts, [], "one is for the transcript, one for the list");
        let (_, conflicts) = rebind(&[("zoom", &["ctrl-X"]), ("order", &["F5", "c-x"])]);
        let twice = KeyConflict::GivenTwice {
            key: "Ctrl-x".to_owned(),
            earlier: 0,
            later: 1,
        };
        assert_eq!(conflicts, [twice]);
    }

    #[test]
    fn a_key_of_the_list_leaves_a_command_of_the_transcript() {
        let (map, conflicts) = rebind(&[("order", &["f", "z"])]);
        assert_eq!(conflicts, [taken("z", 0, "zoom")]);
        assert_eq!(command(&map, Transcript, "f"), Some(Command::Follow));
        assert_eq!(command(&map, Transcript, "z"), None);
    }

    #[test]
    fn an_unknown_command_is_an_error_with_the_nearest() {
        assert_eq!(check_command("next-reply"), Ok(()));
        for (name, end) in [
            ("nextreply", "did you mean next-reply?"),
            ("Quit", "did you mean quit?"),
            ("reader", "the command palette and README list the commands"),
            ("", "the command palette and README list the commands"),
        ] {
            let why = format!("unknown command {name:?}; {end}");
            assert_eq!(check_command(name), Err(why));
        }
    }

    #[test]
    fn all_wrong_keys_of_a_command_are_reported() {
        let check = |keys: &[&str]| {
            let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
            check_keys(&keys)
        };
        let remedy = "write it like j, Ctrl-d, PgDn or F5, [] for none";
        assert_eq!(check(&["q", "Ctrl-q"]), Ok(()));
        assert_eq!(check(&[]), Ok(()));
        let wrong = format!("\"Hyper-x\" is not a key: {remedy}");
        assert_eq!(check(&["q", "Hyper-x"]), Err(wrong));
        let wrong = format!("\"\", \"jj\" are not keys: {remedy}");
        assert_eq!(check(&["", "jj"]), Err(wrong));
    }
}
