//! Command lines run against a scripted service, and tests of every command.

use std::io::{self, Write};
use std::sync::Mutex;
use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use clap::Parser;

pub(super) use super::fake_api::FakeApi;
use super::fake_api::zone;
use crate::chat::{
    Direction, Message, MessageId, ReadState, RichText, ServiceZone, SessionPage, Timestamp,
};
use crate::cli::{Cli, Command};
use crate::commands::{Context, ExitStatus, MatchMarks, ProgressLine, Verbosity, run};
use crate::sync::{ApiError, ChatApi, ErrorKind};

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
    let change = |context: &mut Context<'_>| {
        context.max_body = fake.max_body;
        context.read_state = fake.read_state.clone();
    };
    let interrupted = async {
        fake.script_ended.notified().await;
        ExitStatus::Signalled(2)
    };
    run_on(line, fake, change, out, interrupted).await
}

/// Runs a command on any service; `change` may change the context it runs in.
pub(super) async fn run_on(
    line: &str,
    api: &impl ChatApi,
    change: impl FnOnce(&mut Context<'_>),
    out: &mut dyn Write,
    interrupted: impl Future<Output = ExitStatus>,
) -> (ExitStatus, String) {
    let options = Cli::try_parse_from(["sochat"].into_iter().chain(line.split(' '))).unwrap();
    let Some(Command::Service(command)) = options.command else {
        unreachable!("{line} is not a command without a screen")
    };
    let mut stderr = Vec::new();
    let mut context = Context {
        out,
        stderr: &mut stderr,
        verbosity: Verbosity::Normal,
        progress: ProgressLine::default(),
        service: "https://chat.example/Cust1/api/v1/",
        language: "en",
        is_private: false,
        max_per_second: 4.0,
        now: &|| moment("2026-03-29T12:00:00Z"),
        zone: options.global.time_zone.as_deref(),
        local_zone: Some("Asia/Kolkata"),
        follow_interval: Duration::from_secs(1),
        seed: 1,
        zone_warning: None,
        max_body: 64 << 20,
        read_state: ReadState::default(),
        search_probe: None,
        match_marks: MatchMarks::None,
        format_json: |raw, zone| format!("{raw}@{}", zone.label()),
        spawn_fetch: None,
    };
    change(&mut context);
    let exit = run(&command, api, &mut context, interrupted).await;
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
        time_in_raw: None,
        original: crate::chat::Original::default(),
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
    for (kind, why) in [
        (
            ErrorKind::NotFound,
            "the service does not provide your time zone",
        ),
        (ErrorKind::Forbidden, "it broke"),
    ] {
        let mut fake = FakeApi::listing([Ok(SessionPage::default())]);
        fake.user_zone = Err(api_error(kind));
        let result = run_command("sessions --format json", &fake).await;
        assert_eq!(result.exit, ExitStatus::Success);
        let told = format!("sochat: times are shown in UTC: {why}\n");
        assert_eq!(result.stderr, told);
        assert_eq!(fake.requests()[0], "0s times in UTC");
        assert_eq!(*fake.naive_zone.lock().unwrap(), None);
    }
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
