//! Keeping up: the list as a feed of changes, what is watched, what is gone, and how often anybody
//! is woken.

use super::*;
use sochat::app::event::Coverage;
use sochat::chat::{Session, Status};

fn row(id: SessionId, last_message: &str) -> Session {
    Session {
        id,
        status: Status::CustomerLast,
        last_message: last_message.to_owned(),
        ..Session::default()
    }
}

fn talk(ids: std::ops::RangeInclusive<i64>) -> Vec<Message> {
    ids.map(|id| message(id, id)).collect()
}

fn ends(passed: &[(Duration, Event)], of: SessionId) -> Vec<(Duration, bool, usize)> {
    let ends = passed.iter().filter_map(|(at, event)| match event {
        Event::MessagesComplete {
            session,
            coverage: extent,
            messages,
            ..
        } if *session == of => Some((*at, *extent == Coverage::Full, messages.len())),
        _ => None,
    });
    ends.collect()
}

#[tokio::test(start_paused = true)]
async fn a_watched_session_is_pulled_when_its_row_moves() {
    let mut rig = rig(PACE, |asked, before| match asked {
        Asked::List { .. } if before < 10 => Reply::listing(vec![row(A, "one"), row(B, "x")], None),
        Asked::List { .. } => Reply::listing(vec![row(A, "two"), row(B, "x")], None),
        _ => Reply::good(),
    });
    rig.ask(Ask::AlsoWatch(vec![A, B]));
    rig.pass(s(29)).await;
    let before = rig.fake.times(is_messages).len();
    let passed = rig.pass(s(2)).await;
    let ends = ends(&passed, A);
    assert_eq!(ends, [(s(30), true, 0)]);
    assert_eq!(rig.fake.times(is_messages).len(), before + 1);
}

#[tokio::test(start_paused = true)]
async fn a_pull_that_brings_nothing_new_wakes_the_screen_once() {
    for count in [5, 500] {
        let mut rig = rig(PACE, move |asked, _| match asked {
            Asked::Messages { after, .. } => Reply::pages(ms(1), [talk(after + 1..=count)]),
            _ => Reply::good(),
        });
        rig.open(A);
        rig.pass(ms(900)).await;
        let pulls = rig.fake.times(is_messages).len();
        let lists = rig.fake.times(is_list).len();
        let passed = rig.pass(s(50)).await;
        let pulls = rig.fake.times(is_messages).len() - pulls;
        let lists = rig.fake.times(is_list).len() - lists;
        assert_eq!((pulls, lists), (50, 16));
        assert_eq!(passed.len(), pulls + lists, "{count}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_a_list_that_came_to_its_end_tells_what_is_gone() {
    let mut rig = rig(PACE, |asked, before| match (asked, before) {
        (Asked::Messages { .. }, 0) => Reply::pages(ms(1), [talk(1..=4)]),
        (Asked::Messages { .. }, 1) => Reply::nothing(),
        (Asked::Messages { .. }, 2) => Reply::pages(ms(1), [talk(1..=2)]).cut(),
        (Asked::Messages { .. }, _) => Reply::pages(ms(1), [talk(1..=3)]),
        _ => Reply::good(),
    });
    rig.open(A);
    let passed = rig.pass(ms(3900)).await;
    let whole: Vec<_> = ends(&passed, A).iter().map(|end| (end.1, end.2)).collect();
    assert_eq!(whole[..3], [(true, 0), (false, 0), (true, 3)]);
}

#[tokio::test(start_paused = true)]
async fn a_long_session_is_read_again_after_a_minute_and_whenever_somebody_asks() {
    let mut rig = rig(PACE, |asked, _| match asked {
        Asked::Messages { after, .. } => Reply::pages(ms(1), [talk(after + 1..=100)]),
        _ => Reply::good(),
    });
    rig.open(A);
    rig.pass(ms(30_500)).await;
    rig.ask(Ask::Refresh);
    rig.pass(ms(400_000)).await;
    let log = rig.fake.log();
    let from_start = log.iter().filter_map(|(at, asked)| match asked {
        Asked::Messages { after: 0, .. } => Some(at.as_secs()),
        _ => None,
    });
    // A person may ask at any time; the regular ones are a minute after opening, then every five.
    let from_start: Vec<_> = from_start.collect();
    assert_eq!(from_start[..3], [0, 30, 60]);
    assert!((360..=362).contains(&from_start[3]), "{from_start:?}");
}

#[tokio::test(start_paused = true)]
async fn a_session_that_ended_is_asked_for_seldom_and_at_once_when_it_goes_on() {
    let ended = Session {
        status: Status::Closed,
        ..row(A, "bye")
    };
    let mut rig = rig(PACE, move |asked, before| match asked {
        Asked::List { .. } if before < 20 => Reply::listing(vec![ended.clone()], None),
        Asked::List { .. } => Reply::listing(vec![row(A, "one more thing")], None),
        _ => Reply::good(),
    });
    rig.pass(ms(100)).await;
    rig.open(A);
    rig.pass(s(70)).await;
    let times: Vec<_> = rig
        .fake
        .times(is_messages)
        .iter()
        .map(Duration::as_secs)
        .collect();
    // The first answer of the list came before it was opened, the twentieth comes at 60 s.
    assert_eq!(times[..6], [0, 1, 2, 3, 18, 33]);
    assert!(times.contains(&60) && times.contains(&61), "{times:?}");
}

const STILL: Pace = Pace {
    reader: None,
    list: None,
    max_per_second: 100.0,
};

#[tokio::test(start_paused = true)]
async fn what_is_not_asked_for_by_itself_is_asked_for_when_somebody_does() {
    let mut rig = rig(STILL, |asked, before| match asked {
        Asked::List { .. } if before == 1 => Reply::fault(FaultKind::Network),
        _ => Reply::good(),
    });
    rig.ask(Ask::AlsoWatch(vec![A, B]));
    rig.open(A);
    rig.pass(s(9_000)).await;
    let log = rig.fake.log();
    let late: Vec<_> = log.iter().filter(|(at, _)| *at > s(3)).collect();
    assert_eq!(late, Vec::<&(Duration, Asked)>::new());
    assert_eq!(rig.fake.times(is_messages).len(), 2, "{log:?}");
    assert_eq!(rig.fake.times(is_list).len(), 1, "{log:?}");
    // What somebody asks for is tried until it comes, and then no more.
    rig.ask(Ask::Refresh);
    let told = rig.links(s(9_000), Feed::List).await;
    assert!(
        matches!(&told[..], [ConnectionState::Retrying { .. }, ConnectionState::Live]),
        "{told:?}"
    );
    assert_eq!(rig.fake.times(is_messages)[2..], [s(9_000); 2]);
    for attended in [false, true] {
        rig.ask(Ask::Attend(attended));
    }
    let before = rig.fake.log().len();
    assert_eq!(rig.pass(s(9_000)).await.len(), 0);
    assert_eq!(rig.fake.log().len(), before);
}

#[tokio::test(start_paused = true)]
async fn a_list_alone_tells_when_the_open_session_moves() {
    let listed = Pace {
        list: PACE.list,
        ..STILL
    };
    let mut rig = rig(listed, |asked, before| match asked {
        Asked::List { .. } if before < 10 => Reply::listing(vec![row(A, "one")], None),
        Asked::List { .. } => Reply::listing(vec![row(A, "two")], None),
        _ => Reply::good(),
    });
    rig.open(A);
    rig.pass(s(60)).await;
    assert_eq!(rig.fake.times(is_messages), [s(0), s(30)]);
}
