//! The readers: the app with the real poller, and `sochat messages --follow`.

use std::time::Duration;

use chrono::TimeDelta;
use tokio::time::{Instant, sleep_until};

use super::restored_service::SESSIONS;
use crate::app::effect::Effect;
use crate::app::event::Event;
use crate::app::{App, AppConfig};
use crate::chat::{Locator, Message, MessageId, ReadState, SessionId, Timestamp};
use crate::commands::{
    self, Context, ExitStatus, MessagesArgs, ProgressLine, ServiceCommand, Verbosity,
};
use crate::sync::tests::fake_api::{self, ApiCall, FakeApi, Reply};
use crate::sync::tests::harness::{self, PollerHarness};
use crate::sync::tests::{INTERVALS, s};
use crate::test_support::{self, TestApp};
use crate::text::TranscriptFormat;

const MAX_PER_SECOND: f64 = 4.0;

/// A viewer without a terminal.
pub(super) struct SimpleViewer {
    test_app: TestApp,
    harness: PollerHarness,
    start: Instant,
}

/// The time of the service at a time of the test.
fn to_timestamp(elapsed: Duration) -> Timestamp {
    fake_api::message(0, 0).posted.unwrap() + TimeDelta::from_std(elapsed).unwrap()
}

impl SimpleViewer {
    pub(super) fn start(script: impl Fn(&ApiCall, usize) -> Reply + Send + Sync + 'static) -> Self {
        let harness = harness::start_poller_limited(INTERVALS, MAX_PER_SECOND, 1, script);
        let (app, first) = App::new(AppConfig {
            now: to_timestamp(Duration::ZERO),
            initial_session: Some(SESSIONS[0]),
            ..test_support::app_config(100, 30)
        });
        let mut viewer = Self {
            test_app: TestApp::from_app(app),
            harness,
            start: Instant::now(),
        };
        viewer.handle(first);
        let read_state = ReadState::starting_at(to_timestamp(Duration::ZERO));
        viewer.send(Event::ReadStateLoaded(read_state));
        viewer
    }

    fn handle(&self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Sync(command) = effect {
                self.harness.send(command);
            }
        }
    }

    fn send(&mut self, event: Event) {
        let effects = self.test_app.send(event);
        self.handle(effects);
    }

    /// Opens a session as the user does, from the list.
    pub(super) fn open(&mut self, id: SessionId) {
        for row in 0..SESSIONS.len() {
            if self.test_app.app.open_session_id() != Some(id) {
                let keys = format!("hg{}<enter>", "j".repeat(row));
                let effects = self.test_app.press(&keys);
                self.handle(effects);
            }
        }
    }

    pub(super) async fn advance_until(&mut self, end: Duration) {
        let end = self.start + end;
        loop {
            tokio::select! {
                biased;
                event = self.harness.events.recv() => {
                    self.send(Event::Ticked(to_timestamp(self.start.elapsed())));
                    self.send(event.expect("the poller runs").into());
                }
                () = sleep_until(end) => return,
            }
        }
    }

    /// The messages shown of the open session.
    pub(super) fn shown(&self, session: SessionId) -> Vec<Message> {
        assert_eq!(self.test_app.app.open_session_id(), Some(session));
        let transcript = self.test_app.transcript_pane().transcript();
        transcript.iter().cloned().collect()
    }
}

/// What `messages --follow` prints until a time.
pub(super) async fn follow(
    script: impl Fn(&ApiCall, usize) -> Reply + Send + Sync + 'static,
    session: SessionId,
    format: TranscriptFormat,
    end: Duration,
) -> String {
    let start = Instant::now();
    let api = FakeApi::new(MAX_PER_SECOND, script);
    let (mut out, mut stderr) = (Vec::new(), Vec::new());
    let mut context = Context {
        out: &mut out,
        stderr: &mut stderr,
        verbosity: Verbosity::Normal,
        progress: ProgressLine::default(),
        service: "",
        language: "en",
        is_private: false,
        max_per_second: MAX_PER_SECOND,
        now: &|| to_timestamp(start.elapsed()),
        zone: Some("UTC"),
        local_zone: None,
        follow_interval: s(1),
        seed: 1,
        max_body: 64 << 20,
        read_state: crate::chat::ReadState::default(),
        search_probe: None,
        match_marks: commands::MatchMarks::None,
        zone_warning: None,
        format_json: |raw, _| raw.to_owned(),
        spawn_fetch: None,
    };
    let command = ServiceCommand::Messages(MessagesArgs {
        sessions: vec![Locator {
            session,
            message: None,
        }],
        after: MessageId(0),
        follow: true,
        format,
    });
    let interrupt = async {
        sleep_until(start + end).await;
        ExitStatus::Signalled(2)
    };
    let exit = commands::run(&command, &api, &mut context, interrupt).await;
    assert_eq!(
        exit,
        ExitStatus::Signalled(2),
        "{}",
        String::from_utf8_lossy(&stderr)
    );
    String::from_utf8(out).unwrap()
}
