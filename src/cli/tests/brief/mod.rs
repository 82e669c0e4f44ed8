//! `sochat brief`: who waits, who waited, and what has happened since, in every format, and its exit codes.

mod rows;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::commands::{CommandResult, FakeApi, api_error, message, moment, run_command};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Message, Session, SessionId, SessionPage,
    SessionReadState, Status, Timed, Timestamp,
};
use crate::commands::ExitStatus;
use crate::sync::{ApiError, ErrorKind};
use crate::test_support::builders;

/// A time of 29 March 2026 in UTC; the command runs at noon.
fn at(time: &str) -> Timestamp {
    moment(&format!("2026-03-29T{time}:00Z"))
}

fn yesterday(time: &str) -> Timestamp {
    moment(&format!("2026-03-28T{time}:00Z"))
}

/// A session requested and active last at these times.
fn session(id: i64, name: &str, status: Status, requested: Timestamp, last: Timestamp) -> Session {
    let mut session = Session {
        id: SessionId(id),
        status,
        channel: channel(),
        agent: agent("Ola Hansen"),
        last_message: format!("line {id}"),
        requested: Some(requested),
        started: Some(requested + TimeDelta::minutes(1)),
        last_activity: Some(last),
        ..Session::default()
    };
    session.customer.name = name.to_owned();
    session
}

fn channel() -> Channel {
    Channel {
        id: ChannelId(7),
        name: "Support NO".to_owned(),
        ..Channel::default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the field of a session")]
fn agent(name: &str) -> Option<Agent> {
    Some(Agent {
        id: AssociateId(5),
        name: name.to_owned(),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "a script has errors beside pages")]
fn page(sessions: Vec<Session>) -> Result<SessionPage, ApiError> {
    Ok(SessionPage {
        sessions,
        ..SessionPage::default()
    })
}

fn customer(id: i64, posted: Timestamp) -> Message {
    builders::customer_message(id, posted, "Hello?")
}

fn answer(id: i64, posted: Timestamp, html: &str) -> Message {
    builders::agent_message(id, posted, html)
}

type Transcript = Result<Vec<Result<Vec<Message>, ApiError>>, ApiError>;

#[expect(
    clippy::unnecessary_wraps,
    reason = "a script has errors beside transcripts"
)]
fn transcript(messages: Vec<Message>) -> Transcript {
    Ok(vec![Ok(messages)])
}

/// The live list, the archive, and transcripts in the order in which they are requested.
fn service(
    live: Vec<Session>,
    archive: Result<SessionPage, ApiError>,
    transcripts: Vec<Transcript>,
) -> FakeApi {
    let mut fake = FakeApi::listing([page(live), archive]).with_messages(transcripts);
    fake.channels = Ok(vec![channel()]);
    fake
}

/// A morning: 1 waits since yesterday and wrote again, 2 is in the queue, 3 is being transferred; 4 was unanswered
/// at midnight and has ended since, 5 in another channel.
fn morning() -> FakeApi {
    let waiting = session(
        1,
        "Kari",
        Status::CustomerLast,
        yesterday("23:00"),
        at("11:59"),
    );
    let mut queued = session(2, "Liam", Status::InQueue, at("11:57"), at("11:57"));
    (queued.agent, queued.started) = (None, None);
    let mut handed = session(
        3,
        "Mia",
        Status::UserLast,
        yesterday("20:00"),
        yesterday("21:00"),
    );
    handed.transfer_to = agent("Åse Dahl");
    let mut ended = session(4, "Noah", Status::Closed, yesterday("22:00"), at("08:30"));
    ended.last_activity = None;
    ended.customer.name.clear();
    ended.ended = Some(at("08:30"));
    let mut other = ended.clone();
    other.id = SessionId(5);
    other.channel.id = ChannelId(8);
    let link = "<a href=\"https://nordlys.example/a\">here</a> and again https://nordlys.example/a";
    let mut fake = service(
        vec![waiting, queued, handed],
        page(vec![other, ended]),
        vec![
            // 1 has a wait that may be longer, so it is first; then what was written last.
            transcript(vec![
                customer(10, yesterday("23:00")),
                customer(11, at("11:59")),
            ]),
            transcript(vec![customer(20, at("11:57"))]),
            transcript(vec![
                answer(
                    40,
                    yesterday("22:10"),
                    "<a href=\"https://nordlys.example/old\">old</a>",
                ),
                customer(41, yesterday("22:30")),
                answer(42, at("08:10"), link),
                message(43, 36_000, "thanks"),
            ]),
        ],
    );
    watch(&mut fake, [3, 4]);
    fake
}

fn watch(fake: &mut FakeApi, ids: impl IntoIterator<Item = i64>) {
    for id in ids {
        let state = SessionReadState {
            watched: Some(Timed {
                at: at("10:00"),
                value: true,
            }),
            ..SessionReadState::new(at("10:00"))
        };
        fake.read_state.sessions.insert(SessionId(id), state);
    }
}

#[tokio::test]
async fn a_page_of_text() {
    let fake = morning();
    let result = run_command("brief --time-zone UTC", &fake).await;
    assert_eq!(
        result,
        CommandResult {
            exit: ExitStatus::Success,
            out: "\
Brief of 2026-03-29 12:00:00 UTC

Waiting now: 2, longest 13h00
     13h00  1 Kari · needs reply · Ola Hansen · Support NO
            line 1
        3m  2 Liam · in queue · Support NO
            line 2

Unanswered at 2026-03-29 00:00: 2
 Sat 22:30  4 Kari Nordmann · ended · Ola Hansen · Support NO
 Sat 23:00  1 Kari · needs reply · Ola Hansen · Support NO

Transfers pending: 1
            to Åse Dahl: 3 Mia · answered · Ola Hansen · Support NO

Watched sessions with activity since 2026-03-29 00:00: 1
     08:30  4 Kari Nordmann · ended · Ola Hansen · Support NO

Links sent today: 1
     08:10  4 Ola Hansen: https://nordlys.example/a
"
            .to_owned(),
            stderr: String::new(),
        }
    );
    assert_eq!(
        fake.requests(),
        [
            "0s times in UTC",
            "0s my channels below None",
            "0s channels",
            "0s all below None",
            "0s 1 after 0",
            "0s 2 after 0",
            "0s 4 after 0",
        ]
    );
}

#[tokio::test]
async fn a_page_of_markdown_has_no_markup_of_others() {
    let mut live = session(1, "*Kari*", Status::CustomerLast, at("11:00"), at("11:30"));
    live.last_message = "# <b>now</b>".to_owned();
    live.transfer_to = agent("Åse Dahl");
    let sent = answer(11, at("11:20"), "https://nordlys.example/a_b");
    let messages = vec![customer(10, at("11:00")), sent, customer(12, at("11:30"))];
    let fake = service(vec![live], page(Vec::new()), vec![transcript(messages)]);
    let result = run_command("brief --format markdown --time-zone UTC", &fake).await;
    assert_eq!(
        result.out,
        "\
# Brief of 2026-03-29 12:00:00 UTC

## Waiting now: 1, longest 30m

- **30m** 1 \\*Kari\\* · needs reply · Ola Hansen · Support NO
  > \\# &lt;b&gt;now&lt;/b&gt;

## Unanswered at 2026-03-29 00:00: none

## Transfers pending: 1

- to Åse Dahl: 1 \\*Kari\\* · needs reply · Ola Hansen · Support NO

## Watched sessions with activity since 2026-03-29 00:00: none

## Links sent today: 1

- **11:20** 1 Ola Hansen: [https://nordlys.example/a\\_b](<https://nordlys.example/a_b>)
"
    );
}

#[tokio::test]
async fn json_has_keys_of_its_own() {
    let result = run_command("brief --format json --time-zone UTC", &morning()).await;
    let printed: Value = serde_json::from_str(&result.out).unwrap();
    let row = |id: i64, name: &str, state: &str, agent: &str, last: &str| {
        json!({
            "chat_session_id": id, "state": state, "customer": name, "company": "",
            "channel": "Support NO", "agent": agent, "last_activity": last,
            "last_message": format!("line {id}"),
        })
    };
    let with = |mut row: Value, keys: Value| {
        let keys = keys.as_object().unwrap().clone();
        row.as_object_mut().unwrap().extend(keys);
        row
    };
    let kari = row(
        1,
        "Kari",
        "needs reply",
        "Ola Hansen",
        "2026-03-29T11:59:00+00:00",
    );
    let liam = row(2, "Liam", "in queue", "", "2026-03-29T11:57:00+00:00");
    let mia = row(
        3,
        "Mia",
        "answered",
        "Ola Hansen",
        "2026-03-28T21:00:00+00:00",
    );
    let noah = row(
        4,
        "Kari Nordmann",
        "ended",
        "Ola Hansen",
        "2026-03-29T08:30:00+00:00",
    );
    let since = |since: &str| json!({"waiting_since": since, "waiting_exact": true});
    let then = |since: &str| json!({"unanswered_since": since, "unanswered_exact": true});
    assert_eq!(
        printed,
        json!({
            "time": "2026-03-29T12:00:00+00:00",
            "since": "2026-03-29T00:00:00+00:00",
            "time_zone": "UTC",
            "waiting": [
                with(kari.clone(), since("2026-03-28T23:00:00+00:00")),
                with(liam, since("2026-03-29T11:57:00+00:00")),
            ],
            "unanswered": [
                with(noah.clone(), then("2026-03-28T22:30:00+00:00")),
                with(kari, then("2026-03-28T23:00:00+00:00")),
            ],
            "transfers": [with(mia, json!({"transfer_to": "Åse Dahl"}))],
            "watched": [noah],
            "links": [{
                "chat_session_id": 4, "chat_message_id": 42, "sent": "2026-03-29T08:10:00+00:00",
                "author": "Ola Hansen", "address": "https://nordlys.example/a",
            }],
            "transcripts_read": 3,
            "transcripts_not_read": 0,
        })
    );
}
