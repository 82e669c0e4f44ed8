//! The theme: one of the program, or a file of the user's in the folder `themes` beside the configuration.

use std::fs;
use std::path::PathBuf;

use super::parse::{Parsed, RawValue};
use super::{Diagnostic, Origin};
use crate::app::theme::ThemeId;
use crate::view::theme::{Theme, parse};

/// A theme as it was named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ThemeChoice {
    BuiltIn(ThemeId),
    File { name: String, path: PathBuf },
}

impl Default for ThemeChoice {
    fn default() -> Self {
        Self::BuiltIn(ThemeId::default())
    }
}

/// A theme from a file of the user's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnTheme {
    pub name: String,
    pub theme: Theme,
}

impl RawValue<'_> {
    pub(super) fn theme(self) -> Parsed<ThemeChoice> {
        let why = match self.choice(&ThemeId::BUILT_IN.map(|it| (it.name(), it))) {
            Ok(theme_id) => return Ok(ThemeChoice::BuiltIn(theme_id)),
            Err(why) => why,
        };
        let is_name = |name: &&str| {
            let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
            !name.is_empty() && name.chars().all(is_word)
        };
        let Some(name) = self.value.as_str().filter(is_name) else {
            return Err(why);
        };
        let path = self.folder.join("themes").join(format!("{name}.toml"));
        if !path.is_file() {
            return Err(format!(
                "{why}; one of your own would be {}",
                path.display()
            ));
        }
        let name = name.to_owned();
        Ok(ThemeChoice::File { name, path })
    }
}

/// Returns the theme to start with, and the user's own if that is it. What is wrong in its file is added to
/// the errors.
pub(super) fn build_theme(
    choice: ThemeChoice,
    errors: &mut Vec<Diagnostic>,
) -> (ThemeId, Option<OwnTheme>) {
    let (name, path) = match choice {
        ThemeChoice::BuiltIn(theme_id) => return (theme_id, None),
        ThemeChoice::File { name, path } => (name, path),
    };
    let parsed = match fs::read_to_string(&path) {
        Ok(text) => parse(&text),
        Err(error) => Err(vec![(1, format!("cannot be read ({error})"))]),
    };
    match parsed {
        Ok(theme) => (ThemeId::Own, Some(OwnTheme { name, theme })),
        Err(faults) => {
            errors.extend(faults.into_iter().map(|(line, why)| {
                let why = format!("{}:{line}: {why}", path.display());
                Diagnostic::new(Origin::ThemeFile(line), why)
            }));
            (ThemeId::default(), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{config, errors};
    use super::super::{ConfigPath, Diagnostics, Environment, Flags, load};
    use super::*;
    use crate::config::Config;

    fn load_with_theme(theme: &str, more: &str) -> Result<Config, Diagnostics> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("themes")).unwrap();
        fs::write(folder.path().join("themes/night.toml"), theme).unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, format!("theme = 'night'\n{more}")).unwrap();
        let loaded = load(
            &ConfigPath::Explicit(path),
            &Environment::new(),
            &Flags::new(),
            None,
        );
        loaded.map_err(|errors| Diagnostics {
            entries: errors
                .entries
                .into_iter()
                .map(|it| Diagnostic {
                    why: it.why.replace(folder.path().to_str().unwrap(), "~"),
                    ..it
                })
                .collect(),
            path: "~/config.toml".into(),
        })
    }

    #[test]
    fn a_theme_of_the_program_is_named_as_it_is() {
        for theme_id in ThemeId::BUILT_IN {
            let display = config(&format!("theme = '{}'", theme_id.name())).display;
            assert_eq!((display.theme, display.own_theme), (theme_id, None));
        }
    }

    #[test]
    fn a_file_in_the_folder_themes_is_named_without_its_extension() {
        let text = "base = 'dark'\ncustomer = '#ff0000 bold'";
        let display = load_with_theme(text, "").unwrap().display;
        assert_eq!(display.theme, ThemeId::Own);
        let own = display.own_theme.unwrap();
        assert_eq!(
            (own.name.as_str(), &own.theme),
            ("night", &parse(text).unwrap())
        );
    }

    #[test]
    fn faults_of_the_file_are_reported_with_all_others() {
        let errors = load_with_theme(
            "title = 'bold'\ncustmer = 'cyan'\nbot = 'blu'",
            "mouse = 3\n",
        );
        let errors = errors.unwrap_err().to_string();
        let lines: Vec<_> = errors.lines().collect();
        assert_eq!(lines.len(), 3, "{errors}");
        for (line, begin) in lines.iter().zip([
            "~/config.toml:2: mouse must be true or false, not 3",
            "~/themes/night.toml:2: custmer is not a part of the screen: did you mean customer?",
            "~/themes/night.toml:3: bot: \"blu\" is unknown: did you mean blue?; write a colour",
        ]) {
            assert!(line.starts_with(begin), "{line}");
        }
    }

    #[test]
    fn an_unknown_theme_is_an_error_with_the_folder_for_a_theme_of_ones_own() {
        let names = "\"auto\", \"dark\", \"light\", \"high-contrast\", \"color-blind\", \"terminal\" or \"mono\"";
        assert_eq!(
            errors("theme = 'drak'"),
            format!(
                "/etc/sochat/config.toml:1: theme must be {names}, not \"drak\"; did you mean \"dark\"?; \
                 one of your own would be /etc/sochat/themes/drak.toml"
            )
        );
        for theme in ["'../x'", "3", "'.'"] {
            let errors = errors(&format!("theme = {theme}"));
            assert!(!errors.contains("themes"), "{errors}");
        }
    }
}
