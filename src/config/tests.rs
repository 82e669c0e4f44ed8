//! What beats what, every fault at once, and what is shown and written.

use proptest::prelude::*;

use super::*;

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
    let flags = flags
        .iter()
        .map(|&(key, value)| (key, value.to_owned()))
        .collect();
    build(
        Path::new("/etc/sochat/config.toml"),
        text,
        &environment(variables),
        &flags,
    )
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
            reader: Some(Duration::from_secs(1)),
            list: Some(Duration::from_secs(3)),
            max_per_second: 4.0
        }
    );
    assert_eq!(
        config.display,
        DisplayConfig {
            mouse: false,
            color: ColorChoice::Auto,
            ascii: false,
            theme: ThemeChoice::Auto,
            notify: NotifyMethod::Bell,
            keys: Vec::new()
        }
    );
    let service = config.service.unwrap();
    assert!(service.identity.is_none() && service.app_token.is_none());
    assert!(service.ca_file.is_none() && service.proxy.is_none() && !service.allow_http);
    assert_eq!(service.timeout, Duration::from_secs(30));
    assert_eq!(service.max_body, 256 << 20);
    assert!(super::tests::config("").service.is_none());
}

#[test]
fn the_commented_file_says_the_defaults_and_every_example_in_it_holds() {
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
    let left_out: Vec<_> = settings::SETTINGS
        .iter()
        .map(|key| key.name)
        .filter(|name| !all.values.contains_key(*name))
        .collect();
    assert_eq!(
        left_out,
        ["auth.secret", "auth.app_token"],
        "no secret is written into the file"
    );
    assert_eq!(
        all.service.unwrap().base_url.as_str(),
        "https://sod2.superoffice.com/Cust54321/api/v1/"
    );
}

#[test]
fn flags_beat_the_environment_which_beats_the_file_in_which_a_profile_beats_the_top() {
    const FILE: &str = "time_zone = 'top'\nprofile = 'p'\n[profiles.p]\ntime_zone = 'profile'\n[profiles.q]\ntime_zone = 'other'";
    type Pairs<'a> = &'a [(&'static str, &'a str)];
    let cases: [(&str, Pairs<'_>, Pairs<'_>, &str, Origin); 8] = [
        ("time_zone = 'top'", &[], &[], "top", Origin::File(1)),
        ("time_zone = 261", &[], &[], "261", Origin::File(1)),
        (FILE, &[], &[], "profile", Origin::File(4)),
        (
            FILE,
            &[("SOCHAT_PROFILE", "q")],
            &[],
            "other",
            Origin::File(6),
        ),
        (
            FILE,
            &[("SOCHAT_PROFILE", "x")],
            &[("profile", "q")],
            "other",
            Origin::File(6),
        ),
        (
            FILE,
            &[("SOCHAT_TIME_ZONE", "env")],
            &[],
            "env",
            Origin::Environment("SOCHAT_TIME_ZONE"),
        ),
        (
            FILE,
            &[("SOCHAT_TIME_ZONE", "")],
            &[],
            "profile",
            Origin::File(4),
        ),
        (
            FILE,
            &[("SOCHAT_TIME_ZONE", "env")],
            &[("time_zone", "flag")],
            "flag",
            Origin::Flag("time_zone"),
        ),
    ];
    for (file, variables, flags, zone, origin) in cases {
        let config = load_with(file, variables, flags).unwrap();
        assert_eq!(
            config.zone.as_deref(),
            Some(zone),
            "{variables:?} {flags:?}"
        );
        assert_eq!(
            config.values["time_zone"].1, origin,
            "{variables:?} {flags:?}"
        );
    }
}

#[test]
fn no_color_beats_the_file_and_a_flag_beats_no_color() {
    let color = |variables: &[(&str, &str)], flags: &[(&'static str, &str)]| {
        load_with("color = 'always'", variables, flags)
            .unwrap()
            .display
            .color
    };
    assert_eq!(color(&[], &[]), ColorChoice::Always);
    assert_eq!(color(&[("NO_COLOR", "")], &[]), ColorChoice::Always);
    assert_eq!(color(&[("NO_COLOR", "1")], &[]), ColorChoice::Never);
    assert_eq!(
        color(&[("NO_COLOR", "1")], &[("color", "auto")]),
        ColorChoice::Auto
    );
}

#[test]
fn every_fault_is_told_at_once_with_its_line() {
    let told = errors(
        "base_url = 'nowhere'\ntimeout = 'soon'\n[auth]\nscheme = 'ntlm'\npassword = 'hunter2'\n\
         [poll]\nreader = true\n[keys]\nquit = 7\n[profiles.test]\nmax_body = 'big'\nprofile = 'x'",
    );
    assert_eq!(
        told,
        r#"/etc/sochat/config.toml:1: base_url wants an address such as "https://online3.superoffice.com/Cust12345", with its https://
/etc/sochat/config.toml:2: timeout wants a time such as "500ms", "30s" or "2m", not "soon"
/etc/sochat/config.toml:4: auth.scheme wants "basic", "bearer", "soticket" or "xsrf", not "ntlm"
/etc/sochat/config.toml:5: auth.password: no secret belongs in this file; name a file with auth.secret_file or a command with auth.secret_command, or set SOCHAT_SECRET
/etc/sochat/config.toml:7: poll.reader wants a time such as "500ms", "30s" or "2m", or "off", not true
/etc/sochat/config.toml:9: keys.quit wants a key such as "ctrl-q", or a list of keys, not 7
/etc/sochat/config.toml:10: profile test cannot name another
/etc/sochat/config.toml:11: max_body wants a size such as "64MiB", or a number of bytes, not "big""#
    );
}

#[test]
fn faults_outside_the_file_name_their_variable_or_flag() {
    let told = load_with(
        "",
        &[("SOCHAT_BASE_URL", "x"), ("SOCHAT_AUTH", "y")],
        &[("color", "red")],
    )
    .unwrap_err();
    assert_eq!(
        told.to_string(),
        "SOCHAT_AUTH: auth.scheme wants \"basic\", \"bearer\", \"soticket\" or \"xsrf\", not \"y\"\n\
         SOCHAT_BASE_URL: base_url wants an address such as \"https://online3.superoffice.com/Cust12345\", with its https://\n\
         --color: color wants \"auto\", \"always\" or \"never\", not \"red\""
    );
}

#[test]
fn broken_toml_is_told_with_line_and_column_beside_the_other_faults() {
    assert_eq!(
        errors("base_url = 7\nculture = \nmouse = 'yes'"),
        "/etc/sochat/config.toml:1: base_url wants an address such as \"https://online3.superoffice.com/Cust12345\", not 7\n\
         /etc/sochat/config.toml:2: column 11: string values must be quoted, expected literal string\n\
         /etc/sochat/config.toml:3: mouse wants true or false, not \"yes\""
    );
}

#[test]
fn tables_have_to_be_tables() {
    assert_eq!(
        errors("auth = 1\nkeys = 'q'\nprofiles = 2"),
        "/etc/sochat/config.toml:1: auth is a table: write [auth]\n\
         /etc/sochat/config.toml:2: keys is a table: write [keys]\n\
         /etc/sochat/config.toml:3: profiles are tables: write [profiles.NAME]"
    );
    assert_eq!(
        errors("[profiles]\nx = 1"),
        "/etc/sochat/config.toml:2: a profile is a table: write [profiles.x]"
    );
}

#[test]
fn unknown_keys_are_warned_of_with_the_nearest_known_one() {
    for (key, nearest) in [
        ("base_ulr", Some("base_url")),
        ("baseurl", Some("base_url")),
        ("timezone", Some("time_zone")),
        ("user", Some("auth.user")),
        ("auth.secretfile", Some("auth.secret_file")),
        ("poll.raeder", Some("poll.reader")),
        ("colour", Some("color")),
        ("wallpaper", None),
    ] {
        let end = nearest.map_or_else(String::new, |key| format!("; did you mean {key}?"));
        assert_eq!(
            warnings(&format!("\n{key} = 1")),
            format!("/etc/sochat/config.toml:2: unknown key {key}{end}"),
        );
    }
    assert_eq!(
        warnings("[profiles.p]\nauth.usr = 'x'"),
        "/etc/sochat/config.toml:2: unknown key auth.usr; did you mean auth.user?"
    );
}

#[test]
fn an_unknown_profile_names_the_known_ones() {
    assert_eq!(
        load_with("[profiles.a]\n[profiles.b]", &[], &[("profile", "c")])
            .unwrap_err()
            .to_string(),
        "--profile: there is no profile \"c\"; known are a, b"
    );
    assert_eq!(
        errors("profile = 'c'"),
        "/etc/sochat/config.toml:1: there is no profile \"c\"; write its settings under [profiles.c]"
    );
}

#[test]
fn keys_keep_their_lines_and_a_profile_rebinds_one_command() {
    let config = config(
        "profile = 'p'\n[keys]\nquit = 'q'\ncopy = ['y', 'ctrl-c']\n[profiles.p.keys]\nquit = 'x'",
    );
    let binding = |command: &str, keys: &[&str], line| KeyBinding {
        command: command.to_owned(),
        keys: keys.iter().map(|&key| key.to_owned()).collect(),
        line,
    };
    assert_eq!(
        config.display.keys,
        [
            binding("copy", &["y", "ctrl-c"], 4),
            binding("quit", &["x"], 6)
        ]
    );
}

#[test]
fn a_named_file_has_to_exist_and_the_usual_one_need_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.toml");
    let load = |location: ConfigPath| load(&location, &Environment::new(), &Flags::new());
    assert!(load(ConfigPath::Default(path.clone())).is_ok());
    let told = load(ConfigPath::Explicit(path.clone()))
        .unwrap_err()
        .to_string();
    assert!(
        told.starts_with(&format!("{}: cannot be read: ", path.display())),
        "{told}"
    );
    fs::write(&path, b"language = '\xff'").unwrap();
    let told = load(ConfigPath::Default(path.clone()))
        .unwrap_err()
        .to_string();
    assert_eq!(told, format!("{}: is not UTF-8 text", path.display()));
}

#[test]
fn the_file_is_named_by_flag_then_environment_then_platform() {
    let named = |path: &str| Ok(ConfigPath::Explicit(path.into()));
    let variables = environment(&[("SOCHAT_CONFIG", "/env.toml")]);
    assert_eq!(
        locate(Some(Path::new("/flag.toml")), &variables),
        named("/flag.toml")
    );
    assert_eq!(locate(None, &variables), named("/env.toml"));
}

proptest! {
    /// A file may hold anything: it is understood or refused, with every line in range.
    #[test]
    fn any_file_is_understood_or_refused(text in "([a-z]{1,3}|base_url|auth|keys|profiles|[\\[\\]=.'\"\n 0-9{}#,é]){0,40}") {
        let lines = text.matches('\n').count() + 1;
        let told = load_with(&text, &[], &[]).map_or_else(|faults| faults, |config| config.warnings);
        for fault in told.entries {
            prop_assert!(matches!(fault.origin, Origin::File(line) if (1..=lines).contains(&line)), "{fault:?}");
        }
    }
}

#[test]
fn a_misspelt_key_is_told_beside_the_faults_it_may_have_caused() {
    let told = load_with("base_ur = 'x'\npoll.reader = 'soon'", &[], &[]).unwrap_err();
    let lines: Vec<_> = told.entries.iter().map(|fault| fault.origin).collect();
    assert_eq!(lines, [Origin::File(1), Origin::File(2)]);
    assert!(told.entries[0].why.contains("base_url"), "{told}");
}
