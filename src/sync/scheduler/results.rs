//! Applies results: decides from a response or failure what is requested next, and when.

use tokio::time::Instant;

use super::fingerprint::SessionFingerprint;
use super::{Query, Request, Scheduler, intervals};
use crate::chat::{Scope, Session};
use crate::sync::pull::PullReport;
use crate::sync::{ApiError, ConnectionState, ErrorKind, SyncEvent};

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
                    self.archive_refresh.on_page(*below, listing.next);
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
        let needs_pull = tracked.fingerprint.is_some() || !is_open;
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
        if let Some((tracked, report)) = self.tracked_mut(query).zip(pull_report) {
            tracked.on_pull(report, began, now);
        }
        if query.is_repeated() {
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
        } else {
            self.queue.remove(index);
        }
        self.schedule_archive_refresh(now);
    }

    /// Decides when a failed request is repeated. Returns the new state of its feed, if it has one
    /// that the user sees.
    pub(in crate::sync) fn on_failure(
        &mut self,
        request: Request,
        error: &ApiError,
        pull_report: Option<PullReport>,
        now: Instant,
    ) -> Option<ConnectionState> {
        // The pause holds for every request, also if this one is no longer wanted.
        if let ErrorKind::Busy {
            retry_after: Some(pause),
        } = error.kind
        {
            self.limiter.pause_until(now + pause);
        }
        let index = self.index_of(request)?;
        let began = self.queue[index].requested_at.unwrap_or(now);
        let tracked = self.tracked_mut(request.query).zip(pull_report);
        let restarted = tracked.is_some_and(|(tracked, it)| tracked.on_pull_failed(it, began));
        let kind = match (error.kind, request.query) {
            // A service without a list is broken, which may pass.
            (ErrorKind::NotFound, Query::List { below: None, .. }) => ErrorKind::Network,
            // The new messages alone may be small enough.
            (ErrorKind::TooLarge, _) if restarted => ErrorKind::InvalidResponse,
            (kind, _) => kind,
        };
        let due = &mut self.queue[index];
        due.in_flight = None;
        due.is_urgent = true;
        due.failures += 1;
        let delay = kind.retry_delay(due.failures, self.seed);
        due.next_at = delay.map(|delay| now + delay);
        if let (
            ErrorKind::Busy {
                retry_after: Some(_),
            },
            Some(at),
        ) = (kind, due.next_at)
        {
            // It may be longer than what the service asked for, and neither is shortened by the user.
            self.limiter.pause_until(at);
        }
        let session = request.query.session();
        let is_shown = session.is_none() || session == self.open;
        let why = error.why.clone();
        request
            .query
            .feed()
            .filter(|_| is_shown)
            .map(|_| match delay {
                None => ConnectionState::Stopped { why },
                Some(after) if kind.needs_sign_in() => ConnectionState::SignedOut { after, why },
                Some(after) => ConnectionState::Retrying { after, why },
            })
    }

    fn schedule_archive_refresh(&mut self, now: Instant) {
        let mut queries = self.queue.iter().map(|due| due.query);
        if self.scope == Scope::All
            && !queries.any(|query| matches!(query, Query::ArchivePage { .. }))
            && let Some(below) = self.archive_refresh.next_page()
            && self.intervals.list.is_some()
        {
            let at = now + intervals::ARCHIVE_PAGE_INTERVAL;
            self.schedule(Query::ArchivePage { below }, at);
        }
    }
}
