//! Scheduler: chooses the next request from what is open and watched, what the list shows, and how
//! earlier requests ended.
//!
//! The time is an argument and requests are returned as [`Request`]s, so tests need no service. A
//! query has at most one request in flight, all of them share the rate limit of the client, and a pause that the
//! service asked for holds for every one.

mod archive_refresh;
mod change_key;
mod commands;
mod intervals;
mod query;
mod results;
mod tracked_session;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::cursor::PullCursor;
use super::rate_limit::RateLimiter;
use crate::chat::{Scope, SessionId};
use archive_refresh::ArchiveRefresh;
use query::Priority;
use tracked_session::TrackedSession;

pub use intervals::PollIntervals;
pub(super) use query::{Query, Request};

#[derive(Debug)]
struct ScheduledQuery {
    query: Query,
    /// When to send it; `None` if it is not repeated automatically or was given up.
    next_at: Option<Instant>,
    /// When it was sent last.
    requested_at: Option<Instant>,
    /// The id of the request in flight.
    in_flight: Option<u64>,
    /// Failures in a row.
    failures: u32,
    /// Whether the list showed new messages, or the last try failed.
    has_changed: bool,
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

    /// Sends it at `at` the latest, unless it waits after a failure or was given up.
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
    last_id: u64,
    limiter: Arc<RateLimiter>,
    /// The pause that the service asked for.
    paused_until: Option<Instant>,
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
            last_id: 0,
            limiter,
            paused_until: None,
        };
        let list = Query::List { scope, below: None };
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
            has_changed: false,
        });
    }

    /// The earliest automatic request at or after `at`.
    fn not_before(&self, query: Query, at: Instant) -> Instant {
        let tracked = query.session().and_then(|id| self.sessions.get(&id));
        tracked.map_or(at, |tracked| tracked.not_before(at))
    }

    fn session_mut(&mut self, query: Query) -> Option<&mut TrackedSession> {
        self.sessions.get_mut(&query.session()?)
    }

    fn find_mut(&mut self, query: Query) -> Option<&mut ScheduledQuery> {
        self.queue.iter_mut().find(|due| due.query == query)
    }

    fn unschedule(&mut self, which: impl Fn(Query) -> bool) {
        self.queue.retain(|due| !which(due.query));
    }

    /// The next request to send now: the most urgent one that is due and that the rate limit allows.
    pub(super) fn next_request(&mut self, now: Instant) -> Option<Request> {
        if self.paused_until.is_some_and(|until| now < until) {
            return None;
        }
        let is_saturated = self.is_background_saturated();
        let index = (0..self.queue.len())
            .filter(|&index| self.queue[index].is_due(now))
            .filter(|&index| !(is_saturated && self.is_background_pull(self.queue[index].query)))
            .min_by_key(|&index| self.rank(&self.queue[index]))?;
        let query = self.queue[index].query;
        let is_background = self.priority_of(query) == Priority::Background;
        // Less urgent ones would have to wait as well.
        self.limiter.try_acquire(is_background, now).ok()?;
        self.last_id += 1;
        let interval = self.interval_of(query, now);
        let due = &mut self.queue[index];
        due.in_flight = Some(self.last_id);
        due.requested_at = Some(now);
        due.has_changed = false;
        due.next_at = interval.map(|interval| now + interval);
        Some(Request {
            query,
            id: self.last_id,
            is_background,
        })
    }

    /// When to call [`Scheduler::next_request`] again if nothing happens before; `None` while all that
    /// is due is in flight.
    pub(super) fn next_deadline(&self, now: Instant) -> Option<Instant> {
        let is_saturated = self.is_background_saturated();
        let allowed_time = |due: &ScheduledQuery| {
            let at = due.pending_at()?;
            let must_wait = is_saturated && self.is_background_pull(due.query);
            let is_background = self.priority_of(due.query) == Priority::Background;
            (!must_wait).then(|| at.max(self.limiter.next_allowed(is_background, now)))
        };
        let due = self.queue.iter().filter_map(allowed_time).min()?;
        Some(due.max(self.paused_until.unwrap_or(now)))
    }

    fn is_background_saturated(&self) -> bool {
        let in_flight = self.queue.iter().filter(|due| due.in_flight.is_some());
        let in_background = in_flight.filter(|due| self.is_background_pull(due.query));
        in_background.count() >= intervals::MAX_BACKGROUND_IN_FLIGHT
    }

    /// Returns `true` for messages and pages that the user is not looking at.
    fn is_background_pull(&self, query: Query) -> bool {
        match query {
            Query::Messages(session) => Some(session) != self.open,
            query => matches!(query, Query::ArchivePage { .. }),
        }
    }

    fn priority_of(&self, query: Query) -> Priority {
        match query {
            Query::Messages(session) if Some(session) == self.open => Priority::User,
            Query::List { below: None, .. } => Priority::Feed,
            Query::List { .. } | Query::Session(_) => Priority::User,
            Query::Messages(_)
            | Query::ArchivePage { .. }
            | Query::UserZone
            | Query::Zones
            | Query::Me => Priority::Background,
        }
    }

    /// The order in which due queries are sent: by priority; in the background, sessions with new
    /// messages before routine pulls, and those that need a reply first; then the one due longest.
    fn rank(&self, due: &ScheduledQuery) -> (Priority, bool, bool, Option<Instant>) {
        let is_routine = self.is_background_pull(due.query) && !due.has_changed;
        let tracked = due.query.session().and_then(|id| self.sessions.get(&id));
        let needs_reply = tracked
            .and_then(|tracked| tracked.fingerprint)
            .is_some_and(|fingerprint| fingerprint.needs_reply);
        (
            self.priority_of(due.query),
            is_routine,
            !is_routine && !needs_reply,
            due.next_at,
        )
    }

    /// The interval after which a query is repeated; `None` if only the user or a change repeats it.
    fn interval_of(&self, query: Query, now: Instant) -> Option<Duration> {
        match query {
            Query::Messages(session) if Some(session) == self.open => {
                let tracked = self.sessions.get(&session);
                let since = tracked.map_or(Duration::ZERO, |tracked| now - tracked.last_change);
                let fingerprint = tracked.and_then(|tracked| tracked.fingerprint);
                let is_over = fingerprint.is_some_and(|it| it.is_over);
                self.intervals.for_open_session(
                    since,
                    is_over,
                    self.is_focused,
                    fingerprint.is_some(),
                )
            }
            Query::Messages(_) => self.intervals.for_watched(),
            Query::List { below: None, .. } => self.intervals.for_list(self.is_focused),
            Query::List { .. }
            | Query::ArchivePage { .. }
            | Query::Session(_)
            | Query::UserZone
            | Query::Zones
            | Query::Me => None,
        }
    }

    /// Returns `true` while the result of a request is wanted: not after another session was opened or
    /// another scope chosen.
    pub(super) fn is_awaited(&self, request: Request) -> bool {
        self.index_of(request).is_some()
    }

    fn index_of(&self, request: Request) -> Option<usize> {
        self.queue
            .iter()
            .position(|due| due.in_flight == Some(request.id))
    }

    pub(super) fn cursor_for(&self, session: SessionId, now: Instant) -> PullCursor {
        let tracked = self.sessions.get(&session);
        tracked.map_or_else(PullCursor::default, |tracked| {
            tracked.next_cursor(Some(session) == self.open, now)
        })
    }
}

#[cfg(test)]
mod tests;
