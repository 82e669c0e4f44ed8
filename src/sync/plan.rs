//! What to ask next, given what is watched and how things went.
//!
//! Pure: the time comes in as an argument, requests go out as [`Job`]s, news of the link as
//! [`Link`]s. No question is asked twice at a time, all of them share one budget, and a service
//! that asked for a pause gets it from every one.

mod budget;

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::tail::Tail;
use super::{Ask, Fault, FaultKind};
use crate::app::event::{Lane, Link};
use crate::chat::{Scope, SessionId};
use budget::Budget;

/// How often to ask, and never more than how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Between two pulls of the open session.
    pub reader: Duration,
    /// Between two looks at the list.
    pub list: Duration,
    /// Most requests a second, over all questions.
    pub max_per_second: f64,
}

/// Something to be asked of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// The messages of the open session, again and again.
    Messages(SessionId),
    /// The sessions of a scope: again and again, or once the page below an id.
    List {
        scope: Scope,
        below: Option<SessionId>,
    },
    /// One session by itself, once.
    Describe(SessionId),
    /// The service's zone for this user, once.
    HomeZone,
    /// The zones the service knows, once.
    Zones,
    /// Who we are, once.
    Me,
}

impl Question {
    /// Whose link its outcome tells; most once-only questions tell nobody's.
    pub(super) fn lane(self) -> Option<Lane> {
        match self {
            Self::List { .. } => Some(Lane::List),
            Self::Messages(_) => Some(Lane::Reader),
            Self::Describe(_) | Self::HomeZone | Self::Zones | Self::Me => None,
        }
    }

    /// How many requests it leaves to spare: what nobody waits for leaves one for the person.
    fn spare(self) -> f64 {
        if self.lane().is_some() { 0.0 } else { 1.0 }
    }

    /// What the person looks at comes first.
    fn rank(self) -> u8 {
        match self {
            Self::Messages(_) => 0,
            Self::List { below: None, .. } => 1,
            Self::List { .. } => 2,
            Self::Describe(_) | Self::HomeZone | Self::Zones | Self::Me => 3,
        }
    }
}

/// One request to be made now; `serial` numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) question: Question,
    pub(super) serial: u64,
}

/// A question that still wants an answer.
#[derive(Debug)]
struct Due {
    question: Question,
    /// When to ask; `None` for what is under way and not repeated, and for what was given up.
    at: Option<Instant>,
    /// Number of the request under way.
    under_way: Option<u64>,
    /// How often it has failed in a row.
    failures: u32,
}

impl Due {
    /// When to ask, unless it is being asked.
    fn waits_for(&self) -> Option<Instant> {
        self.at.filter(|_| self.under_way.is_none())
    }
}

/// Everything that decides what is asked next.
#[derive(Debug)]
pub(super) struct Plan {
    pace: Pace,
    seed: u64,
    scope: Scope,
    dues: Vec<Due>,
    tails: HashMap<SessionId, Tail>,
    serial: u64,
    budget: Budget,
    /// The service asked for silence until then.
    hold: Option<Instant>,
}

impl Plan {
    /// Starts with the list due at once.
    pub(super) fn new(pace: Pace, seed: u64, scope: Scope, now: Instant) -> Self {
        let mut plan = Self {
            pace,
            seed,
            scope,
            dues: Vec::new(),
            tails: HashMap::new(),
            serial: 0,
            budget: Budget::full(pace.max_per_second, now),
            hold: None,
        };
        let list = Question::List { scope, below: None };
        for question in [list, Question::HomeZone, Question::Zones, Question::Me] {
            plan.want(question, now);
        }
        plan
    }

    /// Takes in what the reader of the screen wants from now on.
    pub(super) fn take(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Watch {
                session,
                from_start,
            } => {
                if from_start {
                    self.tails.remove(&session);
                }
                self.forget(|question| matches!(question, Question::Messages(_)));
                self.want(Question::Messages(session), now);
            }
            // The list tells of these.
            Ask::AlsoWatch(sessions) => drop(sessions),
            Ask::List(scope) => {
                self.scope = scope;
                self.forget(|question| matches!(question, Question::List { .. }));
                self.want(Question::List { scope, below: None }, now);
            }
            Ask::More { below } => {
                let (scope, below) = (self.scope, Some(below));
                self.forget(|question| matches!(question, Question::List { below: Some(_), .. }));
                self.want(Question::List { scope, below }, now);
            }
            Ask::Describe(session) => {
                let same = Question::Describe(session);
                self.forget(|it| matches!(it, Question::Describe(_)) && it != same);
                if self.dues.iter().all(|due| due.question != same) {
                    self.want(same, now);
                }
            }
            Ask::Resume { slept } => {
                // The service's clock went on meanwhile, ours did not.
                self.hold = self.hold.and_then(|until| until.checked_sub(slept));
                for due in &mut self.dues {
                    due.under_way = None;
                }
                self.take(Ask::Refresh, now);
            }
            Ask::Refresh => {
                for due in &mut self.dues {
                    due.failures = 0;
                    due.at = Some(now);
                }
            }
        }
    }

    fn want(&mut self, question: Question, now: Instant) {
        self.dues.push(Due {
            question,
            at: Some(now),
            under_way: None,
            failures: 0,
        });
    }

    fn forget(&mut self, which: impl Fn(Question) -> bool) {
        self.dues.retain(|due| !which(due.question));
    }

    /// The next request to make now, the one the person looks at first; `None` when none is due.
    pub(super) fn next(&mut self, now: Instant) -> Option<Job> {
        if self.hold.is_some_and(|until| now < until) {
            return None;
        }
        let due = self
            .dues
            .iter_mut()
            .filter(|due| due.waits_for().is_some_and(|at| at <= now))
            .min_by_key(|due| due.question.rank())?;
        if !self.budget.spend(now, due.question.spare()) {
            return None;
        }
        self.serial += 1;
        due.under_way = Some(self.serial);
        due.at = interval(self.pace, due.question).map(|interval| now + interval);
        Some(Job {
            question: due.question,
            serial: self.serial,
        })
    }

    /// When to look again, if nothing happens before: never while all that is due is under way.
    pub(super) fn wake(&self, now: Instant) -> Option<Instant> {
        let payable = |due: &Due| {
            let spare = due.question.spare();
            Some(due.waits_for()?.max(self.budget.next(now, spare)))
        };
        let due = self.dues.iter().filter_map(payable).min()?;
        Some(due.max(self.hold.unwrap_or(now)))
    }

    /// Tells whether the outcome of a request is still waited for: not after another session was
    /// opened or another scope chosen.
    pub(super) fn wants(&self, job: Job) -> bool {
        self.place(job).is_some()
    }

    fn place(&self, job: Job) -> Option<usize> {
        self.dues
            .iter()
            .position(|due| due.under_way == Some(job.serial))
    }

    /// Notes that a request was answered whole, and how far messages have been read by it.
    pub(super) fn succeeded(&mut self, job: Job, tail: Tail) -> Option<Link> {
        let place = self.place(job)?;
        if let Question::Messages(session) = job.question {
            self.tails.insert(session, tail);
        }
        if interval(self.pace, job.question).is_some() {
            self.dues[place].under_way = None;
            self.dues[place].failures = 0;
        } else {
            self.dues.remove(place);
        }
        job.question.lane().map(|_| Link::Live)
    }

    /// Notes that a request failed, decides when it is tried again, and tells it in a [`Link`].
    pub(super) fn failed(&mut self, job: Job, fault: &Fault, now: Instant) -> Option<Link> {
        // A pause is meant for all of us, also where the answer itself is of no interest any more.
        if let FaultKind::Busy {
            retry_after: Some(pause),
        } = fault.kind
        {
            self.hold = self.hold.max(Some(now + pause));
        }
        let place = self.place(job)?;
        let due = &mut self.dues[place];
        due.under_way = None;
        due.failures += 1;
        let kind = match (fault.kind, job.question) {
            // A list that is not there is a service that is not itself, and may be again.
            (FaultKind::NotFound, Question::List { below: None, .. }) => FaultKind::Network,
            (kind, _) => kind,
        };
        let wait = kind.wait(due.failures, self.seed);
        due.at = wait.map(|wait| now + wait);
        let why = fault.why.clone();
        job.question.lane().map(|_| match wait {
            None => Link::Stopped { why },
            Some(after) if kind.is_about_sign_in() => Link::SignedOut { after, why },
            Some(after) => Link::Retrying { after, why },
        })
    }

    /// How far a session has been read, to be carried on by the request that reads it.
    pub(super) fn tail(&self, session: SessionId) -> Tail {
        self.tails.get(&session).cloned().unwrap_or_default()
    }
}

/// How long after a request the question is put again; `None` for what is answered once.
fn interval(pace: Pace, question: Question) -> Option<Duration> {
    match question {
        Question::Messages(_) => Some(pace.reader),
        Question::List { below: None, .. } => Some(pace.list),
        Question::List { .. }
        | Question::Describe(_)
        | Question::HomeZone
        | Question::Zones
        | Question::Me => None,
    }
}

#[cfg(test)]
#[path = "plan/tests.rs"]
mod tests;
