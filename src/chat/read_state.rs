//! Read state: how far each session was read and which sessions are watched, stored between runs.
//!
//! Every change carries its time, and [`ReadState::merge`] retains the later of two changes. Merging
//! is idempotent and commutative, so two viewers that write in any order end with the same state. A
//! single change is represented as a [`ReadState`] too.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::{MessageId, SessionId, Timestamp, WaitRecords};

/// The read state of all sessions of one service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadState {
    /// When recording began: older messages count as read. `None` before the state is loaded.
    pub since: Option<Timestamp>,
    pub sessions: BTreeMap<SessionId, SessionReadState>,
    /// Exact waits, which the next run could not derive from the list.
    pub waits: WaitRecords,
}

/// The read state of one session. The greater value of each field is the later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionReadState {
    pub(crate) read_position: Option<Timed<ReadPosition>>,
    /// `None` if the user never changed it.
    pub watched: Option<Timed<bool>>,
    /// The day the service last listed the session.
    pub(crate) last_listed: Timestamp,
}

/// A value and the time it was set; of two, the later one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timed<T> {
    pub at: Timestamp,
    pub value: T,
}

/// How far a session was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ReadPosition {
    /// Messages up to this time are read.
    pub until: Timestamp,
    /// The newest message shown; `None` if only its row in the list was shown.
    pub newest: Option<MessageId>,
}

impl<T> Timed<T> {
    /// A value set now; its time is later than that of the previous value even if the clock was set
    /// back.
    pub fn set(previous: Option<Self>, now: Timestamp, value: T) -> Self {
        let earliest = previous.map(|previous| previous.at + TimeDelta::milliseconds(1));
        Self {
            at: earliest.map_or(now, |earliest| earliest.max(now)),
            value,
        }
    }
}

impl SessionReadState {
    pub fn new(last_listed: Timestamp) -> Self {
        Self {
            read_position: None,
            watched: None,
            last_listed,
        }
    }

    fn merge(&mut self, other: &Self) {
        self.read_position = self.read_position.max(other.read_position);
        self.watched = self.watched.max(other.watched);
        self.last_listed = self.last_listed.max(other.last_listed);
    }
}

impl ReadState {
    /// An empty state that records from this time on.
    pub(crate) fn starting_at(since: Timestamp) -> Self {
        Self {
            since: Some(since),
            ..Self::default()
        }
    }

    /// A change to a single session.
    pub(crate) fn for_session(session: SessionId, state: SessionReadState) -> Self {
        Self {
            sessions: BTreeMap::from([(session, state)]),
            ..Self::default()
        }
    }

    /// A change to waits.
    pub(crate) fn for_waits(waits: WaitRecords) -> Self {
        Self {
            waits,
            ..Self::default()
        }
    }

    /// Merges another state; the later of two changes wins.
    pub fn merge(&mut self, other: &Self) {
        self.since = match (self.since, other.since) {
            (Some(own), Some(other)) => Some(own.min(other)),
            (own, other) => own.or(other),
        };
        for (session, state) in &other.sessions {
            self.sessions.entry(*session).or_insert(*state).merge(state);
        }
        for (session, wait) in &other.waits {
            let known = self.waits.entry(*session).or_insert(*wait);
            *known = (*known).max_by_knowledge(*wait);
        }
    }

    /// Removes the sessions that the service has not listed since; older messages count as read.
    pub(crate) fn forget_before(&mut self, limit: Timestamp) {
        self.since = self.since.map(|since| since.max(limit));
        self.sessions.retain(|_, state| state.last_listed >= limit);
    }

    /// Removes the waits of sessions in which nothing was written since.
    pub(crate) fn forget_waits_before(&mut self, limit: Timestamp) {
        self.waits.retain(|_, wait| wait.last_activity >= limit);
    }

    /// How far a session was read; `None` before the state is loaded.
    pub(crate) fn read_position(&self, session: SessionId) -> Option<ReadPosition> {
        let until = self.since?;
        let state = self.sessions.get(&session);
        let position = state.and_then(|state| state.read_position);
        let unrecorded = ReadPosition {
            until,
            newest: None,
        };
        Some(position.map_or(unrecorded, |entry| entry.value))
    }

    pub(crate) fn is_watched(&self, session: SessionId) -> bool {
        let watched = self.sessions.get(&session).and_then(|state| state.watched);
        watched.is_some_and(|entry| entry.value)
    }

    pub(crate) fn watched_sessions(&self) -> Vec<SessionId> {
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
    use crate::chat::{Stage, WaitRecord};

    fn at(second: i64) -> Timestamp {
        DateTime::from_timestamp(1_700_000_000 + second, 0)
            .unwrap()
            .fixed_offset()
    }

    fn timed<T: std::fmt::Debug>(
        value: impl Strategy<Value = T>,
    ) -> impl Strategy<Value = Option<Timed<T>>> {
        let entry = (0..5_i64, value).prop_map(|(second, value)| Timed {
            at: at(second),
            value,
        });
        proptest::option::of(entry)
    }

    fn any_session_state() -> impl Strategy<Value = SessionReadState> {
        let newest = proptest::option::of((1..5_i64).prop_map(MessageId));
        let position = ((0..5_i64).prop_map(at), newest);
        let position = position.prop_map(|(until, newest)| ReadPosition { until, newest });
        let fields = (
            timed(position),
            timed(any::<bool>()),
            (0..5_i64).prop_map(at),
        );
        fields.prop_map(|(read_position, watched, last_listed)| SessionReadState {
            read_position,
            watched,
            last_listed,
        })
    }

    fn any_read_state() -> impl Strategy<Value = ReadState> {
        let sessions = btree_map((1..4_i64).prop_map(SessionId), any_session_state(), 0..4);
        let stage = prop_oneof![Just(Stage::NeedsReply), Just(Stage::Queued)];
        let wait = (stage, 0..3_i64, 0..3_i64).prop_map(|(stage, activity, since)| WaitRecord {
            stage,
            last_activity: at(activity),
            since: at(since),
        });
        let waits = btree_map((1..4_i64).prop_map(SessionId), wait, 0..4);
        let since = proptest::option::of(0..5_i64);
        (since, sessions, waits).prop_map(|(since, sessions, waits)| ReadState {
            since: since.map(at),
            sessions,
            waits,
        })
    }

    fn merged<'a>(all: impl IntoIterator<Item = &'a ReadState>) -> ReadState {
        let mut merged = ReadState::default();
        all.into_iter().for_each(|state| merged.merge(state));
        merged
    }

    proptest! {
        #[test]
        fn merging_is_commutative_associative_and_idempotent(
            (all, shuffled) in vec(any_read_state(), 0..6).prop_flat_map(|all| {
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
        fn the_later_change_wins(mut state in any_read_state(), change in any_session_state(), session in 1..4_i64) {
            let session = SessionId(session);
            let newer = SessionReadState {
                read_position: change.read_position.map(|entry| Timed { at: at(9), ..entry }),
                watched: change.watched.map(|entry| Timed { at: at(9), ..entry }),
                ..change
            };
            let before = state.sessions.get(&session).copied();
            state.merge(&ReadState::for_session(session, newer));
            let after = state.sessions[&session];
            prop_assert_eq!(after.read_position, newer.read_position.or(before.and_then(|it| it.read_position)));
            prop_assert_eq!(after.watched, newer.watched.or(before.and_then(|it| it.watched)));
        }
    }

    #[test]
    fn sessions_not_listed_for_long_are_removed_and_count_as_read() {
        let session = SessionId(7);
        let read_position = Some(Timed {
            at: at(1),
            value: ReadPosition {
                until: at(1),
                newest: Some(MessageId(3)),
            },
        });
        let entry = SessionReadState {
            read_position,
            ..SessionReadState::new(at(5))
        };
        let mut state = ReadState::starting_at(at(0));
        state.merge(&ReadState::for_session(session, entry));
        state.forget_before(at(5));
        assert_eq!(
            state.read_position(session),
            read_position.map(|it| it.value)
        );
        state.forget_before(at(5) + TimeDelta::seconds(1));
        assert_eq!(state, ReadState::starting_at(at(6)));
        assert_eq!(state.read_position(session).unwrap().until, at(6));
        assert_eq!(ReadState::default().read_position(session), None);
    }
}
