//! Aggregates that the service counts in its archive.

use chrono::TimeDelta;

use super::*;
use crate::chat::{AggregateBy, AggregateFigures, AggregateGroup, AggregateQuery, Aggregates};

fn query(by: AggregateBy) -> AggregateQuery {
    AggregateQuery {
        by,
        since: "2026-03-28T13:00:00+13:00".parse().unwrap(),
        until: "2026-03-29T14:00:00+02:00".parse().ok(),
        channels: vec![ChannelId(7), ChannelId(8)],
    }
}

/// Which of the requests this is.
fn part(request: &scripted::Request) -> usize {
    let conditions = [
        "status%20equals",
        "whenEnded",
        "whenStarted",
        "rating%20greater",
    ];
    let found = conditions.iter().position(|it| request.target.contains(it));
    found.map_or(0, |index| [1, 3, 2, 4][index])
}

/// A footer for each channel, and the last row, with a count and perhaps a value of another function.
fn footers(channels: &[(i64, &str)], total: &str) -> Vec<u8> {
    let footers = channels.iter().map(|(id, columns)| {
        format!(
            r#"{{"PrimaryKey":"1","EntityName":"footer:1",
                "GroupBy(chatTopic/chatTopicId):Footer,HideDetail":{id},
                "GroupBy(chatTopic/name):Footer,HideDetail":"Channel {id}",{columns}}}"#
        )
    });
    let total = format!(r#"{{"PrimaryKey":"1","EntityName":"grandtotal",{total}}}"#);
    let rows: Vec<_> = footers.chain([total]).collect();
    json_response(&format!(r#"{{"value":[{}]}}"#, rows.join(",")))
}

#[tokio::test]
async fn each_figure_is_of_the_sessions_that_have_it() {
    let service = ScriptedService::start(|request| {
        let count = |count: u64| format!(r#""Count(chatSessionId):HideDetail":{count}"#);
        let with = |number: u64, function: &str, value: &str| {
            format!(r#"{},"{function}:HideDetail":{value}"#, count(number))
        };
        match part(request) {
            0 => footers(&[(7, &count(3)), (8, &count(1))], &count(4)),
            1 => footers(&[(8, &count(1))], &count(1)),
            2 => {
                let waits = with(3, "Median(timeInQueue)", "\"00:02:05\"");
                footers(&[(7, &waits)], &waits)
            }
            // No session has ended.
            3 => json_response(r#"{"value":[]}"#),
            _ => {
                let stars = with(2, "Avg(rating)", "4.5");
                footers(&[(7, &stars)], &stars)
            }
        }
    });
    let client = client(&service);
    // The times of the filter are in UTC, however they are shown.
    client.set_time_zone("NO", Some(chrono_tz::Europe::Oslo));
    let counted = client.aggregates(&query(AggregateBy::Channel)).await;
    let picked_up_after = Some(TimeDelta::seconds(125));
    let support = AggregateFigures {
        chats: 3,
        picked_up_after,
        rating: Some(4.5),
        rated: 2,
        ..AggregateFigures::default()
    };
    let billing = AggregateFigures {
        chats: 1,
        missed: 1,
        ..AggregateFigures::default()
    };
    let total = AggregateFigures {
        chats: 4,
        missed: 1,
        ..support.clone()
    };
    let groups = [(7, support), (8, billing)].map(|(id, figures)| AggregateGroup {
        id: Some(id),
        name: format!("Channel {id}"),
        figures,
    });
    let groups = groups.to_vec();
    assert_eq!(counted, Ok(Aggregates { groups, total }));
    let options = |request: &scripted::Request| {
        let url = client.base_url().join(request.path()).unwrap();
        let mut options = Vec::new();
        for (name, value) in url.query_pairs() {
            options.push(format!("{name}={value}"));
        }
        options
    };
    for request in service.requests() {
        assert_eq!(request.header("so-timezone"), "UTC, includeTZOffset");
    }
    let sent: Vec<_> = service.requests().iter().map(options).collect();
    let groups = "GroupBy(chatTopic/chatTopicId):Footer,HideDetail,GroupBy(chatTopic/name):Footer,HideDetail";
    let of_all = "whenRequested afterTime '2026-03-28T00:00:00' and whenRequested beforeTime '2026-03-29T12:00:00' \
        and chatTopic/chatTopicId oneOf (7,8)";
    let started = " and whenStarted afterTime '1970-01-01T00:00:00'";
    let ended = format!("{started} and whenEnded afterTime '1970-01-01T00:00:00'");
    let expected = [
        ("", ""),
        ("", " and status equals 11"),
        (",Median(timeInQueue):HideDetail", started),
        (",Median(duration):HideDetail", &ended),
        (",Avg(rating):HideDetail", " and rating greater 0"),
    ];
    let expected = expected.map(|(function, condition)| {
        vec![
            format!("$select={groups},Count(chatSessionId):HideDetail{function}"),
            format!("$filter={of_all}{condition}"),
            "$options=GrandTotal=True".to_owned(),
            "$top=1000".to_owned(),
            "$mode=full".to_owned(),
        ]
    });
    assert_eq!(sent, expected);
}

/// Rows of sessions, figures without a total, and times without a known unit.
#[tokio::test]
async fn what_is_not_understood_is_an_error() {
    let one = r#""Count(chatSessionId)":1"#;
    let with_time = |time: &str| format!(r#"{one},"Median(timeInQueue)":{time}"#);
    for (rows, reads) in [
        (
            vec![r#"{"chatSessionId":341,"EntityName":"chat"}"#.to_owned()],
            false,
        ),
        (vec![format!(r#"{{"EntityName":"footer:1",{one}}}"#)], false),
        (vec![format!("{{{one}}}"), format!("{{{one}}}")], false),
        (vec![format!("{{{}}}", with_time("125"))], false),
        (vec![format!("{{{}}}", with_time("\"[I:125]\""))], false),
        (vec![r#"{"Count(chatSessionId)":-1}"#.to_owned()], false),
        (vec![r#"{"Count(chatSessionId)":0}"#.to_owned()], true),
        (Vec::new(), false),
    ] {
        let body = format!(r#"{{"value":[{}]}}"#, rows.join(","));
        let response = body.clone();
        let service = ScriptedService::start(move |_| json_response(&response));
        let counted = client(&service)
            .aggregates(&query(AggregateBy::Agent))
            .await;
        match counted {
            Ok(counted) => assert_eq!((counted, reads), (Aggregates::default(), true), "{body}"),
            Err(error) => {
                assert_eq!(
                    (error.kind, reads),
                    (ErrorKind::InvalidResponse, false),
                    "{body}"
                );
            }
        }
    }
    let refusing = ScriptedService::start(|_| error_response("400 Bad Request", ""));
    let counted = client(&refusing)
        .aggregates(&query(AggregateBy::Agent))
        .await;
    assert_eq!(counted.unwrap_err().kind, ErrorKind::Config);
}

/// More missed chats than chats, a group that only a part has, groups that are not all.
#[tokio::test]
async fn parts_that_contradict_each_other_are_an_error() {
    let count = |count: u64| format!(r#""Count(chatSessionId)":{count}"#);
    let counts = |group: u64, total: u64| footers(&[(7, &count(group))], &count(total));
    let rated = |stars: &str| {
        let columns = format!(r#"{},"Avg(rating)":{stars}"#, count(2));
        footers(&[(7, &columns)], &columns)
    };
    let none = || json_response(r#"{"value":[]}"#);
    let of_other = footers(&[(8, &count(1))], &count(1));
    for (chats, missed, rating, is_usable) in [
        (counts(3, 3), counts(3, 3), none(), true),
        (counts(3, 3), counts(1, 1), rated("4.5"), true),
        (counts(3, 3), counts(4, 4), none(), false),
        (counts(3, 3), of_other, none(), false),
        (counts(3, 4), none(), none(), false),
        (counts(1, 1), none(), rated("4.5"), false),
        (counts(3, 3), none(), rated("\"NaN\""), false),
    ] {
        let service = ScriptedService::start(move |request| match part(request) {
            0 => chats.clone(),
            1 => missed.clone(),
            4 => rating.clone(),
            _ => json_response(r#"{"value":[]}"#),
        });
        let query = query(AggregateBy::Channel);
        let counted = client(&service).aggregates(&query).await;
        let kind = counted.map_err(|error| error.kind);
        match kind {
            Ok(counted) => assert!(is_usable, "{counted:?}"),
            Err(kind) => assert_eq!((kind, is_usable), (ErrorKind::InvalidResponse, false)),
        }
    }
}
