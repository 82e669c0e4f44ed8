//! Suspending: a job of a shell, stopped with Ctrl-Z and resumed with `fg`.

use std::path::Path;

use rustix::process::Signal;
use vt100::Screen;

use super::exited_window::contains;
use super::window::{HELP, Window, WindowBuilder};

/// A shell with job control that runs the demo as its job.
fn start_shell() -> Window {
    let sochat = env!("CARGO_BIN_EXE_sochat");
    let mut window = WindowBuilder::program(Path::new("/bin/sh"), &["-i"])
        .env("PS1", "ready> ")
        .open();
    window.wait_for("ready>");
    window.press(&format!("{sochat} demo --rate 0.001\n"));
    window.wait_for("Hva gjør jeg med den gamle?");
    window
}

/// Returns `true` if the shell has its screen and cursor back and shows its prompt.
fn is_at_prompt(screen: &Screen) -> bool {
    !screen.alternate_screen()
        && !screen.hide_cursor()
        && !screen.bracketed_paste()
        && screen.contents().trim_end().ends_with("ready>")
}

fn is_viewer(screen: &Screen) -> bool {
    let shown = screen.contents();
    screen.alternate_screen()
        && screen.hide_cursor()
        && ["Hva gjør jeg med den gamle?", "? help"]
            .iter()
            .all(|text| shown.contains(text))
}

#[test]
fn ctrl_z_restores_the_shell_and_fg_resumes() {
    let mut window = start_shell();
    for round in 0..2 {
        window.press("\x1a");
        window.wait_until("the shell's next line", is_at_prompt);
        assert!(window.screen().contents().contains("Stopped"));
        window.press(&format!("echo shell $((40 + {round}))\n"));
        window.wait_for(&format!("shell {}", 40 + round));
        window.press("fg\n");
        window.wait_until("the program's screen", is_viewer);
        window.show_help();
    }
    window.press("q");
    window.wait_until("the shell's next line", is_at_prompt);
    window.press("echo code=$?; exit\n");
    let exited = window.wait_for_exit();
    assert!(contains(&exited.bytes, "code=0"));
    assert_eq!(exited.code, 0);
    exited.assert_restored();
}

#[test]
fn a_suspended_program_is_ended_by_a_signal() {
    for by_key in [true, false] {
        let mut window = start_shell();
        let job = window.job();
        if by_key {
            window.press("\x1a");
        } else {
            window.signal_job(Signal::STOP);
        }
        window.wait_for_bytes("Stopped");
        // Most shells reset the terminal modes themselves.
        window.press("stty icanon echo isig iexten icrnl ixon opost\n");
        window.press(&format!("kill {job}; kill -CONT {job}\n"));
        // `wait` would return at once: for the shell the job is still stopped.
        window.press(&format!(
            "while kill -0 {job}; do sleep 0.1; done; echo job $((40 + 2)) ended; exit\n"
        ));
        window.wait_for_bytes("job 42 ended");
        window.wait_for_exit().assert_restored();
    }
}

#[test]
fn stopped_by_a_signal_it_enters_the_terminal_again() {
    for signal in [Signal::TSTP, Signal::STOP] {
        let mut window = start_shell();
        window.signal_job(signal);
        // Printed by the shell, anywhere on the screen.
        window.wait_for_bytes("Stopped");
        let before = window.bytes().len();
        // Most shells reset the terminal modes themselves.
        window.press("stty icanon echo isig iexten icrnl ixon opost; clear; fg\n");
        window.wait_for_bytes_after(before, "\x1b[?1049h");
        window.wait_until("the program's screen", is_viewer);
        window.press_for("?", HELP);
        window.press("\x03");
        window.wait_until("the shell's next line", is_at_prompt);
        window.press("exit\n");
        window.wait_for_exit().assert_restored();
    }
}

#[test]
fn resumed_in_another_window_size_it_draws_that_size() {
    for stop_by_key in [true, false] {
        let mut window = start_shell();
        if stop_by_key {
            window.press("\x1a");
        } else {
            window.signal_job(Signal::STOP);
        }
        window.wait_for_bytes("Stopped");
        window.resize(120, 40);
        window.press("fg\n");
        window.wait_until("the program's screen", is_viewer);
        window.wait_for_footer();
        // On the emulator of a new size, an older line of the shell may be the last one.
        let before = window.bytes().len();
        window.press("\x03");
        window.wait_for_bytes_after(before, "ready>");
        window.press("exit\n");
        window.wait_for_exit().assert_restored();
    }
}

#[test]
fn ctrl_z_without_a_shell_is_refused() {
    let mut window = WindowBuilder::sochat(&["demo"]).open_demo();
    window.press_for("\x1a", "Cannot suspend: not started from a shell");
    window.quit("\x03");
}
