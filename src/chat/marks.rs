//! What is remembered of sessions from one run to the next: how far each was seen, and which are watched.
//!
//! Every change carries the moment it was made, and [`Marks::merge`] keeps of each the later one: it is
//! idempotent and order-free, so two viewers that write in any order agree in the end. What is
//! remembered of one change alone is a [`Marks`] too.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{MessageId, Moment, SessionId};

/// What is remembered of all sessions of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Since when anything is remembered: what lies before counts as seen. `None`: not known yet.
    pub since: Option<Moment>,
    /// What is remembered of each session.
    pub sessions: BTreeMap<SessionId, Remembered>,
}

/// What is remembered of one session; of every field the greater one is the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remembered {
    /// How far it was seen, if anything of it was.
    pub seen: Option<Made<Seen>>,
    /// Whether it is watched, if anybody ever said so.
    pub watched: Option<Made<bool>>,
    /// When the service last told of it, to the day.
    pub heard: Moment,
}

/// A value and when it was made so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Made<T> {
    /// When.
    pub at: Moment,
    /// What.
    pub value: T,
}

/// How far a session was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Everything up to then.
    pub until: Moment,
    /// The newest message seen; `None` when only the list had told of it.
    pub newest: Option<MessageId>,
}

impl<T> Made<T> {
    /// A value made now, and later than the one before whatever the clocks say.
    pub fn after(before: Option<Self>, now: Moment, value: T) -> Self {
        let earliest = before.map(|before| before.at + TimeDelta::milliseconds(1));
        Self {
            at: earliest.map_or(now, |earliest| earliest.max(now)),
            value,
        }
    }
}

impl Remembered {
    /// Nothing but that the service told of the session.
    pub fn new(heard: Moment) -> Self {
        Self {
            seen: None,
            watched: None,
            heard,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.seen = self.seen.max(other.seen);
        self.watched = self.watched.max(other.watched);
        self.heard = self.heard.max(other.heard);
    }
}

impl Marks {
    /// Remembers from this moment on.
    pub fn starting(since: Moment) -> Self {
        Self {
            since: Some(since),
            sessions: BTreeMap::new(),
        }
    }

    /// One mark alone.
    pub fn only(session: SessionId, mark: Remembered) -> Self {
        Self {
            since: None,
            sessions: BTreeMap::from([(session, mark)]),
        }
    }

    /// Takes in what another remembers: of each change the later one stays.
    pub fn merge(&mut self, other: &Self) {
        self.since = match (self.since, other.since) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        for (session, mark) in &other.sessions {
            self.sessions.entry(*session).or_insert(*mark).merge(mark);
        }
    }

    /// Forgets the sessions that were not heard of since then; what lies before counts as seen.
    pub fn forget_before(&mut self, limit: Moment) {
        self.since = self.since.map(|since| since.max(limit));
        self.sessions.retain(|_, mark| mark.heard >= limit);
    }

    /// How far a session was seen. `None` while nothing is known of any.
    pub fn seen(&self, session: SessionId) -> Option<Seen> {
        let until = self.since?;
        let mark = self.sessions.get(&session).and_then(|mark| mark.seen);
        Some(mark.map_or(
            Seen {
                until,
                newest: None,
            },
            |made| made.value,
        ))
    }

    /// Tells whether a session is watched.
    pub fn is_watched(&self, session: SessionId) -> bool {
        let mark = self.sessions.get(&session).and_then(|mark| mark.watched);
        mark.is_some_and(|made| made.value)
    }

    /// The sessions that are watched.
    pub fn watched(&self) -> Vec<SessionId> {
        let ids = self.sessions.keys().copied();
        ids.filter(|id| self.is_watched(*id)).collect()
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use proptest::collection::{btree_map, vec};
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Moment {
        DateTime::from_timestamp(1_700_000_000 + second, 0)
            .unwrap()
            .fixed_offset()
    }

    fn made<T>(value: impl Strategy<Value = T>) -> impl Strategy<Value = Option<Made<T>>>
    where
        T: std::fmt::Debug,
    {
        let made = (0..5_i64, value).prop_map(|(second, value)| Made {
            at: at(second),
            value,
        });
        proptest::option::of(made)
    }

    fn any_remembered() -> impl Strategy<Value = Remembered> {
        let seen = (0..5_i64, proptest::option::of(1..5_i64)).prop_map(|(second, newest)| Seen {
            until: at(second),
            newest: newest.map(MessageId),
        });
        (made(seen), made(any::<bool>()), 0..5_i64).prop_map(|(seen, watched, heard)| Remembered {
            seen,
            watched,
            heard: at(heard),
        })
    }

    fn any_marks() -> impl Strategy<Value = Marks> {
        let sessions = btree_map((1..4_i64).prop_map(SessionId), any_remembered(), 0..4);
        (proptest::option::of(0..5_i64), sessions).prop_map(|(since, sessions)| Marks {
            since: since.map(at),
            sessions,
        })
    }

    fn merged<'a>(all: impl IntoIterator<Item = &'a Marks>) -> Marks {
        all.into_iter().fold(Marks::default(), |mut sum, marks| {
            sum.merge(marks);
            sum
        })
    }

    proptest! {
        #[test]
        fn any_order_however_often_gives_the_same(
            (all, shuffled) in vec(any_marks(), 0..6).prop_flat_map(|all| {
                let twice = [all.clone(), all.clone()].concat();
                (Just(all), Just(twice).prop_shuffle())
            }),
            cut in 0..6_usize,
        ) {
            let whole = merged(&all);
            prop_assert_eq!(&merged(&shuffled), &whole);
            let (left, right) = all.split_at(cut.min(all.len()));
            prop_assert_eq!(merged([&merged(left), &merged(right)]), whole);
        }

        #[test]
        fn the_later_change_wins(mut marks in any_marks(), mark in any_remembered(), session in 1..4_i64) {
            let session = SessionId(session);
            let newer = Remembered {
                seen: mark.seen.map(|seen| Made { at: at(9), ..seen }),
                watched: mark.watched.map(|watched| Made { at: at(9), ..watched }),
                ..mark
            };
            let before = marks.clone();
            marks.merge(&Marks::only(session, newer));
            let (after, before) = (marks.sessions[&session], before.sessions.get(&session));
            prop_assert_eq!(after.seen, newer.seen.or(before.and_then(|mark| mark.seen)));
            prop_assert_eq!(after.watched, newer.watched.or(before.and_then(|mark| mark.watched)));
        }
    }

    #[test]
    fn what_was_not_heard_of_for_long_is_forgotten_and_counts_as_seen() {
        let session = SessionId(7);
        let seen = Some(Made {
            at: at(1),
            value: Seen {
                until: at(1),
                newest: Some(MessageId(3)),
            },
        });
        let mark = Remembered {
            seen,
            ..Remembered::new(at(5))
        };
        let mut marks = Marks::starting(at(0));
        marks.merge(&Marks::only(session, mark));
        marks.forget_before(at(5));
        assert_eq!(marks.seen(session), seen.map(|made| made.value));
        marks.forget_before(at(5) + TimeDelta::seconds(1));
        assert_eq!(marks, Marks::starting(at(6)));
        assert_eq!(marks.seen(session).unwrap().until, at(6));
        assert_eq!(Marks::default().seen(session), None);
    }
}
