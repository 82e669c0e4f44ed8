//! Input that terminals send besides single keys: bursts, pastes, reports that were not requested, and
//! resizes at any moment.

use super::window::{HELP, Window, WindowBuilder};

/// A demo in which nothing happens.
fn open_demo() -> Window {
    WindowBuilder::sochat(&["demo", "--rate", "0.001"]).open_demo()
}

#[test]
fn reports_are_no_keys_and_do_not_block_keys() {
    let mut window = open_demo();
    for report in [
        "\x1b[?2026;2$y",
        "\x1b[?997;1n",
        "\x1b[?12;40R",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1bP>|tmux 3.3a\x1b\\",
        "\x1b_Gi=31;OK\x1b\\",
        "\x1b[12;40R",
    ] {
        window.press(report);
        window.show_help();
    }
    window.quit("q");
}

#[test]
fn a_paste_that_does_not_end_is_given_up() {
    let mut window = open_demo();
    window.press("\x1b[200~abc");
    let is_help = |screen: &vt100::Screen| screen.contents().contains(HELP);
    while !is_help(&window.screen()) {
        // Until a pause, the keys are part of the paste.
        window.press("?");
        window.wait_briefly_until(is_help);
    }
    window.quit("\x03");
}

#[test]
fn more_keys_than_one_read_takes_are_handled_at_once() {
    let mut window = open_demo();
    window.press_for(&("\x1b[A".repeat(400) + "?"), HELP);
    window.press("?");
    window.wait_gone(HELP);
    window.quit(&("j".repeat(1100) + "\x03"));
}

#[test]
fn a_long_paste_is_cut_and_the_next_key_is_read() {
    let mut window = open_demo();
    window.press_for("/", "filter: ");
    window.press(&format!("\x1b[200~{}\x1b[201~", "x".repeat(30_000)));
    window.wait_for("xxxx");
    window.press("\x1b");
    window.wait_gone("filter: ");
    window.quit("\x03");
}

#[test]
fn the_esc_key_needs_no_other_key_after_it() {
    let mut window = open_demo();
    window.press_for("?", HELP);
    window.press("\x1b");
    window.wait_gone(HELP);
    window.quit("q");
}

#[test]
fn a_resize_beside_a_key_or_a_report_is_noticed() {
    let mut window = open_demo();
    for (height, input) in (31..47).zip(["j", "\x1b[O", "\x1b[I", "k"].into_iter().cycle()) {
        window.resize(100, height);
        window.press(input);
        window.wait_for_footer();
    }
}
