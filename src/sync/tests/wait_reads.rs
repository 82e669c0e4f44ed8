//! Wait reads: one a second, in order, and what the viewer shows with them.

mod pace;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::TimeDelta;

use super::*;
use crate::app::App;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::chat::{
    Direction, MessageId, ReadState, Session, Stage, Status, Timestamp, TurnScan, WaitRead,
};
use crate::test_support::app_config;
use crate::test_support::builders::{minutes_ago, now, session};

fn reads(sessions: &[i64]) -> SyncCommand {
    let read = |id: &i64| WaitRead {
        session: SessionId(*id),
        scan: TurnScan::default(),
        is_urgent: true,
    };
    SyncCommand::ReadWaits {
        reads: sessions.iter().map(read).collect(),
        now: now(),
    }
}

/// The sessions whose messages were requested, with the seconds since the start.
fn requested(harness: &PollerHarness) -> Vec<(u64, i64)> {
    let log = harness.api.log().into_iter();
    log.filter_map(|(at, call)| match call {
        ApiCall::Messages { session, .. } => Some((at.as_secs(), session.0)),
        _ => None,
    })
    .collect()
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_read_is_reported_and_others_are_read() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Messages { session: A, .. } => Reply::fault(ErrorKind::Forbidden),
        _ => Reply::ok(),
    });
    harness.send(reads(&[1, 2]));
    let events = harness.advance(s(9)).await;
    let found: Vec<_> = events
        .into_iter()
        .filter_map(|(_, event)| match event {
            SyncEvent::WaitRead { session, scan, .. } => Some((session.0, scan.is_some())),
            SyncEvent::ConnectionChanged { .. } => panic!("the connection is as it was"),
            _ => None,
        })
        .collect();
    assert_eq!(found, [(1, false), (2, true)]);
    assert_eq!(requested(&harness), [(0, 1), (1, 2)]);
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_tried_again_later_and_later() {
    let mut harness = start_poller(INTERVALS, failing(0..6, ErrorKind::Network));
    harness.send(reads(&[1, 2]));
    // The same order again does not hurry it.
    for _ in 0..20 {
        harness.advance(s(3)).await;
        harness.send(reads(&[1, 2]));
    }
    let first = requested(&harness).into_iter().filter(|(_, id)| *id == 1);
    let times: Vec<_> = first.map(|(at, _)| at).collect();
    let gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert!(
        gaps[4] >= 4 && gaps.iter().all(|gap| *gap >= 1),
        "{times:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_read_while_the_list_fails_or_is_not_polled() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::List { .. } => Reply::fault(ErrorKind::SignIn),
        _ => Reply::ok(),
    });
    harness.advance(ms(10)).await;
    harness.send(reads(&[1, 2]));
    harness.advance(s(60)).await;
    assert_eq!(requested(&harness), []);
    let list = None;
    let off = PollIntervals { list, ..INTERVALS };
    let mut harness = start_poller(off, |_, _| Reply::ok());
    harness.send(reads(&[1, 2]));
    harness.advance(s(60)).await;
    assert_eq!(requested(&harness), []);
}

#[tokio::test(start_paused = true)]
async fn a_read_continues_from_the_last_one_and_reports_that_nothing_is_left() {
    let stored = |after: i64| {
        let messages = numbered_messages(1000..=1010).into_iter();
        messages
            .filter(move |it| it.id.0 > after)
            .collect::<Vec<_>>()
    };
    let mut harness = start_poller(INTERVALS, move |call, _| match call {
        ApiCall::Messages { after, .. } => Reply::pages(ms(1), [stored(*after)]),
        _ => Reply::ok(),
    });
    let read = |session: i64, cursor| WaitRead {
        session: SessionId(session),
        scan: TurnScan {
            cursor: MessageId(cursor),
            ..TurnScan::default()
        },
        is_urgent: true,
    };
    let cursors = [(1, 1008), (2, 9000), (3, 1008), (4, 12)];
    let reads = cursors
        .map(|(session, cursor)| read(session, cursor))
        .into();
    harness.send(SyncCommand::ReadWaits { reads, now: now() });
    let events = harness.advance(s(6)).await;
    let calls = harness.api.log().into_iter();
    let afters = calls.filter_map(|(at, call)| match call {
        ApiCall::Messages { session, after } => Some((at.as_secs(), session.0, after)),
        _ => None,
    });
    assert_eq!(
        afters.collect::<Vec<_>>(),
        [(0, 1, 508), (1, 2, 8500), (2, 3, 508), (3, 4, 0)]
    );
    let cursors = events.iter().filter_map(|(_, event)| match event {
        SyncEvent::WaitRead { scan, .. } => scan.map(|scan| scan.cursor.0),
        _ => None,
    });
    assert_eq!(cursors.collect::<Vec<_>>(), [1010, 0, 1010, 1010]);
}

/// The messages of the service, by session.
#[derive(Clone, Default)]
struct Service(Arc<Mutex<Stored>>);

/// The last id and the messages.
type Stored = (i64, BTreeMap<i64, Vec<Message>>);

impl Service {
    fn post(&self, session: i64, direction: Direction, posted: Timestamp) {
        let (last_id, messages) = &mut *self.0.lock().unwrap();
        *last_id += 1;
        let message = Message {
            direction,
            posted: Some(posted),
            ..message(*last_id, 0)
        };
        messages.entry(session).or_default().push(message);
    }

    fn messages(&self, session: SessionId, after: i64) -> Vec<Message> {
        let (_, messages) = &*self.0.lock().unwrap();
        let messages = messages[&session.0].iter();
        let messages = messages.filter(|message| message.id.0 > after);
        messages.cloned().collect()
    }

    fn row(&self, id: i64) -> Session {
        let (_, messages) = &*self.0.lock().unwrap();
        let last = messages[&id].last().unwrap();
        let status = match last.direction {
            Direction::ToUser => Status::CustomerLast,
            _ => Status::UserLast,
        };
        Session {
            last_activity: last.posted,
            requested: Some(minutes_ago(60)),
            ..session(id, &format!("customer {id}"), status, 60)
        }
    }

    fn reply(&self, call: &ApiCall, sessions: i64) -> Reply {
        match call {
            ApiCall::List { .. } => {
                let rows = (1..=sessions).map(|id| self.row(id));
                Reply::listing(rows.collect(), None).with_delay(ms(80))
            }
            ApiCall::Messages { session, after } => {
                Reply::pages(ms(40), [self.messages(*session, *after)])
            }
            _ => Reply::ok(),
        }
    }
}

/// A viewer on a service with this many sessions, without a terminal.
struct Viewer {
    app: App,
    harness: PollerHarness,
    /// What would be in the state file.
    stored: ReadState,
    /// The time of the service when the poller started.
    start: Timestamp,
}

impl Viewer {
    fn start(service: &Service, sessions: i64, start: Timestamp, stored: &ReadState) -> Self {
        let service = service.clone();
        let harness = start_poller_limited(INTERVALS, 4.0, 1, move |call, _| {
            service.reply(call, sessions)
        });
        let (app, effects) = App::new(app_config(100, 30));
        let mut viewer = Self {
            app,
            harness,
            stored: ReadState::starting_at(start),
            start,
        };
        viewer.stored.merge(stored);
        viewer.handle(effects);
        let loaded = Event::ReadStateLoaded(viewer.stored.clone());
        viewer.update(Event::Ticked(start));
        viewer.update(loaded);
        viewer
    }

    fn now(&self) -> Timestamp {
        self.start + TimeDelta::from_std(self.harness.api.elapsed()).unwrap()
    }

    fn update(&mut self, event: Event) {
        let effects = self.app.update(event);
        self.handle(effects);
    }

    fn handle(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Sync(command) => self.harness.send(command),
                Effect::SaveReadState(changes) => self.stored.merge(&changes),
                _ => {}
            }
        }
    }

    async fn advance(&mut self, time: Duration) {
        let end = self.harness.api.elapsed() + time;
        while let Some(step) = end.checked_sub(self.harness.api.elapsed()) {
            // Commands are sent soon after the events that they answer.
            for (at, event) in self.harness.advance(step.min(ms(200)).max(ms(1))).await {
                let now = self.start + TimeDelta::from_std(at).unwrap();
                self.update(Event::Ticked(now));
                self.update(Event::Sync(event));
            }
        }
    }

    fn press(&mut self, keys: &str) {
        for key in crate::app::keys::parse_sequence(keys).unwrap() {
            self.update(Event::KeyPressed(key));
        }
    }

    /// The sessions in the order of the list, with the seconds that each has waited, and whether that
    /// is exact.
    fn waits(&self) -> Vec<(i64, i64, bool)> {
        let list = self.app.session_list();
        let now = self.now();
        let wait = |row: &Session| {
            let wait = list.wait(row).unwrap();
            (row.id.0, (now - wait.since).num_seconds(), wait.is_exact)
        };
        list.visible().map(wait).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn the_customer_who_waits_longest_stays_first_through_nudges_restarts_and_scopes() {
    let service = Service::default();
    let customer = |id, posted| service.post(id, Direction::ToUser, posted);
    // Both were answered once; 1 waits for 20 minutes, 2 for 5.
    service.post(1, Direction::ToCustomer, minutes_ago(30));
    service.post(2, Direction::ToCustomer, minutes_ago(30));
    customer(1, minutes_ago(20));
    customer(2, minutes_ago(5));
    customer(1, minutes_ago(2));
    let mut stored = ReadState::default();
    let mut start = now();
    for round in 0..4 {
        let mut viewer = Viewer::start(&service, 2, start, &stored);
        viewer.advance(s(6)).await;
        for scope_keys in ["", "v", "vv"] {
            viewer.press(scope_keys);
            // "Hello??"
            customer(1, viewer.now());
            viewer.advance(s(10)).await;
            let passed = (viewer.now() - now()).num_seconds();
            let expected = [(1, 1200 + passed, true), (2, 300 + passed, true)];
            assert_eq!(viewer.waits(), expected, "{round} {scope_keys}");
            let summary = viewer.app.session_list().stage_summary(Stage::NeedsReply);
            let longest = summary.unwrap().waits.longest().unwrap();
            assert_eq!((longest.since, longest.is_exact), (minutes_ago(20), true));
        }
        viewer.press("q");
        start = viewer.now();
        stored = viewer.stored;
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_a_wait_is_known_without_a_request() {
    let service = Service::default();
    service.post(1, Direction::ToUser, minutes_ago(20));
    service.post(2, Direction::ToUser, minutes_ago(5));
    service.post(1, Direction::ToUser, minutes_ago(2));
    let mut viewer = Viewer::start(&service, 2, now(), &ReadState::default());
    viewer.advance(s(6)).await;
    viewer.press("q");
    let mut again = Viewer::start(&service, 2, viewer.now(), &viewer.stored);
    again.advance(s(10)).await;
    assert_eq!(again.waits()[0], (1, 1216, true));
    // Only the open session is read.
    let reads = requested(&again.harness).into_iter();
    assert_eq!(reads.filter(|(_, id)| *id == 2).count(), 0);
    assert_eq!(again.app.open_session_id(), Some(A));
}

#[tokio::test(start_paused = true)]
async fn waits_of_a_busy_service_become_exact_at_few_requests_a_second() {
    const SESSIONS: i64 = 600;
    let service = Service::default();
    for id in 1..=SESSIONS {
        service.post(id, Direction::ToCustomer, minutes_ago(59));
        // A third of them waits; the row shows the second message.
        if id % 3 == 0 {
            service.post(
                id,
                Direction::ToUser,
                minutes_ago(50) + TimeDelta::seconds(id / 3),
            );
            service.post(id, Direction::ToUser, minutes_ago(1));
        }
    }
    let mut viewer = Viewer::start(&service, SESSIONS, now(), &ReadState::default());
    let mut random = fastrand::Rng::with_seed(1);
    let mut busy = async |viewer: &mut Viewer, seconds: u64| {
        let before = viewer.harness.api.log().len();
        for _ in 0..seconds {
            for _ in 0..20 {
                let direction =
                    [Direction::ToUser, Direction::ToCustomer][random.usize(0..2)].clone();
                service.post(random.i64(1..=SESSIONS), direction, viewer.now());
            }
            viewer.advance(s(1)).await;
        }
        let requests = viewer.harness.api.log().len() - before;
        f64::from(u32::try_from(requests).unwrap()) / f64::from(u32::try_from(seconds).unwrap())
    };
    let rate = busy(&mut viewer, 60).await;
    assert!(rate < 2.6, "{rate} requests a second");
    // The longest waits are exact within the first seconds.
    assert!(viewer.waits()[..20].iter().all(|(.., is_exact)| *is_exact));
    let mut seconds = 0;
    let has_bounds = |viewer: &Viewer| {
        let summary = viewer.app.session_list().stage_summary(Stage::NeedsReply);
        !summary.unwrap().waits.longest().unwrap().is_exact
    };
    while has_bounds(&viewer) && seconds < 1200 {
        busy(&mut viewer, 60).await;
        seconds += 60;
    }
    assert!(seconds < 1200, "still bounds after {seconds} s");
    let rate = busy(&mut viewer, 60).await;
    assert!(rate <= 2.0, "{rate} requests a second");
}
