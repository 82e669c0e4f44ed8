//! The settings of what notifies: `notify_channels` and `watch.words`.

use toml::de::DeValue;

use super::parse::{Parsed, RawValue, display};
use crate::text::SearchQuery;

impl RawValue<'_> {
    /// Channels by name or number, one or a list.
    pub(super) fn channel_names(self) -> Parsed<Vec<String>> {
        const WANTED: &str =
            "a channel by name, in quotes, or by number, or a list such as [\"Support NO\", 8]";
        self.elements(WANTED, |element| match element.value {
            DeValue::Integer(number) => Some(number.to_string()),
            _ => element.value.as_str().map(str::to_owned),
        })
    }

    /// Words and phrases, one or a list.
    pub(super) fn watch_words(self) -> Parsed<Vec<String>> {
        const WANTED: &str =
            "a word in quotes, or a list of words and phrases such as [\"refund\", \"not happy\"]";
        let text = |element: RawValue<'_>| element.value.as_str().map(str::to_owned);
        let words = self.elements(WANTED, text)?;
        // A word without letters, such as an accent alone.
        match words
            .iter()
            .find(|word| SearchQuery::phrase(word).is_none())
        {
            Some(word) => Err(format!(
                "must have words with letters or digits, not {word:?}"
            )),
            None => Ok(words),
        }
    }

    /// The elements of a list that are not blank, or a single value as one.
    fn elements(
        self,
        wanted: &str,
        read: impl Fn(RawValue<'_>) -> Option<String>,
    ) -> Parsed<Vec<String>> {
        let values: Vec<&DeValue<'_>> = match self.value {
            DeValue::Array(elements) => elements.iter().map(toml::Spanned::get_ref).collect(),
            value => vec![value],
        };
        let elements = values.into_iter().map(|value| {
            let element = read(RawValue { value, ..self });
            let element = element.filter(|text| !text.trim().is_empty());
            element.ok_or_else(|| format!("must be {wanted}, not {}", display(self.value)))
        });
        elements.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::tests::read;
    use super::super::tests::{config, errors};
    use super::*;

    #[test]
    fn channels_and_words_are_one_or_several() {
        for (toml, channels) in [
            ("'Support NO'", &["Support NO"][..]),
            ("8", &["8"]),
            ("['Support NO', 8]", &["Support NO", "8"]),
            ("[]", &[]),
        ] {
            let channels = channels.iter().map(|it| (*it).to_owned()).collect();
            assert_eq!(read(toml, RawValue::channel_names), Ok(channels), "{toml}");
        }
        for toml in ["true", "['']", "[1.5]", "[['a']]"] {
            assert!(read(toml, RawValue::channel_names).is_err(), "{toml}");
        }
        for toml in ["8", "[8]", "' '", "['ok', '']", "'\u{301}'"] {
            assert!(read(toml, RawValue::watch_words).is_err(), "{toml}");
        }
    }

    #[test]
    fn they_are_settings_of_file_and_profile() {
        let config = config(
            "profile = 'test'\nnotify_channels = 'Sales'\nwatch.words = ['refund', 'not happy']\n[profiles.test]\nnotify_channels = [7]",
        );
        assert_eq!(config.notify_channels, ["7"]);
        assert_eq!(config.watch_words, ["refund", "not happy"]);
    }

    #[test]
    fn errors_name_what_to_write() {
        assert_eq!(
            errors("notify_channels = true\n[watch]\nwords = 7"),
            r#"/etc/sochat/config.toml:1: notify_channels must be a channel by name, in quotes, or by number, or a list such as ["Support NO", 8], not true
/etc/sochat/config.toml:3: watch.words must be a word in quotes, or a list of words and phrases such as ["refund", "not happy"], not 7"#
        );
    }
}
