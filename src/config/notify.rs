//! The `notify` setting: the name of a method, or a command as a list of arguments.

use toml::de::DeValue;

use super::parse::{Parsed, RawValue};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum NotifyMethod {
    #[default]
    Bell,
    /// A terminal notification (iTerm2 and others).
    Osc9,
    /// A terminal notification with a title (rxvt and others).
    Osc777,
    /// A program and its arguments, in which `{}` is replaced by the notification.
    Command(Vec<String>),
    Off,
}

impl RawValue<'_> {
    pub(super) fn notify_method(self) -> Parsed<NotifyMethod> {
        const WANTED: &str = "\"bell\", \"osc9\", \"osc777\", \"off\", or a command such as [\"notify-send\", \"sochat\", \"{}\"]";
        let by_name = |name: &str| match name.trim().to_ascii_lowercase().as_str() {
            "bell" => Some(NotifyMethod::Bell),
            "osc9" => Some(NotifyMethod::Osc9),
            "osc777" => Some(NotifyMethod::Osc777),
            "off" => Some(NotifyMethod::Off),
            _ => None,
        };
        let notify = match self.value {
            DeValue::String(text) => by_name(text),
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
    fn notification_methods() {
        let command = ["notify-send", "a b", "{}"].map(str::to_owned).to_vec();
        for (toml, notify) in [
            ("'bell'", NotifyMethod::Bell),
            ("'OSC9'", NotifyMethod::Osc9),
            ("'osc777'", NotifyMethod::Osc777),
            ("'off'", NotifyMethod::Off),
            (
                "['notify-send', 'a b', '{}']",
                NotifyMethod::Command(command),
            ),
        ] {
            assert_eq!(read(toml, RawValue::notify_method), Ok(notify));
        }
        for toml in ["'beep'", "[]", "['']", "true"] {
            assert!(read(toml, RawValue::notify_method).is_err(), "{toml}");
        }
        assert_eq!(
            read("['a', 1]", RawValue::notify_method),
            Err(r#"must be "bell", "osc9", "osc777", "off", or a command such as ["notify-send", "sochat", "{}"], not ["a", 1]"#.to_owned())
        );
    }
}
