//! A machine that slept, and what is learnt of the service on the way.

use chrono::TimeDelta;
use sochat::sync::Finding;

use super::*;

#[tokio::test(start_paused = true)]
async fn what_was_under_way_is_given_up_and_all_is_asked_at_once_over_new_connections() {
    // The first answers never come.
    let mut rig = rig(PACE, |_, before| {
        let late = if before == 0 { s(600) } else { s(0) };
        Reply::good().later(late)
    });
    rig.open(A);
    rig.pass(s(20)).await;
    let both = |rig: &Rig| [is_messages, is_list].map(|which| rig.fake.times(which));
    assert_eq!(both(&rig), [vec![s(0)], vec![s(0)]]);
    rig.ask(Ask::Resume { slept: s(3600) });
    assert_eq!(rig.links(ms(500), Feed::Messages).await, [ConnectionState::Live]);
    assert_eq!(both(&rig), [vec![s(0), s(20)], vec![s(0), s(20)]]);
    assert_eq!(*rig.fake.reconnects.lock().unwrap(), [s(20)]);
}

#[tokio::test(start_paused = true)]
async fn a_pause_asked_for_went_on_while_the_machine_slept() {
    for (slept, next) in [(s(30), s(40)), (s(3600), s(10))] {
        let mut rig = rig(PACE, |asked, before| match asked {
            Asked::Messages { .. } if before == 0 => Reply::fault(FaultKind::Busy {
                retry_after: Some(s(70)),
            }),
            _ => Reply::good(),
        });
        rig.open(A);
        rig.pass(s(10)).await;
        rig.ask(Ask::Resume { slept });
        rig.pass(s(80)).await;
        assert_eq!(rig.fake.times(is_messages)[1], next, "{slept:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_learnt_of_the_service_is_told_once() {
    let mut rig = rig(PACE, |_, _| Reply::good());
    rig.open(A);
    rig.pass(ms(1500)).await;
    let [from, to] = ["a", "b"].map(str::to_owned);
    let ahead = TimeDelta::seconds(7);
    *rig.fake.findings.lock().unwrap() = vec![
        Finding::Moved {
            from: from.clone(),
            to: to.clone(),
        },
        Finding::ClockAhead(ahead),
    ];
    let told: Vec<_> = rig
        .pass(s(5))
        .await
        .into_iter()
        .map(|(_, event)| event)
        .filter(|it| matches!(it, Event::ClockOffsetMeasured(_) | Event::ServiceMoved { .. }))
        .collect();
    let wanted = [
        Event::ServiceMoved { from, to },
        Event::ClockOffsetMeasured(ahead),
    ];
    assert_eq!(told, wanted);
}
