//! Statistics of the demo service, by the client, over HTTP: the service counts the same as its rows.

use url::Url;

use super::super::commands::run_on;
use super::*;
use crate::commands::Context;
use crate::demo::{AggregateSupport, DemoOptions, DemoServer, Quirks};
use crate::superoffice::{Client, Settings};

async fn counted(options: &str, service: &DemoServer) -> Value {
    let base_url = Url::parse(&service.base_url()).unwrap();
    let client = Client::new(Settings::demo(base_url, 1000.0)).unwrap();
    let mut out = Vec::new();
    let line = format!("stats --format json {options}");
    let interrupted = std::future::pending();
    // The time at which the demo service starts.
    let change = |context: &mut Context<'_>| context.now = &|| moment("2026-03-28T20:30:00Z");
    let (exit, stderr) = run_on(&line, &client, change, &mut out, interrupted).await;
    assert_eq!(exit, ExitStatus::Success, "{stderr}");
    serde_json::from_slice(&out).unwrap()
}

/// The figures that both can have; times differ by fractions of a second.
fn assert_same(counted: &Value, rows: &Value) {
    for name in ["group", "id", "chats", "missed", "rating_average", "rated"] {
        assert_eq!(counted[name], rows[name], "{name}: {counted} {rows}");
    }
    for name in ["picked_up_after_median", "duration_median"] {
        let [counted, rows] = [counted, rows].map(|figures| figures[name].as_i64());
        let difference = counted.unwrap_or(-1).abs_diff(rows.unwrap_or(-1));
        assert!(difference <= 1, "{name}: {counted:?} {rows:?}");
    }
}

#[tokio::test]
async fn the_service_counts_the_same_as_its_rows() {
    let options = DemoOptions {
        rate: 0.0,
        sessions: 60,
        ..DemoOptions::default()
    };
    let service = DemoServer::start(options).await.unwrap();
    let since = "--since 2020-01-01";
    for by in ["", " --by channel", " --by agent"] {
        let options = format!("{since}{by}");
        service.set_quirks(Quirks::default());
        let counted_there = counted(&options, &service).await;
        assert_eq!(counted_there["source"], "aggregates");
        for aggregates in [
            AggregateSupport::Refused,
            AggregateSupport::Ignored,
            AggregateSupport::NumbersOnly,
        ] {
            service.set_quirks(Quirks {
                aggregates,
                ..Quirks::default()
            });
            let rows = counted(&options, &service).await;
            assert_eq!(rows["source"], "rows", "{aggregates:?}");
            assert_same(&counted_there["total"], &rows["total"]);
            let groups = [&counted_there, &rows].map(|it| it["groups"].as_array().unwrap());
            assert_eq!(groups[0].len(), groups[1].len(), "{counted_there} {rows}");
            assert_eq!(groups[0].is_empty(), by.is_empty());
            for (one, other) in groups[0].iter().zip(groups[1]) {
                assert_same(one, other);
            }
        }
        let total = &counted_there["total"];
        assert!(total["missed"].as_i64() > Some(0) && total["rated"].as_i64() > Some(0));
    }
}

/// Midnight is that of the zone, whether the service lists the zone or not.
#[tokio::test]
async fn the_service_counts_since_midnight_in_the_zone_shown() {
    let options = DemoOptions {
        rate: 0.0,
        sessions: 200,
        ..DemoOptions::default()
    };
    let service = DemoServer::start(options).await.unwrap();
    let mut counts = Vec::new();
    for zone in ["Pacific/Auckland", "Europe/Oslo", "NO", "UTC"] {
        let options = format!("--time-zone {zone} --since today --by agent");
        service.set_quirks(Quirks::default());
        let counted_there = counted(&options, &service).await;
        service.set_quirks(Quirks {
            aggregates: AggregateSupport::Refused,
            ..Quirks::default()
        });
        let rows = counted(&options, &service).await;
        assert_eq!(
            [&counted_there, &rows].map(|it| it["source"].as_str().unwrap()),
            ["aggregates", "rows"]
        );
        assert_same(&counted_there["total"], &rows["total"]);
        counts.push(rows["total"]["chats"].as_u64().unwrap());
    }
    // Midnight in Auckland is 11:00 UTC.
    assert!(counts[0] > 0 && counts[0] < counts[3], "{counts:?}");
    assert_eq!(counts[1], counts[2]);
}
