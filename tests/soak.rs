//! A day at the screen, in seconds: three thousand sessions, a service that fails in every way there
//! is, a person who never looks at one thing for long. In the end nothing is missing, wrong or twice,
//! and nothing has grown.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    unreachable_pub,
    missing_docs,
    reason = "a test may fail by panicking and tells its figures, and its modules have no readers but the tests"
)]

#[path = "fixture/asks.rs"]
mod asks;
#[path = "soak/check.rs"]
mod check;
#[path = "soak/day.rs"]
mod day;
#[allow(dead_code, reason = "scripts other tests as well")]
#[path = "sync/fake.rs"]
mod fake;
mod fixture;
#[path = "soak/life.rs"]
mod life;
#[path = "soak/memory.rs"]
mod memory;
#[path = "soak/person.rs"]
mod person;
#[allow(dead_code, reason = "stands in other tests as well")]
#[path = "sync/rig.rs"]
mod rig;
#[path = "soak/service.rs"]
mod service;
#[path = "soak/tell.rs"]
mod tell;
#[path = "soak/viewer.rs"]
mod viewer;
#[path = "soak/weather.rs"]
mod weather;

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use sochat::app::event::Event;
use sochat::chat::ReadState;
use sochat::sync::Pace;

use day::{At, CHECKS, Day, HOUR, MINUTE, STILL};
use person::Person;
use service::{Clock, Service};
use viewer::Viewer;

/// How often is asked in the first hours, as usual.
const PACE: Pace = Pace {
    reader: Some(Duration::from_secs(1)),
    list: Some(Duration::from_secs(3)),
    max_per_second: 4.0,
};
/// And in the rest of the day, which is long.
const CALM: Pace = Pace {
    reader: Some(Duration::from_secs(8)),
    list: Some(Duration::from_secs(30)),
    ..PACE
};
/// When the program is started anew.
const RESTARTS: At = 2 * HOUR;
/// What comes between for an hour each, and when.
const INTERRUPTIONS: [(At, Interruption); 4] = [
    (10 * HOUR + 30 * MINUTE, Interruption::Sleep),
    (15 * HOUR, Interruption::Rest),
    (16 * HOUR, Interruption::Absence),
    (20 * HOUR, Interruption::DeepSleep),
];
/// From when on memory does not grow, and so much it may: what the allocator has not given back of
/// lists of the whole archive, each some megabytes. Half a kilobyte for each request would be more.
const SETTLED: At = 6 * HOUR;
const GROWTH: usize = 6 << 20;

#[derive(Clone, Copy)]
enum Interruption {
    /// The machine is asleep; its own clock stands still meanwhile.
    Sleep,
    /// It is asleep on a machine whose own clock goes on.
    DeepSleep,
    /// The person does nothing.
    Rest,
    /// The person looks elsewhere.
    Absence,
}

impl Interruption {
    async fn passes(self, viewer: &mut Viewer) {
        let is_rest = matches!(self, Self::Rest);
        viewer.tell([Event::FocusChanged(is_rest)]);
        match self {
            Self::Sleep => viewer.clock.sleep(HOUR),
            Self::DeepSleep => tokio::time::advance(Duration::from_hours(1)).await,
            Self::Rest | Self::Absence => {
                let before = viewer.wakes;
                viewer.pass_until(viewer.clock.at() + HOUR).await;
                check::is_calm(viewer.wakes - before, HOUR);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_day_with_three_thousand_sessions_leaves_no_difference_and_no_growth() {
    let clock = Clock::start();
    let day = Arc::new(Day::new(1));
    assert_eq!(day.sessions(), 3000);
    let service = Service::new(Arc::clone(&day), clock.clone(), 2);
    let service = Arc::new(Mutex::new(service));
    let mut person = Person::new(3);
    let mut viewer = Viewer::start(&service, &clock, PACE, ReadState::starting_at(clock.now()));
    let (mut before, mut settled) = (0, None);
    for check in CHECKS {
        lives(&mut person, &mut viewer, before..check - STILL).await;
        person::watches_some(&mut viewer);
        viewer.press("<esc><esc><esc>R");
        viewer.pass_until(check - STILL / 2).await;
        // What had come to a stop goes on.
        viewer.press("R");
        viewer.pass_until(check).await;
        check::is_what_there_is(&viewer, &day);
        check::is_bounded(&viewer);
        let (pauses, intrusions) = service.lock().unwrap().pauses();
        assert_eq!(intrusions, 0, "requests in {pauses} pauses asked for");
        let rate = check::is_modest(&viewer.rig.fake.take_log(), check - before);
        let resident = memory::resident();
        println!(
            "{:2} h: {rate:.2} requests/s, {pauses} pauses, {} wake-ups by answers, {} by time, {} KiB",
            check / HOUR,
            viewer.wakes.by_answers,
            viewer.wakes.by_time,
            resident.map_or(0, |resident| resident >> 10),
        );
        before = check;
        if check == RESTARTS {
            let marks = viewer.quit();
            viewer = Viewer::start(&service, &clock, CALM, marks);
        }
        if check == SETTLED {
            viewer.loads_the_archive().await;
            settled = memory::resident();
        }
    }
    if let (Some(settled), Some(resident)) = (settled, memory::resident()) {
        assert!(
            resident <= settled + GROWTH,
            "{settled} bytes became {resident}"
        );
    }
    looks_at_all_that_is_watched(&mut viewer, &day).await;
}

/// Some hours of work, with what interrupts it.
async fn lives(person: &mut Person, viewer: &mut Viewer, hours: Range<At>) {
    for (when, interruption) in INTERRUPTIONS {
        if hours.contains(&when) {
            works(person, viewer, when).await;
            interruption.passes(viewer).await;
        }
    }
    works(person, viewer, hours.end).await;
}

async fn works(person: &mut Person, viewer: &mut Viewer, end: At) {
    while viewer.clock.at() < end {
        let next = person.next(viewer.clock.at()).min(end);
        viewer.pass_until(next).await;
        if next < end {
            person.act(viewer);
        }
    }
}

/// Everything holds still, and each watched session is opened once more: once it has been read from
/// its start again it is what there is, also far above its end.
async fn looks_at_all_that_is_watched(viewer: &mut Viewer, day: &Day) {
    viewer.loads_the_archive().await;
    let mut compared = 0;
    for id in viewer.marks.watched_sessions() {
        let Some(messages) = day.messages(id, viewer.clock.at()) else {
            continue;
        };
        viewer.opens(id);
        viewer.pass_until(viewer.clock.at() + 5 * MINUTE).await;
        check::transcript(id, viewer.desk.reader(), messages);
        compared += 1;
    }
    println!("{compared} watched sessions compared");
    assert!(compared > 0);
}
