//! Messages of wait reads: only recent ones are passed on.

use super::*;
use crate::chat::{Timestamp, TurnScan, WaitRead};
use crate::test_support::builders::{minutes_ago, now};

#[tokio::test(start_paused = true)]
async fn recent_messages_are_passed_on_and_older_ones_are_not() {
    let posted = |id: i64, posted: Option<Timestamp>| Message {
        posted,
        ..message(id, 0)
    };
    let messages = vec![
        posted(1, Some(minutes_ago(11))),
        posted(2, Some(minutes_ago(9))),
        posted(3, None),
        posted(4, Some(now())),
    ];
    let mut harness = start_poller(INTERVALS, move |call, _| match call {
        ApiCall::Messages { .. } => Reply::pages(ms(1), [messages.clone()]),
        _ => Reply::ok(),
    });
    let read = WaitRead {
        session: A,
        scan: TurnScan::default(),
        is_urgent: true,
    };
    let (reads, now) = (vec![read], now());
    harness.send(SyncCommand::ReadWaits { reads, now });
    let recent = harness.advance(s(3)).await.into_iter();
    let recent = recent.filter_map(|(_, event)| match event {
        SyncEvent::WaitRead { recent, .. } => Some(recent),
        _ => None,
    });
    let ids = recent.map(|messages| messages.iter().map(|it| it.id.0).collect());
    assert_eq!(ids.collect::<Vec<Vec<i64>>>(), [[2, 4]]);
}
