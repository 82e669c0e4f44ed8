//! The ends of the program: the terminal is restored, and the exit code gives the cause.

use std::net::TcpListener;
use std::sync::mpsc;

use rustix::process::Signal;

use super::viewer::open_at_passphrase_prompt;
use super::window::{HELP, Window, WindowBuilder};

#[test]
fn q_goes_back_one_level_and_quits_at_the_top() {
    let mut window = WindowBuilder::sochat(&["demo"]).open_demo();
    window.show_help();
    window.quit("q").assert_restored();
}

#[test]
fn ctrl_c_quits_from_anywhere() {
    for (keys, shown) in [
        ("", "live"),
        ("/kari", "filter: kari"),
        ("?", HELP),
        ("t", "Time zone"),
    ] {
        let mut window = WindowBuilder::sochat(&["demo"]).open_demo();
        window.press(keys);
        window.wait_for(shown);
        window.quit("\x03").assert_restored();
    }
}

#[test]
fn signals_end_it_as_soon_as_the_modes_are_entered() {
    assert_signals_end(|| {
        let window = WindowBuilder::sochat(&["demo"]).open();
        window.wait_for_bytes("\x1b[?1049h");
        window
    });
}

#[test]
fn signals_end_it_in_an_overlay_with_the_mouse_on() {
    assert_signals_end(|| {
        let window = WindowBuilder::sochat(&["demo"]).config_file("mouse = true\n");
        let mut window = window.open_demo();
        window.press_for("?", HELP);
        window
    });
}

#[test]
fn signals_end_it_while_the_service_does_not_respond() {
    assert_signals_end(|| {
        // Accepts every connection and never responds.
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/Cust1", service.local_addr().unwrap());
        let (accepted, connections) = mpsc::channel();
        std::thread::spawn(move || {
            let open: Vec<_> = service
                .incoming()
                .inspect(|_| accepted.send(()).unwrap())
                .collect();
            drop(open);
        });
        let window = WindowBuilder::sochat(&["--base-url", &address]).open();
        connections.recv().unwrap();
        window.wait_for("connecting");
        window
    });
}

#[test]
fn signals_end_it_while_a_secret_command_has_the_terminal() {
    assert_signals_end(open_at_passphrase_prompt);
    let mut window = open_at_passphrase_prompt();
    // The terminal makes a signal of it.
    window.press("\x03");
    let exited = window.wait_for_exit();
    assert_eq!((exited.code, exited.killed_by.as_deref()), (130, None));
    exited.assert_restored();
}

#[test]
fn it_ends_when_its_window_is_closed() {
    let mut window = WindowBuilder::sochat(&["demo"]).open_demo();
    assert_eq!(window.close(), 129);
}

#[test]
fn it_ends_while_its_terminal_takes_no_output() {
    let ends = [
        (Some(Signal::TERM), 143),
        (Some(Signal::HUP), 129),
        (Some(Signal::INT), 130),
        // The key.
        (None, 0),
    ];
    for (signal, code) in ends {
        // One redraw of so many rows is more than the terminal stores.
        let arguments = ["demo", "--sessions", "600", "--rate", "0.001"];
        let window = WindowBuilder::sochat(&arguments).size(200, 400);
        let mut window = window.open_demo();
        window.block_output("\x0c");
        match signal {
            Some(signal) => window.signal(signal),
            None => window.press("\x03"),
        }
        assert_eq!(window.wait_for_blocked_exit(), (code, None), "{signal:?}");
    }
}

fn assert_signals_end(open: impl Fn() -> Window) {
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut window = open();
        window.signal(signal);
        let exited = window.wait_for_exit();
        let end = (exited.code, exited.killed_by.as_deref());
        assert_eq!(end, (code, None), "{signal:?}");
        exited.assert_restored();
    }
}
