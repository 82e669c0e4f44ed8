//! What to ask next, given what is watched and how things went.
//!
//! Pure: the time comes in as an argument, requests go out as [`Job`]s, news of the link as
//! [`Link`]s. One request per lane is under way at a time, all of them share one budget, and a
//! service that asked for a pause gets it from every lane.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::backoff;
use super::tail::Tail;
use super::{Ask, Fault, FaultKind};
use crate::app::event::{Lane, Link};
use crate::chat::{MessageId, Scope, SessionId};

/// How often to ask, and never more than how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Between two pulls of the open session.
    pub reader: Duration,
    /// Between two looks at the list.
    pub list: Duration,
    /// Most requests a second, over all lanes.
    pub max_per_second: f64,
}

/// One request to be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Job {
    /// The sessions of a scope, or its next page below an id.
    List {
        scope: Scope,
        below: Option<SessionId>,
    },
    /// The messages of a session after an id; `serial` numbers the requests.
    Messages {
        session: SessionId,
        after: MessageId,
        serial: u64,
    },
    /// One session by itself.
    Describe(SessionId),
    /// Who we are.
    Me,
    /// The service's zone for this user.
    HomeZone,
    /// The zones the service knows.
    Zones,
}

impl Job {
    /// Whose link its outcome tells; the once-only questions tell nobody's.
    pub(super) fn lane(self) -> Option<Lane> {
        match self {
            Self::List { .. } => Some(Lane::List),
            Self::Messages { .. } => Some(Lane::Reader),
            Self::Describe(_) | Self::Me | Self::HomeZone | Self::Zones => None,
        }
    }
}

/// One repeating or once-only question: when it is due and how often it has failed in a row.
#[derive(Clone, Copy, Debug)]
struct Due {
    at: Option<Instant>,
    under_way: bool,
    failures: u32,
}

impl Due {
    const fn at(at: Option<Instant>) -> Self {
        Self {
            at,
            under_way: false,
            failures: 0,
        }
    }

    fn answered(&mut self) -> Link {
        self.under_way = false;
        self.failures = 0;
        Link::Live
    }

    fn is_idle(&self) -> bool {
        !self.under_way && self.failures == 0
    }

    fn is_due(&self, now: Instant) -> bool {
        !self.under_way && self.at.is_some_and(|at| at <= now)
    }
}

/// Everything that decides what is asked next.
#[derive(Debug)]
pub(super) struct Plan {
    pace: Pace,
    seed: u64,
    scope: Scope,
    more: Option<SessionId>,
    watched: Option<SessionId>,
    tails: HashMap<SessionId, Tail>,
    serial: u64,
    reader: Due,
    list: Due,
    /// Questions asked until they are answered once.
    once: Vec<(Job, Due)>,
    budget: Budget,
    /// The service asked for silence until then.
    hold: Option<Instant>,
}

impl Plan {
    /// Starts with the list due at once.
    pub(super) fn new(pace: Pace, seed: u64, scope: Scope, now: Instant) -> Self {
        let once = [Job::HomeZone, Job::Zones, Job::Me].map(|job| (job, Due::at(Some(now))));
        Self {
            pace,
            seed,
            scope,
            more: None,
            watched: None,
            tails: HashMap::new(),
            serial: 0,
            reader: Due::at(None),
            list: Due::at(Some(now)),
            once: once.into(),
            budget: Budget::full(pace.max_per_second, now),
            hold: None,
        }
    }

    /// Takes in what the reader of the screen wants from now on.
    pub(super) fn take(&mut self, ask: &Ask, now: Instant) {
        match *ask {
            Ask::Watch {
                session,
                from_start,
            } => {
                if from_start {
                    self.tails.remove(&session);
                }
                self.watched = Some(session);
                self.reader = Due::at(Some(now));
            }
            Ask::Unwatch => {
                self.watched = None;
                self.reader = Due::at(None);
            }
            Ask::List(scope) => {
                self.scope = scope;
                self.more = None;
                self.list = Due::at(Some(now));
            }
            Ask::More { below } => self.more = Some(below),
            Ask::Refresh => {
                for due in [&mut self.reader, &mut self.list] {
                    due.failures = 0;
                    due.at = Some(now);
                }
                self.reader.at = self.reader.at.filter(|_| self.watched.is_some());
            }
            Ask::Describe(session) => {
                let job = Job::Describe(session);
                // The one asked for before is of no interest any more, unless it is the same.
                self.once
                    .retain(|(once, _)| *once == job || !matches!(once, Job::Describe(_)));
                if self.once.iter().all(|(once, _)| *once != job) {
                    self.once.push((job, Due::at(Some(now))));
                }
            }
            Ask::AskIn(_) => {}
        }
    }

    /// The next request to make now, the one the person looks at first; `None` when none is due.
    pub(super) fn next(&mut self, now: Instant) -> Option<Job> {
        if self.hold.is_some_and(|until| now < until) {
            return None;
        }
        let job = self.due(now)?;
        // What nobody waits for leaves a request to spare for what somebody will ask.
        let spare = if job.lane().is_some() { 0.0 } else { 1.0 };
        if !self.budget.spend(now, spare) {
            return None;
        }
        match job {
            Job::Messages { .. } => {
                self.serial += 1;
                self.reader.under_way = true;
                self.reader.at = Some(now + self.pace.reader);
            }
            Job::List { below, .. } => {
                self.list.under_way = true;
                if below.is_some() {
                    self.more = None;
                } else {
                    self.list.at = Some(now + self.pace.list);
                }
            }
            Job::Describe(_) | Job::Me | Job::HomeZone | Job::Zones => {
                if let Some((_, due)) = self.once.iter_mut().find(|(once, _)| *once == job) {
                    due.under_way = true;
                }
            }
        }
        Some(job)
    }

    fn due(&self, now: Instant) -> Option<Job> {
        if self.reader.is_due(now)
            && let Some(session) = self.watched
        {
            let after = self
                .tails
                .get(&session)
                .map_or(MessageId::START, Tail::after);
            return Some(Job::Messages {
                session,
                after,
                serial: self.serial + 1,
            });
        }
        if self.list.is_due(now) {
            return Some(Job::List {
                scope: self.scope,
                below: None,
            });
        }
        if self.list.is_idle() && self.more.is_some() {
            return Some(Job::List {
                scope: self.scope,
                below: self.more,
            });
        }
        self.once
            .iter()
            .find(|(_, due)| due.is_due(now))
            .map(|(job, _)| *job)
    }

    /// When to look again, if nothing happens before: never while all that is due is under way.
    pub(super) fn wake(&self, now: Instant) -> Option<Instant> {
        let waiting = |due: &Due| due.at.filter(|_| !due.under_way);
        let more = self.more.filter(|_| self.list.is_idle()).map(|_| now);
        let asked = [waiting(&self.reader), waiting(&self.list), more]
            .into_iter()
            .flatten()
            .min();
        let once = self.once.iter().filter_map(|(_, due)| waiting(due)).min();
        let hold = self.hold.unwrap_or(now);
        let at = |due: Instant, spare| due.max(self.budget.next(now, spare)).max(hold);
        asked
            .map(|due| at(due, 0.0))
            .into_iter()
            .chain(once.map(|due| at(due, 1.0)))
            .min()
    }

    /// Notes that a request was answered whole. `messages` are those of a [`Job::Messages`].
    pub(super) fn succeeded(&mut self, job: Job, tail: Option<Tail>) -> Option<Link> {
        match job {
            Job::Messages { session, .. } => {
                if let Some(tail) = tail {
                    self.tails.insert(session, tail);
                }
                self.is_current(job).then(|| self.reader.answered())
            }
            Job::List { .. } => self.is_current(job).then(|| self.list.answered()),
            Job::Describe(_) | Job::Me | Job::HomeZone | Job::Zones => {
                self.once.retain(|(once, _)| *once != job);
                None
            }
        }
    }

    /// Notes that a request failed, decides when it is tried again, and tells it in a [`Link`].
    pub(super) fn failed(&mut self, job: Job, fault: &Fault, now: Instant) -> Option<Link> {
        if !self.is_current(job) {
            return None;
        }
        let seed = self.seed;
        let due = match job {
            Job::Messages { .. } => &mut self.reader,
            Job::List { below, .. } => {
                self.more = self.more.or(below);
                &mut self.list
            }
            Job::Describe(_) | Job::Me | Job::HomeZone | Job::Zones => {
                let (_, due) = self.once.iter_mut().find(|(once, _)| *once == job)?;
                due
            }
        };
        due.under_way = false;
        due.failures += 1;
        let patience = backoff::delay(due.failures, seed);
        let why = fault.why.clone();
        let (wait, link): (Option<Duration>, fn(Duration, String) -> Link) = match fault.kind {
            FaultKind::Network | FaultKind::Garbled => {
                (Some(patience), |after, why| Link::Retrying { after, why })
            }
            FaultKind::Busy { retry_after } => {
                (Some(retry_after.unwrap_or(patience)), |after, why| {
                    Link::Retrying { after, why }
                })
            }
            FaultKind::Moved if due.failures <= 3 => (Some(Duration::ZERO), |after, why| {
                Link::Retrying { after, why }
            }),
            FaultKind::Moved => (Some(patience), |after, why| Link::Retrying { after, why }),
            FaultKind::SignIn | FaultKind::Forbidden => {
                (Some(patience), |after, why| Link::SignedOut { after, why })
            }
            FaultKind::NotFound if matches!(job, Job::List { .. }) => {
                (Some(patience), |after, why| Link::Retrying { after, why })
            }
            FaultKind::NotFound | FaultKind::TooLarge | FaultKind::Setup => {
                (None, |_, why| Link::Stopped { why })
            }
        };
        due.at = wait.map(|wait| now + wait);
        if let FaultKind::Busy {
            retry_after: Some(pause),
        } = fault.kind
        {
            self.hold = Some(
                self.hold
                    .map_or(now + pause, |until| until.max(now + pause)),
            );
        }
        job.lane().map(|_| link(wait.unwrap_or_default(), why))
    }

    /// Tells whether an outcome still concerns what is wanted: not after another session was
    /// opened or another scope chosen.
    fn is_current(&self, job: Job) -> bool {
        match job {
            Job::Messages {
                session, serial, ..
            } => self.watched == Some(session) && self.serial == serial,
            Job::List { scope, .. } => self.scope == scope,
            Job::Describe(_) | Job::Me | Job::HomeZone | Job::Zones => true,
        }
    }

    /// The remembered tail of a session, to be carried on by the request that reads it.
    pub(super) fn tail(&self, session: SessionId) -> Tail {
        self.tails.get(&session).cloned().unwrap_or_default()
    }
}

/// Tokens for requests: filled steadily; a second's worth can be saved up, and never fewer than two.
#[derive(Debug)]
struct Budget {
    per_second: f64,
    tokens: f64,
    counted: Instant,
}

impl Budget {
    fn full(per_second: f64, now: Instant) -> Self {
        let per_second = per_second.max(0.01);
        Self {
            per_second,
            tokens: per_second.max(2.0),
            counted: now,
        }
    }

    fn tokens(&self, now: Instant) -> f64 {
        let earned = now.saturating_duration_since(self.counted).as_secs_f64() * self.per_second;
        (self.tokens + earned).min(self.per_second.max(2.0))
    }

    /// Pays for a request if that leaves some to spare.
    fn spend(&mut self, now: Instant, spare: f64) -> bool {
        let tokens = self.tokens(now);
        // A hair below one counts, or rounding would make the plan wake in vain.
        let enough = tokens > spare + 0.999;
        self.tokens = if enough {
            (tokens - 1.0).max(0.0)
        } else {
            tokens
        };
        self.counted = now;
        enough
    }

    /// When a request can be paid for that leaves some to spare.
    fn next(&self, now: Instant, spare: f64) -> Instant {
        let missing = (1.0 + spare - self.tokens(now)).max(0.0);
        now + Duration::from_secs_f64(missing / self.per_second)
    }
}

#[cfg(test)]
#[path = "plan/tests.rs"]
mod tests;
