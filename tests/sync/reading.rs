//! What is read: marks, pages as they come, sessions left, and a screen that is slow.

use sochat::chat::MessageId;

use super::*;

/// What came for a session, page by page, and when.
fn arrived(passed: &[(Duration, Event)], of: SessionId) -> Vec<(Duration, Vec<i64>)> {
    let pages = passed.iter().filter_map(|(at, event)| match event {
        Event::MessagesArrived {
            session, messages, ..
        }
        | Event::MessagesComplete {
            session, messages, ..
        } if *session == of && !messages.is_empty() => {
            Some((*at, messages.ids().map(|id| id.0).collect()))
        }
        _ => None,
    });
    pages.collect()
}

fn talk(ids: std::ops::RangeInclusive<i64>) -> Vec<Message> {
    ids.map(|id| message(id, id)).collect()
}

#[tokio::test(start_paused = true)]
async fn every_pull_but_the_first_asks_after_the_mark_less_the_overlap() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::Messages { after, .. } => {
            let newest = if before < 2 { 20 } else { 25 };
            Reply::pages(Duration::ZERO, [talk(after + 1..=newest)])
        }
        _ => Reply::good(),
    });
    rig.open(A);
    rig.pass(ms(3500)).await;
    let after: Vec<_> = rig
        .fake
        .log()
        .into_iter()
        .filter_map(|(_, asked)| match asked {
            Asked::Messages { after, .. } => Some(after),
            _ => None,
        })
        .collect();
    assert_eq!(after, [0, 12, 12, 17]);
}

#[tokio::test(start_paused = true)]
async fn pages_are_told_while_the_download_runs() {
    let mut rig = rig(PACE, |asked, _| match asked {
        Asked::Messages { .. } => Reply::pages(s(1), [talk(1..=2), talk(3..=4), talk(5..=5)]),
        _ => Reply::good(),
    });
    rig.open(A);
    let passed = rig.pass(ms(3500)).await;
    let expected = [(s(1), vec![1, 2]), (s(2), vec![3, 4]), (s(3), vec![5])];
    assert_eq!(arrived(&passed, A), expected);
    let ends: Vec<_> = passed
        .iter()
        .filter(|(_, event)| matches!(event, Event::MessagesComplete { session: A, .. }))
        .map(|(at, _)| *at)
        .collect();
    assert_eq!(ends, [s(3)]);
}

#[tokio::test(start_paused = true)]
async fn opening_another_session_cancels_the_download_of_the_one_before() {
    let mut rig = rig(PACE, |asked, _| match asked {
        Asked::Messages { session: A, .. } => Reply::pages(s(1), (1..=60).map(|id| talk(id..=id))),
        Asked::Messages { .. } => Reply::pages(Duration::ZERO, [talk(101..=103)]),
        _ => Reply::good(),
    });
    rig.open(A);
    let first = rig.pass(ms(2500)).await;
    assert_eq!(arrived(&first, A), [(s(1), vec![1]), (s(2), vec![2])]);
    assert_eq!(rig.fake.downloads(), 1);
    rig.open(B);
    let second = rig.pass(ms(400)).await;
    assert_eq!(rig.fake.downloads(), 0);
    assert_eq!(arrived(&second, A), []);
    assert_eq!(arrived(&second, B), [(ms(2500), vec![101, 102, 103])]);
    // What was not read to its end is read from its start.
    rig.open(A);
    rig.pass(ms(100)).await;
    let mut log = rig.fake.log().into_iter().map(|(_, asked)| asked);
    let last = log.rfind(is_messages).unwrap();
    let (session, after) = (A, 0);
    assert_eq!(last, Asked::Messages { session, after });
}

#[tokio::test(start_paused = true)]
async fn a_page_still_queued_when_its_session_is_left_is_told_as_its_own() {
    let mut rig = rig(PACE, |asked, _| match asked {
        Asked::Messages { session: A, .. } => Reply::pages(Duration::ZERO, [talk(1..=3)]),
        Asked::Messages { .. } => Reply::pages(Duration::ZERO, [talk(101..=103)]),
        _ => Reply::good(),
    });
    // Nothing but the reader's own lane speaks after this.
    rig.pass(s(1)).await;
    rig.open(A);
    tokio::time::sleep(ms(10)).await;
    rig.open(B);
    let passed = rig.pass(ms(500)).await;
    for (_, event) in &passed {
        if let Event::MessagesArrived {
            session, messages, ..
        } = event
        {
            let ours = |id: MessageId| (id.0 > 100) == (*session == B);
            assert!(messages.ids().all(ours), "{event:?}");
        }
    }
    assert_eq!(arrived(&passed, A).len(), 1);
    assert_eq!(arrived(&passed, B).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_screen_that_takes_nothing_slows_the_download_and_loses_nothing() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::Messages { .. } if before == 0 => {
            Reply::pages(Duration::ZERO, (1..=500).map(|id| talk(id..=id)))
        }
        _ => Reply::good(),
    });
    rig.pass(s(1)).await;
    rig.open(A);
    tokio::time::sleep(s(60)).await;
    assert!(rig.fake.pages_taken() <= 3, "{}", rig.fake.pages_taken());
    let passed = rig.pass(s(1)).await;
    let ids: Vec<_> = arrived(&passed, A)
        .into_iter()
        .flat_map(|(_, ids)| ids)
        .collect();
    assert_eq!(ids, (1..=500).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_download_that_breaks_off_keeps_what_came_and_begins_again() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::Messages { .. } if before == 0 => Reply::pages(Duration::ZERO, [talk(1..=3)]).cut(),
        Asked::Messages { after, .. } => Reply::pages(Duration::ZERO, [talk(after + 1..=6)]),
        _ => Reply::good(),
    });
    rig.open(A);
    let passed = rig.pass(ms(800)).await;
    let pages: Vec<_> = arrived(&passed, A)
        .into_iter()
        .map(|(_, ids)| ids)
        .collect();
    assert_eq!(pages, [vec![1, 2, 3], vec![1, 2, 3, 4, 5, 6]]);
    let later = |event: &Event| match event {
        Event::MessagesArrived { request_id, .. } | Event::MessagesComplete { request_id, .. } => Some(*as_of),
        _ => None,
    };
    let numbers: Vec<_> = passed
        .iter()
        .filter_map(|(_, event)| later(event))
        .collect();
    assert!(numbers[0] < numbers[1], "{numbers:?}");
}
