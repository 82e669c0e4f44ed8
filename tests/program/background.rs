//! Theme `auto`: the background that the terminal reports, at once, late, in pieces, or never.

use super::window::{ATTRIBUTES, HELP, Window, WindowBuilder};

const QUERY: &str = "\x1b]11;?\x1b\\\x1b[c";
const LIGHT: &str = "\x1b]11;rgb:ffff/ffff/dddd\x1b\\";
const DARK: &str = "\x1b]11;rgb:0000/2b2b/3636\x1b\\";
/// The colours of keys and customers in the themes for any, light and dark backgrounds.
const ANY_KEY: &str = ";38;5;63m";
const LIGHT_KEY: &str = ";38;5;25m";
const DARK_KEY: &str = ";38;5;81m";

fn demo(options: &[&str]) -> WindowBuilder {
    WindowBuilder::sochat(&[&["demo", "--rate", "0.001"], options].concat())
}

fn shows(window: &Window, bytes: &str) -> bool {
    String::from_utf8_lossy(&window.bytes()).contains(bytes)
}

#[test]
fn a_terminal_that_answers_gets_the_theme_for_its_background() {
    let mut window = demo(&[]).open_silent_demo();
    window.wait_for_bytes(QUERY);
    assert!(shows(&window, ANY_KEY) && !shows(&window, LIGHT_KEY));
    window.press(&[LIGHT, ATTRIBUTES].concat());
    window.wait_for_bytes(LIGHT_KEY);
    let before = window.bytes().len();
    window.show_help();
    // Late, and unasked.
    window.press(DARK);
    window.wait_for_bytes_after(before, DARK_KEY);
    window.quit("q");
}

#[test]
fn a_terminal_that_does_not_answer_retains_the_theme_for_any_background() {
    for answer in ["", ATTRIBUTES] {
        let mut window = demo(&[]).open_silent_demo();
        window.wait_for_bytes(QUERY);
        window.press(answer);
        window.show_help();
        assert!(!shows(&window, LIGHT_KEY) && !shows(&window, DARK_KEY));
        let exited = window.quit("q");
        exited.assert_restored();
    }
}

#[test]
fn an_answer_in_pieces_is_not_typed() {
    // A piece that is the Esc key remains that key.
    for (report, key, middle, footer) in [
        (LIGHT, LIGHT_KEY, 1, "Back: nothing to go back to"),
        (DARK, DARK_KEY, 2, "? help"),
        (LIGHT, LIGHT_KEY, 12, "? help"),
    ] {
        let mut window = demo(&[]).open_silent_demo();
        window.wait_for_bytes(QUERY);
        let (first, second) = report.split_at(middle);
        window.press(first);
        window.wait_briefly_until(|_| false);
        window.press(second);
        window.wait_for_bytes(key);
        // `/` would have opened the filter, `]` and `f` have left a notice.
        let screen = window.screen().contents();
        assert!(
            screen.contains(footer) && !screen.contains("filter:"),
            "{screen}"
        );
        window.press(ATTRIBUTES);
        window.press_for("?", HELP);
        window.quit("\x03");
    }
}

#[test]
fn nothing_is_queried_where_the_answer_would_change_nothing() {
    let theme = |name: &str| demo(&[]).config_file(&format!("theme = '{name}'"));
    for window in [
        demo(&[]).env("NO_COLOR", "1"),
        demo(&[]).env("TERM", "linux"),
        demo(&["--color", "never"]),
        theme("dark"),
        theme("terminal"),
    ] {
        let mut window = window.open_silent_demo();
        window.show_help();
        assert!(!shows(&window, "]11;?"));
        window.quit("q");
    }
}
