//! Waits that pass a threshold: when they notify, which do not, and how long the loop may sleep.

use crate::app::AppConfig;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::tests::notifications;
use crate::chat::{
    MessageId, Scope, Session, SessionId, Status, ThresholdSettings, Thresholds, Timestamp,
    TurnScan, WaitLevel,
};
use crate::sync::{ConnectionState, Feed, ServiceNotice, SyncEvent};
use chrono::TimeDelta;

use crate::test_support::builders::{customer_message, minutes_ago, now, session};
use crate::test_support::{TestApp, app_config, list_event, seconds_after};

const POLL: i64 = 10;

/// A viewer whose list is polled every ten seconds, and what the service lists.
struct Viewer {
    test_app: TestApp,
    rows: Vec<Session>,
}

impl Viewer {
    /// In a narrow window, in which no session is opened by itself.
    fn start(rows: Vec<Session>) -> Self {
        Self::with_config(rows, app_config(60, 30))
    }

    fn with_config(rows: Vec<Session>, config: AppConfig) -> Self {
        let mut test_app = TestApp::with_config(config);
        let effects = test_app.send_list(rows.clone());
        assert_eq!(notifications(&effects), [""; 0]);
        Self { test_app, rows }
    }

    /// Seconds since the start.
    fn seconds(&self) -> i64 {
        (self.test_app.app.local_now() - now()).num_seconds()
    }

    /// Lets time pass as the event loop does, with polls; returns notifications and their seconds.
    fn run(&mut self, seconds: i64) -> Vec<(i64, String)> {
        let end = self.test_app.app.local_now() + TimeDelta::seconds(seconds);
        let mut notified = Vec::new();
        while self.test_app.app.local_now() < end {
            let passed = self.seconds();
            let poll = seconds_after(now(), passed - passed % POLL + POLL);
            let wake = self.test_app.app.next_wake();
            let wake = wake.into_iter().chain([poll, end]).min().unwrap();
            assert!(wake > self.test_app.app.local_now(), "the loop spins");
            let mut effects = self.test_app.send(Event::Ticked(wake));
            if wake == poll {
                effects.extend(self.test_app.send_list(self.rows.clone()));
            }
            let texts = notifications(&effects).into_iter();
            notified.extend(texts.map(|text| (self.seconds(), text.to_owned())));
        }
        notified
    }

    /// Changes the first row; the next poll shows it.
    fn change(&mut self, status: Status, last_activity: Timestamp) {
        let row = &mut self.rows[0];
        row.status = status;
        row.last_activity = Some(last_activity);
    }

    /// The transcript of session 1 shows that the customer waits since then.
    fn read(&mut self, since: Timestamp) -> Vec<Effect> {
        let newest = self.rows[0].last_activity;
        let scan = TurnScan {
            unanswered: Some((since, MessageId(1))),
            newest,
            cursor: MessageId(2),
            ..TurnScan::default()
        };
        self.test_app.send(SyncEvent::WaitRead {
            session: SessionId(1),
            scan: Some(scan),
            recent: Vec::new(),
        })
    }

    fn level(&self) -> WaitLevel {
        let app = &self.test_app.app;
        let session = app.session_list().get(SessionId(1)).unwrap();
        app.session_list().wait_level(session, app.now())
    }
}

fn kari(status: Status, minutes: i64) -> Session {
    session(1, "Kari", status, minutes)
}

#[track_caller]
fn assert_notified(notified: &[(i64, String)], expected: &[(i64, &str)]) {
    let notified: Vec<_> = notified
        .iter()
        .map(|(second, text)| (*second, text.as_str()))
        .collect();
    assert_eq!(notified, expected);
}

const BEGINS: &str = "Kari needs reply (Support NO)";
const WARNING: &str = "Kari has waited 3m for a reply (Support NO)";
const ALARM: &str = "Kari has waited 10m for a reply (Support NO)";

#[test]
fn each_threshold_notifies_once_at_its_moment() {
    let mut viewer = Viewer::start(vec![kari(Status::UserLast, 5)]);
    // The customer writes 4 seconds before the next poll.
    viewer.change(Status::CustomerLast, seconds_after(now(), 6));
    assert_notified(
        &viewer.run(3600),
        &[(10, BEGINS), (186, WARNING), (606, ALARM)],
    );
    let mut queued = Viewer::start(vec![kari(Status::InQueue, 0)]);
    assert_notified(
        &queued.run(3600),
        &[
            (120, "Kari has waited 2m in the queue (Support NO)"),
            (300, "Kari has waited 5m in the queue (Support NO)"),
        ],
    );
}

#[test]
fn what_was_passed_at_the_start_or_at_first_sight_does_not_notify() {
    // Also when the program is started again in the middle of a wait.
    let mut viewer = Viewer::start(vec![kari(Status::CustomerLast, 4)]);
    let alarm = "Kari has waited >10m for a reply (Support NO)";
    assert_notified(&viewer.run(3600), &[(360, alarm)]);
    let mut viewer = Viewer::start(vec![kari(Status::CustomerLast, 20)]);
    assert_notified(&viewer.run(3600), &[]);

    let mut viewer = Viewer::start(Vec::new());
    viewer.rows = vec![kari(Status::CustomerLast, 4)];
    assert_notified(&viewer.run(300), &[(10, BEGINS)]);
}

#[test]
fn the_first_response_after_a_scope_change_or_sign_in_starts_anew() {
    let mut viewer = Viewer::start(vec![kari(Status::CustomerLast, 2)]);
    viewer.test_app.press("v");
    viewer.test_app.advance(TimeDelta::minutes(2));
    let mine = list_event(Scope::Mine, None, viewer.rows.clone(), None);
    assert_eq!(notifications(&viewer.test_app.send(mine)), [""; 0]);
    let (after, why) = (Some(std::time::Duration::from_secs(30)), "401".to_owned());
    let signed_out = ConnectionState::SignedOut { after, why };
    viewer.test_app.send_connection(Feed::List, signed_out);
    viewer.test_app.advance(TimeDelta::minutes(20));
    let rows = viewer.rows.clone();
    assert_eq!(notifications(&viewer.test_app.send_list(rows)), [""; 0]);
}

#[test]
fn a_wait_that_begins_again_notifies_again() {
    let mut viewer = Viewer::start(vec![kari(Status::CustomerLast, 0)]);
    let warning = "Kari has waited >3m for a reply (Support NO)";
    assert_notified(&viewer.run(200), &[(180, warning)]);
    viewer.change(Status::UserLast, seconds_after(now(), 205));
    assert_notified(&viewer.run(20), &[]);
    viewer.change(Status::CustomerLast, seconds_after(now(), 225));
    assert_notified(&viewer.run(300), &[(230, BEGINS), (405, WARNING)]);
    // Answered, and the customer wrote again, between two polls: only the transcript shows it.
    viewer.change(Status::CustomerLast, seconds_after(now(), 525));
    assert_notified(&viewer.run(10), &[]);
    viewer.read(seconds_after(now(), 525));
    assert_notified(&viewer.run(300), &[(705, WARNING)]);
}

#[test]
fn a_bound_that_becomes_exact_and_drops_below_does_not_notify_twice() {
    let mut viewer = Viewer::start(vec![kari(Status::CustomerLast, 2)]);
    let bound = "Kari has waited >3m for a reply (Support NO)";
    assert_notified(&viewer.run(61), &[(60, bound)]);
    assert_eq!(viewer.level(), WaitLevel::Warning);
    // The message is dated a little later than the row.
    let effects = viewer.read(minutes_ago(2) + TimeDelta::seconds(4));
    assert_eq!(notifications(&effects), [""; 0]);
    assert_eq!(viewer.level(), WaitLevel::None);
    assert_notified(&viewer.run(600), &[(484, ALARM)]);
    assert_eq!(viewer.level(), WaitLevel::Alarm);
}

#[test]
fn a_bound_found_to_be_longer_does_not_notify_of_what_was_passed_before() {
    let mut viewer = Viewer::start(vec![kari(Status::CustomerLast, 1)]);
    let effects = viewer.read(minutes_ago(5));
    assert_eq!(notifications(&effects), [""; 0]);
    assert_eq!(viewer.level(), WaitLevel::Warning);
    assert_notified(&viewer.run(3600), &[(300, ALARM)]);
}

#[test]
fn the_session_on_the_screen_does_not_notify_while_the_window_has_the_focus() {
    for (is_focused, keys, expected) in [
        (true, "<enter>", &[][..]),
        (false, "<enter>", &[(180, WARNING), (600, ALARM)]),
        (true, "<enter>h", &[(180, WARNING), (600, ALARM)]),
    ] {
        let mut viewer = Viewer::start(vec![kari(Status::CustomerLast, 0)]);
        viewer.test_app.press(keys);
        let hello = vec![customer_message(1, now(), "Hello")];
        viewer.test_app.send_messages(1, hello);
        viewer.read(now());
        viewer.test_app.send(Event::FocusChanged(is_focused));
        assert_notified(&viewer.run(900), expected);
        // What was passed on the screen does not notify later.
        viewer.test_app.send(Event::FocusChanged(false));
        assert_notified(&viewer.run(900), &[]);
    }
}

#[test]
fn rows_that_are_not_drawn_notify_too() {
    let mut viewer = Viewer::start(vec![kari(Status::InQueue, 0)]);
    viewer.test_app.press("/zzzz<enter>");
    viewer.test_app.resize(10, 3);
    assert_eq!(viewer.test_app.app.next_redraw(), None);
    let due = Some(seconds_after(now(), 120));
    assert_eq!(viewer.test_app.app.next_wake(), due);
    assert_eq!(viewer.run(400).len(), 2);
}

#[test]
fn old_data_notifies_once_the_service_responds_again() {
    let mut viewer = Viewer::start(vec![kari(Status::InQueue, 0)]);
    for minute in 1..=4 {
        let effects = viewer.test_app.advance(TimeDelta::minutes(1));
        assert_eq!(notifications(&effects), [""; 0], "{minute}");
    }
    let rows = viewer.rows.clone();
    let effects = viewer.test_app.send_list(rows);
    assert_eq!(
        notifications(&effects),
        ["Kari has waited 4m in the queue (Support NO)"]
    );
    viewer.rows.clear();
    assert_notified(&viewer.run(300), &[]);
}

#[test]
fn without_automatic_polling_nothing_notifies() {
    let not_polled = AppConfig {
        list_interval: None,
        open_session_interval: None,
        ..app_config(60, 30)
    };
    let mut viewer = Viewer::with_config(vec![kari(Status::InQueue, 0)], not_polled);
    let effects = viewer.test_app.advance(TimeDelta::minutes(3));
    assert_eq!(notifications(&effects), [""; 0]);
    assert_eq!(viewer.level(), WaitLevel::Warning, "the list shows it");
}

#[test]
fn the_thresholds_that_are_set_apply_whatever_the_limit_of_other_notifications() {
    let seconds = |seconds| Some(TimeDelta::seconds(seconds));
    let reply = Thresholds {
        warning: seconds(30),
        alarm: seconds(75),
    };
    let config = AppConfig {
        thresholds: ThresholdSettings {
            queue: None,
            reply: Some(reply),
        },
        ..app_config(60, 30)
    };
    let mut viewer = Viewer::with_config(vec![kari(Status::UserLast, 5)], config);
    viewer.change(Status::CustomerLast, seconds_after(now(), 10));
    assert_notified(
        &viewer.run(600),
        &[
            (10, BEGINS),
            (40, "Kari has waited <1m for a reply (Support NO)"),
            (85, "Kari has waited 1m for a reply (Support NO)"),
        ],
    );
}

#[test]
fn a_clock_that_turns_out_to_be_ahead_passes_no_threshold() {
    let mut viewer = Viewer::start(vec![kari(Status::InQueue, 0)]);
    let offset = ServiceNotice::ClockOffset(TimeDelta::seconds(200));
    let mut effects = viewer.test_app.send(SyncEvent::Notice(offset));
    effects.extend(viewer.test_app.advance(TimeDelta::seconds(1)));
    assert_eq!(notifications(&effects), [""; 0]);
    assert_eq!(viewer.level(), WaitLevel::Warning);
    assert_notified(
        &viewer.run(600),
        &[(100, "Kari has waited 5m in the queue (Support NO)")],
    );
}

/// The mark appears when it is due, also between two changes of the age.
#[test]
fn the_screen_is_redrawn_when_a_threshold_is_passed() {
    let seconds = |seconds| Some(TimeDelta::seconds(seconds));
    let queue = Thresholds {
        warning: seconds(90),
        alarm: None,
    };
    let config = AppConfig {
        thresholds: ThresholdSettings {
            queue: Some(queue),
            reply: None,
        },
        ..app_config(79, 12)
    };
    for keys in ["", "<enter>"] {
        let mut viewer = Viewer::with_config(vec![kari(Status::InQueue, 1)], config.clone());
        viewer.test_app.press(keys);
        viewer.test_app.send_list(viewer.rows.clone());
        for feed in [Feed::List, Feed::Messages] {
            let connecting = ConnectionState::Connecting;
            viewer.test_app.send_connection(feed, connecting);
        }
        let due = Some(seconds_after(now(), 30));
        assert_eq!(viewer.test_app.app.next_redraw(), due, "{keys}");
        viewer.test_app.advance(TimeDelta::seconds(29));
        viewer.test_app.app.take_dirty();
        let before = viewer.test_app.screen_lines();
        viewer.test_app.advance(TimeDelta::seconds(1));
        assert!(viewer.test_app.app.take_dirty());
        assert_ne!(viewer.test_app.screen_lines(), before);
    }
}

#[test]
fn waits_notify_although_the_archive_has_never_been_listed() {
    let live = vec![session(2, "Kari", Status::CustomerLast, 2)];
    let live = || list_event(Scope::Channels, None, live.clone(), None);
    let mut test_app = TestApp::new(60, 30);
    test_app.send(live());
    test_app.press("vv");
    let effects = test_app.send(live());
    assert_eq!(notifications(&effects), [""; 0]);
    test_app.advance(TimeDelta::seconds(55));
    test_app.send(live());
    let effects = test_app.advance(TimeDelta::seconds(6));
    assert_eq!(notifications(&effects).len(), 1);
}
