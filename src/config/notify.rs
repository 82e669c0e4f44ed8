//! The setting that says how the person is called: a word, or a command as a list.

use toml::de::DeValue;

use super::parse::{Parsed, RawValue};

/// How the person is called when a customer waits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NotifyMethod {
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

impl RawValue<'_> {
    /// A way to be called, or a command as a list of its arguments.
    pub(super) fn notify_method(self) -> Parsed<NotifyMethod> {
        const WANTED: &str = "\"bell\", \"osc9\", \"osc777\", \"off\", or a command such as [\"notify-send\", \"sochat\", \"{}\"]";
        let word = |word: &str| match word.trim().to_ascii_lowercase().as_str() {
            "bell" => Some(NotifyMethod::Bell),
            "osc9" => Some(NotifyMethod::Osc9),
            "osc777" => Some(NotifyMethod::Osc777),
            "off" => Some(NotifyMethod::Off),
            _ => None,
        };
        let notify = match self.value {
            DeValue::String(text) => word(text),
            DeValue::Array(_) => (self.text_list())
                .filter(|command| command.first().is_some_and(|program| !program.is_empty()))
                .map(NotifyMethod::Command),
            _ => None,
        };
        notify.ok_or_else(|| self.expected(WANTED))
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::tests::read;
    use super::*;

    #[test]
    fn ways_to_be_called() {
        let command = |line: &[&str]| {
            Some(NotifyMethod::Command(
                line.iter().map(|&part| part.to_owned()).collect(),
            ))
        };
        for (toml, notify) in [
            ("'bell'", Some(NotifyMethod::Bell)),
            ("'OSC9'", Some(NotifyMethod::Osc9)),
            ("'osc777'", Some(NotifyMethod::Osc777)),
            ("'off'", Some(NotifyMethod::Off)),
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
            assert_eq!(read(toml, RawValue::notify_method).ok(), notify, "{toml}");
        }
        assert_eq!(
            read("['a', 1]", RawValue::notify_method),
            Err(r#"wants "bell", "osc9", "osc777", "off", or a command such as ["notify-send", "sochat", "{}"], not ["a", 1]"#.to_owned())
        );
    }
}
