//! What follows from an answer or a failure: what is asked at once, later, or no more.

use tokio::time::Instant;

use super::feed::Row;
use super::{Job, Plan, Question};
use crate::app::event::{Event, ConnectionState};
use crate::chat::{Scope, Session};
use crate::sync::pull::Pulled;
use crate::sync::{Fault, FaultKind};

impl Plan {
    /// Looks at what an answer tells before it is passed on: a session whose row has moved is pulled
    /// at once.
    pub(in crate::sync) fn look_at(&mut self, event: &Event, now: Instant) {
        match event {
            Event::SessionsListed {
                scope,
                below,
                listing,
            } if *scope == self.scope => {
                for session in &listing.sessions {
                    self.look_at_row(session, now);
                }
                if *scope == Scope::All {
                    self.sweep.listed(*below, listing.next);
                }
            }
            Event::SessionFetched(session) => self.look_at_row(session, now),
            _ => {}
        }
    }

    fn look_at_row(&mut self, session: &Session, now: Instant) {
        let is_open = Some(session.id) == self.open;
        let Some(kept) = self.kept.get_mut(&session.id) else {
            return;
        };
        // A row seen for the first time may have moved since its messages were pulled; what is open is
        // pulled again soon enough.
        let is_news = kept.row.is_some() || !is_open;
        if !(kept.take_row(Row::of(session), now) && is_news) {
            return;
        }
        let question = Question::Messages(session.id);
        let at = self.rested(question, now);
        if let Some(due) = self.due(question) {
            due.has_moved = true;
            due.hasten(at);
        }
    }

    /// Notes that a request was answered whole, and of messages how far they were read by it.
    pub(in crate::sync) fn succeeded(&mut self, job: Job, pulled: Option<Pulled>, now: Instant) {
        let Some(place) = self.place(job) else {
            return;
        };
        let question = job.question;
        let began = self.dues[place].asked.unwrap_or(now);
        if let (Some(kept), Some(pulled)) = (self.kept_of(question), pulled) {
            kept.take_pull(pulled, began, now);
        }
        if question.is_asked_once() {
            self.dues.remove(place);
        } else {
            let interval = self.interval(question, now);
            let due = &mut self.dues[place];
            due.under_way = None;
            due.failures = 0;
            // What has become alive by this answer is asked again soon; what was wanted at once
            // meanwhile, still at once.
            if let Some(interval) = interval {
                due.hasten(began + interval);
            }
            if let Some(later) = due.at.filter(|at| *at > now) {
                self.dues[place].at = Some(self.rested(question, later));
            }
        }
        self.sweep_on(now);
    }

    /// Notes that a request failed, decides when it is tried again, and tells it in a [`Link`].
    pub(in crate::sync) fn failed(
        &mut self,
        job: Job,
        fault: &Fault,
        pulled: Option<Pulled>,
        now: Instant,
    ) -> Option<ConnectionState> {
        // A pause is meant for all of us, also where the answer itself is of no interest any more.
        if let FaultKind::Busy {
            retry_after: Some(pause),
        } = fault.kind
        {
            self.hold = self.hold.max(Some(now + pause));
        }
        let place = self.place(job)?;
        let began = self.dues[place].asked.unwrap_or(now);
        let was_again = match (self.kept_of(job.question), pulled) {
            (Some(kept), Some(pulled)) => kept.take_failure(pulled, began),
            _ => false,
        };
        let kind = match (fault.kind, job.question) {
            // A list that is not there is a service that is not itself, and may be again.
            (FaultKind::NotFound, Question::List { below: None, .. }) => FaultKind::Network,
            // What is new may still be small enough.
            (FaultKind::TooLarge, _) if was_again => FaultKind::Garbled,
            (kind, _) => kind,
        };
        let due = &mut self.dues[place];
        due.under_way = None;
        due.has_moved = true;
        due.failures += 1;
        let wait = kind.wait(due.failures, self.seed);
        due.at = wait.map(|wait| now + wait);
        let session = job.question.session();
        if session.is_some() && session != self.open {
            return None;
        }
        let why = fault.why.clone();
        job.question.lane().map(|_| match wait {
            None => ConnectionState::Stopped { why },
            Some(after) if kind.is_about_sign_in() => ConnectionState::SignedOut { after, why },
            Some(after) => ConnectionState::Retrying { after, why },
        })
    }

    /// Goes on over the pages of the archive that are not polled.
    fn sweep_on(&mut self, now: Instant) {
        let is_under_way = |due: &super::Due| matches!(due.question, Question::Sweep { .. });
        if self.scope == Scope::All
            && !self.dues.iter().any(is_under_way)
            && let Some(below) = self.sweep.next()
            && let Some(interval) = self.pace.of_pages()
        {
            self.want(Question::Sweep { below }, now + interval);
        }
    }
}
