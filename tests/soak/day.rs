//! A day at a chat service, told beforehand: what the service holds at a moment follows from the seed
//! alone, so nothing of it grows while the day goes by.
//!
//! From time to time everything holds still for a while. What would have happened meanwhile happens
//! at the end of it.

use chrono::{DateTime, TimeDelta};
use fastrand::Rng;
use sochat::chat::{SessionPage, Message, Timestamp, Scope, Session, SessionId};

use crate::life::{Life, is_mine};
use crate::tell;

/// Milliseconds since the day began.
pub type At = i64;

pub const SECOND: At = 1000;
pub const MINUTE: At = 60 * SECOND;
pub const HOUR: At = 60 * MINUTE;
/// When everything has held still for so long.
pub const CHECKS: [At; 7] = [
    2 * HOUR,
    6 * HOUR,
    10 * HOUR,
    14 * HOUR,
    18 * HOUR,
    22 * HOUR,
    24 * HOUR,
];
pub const STILL: At = 10 * MINUTE;

/// Sessions that began the day before, and are still talking.
const FROM_YESTERDAY: usize = 40;
/// Sessions that begin in each hour of the day, from eight in the morning on.
const BEGIN: [usize; 24] = [
    200, 300, 260, 200, 160, 250, 250, 200, 160, 120, 100, 100, 100, 80, 60, 40, 30, 20, 20, 20,
    40, 50, 80, 120,
];
/// A session is listed so long after its end.
const LISTED: At = 10 * MINUTE;
/// Sessions in a page of the archive.
const PAGE: usize = 100;

pub struct Day {
    lives: Vec<Life>,
}

/// Eight in the morning before the night in which Oslo repeats an hour.
pub fn moment(at: At) -> Timestamp {
    let eight = DateTime::from_timestamp(1_792_821_600, 0).unwrap();
    (eight + TimeDelta::milliseconds(at)).fixed_offset()
}

/// Since when everything holds still, if it does; after the day it does so for ever.
pub fn still_since(at: At) -> Option<At> {
    let [.., last] = CHECKS;
    let holds = |check: &At| (check - STILL..=*check).contains(&at) || at > last;
    let check = CHECKS.into_iter().rev().find(holds)?;
    Some(check - STILL)
}

impl Day {
    pub fn new(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let mut begin: Vec<At> = (0..FROM_YESTERDAY)
            .map(|_| -random.i64(0..HOUR / 2))
            .collect();
        for (hour, sessions) in (0..).zip(BEGIN) {
            begin.extend((0..sessions).map(|_| hour * HOUR + random.i64(0..HOUR)));
        }
        begin.sort_unstable();
        let lives = (1..).zip(begin);
        Self {
            lives: lives
                .map(|(id, begins)| tell::live(SessionId(id), begins, &mut random))
                .collect(),
        }
    }

    pub fn sessions(&self) -> usize {
        self.lives.len()
    }

    /// What a session is as the list tells it; `None` where there is none.
    pub fn session(&self, id: SessionId, at: At) -> Option<Session> {
        self.life(id)?.session(still_since(at).unwrap_or(at))
    }

    /// What was said in a session, by id; `None` where there is none.
    pub fn messages(&self, id: SessionId, at: At) -> Option<Vec<Message>> {
        self.life(id)?.messages(still_since(at).unwrap_or(at))
    }

    pub fn list(&self, scope: Scope, below: Option<SessionId>, at: At) -> SessionPage {
        let at = still_since(at).unwrap_or(at);
        let begun = self.lives.partition_point(|life| life.begins() <= at);
        let lives = self.lives.iter().take(begun);
        if scope != Scope::All {
            let mut sessions: Vec<_> = lives
                .filter(|life| life.is_live(at - LISTED))
                .filter_map(|life| life.session(at))
                .collect();
            sessions.retain(|session| scope == Scope::Channels || is_mine(session));
            return SessionPage {
                sessions,
                ..SessionPage::default()
            };
        }
        let mut sessions: Vec<_> = lives
            .rev()
            .filter(|life| below.is_none_or(|below| life.id < below))
            .filter_map(|life| life.session(at))
            .take(PAGE + 1)
            .collect();
        let has_more = sessions.len() > PAGE;
        sessions.truncate(PAGE);
        SessionPage {
            next: sessions.last().filter(|_| has_more).map(|last| last.id),
            sessions,
            unreadable_count: 0,
        }
    }

    fn life(&self, id: SessionId) -> Option<&Life> {
        let place = usize::try_from(id.0).ok()?.checked_sub(1)?;
        self.lives.get(place)
    }
}
