//! Measurements of a busy service: load, freshness of rows, and the filter of the list.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{Local, TimeDelta};
use fastrand::Rng;

use super::conversation::{MIB, Run, SETTLE_TIME, message_from_customer};
use super::messages::Generator;
use super::service::{
    ARCHIVED_SESSIONS, COMPANY, PROBE_CUSTOMER, PROBE_SESSION, Service, Sessions,
};
use super::terminal::Terminal;

const LIVE_SESSIONS: i64 = 3_000;
/// Messages a second, over all live sessions.
const MESSAGES_A_SECOND: u32 = 20;
/// Default interval of the list.
const LIST_INTERVAL: Duration = Duration::from_secs(3);
/// Longest time to load all pages of the archive.
const LOAD_TIMEOUT: Duration = Duration::from_mins(5);
/// The word that is typed to measure the filter; in some rows.
const FILTER: [&str; 7] = ["s", "c", "h", "m", "i", "d", "t"];

const FILTER_LIVE: &str = "filter key, 3 000 rows";
const FILTER_ARCHIVE: &str = "filter key, 20 000 rows";

/// What is known of the waits of the sessions at the start.
#[derive(Clone, Copy, PartialEq)]
pub enum Waits {
    /// All sessions are answered, so each wait begins while the list is polled.
    Exact,
    /// Half of the customers wait, since when only their transcripts show; one in ten is in the queue.
    Unknown,
}

/// Live sessions with one message each; the last messages are up to two hours old.
pub fn live_sessions(waits: Waits) -> Sessions {
    let now = Local::now().fixed_offset();
    let mut sessions = Sessions::new(LIVE_SESSIONS);
    let mut generator = Generator::new();
    for age in (0..LIVE_SESSIONS).rev() {
        let id = ARCHIVED_SESSIONS - age;
        let mut message = generator.next();
        let is_waiting = waits == Waits::Unknown && id % 2 == 0;
        message.kind = if is_waiting { "ToUser" } else { "ToCustomer" };
        sessions.post(id, &message, now - TimeDelta::seconds(2 * age));
        if waits == Waits::Unknown && id % 10 == 1 {
            sessions.get_mut(id).status = "InQueue";
        }
    }
    sessions
}

/// Posts to random sessions, in turns as customer and agent, until the sender is dropped.
fn write_messages(service: &Arc<Service>) -> Sender<()> {
    let (sender, stop) = channel();
    let service = Arc::clone(service);
    thread::spawn(move || {
        let mut random = Rng::with_seed(42);
        let mut generator = Generator::new();
        let mut next = Instant::now();
        for kind in ["ToUser", "ToCustomer"].into_iter().cycle() {
            next += Duration::from_secs(1) / MESSAGES_A_SECOND;
            let wait = next.saturating_duration_since(Instant::now());
            if stop.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let id = ARCHIVED_SESSIONS - random.i64(0..LIVE_SESSIONS);
            let mut message = generator.next();
            message.kind = kind;
            let now = Local::now().fixed_offset();
            service.sessions().post(id, &message, now);
        }
    });
    sender
}

impl Run<'_> {
    /// Measures the viewer with an open session while messages arrive.
    pub fn busy(&mut self) {
        self.service = Service::start(live_sessions(Waits::Exact));
        drop(self.open_busy("busy, waits exact"));

        self.service = Service::start(live_sessions(Waits::Unknown));
        let Some((mut terminal, stream)) = self.open_busy("busy, waits not exact") else {
            return;
        };
        self.watch_row(&mut terminal);
        drop(stream);
        // The last messages arrive in the list.
        terminal.read_for(2 * LIST_INTERVAL);
        self.filter_list(&mut terminal, FILTER_LIVE);
    }

    /// Opens the viewer, and observes it while messages arrive, which go on until the sender is dropped.
    fn open_busy(&mut self, state: &str) -> Option<(Terminal, Sender<()>)> {
        let mut terminal = self.peer.start(self.folder, &self.service, "");
        let opened = terminal.wait_until_opened(COMPANY);
        self.figures.record_time("start to the list, ms", opened);
        opened?;
        let stream = write_messages(&self.service);
        terminal.read_for(SETTLE_TIME);
        // Several list intervals, so that the phase does not matter.
        self.sample_load(&mut terminal, state, 3 * self.effort.idle);
        let [resident, _] = terminal.memory();
        let metric = format!("{state}: memory, MiB");
        self.figures.record(&metric, resident as f64 / MIB);
        Some((terminal, stream))
    }

    /// Posts messages to the session of the only row that passes the filter.
    fn watch_row(&mut self, terminal: &mut Terminal) {
        terminal.press_all("h/");
        let row = format!("Ida {PROBE_CUSTOMER}");
        terminal.press_until(&format!("{PROBE_CUSTOMER}\r"), &row);
        for post in 0..self.effort.posts.div_ceil(2) {
            // With 290 ms more each time, the posts fall into every phase of the list interval.
            terminal.read_for(Duration::from_millis(700) + Duration::from_millis(290) * post);
            let message = message_from_customer(format!("ROW{post:03}"));
            let (start, now) = (Instant::now(), Local::now().fixed_offset());
            self.service.sessions().post(PROBE_SESSION, &message, now);
            let time = terminal.wait_for(&message.text, start);
            self.figures
                .record_time("posted to visible in its row, ms", time);
        }
        terminal.press_until("\x1b", COMPANY);
    }

    /// Measures the filter of the viewer over all rows of the archive.
    pub fn archive(&mut self) {
        self.service = Service::start(live_sessions(Waits::Unknown));
        let settings = "poll.reader = \"off\"\npoll.max_per_second = 1000\n";
        let mut terminal = self.peer.start(self.folder, &self.service, settings);
        if terminal.wait_until_opened(COMPANY).is_none() {
            return;
        }
        // From the user's channels over the user's own sessions to all.
        for key in ["h", "v", "v"] {
            terminal.press_all(key);
        }
        let end = Instant::now() + LOAD_TIMEOUT;
        while !self.service.is_archive_sent() {
            if Instant::now() > end {
                eprintln!("the archive was not loaded in time");
                return;
            }
            // The last rows load the next page.
            self.repaint_each(&mut terminal, &[" "], "page key while pages arrive");
        }
        terminal.read_for(SETTLE_TIME);
        terminal.press_all("g");
        self.filter_list(&mut terminal, FILTER_ARCHIVE);
    }

    /// Measures the fuzzy finder over lines of the same sessions.
    pub fn filter_lines(&mut self) {
        for (count, name) in [
            (LIVE_SESSIONS, FILTER_LIVE),
            (ARCHIVED_SESSIONS, FILTER_ARCHIVE),
        ] {
            let lines = self.service.sessions().lines(count);
            fs::write(self.folder.join("sessions.txt"), lines).unwrap();
            let mut terminal = self.peer.start(self.folder, &self.service, "");
            if terminal.wait_until_opened(COMPANY).is_none() {
                return;
            }
            terminal.settle();
            self.type_and_delete(&mut terminal, name);
        }
    }

    fn filter_list(&mut self, terminal: &mut Terminal, name: &str) {
        terminal.press_all("/");
        self.type_and_delete(terminal, name);
        terminal.press_until("\x1b", COMPANY);
    }

    /// Types the word letter by letter and deletes it again.
    fn type_and_delete(&mut self, terminal: &mut Terminal, name: &str) {
        let keys = [FILTER, ["\x7f"; FILTER.len()]].concat();
        self.repaint_each(terminal, &keys.repeat(self.effort.filters), name);
    }
}
