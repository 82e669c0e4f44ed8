//! The bell for a waiting customer, and the read state of one viewer in the next and in others.

use std::fs;
use std::path::Path;

use chrono::TimeDelta;
use sochat::testing::{
    DemoOptions, DemoServer, NewMessage, Quirks, SessionStatus, start_io_thread,
};

use super::exited_window::count;
use super::window::{Window, WindowBuilder};

/// A service in which nothing happens by itself.
struct NotificationTest {
    service: DemoServer,
}

impl NotificationTest {
    fn new() -> Self {
        let options = DemoOptions {
            rate: 0.0,
            ..DemoOptions::default()
        };
        let (sender, started) = std::sync::mpsc::channel();
        start_io_thread()
            .unwrap()
            .spawn(async move { sender.send(DemoServer::start(options).await) });
        let service = started.recv().unwrap().unwrap();
        // Messages before the first start count as read, that start being converted by the present
        // difference between the clocks. The clock of this service does not run, so the converted
        // time falls behind in real time; an hour ahead, it stays later than the messages.
        service.set_quirks(Quirks {
            clock_skew: TimeDelta::hours(1),
            ..service.quirks()
        });
        Self { service }
    }

    /// A viewer that polls the list often.
    fn viewer(&self, arguments: &[&str]) -> WindowBuilder {
        WindowBuilder::sochat(arguments)
            .size(140, 40)
            .config_file("[poll]\nlist = '100ms'\nmax_per_second = 50\n")
            .env("SOCHAT_BASE_URL", self.service.base_url())
    }

    /// The first session of this status.
    fn session(&self, status: &str) -> i64 {
        let sessions = self.service.sessions();
        let found = sessions.iter().find(|it| it["Status"] == status).unwrap();
        found["ChatSessionId"].as_i64().unwrap()
    }
}

#[test]
fn the_bell_rings_for_a_new_wait_but_not_for_a_known_one_or_the_open_session() {
    let test = NotificationTest::new();
    let open = test.session("CustomerLast");
    let other = test.session("UserLast");
    let mut window = test.viewer(&["--session", &open.to_string()]).open();
    window.wait_for("live");
    window.wait_for("following");
    window.wait_for("needs reply");
    window.wait_for_bytes("\x1b]2;sochat: ");
    // The title shows that the list was polled again.
    test.service.set_status(open, SessionStatus::UserLast);
    window.wait_for("waiting for customer");
    test.service.set_status(open, SessionStatus::CustomerLast);
    window.wait_gone("waiting for customer");
    assert_eq!(count(&window.bytes(), "\x07"), 0);
    test.service.set_status(other, SessionStatus::InQueue);
    window.wait_for_bytes("\x07");
    let exited = window.quit("\x03");
    assert_eq!(count(&exited.bytes, "\x07"), 1);
}

/// Returns `true` if a read-state file in a folder, at any depth, contains a text. The temporary file is
/// none: the program may end before it is renamed.
fn folder_contains(folder: &Path, text: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            folder_contains(&path, text)
        } else {
            path.extension().is_some_and(|it| it == "json")
                && fs::read_to_string(path).is_ok_and(|contents| contents.contains(text))
        }
    })
}

#[test]
fn what_was_seen_in_one_viewer_is_known_in_the_next_and_in_others() {
    let test = NotificationTest::new();
    let state = tempfile::tempdir().unwrap();
    let read = test.session("UserLast");
    let elsewhere = test.session("CustomerLast");
    let answer = "I look it up.";
    test.service.post(read, NewMessage::from_agent(answer));
    let run = |session: i64| {
        let viewer = test.viewer(&["--session", &session.to_string()]);
        let viewer = viewer.env("XDG_STATE_HOME", state.path().to_str().unwrap());
        let window = viewer.open();
        window.wait_for("following");
        window.wait_for("live");
        window
    };
    let quit = |mut window: Window| drop(window.quit("\x03"));
    let window = run(read);
    window.wait_until("the message in the transcript", |screen| {
        screen.rows(70, 70).any(|row| row.contains(answer))
    });
    window.wait_until("the stored read state", |_| {
        folder_contains(state.path(), &format!("\"{read}\""))
    });
    quit(window);
    test.service.advance(TimeDelta::minutes(1));
    let question = "Are you still there?";
    test.service.post(read, NewMessage::from_customer(question));
    let idle = run(elsewhere);
    idle.wait_until("one session unread", |screen| {
        let mut rows = screen.rows(0, 70);
        let is_marked = rows.any(|row| row.contains(question) && row.contains('•'));
        screen.contents().contains("1 unread") && is_marked
    });
    let window = run(read);
    window.wait_for("─ unread ─");
    idle.wait_gone(" unread");
    quit(window);
    quit(idle);
    let window = run(elsewhere);
    window.wait_gone(" unread");
    quit(window);
}
