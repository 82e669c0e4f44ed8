//! Soak test: a simulated day with 3,000 sessions, every kind of failure, and a busy user. In the end no
//! message is missing, wrong or duplicated, and memory has not grown.

mod fault_schedule;
mod invariants;
mod service;
mod session_generator;
mod session_script;
mod timeline;
mod user;
mod viewer;

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::app::event::Event;
use crate::chat::ReadState;
use crate::sync::PollIntervals;
use crate::sync::tests::INTERVALS;

use service::{Clock, SimulatedService};
use timeline::{CHECKPOINTS, DayMillis, HOUR, MINUTE, QUIET_TIME, Timeline};
use user::User;
use viewer::SoakViewer;

const MAX_PER_SECOND: f64 = 4.0;
/// After the first hours, longer intervals, to save time.
const CALM_INTERVALS: PollIntervals = PollIntervals {
    open_session: Some(Duration::from_secs(8)),
    list: Some(Duration::from_secs(30)),
};
/// When the viewer restarts.
const RESTART_AT: DayMillis = 2 * HOUR;
/// Interruptions of an hour each.
const INTERRUPTIONS: [(DayMillis, Interruption); 4] = [
    (10 * HOUR + 30 * MINUTE, Interruption::Sleep),
    (15 * HOUR, Interruption::UserIdle),
    (16 * HOUR, Interruption::UserAway),
    (20 * HOUR, Interruption::DeepSleep),
];
/// After this hour memory may grow by [`MAX_GROWTH`] only: lists of the whole archive, some megabytes
/// each, that the allocator has not returned. A leak of 0.5 kB a request would exceed it.
const MEMORY_BASELINE_AT: DayMillis = 6 * HOUR;
const MAX_GROWTH: usize = 6 << 20;

#[derive(Clone, Copy)]
enum Interruption {
    /// The machine sleeps, and its monotonic clock stops.
    Sleep,
    /// The machine sleeps, and its monotonic clock continues.
    DeepSleep,
    /// The user does nothing.
    UserIdle,
    /// The window has no focus.
    UserAway,
}

impl Interruption {
    async fn run(self, viewer: &mut SoakViewer) {
        let is_rest = matches!(self, Self::UserIdle);
        viewer.send([Event::FocusChanged(is_rest)]);
        match self {
            Self::Sleep => viewer.clock.sleep(HOUR),
            Self::DeepSleep => tokio::time::advance(Duration::from_hours(1)).await,
            Self::UserIdle | Self::UserAway => {
                let before = viewer.wakes;
                viewer.advance_until(viewer.clock.at() + HOUR).await;
                invariants::assert_few_wakeups(viewer.wakes - before, HOUR);
            }
        }
    }
}

/// Set in the process that simulates the day.
const ALONE: &str = "SOCHAT_SOAK_ALONE";

/// The day has a process of its own: other tests would disturb the memory it measures.
#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "an environment variable marks the child process"
)]
fn a_day_with_three_thousand_sessions_leaves_no_difference_and_no_growth() {
    if std::env::var_os(ALONE).is_some() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().start_paused(true).build();
        return runtime.unwrap().block_on(simulate_day());
    }
    let name =
        "sync::tests::soak::a_day_with_three_thousand_sessions_leaves_no_difference_and_no_growth";
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(ALONE, "1")
        .status();
    assert!(status.unwrap().success());
}

async fn simulate_day() {
    let clock = Clock::start();
    let day = Arc::new(Timeline::new(1));
    assert_eq!(day.sessions(), 3000);
    let service = SimulatedService::new(Arc::clone(&day), clock.clone(), 2);
    let service = Arc::new(Mutex::new(service));
    let mut user = User::new(3);
    let mut viewer = SoakViewer::start(
        &service,
        &clock,
        INTERVALS,
        ReadState::starting_at(clock.now()),
    );
    let (mut before, mut settled) = (0, None);
    for check in CHECKPOINTS {
        simulate(&mut user, &mut viewer, before..check - QUIET_TIME).await;
        user::watch_some(&mut viewer);
        viewer.press("<esc><esc><esc>");
        viewer.advance_until(check).await;
        invariants::assert_matches_service(&viewer, &day);
        invariants::assert_bounded(&viewer);
        let (pauses, intrusions) = service.lock().unwrap().retry_after_counts();
        assert_eq!(
            intrusions, 0,
            "requests sent during {pauses} Retry-After pauses"
        );
        let rate = invariants::assert_request_rate(&viewer.harness.api.take_log(), check - before);
        let resident = invariants::resident_bytes();
        println!(
            "{:2} h: {rate:.2} requests/s, {pauses} pauses, {} wake-ups by events, {} by time, {} KiB",
            check / HOUR,
            viewer.wakes.by_events,
            viewer.wakes.by_time,
            resident.map_or(0, |resident| resident >> 10),
        );
        before = check;
        if check == RESTART_AT {
            let read_state = viewer.quit();
            viewer = SoakViewer::start(&service, &clock, CALM_INTERVALS, read_state);
        }
        if check == MEMORY_BASELINE_AT {
            viewer.load_archive().await;
            settled = invariants::resident_bytes();
        }
    }
    if let (Some(settled), Some(resident)) = (settled, invariants::resident_bytes()) {
        assert!(
            resident <= settled + MAX_GROWTH,
            "{settled} bytes became {resident}"
        );
    }
    check_watched_sessions(&mut viewer, &day).await;
}

/// Some hours of work with their interruptions.
async fn simulate(user: &mut User, viewer: &mut SoakViewer, hours: Range<DayMillis>) {
    for (when, interruption) in INTERRUPTIONS {
        if hours.contains(&when) {
            act_until(user, viewer, when).await;
            interruption.run(viewer).await;
        }
    }
    act_until(user, viewer, hours.end).await;
}

async fn act_until(user: &mut User, viewer: &mut SoakViewer, end: DayMillis) {
    while viewer.clock.at() < end {
        let next = user.next_action_at(viewer.clock.at()).min(end);
        viewer.advance_until(next).await;
        if next < end {
            user.act_once(viewer);
        }
    }
}

/// Opens each watched session once more: after its re-read it equals that of the service, also far above
/// its end.
async fn check_watched_sessions(viewer: &mut SoakViewer, day: &Timeline) {
    viewer.load_archive().await;
    let mut compared = 0;
    for id in viewer.read_state.watched_sessions() {
        let Some(messages) = day.messages(id, viewer.clock.at()) else {
            continue;
        };
        viewer.open(id);
        viewer.advance_until(viewer.clock.at() + 5 * MINUTE).await;
        invariants::assert_transcript(id, viewer.test_app.transcript_pane(), messages);
        compared += 1;
    }
    println!("{compared} watched sessions compared");
    assert!(compared > 0);
}
