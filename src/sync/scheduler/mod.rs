//! Scheduler: chooses the next request from what is open and watched, what the list shows, and how
//! earlier requests ended.
//!
//! The time is an argument and requests are returned as [`Request`]s, so tests need no service. A
//! query has at most one request in flight, few requests of low priority are in flight at a time,
//! and none is made during a pause that the service requested. The client applies the rate limit.

mod archive_refresh;
mod commands;
mod fingerprint;
mod intervals;
mod query;
mod results;
mod tracked_session;
mod wait_reads;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::Feed;
use super::cursor::PullCursor;
use super::rate_limit::RateLimiter;
use crate::chat::{Scope, SessionId};
use archive_refresh::ArchiveRefresh;
use query::Priority;
use tracked_session::TrackedSession;
use wait_reads::WaitReads;

pub use intervals::PollIntervals;
pub(super) use query::{Query, Request};

#[derive(Debug)]
struct ScheduledQuery {
    query: Query,
    /// When to send it; `None` if it is not repeated automatically.
    next_at: Option<Instant>,
    /// When it was sent last.
    requested_at: Option<Instant>,
    /// The id of the request in flight.
    in_flight: Option<u64>,
    /// Whether the request in flight has low priority.
    is_low_priority: bool,
    /// Failures in a row.
    failures: u32,
    /// Whether the list showed new messages, or the last try failed.
    is_urgent: bool,
    /// Whether it was reported that the request in flight takes long.
    is_reported_slow: bool,
}

impl ScheduledQuery {
    /// When to send it, unless it is in flight.
    fn pending_at(&self) -> Option<Instant> {
        self.next_at.filter(|_| self.in_flight.is_none())
    }

    /// Returns `true` if it may be sent now. A repeated query may be sent a little early, together with
    /// another one: the machine wakes up once for both.
    fn is_due(&self, now: Instant) -> bool {
        let early = |at: Instant| match self.requested_at {
            Some(sent) if self.failures == 0 => at.saturating_duration_since(sent) / 20,
            _ => Duration::ZERO,
        };
        self.pending_at().is_some_and(|at| at <= now + early(at))
    }

    /// Sends it at `at` the latest, unless it waits after a failure.
    fn bring_forward(&mut self, at: Instant) {
        if self.failures == 0 {
            self.next_at = Some(self.next_at.map_or(at, |due| due.min(at)));
        }
    }
}

#[derive(Debug)]
pub(super) struct Scheduler {
    intervals: PollIntervals,
    seed: u64,
    scope: Scope,
    open: Option<SessionId>,
    watched: HashSet<SessionId>,
    /// Whether the window has focus.
    is_focused: bool,
    queue: Vec<ScheduledQuery>,
    sessions: HashMap<SessionId, TrackedSession>,
    archive_refresh: ArchiveRefresh,
    wait_reads: WaitReads,
    last_id: u64,
    /// Stores the pause that the service requested.
    limiter: Arc<RateLimiter>,
}

impl Scheduler {
    /// A scheduler with the list and the one-shot queries due now.
    pub(super) fn new(
        intervals: PollIntervals,
        limiter: Arc<RateLimiter>,
        seed: u64,
        scope: Scope,
        now: Instant,
    ) -> Self {
        let mut scheduler = Self {
            intervals,
            seed,
            scope,
            open: None,
            watched: HashSet::new(),
            is_focused: true,
            queue: Vec::new(),
            sessions: HashMap::new(),
            archive_refresh: ArchiveRefresh::default(),
            wait_reads: WaitReads::default(),
            last_id: 0,
            limiter,
        };
        let list = Query::List { scope, below: None };
        // The zone right behind the list, whose times are shown in it: the first request tries the secret, and
        // the others wait for that.
        for query in [list, Query::UserZone, Query::Zones, Query::Me] {
            scheduler.schedule(query, now);
        }
        scheduler
    }

    fn schedule(&mut self, query: Query, at: Instant) {
        self.queue.push(ScheduledQuery {
            query,
            next_at: Some(at),
            requested_at: None,
            in_flight: None,
            failures: 0,
            is_low_priority: false,
            is_urgent: false,
            is_reported_slow: false,
        });
    }

    fn unschedule(&mut self, which: impl Fn(Query) -> bool) {
        self.queue.retain(|due| !which(due.query));
    }

    fn find_mut(&mut self, query: Query) -> Option<&mut ScheduledQuery> {
        self.queue.iter_mut().find(|due| due.query == query)
    }

    fn tracked(&self, query: Query) -> Option<&TrackedSession> {
        self.sessions.get(&query.session()?)
    }

    fn tracked_mut(&mut self, query: Query) -> Option<&mut TrackedSession> {
        self.sessions.get_mut(&query.session()?)
    }

    /// The earliest automatic request at or after `at`.
    fn not_before(&self, query: Query, at: Instant) -> Instant {
        self.tracked(query)
            .map_or(at, |tracked| tracked.progress.not_before(at))
    }

    /// The next request to make now: the most urgent one that is due.
    pub(super) fn next_request(&mut self, now: Instant) -> Option<Request> {
        if self.limiter.paused_until() > Some(now) {
            return None;
        }
        let due = self.allowed().filter(|(_, due)| due.is_due(now));
        let (index, _) = due.min_by_key(|(_, due)| self.rank(due))?;
        let query = self.queue[index].query;
        let interval = self.interval_of(query, now);
        let is_low_priority = self.is_low_priority(query);
        self.last_id += 1;
        let due = &mut self.queue[index];
        due.in_flight = Some(self.last_id);
        due.requested_at = Some(now);
        due.is_low_priority = is_low_priority;
        due.is_urgent = false;
        due.is_reported_slow = false;
        due.next_at = interval.map(|interval| now + interval);
        if let Query::Wait(read) = query {
            self.on_wait_read_sent(read, now);
        }
        Some(Request {
            query,
            id: self.last_id,
            is_low_priority,
        })
    }

    /// When to call [`Scheduler::next_request`] again if nothing happens before; `None` while all that
    /// is due is in flight or has to wait for what is.
    pub(super) fn next_deadline(&self, now: Instant) -> Option<Instant> {
        let pending = self.allowed().filter_map(|(_, due)| due.pending_at());
        let due = pending.min()?;
        Some(due.max(self.limiter.paused_until().unwrap_or(now)))
    }

    /// The queries that may be sent once they are due, with their indices: while enough messages and
    /// pages of low priority are in flight, no more of those.
    fn allowed(&self) -> impl Iterator<Item = (usize, &ScheduledQuery)> {
        let in_flight = self.queue.iter().filter(|due| due.in_flight.is_some());
        let is_long = |query| matches!(query, Query::Messages(_) | Query::ArchivePage { .. });
        let of_low_priority = in_flight.filter(|due| due.is_low_priority && is_long(due.query));
        let is_full = of_low_priority.count() >= intervals::MAX_LOW_PRIORITY_IN_FLIGHT;
        let is_list_failing = self.is_list_failing();
        let all = self.queue.iter().enumerate();
        all.filter(move |(_, due)| match due.query {
            Query::Wait(_) => !is_list_failing,
            query => !(is_full && self.is_low_priority(query) && is_long(query)),
        })
    }

    fn is_low_priority(&self, query: Query) -> bool {
        query.priority(self.open) == Priority::Low
    }

    /// The order in which due queries are sent: by priority; sessions with new messages before routine
    /// pulls, and those that need a reply first; then the one due longest.
    fn rank(&self, due: &ScheduledQuery) -> (Priority, bool, bool, Option<Instant>) {
        let priority = due.query.priority(self.open);
        let is_routine = priority == Priority::Low && !due.is_urgent;
        let fingerprint = self.tracked(due.query).and_then(|it| it.fingerprint);
        let needs_reply = fingerprint.is_some_and(|it| it.needs_reply);
        let can_wait = !is_routine && !needs_reply;
        (priority, is_routine, can_wait, due.next_at)
    }

    /// The interval after which a query is repeated; `None` if only the user or a change repeats it.
    fn interval_of(&self, query: Query, now: Instant) -> Option<Duration> {
        match query.interval_feed()? {
            Feed::List => self.intervals.for_list(self.is_focused),
            Feed::Messages if query.session() == self.open => {
                let tracked = self.tracked(query);
                let since = tracked.map_or(Duration::ZERO, |tracked| now - tracked.last_change);
                let fingerprint = tracked.and_then(|tracked| tracked.fingerprint);
                let is_over = fingerprint.is_some_and(|it| it.is_over);
                let is_listed = fingerprint.is_some();
                self.intervals
                    .for_open_session(since, is_over, self.is_focused, is_listed)
            }
            Feed::Messages => {
                let is_polled = self.intervals.open_session.is_some();
                is_polled.then_some(intervals::WATCHED_INTERVAL)
            }
        }
    }

    /// Returns `true` while the result of a request is needed: not after another session was opened or
    /// another scope chosen.
    pub(super) fn is_awaited(&self, request: Request) -> bool {
        self.index_of(request).is_some()
    }

    fn index_of(&self, request: Request) -> Option<usize> {
        let in_flight = Some(request.id);
        self.queue.iter().position(|due| due.in_flight == in_flight)
    }

    pub(super) fn cursor_for(&self, session: SessionId, now: Instant) -> PullCursor {
        let tracked = self.sessions.get(&session);
        tracked.map_or_else(PullCursor::default, |tracked| {
            tracked.progress.next_cursor(now)
        })
    }
}

#[cfg(test)]
mod tests;
