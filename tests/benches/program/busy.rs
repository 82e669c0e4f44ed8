//! Measurements of a busy service: load, freshness of rows, and the filter of the list.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use super::busy_service::BusyService;
use super::figures::{Figures, MIB, Metric};
use super::following::{self, LoadMetrics, SETTLE_TIME};
use super::live_sessions::{
    ARCHIVED_SESSIONS, COMPANY, LIVE_SESSIONS, OPEN_SESSION, PROBE_CUSTOMER,
};
use super::measure::Effort;
use super::peers;
use super::terminal::Terminal;

/// Default interval of the list.
pub const LIST_INTERVAL: Duration = Duration::from_secs(3);

/// The word that is typed to measure the filter; in some rows.
const FILTER: &str = "schmidt";

/// Longest time to load all pages of the archive.
const LOAD_TIMEOUT: Duration = Duration::from_mins(5);

/// Measures the viewer with an open session.
pub fn measure_viewer(effort: &Effort, home: &Path, figures: &mut Figures) {
    let service = BusyService::start();
    let settings = format!("base_url = \"{}\"\n", service.server.base_url());
    let command = peers::viewer(home, "busy.toml", &settings, OPEN_SESSION);
    let mut terminal = Terminal::start(command);
    let opened = terminal.wait_until_opened(COMPANY);
    figures.record_time(Metric::ListOpened, opened);
    if opened.is_none() {
        return;
    }
    measure_load(&mut terminal, &service, effort, figures);
    measure_rows(&mut terminal, &service, effort, figures);
    service.pause();
    // The last messages arrive in the list.
    terminal.read_for(2 * LIST_INTERVAL);
    measure_filter(&mut terminal, effort, Metric::FilterLive, figures);
}

fn measure_load(
    terminal: &mut Terminal,
    service: &BusyService,
    effort: &Effort,
    figures: &mut Figures,
) {
    terminal.read_for(SETTLE_TIME);
    // Several list intervals, so that the phase does not matter.
    let time = 3 * effort.idle;
    let busy = LoadMetrics {
        cpu: Metric::BusyCpu,
        wakeups: Metric::BusyWakeups,
        bytes: Metric::BusyBytes,
    };
    let [requests, response_bytes] = following::requests_during(&service.server, time, || {
        following::sample_load(terminal, time, &busy, figures);
    });
    figures.record(Metric::BusyRequests, requests);
    figures.record(Metric::BusyResponseBytes, response_bytes);
    figures.record(Metric::BusyMemory, terminal.memory().resident as f64 / MIB);
}

/// Posts messages to the session of the only row that passes the filter.
fn measure_rows(
    terminal: &mut Terminal,
    service: &BusyService,
    effort: &Effort,
    figures: &mut Figures,
) {
    terminal.press_all("h/");
    terminal.press_until(
        &format!("{PROBE_CUSTOMER}\r"),
        &format!("Ida {PROBE_CUSTOMER}"),
    );
    for post in 0..effort.posts.div_ceil(2) {
        // With 290 ms more each time, the posts fall into every phase of the list interval.
        terminal.read_for(Duration::from_millis(700) + Duration::from_millis(290) * post);
        let text = format!("ROW{post:03}");
        let start = Instant::now();
        service.post(&text);
        figures.record_time(Metric::RowUpdated, terminal.wait_for(&text, start));
    }
    clear_filter(terminal);
}

/// Measures the filter of the viewer over all rows of the archive.
pub fn measure_archive(effort: &Effort, home: &Path, figures: &mut Figures) {
    let service = BusyService::start();
    service.pause();
    let settings = format!(
        "base_url = \"{}\"\npoll.reader = \"off\"\npoll.max_per_second = 1000\n",
        service.server.base_url()
    );
    let command = peers::viewer(home, "archive.toml", &settings, OPEN_SESSION);
    let mut terminal = Terminal::start(command);
    if terminal.wait_until_opened(COMPANY).is_none() {
        return;
    }
    // From the user's channels over the user's own sessions to all.
    terminal.press_all("h");
    terminal.press_all("v");
    terminal.press_all("v");
    let end = Instant::now() + LOAD_TIMEOUT;
    while !service.is_archive_sent() {
        if Instant::now() > end {
            eprintln!("the archive was not loaded in time");
            return;
        }
        // The last row loads the next page.
        terminal.press("G");
    }
    terminal.read_for(SETTLE_TIME);
    terminal.press_all("g");
    measure_filter(&mut terminal, effort, Metric::FilterArchive, figures);
}

/// Measures the fuzzy finder over lines of the same sessions.
pub fn measure_fzf(effort: &Effort, home: &Path, figures: &mut Figures) {
    let service = BusyService::start();
    service.pause();
    for (count, metric) in [
        (LIVE_SESSIONS, Metric::FilterLive),
        (ARCHIVED_SESSIONS, Metric::FilterArchive),
    ] {
        let file = home.join("sessions.txt");
        fs::write(&file, service.lines(count)).unwrap();
        let mut terminal = Terminal::start(peers::fzf(&file, home));
        if terminal.wait_until_opened(COMPANY).is_none() {
            return;
        }
        terminal.settle();
        for _ in 0..effort.filters {
            type_and_delete(&mut terminal, metric, figures);
        }
    }
}

fn measure_filter(terminal: &mut Terminal, effort: &Effort, metric: Metric, figures: &mut Figures) {
    terminal.press_all("/");
    for _ in 0..effort.filters {
        type_and_delete(terminal, metric, figures);
    }
    clear_filter(terminal);
}

/// Types the word letter by letter and deletes it again; each key is a sample.
fn type_and_delete(terminal: &mut Terminal, metric: Metric, figures: &mut Figures) {
    let delete = vec!["\x7f"; FILTER.len()].concat();
    for key in FILTER.chars().chain(delete.chars()) {
        let repaint = terminal.press(&key.to_string());
        figures.record_time(metric, repaint.map(|repaint| repaint.took));
    }
}

fn clear_filter(terminal: &mut Terminal) {
    terminal.press_until("\x1b", COMPANY);
}
