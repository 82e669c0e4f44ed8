//! `sochat sessions` of a channel, an agent and a time.

use chrono::TimeDelta;

use super::commands::{CommandResult, FakeApi, moment, run_command};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Scope, Session, SessionId, SessionPage, Status,
};
use crate::commands::ExitStatus;

/// Sessions of two agents in two channels, and one in the queue; number 1 was active last.
fn sessions() -> Vec<Session> {
    let rows = [
        (1, (7, "Support NO"), Some((31, "Ola Hansen"))),
        (2, (8, "Support EN"), Some((31, "Ola Hansen"))),
        (3, (7, "Support NO"), Some((32, "Åse Dahl"))),
        (4, (9, "Billing"), None),
    ];
    let rows = rows.map(|(id, (channel, name), agent)| Session {
        id: SessionId(id),
        status: agent.map_or(Status::InQueue, |_| Status::UserLast),
        channel: Channel {
            id: ChannelId(channel),
            name: name.to_owned(),
            ..Channel::default()
        },
        agent: agent.map(|(id, name)| Agent {
            id: AssociateId(id),
            name: name.to_owned(),
        }),
        last_activity: Some(moment("2026-03-29T12:00:00Z") - TimeDelta::hours(id)),
        raw: id.to_string().into(),
        ..Session::default()
    });
    rows.to_vec()
}

fn page(sessions: Vec<Session>, next: Option<i64>) -> SessionPage {
    SessionPage {
        sessions,
        next: next.map(SessionId),
        ..SessionPage::default()
    }
}

/// The archive comes in two pages, with no live sessions.
fn fake(scope: Scope) -> FakeApi {
    let mut rows = sessions();
    if scope != Scope::All {
        return FakeApi::listing([Ok(page(rows, None))]);
    }
    rows.reverse();
    let (first, last) = rows.split_at(2);
    FakeApi::listing([
        Ok(SessionPage::default()),
        Ok(page(first.to_vec(), Some(3))),
        Ok(page(last.to_vec(), None)),
    ])
}

async fn run(options: &str, scope: Scope) -> CommandResult {
    let mut line = "sessions --format jsonl --time-zone UTC".to_owned();
    if scope == Scope::All {
        line += " --scope all";
    }
    if !options.is_empty() {
        line = format!("{line} {options}");
    }
    run_command(&line, &fake(scope)).await
}

fn printed(result: &CommandResult) -> String {
    let ids = result.out.lines().filter_map(|line| line.split('@').next());
    ids.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn by_channel_agent_status_and_time_in_every_scope() {
    for (options, channels, archive) in [
        ("--channel bill", "4", "4"),
        ("--channel 7", "3 1", "3 1"),
        ("--channel 7 --channel 8", "3 2 1", "3 2 1"),
        ("--agent ase", "3", "3"),
        ("--agent OLA --channel 8", "2", "2"),
        ("--agent 31 --until 90m", "2", "2"),
        ("--until 2h", "4 3", "4 3"),
        ("--since 3h --until 2h", "3", "3"),
        // Both of yesterday: at 12:00 they lie ahead.
        ("--since 13:00 --until 23:00", "", ""),
        ("--status ans --since 1h", "1", "1"),
        ("--status inq", "4", "4"),
        ("", "4 3 2 1", "4 3 2 1"),
    ] {
        for (scope, wanted) in [(Scope::Channels, channels), (Scope::All, archive)] {
            let result = run(options, scope).await;
            assert_eq!(printed(&result), wanted, "{options} {scope:?}");
            assert_eq!((result.exit, &*result.stderr), (ExitStatus::Success, ""));
        }
    }
}

#[tokio::test]
async fn a_name_that_fits_several_is_refused_whatever_else_is_requested() {
    for options in ["--channel sup", "--channel sup --status inq"] {
        for scope in [Scope::Channels, Scope::All] {
            assert_eq!(
                run(options, scope).await,
                CommandResult {
                    exit: ExitStatus::Usage,
                    out: String::new(),
                    stderr:
                        "sochat: --channel \"sup\" fits Support EN, Support NO: write more of it\n"
                            .to_owned(),
                },
                "{options} {scope:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_name_that_fits_none_is_reported_and_is_no_error() {
    let result = run("--agent kari", Scope::Channels).await;
    let why = "sochat: no session listed has the agent \"kari\": there are Ola Hansen, Åse Dahl\n";
    assert_eq!(
        result,
        CommandResult {
            exit: ExitStatus::Success,
            out: String::new(),
            stderr: why.to_owned(),
        }
    );
    let fake = FakeApi::listing([Ok(SessionPage::default())]);
    let result = run_command("sessions --channel billing", &fake).await;
    let why = "sochat: no session listed has the channel \"billing\": none has one\nsochat: no matching sessions\n";
    assert_eq!(result.stderr, why);
}

#[tokio::test]
async fn a_status_that_is_not_known_here_is_compared_with_those_the_service_sends() {
    let mut rows = sessions();
    rows[1].status = Status::parse("OnHold");
    let listed = |rows| FakeApi::listing([Ok(page(rows, None))]);
    let line = "sessions --format jsonl --time-zone UTC --status onhold";
    let result = run_command(line, &listed(rows)).await;
    assert_eq!((printed(&result), &*result.stderr), ("2".to_owned(), ""));
    for (typed, remedy) in [
        ("anwsered", "did you mean answered?"),
        ("OnHold", "write needs-reply, "),
    ] {
        let line = format!("sessions --format jsonl --time-zone UTC --status {typed}");
        let result = run_command(&line, &listed(sessions())).await;
        let why = format!("sochat: no session listed has the status {typed:?}: {remedy}");
        assert!(result.stderr.starts_with(&why), "{}", result.stderr);
        assert_eq!((result.exit, &*result.out), (ExitStatus::Success, ""));
    }
}
