//! Statistics that the service counts.

use super::*;
use crate::chat::{AggregateBy, AggregateFigures, AggregateGroup, AggregateQuery, Aggregates};

/// What the service has counted in two channels, and in all.
fn counted() -> Aggregates {
    let figures = |chats, minutes: i64, rating| AggregateFigures {
        chats,
        missed: 1,
        picked_up_after: Some(TimeDelta::minutes(minutes)),
        duration: None,
        rating,
        rated: u64::from(rating.is_some()),
    };
    let group = |id, name: &str, figures| AggregateGroup {
        id: Some(id),
        name: name.to_owned(),
        figures,
    };
    Aggregates {
        groups: vec![
            group(7, "Support NO", figures(3, 2, Some(4.25))),
            group(8, "Billing", figures(1, 4, None)),
        ],
        total: figures(4, 3, Some(4.25)),
    }
}

fn counting() -> FakeApi {
    let mut fake = with_channels(FakeApi::listing([]));
    fake.aggregates = Ok(counted());
    fake
}

#[tokio::test]
async fn where_the_service_counts_no_rows_are_read() {
    let fake = counting();
    let line = "stats --by channel --since 08:00 --until 09:30 --time-zone Europe/Oslo";
    assert_eq!(
        run_command(line, &fake).await,
        CommandResult {
            exit: ExitStatus::Success,
            out: "\
CHANNEL     CHATS  MISSED  PICKED UP AFTER  P90  DURATION  RATING  RATED
Billing     1      1       4:00                                    0
Support NO  3      1       2:00                            4.2     1
total       4      1       3:00                            4.2     1
"
            .to_owned(),
            stderr: "sochat: counted by the service, without a 90th percentile\n".to_owned(),
        }
    );
    let query = AggregateQuery {
        by: AggregateBy::Channel,
        since: moment("2026-03-29T08:00:00+02:00"),
        until: Some(moment("2026-03-29T09:30:00+02:00")),
        channels: vec![ChannelId(7), ChannelId(8)],
    };
    let requests = ["channels".to_owned(), format!("{query:?}")];
    let requests = requests.map(|request| format!("0s {request}"));
    assert_eq!(fake.requests()[1..], requests);
    let json = run_command("stats --format json --time-zone UTC", &counting()).await;
    let document: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(
        document,
        json!({
            "source": "aggregates",
            "since": "2026-03-29T00:00:00+00:00",
            "until": null,
            "time_zone": "UTC",
            "by": null,
            "groups": [],
            "total": {
                "chats": 4, "missed": 1, "picked_up_after_median": 180, "picked_up_after_p90": null,
                "duration_median": null, "rating_average": 4.25, "rated": 1, "first_response_median": null,
                "longest_wait": null,
            },
            "transcripts_read": null,
            "transcripts_failed": null,
        })
    );
}

/// Its hours may be those of another zone, and it reads no transcripts.
#[tokio::test]
async fn what_the_service_cannot_count_is_counted_from_rows() {
    for options in ["--by hour", "--by day", "--exact"] {
        let mut fake = with_channels(FakeApi::listing([page(&[], None), page(&[], None)]));
        fake.aggregates = Ok(counted());
        let result = run_command(&format!("stats {options}"), &fake).await;
        let source = "sochat: counted from the rows of archive and live list";
        assert!(result.stderr.starts_with(source), "{}", result.stderr);
    }
}

/// A refusal, or what is not understood; another failure is one of rows as well, after retries.
#[tokio::test(start_paused = true)]
async fn only_a_service_that_cannot_count_has_its_rows_read() {
    for (kind, code) in [
        (ErrorKind::Forbidden, 0),
        (ErrorKind::NotFound, 0),
        (ErrorKind::Config, 0),
        (ErrorKind::InvalidResponse, 0),
        (ErrorKind::SignIn, 3),
        (ErrorKind::Network, 4),
        (ErrorKind::Busy { retry_after: None }, 6),
    ] {
        let mut fake = with_channels(FakeApi::listing([page(&[], None), page(&[], None)]));
        fake.aggregates = Err(api_error(kind));
        let result = run_command("stats --time-zone UTC", &fake).await;
        assert_eq!(result.exit.code(), code, "{kind:?}: {}", result.stderr);
        let requests = fake.requests();
        let is_listed = requests.iter().any(|it| it.contains("all below"));
        assert_eq!(is_listed, code == 0, "{kind:?}: {requests:?}");
        let tries = requests.iter().filter(|it| it.contains("Aggregate"));
        let is_repeated = matches!(code, 4 | 6);
        assert_eq!(tries.count() > 1, is_repeated, "{kind:?}: {requests:?}");
    }
}
