//! The `warn` settings: after how long a wait is marked as a warning, and after how long as an alarm.

use std::time::Duration;

use super::parse::{Parsed, RawValue, display};

/// For sessions in the queue and for those that need a reply; where not set, the channel decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WarnConfig {
    pub queue: Option<WarnTimes>,
    pub reply: Option<WarnTimes>,
}

/// `None` is never.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct WarnTimes {
    pub warning: Option<Duration>,
    pub alarm: Option<Duration>,
}

impl RawValue<'_> {
    pub(super) fn warn_times(self) -> Parsed<WarnTimes> {
        const WANTED: &str = "two durations such as [\"2m\", \"5m\"], or \"off\" in place of one";
        let wrong = || self.expected(WANTED);
        let elements = self.value.as_array().ok_or_else(wrong)?;
        let times = elements.iter().map(|element| {
            let value = element.get_ref();
            RawValue { value, ..self }.interval()
        });
        let times: Vec<_> = times.collect::<Parsed<_>>().map_err(|_| wrong())?;
        match times[..] {
            [Some(warning), Some(alarm)] if warning > alarm => {
                let written: Vec<_> = elements.iter().map(|it| display(it.get_ref())).collect();
                Err(format!(
                    "must have the shorter duration first: write [{}, {}]",
                    written[1], written[0]
                ))
            }
            [warning, alarm] => Ok(WarnTimes { warning, alarm }),
            _ => Err(wrong()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::tests::read;
    use super::super::tests::{config, errors};
    use super::*;

    #[test]
    fn two_durations_or_off() {
        let read = |toml| read(toml, RawValue::warn_times);
        let minutes = |warning: Option<u64>, alarm: Option<u64>| {
            Ok(WarnTimes {
                warning: warning.map(Duration::from_mins),
                alarm: alarm.map(Duration::from_mins),
            })
        };
        assert_eq!(read("['2m', '5m']"), minutes(Some(2), Some(5)));
        assert_eq!(
            read("['90s', 600]"),
            Ok(WarnTimes {
                warning: Some(Duration::from_secs(90)),
                alarm: Some(Duration::from_mins(10)),
            })
        );
        assert_eq!(read("['5m', '5m']"), minutes(Some(5), Some(5)));
        assert_eq!(read("['off', '5m']"), minutes(None, Some(5)));
        assert_eq!(read("['5m', 'off']"), minutes(Some(5), None));
        assert_eq!(read("['off', 'off']"), minutes(None, None));
        for (toml, written) in [
            ("'2m'", r#""2m""#),
            ("'off'", r#""off""#),
            ("120", "120"),
            ("[]", "[]"),
            ("['2m']", r#"["2m"]"#),
            ("['2m', '5m', '9m']", r#"["2m", "5m", "9m"]"#),
            ("['2m', 'soon']", r#"["2m", "soon"]"#),
            ("['0s', '5m']", r#"["0s", "5m"]"#),
            ("[true, '5m']", r#"[true, "5m"]"#),
        ] {
            let wanted = r#"two durations such as ["2m", "5m"], or "off" in place of one"#;
            assert_eq!(read(toml), Err(format!("must be {wanted}, not {written}")));
        }
        assert_eq!(
            read("['10m', 180]"),
            Err(r#"must have the shorter duration first: write [180, "10m"]"#.to_owned())
        );
    }

    #[test]
    fn they_are_set_in_a_table_of_the_file_or_of_a_profile() {
        let minutes = |warning, alarm| {
            Some(WarnTimes {
                warning: Some(Duration::from_mins(warning)),
                alarm: Some(Duration::from_mins(alarm)),
            })
        };
        assert_eq!(config("").warn, WarnConfig::default());
        let text = "profile = 'p'\n[warn]\nqueue = ['1m', '2m']\nreply = ['3m', '4m']\n\
                    [profiles.p]\nwarn.reply = ['5m', '6m']";
        let expected = WarnConfig {
            queue: minutes(1, 2),
            reply: minutes(5, 6),
        };
        assert_eq!(config(text).warn, expected);
        assert_eq!(
            errors(
                "[warn]\nqueue = ['5m', '2m']\nreply = ['3m']\n[profiles.p.warn]\nreply = 2m\n\
                 [profiles.q]\nwarn = '2m'"
            ),
            r#"/etc/sochat/config.toml:2: warn.queue must have the shorter duration first: write ["2m", "5m"]
/etc/sochat/config.toml:3: warn.reply must be two durations such as ["2m", "5m"], or "off" in place of one, not ["3m"]
/etc/sochat/config.toml:5: warn.reply must be two durations such as ["2m", "5m"], or "off" in place of one, not "2m"
/etc/sochat/config.toml:7: warn must be a table: write [warn]"#
        );
        let misspelt = config("[warn]\nqueu = ['1m', '2m']").warnings.to_string();
        assert_eq!(
            misspelt,
            "/etc/sochat/config.toml:2: unknown key warn.queu; did you mean warn.queue?"
        );
    }
}
