//! The built program as people and scripts meet it: in a terminal window, and in a pipe.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    missing_docs,
    missing_debug_implementations,
    reason = "a test may fail by panicking"
)]

#[path = "program/window.rs"]
mod window;

use std::sync::Mutex;

/// Held while a program is started, so that it inherits none of another test's open files.
static SPAWNING: Mutex<()> = Mutex::new(());

#[test]
fn look() {
    use window::Start;
    let mut window = Start::sochat(&["demo"]).open();
    window.wait_for("live");
    println!("{}", window.screen().contents());
    for keys in ["\r", "j", "l", "k", "r", "\x1b", "i", "\x1b","t", "\x1b", "?", "\x1b", "h/hansen"] {
        window.press(keys);
        std::thread::sleep(std::time::Duration::from_millis(400));
        println!("=========={keys:?}\n{}", window.screen().contents());
    }
    window.press("\x03");
    let left = window.left();
    left.assert_given_back();
    println!("{}", left.code);
}
