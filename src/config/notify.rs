//! The setting that says how the person is called: a word, or a command as a list.

use toml::de::DeValue;

use super::given::{Given, Read};

/// How the person is called when a customer waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Notify {
    /// The terminal's bell.
    #[default]
    Bell,
    /// The terminal's notification by OSC 9.
    Osc9,
    /// The terminal's notification by OSC 777, with a title.
    Osc777,
    /// A program with its arguments, in which `{}` stands for the sentence.
    Command(Vec<String>),
    /// Not at all.
    Off,
}

impl Given<'_> {
    /// A way to be called, or a command as a list of its arguments.
    pub(super) fn notify(self) -> Read<Notify> {
        const WANTED: &str = "\"bell\", \"osc9\", \"osc777\", \"off\", or a command such as [\"notify-send\", \"sochat\", \"{}\"]";
        let word = |word: &str| match word.trim().to_ascii_lowercase().as_str() {
            "bell" => Some(Notify::Bell),
            "osc9" => Some(Notify::Osc9),
            "osc777" => Some(Notify::Osc777),
            "off" => Some(Notify::Off),
            _ => None,
        };
        let notify = match self.value {
            DeValue::String(text) => word(text),
            DeValue::Array(_) => (self.texts())
                .filter(|command| command.first().is_some_and(|program| !program.is_empty()))
                .map(Notify::Command),
            _ => None,
        };
        notify.ok_or_else(|| self.wants(WANTED))
    }
}

#[cfg(test)]
mod tests {
    use super::super::given::tests::read;
    use super::*;

    #[test]
    fn ways_to_be_called() {
        let command = |line: &[&str]| {
            Some(Notify::Command(
                line.iter().map(|&part| part.to_owned()).collect(),
            ))
        };
        for (toml, notify) in [
            ("'bell'", Some(Notify::Bell)),
            ("'OSC9'", Some(Notify::Osc9)),
            ("'osc777'", Some(Notify::Osc777)),
            ("'off'", Some(Notify::Off)),
            (
                "['notify-send', 'a b', '{}']",
                command(&["notify-send", "a b", "{}"]),
            ),
            ("'beep'", None),
            ("[]", None),
            ("['']", None),
            ("['a', 1]", None),
            ("true", None),
        ] {
            assert_eq!(read(toml, Given::notify).ok(), notify, "{toml}");
        }
        assert_eq!(
            read("['a', 1]", Given::notify),
            Err(r#"wants "bell", "osc9", "osc777", "off", or a command such as ["notify-send", "sochat", "{}"], not ["a", 1]"#.to_owned())
        );
    }
}
