//! A scripted service, and tests of every command.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Mutex;
use std::time::Duration;

use chrono::DateTime;
use chrono_tz::Tz;
use clap::Parser;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::chat::{
    CurrentUser, Direction, Message, MessageId, RichText, Scope, ServiceZone, Session, SessionId,
    SessionPage, Timestamp,
};
use crate::cli::{Cli, Command};
use crate::commands::{Context, ExitStatus, Verbosity, run};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};

pub(super) type Answer = Result<Vec<Result<Vec<Message>, ApiError>>, ApiError>;

/// A service that replies from a script and records the requests.
pub(super) struct FakeApi {
    home: Result<ServiceZone, ApiError>,
    zones: Vec<ServiceZone>,
    listings: Mutex<VecDeque<Result<SessionPage, ApiError>>>,
    answers: Mutex<VecDeque<Answer>>,
    requests: Mutex<Vec<String>>,
    /// The zone of times without offset.
    naive_zone: Mutex<Option<Tz>>,
    start: Instant,
    /// Notified when the script has ended.
    script_ended: Notify,
}

impl FakeApi {
    fn new() -> Self {
        let oslo = ServiceZone {
            id: 261,
            code: "NO".to_owned(),
            country: "Norway".to_owned(),
            cities: "Oslo".to_owned(),
            offset: Some(60),
            daylight: Some(120),
            active: true,
            ..ServiceZone::default()
        };
        Self {
            home: Ok(oslo.clone()),
            zones: vec![oslo],
            listings: Mutex::default(),
            answers: Mutex::default(),
            requests: Mutex::default(),
            naive_zone: Mutex::default(),
            start: Instant::now(),
            script_ended: Notify::new(),
        }
    }

    pub(super) fn listing(
        answers: impl IntoIterator<Item = Result<SessionPage, ApiError>>,
    ) -> Self {
        let fake = Self::new();
        fake.listings.lock().unwrap().extend(answers);
        fake
    }

    pub(super) fn messages(answers: impl IntoIterator<Item = Answer>) -> Self {
        let fake = Self::new();
        fake.answers.lock().unwrap().extend(answers);
        fake
    }

    fn record(&self, request: &str) {
        let at = self.start.elapsed().as_secs();
        self.requests
            .lock()
            .unwrap()
            .push(format!("{at}s {request}"));
    }

    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

impl ChatApi for FakeApi {
    type Messages = FakeStream;

    async fn sessions(
        &self,
        scope: Scope,
        below: Option<SessionId>,
    ) -> Result<SessionPage, ApiError> {
        self.record(&format!("{} below {below:?}", scope.label()));
        let next = self.listings.lock().unwrap().pop_front();
        next.expect("the script has no more listings")
    }

    async fn session(&self, id: SessionId) -> Result<Session, ApiError> {
        self.record(&format!("session {id}"));
        match id.0 {
            999 => Err(api_error(ErrorKind::NotFound)),
            _ => Ok(Session::default()),
        }
    }

    async fn messages(&self, session: SessionId, after: MessageId) -> Result<FakeStream, ApiError> {
        self.record(&format!("{session} after {after}"));
        let next = self.answers.lock().unwrap().pop_front();
        let Some(answer) = next else {
            self.script_ended.notify_one();
            return std::future::pending().await;
        };
        answer.map(|pages| FakeStream(pages.into()))
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        Ok(self.zones.clone())
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        self.home.clone()
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        unreachable!("no command requests the user")
    }

    fn set_time_zone(&self, code: &str, naive: Option<Tz>) {
        self.record(&format!("times in {code}"));
        *self.naive_zone.lock().unwrap() = naive;
    }
}

pub(super) struct FakeStream(VecDeque<Result<Vec<Message>, ApiError>>);

impl MessageStream for FakeStream {
    async fn next(&mut self) -> Result<Option<Vec<Message>>, ApiError> {
        self.0.pop_front().transpose()
    }

    fn is_complete_list(&self) -> bool {
        true
    }
}

#[derive(Debug, PartialEq)]
pub(super) struct CommandResult {
    pub(super) exit: ExitStatus,
    pub(super) out: String,
    pub(super) stderr: String,
}

pub(super) fn moment(text: &str) -> Timestamp {
    DateTime::parse_from_rfc3339(text).unwrap()
}

pub(super) async fn run_command(line: &str, fake: &FakeApi) -> CommandResult {
    let mut out = Vec::new();
    let (exit, stderr) = run_into(line, fake, &mut out).await;
    CommandResult {
        exit,
        out: String::from_utf8(out).unwrap(),
        stderr,
    }
}

async fn run_into(line: &str, fake: &FakeApi, out: &mut dyn Write) -> (ExitStatus, String) {
    let options = Cli::try_parse_from(["sochat"].into_iter().chain(line.split(' '))).unwrap();
    let Some(Command::Print(command)) = options.command else {
        unreachable!("{line} prints")
    };
    let mut stderr = Vec::new();
    let mut context = Context {
        out,
        stderr: &mut stderr,
        verbosity: Verbosity::Normal,
        now: &|| moment("2026-03-29T12:00:00Z"),
        zone: options.global.time_zone.as_deref(),
        local_zone: Some("Asia/Kolkata"),
        follow_interval: Duration::from_secs(1),
        seed: 1,
        format_json: &|raw, zone| format!("{raw}@{}", zone.label()),
    };
    let interrupted = async {
        fake.script_ended.notified().await;
        2
    };
    let exit = run(&command.to_command(), fake, &mut context, interrupted).await;
    (exit, String::from_utf8(stderr).unwrap())
}

pub(super) fn api_error(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "it broke")
}

/// A message of the customer, posted this many seconds after 22:58 UTC on 28 March.
pub(super) fn message(id: i64, seconds: i64, text: &str) -> Message {
    let posted = moment("2026-03-28T22:58:00Z") + chrono::TimeDelta::seconds(seconds);
    Message {
        id: MessageId(id),
        posted: Some(posted),
        inferred_time: None,
        direction: Direction::ToUser,
        author: "Kari".to_owned(),
        body: RichText::plain(text),
        special: None,
        read_by_customer: false,
        unreadable: None,
        raw: format!("{{\"ChatMessageId\":{id}}}").into(),
    }
}

pub(super) fn single_page(messages: Vec<Message>) -> Vec<Result<Vec<Message>, ApiError>> {
    vec![Ok(messages)]
}

#[tokio::test]
async fn each_kind_of_fault_ends_with_its_number() {
    for (kind, code) in [
        (ErrorKind::InvalidResponse, 1),
        (ErrorKind::TooLarge, 1),
        (ErrorKind::Config, 2),
        (ErrorKind::SignIn, 3),
        (ErrorKind::Forbidden, 3),
        (ErrorKind::Network, 4),
        (ErrorKind::NotFound, 5),
        (ErrorKind::Busy { retry_after: None }, 6),
    ] {
        let ended = run_command("messages 341", &FakeApi::messages([Err(api_error(kind))])).await;
        assert_eq!(ended.exit.code(), code, "{kind:?}");
        assert_eq!(
            (ended.out.as_str(), ended.stderr.as_str()),
            ("", "sochat: it broke\n")
        );
    }
}

#[tokio::test]
async fn zones_with_todays_offset() {
    let mut fake = FakeApi::new();
    fake.zones.push(ServiceZone {
        id: 460,
        code: "US-NY".to_owned(),
        country: "USA".to_owned(),
        region: "New York".to_owned(),
        cities: "Albany, Buffalo".to_owned(),
        offset: Some(-300),
        daylight: Some(-240),
        active: false,
    });
    assert_eq!(
        run_command("zones", &fake).await.out,
        "\
CODE   NUMBER  TODAY   IANA              COUNTRY        CITIES
NO     261     +02:00  Europe/Oslo       Norway         Oslo
US-NY  460     -04:00  America/New_York  USA, New York  Albany, Buffalo
"
    );
    fake.zones.remove(0);
    assert_eq!(
        run_command("zones --format json", &fake).await.out,
        "[\n{\"id\":460,\"timeZone\":\"US-NY\",\"country\":\"USA\",\"region\":\"New York\",\
         \"cities\":\"Albany, Buffalo\",\"isActive\":false,\"offsetToday\":\"-04:00\",\
         \"iana\":\"America/New_York\"}\n]\n"
    );
}

#[tokio::test]
async fn a_zone_that_is_not_there_is_a_matter_of_usage() {
    let ended = run_command("sessions --time-zone Europe/Olso", &FakeApi::new()).await;
    assert_eq!(ended.exit, ExitStatus::Usage);
    assert!(ended.stderr.contains("Europe/Oslo"), "{}", ended.stderr);
}

#[tokio::test]
async fn without_a_zone_of_the_user_times_are_in_utc() {
    let mut fake = FakeApi::listing([Ok(SessionPage::default())]);
    fake.home = Err(api_error(ErrorKind::NotFound));
    let ended = run_command("sessions --format json", &fake).await;
    assert_eq!(ended.exit, ExitStatus::Success);
    assert_eq!(ended.stderr, "sochat: times are shown in UTC: it broke\n");
    assert_eq!(fake.requests()[0], "0s times in UTC");
    assert_eq!(*fake.naive_zone.lock().unwrap(), None);
}

struct Closed(io::ErrorKind);

impl Write for Closed {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_closed_pipe_ends_quietly_and_a_full_disk_does_not() {
    let fake = || FakeApi::messages([Ok(single_page(vec![message(1, 0, "a")]))]);
    let pipe = run_into(
        "messages 341",
        &fake(),
        &mut Closed(io::ErrorKind::BrokenPipe),
    )
    .await;
    assert_eq!(pipe, (ExitStatus::Success, String::new()));
    let (exit, talk) = run_into(
        "messages 341",
        &fake(),
        &mut Closed(io::ErrorKind::StorageFull),
    )
    .await;
    assert_eq!(exit, ExitStatus::Other);
    assert!(
        talk.starts_with("sochat: the results cannot be written: "),
        "{talk}"
    );
}

#[tokio::test]
async fn a_service_that_has_moved_is_asked_again_at_once() {
    let moved = || Err(api_error(ErrorKind::Moved));
    let fake = FakeApi::messages([moved(), Ok(single_page(vec![message(1, 0, "a")]))]);
    let ended = run_command("messages 341 --format json --time-zone UTC", &fake).await;
    assert_eq!(ended.exit, ExitStatus::Success);
    assert_eq!(ended.out, "[\n{\"ChatMessageId\":1}@UTC\n]\n");
    assert_eq!(ended.stderr, "sochat: it broke\n");

    let ended = run_command("messages 341", &FakeApi::messages([moved(), moved()])).await;
    assert_eq!(ended.exit, ExitStatus::Network);
}
