//! Refusals to start, and their messages.

use super::pipe::{run, sochat};
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
fn all_configuration_errors_are_reported_together() {
    let text = "base_url = \"ftp://example.com\"\n\
                [auth]\n\
                scheme = \"password\"\n\
                [poll]\n\
                list = \"soon\"\n";
    let mut window = WindowBuilder::sochat(&[]).config_file(text).open();
    let exited = window.wait_for_exit();
    assert_eq!(exited.code, 2);
    exited.assert_never_changed();
    let printed = String::from_utf8(exited.bytes).unwrap();
    let lines: Vec<_> = printed.lines().collect();
    assert_eq!(lines.len(), 3, "{printed}");
    for (line, place) in lines.iter().zip([":1: ", ":3: ", ":5: "]) {
        assert!(line.contains(&format!("given.toml{place}")), "{line}");
    }
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
