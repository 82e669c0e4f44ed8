//! Precedence of the layers, and all diagnostics together.

use proptest::prelude::*;

use super::*;
use crate::app::command::Command;

mod location;
mod syntax;

fn environment(pairs: &[(&str, &str)]) -> Environment {
    pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

pub(super) fn load_with(
    text: &str,
    variables: &[(&str, &str)],
    flags: &[(&'static str, &str)],
) -> Result<Config, Diagnostics> {
    let flags = flags.iter().map(|&(name, value)| (name, value.to_owned()));
    let path = Path::new("/etc/sochat/config.toml");
    let machine = Machine {
        environment: &environment(variables),
        local_zone: Some("Europe/Copenhagen"),
        check_secret_file: |path| match path.to_str() {
            Some("/etc/sochat/missing") => Err("it is not there: write it".to_owned()),
            _ => Ok(()),
        },
        check_ca_file: |_| Ok(()),
    };
    build(path, text, &machine, &flags.collect())
}

pub(super) fn config(text: &str) -> Config {
    load_with(text, &[], &[]).unwrap()
}

pub(super) fn errors(text: &str) -> String {
    load_with(text, &[], &[]).unwrap_err().to_string()
}

fn warnings(text: &str) -> String {
    config(text).warnings.to_string()
}

#[test]
fn nothing_set_is_the_defaults() {
    let config = config("base_url = 'https://a.example'");
    assert_eq!(config.profile, None);
    assert_eq!(config.zone, None);
    assert_eq!(
        config.poll,
        PollConfig {
            open_session: Some(Duration::from_secs(1)),
            list: Some(Duration::from_secs(3)),
            max_per_second: 4.0
        }
    );
    assert_eq!(config.display, DisplayConfig::default());
    let service = config.service.unwrap();
    assert!(service.identity.is_none() && service.app_token.is_none());
    assert!(service.ca_file.is_none() && service.proxy.is_none() && !service.allow_http);
    assert_eq!(service.timeout, Duration::from_secs(30));
    assert_eq!(service.max_body, 64 << 20);
    assert!(super::tests::config("").service.is_none());
}

#[test]
fn the_template_shows_the_defaults_and_its_examples_are_valid() {
    let shown = |config: &Config| {
        let mut out = Vec::new();
        show(config, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        text.lines()
            .map(|line| line.rsplit_once('#').unwrap().0.trim_end().to_owned())
            .collect::<Vec<_>>()
    };
    let defaults = config(&merge::uncommented_template());
    assert_eq!(shown(&defaults)[1..], shown(&config(""))[1..]);
    assert!(defaults.warnings.entries.is_empty());

    let everything: Vec<_> = TEMPLATE
        .lines()
        .map(|line| {
            let bare = line.trim_start_matches(['#', ' ']);
            let is_setting = bare.starts_with('[')
                || bare
                    .split_once(" = ")
                    .is_some_and(|(name, _)| !name.contains(' '));
            if is_setting { bare } else { line }
        })
        .collect();
    let all = load_with(&everything.join("\n"), &[("HOME", "/home/ola")], &[]).unwrap();
    assert_eq!(all.warnings.to_string(), "");
    let missing: Vec<_> = settings::SETTINGS
        .iter()
        .map(|setting| setting.name)
        .filter(|name| !all.values.contains_key(*name))
        .collect();
    assert_eq!(
        missing,
        ["auth.secret", "auth.secret_command", "auth.app_token"],
        "secrets do not belong in the file, and auth.secret_file replaces auth.secret_command"
    );
    assert!(TEMPLATE.contains("\n# secret_command = "));
    assert_eq!(
        all.service.unwrap().base_url.as_str(),
        "https://sod2.superoffice.com/Cust54321/api/v1/"
    );
}

#[test]
fn privacy_is_set_by_file_or_flag() {
    for (file, flags, is_set) in [
        ("", &[][..], false),
        ("privacy = true", &[], true),
        ("profile = 'p'\n[profiles.p]\nprivacy = true", &[], true),
        ("privacy = false", &[("privacy", "true")], true),
    ] {
        let config = load_with(file, &[], flags).unwrap();
        assert_eq!(config.display.privacy, is_set, "{file}");
    }
    assert!(load_with("privacy = 'yes'", &[], &[]).is_err());
}

#[test]
fn flags_override_the_environment_then_profile_then_file() {
    const FILE: &str = "time_zone = 'SE'\nprofile = 'p'\n[profiles.p]\ntime_zone = 'DK'\n[profiles.q]\ntime_zone = 'FI'";
    const ENV: (&str, &str) = ("SOCHAT_TIME_ZONE", "GB");
    for (file, variables, flags, expected) in [
        ("time_zone = 'SE'", &[][..], &[][..], "SE, line 1"),
        ("time_zone = 261", &[], &[], "261, line 1"),
        (FILE, &[], &[], "DK, line 4"),
        (FILE, &[("SOCHAT_PROFILE", "q")], &[], "FI, line 6"),
        (
            FILE,
            &[("SOCHAT_PROFILE", "x")],
            &[("profile", "q")],
            "FI, line 6",
        ),
        (FILE, &[ENV], &[], "GB, SOCHAT_TIME_ZONE"),
        (FILE, &[("SOCHAT_TIME_ZONE", "")], &[], "DK, line 4"),
        (
            FILE,
            &[ENV],
            &[("time_zone", "local")],
            "local, --time-zone",
        ),
    ] {
        let config = load_with(file, variables, flags).unwrap();
        let (zone, origin) = (config.zone.unwrap(), config.values["time_zone"].1);
        assert_eq!(
            format!("{zone}, {origin}"),
            expected,
            "{variables:?} {flags:?}"
        );
    }
}

#[test]
fn no_color_overrides_the_file_and_a_flag_overrides_no_color() {
    for (no_color, flags, expected) in [
        ("", &[][..], ColorChoice::Always),
        ("1", &[], ColorChoice::Never),
        ("1", &[("color", "auto")], ColorChoice::Auto),
    ] {
        let config = load_with("color = 'always'", &[("NO_COLOR", no_color)], flags).unwrap();
        assert_eq!(config.display.color, expected);
    }
    assert_eq!(
        config("color = 'always'").display.color,
        ColorChoice::Always
    );
}

#[test]
fn all_errors_are_reported_together_with_their_lines() {
    let reported = errors(
        "base_url = 'nowhere'\ntimeout = 'soon'\n[auth]\nscheme = 'ntlm'\npassword = 'hunter2'\n\
         [poll]\nreader = true\n[keys]\nquit = 7\n[profiles.test]\nmax_body = 'big'\nprofile = 'x'",
    );
    assert_eq!(
        reported,
        r#"/etc/sochat/config.toml:1: base_url must be a URL such as "https://online3.superoffice.com/Cust12345", including https://
/etc/sochat/config.toml:2: timeout must be a duration such as "500ms", "30s" or "2m", not "soon"
/etc/sochat/config.toml:4: auth.scheme must be "basic", "bearer", "soticket" or "xsrf", not "ntlm"
/etc/sochat/config.toml:5: auth.password: secrets do not belong in this file; use auth.secret_file, auth.secret_command or SOCHAT_SECRET
/etc/sochat/config.toml:7: poll.reader must be a duration such as "500ms", "30s" or "2m", or "off", not true
/etc/sochat/config.toml:9: keys.quit must be a key such as "ctrl-q", or a list of keys, not 7
/etc/sochat/config.toml:10: profile test cannot select another profile
/etc/sochat/config.toml:11: max_body must be a size such as "64MiB", or a number of bytes, not "big""#
    );
}

#[test]
fn errors_outside_the_file_name_their_variable_or_flag() {
    let reported = load_with(
        "",
        &[("SOCHAT_BASE_URL", "x"), ("SOCHAT_AUTH", "y")],
        &[("color", "red")],
    )
    .unwrap_err();
    assert_eq!(
        reported.to_string(),
        "SOCHAT_AUTH: auth.scheme must be \"basic\", \"bearer\", \"soticket\" or \"xsrf\", not \"y\"\n\
         SOCHAT_BASE_URL: base_url must be a URL such as \"https://online3.superoffice.com/Cust12345\", including https://\n\
         --color: color must be \"auto\", \"always\" or \"never\", not \"red\""
    );
}

#[test]
fn a_wrong_zone_is_an_error_with_the_nearest_wherever_it_is_set() {
    const UNKNOWN: &str = "time_zone \"Europe/Olso\" is unknown; did you mean Europe/Oslo";
    for (text, variables, flags, origin) in [
        (
            "time_zone = 'Europe/Olso'",
            &[][..],
            &[][..],
            "/etc/sochat/config.toml:1",
        ),
        (
            "[profiles.p]\ntime_zone = 'Europe/Olso'",
            &[],
            &[],
            "/etc/sochat/config.toml:2",
        ),
        (
            "",
            &[("SOCHAT_TIME_ZONE", "Europe/Olso")],
            &[],
            "SOCHAT_TIME_ZONE",
        ),
        ("", &[], &[("time_zone", "Europe/Olso")], "--time-zone"),
    ] {
        let reported = load_with(text, variables, flags).unwrap_err().to_string();
        assert!(
            reported.starts_with(&format!("{origin}: {UNKNOWN}")),
            "{reported}"
        );
    }
    for passes in [
        "ZZ",
        "zz-new",
        "MX2",
        "9999",
        "asia/kolkata",
        "local",
        "CET",
    ] {
        config(&format!("time_zone = {passes:?}"));
    }
    for wrong in ["oslo", "UTC+2", "+02:00", "ZZ-", "Z", "norway", "-1"] {
        errors(&format!("time_zone = {wrong:?}"));
    }
}

#[test]
fn a_secret_file_that_cannot_be_used_is_reported_among_the_others() {
    let text = "timeout = 'soon'\n[auth]\nsecret_file = 'missing'\napp_token_file = 'missing'";
    assert_eq!(
        errors(text),
        "/etc/sochat/config.toml:1: timeout must be a duration such as \"500ms\", \"30s\" or \"2m\", not \"soon\"\n\
         /etc/sochat/config.toml:3: auth.secret_file: it is not there: write it\n\
         /etc/sochat/config.toml:4: auth.app_token_file: it is not there: write it"
    );
    // A secret that is set elsewhere is used instead of the file.
    let elsewhere = load_with(
        "auth.secret_file = 'missing'",
        &[("SOCHAT_SECRET", "x")],
        &[],
    );
    assert!(elsewhere.is_ok());
}

#[test]
fn tables_must_be_tables() {
    assert_eq!(
        errors("auth = 1\nkeys = 'q'\nprofiles = 2"),
        "/etc/sochat/config.toml:1: auth must be a table: write [auth]\n\
         /etc/sochat/config.toml:2: keys must be a table: write [keys]\n\
         /etc/sochat/config.toml:3: profiles must be tables: write [profiles.NAME]"
    );
    assert_eq!(
        errors("[profiles]\nx = 1"),
        "/etc/sochat/config.toml:2: a profile must be a table: write [profiles.x]"
    );
}

#[test]
fn an_unknown_profile_names_the_known_ones() {
    let reported = load_with("[profiles.a]\n[profiles.b]", &[], &[("profile", "c")]).unwrap_err();
    assert_eq!(
        reported.to_string(),
        "--profile: unknown profile \"c\": the profiles are a, b"
    );
    assert_eq!(
        errors("profile = 'c'"),
        "/etc/sochat/config.toml:1: unknown profile \"c\": write its settings under [profiles.c]"
    );
}

#[test]
fn keys_retain_their_lines_and_a_profile_rebinds_one_command() {
    let config = config(
        "profile = 'p'\n[keys]\nquit = 'q'\ncopy = ['y', 'ctrl-y']\n[profiles.p.keys]\nquit = 'x'",
    );
    let key = |command| config.keymap.first_key(command);
    assert_eq!(
        (key(Command::Quit), key(Command::Copy)),
        ("x".into(), "y".into())
    );
    let lines = ["keys.copy", "keys.quit"].map(|name| config.values[name].1);
    assert_eq!(lines, [Origin::File(4), Origin::File(6)]);
}

proptest! {
    #[test]
    fn any_text_is_parsed_or_refused_with_lines_in_range(text in "([a-z]{1,3}|base_url|auth|keys|profiles|[\\[\\]=.'\"\n 0-9{}#,é]){0,40}") {
        let lines = text.matches('\n').count() + 1;
        let reported = load_with(&text, &[], &[]).map_or_else(|errors| errors, |config| config.warnings);
        for entry in reported.entries {
            prop_assert!(matches!(entry.origin, Origin::File(line) if (1..=lines).contains(&line)), "{entry:?}");
        }
    }
}

#[test]
fn a_misspelt_key_is_reported_with_the_errors_it_may_have_caused() {
    let reported = load_with("base_ur = 'x'\npoll.reader = 'soon'", &[], &[]).unwrap_err();
    let lines: Vec<_> = reported.entries.iter().map(|entry| entry.origin).collect();
    assert_eq!(lines, [Origin::File(1), Origin::File(2)]);
    assert!(reported.entries[0].why.contains("base_url"), "{reported}");
}
