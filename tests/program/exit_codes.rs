//! Every exit code that the commands which read sessions can have.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use super::pipe::{
    RunningCommand, run, sochat, start_fixed_response_server, start_response_server, start_server,
    wait_until,
};

const COMMANDS: [&[&str]; 6] = [
    &["sessions"],
    &["brief"],
    &["stats"],
    &["messages", "7"],
    &["customer", "500"],
    &["export", "7", "--output", "files"],
];

/// With a zone given, the service's zones are not requested.
fn command(arguments: &[&str], base_url: &str, folder: &Path) -> Command {
    let mut command = sochat(arguments);
    command.args(["--time-zone", "Europe/Oslo", "--base-url", base_url]);
    command.current_dir(folder);
    command
}

/// A service with one session, in whose lists this element comes last.
fn start_service(last: &'static str) -> String {
    start_server(move |request| {
        let path = request.split_whitespace().nth(1).unwrap_or_default();
        let session = r#"{"ChatSessionId":7,"Status":"Closed"}"#;
        let body = if path.contains("/Messages") {
            format!(r#"[{{"ChatMessageId":70,"Message":"Hei"}}{last}]"#)
        } else if path.contains("/Summary") {
            r#"{"Chats":[]}"#.to_owned()
        } else if path.ends_with("ChatSession/7") {
            session.to_owned()
        } else if path.ends_with("ChatSession/ForCurrentUser") {
            format!("[{session}{last}]")
        } else if path.contains("ChatSession?") {
            r#"{"value":[]}"#.to_owned()
        } else {
            "[]".to_owned()
        };
        ("200 OK", String::new(), body)
    })
}

#[test]
fn the_exit_code_is_that_of_the_response() {
    let respond = start_fixed_response_server;
    let text = start_response_server("200 OK", String::new(), "Welcome!".to_owned());
    for (base_url, code) in [
        (start_service(""), 0),
        (text, 1),
        ("ftp://127.0.0.1/".to_owned(), 2),
        (respond("401 Unauthorized", ""), 3),
        (respond("403 Forbidden", ""), 3),
        ("http://127.0.0.1:1/Cust1/".to_owned(), 4),
        (respond("404 Not Found", ""), 5),
        (respond("429 Too Many Requests", "Retry-After: 5\r\n"), 6),
        (respond("503 Service Unavailable", ""), 6),
        // One element of the response cannot be read.
        (start_service(",7"), 7),
    ] {
        for arguments in COMMANDS {
            // It would try again for more than a minute.
            if code == 6 && arguments[0] == "export" {
                continue;
            }
            let folder = tempfile::tempdir().unwrap();
            let done = run(&mut command(arguments, &base_url, folder.path()));
            let what = format!(
                "{arguments:?}, wanted {code}: {}{}",
                done.stdout, done.stderr
            );
            assert_eq!(done.code, Some(code), "{what}");
            let has_results = matches!(code, 0 | 7);
            assert!(has_results || done.stdout.is_empty(), "{what}");
            assert!(has_results || !done.stderr.is_empty(), "{what}");
        }
    }
}

#[test]
fn wrong_usage_is_2() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        &["sessions", "--scope", "none"][..],
        &["messages"],
        &["customer"],
        &["customer", "contact:x"],
        &["export", "7"],
        &["export", "7", "--scope", "all", "--output", "files"],
    ] {
        let done = run(&mut command(
            arguments,
            "http://127.0.0.1:1/",
            folder.path(),
        ));
        assert_eq!(done.code, Some(2), "{arguments:?}: {}", done.stderr);
        assert_eq!(done.stdout, "");
    }
}

/// The signal comes while the command waits for the service.
#[test]
fn a_signal_is_128_and_its_number() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let base_url = format!("http://{}/Cust1/", silent.local_addr().unwrap());
    silent.set_nonblocking(true).unwrap();
    for arguments in COMMANDS {
        for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143), (Signal::HUP, 129)] {
            let folder = tempfile::tempdir().unwrap();
            let running = RunningCommand::start(&mut command(arguments, &base_url, folder.path()));
            let mut connection = None;
            wait_until("it connects", || {
                connection = silent.accept().ok();
                connection.is_some()
            });
            kill_process(Pid::from_child(&running.0), signal).unwrap();
            assert_eq!(running.wait_within_deadline(), Some(code), "{arguments:?}");
        }
    }
}
