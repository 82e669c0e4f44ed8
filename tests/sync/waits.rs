//! When is asked: intervals, limits, back-off, and what follows each kind of failure.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_list_and_the_open_session_keep_their_own_intervals() {
    let mut rig = rig(PACE, |_, _| Reply::good());
    rig.open(A);
    rig.pass(ms(9500)).await;
    let expected: Vec<_> = (0..10).map(s).collect();
    assert_eq!(rig.fake.times(is_messages), expected);
    assert_eq!(rig.fake.times(is_list), [s(0), s(3), s(6), s(9)]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_list_never_delays_the_reader() {
    let mut rig = rig(PACE, |asked, _| match asked {
        Asked::List { .. } => Reply::good().later(s(60)),
        _ => Reply::good(),
    });
    rig.open(A);
    rig.pass(ms(9500)).await;
    let expected: Vec<_> = (0..10).map(s).collect();
    assert_eq!(rig.fake.times(is_messages), expected);
    assert_eq!(rig.fake.times(is_list), [s(0)]);
}

/// When the messages were asked for while they could not be had 12 times and then could.
async fn tries(seed: u64) -> Vec<Duration> {
    let mut rig = rig::seeded(PACE, seed, |asked, before| match asked {
        Asked::Messages { .. } if before < 12 => Reply::fault(FaultKind::Network),
        _ => Reply::good(),
    });
    rig.open(A);
    while rig.fake.times(is_messages).len() < 15 {
        rig.pass(ms(100)).await;
    }
    rig.fake.times(is_messages)
}

#[tokio::test(start_paused = true)]
async fn waits_grow_to_a_cap_with_jitter_and_end_with_the_first_success() {
    let ours = tries(7).await;
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
    assert_eq!(gaps[12..14], [PACE.reader.unwrap(); 2]);
    assert_ne!(ours, tries(8).await, "two viewers come back apart");
}

#[tokio::test(start_paused = true)]
async fn each_failure_is_told_with_the_wait_that_follows_even_when_it_is_the_same() {
    let after = s(4);
    let mut rig = rig(PACE, move |asked, before| match asked {
        Asked::Messages { .. } if before < 2 => Reply::fault(FaultKind::Busy {
            retry_after: Some(after),
        }),
        _ => Reply::good(),
    });
    rig.open(A);
    let why = "it broke".to_owned();
    let told = rig.links(ms(8500), Feed::Messages).await;
    let retrying = ConnectionState::Retrying { after, why };
    assert_eq!(told, [retrying.clone(), retrying, ConnectionState::Live]);
    assert_eq!(rig.fake.times(is_messages), [s(0), s(4), s(8)]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_asked_for_is_kept_by_everything_to_the_millisecond() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::Messages { .. } if before == 2 => Reply::fault(FaultKind::Busy {
            retry_after: Some(s(4)),
        }),
        _ => Reply::good(),
    });
    rig.open(A);
    rig.pass(ms(2500)).await;
    for ask in [
        Ask::Refresh,
        Ask::List(Scope::All),
        Ask::More { below: A },
        Ask::Describe(B),
    ] {
        rig.ask(ask);
    }
    rig.open(B);
    rig.pass(ms(3499)).await;
    let asked = rig.fake.log().len();
    assert_eq!(rig.fake.times(|_| true).last(), Some(&s(2)));
    rig.pass(ms(2)).await;
    let log = rig.fake.log();
    assert_eq!(log.len(), asked + 4, "{log:?}");
    assert!(log[asked..].iter().all(|(at, _)| *at == s(6)), "{log:?}");
}

#[tokio::test(start_paused = true)]
async fn a_refused_sign_in_is_told_and_tried_again_until_it_is_good() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::Messages { .. } if before < 3 => Reply::fault(FaultKind::SignIn),
        _ => Reply::good(),
    });
    rig.open(A);
    let told = rig.links(s(5), Feed::Messages).await;
    let waits: Vec<_> = told
        .iter()
        .map_while(|link| match link {
            ConnectionState::SignedOut { after, why } if why == "it broke" => Some(*after),
            _ => None,
        })
        .collect();
    assert!(waits.len() == 3 && waits.is_sorted(), "{told:?}");
    assert_eq!(told[3], ConnectionState::Live);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_gone_is_told_and_left_alone_and_the_list_goes_on() {
    let mut rig = rig(PACE, |asked, _| match asked {
        Asked::Messages { .. } => Reply::fault(FaultKind::NotFound),
        _ => Reply::good(),
    });
    rig.open(A);
    let why = "it broke".to_owned();
    let stopped = ConnectionState::Stopped { why };
    let told = rig.links(ms(9500), Feed::Messages).await;
    assert_eq!(told, std::slice::from_ref(&stopped));
    assert_eq!(rig.fake.times(is_messages), [s(0)]);
    assert_eq!(rig.fake.times(is_list).len(), 4);
    rig.ask(Ask::Refresh);
    assert_eq!(rig.links(s(1), Feed::Messages).await, [stopped]);
    assert_eq!(rig.fake.times(is_messages), [s(0), ms(9500)]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_moved_is_asked_again_at_once() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::Messages { .. } if before == 1 => Reply::fault(FaultKind::Moved),
        _ => Reply::good(),
    });
    rig.open(A);
    let told = rig.links(ms(1500), Feed::Messages).await;
    let why = "it broke".to_owned();
    let after = Duration::ZERO;
    let moved = ConnectionState::Retrying { after, why };
    assert_eq!(told, [ConnectionState::Live, moved, ConnectionState::Live]);
    assert_eq!(rig.fake.times(is_messages), [s(0), s(1), s(1)]);
}

#[tokio::test(start_paused = true)]
async fn refreshing_during_a_request_causes_exactly_one_more() {
    let mut rig = rig(PACE, |asked, _| match asked {
        Asked::Messages { .. } => Reply::good().later(ms(500)),
        _ => Reply::good(),
    });
    rig.open(A);
    rig.pass(ms(200)).await;
    for _ in 0..3 {
        rig.ask(Ask::Refresh);
        rig.pass(ms(50)).await;
    }
    rig.pass(ms(1500)).await;
    assert_eq!(rig.fake.times(is_messages), [s(0), ms(500), ms(1500)]);
}

#[tokio::test(start_paused = true)]
async fn once_the_burst_is_spent_no_second_sees_more_than_allowed() {
    let pace = Pace {
        max_per_second: 4.0,
        ..PACE
    };
    let mut rig = rig(pace, |_, _| Reply::good());
    rig.open(A);
    for _ in 0..1000 {
        rig.ask(Ask::Refresh);
        rig.pass(ms(7)).await;
    }
    let times = rig.fake.times(|_| true);
    assert!(times.len() >= 4 + 4 * 6, "{}", times.len());
    let spent = &times[4..];
    for (first, fifth) in spent.iter().zip(&spent[4..]) {
        assert!(fifth.abs_diff(*first) >= s(1), "{first:?} to {fifth:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_asked_once_is_asked_until_it_is_answered() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::HomeZone if before < 3 => Reply::fault(FaultKind::Network),
        Asked::Me => Reply::fault(FaultKind::NotFound),
        _ => Reply::good(),
    });
    let passed = rig.pass(s(60)).await;
    let count = |which: &Asked| rig.fake.times(|asked| asked == which).len();
    assert_eq!(
        [Asked::HomeZone, Asked::Zones, Asked::Me].map(|which| count(&which)),
        [4, 1, 1]
    );
    let found = |event: &Event| matches!(event, Event::UserZoneFetched(_));
    assert_eq!(passed.iter().filter(|(_, event)| found(event)).count(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_is_described_once_for_each_time_it_is_asked_for() {
    let mut rig = rig(PACE, |_, _| Reply::good().later(ms(100)));
    for _ in 0..2 {
        rig.ask(Ask::Describe(A));
        rig.ask(Ask::Describe(A));
        rig.pass(s(5)).await;
    }
    let described = rig.fake.times(|asked| *asked == Asked::Session(A));
    assert_eq!(described, [s(0), s(5)]);
}

#[tokio::test(start_paused = true)]
async fn another_scope_is_told_as_live_when_it_is_answered() {
    let mut rig = rig(PACE, |_, _| Reply::good());
    assert_eq!(rig.links(s(1), Feed::List).await, [ConnectionState::Live]);
    rig.ask(Ask::List(Scope::All));
    assert_eq!(rig.links(s(1), Feed::List).await, [ConnectionState::Live]);
    let scopes: Vec<_> = rig
        .fake
        .log()
        .into_iter()
        .filter_map(|(_, asked)| match asked {
            Asked::List { scope, .. } => Some(scope),
            _ => None,
        })
        .collect();
    assert_eq!(scopes, [Scope::Channels, Scope::All]);
}

#[tokio::test(start_paused = true)]
async fn the_poller_ends_when_nobody_asks_any_more() {
    let rig = rig(PACE, |_, _| Reply::pages(s(9), [vec![]]));
    rig.open(A);
    let Rig {
        fake,
        asks,
        events,
        poller,
    } = rig;
    tokio::time::sleep(s(5)).await;
    assert_eq!(fake.downloads(), 1);
    drop(asks);
    poller.await.unwrap();
    assert_eq!(fake.downloads(), 0, "what was under way is given up");
    drop(events);
}

#[tokio::test(start_paused = true)]
async fn the_poller_ends_when_nobody_listens_any_more() {
    let rig = rig(PACE, |_, _| Reply::good());
    let Rig {
        asks,
        events,
        poller,
        ..
    } = rig;
    drop(events);
    poller.await.unwrap();
    drop(asks);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_request_ends_the_poller() {
    let rig = rig(PACE, |asked, _| match asked {
        Asked::Zones => panic!("a fault of the program"),
        _ => Reply::good(),
    });
    let Rig {
        asks,
        events,
        poller,
        ..
    } = rig;
    let listening = tokio::spawn(async move {
        let mut events = events;
        while events.recv().await.is_some() {}
    });
    assert!(poller.await.unwrap_err().is_panic());
    listening.await.unwrap();
    drop(asks);
}
