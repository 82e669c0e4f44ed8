//! Mistakes in the text of the file: syntax, quotes, empty values, unknown keys, secrets.

use super::{errors, warnings};

#[test]
fn text_without_quotes_is_reported_as_it_must_be_written() {
    for (text, expected) in [
        (
            "time_zone = NO",
            r#"1: write it in quotes: time_zone = "NO""#,
        ),
        (
            "time_zone = US-NY # c",
            r#"1: write it in quotes: time_zone = "US-NY""#,
        ),
        (
            "time_zone = Europe/Oslo",
            r#"1: write it in quotes: time_zone = "Europe/Oslo""#,
        ),
        (
            "time_zone = Europe/Olso",
            r#"1: time_zone "Europe/Olso" is unknown; did you mean Europe/Oslo"#,
        ),
        (
            "culture = nb-NO",
            r#"1: write it in quotes: culture = "nb-NO""#,
        ),
        ("culture = “nb”", r#"1: write it in quotes: culture = "nb""#),
        ("timeout = 30s", r#"1: write it in quotes: timeout = "30s""#),
        (
            "\nmax_body = 64MiB",
            r#"2: write it in quotes: max_body = "64MiB""#,
        ),
        ("keys.quit = q", r#"1: write it in quotes: quit = "q""#),
        (
            "keys.qit = q",
            r#"1: keys.qit: unknown command "qit"; did you mean quit?"#,
        ),
        (
            "mouse = yes",
            r#"1: mouse must be true or false, not "yes""#,
        ),
        (
            "mouse = True",
            r#"1: mouse must be true or false, not "True""#,
        ),
        (
            "timeout = 1:30",
            r#"1: timeout must be a duration such as "500ms", "30s" or "2m", not "1:30""#,
        ),
        ("auth = basic", "1: auth must be a table: write [auth]"),
        // A password may be in these.
        (
            "base_url = https://ola:hunter2@a.example",
            "1: base_url contains a user or password",
        ),
        (
            "[auth]\nuser = hunter2",
            r#"2: write it in quotes: user = "...""#,
        ),
        (
            "[auth]\nsecret_command = hunter2 x",
            r#"2: write it in quotes: secret_command = "...""#,
        ),
        (
            "[auth]\npassword = hunter2",
            "2: auth.password: secrets do not belong in this file",
        ),
        (
            "culure = nb",
            "1: culure: write the value in quotes\n1: unknown key culure; did you mean culture?",
        ),
    ] {
        let reported = errors(text).replace("/etc/sochat/config.toml:", "");
        assert!(reported.starts_with(expected), "{text}: {reported}");
        assert!(!reported.contains("hunter2"), "{reported}");
    }
}

#[test]
fn syntax_errors_name_what_to_write_among_the_other_errors() {
    for (line, expected) in [
        (
            "culture = ",
            "culture has no value: write one, or remove the line",
        ),
        (
            "culture = # nb",
            "culture has no value: write one, or remove the line",
        ),
        ("culture", "column 8: key with no value, expected `=`"),
        (
            "culture = 'nb",
            "column 14: invalid literal string, expected `'`",
        ),
        ("notify = [bell]", "column 11: write text in quotes"),
        ("keys.quit = [q, x]", "column 14: write text in quotes"),
        (
            "ca_file = \"C:\\Users\\x.pem\"",
            "ca_file: write a value with backslashes in single quotes: 'C:\\folder'",
        ),
        (
            "base_url = 'https://b.example'",
            "base_url is in this table twice: keep one of the two",
        ),
        ("[auth", "column 6: unclosed table, expected `]`"),
        ("a b = 1", "column 3: key with no value, expected `=`"),
    ] {
        assert_eq!(
            errors(&format!("base_url = 7\n{line}\nmouse = 'yes'"))
                .lines()
                .map(|line| line.strip_prefix("/etc/sochat/config.toml:").unwrap())
                .filter(|line| !line.starts_with('1'))
                .collect::<Vec<_>>()
                .first(),
            Some(&&*format!("2: {expected}")),
            "{line}"
        );
    }
    assert_eq!(
        errors("base_url = 7\nculture = \nmouse = 'yes'"),
        "/etc/sochat/config.toml:1: base_url must be a URL such as \"https://online3.superoffice.com/Cust12345\", not 7\n\
         /etc/sochat/config.toml:2: culture has no value: write one, or remove the line\n\
         /etc/sochat/config.toml:3: mouse must be true or false, not \"yes\""
    );
}

#[test]
fn an_empty_value_is_called_empty() {
    for (line, expected) in [
        (
            "time_zone = ''",
            r#"time_zone is empty: write a zone such as "NO", "Europe/Oslo" or "local""#,
        ),
        ("base_url = ' '", "base_url is empty: write a URL such as"),
        (
            "language = ''",
            r#"language is empty: write a language such as "nb-NO""#,
        ),
        (
            "timeout = ''",
            r#"timeout is empty: write a duration such as "500ms", "30s" or "2m""#,
        ),
        (
            "color = ''",
            r#"color is empty: write "auto", "always" or "never""#,
        ),
        (
            "auth.user = ''",
            "auth.user is empty: write a user name in quotes",
        ),
        (
            "auth.app_token = ''",
            "auth.app_token is empty: set it to the secret, or remove it",
        ),
    ] {
        let start = format!("/etc/sochat/config.toml:1: {expected}");
        assert!(errors(line).starts_with(&start), "{}", errors(line));
    }
}

#[test]
fn an_unknown_key_is_a_warning_with_the_nearest_known_one() {
    for (key, nearest) in [
        ("base_ulr", Some("base_url")),
        ("baseurl", Some("base_url")),
        ("timezone", Some("time_zone")),
        ("user", Some("auth.user")),
        ("auth.secretfile", Some("auth.secret_file")),
        ("poll.raeder", Some("poll.reader")),
        ("colour", Some("color")),
        ("tehme", Some("theme")),
        ("thxxme", Some("theme")),
        ("thxxxme", None),
        ("mous", Some("mouse")),
        ("list", Some("poll.list")),
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
fn a_secret_in_the_file_is_an_error_that_does_not_repeat_it() {
    for name in ["secret", "password", "token", "ticket", "cookie"] {
        for text in [
            format!("[auth]\n{name} = 'hunter2'"),
            format!("\n{name} = 'hunter2'"),
            format!("[profiles.p]\nauth.{name} = 'hunter2'"),
        ] {
            let reported = errors(&text);
            let remedy = ": secrets do not belong in this file; use auth.secret_file, auth.secret_command or SOCHAT_SECRET";
            assert!(reported.ends_with(remedy), "{text}: {reported}");
            assert!(
                reported.starts_with("/etc/sochat/config.toml:2: "),
                "{reported}"
            );
            assert!(!reported.contains("hunter2"), "{reported}");
        }
    }
}
