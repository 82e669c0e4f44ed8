//! `sochat sessions` in every format.

use chrono::TimeDelta;

use super::commands::{CommandResult, FakeApi, api_error, message, moment, run_command};
use crate::chat::{
    Agent, Channel, Customer, Session, SessionId, SessionPage, Stage, Status, WaitRecord,
};
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
    // Both may have waited longer; one transcript shows it, the other cannot be read.
    let nudges = vec![message(1, 41_820, "Hei"), message(2, 43_020, "Er du der?")];
    let fake = FakeApi::listing([Ok(page(a_few(), None))])
        .with_messages([Ok(vec![Ok(nudges)]), Err(api_error(ErrorKind::Forbidden))]);
    assert_eq!(
        run_command("sessions", &fake).await,
        CommandResult {
            exit: ExitStatus::Success,
            out: "\
ID   STATE        FOR   CUSTOMER       COMPANY   CHANNEL     AGENT  LAST MESSAGE
344  needs reply  1h25  Kari Nordmann  Fjord AS  Support NO  Ola    Er du der?
342  needs reply  >4m   Kari Nordmann  Fjord AS  Support NO  Ola    Hei,\"du\"
343  answered     >30m  Kari Nordmann  Fjord AS  Support NO  Ola
341  ended        1h30  Kari Nordmann  Fjord AS  Support NO  Ola    Takk!
"
            .to_owned(),
            stderr: String::new(),
        }
    );
    assert_eq!(
        fake.requests(),
        [
            "0s times in NO",
            "0s my channels below None",
            "0s 344 after 0",
            "0s 342 after 0",
            "0s 343 after 0"
        ]
    );
}

#[tokio::test]
async fn a_customer_who_writes_again_stays_first_in_every_format() {
    // 1 waits for 20 minutes and has just written again, 2 for 5 minutes.
    let rows = vec![
        session(2, Status::CustomerLast, 5, "Hei"),
        session(1, Status::CustomerLast, 1, "Hello??"),
    ];
    let first = moment("2026-03-29T11:40:00Z");
    let seconds = |at: chrono::TimeDelta| 46_920 - at.num_seconds();
    let transcript = |minutes: &[i64]| {
        let ids = 1..;
        let messages = minutes
            .iter()
            .zip(ids)
            .map(|(minutes, id)| message(id, seconds(TimeDelta::minutes(*minutes)), "Hello??"));
        Ok(vec![Ok(messages.collect())])
    };
    let run = async |format: &str, is_stored: bool| {
        let mut fake = FakeApi::listing([Ok(page(rows.clone(), None))])
            .with_messages([transcript(&[5]), transcript(&[20, 9, 1])]);
        if is_stored {
            for (id, last_activity, since) in [
                (1, rows[1].last_activity, first),
                (2, rows[0].last_activity, moment("2026-03-29T11:55:00Z")),
            ] {
                let record = WaitRecord {
                    stage: Stage::NeedsReply,
                    last_activity: last_activity.unwrap(),
                    since,
                };
                fake.read_state.waits.insert(SessionId(id), record);
            }
        }
        let line = format!("sessions --time-zone UTC --format {format}");
        let out = run_command(&line, &fake).await.out;
        let reads = fake
            .requests()
            .iter()
            .filter(|it| it.contains("after"))
            .count();
        assert_eq!(reads, if is_stored { 0 } else { 2 });
        out
    };
    for is_stored in [false, true] {
        let table = run("table", is_stored).await;
        let waits: Vec<_> = table
            .lines()
            .skip(1)
            .map(|line| line.split("  Kari").next().unwrap().trim_end())
            .collect();
        assert_eq!(waits, ["1   needs reply  20m", "2   needs reply  5m"]);
        let csv = run("csv", is_stored).await;
        let ends: Vec<_> = csv
            .lines()
            .map(|line| line.rsplitn(4, ',').take(3).collect::<Vec<_>>())
            .collect();
        assert_eq!(
            ends,
            [
                ["waiting_exact", "waiting_since", "state"],
                ["true", "2026-03-29T11:40:00+00:00", "needs reply"],
                ["true", "2026-03-29T11:55:00+00:00", "needs reply"],
            ]
        );
        let ids = "{\"ChatSessionId\":1}@UTC\n{\"ChatSessionId\":2}@UTC\n";
        assert_eq!(run("jsonl", is_stored).await, ids);
    }
}

#[tokio::test]
async fn forty_transcripts_are_read_the_longest_wait_first() {
    let rows = (1..=60).map(|id| session(id, Status::CustomerLast, id, "Hei"));
    let answer = |minutes: i64| Ok(vec![Ok(vec![message(1, 46_920 - 60 * minutes, "Hei")])]);
    let fake = FakeApi::listing([Ok(page(rows.collect(), None))])
        .with_messages((1..=60).rev().map(answer));
    let out = run_command("sessions --format csv", &fake).await.out;
    let is_exact: Vec<_> = out
        .lines()
        .skip(1)
        .map(|line| line.ends_with("true"))
        .collect();
    assert_eq!(is_exact, [[true; 40].as_slice(), &[false; 20]].concat());
    let requests = fake.requests();
    assert_eq!(requests[2], "0s 60 after 0");
    assert_eq!(requests.len(), 42);
}

#[tokio::test]
async fn live_sessions_have_their_values_in_the_archive_too() {
    let live = session(2, Status::CustomerLast, 5, "Hei");
    let live_only = session(1, Status::InQueue, 3, "");
    let archived = |id, status| Session {
        customer: Customer::default(),
        last_activity: None,
        raw: format!("{{\"row\":{id}}}").into(),
        ..session(id, status, 90, "Hei")
    };
    let listings = || {
        let archive = vec![
            archived(3, Status::CustomerLast),
            archived(2, Status::CustomerLast),
        ];
        [
            Ok(page(vec![live.clone(), live_only.clone()], None)),
            Ok(page(archive, None)),
        ]
    };
    let run = async |line| run_command(line, &FakeApi::listing(listings())).await.out;
    assert_eq!(
        run("sessions --scope all").await,
        "\
ID  STATE        FOR  CUSTOMER       COMPANY   CHANNEL     AGENT  LAST MESSAGE
2   needs reply  >5m  Kari Nordmann  Fjord AS  Support NO  Ola    Hei
3   needs reply       session 3                Support NO  Ola    Hei
1   in queue     3m   Kari Nordmann  Fjord AS  Support NO  Ola
"
    );
    assert_eq!(
        run("sessions --scope all --format jsonl --time-zone UTC").await,
        "{\"row\":3}@UTC\n{\"row\":2}@UTC\n{\"ChatSessionId\":1}@UTC\n"
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
        "[\n{\"ChatSessionId\":344}@NO · Europe/Oslo,\n{\"ChatSessionId\":342}@NO · Europe/Oslo\n]\n"
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
        "id,status,customer,email,phone,company,channel,agent,requested,started,ended,last_activity,rating,first_message,last_message,\
         state,waiting_since,waiting_exact\r\n\
         342,CustomerLast,Kari Nordmann,,,Fjord AS,Support NO,Ola,2026-03-29T17:26:00+05:30,,,2026-03-29T17:26:00+05:30,,,\"Hei,\"\"du\"\"\",\
         needs reply,2026-03-29T17:26:00+05:30,false\r\n"
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
        let live = Ok(SessionPage::default());
        let fake = FakeApi::listing(std::iter::once(live).chain(listings));
        let result = run_command("sessions --scope all --format jsonl", &fake).await;
        let printed = result.out.lines().filter_map(|line| line.get(17..20));
        assert_eq!(printed.collect::<Vec<_>>().join(" "), ids);
        assert_eq!(result.exit, exit);
        assert!(result.stderr.contains(stderr), "{}", result.stderr);
        if exit == ExitStatus::Success {
            let wanted = [
                "0s my channels below None",
                "0s all below None",
                "0s all below Some(SessionId(344))",
            ];
            assert_eq!(fake.requests()[1..], wanted);
            assert_eq!(result.stderr, "");
        }
    }
}

#[tokio::test]
async fn more_sessions_than_fit_into_memory_make_a_table_partial() {
    let pages = || {
        let rows = |first: i64| (first..first + 3).rev();
        let closed = |id| session(id, Status::Closed, 90, "Takk!");
        let listing = |first| Ok(page(rows(first).map(closed).collect(), Some(first)));
        let live = page(vec![session(900, Status::CustomerLast, 1, "Hei")], None);
        [
            Ok(live),
            listing(340),
            listing(330),
            Ok(SessionPage::default()),
        ]
    };
    for (format, exit, printed) in [
        ("table", ExitStatus::Partial, 5),
        ("csv", ExitStatus::Partial, 5),
        ("jsonl", ExitStatus::Success, 7),
    ] {
        let mut fake = FakeApi::listing(pages());
        fake.max_body = 4 * (3 << 10);
        let result = run_command(&format!("sessions --scope all --format {format}"), &fake).await;
        assert_eq!(result.exit, exit, "{format}");
        let headers = usize::from(format != "jsonl");
        assert_eq!(
            result.out.lines().count(),
            headers + printed,
            "{}",
            result.out
        );
        let why = "not all sessions were received: The list exceeds max_body (12 KiB)";
        assert_eq!(
            result.stderr.contains(why),
            exit == ExitStatus::Partial,
            "{}",
            result.stderr
        );
    }
}

#[tokio::test]
async fn a_list_that_may_lack_sessions_is_partial() {
    let why = Some("it ignores the order".to_owned());
    let listing = SessionPage {
        incomplete: why,
        ..page(vec![session(7, Status::Closed, 90, "Takk!")], Some(7))
    };
    let live = Ok(SessionPage::default());
    let fake = FakeApi::listing([live, Ok(listing), Ok(SessionPage::default())]);
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
