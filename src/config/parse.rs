//! Reads one TOML value as the type of its setting.
//!
//! An error contains what is expected and, unless it could be a secret, what was written.

use std::path::{Path, PathBuf};
use std::time::Duration;

use secrecy::SecretString;
use toml::de::DeValue;

use crate::superoffice::SecretCommand;
use crate::text::{TimeZone, ZoneError, nearest_word};

#[derive(Clone, Copy, Debug)]
pub(super) struct RawValue<'a> {
    pub(super) value: &'a DeValue<'a>,
    /// The directory of the configuration file: relative paths start there.
    pub(super) folder: &'a Path,
    /// Replaces `~/`.
    pub(super) home: Option<&'a Path>,
    /// The IANA name of the system time zone.
    pub(super) local_zone: Option<&'a str>,
}

pub(super) type Parsed<T> = Result<T, String>;

impl<'a> RawValue<'a> {
    pub(super) fn text(self, wanted: &str) -> Parsed<String> {
        self.string(wanted).map(str::to_owned)
    }

    /// A language or culture, which is sent as a header.
    pub(super) fn language(self) -> Parsed<String> {
        const WANTED: &str = "a language such as \"nb-NO\"";
        let text = self.string(WANTED)?;
        let is_header = text.chars().all(|c| matches!(c, ' '..='~'));
        is_header
            .then(|| text.to_owned())
            .ok_or_else(|| self.expected(WANTED))
    }

    /// A zone that exists, or a code that only the service can check.
    pub(super) fn time_zone(self) -> Parsed<String> {
        let text = match self.value {
            DeValue::Integer(number) => number.to_string(),
            _ => self.text("a zone such as \"NO\", \"Europe/Oslo\" or \"local\"")?,
        };
        match TimeZone::check(&text, self.local_zone) {
            Ok(()) => Ok(text),
            Err(ZoneError::Unknown { nearest, .. }) => Err(format!(
                "{text:?} is unknown; {}",
                ZoneError::nearest_hint(&nearest)
            )),
            Err(ZoneError::NoLocal) => Err(
                "is \"local\", but the system time zone is not known: write a name such as \"Europe/Oslo\""
                    .to_owned(),
            ),
        }
    }

    pub(super) fn secret(self) -> Parsed<SecretString> {
        let text = self.value.as_str().ok_or("must be a quoted string")?;
        if text.trim().is_empty() {
            return Err("is empty: set it to the secret, or remove it".to_owned());
        }
        // A line break behind it comes with many a tool.
        Ok(text.trim_start_matches('\u{feff}').trim().into())
    }

    pub(super) fn secret_command(self) -> Parsed<SecretCommand> {
        const WANTED: &str =
            "a command such as \"pass show superoffice\", or [\"pass\", \"show\", \"superoffice\"]";
        let Some(words) = self.text_list() else {
            return self.text(WANTED).map(SecretCommand::Shell);
        };
        let mut words = words.into_iter();
        match words.next().filter(|program| !program.trim().is_empty()) {
            Some(program) => Ok(SecretCommand::Program(program, words.collect())),
            None => Err(self.expected(WANTED)),
        }
    }

    pub(super) fn bool(self) -> Parsed<bool> {
        self.value
            .as_bool()
            .ok_or_else(|| self.expected("true or false"))
    }

    pub(super) fn choice<T: Clone>(self, choices: &[(&str, T)]) -> Parsed<T> {
        let text = self.value.as_str().map(str::trim);
        let found = choices
            .iter()
            .find(|(name, _)| text.is_some_and(|text| text.eq_ignore_ascii_case(name)));
        found.map(|(_, value)| value.clone()).ok_or_else(|| {
            let quoted: Vec<_> = choices
                .iter()
                .map(|(name, _)| format!("\"{name}\""))
                .collect();
            let (last, first) = quoted.split_last().expect("there are choices");
            let why = self.expected(&format!("{} or {last}", first.join(", ")));
            let names = choices.iter().map(|(name, _)| *name);
            match text.and_then(|text| nearest_word(text, names)) {
                Some(nearest) => format!("{why}; did you mean {nearest:?}?"),
                None => why,
            }
        })
    }

    /// A duration above zero: `"500ms"`, `"30s"`, `"2m"`, `"1h"`, or a number of seconds.
    pub(super) fn duration(self) -> Parsed<Duration> {
        let seconds = match self.value {
            DeValue::String(text) => {
                let (number, unit) = split_unit(text);
                let scale = match unit {
                    "ms" => Some(0.001),
                    "s" => Some(1.0),
                    "m" => Some(60.0),
                    "h" => Some(3600.0),
                    _ => None,
                };
                scale.and_then(|scale| Some(number.parse::<f64>().ok()? * scale))
            }
            _ => self.number(),
        };
        seconds
            .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
            .filter(|duration| !duration.is_zero())
            .ok_or_else(|| self.expected("a duration such as \"500ms\", \"30s\" or \"2m\""))
    }

    /// A polling interval; `None` for `"off"`.
    pub(super) fn interval(self) -> Parsed<Option<Duration>> {
        if self.value.as_str() == Some("off") {
            return Ok(None);
        }
        self.duration().map(Some).map_err(|_| {
            self.expected("a duration such as \"500ms\", \"30s\" or \"2m\", or \"off\"")
        })
    }

    /// A size above zero: `"64MiB"`, or a number of bytes.
    pub(super) fn bytes(self) -> Parsed<u64> {
        let bytes = match self.value {
            DeValue::String(text) => {
                let (number, unit) = split_unit(text);
                let scale = match unit.to_ascii_lowercase().as_str() {
                    "" | "b" => Some(1),
                    "kib" => Some(1 << 10),
                    "mib" => Some(1 << 20),
                    "gib" => Some(1 << 30),
                    _ => None,
                };
                scale.and_then(|scale: u64| number.parse::<u64>().ok()?.checked_mul(scale))
            }
            DeValue::Integer(number) => number.to_string().parse().ok(),
            _ => None,
        };
        bytes
            .filter(|&bytes| bytes > 0)
            .ok_or_else(|| self.expected("a size such as \"64MiB\", or a number of bytes"))
    }

    pub(super) fn rate(self) -> Parsed<f64> {
        self.number()
            .filter(|rate| rate.is_finite() && *rate > 0.0)
            .ok_or_else(|| self.expected("a number above 0"))
    }

    pub(super) fn path(self) -> Parsed<PathBuf> {
        let text = self.string("a quoted path")?;
        match (text.strip_prefix("~/"), self.home) {
            (Some(rest), Some(home)) => Ok(home.join(rest)),
            (Some(_), None) => Err("begins with ~/, but there is no home directory".to_owned()),
            (None, _) => Ok(self.folder.join(text)),
        }
    }

    pub(super) fn key_list(self) -> Parsed<Vec<String>> {
        let keys = match self.value {
            DeValue::String(key) => Some(vec![key.to_string()]),
            _ => self.text_list(),
        };
        keys.ok_or_else(|| self.expected("a key such as \"ctrl-q\", or a list of keys"))
    }

    /// `None` unless the value is a list of strings.
    pub(super) fn text_list(self) -> Option<Vec<String>> {
        let elements = self.value.as_array()?.iter();
        elements
            .map(|element| element.get_ref().as_str().map(str::to_owned))
            .collect()
    }

    fn number(self) -> Option<f64> {
        match self.value {
            DeValue::Integer(number) => number.to_string().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        }
    }

    pub(super) fn string(self, wanted: &str) -> Parsed<&'a str> {
        self.value
            .as_str()
            .filter(|text| !text.trim().is_empty())
            .ok_or_else(|| self.expected(wanted))
    }

    pub(super) fn expected(self, wanted: &str) -> String {
        if self
            .value
            .as_str()
            .is_some_and(|text| text.trim().is_empty())
        {
            return format!("is empty: write {wanted}");
        }
        format!("must be {wanted}, not {}", display(self.value))
    }
}

/// Formats a value on one line, close to how it was written.
pub(super) fn display(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => format!("{text:?}"),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.as_str().to_owned(),
        DeValue::Boolean(truth) => truth.to_string(),
        DeValue::Datetime(_) => "a date".to_owned(),
        DeValue::Array(elements) => {
            let written: Vec<_> = elements.iter().map(|it| display(it.get_ref())).collect();
            format!("[{}]", written.join(", "))
        }
        DeValue::Table(_) => "a table".to_owned(),
    }
}

fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let unit = text.strip_prefix(number).unwrap_or_default();
    (number.trim(), unit)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::config) fn read<T>(
        toml: &str,
        read: impl Fn(RawValue<'static>) -> Parsed<T>,
    ) -> Parsed<T> {
        let toml: &'static str = toml.to_owned().leak();
        read(RawValue {
            value: Box::leak(Box::new(DeValue::parse(toml).unwrap().into_inner())),
            folder: Path::new("/etc/sochat"),
            home: Some(Path::new("/home/ola")),
            local_zone: None,
        })
    }

    #[test]
    fn durations() {
        for (toml, milliseconds) in [
            ("'500ms'", 500),
            ("'1s'", 1_000),
            ("'1.5 s'", 1_500),
            ("'2m'", 120_000),
            ("'1h'", 3_600_000),
            ("3", 3_000),
            ("0.25", 250),
        ] {
            let duration = Duration::from_millis(milliseconds);
            assert_eq!(read(toml, RawValue::duration), Ok(duration));
        }
        for toml in ["'30'", "'0s'", "-1", "inf", "1e300", "true"] {
            assert!(read(toml, RawValue::duration).is_err(), "{toml}");
        }
        assert_eq!(
            read("'soon'", RawValue::duration),
            Err(r#"must be a duration such as "500ms", "30s" or "2m", not "soon""#.to_owned())
        );
    }

    #[test]
    fn intervals() {
        let read = |toml| read(toml, RawValue::interval);
        assert_eq!(read("'2m'"), Ok(Some(Duration::from_mins(2))));
        assert_eq!(read("'off'"), Ok(None));
        let wanted = r#"must be a duration such as "500ms", "30s" or "2m", or "off""#;
        for (toml, written) in [("false", "false"), ("0", "0"), ("'never'", "\"never\"")] {
            assert_eq!(read(toml), Err(format!("{wanted}, not {written}")));
        }
    }

    #[test]
    fn sizes() {
        for (toml, bytes) in [
            ("'64MiB'", 64 << 20),
            ("'1 gib'", 1 << 30),
            ("'2KiB'", 2048),
            ("'77'", 77),
            ("4096", 4096),
        ] {
            assert_eq!(read(toml, RawValue::bytes), Ok(bytes));
        }
        for toml in ["0", "-4", "1.5", "'64MB'", "'99999999999GiB'"] {
            assert!(read(toml, RawValue::bytes).is_err(), "{toml}");
        }
    }

    #[test]
    fn rates() {
        assert_eq!(read("4", RawValue::rate), Ok(4.0));
        assert_eq!(read("0.5", RawValue::rate), Ok(0.5));
        for toml in ["0", "nan", "inf", "'4'"] {
            assert!(read(toml, RawValue::rate).is_err(), "{toml}");
        }
    }

    #[test]
    fn secret_commands_are_a_line_for_the_shell_or_a_list() {
        let read = |toml| read(toml, RawValue::secret_command);
        let shell = SecretCommand::Shell("pass x | head -1".to_owned());
        assert_eq!(read("'pass x | head -1'"), Ok(shell));
        let program = SecretCommand::Program("pass".to_owned(), vec!["a b".to_owned()]);
        assert_eq!(read("['pass', 'a b']"), Ok(program));
        for toml in ["''", "[]", "['']", "['a', 1]", "true"] {
            assert!(read(toml).is_err(), "{toml}");
        }
    }

    #[test]
    fn paths() {
        for (toml, path) in [
            ("'~/secret'", "/home/ola/secret"),
            ("'secret'", "/etc/sochat/secret"),
            ("'/run/secret'", "/run/secret"),
        ] {
            let read = read(toml, RawValue::path);
            assert_eq!(read, Ok(PathBuf::from(path)), "{toml}");
        }
    }

    #[test]
    fn an_invalid_choice_is_an_error_that_lists_the_valid_ones() {
        let choices = [("auto", 1), ("always", 2), ("never", 3)];
        assert_eq!(read("'Never'", |raw| raw.choice(&choices)), Ok(3));
        assert_eq!(
            read("true", |raw| raw.choice(&choices)),
            Err(r#"must be "auto", "always" or "never", not true"#.to_owned())
        );
    }
}
