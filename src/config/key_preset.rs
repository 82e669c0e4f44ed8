//! Key presets: the keys that users of another program expect, written like the `keys` table.

use std::path::Path;

use super::file::{KEYS_PREFIX, ParsedFile};
use super::parse::RawValue;
use super::settings::{KeyBinding, PartialConfig};

/// Reads the file of a preset as the configuration is read. What is wrong in it is left out.
pub(super) fn read_preset(text: &str) -> Vec<KeyBinding> {
    let mut partial = PartialConfig::default();
    for entry in ParsedFile::parse(text).top {
        let raw = RawValue {
            value: &entry.value,
            folder: Path::new(""),
            home: None,
            local_zone: None,
        };
        if let Some(command) = entry.name.strip_prefix(KEYS_PREFIX) {
            // A test checks the presets.
            let _is_right = partial.bind_keys(command, raw, entry.line);
        }
    }
    partial.keys
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::super::settings::KEY_PRESETS;
    use super::super::tests::{config, errors};
    use super::*;
    use crate::app::keymap::{KeyContext, Keymap};

    #[test]
    fn a_preset_is_written_without_errors() {
        for (name, text) in KEY_PRESETS {
            let file = ParsedFile::parse(text);
            assert!(file.errors.is_empty(), "{name}: {:?}", file.errors);
            assert!(file.warnings.is_empty(), "{name}: {:?}", file.warnings);
            let bound = read_preset(text);
            assert_eq!(bound.len(), file.top.len(), "{name} has a wrong line");
        }
    }

    #[test]
    fn in_every_preset_a_key_has_one_command_and_no_command_loses_all_its_keys() {
        for (name, _) in KEY_PRESETS {
            let keymap = config(&format!("key_preset = '{name}'")).keymap;
            for context in [KeyContext::List, KeyContext::Transcript] {
                let mut seen = HashSet::new();
                let keys = keymap.bindings_for(context).flat_map(|it| &it.keys);
                for key in keys {
                    assert!(seen.insert(key), "{name}: {key:?} has two commands");
                }
            }
            for (binding, default) in keymap.bindings().iter().zip(Keymap::default().bindings()) {
                assert_eq!(
                    binding.keys.is_empty(),
                    default.keys.is_empty(),
                    "give {} another key in assets/keys/{name}.toml",
                    binding.name
                );
            }
        }
    }

    #[test]
    fn in_every_preset_each_default_key_still_has_a_command() {
        for (name, _) in KEY_PRESETS {
            let keymap = config(&format!("key_preset = '{name}'")).keymap;
            let used: HashSet<_> = keymap.bindings().iter().flat_map(|it| &it.keys).collect();
            for default in Keymap::default().bindings() {
                let lost = default.keys.iter().find(|key| !used.contains(key));
                assert_eq!(lost, None, "{} in assets/keys/{name}.toml", default.name);
            }
        }
    }

    #[test]
    fn a_preset_replaces_the_default_keys_and_the_keys_table_replaces_those() {
        let keys = |text: &str, name: &str| {
            let config = config(text);
            assert_eq!(config.warnings.to_string(), "");
            let all = config.keymap.bindings().iter();
            let binding = all.clone().find(|it| it.name == name).unwrap();
            binding
                .keys
                .iter()
                .map(|&key| crate::app::keys::format(key))
                .collect::<Vec<_>>()
        };
        let less = "key_preset = 'less'";
        assert_eq!(keys(less, "quit"), ["q", "Q"]);
        assert_eq!(keys(less, "follow"), ["F"]);
        assert_eq!(keys("key_preset = 'emacs'", "search"), ["Ctrl-s", "/"]);
        assert_eq!(keys("key_preset = 'vim'", "open"), ["Enter"]);
        let own = "key_preset = 'less'\n[keys]\nquit = 'X'";
        assert_eq!(keys(own, "quit"), ["X"]);
        assert_eq!(keys(own, "follow"), ["F"]);
    }

    #[test]
    fn an_unknown_preset_is_an_error_with_the_nearest() {
        assert_eq!(
            errors("key_preset = 'emasc'"),
            "/etc/sochat/config.toml:1: key_preset must be \"vim\", \"less\" or \"emacs\", not \"emasc\"; \
             did you mean \"emacs\"?"
        );
    }
}
