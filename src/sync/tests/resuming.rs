//! Resuming after the machine slept, and notices about the service.

use crate::sync::ServiceNotice;
use chrono::TimeDelta;

use super::*;

#[tokio::test(start_paused = true)]
async fn resuming_aborts_requests_and_repeats_them_over_new_connections() {
    // The first requests are never answered.
    let mut harness = start_poller(INTERVALS, |_, before| {
        let late = if before == 0 { s(600) } else { s(0) };
        Reply::ok().with_delay(late)
    });
    harness.open(A);
    harness.advance(s(20)).await;
    let both = |harness: &PollerHarness| {
        [is_messages_call, is_list_call].map(|which| harness.api.times(which))
    };
    assert_eq!(both(&harness), [vec![s(0)], vec![s(0)]]);
    harness.send(SyncCommand::Resume { slept: s(3600) });
    assert_eq!(
        harness.connection_states(ms(500), Feed::Messages).await,
        [ConnectionState::Live]
    );
    assert_eq!(both(&harness), [vec![s(0), s(20)], vec![s(0), s(20)]]);
    assert_eq!(*harness.api.reconnects.lock().unwrap(), [s(20)]);
}

#[tokio::test(start_paused = true)]
async fn refreshing_repeats_a_request_that_hangs_over_a_new_connection() {
    let mut harness = start_poller(INTERVALS, |_, before| {
        let late = if before == 0 { s(600) } else { s(0) };
        Reply::ok().with_delay(late)
    });
    harness.open(A);
    harness.advance(s(20)).await;
    harness.send(SyncCommand::Refresh);
    harness.advance(ms(500)).await;
    let times = [is_messages_call, is_list_call].map(|which| harness.api.times(which));
    assert_eq!(times, [vec![s(0), s(20)], vec![s(0), s(20)]]);
    assert_eq!(*harness.api.reconnects.lock().unwrap(), [s(20)]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_goes_on_while_the_machine_sleeps() {
    for (slept, next) in [(s(30), s(40)), (s(3600), s(10))] {
        let mut harness = start_poller(INTERVALS, failing(0..1, busy(s(70))));
        harness.open(A);
        harness.advance(s(10)).await;
        harness.send(SyncCommand::Resume { slept });
        harness.advance(s(80)).await;
        assert_eq!(harness.api.times(is_messages_call)[1], next, "{slept:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_notice_is_reported_once() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok());
    harness.open(A);
    harness.advance(ms(1500)).await;
    let [from, to] = ["a", "b"].map(str::to_owned);
    let ahead = TimeDelta::seconds(7);
    let notices = [
        ServiceNotice::Moved { from, to },
        ServiceNotice::ClockOffset(ahead),
    ];
    *harness.api.notices.lock().unwrap() = notices.to_vec();
    let reported: Vec<_> = harness
        .advance(s(5))
        .await
        .into_iter()
        .filter_map(|(_, event)| match event {
            SyncEvent::Notice(notice) => Some(notice),
            _ => None,
        })
        .collect();
    assert_eq!(reported, notices);
}
