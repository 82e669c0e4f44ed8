//! The goals of a release with their measured values.
//!
//! Goals 12 to 15 concern exports and archives and are not measured here.

use super::busy::LIST_INTERVAL;
use super::busy_service::MESSAGES_A_SECOND;
use super::figures::{Figures, Metric};
use super::format;
use super::goal::{Goal, Goals, failures};
use super::live_sessions::{ARCHIVED_SESSIONS, LIVE_SESSIONS};
use super::peers::Peer;
use super::table::Block;

/// Poll interval of the open session, in milliseconds.
const POLL_INTERVAL: f64 = 1000.0;

/// Goals 1 to 8.
pub fn of_conversation(block: &Block) -> Vec<Goal> {
    let empty = Figures::default();
    let viewer = block.figures(Peer::SOCHAT).unwrap_or(&empty);
    let median = |metric| viewer.median(metric);
    let mut goals = Goals::default();
    let paint = block.ratio(Metric::FirstPaint, Peer::LESS);
    goals.add(1, "first frame", "x less", [2.4, 1.5], paint);
    let opened = block.ratio(Metric::Opened, Peer::PIPELINE);
    goals.add(2, "messages visible", "x pipeline", [0.35, 0.25], opened);
    goals.add(
        3,
        "line key to repaint, p50",
        "ms",
        [0.8, 0.5],
        median(Metric::Line),
    );
    let floor = block.floor.quantile(Metric::Line, 99).unwrap_or_default();
    let p99 = viewer.quantile(Metric::Line, 99);
    goals.add(
        3,
        "line key to repaint, p99; floor + 3 ms",
        "ms",
        [floor + 3.0; 2],
        p99,
    );
    let frames = median(Metric::BurstFrames);
    goals.add(4, "200 keys in one write", "frames", [2.0, 1.0], frames);
    goals.add(
        4,
        "200 keys in one write",
        "ms",
        [10.0; 2],
        median(Metric::Burst),
    );
    goals.add(5, "RSS", "MiB", [13.0, 9.0], median(Metric::Memory));
    goals.add(
        6,
        "idle, polling off: wake-ups",
        "/s",
        [0.0; 2],
        median(Metric::IdleWakeups),
    );
    goals.add(
        6,
        "idle, polling off: painted",
        "bytes/s",
        [0.0; 2],
        median(Metric::IdleBytes),
    );
    goals.add(
        6,
        "following: CPU",
        "%",
        [0.1, 0.05],
        median(Metric::FollowingCpu),
    );
    goals.add(
        6,
        "following: wake-ups",
        "/s",
        [5.0, 3.0],
        median(Metric::FollowingWakeups),
    );
    goals.add(
        6,
        "following: painted",
        "bytes/s",
        [0.0; 2],
        median(Metric::FollowingBytes),
    );
    let p50 = POLL_INTERVAL / 2.0 + 30.0;
    goals.add(
        7,
        "posted to visible, p50",
        "ms",
        [p50; 2],
        median(Metric::Follow),
    );
    let slowest = [POLL_INTERVAL + 50.0, POLL_INTERVAL + 20.0];
    goals.add(
        7,
        "posted to visible, max",
        "ms",
        slowest,
        viewer.quantile(Metric::Follow, 100),
    );
    goals.add(8, "quit", "ms", [5.0, 3.0], median(Metric::Quit));
    goals.add(
        8,
        "not restored after quit",
        "times",
        [0.0; 2],
        failures(viewer, Metric::Restored),
    );
    goals.0
}

/// Goals 9 to 11.
pub fn of_busy_service(block: &Block) -> Vec<Goal> {
    let empty = Figures::default();
    let viewer = block.figures(Peer::SOCHAT).unwrap_or(&empty);
    let median = |metric| viewer.median(metric);
    let mut goals = Goals::default();
    let sessions = format::number(LIVE_SESSIONS as f64);
    let with = format!("{sessions} sessions, {MESSAGES_A_SECOND} messages/s");
    let requests = median(Metric::BusyRequests);
    goals.add(9, format!("{with}: requests"), "/s", [2.0, 1.3], requests);
    goals.add(
        9,
        format!("{with}: CPU"),
        "%",
        [3.0, 1.5],
        median(Metric::BusyCpu),
    );
    goals.add(
        9,
        format!("{with}: RSS"),
        "MiB",
        [45.0, 30.0],
        median(Metric::BusyMemory),
    );
    let interval = LIST_INTERVAL.as_secs_f64() * 1000.0;
    let slowest = viewer.quantile(Metric::RowUpdated, 100);
    let slowest = slowest.map(|slowest| slowest / interval);
    goals.add(
        10,
        "posted to visible in its row, max",
        "list intervals",
        [2.0, 1.0],
        slowest,
    );
    let filter = |rows: i64| {
        let rows = format::number(rows as f64);
        format!("filter key to repaint over {rows} rows, p50")
    };
    let live = median(Metric::FilterLive);
    goals.add(11, filter(LIVE_SESSIONS), "ms", [4.0, 2.0], live);
    let archive = median(Metric::FilterArchive);
    goals.add(11, filter(ARCHIVED_SESSIONS), "ms", [16.0, 8.0], archive);
    goals.0
}

/// Bounds of a stress size, each `[must, reach]`.
struct StressBounds {
    /// Relative to the pipeline.
    last_message: [f64; 2],
    memory: [f64; 2],
}

/// Goals 16 to 20; `base` is the conversation of 1,000 messages.
pub fn of_stress(base: &Block, block: &Block, size: usize) -> Vec<Goal> {
    let bounds = match size {
        100_001.. => StressBounds {
            last_message: [0.5, 0.35],
            memory: [850.0, 600.0],
        },
        _ => StressBounds {
            last_message: [0.35, 0.25],
            memory: [100.0, 70.0],
        },
    };
    let empty = Figures::default();
    let viewer = block.figures(Peer::SOCHAT).unwrap_or(&empty);
    let mut goals = Goals::default();
    let title = |metric: &str| format!("{}: {metric}", block.title);
    let last = block.ratio(Metric::OpenedAtLast, Peer::PIPELINE);
    goals.add(
        16,
        title("last message visible"),
        "x pipeline",
        bounds.last_message,
        last,
    );
    let base_key = base
        .figures(Peer::SOCHAT)
        .and_then(|base| base.median(Metric::Line));
    let key = viewer.median(Metric::Line).zip(base_key);
    let key = key.map(|(key, base_key)| key / base_key);
    goals.add(
        17,
        title("line key, p50"),
        "x that at 1 000",
        [1.3, 1.1],
        key,
    );
    let floor = block.floor.quantile(Metric::Line, 99).unwrap_or_default();
    let loading = viewer.quantile(Metric::KeyWhileLoading, 99);
    let limits = [floor + 16.0, floor + 5.0];
    goals.add(
        17,
        title("key while loading, p99; floor + 16 ms"),
        "ms",
        limits,
        loading,
    );
    let miss = block.ratio(Metric::SearchMiss, Peer::LESS);
    goals.add(18, title("search, no hit"), "x less", [0.35, 0.2], miss);
    goals.add(
        19,
        title("RSS"),
        "MiB",
        bounds.memory,
        viewer.median(Metric::Memory),
    );
    goals.add(
        19,
        title("RSS, peak"),
        "MiB",
        bounds.memory,
        viewer.median(Metric::Peak),
    );
    let exits = viewer.samples(Metric::RestoredAlways);
    if !exits.is_empty() {
        let metric = format!(
            "not restored after {} exits by quit, INT, TERM",
            exits.len()
        );
        let failures = failures(viewer, Metric::RestoredAlways);
        goals.add(20, title(&metric), "times", [0.0; 2], failures);
        let hang_up = viewer.quantile(Metric::HangUp, 100);
        goals.add(20, title("HUP to end, max"), "ms", [1000.0; 2], hang_up);
    }
    goals.0
}
