//! A job of a shell: stopped with Ctrl-z, taken up again with `fg`.

use std::path::Path;

use rustix::process::Signal;
use vt100::Screen;

use super::exited_window::contains;
use super::window::{Window, WindowBuilder};

/// A shell with job control that says what follows, then our program as its job.
fn start_shell() -> Window {
    let sochat = env!("CARGO_BIN_EXE_sochat");
    let mut window = WindowBuilder::program(Path::new("/bin/sh"), &["-i"])
        .env("PS1", "ready> ")
        .open();
    window.wait_for("ready>");
    window.press(&format!("{sochat} demo --rate 0.001\n"));
    window.wait_for("Tusen takk!");
    window
}

/// The shell has its own screen and cursor again, and waits for a line.
fn is_at_prompt(screen: &Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && screen.contents().trim_end().ends_with("ready>")
}

#[test]
fn ctrl_z_gives_the_screen_to_the_shell_and_fg_takes_it_back() {
    let mut window = start_shell();
    for round in 0..2 {
        window.press("\x1a");
        window.wait_until("the shell's next line", is_at_prompt);
        assert!(window.screen().contents().contains("Stopped"));
        window.press(&format!("echo shell $((40 + {round}))\n"));
        window.wait_for(&format!("shell {}", 40 + round));
        window.press("fg\n");
        window.wait_until("the program's screen", |screen| {
            screen.alternate_screen()
                && screen.hide_cursor()
                && screen.contents().contains("Tusen takk!")
                && screen.contents().contains("? keys")
        });
        window.press_for("?", "one session or message down");
        window.press("q");
        window.wait_gone("one session or message down");
    }
    window.press("q");
    window.wait_until("the shell's next line", is_at_prompt);
    window.press("echo code=$?; exit\n");
    let left = window.wait_for_exit();
    assert!(contains(&left.bytes, "code=0"));
    assert_eq!(left.code, 0);
    left.assert_given_back();
}

#[test]
fn stopped_by_somebody_else_it_takes_the_terminal_anew() {
    for signal in [Signal::TSTP, Signal::STOP] {
        let mut window = start_shell();
        window.signal_job(signal);
        // The shell says so, wherever on the screen that may be.
        window.wait_for_bytes("Stopped");
        let before = window.bytes().len();
        // A shell that puts the line in order, as most do.
        window.press("stty icanon echo isig iexten icrnl ixon opost; clear; fg\n");
        window.wait_for_bytes_after(before, "\x1b[?1049h");
        window.wait_until("all of the program's screen", |screen| {
            let shown = screen.contents();
            screen.alternate_screen() && shown.contains("Tusen takk!") && shown.contains("? keys")
        });
        window.press_for("?", "one session or message down");
        window.press("\x03");
        window.wait_until("the shell's next line", is_at_prompt);
        window.press("exit\n");
        window.wait_for_exit().assert_given_back();
    }
}

#[test]
fn without_a_shell_behind_it_ctrl_z_is_refused_in_words() {
    let mut window = WindowBuilder::sochat(&["demo"]).open();
    window.wait_for("Tusen takk!");
    window.press_for("\x1a", "There is no shell to go back to");
    window.press("\x03");
    assert_eq!(window.wait_for_exit().code, 0);
}
