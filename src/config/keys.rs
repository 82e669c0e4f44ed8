//! The keymap: default keys, then the preset's, then those of the `keys` table; reports keys given to two
//! commands.

use super::key_preset::read_preset;
use super::settings::{KeyBinding, PartialConfig};
use super::{Diagnostic, Origin};
use crate::app::keymap::{KeyConflict, Keymap};

/// Builds the keymap. A key given to two commands is an error; one that the user's own keys take from
/// another command is a warning.
pub(super) fn build_keymap(
    partial: &PartialConfig,
    errors: &mut Vec<Diagnostic>,
    warnings: &mut Vec<Diagnostic>,
) -> Keymap {
    let mut keymap = Keymap::default();
    if let Some(preset) = partial.key_preset {
        rebind(&mut keymap, &read_preset(preset).iter().collect::<Vec<_>>());
    }
    let mut in_order: Vec<_> = partial.keys.iter().collect();
    in_order.sort_by_key(|binding| binding.line);
    for conflict in rebind(&mut keymap, &in_order) {
        match conflict {
            KeyConflict::GivenTwice {
                key,
                earlier,
                later,
            } => {
                let (earlier, later) = (in_order[earlier], in_order[later]);
                let why = format!(
                    "keys.{} has {key}, which line {} gives to {}: give it to one of them only",
                    later.command, earlier.line, earlier.command
                );
                errors.push(Diagnostic::new(Origin::File(later.line), why));
            }
            KeyConflict::Taken {
                key,
                rebound,
                loser,
            } => {
                let rebound = in_order[rebound];
                let why = format!(
                    "keys.{} takes {key} from {loser}; write keys.{loser} too, to choose its keys",
                    rebound.command
                );
                warnings.push(Diagnostic::new(Origin::File(rebound.line), why));
            }
        }
    }
    keymap
}

fn rebind(keymap: &mut Keymap, bindings: &[&KeyBinding]) -> Vec<KeyConflict> {
    let rebound: Vec<_> = bindings
        .iter()
        .map(|binding| (binding.command.as_str(), binding.keys.as_slice()))
        .collect();
    keymap.rebind(&rebound)
}

#[cfg(test)]
mod tests {
    use super::super::tests::{config, errors};

    #[test]
    fn a_key_given_to_two_commands_is_an_error_that_names_both() {
        assert_eq!(
            errors("[keys]\nzoom = ['z', 'F5']\nwatch = 'w'\nraw = 'f5'"),
            "/etc/sochat/config.toml:4: keys.raw has F5, which line 2 gives to zoom: give it to one of them only"
        );
        let profile = "profile = 'p'\n[keys]\nzoom = 'F5'\n[profiles.p.keys]\nraw = 'F5'\n";
        assert!(
            errors(profile).starts_with("/etc/sochat/config.toml:5: keys.raw has F5, which line 3")
        );
        config("[keys]\nzoom = 'F5'\n[profiles.p.keys]\nraw = 'F5'");
    }

    #[test]
    fn a_key_taken_from_a_default_is_a_warning_that_names_both() {
        assert_eq!(
            config("[keys]\ncopy = ['y', 'r']").warnings.to_string(),
            "/etc/sochat/config.toml:2: keys.copy takes r from raw; write keys.raw too, to choose its keys"
        );
        let both = config("[keys]\ncopy = ['y', 'r']\nraw = 'X'");
        assert_eq!(both.warnings.to_string(), "");
    }

    #[test]
    fn unknown_commands_and_keys_are_errors_in_every_profile() {
        assert_eq!(
            errors(
                "[keys]\nqiut = 'x'\n[profiles.p.keys]\nquit = ['hyper-x', 'x', 'yy']\ncoppy = 3"
            ),
            "/etc/sochat/config.toml:2: keys.qiut: unknown command \"qiut\"; did you mean quit?\n\
             /etc/sochat/config.toml:4: keys.quit: \"hyper-x\", \"yy\" are not keys: write it like j, Ctrl-d, PgDn or F5, [] for none\n\
             /etc/sochat/config.toml:5: keys.coppy: unknown command \"coppy\"; did you mean copy?"
        );
    }
}
