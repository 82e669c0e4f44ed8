//! Following a conversation, and doing nothing.

use std::time::{Duration, Instant};

use super::figures::{Figures, Metric};
use super::http::HttpServer;
use super::measure::Effort;
use super::peers::Peer;
use super::process;
use super::service::Service;
use super::terminal::Terminal;

/// Time after which the work of opening a conversation is over.
pub const SETTLE_TIME: Duration = Duration::from_secs(3);

/// The metrics of a program that is only observed.
pub struct LoadMetrics {
    pub cpu: Metric,
    pub wakeups: Metric,
    pub bytes: Metric,
}

/// Follows: without any message at first, then with messages posted at every phase of a poll.
pub fn measure(
    terminal: &mut Terminal,
    peer: &Peer,
    effort: &Effort,
    service: &Service,
    figures: &mut Figures,
) {
    let Some(follow) = peer.follow else {
        return;
    };
    if let Some([lost, gained]) = peer.focus {
        terminal.press_all(lost);
        let unfocused = LoadMetrics {
            cpu: Metric::UnfocusedCpu,
            wakeups: Metric::UnfocusedWakeups,
            bytes: Metric::UnfocusedBytes,
        };
        sample_load(terminal, effort.idle, &unfocused, figures);
        terminal.press_all(gained);
    }
    terminal.press_all(follow);
    let following = LoadMetrics {
        cpu: Metric::FollowingCpu,
        wakeups: Metric::FollowingWakeups,
        bytes: Metric::FollowingBytes,
    };
    let [requests, response_bytes] = requests_during(&service.server, effort.idle, || {
        sample_load(terminal, effort.idle, &following, figures);
    });
    if requests > 0.0 {
        figures.record(Metric::FollowingRequests, requests);
        figures.record(Metric::FollowingResponseBytes, response_bytes);
    }
    for post in 0..effort.posts {
        // With 37 ms more each time, the posts fall into every phase of a poll of one second.
        terminal.read_for(Duration::from_millis(1300) + Duration::from_millis(37) * post);
        let text = format!("POSTED{post:03}");
        let start = Instant::now();
        service.post(&text);
        figures.record_time(Metric::Follow, terminal.wait_for(&text, start));
    }
    terminal.press_all(peer.unfollow);
}

/// Observes a program without polling.
pub fn measure_idle(peer: &Peer, effort: &Effort, figures: &mut Figures) {
    let mut terminal = Terminal::start(peer.idle_command.clone());
    if terminal.wait_until_opened(peer.opened_text).is_some() {
        terminal.read_for(SETTLE_TIME);
        let idle = LoadMetrics {
            cpu: Metric::IdleCpu,
            wakeups: Metric::IdleWakeups,
            bytes: Metric::IdleBytes,
        };
        sample_load(&mut terminal, effort.idle, &idle, figures);
    }
}

/// Observes a program for a while.
pub fn sample_load(
    terminal: &mut Terminal,
    time: Duration,
    metrics: &LoadMetrics,
    figures: &mut Figures,
) {
    let painted = terminal.painted;
    let work = process::work(terminal.process_id());
    terminal.read_for(time);
    let (cpu, wakeups) = process::work(terminal.process_id()).since(&work);
    let seconds = time.as_secs_f64();
    figures.record(metrics.cpu, 100.0 * cpu as f64 / 1e9 / seconds);
    figures.record(metrics.wakeups, wakeups as f64 / seconds);
    let painted = terminal.painted - painted;
    figures.record(metrics.bytes, painted as f64 / seconds);
}

/// Requests and bytes of response bodies a second during an observation of this length.
pub fn requests_during(server: &HttpServer, time: Duration, observe: impl FnOnce()) -> [f64; 2] {
    let before = [server.requests(), server.bytes_sent()];
    observe();
    let after = [server.requests(), server.bytes_sent()];
    [0, 1].map(|index| (after[index] - before[index]) as f64 / time.as_secs_f64())
}
