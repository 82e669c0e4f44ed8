//! Refusals to start, and their messages.

use super::pipe::{DemoProcess, run, sochat, start_fixed_response_server};
use super::window::WindowBuilder;

#[test]
fn without_a_terminal_the_viewer_names_the_subcommands() {
    for arguments in [&[][..], &["demo"], &["--base-url", "http://127.0.0.1:1"]] {
        let done = run(&mut sochat(arguments));
        assert_eq!(done.code, Some(2), "{arguments:?}");
        assert_eq!(done.stdout, "");
        for word in ["terminal", "sochat sessions", "sochat messages"] {
            assert!(done.stderr.contains(word), "{}", done.stderr);
        }
    }
}

#[test]
fn a_terminal_that_cannot_draw_is_refused_like_none() {
    let mut window = WindowBuilder::sochat(&["demo"]).env("TERM", "dumb").open();
    let exited = window.wait_for_exit();
    assert_eq!(exited.code, 2);
    exited.assert_never_changed();
    let printed = String::from_utf8(exited.bytes).unwrap();
    for word in ["TERM=dumb", "sochat sessions", "sochat messages"] {
        assert!(printed.contains(word), "{printed}");
    }
}

/// Faults of every part of the configuration, each on a line of its own.
const FAULTS: &str = "base_url = \"ftp://example.com\"\n\
    time_zone = \"Europe/Olso\"\n\
    ca_file = \"/nonexistent/ca.pem\"\n\
    [auth]\n\
    scheme = \"password\"\n\
    secret_file = \"/nonexistent/secret\"\n\
    [poll]\n\
    list = soon\n\
    [keys]\n\
    qiut = \"x\"\n";

#[test]
fn all_configuration_errors_are_reported_together_by_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("given.toml");
    std::fs::write(&path, FAULTS).unwrap();
    let path = path.to_str().unwrap();
    for arguments in [
        &["sessions"][..],
        &["messages", "1"],
        &["zones"],
        &["config", "show"],
        &["demo"],
        &[],
    ] {
        let log = folder.path().to_str().unwrap();
        let mut command = sochat(arguments);
        let done = run(command.args(["--config", path, "--log", log]));
        assert_eq!(done.code, Some(2), "{arguments:?}");
        let lines: Vec<_> = done.stderr.lines().collect();
        let places = [1, 2, 3, 5, 6, 8, 10].map(|line| format!("{path}:{line}: "));
        let places = [&places[..], &[format!("--log: cannot write {log} (")]].concat();
        assert_eq!(lines.len(), places.len(), "{}", done.stderr);
        for (line, place) in lines.iter().zip(places) {
            assert!(line.starts_with(&place), "{line}");
        }
    }
}

#[test]
fn a_log_that_cannot_be_written_is_named() {
    for path in ["/nonexistent/sochat.log", "/", "/dev/null/sochat.log"] {
        let done = run(&mut sochat(&["zones", "--log", path]));
        assert_eq!((done.code, &*done.stdout), (Some(2), ""));
        let start = format!("--log: cannot write {path} (");
        let end = "): name a file in a folder that exists\n";
        let is_whole = done.stderr.starts_with(&start) && done.stderr.ends_with(end);
        assert!(is_whole, "{}", done.stderr);
    }
}

#[test]
fn no_home_is_needed_where_the_environment_has_every_setting() {
    let demo = DemoProcess::start("0.001");
    for home in ["/dev/null", "/nonexistent", ""] {
        let done = run(demo.sochat(&["sessions"]).env("HOME", home));
        assert_eq!((done.code, &*done.stderr), (Some(0), ""), "{home:?}");
    }
    let mut window = WindowBuilder::sochat(&[])
        .env("HOME", "/dev/null")
        .env("XDG_CONFIG_HOME", "/dev/null")
        .env("SOCHAT_BASE_URL", &demo.base_url)
        .open();
    window.wait_for("live");
    window.quit("q");
}

#[test]
fn wrong_usage_is_2_and_help_is_0() {
    for (arguments, code) in [
        (&["--nonsense"][..], 2),
        (&["messages", "none"], 2),
        (&["messages", "1", "--follow", "--format", "json"], 2),
        (&["--help"], 0),
        (&["--version"], 0),
    ] {
        let done = run(&mut sochat(arguments));
        assert_eq!(done.code, Some(code), "{arguments:?}");
        assert_eq!(done.stdout.is_empty(), code != 0);
        assert_eq!(done.stderr.is_empty(), code == 0);
    }
}

#[test]
fn what_is_wrong_and_what_to_do_is_written_out_on_a_narrow_terminal() {
    let demo = DemoProcess::start("0.001");
    let refusing = start_fixed_response_server("401 Unauthorized", "");
    let elsewhere = start_fixed_response_server("404 Not Found", "");
    for (arguments, base_url, code, expected) in [
        (
            &["sessions"][..],
            &refusing,
            3,
            "sochat: Sign-in refused (401): check auth.user, auth.scheme and the secret (127.0.0.1:",
        ),
        (
            &["sessions"],
            &elsewhere,
            5,
            "/Cust1/api/v1/ (404): check base_url",
        ),
        (
            &["messages", "999999"],
            &demo.base_url,
            5,
            "sochat: Session 999999 not found (127.0.0.1:",
        ),
        (
            &["sessions", "--time-zone", "Europe/Olso"],
            &demo.base_url,
            2,
            "--time-zone: time_zone \"Europe/Olso\" is unknown; did you mean Europe/Oslo",
        ),
        (
            &["sessions", "--time-zone", "ZZ"],
            &demo.base_url,
            2,
            "sochat: unknown time zone \"ZZ\"; ",
        ),
        (
            &["sessions", "--config", "/dev/null/config.toml"],
            &demo.base_url,
            2,
            "correct that, or name another file with --config",
        ),
    ] {
        let mut window = WindowBuilder::sochat(arguments)
            .env("SOCHAT_BASE_URL", base_url)
            .env("SOCHAT_SECRET", "x")
            .size(60, 24)
            .open();
        let exited = window.wait_for_exit();
        assert_eq!(exited.code, code, "{arguments:?}");
        // Lines that the terminal wraps are whole here.
        let shown = window.screen().contents();
        assert!(shown.matches("sochat: ").count() <= 1, "{shown}");
        assert!(shown.contains(expected), "{shown}");
    }
}
