//! `sochat stats`: figures from rows and from transcripts, in every format, and its exit codes.

mod agents;
mod aggregates;
mod demo;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::commands::{CommandResult, FakeApi, api_error, moment, run_command};
use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Message, Session, SessionId, SessionPage, Status,
    Timestamp,
};
use crate::commands::ExitStatus;
use crate::sync::{ApiError, ErrorKind};
use crate::test_support::builders;

type Listing = Result<SessionPage, ApiError>;

/// A time of 29 March 2026 in UTC; the command runs at noon.
fn at(time: &str) -> Timestamp {
    moment(&format!("2026-03-29T{time}Z"))
}

fn channel(id: i64, name: &str) -> Channel {
    Channel {
        id: ChannelId(id),
        name: name.to_owned(),
        ..Channel::default()
    }
}

fn agent(id: i64, name: &str) -> Option<Agent> {
    (id > 0).then(|| Agent {
        id: AssociateId(id),
        name: name.to_owned(),
    })
}

/// A chat that was picked up and ended this many seconds after it was requested and picked up.
fn ended(id: i64, requested: Timestamp, pickup: i64, duration: i64) -> Session {
    let started = requested + TimeDelta::seconds(pickup);
    Session {
        id: SessionId(id),
        status: Status::Closed,
        channel: channel(7, "Support NO"),
        agent: agent(31, "Ola Hansen"),
        requested: Some(requested),
        started: Some(started),
        ended: Some(started + TimeDelta::seconds(duration)),
        ..Session::default()
    }
}

/// Four chats of today, newest first: one that is active, one that was missed, two that ended. Then one of yesterday,
/// and one in a channel of others.
fn sessions() -> Vec<Session> {
    let waiting = Session {
        status: Status::CustomerLast,
        ended: None,
        last_activity: Some(at("11:58:00")),
        ..ended(6, at("11:30:00"), 120, 0)
    };
    let missed = Session {
        status: Status::ClosedFromQueue,
        channel: channel(8, "Billing"),
        agent: None,
        started: None,
        ended: Some(at("09:25:00")),
        ..ended(5, at("09:20:00"), 0, 0)
    };
    let of_others = Session {
        channel: channel(9, "Sales"),
        ..ended(4, at("09:00:00"), 10, 10)
    };
    let second = Session {
        agent: agent(32, "Åse Dahl"),
        rating: Some(4),
        ..ended(3, at("01:50:00"), 181, 600)
    };
    let first = Session {
        rating: Some(5),
        ..ended(2, at("00:30:00"), 60, 1200)
    };
    let yesterday = ended(1, at("00:30:00") - TimeDelta::hours(1), 5, 5);
    vec![waiting, missed, of_others, second, first, yesterday]
}

#[expect(clippy::unnecessary_wraps, reason = "a script has errors beside pages")]
fn page(sessions: &[Session], next: Option<i64>) -> Listing {
    Ok(SessionPage {
        sessions: sessions.to_vec(),
        next: next.map(SessionId),
        ..SessionPage::default()
    })
}

/// The live list has the first session; the archive comes in two pages.
fn service() -> FakeApi {
    let all = sessions();
    let mut archived = all.clone();
    archived[0].last_activity = None;
    let pages = [
        page(&all[..1], None),
        page(&archived[..3], Some(4)),
        page(&archived[3..], None),
    ];
    with_channels(FakeApi::listing(pages))
}

fn with_channels(mut fake: FakeApi) -> FakeApi {
    fake.channels = Ok(vec![channel(7, "Support NO"), channel(8, "Billing")]);
    fake
}

async fn printed(options: &str) -> CommandResult {
    let result = run_command(&format!("stats --time-zone UTC{options}"), &service()).await;
    assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
    assert_eq!(
        result.stderr,
        "sochat: counted from the rows of archive and live list\n"
    );
    result
}

#[tokio::test]
async fn without_groups_there_is_one_line() {
    assert_eq!(
        printed("").await.out,
        "       CHATS  MISSED  PICKED UP AFTER  P90   DURATION  RATING  RATED\n\
total  4      1       2:00             3:01  15:00     4.5     2
"
    );
}

#[tokio::test]
async fn groups_are_counted_and_what_is_not_known_is_blank() {
    assert_eq!(
        printed(" --by channel").await.out,
        "\
CHANNEL     CHATS  MISSED  PICKED UP AFTER  P90   DURATION  RATING  RATED
Billing     1      1                                                0
Support NO  3      0       2:00             3:01  15:00     4.5     2
total       4      1       2:00             3:01  15:00     4.5     2
"
    );
    assert_eq!(
        printed(" --by agent").await.out,
        "\
AGENT       CHATS  MISSED  PICKED UP AFTER  P90   DURATION  RATING  RATED
Ola Hansen  2      0       1:30             2:00  20:00     5.0     1
Åse Dahl    1      0       3:01             3:01  10:00     4.0     1
none        1      1                                                0
total       4      1       2:00             3:01  15:00     4.5     2
"
    );
    assert_eq!(
        printed(" --by day --since yesterday --until 09:00 --format csv")
            .await
            .out,
        "group,id,chats,missed,picked_up_after_median,picked_up_after_p90,duration_median,rating_average,rated,first_response_median,longest_wait\r\n\
         2026-03-28,,1,0,5,5,5,,0,,\r\n\
         2026-03-29,,2,0,120,181,900,4.50,2,,\r\n"
    );
}

/// In Oslo clocks went forward at 1:00 UTC.
#[tokio::test]
async fn hours_are_those_of_the_zone() {
    let line = "stats --by hour --format csv --time-zone Europe/Oslo";
    let result = run_command(line, &service()).await;
    let hours: Vec<_> = result
        .out
        .lines()
        .skip(1)
        .map(|line| line.get(..5).unwrap())
        .collect();
    // Midnight in Oslo is an hour before that in UTC.
    assert_eq!(hours, ["00,,1", "01,,1", "03,,1", "11,,1", "13,,1"]);
}

fn customer(posted: &str) -> Message {
    builders::customer_message(
        posted.replace(':', "").parse().unwrap(),
        at(posted),
        "Hello?",
    )
}

fn answer(posted: &str) -> Message {
    builders::agent_message(posted.replace(':', "").parse().unwrap(), at(posted), "Hi")
}

#[tokio::test]
async fn transcripts_give_first_response_and_longest_wait() {
    let transcript = |messages| Ok(vec![Ok(messages)]);
    // In the order of the list: waiting since 11:50, missed after 5 minutes, then two that were answered.
    let fake = service().with_messages([
        transcript(vec![
            customer("11:30:00"),
            answer("11:33:00"),
            customer("11:50:00"),
            customer("11:58:00"),
        ]),
        transcript(vec![customer("09:20:00")]),
        transcript(vec![customer("01:50:00"), answer("01:53:30")]),
        transcript(vec![
            customer("00:30:00"),
            answer("00:31:10"),
            customer("00:32:00"),
            answer("00:39:00"),
        ]),
    ]);
    let line = "stats --exact --by channel --format json --time-zone UTC";
    let result = run_command(line, &fake).await;
    assert_eq!(result.exit, ExitStatus::Success);
    let stderr = "sochat: counted from the rows of archive and live list; transcripts read: 4\n";
    assert_eq!(result.stderr, stderr);
    let figures = |chats: u64, missed: u64, pickup: Value, [first, longest]: [Value; 2]| {
        let is_known = !pickup.is_null();
        json!({
            "chats": chats, "missed": missed, "picked_up_after_median": pickup,
            "picked_up_after_p90": if is_known { json!(181) } else { Value::Null },
            "duration_median": if is_known { json!(900) } else { Value::Null },
            "rating_average": if is_known { json!(4.5) } else { Value::Null },
            "rated": if is_known { 2 } else { 0 },
            "first_response_median": first, "longest_wait": longest,
        })
    };
    let mut billing = figures(1, 1, Value::Null, [Value::Null, json!(300)]);
    let mut support = figures(3, 0, json!(120), [json!(180), json!(600)]);
    for (group, name, id) in [
        (&mut billing, "Billing", 8),
        (&mut support, "Support NO", 7),
    ] {
        group["group"] = json!(name);
        group["id"] = json!(id);
    }
    let document: Value = serde_json::from_str(&result.out).unwrap();
    assert_eq!(
        document,
        json!({
            "source": "rows",
            "since": "2026-03-29T00:00:00+00:00",
            "until": null,
            "time_zone": "UTC",
            "by": "channel",
            "groups": [billing, support],
            "total": figures(4, 1, json!(120), [json!(180), json!(600)]),
            "transcripts_read": 4,
            "transcripts_failed": 0,
        })
    );
}

#[tokio::test]
async fn a_transcript_that_cannot_be_read_is_named_and_the_others_count() {
    let one = Ok(vec![Ok(vec![customer("11:30:00"), answer("11:31:00")])]);
    let fake = service().with_messages([one]);
    let result = run_command("stats --exact --time-zone UTC", &fake).await;
    assert_eq!(result.exit, ExitStatus::Partial);
    assert_eq!(
        result.out,
        "       CHATS  MISSED  PICKED UP AFTER  P90   DURATION  RATING  RATED  FIRST RESPONSE  LONGEST WAIT\n\
         total  4      1       2:00             3:01  15:00     4.5     2      1:00            2:00\n"
    );
    let mut lines: Vec<_> = result.stderr.lines().collect();
    let last = lines.pop();
    assert_eq!(
        last,
        Some("sochat: counted from the rows of archive and live list; transcripts read: 1")
    );
    lines.sort_unstable();
    let named =
        [2, 3, 5].map(|id| format!("sochat: the messages of session {id} are missing: it broke"));
    assert_eq!(lines, named);
}

#[tokio::test]
async fn rows_without_status_give_no_missed_chats_and_no_rating() {
    let mut listing = page(&sessions(), None).unwrap();
    listing.lacks_status = true;
    let fake = with_channels(FakeApi::listing([page(&[], None), Ok(listing)]));
    let result = run_command("stats --time-zone UTC --format csv", &fake).await;
    let line = result.out.lines().nth(1);
    assert_eq!(line, Some(",,4,,120,181,900,,,,"));
}

#[tokio::test]
async fn the_list_ends_where_no_chat_of_the_time_can_be() {
    let old = ended(1, at("00:30:00") - TimeDelta::days(3), 5, 5);
    let first = ended(2, at("00:30:00"), 5, 5);
    let pages = [
        page(&[], None),
        page(&[first], Some(2)),
        page(&[old], Some(1)),
    ];
    let fake = with_channels(FakeApi::listing(pages));
    let result = run_command("stats --time-zone UTC --format csv", &fake).await;
    assert_eq!(result.out.lines().nth(1), Some(",,1,0,5,5,5,,0,,"));
}

#[tokio::test(start_paused = true)]
async fn every_failure_has_its_exit_code() {
    let broken = |kind| Err(api_error(kind));
    let busy = || ErrorKind::Busy { retry_after: None };
    for (kind, code) in [
        (ErrorKind::SignIn, 3),
        (ErrorKind::Network, 4),
        (busy(), 6),
        (ErrorKind::InvalidResponse, 1),
    ] {
        let mut fake = FakeApi::listing([]);
        fake.channels = Err(api_error(kind));
        let result = run_command("stats", &fake).await;
        assert_eq!((result.exit.code(), &*result.out), (code, ""), "{kind:?}");
        assert_eq!(result.stderr, "sochat: it broke\n");
    }
    // What was counted before is printed.
    let all = sessions();
    let pages = [
        page(&[], None),
        page(&all[..3], Some(4)),
        broken(ErrorKind::Forbidden),
    ];
    let result = run_command(
        "stats --format csv",
        &with_channels(FakeApi::listing(pages)),
    )
    .await;
    assert_eq!(result.exit, ExitStatus::Partial);
    assert_eq!(result.out.lines().nth(1), Some(",,2,1,120,120,,,0,,"));
    let missing = "not all sessions were received: it broke";
    assert!(result.stderr.contains(missing), "{}", result.stderr);
    for line in [
        "stats --since 09:00 --until 09:00",
        "stats --until yesterday",
    ] {
        let result = run_command(line, &service()).await;
        assert_eq!(result.exit, ExitStatus::Usage, "{line}");
        assert!(
            result.stderr.contains("write an earlier --since"),
            "{}",
            result.stderr
        );
    }
}

/// A page that fails for a while is requested again.
#[tokio::test(start_paused = true)]
async fn failures_that_pass_are_retried() {
    let all = sessions();
    let busy = ErrorKind::Busy { retry_after: None };
    let pages = [page(&[], None), Err(api_error(busy)), page(&all, None)];
    let fake = with_channels(FakeApi::listing(pages));
    let result = run_command("stats --time-zone UTC --format csv", &fake).await;
    assert_eq!(result.exit, ExitStatus::Success, "{}", result.stderr);
    assert_eq!(
        result.out.lines().nth(1),
        Some(",,4,1,120,181,900,4.50,2,,")
    );
    assert!(
        result.stderr.contains("trying again in"),
        "{}",
        result.stderr
    );
}

/// Nothing is known where the live list is refused, too.
#[tokio::test]
async fn an_archive_that_is_refused_leaves_the_live_sessions() {
    let refused = || Err(api_error(ErrorKind::Forbidden));
    let live = page(&sessions()[..1], None);
    for (live, code, line) in [(live, 7, Some(",,1,0,120,120,,,0,,")), (refused(), 3, None)] {
        let fake = with_channels(FakeApi::listing([live, refused()]));
        let result = run_command("stats --time-zone UTC --format csv", &fake).await;
        assert_eq!(result.exit.code(), code, "{}", result.stderr);
        assert_eq!(result.out.lines().nth(1), line);
        assert!(result.stderr.ends_with("it broke\n"), "{}", result.stderr);
    }
}
