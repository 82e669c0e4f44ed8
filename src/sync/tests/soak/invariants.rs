//! Invariants at the end of a quiet time: the viewer shows the data of the service.

use std::time::Duration;

use crate::app::status::Freshness;
use crate::app::transcript_pane::TranscriptPane;
use crate::chat::{Message, Scope, SessionId};
use crate::sync::Feed;
use chrono::TimeDelta;

use crate::sync::tests::fake_api::ApiCall;
use crate::sync::tests::soak::MAX_PER_SECOND;
use crate::sync::tests::soak::timeline::{DayMillis, MINUTE, SECOND, Timeline};
use crate::sync::tests::soak::viewer::{SoakViewer, WakeCounts};

/// The transcripts that the app caches.
const MAX_TRANSCRIPTS: usize = 32;
/// Bytes of a memory page on common machines.
const MEMORY_PAGE_SIZE: usize = 4096;
/// More than the channels list at any time.
const MAX_LISTED: usize = 400;

/// Compares the list, the open transcript, and the transcripts of watched sessions.
pub(super) fn assert_matches_service(viewer: &SoakViewer, day: &Timeline) {
    let app = &viewer.test_app.app;
    let at = viewer.clock.at();
    assert_eq!(
        app.status().freshness(Feed::List, app.now()),
        Freshness::Live
    );
    assert_rows(viewer, day, at);
    if let (Some(open), Some(pane)) = (app.open_session_id(), app.transcript_pane()) {
        let freshness = app.status().freshness(Feed::Messages, app.now());
        match day.messages(open, at) {
            Some(messages) => {
                let age = app.status().stale_age(Feed::Messages, app.now());
                assert!(is_fresh(&freshness, age), "{open} is {freshness:?}");
                assert_transcript(open, pane, messages);
            }
            None => assert!(pane.unavailable().is_some(), "{open} is not there"),
        }
    }
    for (id, pane) in app.transcript_panes().filter(|(id, _)| app.is_watched(*id)) {
        let messages = day.messages(id, at).unwrap_or_default();
        let missing: Vec<_> = messages
            .iter()
            .filter(|message| pane.transcript().by_id(message.id).is_none())
            .map(|message| message.id)
            .collect();
        assert!(
            missing.is_empty(),
            "of {id}, which is watched, {missing:?} are missing"
        );
    }
}

/// A quiet session is polled rarely and shown with the age of its data.
fn is_fresh(freshness: &Freshness<'_>, age: Option<TimeDelta>) -> bool {
    match freshness {
        Freshness::Live => true,
        Freshness::Slow => age.is_none_or(|age| age < TimeDelta::minutes(3)),
        _ => false,
    }
}

fn assert_rows(viewer: &SoakViewer, day: &Timeline, at: DayMillis) {
    let sessions = viewer.test_app.app.session_list();
    let (scope, mut below) = (sessions.scope(), None);
    let mut there = Vec::new();
    loop {
        let listing = day.list(scope, below, at);
        there.extend(listing.sessions);
        below = listing.next;
        let lowest = sessions.all().last().map(|last| last.id);
        if below.is_none() || lowest.is_none_or(|lowest| below <= Some(lowest)) {
            break;
        }
    }
    if scope == Scope::All && there.len() > sessions.count() {
        there.truncate(sessions.count());
    }
    let differ: Vec<_> = sessions
        .all()
        .zip(&there)
        .filter(|(shown, there)| shown != there)
        .collect();
    assert!(differ.is_empty(), "{scope:?}: {differ:#?}");
    assert_eq!(sessions.count(), there.len(), "{scope:?}");
}

/// Compares whole messages, in order.
pub(super) fn assert_transcript(id: SessionId, pane: &TranscriptPane, mut messages: Vec<Message>) {
    messages.sort_by_key(|message| (message.posted, message.id));
    let shown: Vec<_> = pane.transcript().iter().collect();
    assert_eq!(shown, messages.iter().collect::<Vec<_>>(), "{id}");
}

/// What the app caches does not grow during the day.
pub(super) fn assert_bounded(viewer: &SoakViewer) {
    let app = &viewer.test_app.app;
    let panes = app.transcript_panes().len();
    assert!(panes <= MAX_TRANSCRIPTS, "{panes} transcripts");
    let (rows, text) = (app.session_list().count(), format!("{app:?}"));
    for (what, most) in [
        // After a change of scope the old list stays until the next response.
        ("TypingHistory {", 2 * rows + MAX_LISTED),
        ("SessionSnapshot {", rows + MAX_LISTED),
        (
            "LastSeen {",
            viewer.read_state.watched_sessions().len() + MAX_TRANSCRIPTS,
        ),
        ("Notice {", 1),
    ] {
        let count = text.matches(what).count();
        assert!(count <= most, "{count} of {what} for {rows} rows");
    }
}

/// No second saw more requests than allowed. Returns the average per second.
pub(super) fn assert_request_rate(log: &[(Duration, ApiCall)], length: DayMillis) -> f64 {
    let most = MAX_PER_SECOND;
    let window = (1..100).take_while(|many| f64::from(*many) <= most).count();
    for (first, next) in log.iter().zip(log.iter().skip(window)) {
        let between = next.0.abs_diff(first.0);
        assert!(between >= Duration::from_secs(1), "{first:?} to {next:?}");
    }
    let requests = f64::from(u32::try_from(log.len()).unwrap());
    let rate = requests / f64::from(u32::try_from(length / SECOND).unwrap());
    assert!(rate <= 3.0, "{rate} requests a second");
    rate
}

/// Without input the loop wakes up once a second at most: nothing on the screen changes more often.
pub(super) fn assert_few_wakeups(wakes: WakeCounts, length: DayMillis) {
    println!("idle {} min: {wakes:?}", length / MINUTE);
    let wake_ups = DayMillis::try_from(wakes.by_events + wakes.by_time).unwrap();
    assert!(wake_ups <= length / SECOND, "{wakes:?}");
}

/// The resident memory of the process, where the system reports it.
pub(super) fn resident_bytes() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split(' ').nth(1)?.parse().ok()?;
    Some(pages * MEMORY_PAGE_SIZE)
}
