//! However it ends, the terminal is given back and the exit code tells how.

use std::net::TcpListener;
use std::sync::mpsc;

use rustix::process::Signal;

use super::window::{Window, WindowBuilder};

const SIGNALS: [(Signal, u32); 3] = [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)];

#[test]
fn q_goes_back_one_level_and_quits_at_the_top() {
    let mut window = WindowBuilder::sochat(&["demo"]).open();
    window.wait_for("Tusen takk!");
    window.press_for("?", "one session or message down");
    window.press("q");
    window.wait_gone("one session or message down");
    window.press("q");
    let left = window.wait_for_exit();
    assert_eq!((left.code, left.killed_by.as_deref()), (0, None));
    left.assert_given_back();
}

#[test]
fn ctrl_c_quits_from_anywhere() {
    for (keys, shows) in [
        ("", "live"),
        ("/kari", "filter: kari"),
        ("?", "one session or message down"),
        ("t", "Time zone"),
    ] {
        let mut window = WindowBuilder::sochat(&["demo"]).open();
        window.wait_for("Tusen takk!");
        window.press(keys);
        window.wait_for(shows);
        window.press("\x03");
        let left = window.wait_for_exit();
        assert_eq!(left.code, 0, "after {keys:?}");
        left.assert_given_back();
    }
}

#[test]
fn signals_end_it_as_soon_as_the_screen_is_taken() {
    for (signal, code) in SIGNALS {
        let window = WindowBuilder::sochat(&["demo"]).open();
        window.wait_for_bytes("\x1b[?1049h");
        assert_ends(window, signal, code);
    }
}

#[test]
fn signals_end_it_in_an_overlay_with_the_mouse_on() {
    for (signal, code) in SIGNALS {
        let mut window = WindowBuilder::sochat(&["demo"])
            .config_file("mouse = true\n")
            .open();
        window.wait_for("Tusen takk!");
        window.press_for("?", "one session or message down");
        assert_ends(window, signal, code);
    }
}

#[test]
fn signals_end_it_while_the_service_lets_it_wait() {
    for (signal, code) in SIGNALS {
        // Takes every connection and never answers.
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/Cust1", service.local_addr().unwrap());
        let (taken, open) = mpsc::channel();
        std::thread::spawn(move || {
            for connection in service.incoming() {
                if taken.send(connection).is_err() {
                    return;
                }
            }
        });
        let window = WindowBuilder::sochat(&["--base-url", &address]).open();
        let _first = open.recv().unwrap();
        window.wait_for("connecting");
        assert_ends(window, signal, code);
    }
}

#[test]
fn it_ends_when_its_window_is_closed() {
    let mut window = WindowBuilder::sochat(&["demo"]).open();
    window.wait_for("Tusen takk!");
    assert_eq!(window.close(), 129);
}

fn assert_ends(mut window: Window, signal: Signal, code: u32) {
    window.signal(signal);
    let left = window.wait_for_exit();
    assert_eq!(
        (left.code, left.killed_by.as_deref()),
        (code, None),
        "{signal:?}"
    );
    left.assert_given_back();
}
