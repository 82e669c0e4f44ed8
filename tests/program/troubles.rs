//! Problems, in full in a window of 60 columns.

use super::pipe::DemoProcess;
use super::window::{Window, WindowBuilder};

fn open_at_60_columns(base_url: &str, arguments: &[&str]) -> Window {
    WindowBuilder::sochat(&[&["--base-url", base_url], arguments].concat())
        .env("SOCHAT_SECRET", "token")
        .size(60, 20)
        .open()
}

/// Waits until a sentence is on the screen, across the rows that it is wrapped to.
fn wait_for_sentence(window: &Window, sentence: &str) {
    window.wait_until(sentence, |screen| {
        let rows: Vec<_> = screen.rows(0, 60).collect();
        let text = rows.join(" ");
        let words: Vec<_> = text.split_whitespace().collect();
        words.join(" ").contains(sentence)
    });
}

#[test]
fn a_session_that_does_not_exist_is_reported_while_the_connection_is_live() {
    let demo = DemoProcess::start("0.001");
    let mut window = open_at_60_columns(&demo.base_url, &["--session", "99999"]);
    wait_for_sentence(&window, "Session 99999 not found");
    window.wait_for("● live");
    // The list is there, and other sessions can be read.
    window.press_for("h", "Kari ");
    window.wait_gone("99999");
    window.quit("q");
}

#[test]
fn a_wrong_address_is_an_error_with_what_to_do() {
    let demo = DemoProcess::start("0.001");
    let address = format!("{}/elsewhere", demo.base_url);
    let mut window = open_at_60_columns(&address, &[]);
    wait_for_sentence(&window, "(404): check base_url");
    window.wait_for("? help  q quit  L connection");
    window.press_for("L", "State");
    window.press("q");
    window.wait_gone("State");
    window.quit("q");
}
