//! What to ask next, given what is open and watched, what the list shows, and how things went.
//!
//! Pure: the time comes in as an argument, requests go out as [`Request`]s, news of the link as
//! [`Link`](crate::app::event::ConnectionState)s. No question is asked twice at a time, all of them share one budget, and a service
//! that asked for a pause gets it from every one.

mod archive_refresh;
mod change_key;
mod commands;
mod intervals;
mod query;
mod results;
mod tracked_session;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use super::cursor::PullCursor;
use super::rate_limit::SlidingWindow;
use crate::chat::{Scope, SessionId};
use archive_refresh::ArchiveRefresh;
use query::Priority;
use tracked_session::TrackedSession;

pub use intervals::PollIntervals;
pub(super) use query::{Query, Request};

/// A question that still wants an answer.
#[derive(Debug)]
struct ScheduledQuery {
    query: Query,
    /// When to ask; `None` for what is not repeated by itself, and for what was given up.
    next_at: Option<Instant>,
    /// When it was asked last.
    requested_at: Option<Instant>,
    /// Number of the request under way.
    in_flight: Option<u64>,
    /// How often it has failed in a row.
    failures: u32,
    /// Whether the list showed that it has an answer waiting.
    has_changed: bool,
}

impl ScheduledQuery {
    /// When to ask, unless it is being asked.
    fn pending_at(&self) -> Option<Instant> {
        self.next_at.filter(|_| self.in_flight.is_none())
    }

    /// Tells whether to ask now. What is asked regularly may come a little early, with something else:
    /// the machine is woken once for both.
    fn is_due(&self, now: Instant) -> bool {
        let early = |at: Instant| match self.requested_at {
            Some(asked) if self.failures == 0 => at.saturating_duration_since(asked) / 20,
            _ => Duration::ZERO,
        };
        self.pending_at().is_some_and(|at| at <= now + early(at))
    }

    /// Asks no later than then, unless it waits after a failure or was given up.
    fn bring_forward(&mut self, at: Instant) {
        if self.failures == 0 {
            self.next_at = Some(self.next_at.map_or(at, |due| due.min(at)));
        }
    }
}

/// Everything that decides what is asked next.
#[derive(Debug)]
pub(super) struct Scheduler {
    intervals: PollIntervals,
    seed: u64,
    scope: Scope,
    open: Option<SessionId>,
    watched: HashSet<SessionId>,
    /// Whether somebody looks at the window.
    is_focused: bool,
    queue: Vec<ScheduledQuery>,
    sessions: HashMap<SessionId, TrackedSession>,
    archive_refresh: ArchiveRefresh,
    last_id: u64,
    rate_window: SlidingWindow,
    /// What of the budget may go to what nobody looks at.
    background_window: SlidingWindow,
    /// The service asked for silence until then.
    paused_until: Option<Instant>,
}

impl Scheduler {
    /// Starts with the list due at once.
    pub(super) fn new(pace: PollIntervals, seed: u64, scope: Scope, now: Instant) -> Self {
        let mut scheduler = Self {
            intervals: pace,
            seed,
            scope,
            open: None,
            watched: HashSet::new(),
            is_focused: true,
            queue: Vec::new(),
            sessions: HashMap::new(),
            archive_refresh: ArchiveRefresh::default(),
            last_id: 0,
            rate_window: SlidingWindow::new(pace.max_per_second),
            background_window: SlidingWindow::new(
                pace.max_per_second * intervals::BACKGROUND_SHARE,
            ),
            paused_until: None,
        };
        let list = Query::List { scope, below: None };
        for question in [list, Query::UserZone, Query::Zones, Query::Me] {
            scheduler.schedule(question, now);
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

    /// When a question may be put that is wanted then: not before it has paid for the last answer.
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

    /// The next request to make now, of what is due the one that is waited for most; `None` when
    /// none may be made.
    pub(super) fn next_request(&mut self, now: Instant) -> Option<Request> {
        if self.paused_until.is_some_and(|until| now < until) {
            return None;
        }
        let is_saturated = self.is_background_saturated();
        let (index, priority) = (0..self.queue.len())
            .filter(|&index| self.queue[index].is_due(now))
            .map(|index| (index, self.priority_of(&self.queue[index])))
            .filter(|(_, priority)| !(is_saturated && priority.is_background()))
            .filter(|(_, priority)| self.allowed_at(*priority, now) <= now)
            .min_by_key(|(index, priority)| (*priority, self.queue[*index].next_at))?;
        self.rate_window.record(now);
        if priority.is_background() {
            self.background_window.record(now);
        }
        self.last_id += 1;
        let query = self.queue[index].query;
        let interval = self.interval_of(query, now);
        let due = &mut self.queue[index];
        due.in_flight = Some(self.last_id);
        due.requested_at = Some(now);
        due.has_changed = false;
        due.next_at = interval.map(|interval| now + interval);
        Some(Request {
            query,
            id: self.last_id,
        })
    }

    /// When to look again, if nothing happens before: never while all that is due is under way.
    pub(super) fn next_deadline(&self, now: Instant) -> Option<Instant> {
        let is_saturated = self.is_background_saturated();
        let allowed_time = |due: &ScheduledQuery| {
            let at = due.pending_at()?;
            let priority = self.priority_of(due);
            let must_wait = is_saturated && priority.is_background();
            (!must_wait).then(|| at.max(self.allowed_at(priority, now)))
        };
        let due = self.queue.iter().filter_map(allowed_time).min()?;
        Some(due.max(self.paused_until.unwrap_or(now)))
    }

    fn allowed_at(&self, priority: Priority, now: Instant) -> Instant {
        let all = self.rate_window.next_allowed(now, priority.reserve());
        if priority.is_background() {
            all.max(self.background_window.next_allowed(now, 0))
        } else {
            all
        }
    }

    /// Tells whether as much is being asked behind the person's back as may be.
    fn is_background_saturated(&self) -> bool {
        let is_background = |due: &&ScheduledQuery| match due.query {
            Query::Messages(session) => Some(session) != self.open,
            question => matches!(question, Query::ArchivePage { .. }),
        };
        let under_way = self.queue.iter().filter(|due| due.in_flight.is_some());
        under_way.filter(is_background).count() >= intervals::MAX_BACKGROUND_IN_FLIGHT
    }

    fn priority_of(&self, due: &ScheduledQuery) -> Priority {
        match due.query {
            Query::Messages(session) if Some(session) == self.open => Priority::Open,
            Query::Messages(session) if due.has_changed => {
                let row = self
                    .sessions
                    .get(&session)
                    .and_then(|tracked| tracked.fingerprint);
                if row.is_some_and(|row| row.needs_reply) {
                    Priority::NeedsReply
                } else {
                    Priority::Changed
                }
            }
            Query::Messages(_) | Query::ArchivePage { .. } => Priority::Routine,
            Query::List { below: None, .. } => Priority::List,
            Query::List { .. } | Query::Session(_) => Priority::Requested,
            Query::UserZone | Query::Zones | Query::Me => Priority::Once,
        }
    }

    /// How long after a request the question is put again; `None` where nothing but a wish or a move asks again.
    fn interval_of(&self, query: Query, now: Instant) -> Option<Duration> {
        match query {
            Query::Messages(session) if Some(session) == self.open => {
                let tracked = self.sessions.get(&session);
                let since = tracked.map_or(Duration::ZERO, |tracked| now - tracked.last_change);
                let row = tracked.and_then(|tracked| tracked.fingerprint);
                let is_over = row.is_some_and(|row| row.is_over);
                self.intervals
                    .for_open_session(since, is_over, self.is_focused, row.is_some())
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

    /// Tells whether the outcome of a request is still waited for: not after another session was
    /// opened or another scope chosen.
    pub(super) fn is_awaited(&self, request: Request) -> bool {
        self.index_of(request).is_some()
    }

    fn index_of(&self, request: Request) -> Option<usize> {
        self.queue
            .iter()
            .position(|due| due.in_flight == Some(request.id))
    }

    /// What the pull of a session begins with.
    pub(super) fn cursor_for(&self, session: SessionId, now: Instant) -> PullCursor {
        let tracked = self.sessions.get(&session);
        tracked.map_or_else(PullCursor::default, |tracked| {
            tracked.next_cursor(Some(session) == self.open, now)
        })
    }
}

#[cfg(test)]
mod tests;
