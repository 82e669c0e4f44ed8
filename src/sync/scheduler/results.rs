//! What follows from an answer or a failure: what is asked at once, later, or no more.

use tokio::time::Instant;

use super::change_key::SessionFingerprint;
use super::{Query, Request, Scheduler};
use crate::app::event::{ConnectionState, Event};
use crate::chat::{Scope, Session};
use crate::sync::pull::PullReport;
use crate::sync::{ApiError, ErrorKind};

impl Scheduler {
    /// Looks at what an answer tells before it is passed on: a session whose row has moved is pulled
    /// at once.
    pub(in crate::sync) fn on_event(&mut self, event: &Event, now: Instant) {
        match event {
            Event::SessionsListed {
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
            Event::SessionFetched(session) => self.on_session_row(session, now),
            _ => {}
        }
    }

    fn on_session_row(&mut self, session: &Session, now: Instant) {
        let is_open = Some(session.id) == self.open;
        let Some(tracked) = self.sessions.get_mut(&session.id) else {
            return;
        };
        // A row seen for the first time may have moved since its messages were pulled; what is open is
        // pulled again soon enough.
        let is_news = tracked.fingerprint.is_some() || !is_open;
        if !(tracked.on_row(SessionFingerprint::from_session(session), now) && is_news) {
            return;
        }
        let question = Query::Messages(session.id);
        let at = self.not_before(question, now);
        if let Some(due) = self.find_mut(question) {
            due.has_changed = true;
            due.bring_forward(at);
        }
    }

    /// Notes that a request was answered whole, and of messages how far they were read by it.
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
        if let (Some(tracked), Some(pulled)) = (self.session_mut(query), pull_report) {
            tracked.on_pull(pulled, began, now);
        }
        if query.is_one_shot() {
            self.queue.remove(index);
        } else {
            let interval = self.interval_of(query, now);
            let due = &mut self.queue[index];
            due.in_flight = None;
            due.failures = 0;
            // What has become alive by this answer is asked again soon; what was wanted at once
            // meanwhile, still at once.
            if let Some(interval) = interval {
                due.bring_forward(began + interval);
            }
            if let Some(later) = due.next_at.filter(|at| *at > now) {
                self.queue[index].next_at = Some(self.not_before(query, later));
            }
        }
        self.schedule_archive_refresh(now);
    }

    /// Notes that a request failed, decides when it is tried again, and tells it in a [`ConnectionState`].
    pub(in crate::sync) fn on_failure(
        &mut self,
        request: Request,
        error: &ApiError,
        pull_report: Option<PullReport>,
        now: Instant,
    ) -> Option<ConnectionState> {
        // A pause is meant for all of us, also where the answer itself is of no interest any more.
        if let ErrorKind::Busy {
            retry_after: Some(pause),
        } = error.kind
        {
            self.paused_until = self.paused_until.max(Some(now + pause));
        }
        let index = self.index_of(request)?;
        let began = self.queue[index].requested_at.unwrap_or(now);
        let restarted = match (self.session_mut(request.query), pull_report) {
            (Some(tracked), Some(pulled)) => tracked.on_pull_failed(pulled, began),
            _ => false,
        };
        let kind = match (error.kind, request.query) {
            // A list that is not there is a service that is not itself, and may be again.
            (ErrorKind::NotFound, Query::List { below: None, .. }) => ErrorKind::Network,
            // What is new may still be small enough.
            (ErrorKind::TooLarge, _) if restarted => ErrorKind::InvalidResponse,
            (kind, _) => kind,
        };
        let due = &mut self.queue[index];
        due.in_flight = None;
        due.has_changed = true;
        due.failures += 1;
        let delay = kind.retry_delay(due.failures, self.seed);
        due.next_at = delay.map(|wait| now + wait);
        let session = request.query.session();
        if session.is_some() && session != self.open {
            return None;
        }
        let why = error.why.clone();
        request.query.feed().map(|_| match delay {
            None => ConnectionState::Stopped { why },
            Some(after) if kind.needs_sign_in() => ConnectionState::SignedOut { after, why },
            Some(after) => ConnectionState::Retrying { after, why },
        })
    }

    /// Goes on over the pages of the archive that are not polled.
    fn schedule_archive_refresh(&mut self, now: Instant) {
        let is_archive_page =
            |due: &super::ScheduledQuery| matches!(due.query, Query::ArchivePage { .. });
        if self.scope == Scope::All
            && !self.queue.iter().any(is_archive_page)
            && let Some(below) = self.archive_refresh.next_page()
            && let Some(interval) = self.intervals.for_archive_page()
        {
            self.schedule(Query::ArchivePage { below }, now + interval);
        }
    }
}
