//! Applies results: decides from a response or failure what is requested next, and when.

use std::time::Duration;

use tokio::time::Instant;

use super::fingerprint::SessionFingerprint;
use super::query::AfterFailure;
use super::{Query, Request, ScheduledQuery, Scheduler, intervals};
use crate::chat::{Scope, Session, SessionId};
use crate::sync::pull::PullReport;
use crate::sync::{ApiError, ConnectionState, ErrorKind, SecretRetry, SyncEvent};

/// After each of this many refusals in a row, a session whose messages are known is requested again soon.
const MAX_SOON_REPEATED_REFUSALS: u32 = 3;

impl Scheduler {
    /// Inspects an event before it is reported: a session whose row changed is pulled at once.
    pub(in crate::sync) fn on_event(&mut self, event: &SyncEvent, now: Instant) {
        match event {
            SyncEvent::SessionsListed {
                scope,
                below,
                listing,
            } if *scope == self.scope => {
                for session in &listing.sessions {
                    self.on_session_row(session, now);
                }
                if *scope == Scope::All {
                    let newest = listing.sessions.iter().map(|session| session.id).max();
                    self.archive_refresh.on_page(*below, listing.next, newest);
                }
            }
            SyncEvent::SessionFetched(session) => self.on_session_row(session, now),
            _ => {}
        }
    }

    fn on_session_row(&mut self, session: &Session, now: Instant) {
        let is_open = Some(session.id) == self.open;
        let Some(tracked) = self.sessions.get_mut(&session.id) else {
            return;
        };
        // A first row may be newer than the messages pulled so far. The open session is pulled again
        // soon anyway.
        let needs_pull = tracked.fingerprint.is_some() || !is_open || tracked.refusals > 0;
        if !(tracked.on_row(SessionFingerprint::from_session(session), now) && needs_pull) {
            return;
        }
        let query = Query::Messages(session.id);
        let at = self.not_before(query, now);
        if let Some(due) = self.find_mut(query) {
            due.is_urgent = true;
            due.bring_forward(at);
        }
    }

    pub(in crate::sync) fn on_success(
        &mut self,
        request: Request,
        pull_report: Option<PullReport>,
        now: Instant,
    ) {
        let Some(index) = self.index_of(request) else {
            return;
        };
        let query = request.query;
        let began = self.queue[index].requested_at.unwrap_or(now);
        let mut reread_at = None;
        if let Some((tracked, report)) = self.tracked_mut(query).zip(pull_report) {
            let needs_reread = report.needs_reread;
            tracked.on_pull(report, began, now);
            reread_at = needs_reread.then(|| tracked.progress.reread_at());
        }
        if query.interval_feed().is_some() {
            let interval = self.interval_of(query, now);
            let due = &mut self.queue[index];
            due.in_flight = None;
            due.failures = 0;
            // A session that this response made active is polled sooner. `next_at` may be earlier
            // still: it was requested again meanwhile.
            if let Some(interval) = interval {
                due.bring_forward(began + interval);
            }
            if let Some(later) = due.next_at.filter(|at| *at > now) {
                self.queue[index].next_at = Some(self.not_before(query, later));
            }
            if let Some(at) = reread_at {
                self.queue[index].bring_forward(at);
            }
        } else if let Query::Wait(read) = query {
            self.on_wait_read_done(read, now);
        } else {
            self.queue.remove(index);
        }
        self.schedule_archive_refresh(now);
    }

    /// Decides when a failed request is repeated. Returns the event to report, if it is about
    /// something that the user sees.
    pub(in crate::sync) fn on_failure(
        &mut self,
        request: Request,
        error: &ApiError,
        pull_report: Option<PullReport>,
        now: Instant,
    ) -> Option<SyncEvent> {
        let index = self.index_of(request);
        let kind = match index {
            Some(index) => self.count_failure(index, error.kind, pull_report, now),
            None => error.kind,
        };
        let failures = index.map_or(1, |index| self.queue[index].failures);
        let mut after = kind.retry_delay(failures, self.seed);
        if let Some(SecretRetry::After(delay)) = error.secret_retry {
            after = after.min(delay);
        }
        // The pause holds for every request, also if this one is no longer needed.
        if kind.is_pause() {
            self.limiter.pause_until(now + after);
        }
        let index = index?;
        let due = &mut self.queue[index];
        // Presence never precedes messages or lists.
        due.is_urgent |= request.query != Query::Presence;
        due.next_at = Some(now + after);
        let query = request.query;
        match query.after_failure(kind, error) {
            AfterFailure::Retry => {
                let feed = query.status_feed()?;
                let session = query.session();
                let is_shown = session.is_none() || session == self.open;
                is_shown.then(|| SyncEvent::ConnectionChanged {
                    feed,
                    session,
                    state: connection_state(kind, error, after),
                })
            }
            AfterFailure::RetryAndReport(event) => Some(event),
            AfterFailure::SessionUnavailable(session) => {
                self.on_session_unavailable(query, session, error.why.clone(), now)
            }
            AfterFailure::GiveUp(event) => {
                self.queue.remove(index);
                Some(event)
            }
            AfterFailure::NextWaitRead(read) => self.on_wait_read_failed(read, kind, now),
        }
    }

    /// Counts a failure of a queued request. Returns its kind, as far as the query makes it another one.
    fn count_failure(
        &mut self,
        index: usize,
        kind: ErrorKind,
        pull_report: Option<PullReport>,
        now: Instant,
    ) -> ErrorKind {
        let due = &mut self.queue[index];
        due.in_flight = None;
        due.failures += 1;
        let (query, began) = (due.query, due.requested_at.unwrap_or(now));
        let tracked = self.tracked_mut(query).zip(pull_report);
        let is_too_large = kind == ErrorKind::TooLarge;
        let is_reread = tracked.is_some_and(|(tracked, report)| {
            let progress = &mut tracked.progress;
            progress.on_pull_failed(report, is_too_large, began)
        });
        match (kind, query) {
            // A service without a list is broken, which may pass.
            (ErrorKind::NotFound, Query::List { .. }) => ErrorKind::Network,
            // The new messages alone may be small enough.
            (ErrorKind::TooLarge, _) if is_reread => ErrorKind::InvalidResponse,
            (kind, _) => kind,
        }
    }

    /// A session that is not there is no failure of the connection: it is requested again rarely, and
    /// when its row in the list changes. One whose messages are known is requested again soon at first,
    /// and reported once it is refused twice: one refusal may be a fault.
    fn on_session_unavailable(
        &mut self,
        query: Query,
        session: SessionId,
        why: String,
        now: Instant,
    ) -> Option<SyncEvent> {
        let seed = self.seed;
        let is_open = Some(session) == self.open;
        let is_messages = query.session().is_some();
        let tracked = self.sessions.get_mut(&session)?;
        tracked.refusals += u32::from(is_messages);
        let refusals = tracked.refusals;
        let is_known = tracked.progress.cursor.newest().is_some();
        let due = self.find_mut(query)?;
        due.failures = 0;
        due.is_urgent = false;
        if is_messages && is_known && refusals <= MAX_SOON_REPEATED_REFUSALS {
            due.next_at = Some(now + ErrorKind::Network.retry_delay(refusals, seed));
        }
        let is_news = if is_known {
            is_messages && refusals > 1
        } else {
            true
        };
        (is_open && is_news).then_some(SyncEvent::SessionUnavailable { session, why })
    }

    /// The feed whose request has been running for long, reported once per request.
    pub(in crate::sync) fn take_slow(&mut self, now: Instant) -> Option<SyncEvent> {
        let is_slow = |at: Instant| at <= now;
        let index = (0..self.queue.len())
            .find(|index| self.slow_at(&self.queue[*index]).is_some_and(is_slow))?;
        let due = &mut self.queue[index];
        due.is_reported_slow = true;
        Some(SyncEvent::ConnectionChanged {
            feed: due.query.status_feed()?,
            session: due.query.session(),
            state: ConnectionState::Slow,
        })
    }

    /// When to call [`Scheduler::take_slow`].
    pub(in crate::sync) fn slow_deadline(&self) -> Option<Instant> {
        self.queue.iter().filter_map(|due| self.slow_at(due)).min()
    }

    /// When the request in flight counts as slow. After a failure the state is already more specific.
    fn slow_at(&self, due: &ScheduledQuery) -> Option<Instant> {
        let session = due.query.session();
        let is_repeated = due.query.interval_feed().is_some();
        let is_shown = is_repeated && (session.is_none() || session == self.open);
        let is_new = due.in_flight.is_some() && due.failures == 0 && !due.is_reported_slow;
        let sent_at = due.requested_at.filter(|_| is_shown && is_new)?;
        Some(sent_at + intervals::SLOW_AFTER)
    }

    fn schedule_archive_refresh(&mut self, now: Instant) {
        if self.scope != Scope::All || self.intervals.list.is_none() {
            return;
        }
        let missing = self.archive_refresh.missing_page();
        if missing.is_some() {
            // It comes before the page that waits for its turn.
            let waits = |due: &ScheduledQuery| due.in_flight.is_none() && due.failures == 0;
            self.queue
                .retain(|due| !(matches!(due.query, Query::ArchivePage { .. }) && waits(due)));
        }
        let mut queries = self.queue.iter().map(|due| due.query);
        if queries.any(|query| matches!(query, Query::ArchivePage { .. })) {
            return;
        }
        if let Some(below) = missing {
            self.schedule(Query::ArchivePage { below }, now);
        } else if let Some(below) = self.archive_refresh.next_page() {
            let at = now + intervals::ARCHIVE_PAGE_INTERVAL;
            self.schedule(Query::ArchivePage { below }, at);
        }
    }
}

/// The state of the connection after a failure; the request is repeated after a delay.
fn connection_state(kind: ErrorKind, error: &ApiError, after: Duration) -> ConnectionState {
    let why = error.why.clone();
    match kind {
        ErrorKind::TenantStopped => ConnectionState::Stopped { why },
        _ if kind.needs_sign_in() => ConnectionState::SignedOut {
            // Sooner only the source of the secret is read.
            after: match error.secret_retry {
                Some(SecretRetry::After(delay)) => Some(delay),
                Some(SecretRetry::OnRequest) => None,
                None => Some(after),
            },
            why,
        },
        _ => ConnectionState::Retrying {
            after,
            why,
            is_pause: kind.is_pause(),
        },
    }
}
