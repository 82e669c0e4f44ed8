//! A scripted service, and tests of every command.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use chrono_tz::Tz;
use clap::Parser;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::chat::{
    CurrentUser, Direction, Message, MessageId, RichText, Scope, ServiceZone, Session, SessionId,
    SessionPage, Timestamp, WaitRecords,
};
use crate::cli::{Cli, Command};
use crate::commands::{Context, ExitStatus, Verbosity, run};
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};

pub(super) type Response = Result<Vec<Result<Vec<Message>, ApiError>>, ApiError>;

/// A service that replies from a script and records the requests.
pub(super) struct FakeApi {
    user_zone: Result<ServiceZone, ApiError>,
    zones: Result<Vec<ServiceZone>, ApiError>,
    listings: Mutex<VecDeque<Result<SessionPage, ApiError>>>,
    responses: Mutex<VecDeque<Response>>,
    requests: Mutex<Vec<String>>,
    /// The zone of times without offset.
    naive_zone: Mutex<Option<Tz>>,
    pub(super) clock_offset: TimeDelta,
    /// Whether messages beyond the script are refused; otherwise the command is interrupted there.
    refuses_messages: bool,
    /// In the state file.
    pub(super) known_waits: WaitRecords,
    pub(super) max_body: u64,
    start: Instant,
    /// Notified when the script has ended.
    script_ended: Notify,
}

impl FakeApi {
    fn new() -> Self {
        let oslo = zone(261, "NO", "Norway", "Oslo", 60);
        Self {
            user_zone: Ok(oslo.clone()),
            zones: Ok(vec![oslo]),
            listings: Mutex::default(),
            responses: Mutex::default(),
            requests: Mutex::default(),
            naive_zone: Mutex::default(),
            clock_offset: TimeDelta::zero(),
            refuses_messages: false,
            known_waits: WaitRecords::new(),
            max_body: 64 << 20,
            start: Instant::now(),
            script_ended: Notify::new(),
        }
    }

    pub(super) fn listing(
        responses: impl IntoIterator<Item = Result<SessionPage, ApiError>>,
    ) -> Self {
        let mut fake = Self::new();
        fake.refuses_messages = true;
        fake.listings.lock().unwrap().extend(responses);
        fake
    }

    /// The same, with responses to requests for messages.
    pub(super) fn with_messages(self, responses: impl IntoIterator<Item = Response>) -> Self {
        self.responses.lock().unwrap().extend(responses);
        self
    }

    pub(super) fn messages(responses: impl IntoIterator<Item = Response>) -> Self {
        let fake = Self::new();
        fake.responses.lock().unwrap().extend(responses);
        fake
    }

    fn record(&self, request: &str) {
        let request = format!("{}s {request}", self.start.elapsed().as_secs());
        self.requests.lock().unwrap().push(request);
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
        let next = self.responses.lock().unwrap().pop_front();
        if next.is_none() && self.refuses_messages {
            return Err(api_error(ErrorKind::Forbidden));
        }
        let Some(response) = next else {
            self.script_ended.notify_one();
            return std::future::pending().await;
        };
        response.map(|pages| FakeStream(pages.into()))
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        self.zones.clone()
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        self.user_zone.clone()
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        unreachable!("no command requests the user")
    }

    /// Known from the first response on.
    fn clock_offset(&self) -> TimeDelta {
        let responses = self
            .requests()
            .into_iter()
            .filter(|request| !request.contains("times in"));
        if responses.count() == 0 {
            TimeDelta::zero()
        } else {
            self.clock_offset
        }
    }

    fn set_time_zone(&self, code: &str, naive: Option<Tz>) {
        self.record(&format!("times in {code}"));
        *self.naive_zone.lock().unwrap() = naive;
    }
}

fn zone(id: i64, code: &str, country: &str, cities: &str, offset: i32) -> ServiceZone {
    ServiceZone {
        id,
        code: code.to_owned(),
        country: country.to_owned(),
        cities: cities.to_owned(),
        offset: Some(offset),
        daylight: Some(offset + 60),
        active: true,
        ..ServiceZone::default()
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
        unreachable!("{line} is not a command without a screen")
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
        zone_warning: None,
        max_body: fake.max_body,
        known_waits: fake.known_waits.clone(),
        format_json: &|raw, zone| format!("{raw}@{}", zone.label()),
    };
    let interrupted = async {
        fake.script_ended.notified().await;
        ExitStatus::Signalled(2)
    };
    let exit = run(&command, fake, &mut context, interrupted).await;
    (exit, String::from_utf8(stderr).unwrap())
}

pub(super) fn api_error(kind: ErrorKind) -> ApiError {
    ApiError::new(kind, "it broke")
}

/// A message of the customer, posted this many seconds after 22:58 UTC on 28 March.
pub(super) fn message(id: i64, seconds: i64, text: &str) -> Message {
    let posted = moment("2026-03-28T22:58:00Z") + TimeDelta::seconds(seconds);
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
async fn each_kind_of_error_has_its_exit_code() {
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
        let result = run_command("messages 341", &FakeApi::messages([Err(api_error(kind))])).await;
        assert_eq!(result.exit.code(), code, "{kind:?}");
        assert_eq!(result.out + &result.stderr, "sochat: it broke\n");
    }
}

#[tokio::test]
async fn zones_are_listed_with_todays_offset() {
    let mut fake = FakeApi::new();
    let zones = fake.zones.as_mut().unwrap();
    zones.push(ServiceZone {
        region: "New York".to_owned(),
        active: false,
        ..zone(460, "US-NY", "USA", "Albany, Buffalo", -300)
    });
    assert_eq!(
        run_command("zones", &fake).await.out,
        "\
CODE   NUMBER  TODAY   IANA              COUNTRY        CITIES
NO     261     +02:00  Europe/Oslo       Norway         Oslo
US-NY  460     -04:00  America/New_York  USA, New York  Albany, Buffalo
"
    );
    fake.zones.as_mut().unwrap().remove(0);
    assert_eq!(
        run_command("zones --format json", &fake).await.out,
        "[\n{\"id\":460,\"timeZone\":\"US-NY\",\"country\":\"USA\",\"region\":\"New York\",\
         \"cities\":\"Albany, Buffalo\",\"isActive\":false,\"offsetToday\":\"-04:00\",\
         \"iana\":\"America/New_York\"}\n]\n"
    );
}

#[tokio::test]
async fn an_unknown_zone_is_a_usage_error() {
    let result = run_command("sessions --time-zone Europe/Olso", &FakeApi::new()).await;
    assert_eq!(result.exit, ExitStatus::Usage);
    assert!(result.stderr.contains("Europe/Oslo"), "{}", result.stderr);
}

#[tokio::test]
async fn a_code_that_is_not_known_is_checked_with_the_service() {
    let run = async |zones: Result<Vec<ServiceZone>, ApiError>| {
        let mut fake = FakeApi::listing([Ok(SessionPage::default())]);
        fake.zones = zones;
        let result = run_command("sessions --format json --time-zone ZZ", &fake).await;
        (result.exit, result.stderr)
    };
    let listed = vec![zone(7, "ZZ", "Atlantis", "", -180)];
    assert_eq!(run(Ok(listed)).await, (ExitStatus::Success, String::new()));
    let other = vec![zone(7, "ZA", "South Africa", "", 120)];
    let (exit, stderr) = run(Ok(other)).await;
    assert_eq!(exit, ExitStatus::Usage);
    assert!(
        stderr.starts_with("sochat: unknown time zone \"ZZ\"; "),
        "{stderr}"
    );
    let (exit, stderr) = run(Ok(Vec::new())).await;
    assert_eq!(exit, ExitStatus::Usage);
    assert!(
        stderr.ends_with("so use a name such as \"Europe/Oslo\"\n"),
        "{stderr}"
    );
    let failed = run(Err(api_error(ErrorKind::Network))).await;
    assert_eq!(
        failed,
        (ExitStatus::Network, "sochat: it broke\n".to_owned())
    );
}

#[tokio::test]
async fn without_a_user_zone_times_are_in_utc() {
    let mut fake = FakeApi::listing([Ok(SessionPage::default())]);
    fake.user_zone = Err(api_error(ErrorKind::NotFound));
    let result = run_command("sessions --format json", &fake).await;
    assert_eq!(result.exit, ExitStatus::Success);
    assert_eq!(result.stderr, "sochat: times are shown in UTC: it broke\n");
    assert_eq!(fake.requests()[0], "0s times in UTC");
    assert_eq!(*fake.naive_zone.lock().unwrap(), None);
}

#[tokio::test]
async fn a_wrong_address_is_reported_once() {
    for line in ["sessions", "messages 341"] {
        let mut fake = FakeApi::listing([Err(api_error(ErrorKind::NotFound))]);
        fake.responses = Mutex::new([Err(api_error(ErrorKind::NotFound))].into());
        fake.user_zone = Err(api_error(ErrorKind::NotFound));
        let result = run_command(line, &fake).await;
        assert_eq!(result.exit, ExitStatus::NotFound);
        assert_eq!(result.out + &result.stderr, "sochat: it broke\n");
    }
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
    let run_into_closed = async |kind| {
        let fake = FakeApi::messages([Ok(single_page(vec![message(1, 0, "a")]))]);
        run_into("messages 341", &fake, &mut Closed(kind)).await
    };
    let pipe = run_into_closed(io::ErrorKind::BrokenPipe).await;
    assert_eq!(pipe, (ExitStatus::Success, String::new()));
    let (exit, stderr) = run_into_closed(io::ErrorKind::StorageFull).await;
    assert_eq!(exit, ExitStatus::Other);
    assert!(stderr.starts_with("sochat: the results cannot be written: "));
}

#[tokio::test]
async fn a_request_is_repeated_at_once_after_the_service_moved() {
    let moved = || Err(api_error(ErrorKind::Moved));
    let fake = FakeApi::messages([moved(), Ok(single_page(vec![message(1, 0, "a")]))]);
    let result = run_command("messages 341 --format json --time-zone UTC", &fake).await;
    assert_eq!(result.exit, ExitStatus::Success);
    assert_eq!(result.out, "[\n{\"ChatMessageId\":1}@UTC\n]\n");
    assert_eq!(result.stderr, "sochat: it broke\n");

    let result = run_command("messages 341", &FakeApi::messages([moved(), moved()])).await;
    assert_eq!(result.exit, ExitStatus::Network);
}
