//! `--privacy` in the commands: nothing personal in any format.

use std::io::Write;
use std::sync::{Arc, Mutex};

use chrono_tz::Tz;

use super::fake_api::FakeStream;
use super::*;
use crate::chat::{
    Agent, AggregateBy, AggregateGroup, AggregateQuery, Aggregates, AssociateId, Channel,
    CurrentUser, ReadState, Scope, ServiceZone, Session, SessionId, SessionPage,
};
use crate::commands::{Context, ExitStatus, MaskedApi, MatchMarks, ProgressLine, run};
use crate::runtime::export::format_json;
use crate::sync::{ApiError, ChatApi, ErrorKind, MessageStream};
use crate::test_support::builders::now;
use crate::test_support::personal::{
    KEY, assert_masked, personal_archive_row, personal_messages, personal_session,
};

/// A service with the personal session, whose messages come in two parts.
#[derive(Default)]
struct PersonalApi {
    /// Whether the session itself cannot be read.
    is_refused: bool,
    /// Whether the messages arrive completely.
    is_whole: bool,
    lacks_aggregates: bool,
    /// The signed-in user, whom errors name.
    user: Option<Agent>,
}

fn refusal() -> ApiError {
    ApiError::new(ErrorKind::Forbidden, "Not allowed for kunde@privat.test")
}

impl ChatApi for PersonalApi {
    type Messages = FakeStream;

    async fn sessions(&self, scope: Scope, _: Option<SessionId>) -> Result<SessionPage, ApiError> {
        let row = match scope {
            Scope::All => personal_archive_row(),
            _ => personal_session(),
        };
        Ok(SessionPage {
            sessions: vec![row],
            ..SessionPage::default()
        })
    }

    async fn session(&self, _: SessionId) -> Result<Session, ApiError> {
        if self.is_refused {
            return Err(refusal());
        }
        Ok(personal_session())
    }

    async fn messages(&self, _: SessionId, _: MessageId) -> Result<FakeStream, ApiError> {
        let mut first = personal_messages();
        let second = first.split_off(6);
        let name = self.user.as_ref().map_or("", |user| &user.name);
        let why = format!("Not allowed for kunde@privat.test, requested by {name}");
        let cut = (!self.is_whole).then(|| Err(ApiError::new(ErrorKind::Forbidden, why)));
        Ok(FakeStream(
            [Ok(first), Ok(second)].into_iter().chain(cut).collect(),
        ))
    }

    async fn aggregates(&self, query: &AggregateQuery) -> Result<Aggregates, ApiError> {
        if self.lacks_aggregates {
            return Err(refusal());
        }
        let session = personal_session();
        let agent = session.agent.unwrap();
        let (id, name) = match query.by {
            AggregateBy::Agent => (agent.id.0, agent.name),
            AggregateBy::Channel => (session.channel.id.0, session.channel.name),
        };
        let group = AggregateGroup {
            id: Some(id),
            name,
            ..AggregateGroup::default()
        };
        Ok(Aggregates {
            groups: vec![group],
            ..Aggregates::default()
        })
    }

    async fn channels(&self) -> Result<Vec<Channel>, ApiError> {
        Ok(vec![personal_session().channel])
    }

    async fn zones(&self) -> Result<Vec<ServiceZone>, ApiError> {
        Err(refusal())
    }

    async fn user_zone(&self) -> Result<ServiceZone, ApiError> {
        Err(refusal())
    }

    async fn me(&self) -> Result<CurrentUser, ApiError> {
        self.user.clone().ok_or_else(refusal)
    }

    fn set_time_zone(&self, _: &str, _: Option<Tz>) {}
}

/// A log in memory.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs a command; also returns what it printed and logged.
async fn printed(line: &str, api: PersonalApi) -> (ExitStatus, String, String) {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE);
    let subscriber = subscriber.with_writer(move || writer.clone()).finish();
    let _logs = tracing::subscriber::set_default(subscriber);
    let Command::Service(command) = command(line) else {
        unreachable!("{line} is not a command without a screen")
    };
    let (mut out, mut stderr) = (Vec::new(), Vec::new());
    let mut context = Context {
        out: &mut out,
        stderr: &mut stderr,
        verbosity: Verbosity::Verbose,
        progress: ProgressLine::default(),
        service: "https://chat.example/Cust1/api/v1/",
        language: "en",
        max_per_second: 1000.0,
        is_private: true,
        now: &now,
        zone: None,
        local_zone: None,
        follow_interval: std::time::Duration::from_secs(1),
        seed: 1,
        zone_warning: None,
        max_body: 64 << 20,
        read_state: ReadState::default(),
        search_probe: None,
        match_marks: MatchMarks::None,
        format_json: |raw, zone| format_json(raw, zone, zone),
        spawn_fetch: None,
    };
    let masked = MaskedApi::new(api, &KEY);
    let exit = run(&command, &masked, &mut context, std::future::pending()).await;
    let logged = log.0.lock().unwrap().clone();
    let [out, stderr] = [out, [stderr, logged].concat()].map(|it| String::from_utf8(it).unwrap());
    (exit, out, stderr)
}

#[tokio::test]
async fn no_format_of_sessions_has_anything_personal() {
    for scope in ["channels", "all"] {
        for format in ["table", "json", "jsonl", "csv"] {
            let line = format!("sessions --scope {scope} --format {format}");
            let (_, out, stderr) = printed(&line, PersonalApi::default()).await;
            assert!(out.contains("341"), "{line}: {out}{stderr}");
            assert!(out.contains("Customer "), "{line}: {out}");
            assert_masked(&line, &(out + &stderr));
        }
    }
}

#[tokio::test]
async fn no_format_of_messages_has_anything_personal() {
    for format in TranscriptFormat::ALL.map(TranscriptFormat::name) {
        for sessions in ["341", "341 342"] {
            let line = format!("messages {sessions} --format {format}");
            let (exit, out, stderr) = printed(&line, PersonalApi::default()).await;
            assert_eq!(exit, ExitStatus::Partial, "{line}: {stderr}");
            assert!(out.contains("Customer "), "{line}: {out}");
            assert_masked(&line, &(out + &stderr));
        }
    }
}

/// Names are filtered as they are shown, and no message lists the others.
#[tokio::test]
async fn names_are_filtered_as_they_are_shown() {
    let line = "sessions --agent nobody --channel nothing";
    let (_, out, stderr) = printed(line, PersonalApi::default()).await;
    assert!(stderr.contains("there are Agent "), "{stderr}");
    assert_masked(line, &(out + &stderr));
}

/// Without the fields of the session it is not known what to look for.
#[tokio::test]
async fn messages_of_a_session_that_cannot_be_read_are_not_printed() {
    let api = PersonalApi {
        is_refused: true,
        ..PersonalApi::default()
    };
    let (exit, out, stderr) = printed("messages 341", api).await;
    assert_eq!((exit, out.as_str()), (ExitStatus::SignIn, ""));
    assert!(stderr.contains("Not allowed for "), "{stderr}");
    assert_masked("the error", &stderr);
}

/// An error may also name the user, and come after the first messages.
#[tokio::test]
async fn an_error_in_the_middle_of_messages_does_not_name_the_user() {
    let user = Agent {
        id: AssociateId(8),
        name: "Tore Lund".to_owned(),
    };
    let api = PersonalApi {
        user: Some(user),
        ..PersonalApi::default()
    };
    let api = MaskedApi::new(api, &KEY);
    api.me().await.unwrap();
    let mut messages = api.messages(SessionId(341), MessageId(0)).await.unwrap();
    let error = loop {
        match messages.next().await {
            Ok(batch) => assert!(batch.is_some(), "the messages have no end"),
            Err(error) => break error,
        }
    };
    assert!(error.why.contains("requested by Agent "), "{error}");
    assert_masked("the error", &error.why);
}

/// One command for all formats: each into a folder of its own.
#[tokio::test]
async fn no_exported_file_has_anything_personal() {
    for format in TranscriptFormat::ALL.map(TranscriptFormat::name) {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("out");
        let line = format!("export 341 --format {format} --output {}", output.display());
        let api = PersonalApi {
            is_whole: true,
            ..PersonalApi::default()
        };
        let (_, out, stderr) = printed(&line, api).await;
        let mut files = 0;
        for entry in std::fs::read_dir(&output).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert_masked(&line, &text);
            files += 1;
        }
        assert!(files > 1, "{line}: {out}{stderr}");
        assert_masked(&line, &(out + &stderr));
    }
}

#[tokio::test]
async fn no_conversation_of_a_customer_has_anything_personal() {
    for format in ["text", "json"] {
        let line = format!("customer 987654 --format {format}");
        let (_, out, stderr) = printed(&line, PersonalApi::default()).await;
        assert_masked(&line, &(out + &stderr));
    }
}

#[tokio::test]
async fn no_brief_has_anything_personal() {
    for format in ["text", "markdown", "json"] {
        let line = format!("brief --since 1w --format {format}");
        let (_, out, stderr) = printed(&line, PersonalApi::default()).await;
        assert!(out.contains("Customer "), "{line}: {out}{stderr}");
        assert_masked(&line, &(out + &stderr));
    }
}

#[tokio::test]
async fn no_statistics_have_anything_personal() {
    for format in ["table", "csv", "json", "json --exact"] {
        let line = format!("stats --by agent --since 1w --format {format}");
        let (_, out, stderr) = printed(&line, PersonalApi::default()).await;
        assert!(out.contains("Agent "), "{line}: {out}{stderr}");
        assert_masked(&line, &(out + &stderr));
    }
}

/// The channel is named after the agent. Whether the service can count or not, rows show whose name it is.
#[tokio::test]
async fn channels_are_counted_from_rows_that_show_what_to_mask() {
    for has_aggregates in [true, false] {
        for options in [
            "--by channel",
            "--format csv --by channel",
            "--exact --by channel",
        ] {
            let api = PersonalApi {
                lacks_aggregates: !has_aggregates,
                ..PersonalApi::default()
            };
            let line = format!("stats --since 1w {options}");
            let (_, out, stderr) = printed(&line, api).await;
            assert!(out.contains("Agent "), "{line}: {out}{stderr}");
            assert!(stderr.contains("the rows of archive"), "{line}: {stderr}");
            assert_masked(&line, &(out + &stderr));
        }
    }
}
