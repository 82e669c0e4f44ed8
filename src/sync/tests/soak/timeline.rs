//! Timeline: the data of the service at any time of the day is computed from the seed in advance, so the
//! memory of the simulation does not grow.
//!
//! From time to time there is a quiet time without changes. The omitted changes follow at its end.

use crate::chat::{Message, Scope, Session, SessionId, SessionPage, Timestamp};
use chrono::{DateTime, TimeDelta};
use fastrand::Rng;

use crate::sync::tests::soak::session_generator;
use crate::sync::tests::soak::session_script::{SessionScript, is_mine};

/// Milliseconds since the start of the day.
pub(super) type DayMillis = i64;

pub(super) const SECOND: DayMillis = 1000;
pub(super) const MINUTE: DayMillis = 60 * SECOND;
pub(super) const HOUR: DayMillis = 60 * MINUTE;
/// The ends of quiet times, and their length.
pub(super) const CHECKPOINTS: [DayMillis; 7] = [
    2 * HOUR,
    6 * HOUR,
    10 * HOUR,
    14 * HOUR,
    18 * HOUR,
    22 * HOUR,
    24 * HOUR,
];
pub(super) const QUIET_TIME: DayMillis = 10 * MINUTE;

/// Sessions that began the day before and are still active.
const FROM_YESTERDAY: usize = 40;
/// Sessions that begin in each hour, from 8:00 on.
const SESSIONS_PER_HOUR: [usize; 24] = [
    200, 300, 260, 200, 160, 250, 250, 200, 160, 120, 100, 100, 100, 80, 60, 40, 30, 20, 20, 20,
    40, 50, 80, 120,
];
/// A session is listed for this long after its end.
const LISTED_AFTER_END: DayMillis = 10 * MINUTE;
/// Sessions of an archive page.
const PAGE_SIZE: usize = 100;

pub(super) struct Timeline {
    scripts: Vec<SessionScript>,
}

/// 8:00 before the night in which Oslo repeats an hour.
pub(super) fn to_timestamp(at: DayMillis) -> Timestamp {
    let eight = DateTime::from_timestamp(1_792_821_600, 0).unwrap();
    (eight + TimeDelta::milliseconds(at)).fixed_offset()
}

/// The start of the quiet time, if it is one; after the day it never ends.
pub(super) fn quiet_since(at: DayMillis) -> Option<DayMillis> {
    let [.., last] = CHECKPOINTS;
    let holds = |check: &DayMillis| (check - QUIET_TIME..=*check).contains(&at) || at > last;
    let check = CHECKPOINTS.into_iter().rev().find(holds)?;
    Some(check - QUIET_TIME)
}

impl Timeline {
    pub(super) fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let mut begin: Vec<DayMillis> = (0..FROM_YESTERDAY)
            .map(|_| -random.i64(0..HOUR / 2))
            .collect();
        for (hour, sessions) in (0..).zip(SESSIONS_PER_HOUR) {
            begin.extend((0..sessions).map(|_| hour * HOUR + random.i64(0..HOUR)));
        }
        begin.sort_unstable();
        let scripts = (1..).zip(begin);
        Self {
            scripts: scripts
                .map(|(id, begins)| session_generator::generate(SessionId(id), begins, &mut random))
                .collect(),
        }
    }

    pub(super) fn sessions(&self) -> usize {
        self.scripts.len()
    }

    /// A session as it is listed; `None` if it does not exist.
    pub(super) fn session(&self, id: SessionId, at: DayMillis) -> Option<Session> {
        self.script(id)?.session(quiet_since(at).unwrap_or(at))
    }

    /// The messages of a session by id; `None` if it does not exist.
    pub(super) fn messages(&self, id: SessionId, at: DayMillis) -> Option<Vec<Message>> {
        self.script(id)?.messages(quiet_since(at).unwrap_or(at))
    }

    pub(super) fn list(
        &self,
        scope: Scope,
        below: Option<SessionId>,
        at: DayMillis,
    ) -> SessionPage {
        let at = quiet_since(at).unwrap_or(at);
        let begun = self
            .scripts
            .partition_point(|script| script.begins_at() <= at);
        let scripts = self.scripts.iter().take(begun);
        if scope != Scope::All {
            let mut sessions: Vec<_> = scripts
                .filter(|script| script.has_not_ended(at - LISTED_AFTER_END))
                .filter_map(|script| script.session(at))
                .collect();
            sessions.retain(|session| scope == Scope::Channels || is_mine(session));
            return SessionPage {
                sessions,
                ..SessionPage::default()
            };
        }
        let mut sessions: Vec<_> = scripts
            .rev()
            .filter(|script| below.is_none_or(|below| script.id < below))
            .filter_map(|script| script.session(at))
            .take(PAGE_SIZE + 1)
            .collect();
        let has_more = sessions.len() > PAGE_SIZE;
        sessions.truncate(PAGE_SIZE);
        SessionPage {
            next: sessions.last().filter(|_| has_more).map(|last| last.id),
            sessions,
            ..SessionPage::default()
        }
    }

    fn script(&self, id: SessionId) -> Option<&SessionScript> {
        let index = usize::try_from(id.0).ok()?.checked_sub(1)?;
        self.scripts.get(index)
    }
}
