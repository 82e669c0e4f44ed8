//! `sochat customer`: by number, address and name, as a table and as JSON, and its exit codes.

use super::commands::{CommandResult, FakeApi, api_error, moment, run_command, run_on};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, EntityRef, Session, SessionId, SessionPage, Status,
};
use crate::commands::{Context, ExitStatus, ProgressLine};
use crate::sync::{ApiError, ErrorKind};

/// A session of yesterday, `id` hours after midnight.
fn session(id: i64, name: &str, email: &str, company: &str) -> Session {
    let mut session = Session {
        id: SessionId(id),
        status: Status::Closed,
        channel: Channel {
            id: ChannelId(7),
            name: "Support NO".to_owned(),
            ..Channel::default()
        },
        requested: Some(moment("2026-03-28T00:00:00Z") + chrono::TimeDelta::hours(id)),
        first_message: format!("question {id}"),
        ..Session::default()
    };
    session.customer.name = name.to_owned();
    session.customer.email = email.to_owned();
    session.customer.company = company.to_owned();
    session
}

fn linked(mut session: Session, person: i64) -> Session {
    session.person = Some(EntityRef {
        id: person,
        ..EntityRef::default()
    });
    session
}

fn kari(id: i64) -> Session {
    session(id, "Kari Nordmann", "kari@fjord.example", "Fjord AS")
}

type Listing = Result<SessionPage, ApiError>;

#[expect(clippy::unnecessary_wraps, reason = "a script has errors beside pages")]
fn page(sessions: Vec<Session>, next: Option<i64>) -> Listing {
    Ok(SessionPage {
        sessions,
        next: next.map(SessionId),
        ..SessionPage::default()
    })
}

/// The live list, pages of the archive, and the conversations of any person.
fn fake(listings: Vec<Listing>, conversations: Result<Vec<Session>, ErrorKind>) -> FakeApi {
    let mut fake = FakeApi::listing(listings);
    fake.conversations = conversations.map_err(api_error);
    fake
}

/// The first column of the table below its title.
fn ids(result: &CommandResult) -> Vec<&str> {
    let lines = result.out.lines().skip(1);
    lines.map(|line| line.split(' ').next().unwrap()).collect()
}

#[tokio::test]
async fn a_number_lists_the_sessions_of_the_service_with_their_live_rows() {
    for line in ["customer 500", "customer contact:500"] {
        let mut live = linked(kari(4), 500);
        if line.contains("contact") {
            std::mem::swap(&mut live.person, &mut live.contact);
        }
        live.status = Status::CustomerLast;
        live.agent = Some(Agent {
            id: AssociateId(5),
            name: "Ola".to_owned(),
        });
        let other = linked(session(5, "Ola", "", ""), 501);
        let listed = vec![kari(2), kari(3)];
        let fake = fake(vec![page(vec![other, live], None)], Ok(listed));
        let result = run_command(line, &fake).await;
        assert_eq!(
            result.out,
            "\
ID  REQUESTED                STATE        CUSTOMER       CHANNEL     AGENT  FIRST MESSAGE
4   2026-03-28 05:00:00 CET  needs reply  Kari Nordmann  Support NO  Ola    question 4
3   2026-03-28 04:00:00 CET  ended        Kari Nordmann  Support NO         question 3
2   2026-03-28 03:00:00 CET  ended        Kari Nordmann  Support NO         question 2
"
        );
        assert_eq!(
            (result.stderr.as_str(), result.exit),
            ("", ExitStatus::Success)
        );
    }
}

#[tokio::test]
async fn a_refused_number_is_a_partial_result_or_the_error() {
    for (kind, code) in [(ErrorKind::Forbidden, 3), (ErrorKind::NotFound, 5)] {
        let live = page(vec![linked(kari(4), 500)], None);
        let result = run_command("customer 500", &fake(vec![live], Err(kind))).await;
        assert_eq!(
            (ids(&result), result.exit),
            (vec!["4"], ExitStatus::Partial)
        );
        let missing = "sochat: not all conversations were received: it broke\n";
        assert_eq!(result.stderr, missing);
        let live = page(vec![kari(4)], None);
        let result = run_command("customer 500", &fake(vec![live], Err(kind))).await;
        assert_eq!((result.out.as_str(), result.exit.code()), ("", code));
        assert_eq!(result.stderr, "sochat: person 500: it broke\n");
    }
    for (kind, code) in [
        (ErrorKind::Network, 4),
        (ErrorKind::Busy { retry_after: None }, 6),
    ] {
        let result = run_command("customer 500", &fake(Vec::new(), Err(kind))).await;
        assert_eq!((result.out.as_str(), result.exit.code()), ("", code));
    }
    let none = fake(vec![page(Vec::new(), None)], Ok(Vec::new()));
    let result = run_command("customer 500", &none).await;
    assert_eq!(
        (result.out.as_str(), result.exit),
        ("", ExitStatus::Success)
    );
    assert_eq!(result.stderr, "sochat: no conversations\n");
}

#[tokio::test]
async fn an_address_or_a_name_is_searched_in_both_lists_and_then_in_the_service() {
    for line in [
        "customer KARI@fjord.example",
        "customer kari nordmann",
        "customer Kári --format text",
    ] {
        let listings = vec![
            page(vec![linked(kari(9), 500), session(8, "Ola", "", "")], None),
            page(vec![kari(7), session(6, "Ola Kari", "", "")], Some(6)),
            page(vec![kari(5)], None),
        ];
        let colleague = session(2, "Ola", "", "Fjord AS");
        let fake = fake(listings, Ok(vec![kari(3), kari(7), colleague]));
        let result = run_command(line, &fake).await;
        assert_eq!(
            (result.stderr.as_str(), result.exit),
            ("", ExitStatus::Success)
        );
        assert_eq!(ids(&result), ["9", "7", "5", "3"], "{line}");
        assert!(fake.requests().last().unwrap().ends_with("Person(500)"));
    }
}

#[tokio::test]
async fn a_name_of_several_customers_lists_them_and_exits_with_2() {
    let other = linked(session(8, "Kari Berg", "kari@berg.example", ""), 501);
    let mut company = session(7, "Kari Dahl", "", "");
    company.contact = Some(EntityRef {
        id: 100,
        name: "Dahl AS".to_owned(),
    });
    let listings = || {
        vec![
            page(vec![kari(9), other.clone(), company.clone()], None),
            page(Vec::new(), None),
        ]
    };
    let result = run_command("customer kari", &fake(listings(), Ok(Vec::new()))).await;
    assert_eq!((result.out.as_str(), result.exit), ("", ExitStatus::Usage));
    assert_eq!(
        result.stderr,
        "\
sochat: \"kari\" fits 3 customers: use a number, an email address, or more of the name
sochat:   Kari Nordmann, Fjord AS, kari@fjord.example
sochat:   Kari Berg, kari@berg.example, 501
sochat:   Kari Dahl, Dahl AS, contact:100
"
    );
    let result = run_command("customer kari b", &fake(listings(), Ok(Vec::new()))).await;
    assert_eq!(
        (ids(&result), result.exit),
        (vec!["8"], ExitStatus::Success)
    );
}

#[tokio::test]
async fn what_is_missing_has_its_exit_code() {
    let none = || vec![page(Vec::new(), None), page(Vec::new(), None)];
    for (line, code, stderr) in [
        ("customer nobody", 5, "no session of \"nobody\" is listed"),
        (
            "customer a@b.example",
            5,
            "no session of a@b.example is listed",
        ),
        (
            "customer contact:x",
            2,
            "\"contact:x\": write the number of a person",
        ),
        ("customer 0", 2, "\"0\": write the number of a person"),
    ] {
        let result = run_command(line, &fake(none(), Ok(Vec::new()))).await;
        assert_eq!(
            (result.out.as_str(), result.exit.code()),
            ("", code),
            "{line}"
        );
        assert!(result.stderr.contains(stderr), "{}", result.stderr);
    }
    let broken = |kind| Err(api_error(kind));
    for (listings, found, code) in [
        (vec![broken(ErrorKind::SignIn)], &[][..], 3),
        (
            vec![page(vec![kari(9)], None), broken(ErrorKind::Network)],
            &[],
            4,
        ),
        // Without the archive, or with only its first page.
        (
            vec![page(vec![kari(9)], None), broken(ErrorKind::Forbidden)],
            &["9"],
            7,
        ),
        (
            vec![
                page(vec![kari(9)], None),
                page(vec![kari(8)], Some(8)),
                broken(ErrorKind::Network),
            ],
            &["9", "8"],
            7,
        ),
    ] {
        let result = run_command("customer kari", &fake(listings, Ok(Vec::new()))).await;
        assert_eq!((ids(&result), result.exit.code()), (found.to_vec(), code));
    }
    // The archive was read to its end: a refusal of the summary loses nothing that is known to be there.
    let listings = vec![
        page(vec![linked(kari(9), 500)], None),
        page(Vec::new(), None),
    ];
    let refused = fake(listings, Err(ErrorKind::Forbidden));
    let result = run_command("customer kari", &refused).await;
    assert_eq!(
        (ids(&result), result.exit),
        (vec!["9"], ExitStatus::Success)
    );
    assert_eq!(result.stderr, "sochat: it broke\n");
}

#[tokio::test]
async fn json_has_keys_of_its_own() {
    let mut live = linked(kari(9), 500);
    live.rating = Some(4);
    live.last_message = "thanks".to_owned();
    let listings = vec![page(vec![live], None), page(Vec::new(), None)];
    let result = run_command(
        "customer kari --format json",
        &fake(listings, Ok(Vec::new())),
    )
    .await;
    let printed: serde_json::Value = serde_json::from_str(&result.out).unwrap();
    let expected = serde_json::json!({
        "customer": {
            "name": "Kari Nordmann",
            "company": "Fjord AS",
            "email": "kari@fjord.example",
            "person_id": 500,
            "contact_id": null,
        },
        "conversations": [{
            "chat_session_id": 9,
            "state": "ended",
            "customer": "Kari Nordmann",
            "channel": "Support NO",
            "agent": "",
            "requested": "2026-03-28T10:00:00+01:00",
            "started": null,
            "ended": null,
            "rating": 4,
            "first_message": "question 9",
            "last_message": "thanks",
        }],
    });
    assert_eq!(printed, expected);
    assert!(result.out.ends_with("}\n"));
    let none = fake(vec![page(Vec::new(), None)], Ok(Vec::new()));
    let result = run_command("customer 7 --format json", &none).await;
    let printed: serde_json::Value = serde_json::from_str(&result.out).unwrap();
    assert_eq!(printed["conversations"], serde_json::json!([]));
}

/// The archive is read only where the service does not find the address.
#[tokio::test]
async fn an_address_is_found_by_the_service_where_it_can() {
    let live = linked(session(9, "Kari", "Kari@Fjord.example", ""), 500);
    let other = session(10, "Ola", "ola@fjord.example", "");
    let archive = || page(vec![kari(7), kari(4)], None);
    for (of_mail, found) in [
        (
            vec![page(vec![kari(7)], Some(7)), page(vec![kari(4)], None)],
            true,
        ),
        (vec![page(Vec::new(), None)], false),
        // It ignores the filter.
        (vec![page(vec![other.clone(), kari(7)], None)], false),
        (
            vec![
                page(vec![kari(7)], Some(7)),
                Err(api_error(ErrorKind::Network)),
            ],
            false,
        ),
        (vec![Err(api_error(ErrorKind::Config))], false),
    ] {
        let lists = vec![page(vec![live.clone(), other.clone()], None), archive()];
        let fake = fake(lists, Ok(Vec::new()));
        fake.of_mail.lock().unwrap().extend(of_mail);
        let result = run_command("customer kari@fjord.example", &fake).await;
        assert_eq!(
            (ids(&result), result.exit),
            (vec!["9", "7", "4"], ExitStatus::Success)
        );
        let is_archive = |request: &String| request.contains("all below");
        assert_eq!(
            fake.requests().iter().any(is_archive),
            !found,
            "{:?}",
            fake.requests()
        );
    }
}

#[tokio::test]
async fn a_search_of_the_archive_shows_its_progress() {
    let lists = [page(Vec::new(), None), page(vec![kari(7), kari(4)], None)];
    let fake = fake(lists.into(), Ok(Vec::new()));
    let mut out = Vec::new();
    let change = |context: &mut Context<'_>| context.progress = ProgressLine::new(true);
    let interrupted = std::future::pending();
    let (_, stderr) = run_on("customer kari", &fake, change, &mut out, interrupted).await;
    // The line is gone before the table is printed.
    assert_eq!(stderr, "\r2 sessions searched\x1b[K\r\x1b[K");
}

#[tokio::test]
async fn sessions_of_other_channels_are_left_out() {
    let mut other = kari(8);
    other.channel.id = ChannelId(99);
    // The service lists the conversations of a person without their channels.
    let mut unknown = kari(3);
    unknown.channel = Channel::default();
    for (line, wanted) in [
        ("customer kari", vec!["7", "3"]),
        ("customer 500", vec!["3"]),
    ] {
        let lists = vec![
            page(vec![linked(kari(7), 501), other.clone()], None),
            page(vec![other.clone()], None),
        ];
        let mut fake = fake(lists, Ok(vec![unknown.clone(), other.clone()]));
        fake.channels = Ok(vec![kari(7).channel]);
        let result = run_command(line, &fake).await;
        assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
        assert_eq!(ids(&result), wanted, "{line}");
    }
}
