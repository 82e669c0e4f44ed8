//! Presence: polled at the interval of the list while the overview is open.

use super::*;

fn is_presence_call(call: &ApiCall) -> bool {
    matches!(call, ApiCall::Presence)
}

fn failures(passed: &[(Duration, SyncEvent)]) -> Vec<Option<ErrorKind>> {
    let kind = |event: &SyncEvent| match event {
        SyncEvent::PresenceFetched(result) => Some(result.as_ref().err().map(|error| error.kind)),
        SyncEvent::ConnectionChanged { state, .. } => panic!("{state:?}"),
        _ => None,
    };
    passed.iter().filter_map(|(_, event)| kind(event)).collect()
}

#[tokio::test(start_paused = true)]
async fn it_is_polled_while_the_overview_is_open() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok());
    harness.advance(s(10)).await;
    assert_eq!(harness.api.times(is_presence_call), []);
    harness.send(SyncCommand::PollPresence(true));
    let passed = harness.advance(s(10)).await;
    assert_eq!(failures(&passed), [None; 4]);
    let times = harness.api.times(is_presence_call);
    assert_eq!(times, [s(10), s(13), s(16), s(19)]);
    harness.send(SyncCommand::PollPresence(false));
    harness.advance(s(60)).await;
    assert_eq!(harness.api.times(is_presence_call).len(), 4);
    // Without automatic polling, once.
    let intervals = PollIntervals {
        list: None,
        ..INTERVALS
    };
    let mut harness = start_poller(intervals, |_, _| Reply::ok());
    harness.send(SyncCommand::PollPresence(true));
    harness.advance(s(60)).await;
    assert_eq!(harness.api.times(is_presence_call), [s(0)]);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_ends_it_until_the_overview_is_opened_again_and_a_failure_does_not() {
    for (kind, reported) in [
        (ErrorKind::Forbidden, Some(ErrorKind::Forbidden)),
        (ErrorKind::NotFound, Some(ErrorKind::NotFound)),
        // Repeated, and nothing is concluded from it.
        (ErrorKind::Network, None),
    ] {
        let mut harness = start_poller(INTERVALS, move |call, before| match call {
            ApiCall::Presence if before == 0 => Reply::fault(kind),
            _ => Reply::ok(),
        });
        harness.send(SyncCommand::PollPresence(true));
        let passed = harness.advance(s(3)).await;
        assert_eq!(failures(&passed), [reported]);
        harness.send(SyncCommand::PollPresence(false));
        harness.send(SyncCommand::PollPresence(true));
        let passed = harness.advance(s(1)).await;
        assert_eq!(failures(&passed), [None]);
    }
}
