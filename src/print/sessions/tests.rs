//! Lists of sessions in every format.

use super::*;
use crate::chat::{Agent, Channel, Customer, Status};
use crate::print::tests::{Done, Fake, done, fault, moment};

fn session(id: i64, status: Status, minutes_ago: i64, text: &str) -> Session {
    let at = moment("2026-03-29T12:00:00Z") - chrono::TimeDelta::minutes(minutes_ago);
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
        unreadable_count: 0,
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
    let fake = Fake::listing([Ok(page(a_few(), None))]);
    assert_eq!(
        done("sessions", &fake).await,
        Done {
            exit: Exit::Fine,
            out: "\
ID   STATE                 FOR   CUSTOMER       COMPANY   CHANNEL     AGENT  LAST MESSAGE
344  needs reply           1h05  Kari Nordmann  Fjord AS  Support NO  Ola    Er du der?
342  needs reply           4m    Kari Nordmann  Fjord AS  Support NO  Ola    Hei,\"du\"
343  waiting for customer  30m   Kari Nordmann  Fjord AS  Support NO  Ola
341  closed                1h30  Kari Nordmann  Fjord AS  Support NO  Ola    Takk!
"
            .to_owned(),
            talk: String::new(),
        }
    );
    assert_eq!(
        fake.asked(),
        ["0s times in NO", "0s my channels below None"]
    );
}

#[tokio::test]
async fn sessions_as_json_are_the_elements_as_sent() {
    let json = |line: &'static str| async move {
        let fake = Fake::listing([Ok(page(a_few(), None))]);
        done(line, &fake).await.out
    };
    assert_eq!(
        json("sessions --format json --status needs-reply").await,
        "[\n{\"ChatSessionId\":342}@NO · Europe/Oslo,\n{\"ChatSessionId\":344}@NO · Europe/Oslo\n]\n"
    );
    assert_eq!(
        json("sessions --format jsonl --status Closed --status active --since 1h").await,
        "{\"ChatSessionId\":343}@NO · Europe/Oslo\n"
    );
    assert_eq!(json("sessions --format json --status queued").await, "[]\n");
}

#[tokio::test]
async fn sessions_as_csv() {
    let fake = Fake::listing([Ok(page(a_few()[1..2].to_vec(), None))]);
    assert_eq!(
        done("sessions --format csv --time-zone local", &fake)
            .await
            .out,
        "id,status,customer,email,phone,company,channel,agent,requested,started,ended,last_activity,rating,first_message,last_message\r\n\
         342,CustomerLast,Kari Nordmann,,,Fjord AS,Support NO,Ola,2026-03-29T17:26:00+05:30,,,2026-03-29T17:26:00+05:30,,,\"Hei,\"\"du\"\"\"\r\n"
    );
}

#[tokio::test]
async fn all_pages_are_followed_until_one_fails_or_comes_back() {
    let numbers = |done: &Done| {
        let ids = done.out.lines().filter_map(|line| line.get(17..20));
        ids.map(str::to_owned).collect::<Vec<_>>()
    };
    let line = "sessions --scope all --format jsonl";
    let two = || {
        [
            Ok(page(a_few()[3..].to_vec(), Some(344))),
            Ok(page(a_few()[2..3].to_vec(), None)),
        ]
    };
    let fake = Fake::listing(two());
    let whole = done(line, &fake).await;
    assert_eq!(
        (whole.exit, numbers(&whole)),
        (Exit::Fine, vec!["344".into(), "343".into()])
    );
    assert_eq!(
        fake.asked()[1..],
        ["0s all below None", "0s all below Some(SessionId(344))"]
    );

    let [first, _] = two();
    let cut = done(
        line,
        &Fake::listing([first.clone(), Err(fault(FaultKind::Network))]),
    )
    .await;
    assert_eq!(
        (cut.exit, numbers(&cut), cut.talk.as_str()),
        (
            Exit::Partial,
            vec!["344".into()],
            "sochat: the list is not complete: it broke\n"
        )
    );

    let stuck = done(line, &Fake::listing([first.clone(), first])).await;
    assert_eq!(
        (stuck.exit, numbers(&stuck)),
        (Exit::Partial, vec!["344".into()])
    );

    let nothing = done(line, &Fake::listing([Err(fault(FaultKind::Network))])).await;
    assert_eq!(
        nothing,
        Done {
            exit: Exit::Network,
            out: String::new(),
            talk: "sochat: it broke\n".to_owned()
        }
    );
}

#[tokio::test]
async fn unreadable_sessions_make_the_result_partial() {
    let listing = SessionPage {
        unreadable_count: 2,
        ..SessionPage::default()
    };
    assert_eq!(
        done("sessions --format json", &Fake::listing([Ok(listing)])).await,
        Done {
            exit: Exit::Partial,
            out: "[]\n".to_owned(),
            talk: "sochat: sessions that could not be read: 2\n".to_owned(),
        }
    );
}
