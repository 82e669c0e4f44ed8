//! Timing: intervals, limits, back-off, and what follows each kind of failure.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_list_and_the_open_session_have_their_own_intervals() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok());
    harness.open(A);
    harness.advance(ms(9500)).await;
    let expected: Vec<_> = (0..10).map(s).collect();
    assert_eq!(harness.api.times(is_messages_call), expected);
    assert_eq!(harness.api.times(is_list_call), [s(0), s(3), s(6), s(9)]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_list_never_delays_the_reader() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::List { .. } => Reply::ok().with_delay(s(60)),
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(ms(9500)).await;
    let expected: Vec<_> = (0..10).map(s).collect();
    assert_eq!(harness.api.times(is_messages_call), expected);
    assert_eq!(harness.api.times(is_list_call), [s(0)]);
}

/// When messages were requested while 12 requests failed and the next ones succeeded.
async fn retry_times(seed: u64) -> Vec<Duration> {
    let mut harness =
        start_poller_limited(INTERVALS, 100.0, seed, failing(0..12, ErrorKind::Network));
    harness.open(A);
    while harness.api.times(is_messages_call).len() < 15 {
        harness.advance(ms(100)).await;
    }
    harness.api.times(is_messages_call)
}

#[tokio::test(start_paused = true)]
async fn delays_grow_to_a_cap_with_jitter_and_end_with_the_first_success() {
    let ours = retry_times(7).await;
    let gaps: Vec<_> = ours
        .windows(2)
        .map(|pair| pair[1].abs_diff(pair[0]))
        .collect();
    for (gap, full) in gaps.iter().zip(
        [500, 1000, 2000, 4000, 8000, 16000]
            .into_iter()
            .chain([20_000; 6]),
    ) {
        // A timer may be a millisecond late.
        assert!(
            (ms(full / 2)..=ms(full + 1)).contains(gap),
            "{gap:?} of {full} ms"
        );
    }
    assert_eq!(gaps[12..14], [INTERVALS.open_session.unwrap(); 2]);
    assert_ne!(
        ours,
        retry_times(8).await,
        "two viewers retry at different times"
    );
}

#[tokio::test(start_paused = true)]
async fn each_failure_is_reported_with_its_delay_even_if_it_is_the_same() {
    let after = s(4);
    let mut harness = start_poller(INTERVALS, failing(0..2, busy(after)));
    harness.open(A);
    let why = "it broke".to_owned();
    let states = harness.connection_states(ms(8500), Feed::Messages).await;
    let retrying = ConnectionState::Retrying {
        after,
        why,
        is_pause: true,
    };
    assert_eq!(states, [retrying.clone(), retrying, ConnectionState::Live]);
    assert_eq!(harness.api.times(is_messages_call), [s(0), s(4), s(8)]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_holds_everything_to_the_millisecond() {
    let mut harness = start_poller(INTERVALS, failing(2..3, busy(s(4))));
    harness.open(A);
    harness.advance(ms(2500)).await;
    for command in [
        SyncCommand::Refresh,
        SyncCommand::SetScope(Scope::All),
        SyncCommand::FetchNextPage { below: A },
        SyncCommand::FetchSession(B),
    ] {
        harness.send(command);
    }
    harness.open(B);
    harness.advance(ms(3499)).await;
    let before = harness.api.log().len();
    assert_eq!(harness.api.times(|_| true).last(), Some(&s(2)));
    harness.advance(ms(2)).await;
    let log = harness.api.log();
    // The archive comes with the live list.
    assert_eq!(log.len(), before + 5, "{log:?}");
    assert!(log[before..].iter().all(|(at, _)| *at == s(6)), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_is_reported_and_retried_until_it_succeeds() {
    let mut harness = start_poller(INTERVALS, failing(0..3, ErrorKind::SignIn));
    harness.open(A);
    let states = harness.connection_states(s(5), Feed::Messages).await;
    let waits: Vec<_> = states
        .iter()
        .map_while(|state| match state {
            ConnectionState::SignedOut { after, why } if why == "it broke" => *after,
            _ => None,
        })
        .collect();
    assert!(waits.len() == 3 && waits.is_sorted(), "{states:?}");
    assert_eq!(states[3], ConnectionState::Live);
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_no_time_is_as_long_as_our_own_back_off_even_for_a_refresh() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::fault(busy(Duration::ZERO)));
    harness.open(A);
    for _ in 0..100 {
        harness.send(SyncCommand::Refresh);
        harness.advance(ms(10)).await;
    }
    let first = harness.api.log().len();
    assert!(first <= 5 * 3, "{first} requests in a second");
    harness.advance(s(60)).await;
    let before = harness.api.log().len();
    harness.advance(s(20)).await;
    let requests = harness.api.log().len() - before;
    assert!(requests <= 2 * 5, "{requests} requests in 20 s");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_runs_for_five_seconds_is_slow() {
    let mut harness = start_poller(INTERVALS, |call, before| match call {
        ApiCall::Messages { .. } if before == 1 => Reply::ok().with_delay(s(12)),
        ApiCall::List { .. } if before == 2 => Reply::fault(ErrorKind::Network).with_delay(s(30)),
        _ => Reply::ok(),
    });
    harness.open(A);
    let passed = harness.advance(ms(36_500)).await;
    let states: Vec<_> = passed
        .into_iter()
        .filter_map(|(at, event)| match event {
            SyncEvent::ConnectionChanged { feed, state, .. } => Some((at, feed, state)),
            _ => None,
        })
        .collect();
    let slow = ConnectionState::Slow;
    // The messages are requested at 1 s, the list at 6 s.
    assert_eq!(
        states[..2],
        [
            (s(6), Feed::Messages, slow.clone()),
            (s(11), Feed::List, slow)
        ]
    );
    let after = ErrorKind::Network.retry_delay(1, 1);
    let why = "it broke".to_owned();
    let retrying = ConnectionState::Retrying {
        after,
        why,
        is_pause: false,
    };
    assert_eq!(states[2..], [(s(36), Feed::List, retrying)]);
}

#[tokio::test(start_paused = true)]
async fn a_moved_service_is_retried_at_once() {
    let mut harness = start_poller(INTERVALS, failing(1..2, ErrorKind::Moved));
    harness.open(A);
    let states = harness.connection_states(ms(1500), Feed::Messages).await;
    let why = "it broke".to_owned();
    let after = Duration::ZERO;
    let moved = ConnectionState::Retrying {
        after,
        why,
        is_pause: false,
    };
    assert_eq!(
        states,
        [ConnectionState::Live, moved, ConnectionState::Live]
    );
    assert_eq!(harness.api.times(is_messages_call), [s(0), s(1), s(1)]);
}

#[tokio::test(start_paused = true)]
async fn refreshing_during_a_request_causes_exactly_one_more() {
    let mut harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Messages { .. } => Reply::ok().with_delay(ms(500)),
        _ => Reply::ok(),
    });
    harness.open(A);
    harness.advance(ms(200)).await;
    for _ in 0..3 {
        harness.send(SyncCommand::Refresh);
        harness.advance(ms(50)).await;
    }
    harness.advance(ms(1500)).await;
    assert_eq!(
        harness.api.times(is_messages_call),
        [s(0), ms(500), ms(1500)]
    );
}

#[tokio::test(start_paused = true)]
async fn no_second_sees_more_requests_than_allowed() {
    let mut harness = start_poller_limited(INTERVALS, 4.0, 1, |_, _| Reply::ok());
    harness.open(A);
    for _ in 0..1000 {
        harness.send(SyncCommand::Refresh);
        harness.advance(ms(7)).await;
    }
    let requests = assert_four_a_second(&harness);
    assert!(requests >= 4 + 4 * 6, "{requests}");
}

#[tokio::test(start_paused = true)]
async fn a_one_shot_query_is_retried_until_it_succeeds() {
    let mut harness = start_poller(INTERVALS, |call, before| match call {
        ApiCall::UserZone if before < 3 => Reply::fault(ErrorKind::Network),
        ApiCall::Me => Reply::fault(ErrorKind::NotFound),
        _ => Reply::ok(),
    });
    let passed = harness.advance(s(60)).await;
    let count = |which: &ApiCall| harness.api.times(|call| call == which).len();
    assert_eq!(
        [ApiCall::UserZone, ApiCall::Zones, ApiCall::Me].map(|which| count(&which)),
        [4, 1, 1]
    );
    let found = |event: &SyncEvent| matches!(event, SyncEvent::UserZoneFetched(_));
    assert_eq!(passed.iter().filter(|(_, event)| found(event)).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_fetched_once_for_each_command() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok().with_delay(ms(100)));
    for _ in 0..2 {
        harness.send(SyncCommand::FetchSession(A));
        harness.send(SyncCommand::FetchSession(A));
        harness.advance(s(5)).await;
    }
    let described = harness.api.times(|call| *call == ApiCall::Session(A));
    assert_eq!(described, [s(0), s(5)]);
}

#[tokio::test(start_paused = true)]
async fn another_scope_is_live_once_it_is_listed() {
    let mut harness = start_poller(INTERVALS, |_, _| Reply::ok());
    assert_eq!(
        harness.connection_states(s(1), Feed::List).await,
        [ConnectionState::Live]
    );
    harness.send(SyncCommand::SetScope(Scope::All));
    // Live rows first, then the archive.
    assert_eq!(
        harness.connection_states(s(1), Feed::List).await,
        [ConnectionState::Live, ConnectionState::Live]
    );
    let scopes: Vec<_> = harness
        .api
        .log()
        .into_iter()
        .filter_map(|(_, call)| match call {
            ApiCall::List { scope, .. } => Some(scope),
            _ => None,
        })
        .collect();
    assert_eq!(scopes, [Scope::Channels, Scope::Channels, Scope::All]);
}

#[tokio::test(start_paused = true)]
async fn the_poller_ends_when_the_sender_of_commands_is_dropped() {
    let harness = start_poller(INTERVALS, |_, _| Reply::pages(s(9), [vec![]]));
    harness.open(A);
    let PollerHarness {
        api,
        commands,
        events,
        poller,
    } = harness;
    tokio::time::sleep(s(5)).await;
    assert_eq!(api.open_streams(), 1);
    drop(commands);
    poller.await.unwrap();
    assert_eq!(api.open_streams(), 0, "requests in flight are aborted");
    drop(events);
}

#[tokio::test(start_paused = true)]
async fn the_poller_ends_when_the_receiver_of_events_is_dropped() {
    let harness = start_poller(INTERVALS, |_, _| Reply::ok());
    let PollerHarness {
        commands,
        events,
        poller,
        ..
    } = harness;
    drop(events);
    poller.await.unwrap();
    drop(commands);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_request_ends_the_poller() {
    let harness = start_poller(INTERVALS, |call, _| match call {
        ApiCall::Zones => panic!("a fault of the program"),
        _ => Reply::ok(),
    });
    let PollerHarness {
        commands,
        events,
        poller,
        ..
    } = harness;
    let listening = tokio::spawn(async move {
        let mut events = events;
        while events.recv().await.is_some() {}
    });
    assert!(poller.await.unwrap_err().is_panic());
    listening.await.unwrap();
    drop(commands);
}
