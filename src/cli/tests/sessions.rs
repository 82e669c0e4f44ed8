//! `sochat sessions` in every format.

use chrono::TimeDelta;

use super::commands::{CommandResult, FakeApi, api_error, moment, run_command};
use crate::chat::{Agent, Channel, Customer, Session, SessionId, SessionPage, Status};
use crate::commands::ExitStatus;
use crate::sync::ErrorKind;

fn session(id: i64, status: Status, minutes_ago: i64, text: &str) -> Session {
    let at = moment("2026-03-29T12:00:00Z") - TimeDelta::minutes(minutes_ago);
    Session {
        id: SessionId(id),
        status,
        channel: Channel {
            name: "Support NO".to_owned(),
            ..Channel::default()
        },
        customer: Customer {
            name: "Kari Nordmann".to_owned(),
            company: "Fjord AS".to_owned(),
            ..Customer::default()
        },
        agent: Some(Agent {
            name: "Ola".to_owned(),
            ..Agent::default()
        }),
        last_message: text.to_owned(),
        requested: Some(at),
        last_activity: Some(at),
        raw: format!("{{\"ChatSessionId\":{id}}}").into(),
        ..Session::default()
    }
}

fn page(sessions: Vec<Session>, next: Option<i64>) -> SessionPage {
    SessionPage {
        sessions,
        next: next.map(SessionId),
        ..SessionPage::default()
    }
}

fn a_few() -> Vec<Session> {
    vec![
        session(341, Status::Closed, 90, "Takk!"),
        session(342, Status::CustomerLast, 4, "Hei,\"du\""),
        session(343, Status::UserLast, 30, ""),
        session(344, Status::CustomerLast, 65, "Er du der?"),
    ]
}

#[tokio::test]
async fn sessions_as_a_table_longest_wait_first() {
    let fake = FakeApi::listing([Ok(page(a_few(), None))]);
    assert_eq!(
        run_command("sessions", &fake).await,
        CommandResult {
            exit: ExitStatus::Success,
            out: "\
ID   STATE        FOR    CUSTOMER       COMPANY   CHANNEL     AGENT  LAST MESSAGE
344  needs reply  >1h05  Kari Nordmann  Fjord AS  Support NO  Ola    Er du der?
342  needs reply  >4m    Kari Nordmann  Fjord AS  Support NO  Ola    Hei,\"du\"
343  answered     30m    Kari Nordmann  Fjord AS  Support NO  Ola
341  ended        1h30   Kari Nordmann  Fjord AS  Support NO  Ola    Takk!
"
            .to_owned(),
            stderr: String::new(),
        }
    );
    assert_eq!(
        fake.requests(),
        ["0s times in NO", "0s my channels below None"]
    );
}

#[tokio::test]
async fn waits_and_since_use_the_clock_of_the_service() {
    for hours in [-2, 2] {
        let ahead = TimeDelta::hours(hours);
        let mut waiting = session(344, Status::CustomerLast, 50, "Er du der?");
        for time in [&mut waiting.requested, &mut waiting.last_activity] {
            *time = time.map(|time| time + ahead);
        }
        let list = async |line| {
            let mut fake = FakeApi::listing([Ok(page(vec![waiting.clone()], None))]);
            fake.clock_offset = ahead;
            run_command(line, &fake).await.out
        };
        let table = list("sessions --time-zone Europe/Oslo").await;
        assert!(table.contains("50m"), "{hours} {table}");
        assert_ne!(
            list("sessions --format jsonl --since 51m").await,
            "",
            "{hours}"
        );
        assert_eq!(
            list("sessions --format jsonl --since 49m").await,
            "",
            "{hours}"
        );
    }
}

#[tokio::test]
async fn sessions_as_json_are_the_elements_as_sent() {
    let json = |line: &'static str| async move {
        let fake = FakeApi::listing([Ok(page(a_few(), None))]);
        run_command(line, &fake).await.out
    };
    assert_eq!(
        json("sessions --format json --status needs-reply").await,
        "[\n{\"ChatSessionId\":342}@NO · Europe/Oslo,\n{\"ChatSessionId\":344}@NO · Europe/Oslo\n]\n"
    );
    assert_eq!(
        json("sessions --format jsonl --status Closed --status active --since 1h").await,
        "{\"ChatSessionId\":342}@NO · Europe/Oslo\n{\"ChatSessionId\":343}@NO · Europe/Oslo\n"
    );
    assert_eq!(json("sessions --format json --status queued").await, "[]\n");
}

#[tokio::test]
async fn sessions_as_csv() {
    let fake = FakeApi::listing([Ok(page(a_few()[1..2].to_vec(), None))]);
    assert_eq!(
        run_command("sessions --format csv --time-zone local", &fake)
            .await
            .out,
        "id,status,customer,email,phone,company,channel,agent,requested,started,ended,last_activity,rating,first_message,last_message\r\n\
         342,CustomerLast,Kari Nordmann,,,Fjord AS,Support NO,Ola,2026-03-29T17:26:00+05:30,,,2026-03-29T17:26:00+05:30,,,\"Hei,\"\"du\"\"\"\r\n"
    );
}

#[tokio::test]
async fn all_pages_are_requested_until_one_fails_or_is_repeated() {
    let first = Ok(page(a_few()[3..].to_vec(), Some(344)));
    let last = Ok(page(a_few()[2..3].to_vec(), None));
    let failed = Err(api_error(ErrorKind::Network));
    let repeated =
        "not all sessions were received: the service sent the same page of sessions twice";
    for (listings, exit, ids, stderr) in [
        (
            vec![first.clone(), last],
            ExitStatus::Success,
            "344 343",
            "",
        ),
        (
            vec![first.clone(), failed.clone()],
            ExitStatus::Partial,
            "344",
            "not all sessions were received: it broke",
        ),
        (
            vec![first.clone(), first],
            ExitStatus::Partial,
            "344",
            repeated,
        ),
        (vec![failed], ExitStatus::Network, "", "it broke"),
    ] {
        let fake = FakeApi::listing(listings);
        let result = run_command("sessions --scope all --format jsonl", &fake).await;
        let printed = result.out.lines().filter_map(|line| line.get(17..20));
        assert_eq!(printed.collect::<Vec<_>>().join(" "), ids);
        assert_eq!(result.exit, exit);
        assert!(result.stderr.contains(stderr), "{}", result.stderr);
        if exit == ExitStatus::Success {
            let wanted = ["0s all below None", "0s all below Some(SessionId(344))"];
            assert_eq!(fake.requests()[1..], wanted);
            assert_eq!(result.stderr, "");
        }
    }
}

#[tokio::test]
async fn a_list_that_may_lack_sessions_is_partial() {
    let why = Some("it ignores the order".to_owned());
    let listing = SessionPage {
        incomplete: why,
        ..page(vec![session(7, Status::Closed, 90, "Takk!")], Some(7))
    };
    let fake = FakeApi::listing([Ok(listing), Ok(SessionPage::default())]);
    let result = run_command("sessions --scope all --format json", &fake).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    let reported = "sochat: not all sessions were received: it ignores the order\n";
    assert_eq!(result.stderr, reported);
}

#[tokio::test]
async fn unreadable_sessions_make_the_result_partial() {
    let listing = SessionPage {
        unreadable_count: 2,
        ..SessionPage::default()
    };
    assert_eq!(
        run_command("sessions --format json", &FakeApi::listing([Ok(listing)])).await,
        CommandResult {
            exit: ExitStatus::Partial,
            out: "[]\n".to_owned(),
            stderr: "sochat: sessions that could not be read: 2\n".to_owned(),
        }
    );
}
