//! The bell for whoever waits, and what was seen in one run and is known in the next.

use sochat::testing::{DemoOptions, DemoServer, NewMessage, SessionStatus};
use std::fs;
use std::path::Path;

use super::window::{Window, WindowBuilder};

/// A service whose story stands still until told otherwise.
struct NotificationTest {
    service: DemoServer,
    /// Its connections live in here.
    _tokio: tokio::runtime::Runtime,
}

impl NotificationTest {
    fn new() -> Self {
        let tokio = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let options = DemoOptions {
            rate: 0.0,
            ..DemoOptions::default()
        };
        let service = tokio.block_on(DemoServer::start(options)).unwrap();
        Self {
            service,
            _tokio: tokio,
        }
    }

    /// A viewer on it that looks at the list often.
    fn viewer(&self, arguments: &[&str]) -> WindowBuilder {
        WindowBuilder::sochat(arguments)
            .size(140, 40)
            .config_file("[poll]\nlist = '100ms'\nmax_per_second = 50\n")
            .env("SOCHAT_BASE_URL", self.service.base_url())
    }

    /// The first session of this status, with its customer.
    fn session(&self, status: &str) -> (i64, String) {
        let sessions = self.service.sessions();
        let found = sessions.iter().find(|it| it["Status"] == status).unwrap();
        let name = found["CustomerName"].as_str().unwrap().to_owned();
        (found["ChatSessionId"].as_i64().unwrap(), name)
    }
}

fn count_bells(window: &Window) -> usize {
    super::exited_window::count(&window.bytes(), "\x07")
}

#[test]
fn the_bell_rings_for_who_comes_to_wait_but_not_for_who_was_there_or_is_on_the_screen() {
    let stand = NotificationTest::new();
    let (open, _) = stand.session("CustomerLast");
    let (other, _) = stand.session("UserLast");
    let mut window = stand.viewer(&["--session", &open.to_string()]).open();
    window.wait_for("live");
    window.wait_for("following");
    window.wait_for("needs reply");
    // The title tells that the list has come again.
    stand.service.set_status(open, SessionStatus::UserLast);
    window.wait_for("waiting for customer");
    stand.service.set_status(open, SessionStatus::CustomerLast);
    window.wait_gone("waiting for customer");
    assert_eq!(count_bells(&window), 0);
    stand.service.set_status(other, SessionStatus::InQueue);
    window.wait_for_bytes("\x07");
    window.press("\x03");
    let left = window.wait_for_exit();
    assert_eq!(left.code, 0);
    assert_eq!(super::exited_window::count(&left.bytes, "\x07"), 1);
}

/// Tells whether a file in a folder, however deep, holds words.
fn folder_contains(folder: &Path, words: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            folder_contains(&path, words)
        } else {
            fs::read_to_string(path).is_ok_and(|text| text.contains(words))
        }
    })
}

#[test]
fn what_was_seen_in_one_run_is_known_in_the_next() {
    let stand = NotificationTest::new();
    let state = tempfile::tempdir().unwrap();
    let (read, name) = stand.session("UserLast");
    let (elsewhere, _) = stand.session("CustomerLast");
    let in_reader = |window: &Window, words: &str| {
        window.wait_until(words, |screen| {
            screen.rows(47, 93).any(|row| row.contains(words))
        });
    };
    (stand.service).post(read, NewMessage::from_agent("I look it up."));
    let run = |session: i64| {
        let start = stand.viewer(&["--session", &session.to_string()]);
        let start = start.env("XDG_STATE_HOME", state.path().to_str().unwrap());
        let window = start.open();
        window.wait_for("following");
        window.wait_for("live");
        window
    };
    let quit = |mut window: Window| {
        window.press("\x03");
        assert_eq!(window.wait_for_exit().code, 0);
    };
    let window = run(read);
    in_reader(&window, "I look it up.");
    window.wait_until("the mark kept", |_| {
        folder_contains(state.path(), &format!("\"{read}\""))
    });
    quit(window);
    stand.service.advance(chrono::TimeDelta::minutes(1));
    stand
        .service
        .post(read, NewMessage::from_customer("Are you still there?"));
    let window = run(elsewhere);
    window.wait_until("one session unread", |screen| {
        let rows: Vec<_> = screen.rows(0, 46).collect();
        let row = rows.iter().position(|row| row.contains(&name));
        let says = row.and_then(|row| rows.get(row + 1));
        screen.contents().contains("1 unread") && says.is_some_and(|says| says.contains('•'))
    });
    quit(window);
    let window = run(read);
    window.wait_for("─ unread ─");
    quit(window);
    let window = run(elsewhere);
    window.wait_gone(" unread");
    quit(window);
}
