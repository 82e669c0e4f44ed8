//! Waits: how long a session has been in its state, exactly or at least.
//!
//! A row of the list has the time of the last message only, so a customer who writes again would seem
//! to wait from then on. [`WaitTracker`] stores what is known from earlier rows, transcripts and the
//! last run, and lists the transcripts that would make a lower bound exact.

mod level;
mod scan;
mod summary;
mod tracked;

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use chrono::TimeDelta;

use super::{Session, SessionId, Stage, ThresholdSettings, Timestamp};
pub(crate) use scan::{TurnScan, TurnScanner};
pub(crate) use summary::WaitSummary;
use tracked::TrackedWait;

/// If two rows of a session are less than this apart, no change between them is missed, to the minute.
const MAX_GAP: TimeDelta = TimeDelta::minutes(1);
/// Sessions not listed for this long are dropped.
const FORGET_AFTER: TimeDelta = TimeDelta::hours(1);

/// Since when a session has been in its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wait {
    pub since: Timestamp,
    /// Otherwise it may have been longer.
    pub(crate) is_exact: bool,
}

/// An exact wait, stored for the next run. It counts as long as the row has the same last activity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitRecord {
    pub(crate) stage: Stage,
    pub last_activity: Timestamp,
    pub since: Timestamp,
}

pub(crate) type WaitRecords = BTreeMap<SessionId, WaitRecord>;

/// A transcript to read for a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WaitRead {
    pub session: SessionId,
    /// The result of the reads before.
    pub(crate) scan: TurnScan,
    /// Whether a customer who needs a reply may have waited longer. The other reads are less urgent: they
    /// confirm that a later message is one of the customer, or find since when a session is answered.
    pub(crate) is_urgent: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct WaitTracker {
    sessions: HashMap<SessionId, TrackedWait>,
    /// When rows came last.
    listed_at: Option<Timestamp>,
    /// The longest time between two rows of a session that counts as without gap; [`MAX_GAP`] at least.
    pub(crate) max_gap: TimeDelta,
    pub settings: ThresholdSettings,
}

impl Wait {
    fn exact(since: Timestamp) -> Self {
        Self {
            since,
            is_exact: true,
        }
    }

    fn at_least(since: Timestamp) -> Self {
        Self {
            since,
            is_exact: false,
        }
    }

    /// The sort key within a stage: the longest wait first, a lower bound before an exact one.
    pub(crate) fn sort_key(self) -> (i64, bool) {
        (self.since.timestamp_millis(), self.is_exact)
    }
}

impl WaitRecord {
    /// The more complete one: that of a later row, or for the same row the longer one.
    #[must_use]
    pub(crate) fn max_by_knowledge(self, other: Self) -> Self {
        let rank = |it: &Self| (it.last_activity, it.stage, Reverse(it.since));
        std::cmp::max_by_key(self, other, rank)
    }
}

impl WaitTracker {
    /// Records rows of the live list.
    pub(crate) fn observe<'a>(
        &mut self,
        rows: impl IntoIterator<Item = &'a Session>,
        now: Timestamp,
        records: &WaitRecords,
    ) {
        let max_gap = self.max_gap.max(MAX_GAP);
        self.listed_at = Some(now);
        for row in rows {
            let tracked = self.sessions.entry(row.id);
            let record = || records.get(&row.id);
            match tracked {
                Entry::Occupied(mut known) => {
                    let previous = Some(known.get());
                    let next = TrackedWait::after_row(previous, row, now, max_gap, record);
                    known.insert(next);
                }
                Entry::Vacant(new) => {
                    new.insert(TrackedWait::after_row(None, row, now, max_gap, record));
                }
            }
        }
        self.sessions
            .retain(|_, tracked| now - tracked.seen_at < FORGET_AFTER);
    }

    /// Applies the records of the last run, or of another viewer.
    pub(crate) fn apply_records(&mut self, records: &WaitRecords) -> bool {
        let mut is_changed = false;
        for (id, record) in records {
            let tracked = self.sessions.get_mut(id);
            is_changed |= tracked.is_some_and(|tracked| tracked.apply_record(record));
        }
        is_changed
    }

    /// Applies the scan of a transcript; returns `true` if it changes the wait.
    pub(crate) fn apply_scan(
        &mut self,
        session: SessionId,
        scan: TurnScan,
        now: Timestamp,
    ) -> bool {
        let tracked = self.sessions.get_mut(&session);
        tracked.is_some_and(|tracked| tracked.apply_scan(scan, now))
    }

    /// Records that a transcript could not be read.
    pub(crate) fn on_read_failed(&mut self, session: SessionId, now: Timestamp) {
        if let Some(tracked) = self.sessions.get_mut(&session) {
            tracked.delay_read(now);
        }
    }

    /// Since when a session has been in its state, as far as that is known.
    pub(crate) fn wait(&self, session: &Session) -> Option<Wait> {
        let stage = session.stage();
        let known = || {
            let tracked = self.sessions.get(&session.id);
            let tracked = tracked.filter(|it| it.describes(stage, session.last_activity));
            tracked?.wait
        };
        match stage {
            Stage::NeedsReply | Stage::Answered => {
                known().or(session.last_activity.map(Wait::at_least))
            }
            Stage::Queued => known().or(session.requested.map(Wait::exact)),
            Stage::Bot | Stage::Unknown => session.last_activity.map(Wait::exact),
            Stage::Form => session.requested.map(Wait::exact),
            Stage::Missed | Stage::Ended | Stage::Deleted => {
                session.ended.or(session.last_activity).map(Wait::exact)
            }
        }
    }

    /// The sort key of the list: by urgency; of equal ones the newest session first.
    pub(crate) fn order(&self, session: &Session) -> (Stage, i64, bool, Reverse<SessionId>) {
        let (stage, since, is_exact) = self.urgency(session);
        (stage, since, is_exact, Reverse(session.id))
    }

    /// The stage of a session, then the longest wait first; of those that are over the
    /// latest first. A session without a known time comes last.
    pub(crate) fn urgency(&self, session: &Session) -> (Stage, i64, bool) {
        Self::urgency_of(session.stage(), self.wait(session))
    }

    /// As [`Self::urgency`] for a wait that is known.
    pub(crate) fn urgency_of(stage: Stage, wait: Option<Wait>) -> (Stage, i64, bool) {
        let wait = wait.map(Wait::sort_key);
        let (since, is_exact) = wait.unwrap_or((i64::MAX, true));
        match wait {
            Some(_) if stage.is_over() => (stage, since.saturating_neg(), is_exact),
            _ => (stage, since, is_exact),
        }
    }

    /// The transcripts to read now, at most `limit`: of those that need a reply the lower bounds first, then of
    /// those that are answered; the longest wait first. Sessions that are no longer listed are left out.
    pub(crate) fn reads(&self, now: Timestamp, limit: usize) -> Vec<WaitRead> {
        let is_listed = |it: &TrackedWait| Some(it.seen_at) == self.listed_at;
        let due = self.sessions.iter();
        let due = due.filter(|(_, it)| is_listed(it) && it.is_read_due(now));
        let mut due: Vec<_> = due
            .filter_map(|(id, tracked)| {
                let wait = tracked.wait?;
                Some((tracked.stage, wait.is_exact, wait.since, *id, tracked.scan))
            })
            .collect();
        let key =
            |(stage, is_exact, since, id, _): &(_, _, _, _, _)| (*stage, *is_exact, *since, *id);
        if due.len() > limit {
            due.select_nth_unstable_by_key(limit, key);
            due.truncate(limit);
        }
        due.sort_unstable_by_key(key);
        let due = due.into_iter();
        due.map(|(stage, is_exact, _, session, scan)| WaitRead {
            session,
            scan,
            is_urgent: stage == Stage::NeedsReply && !is_exact,
        })
        .collect()
    }

    /// The exact waits that the next run cannot derive from the rows.
    pub(crate) fn records(&self) -> impl Iterator<Item = (SessionId, WaitRecord)> {
        let all = self.sessions.iter();
        all.filter_map(|(id, tracked)| Some((*id, tracked.record()?)))
    }
}

#[cfg(test)]
mod tests;
