//! What to ask next, given what is open and watched, what the list shows, and how things went.
//!
//! Pure: the time comes in as an argument, requests go out as [`Job`]s, news of the link as
//! [`Link`](crate::app::event::Link)s. No question is asked twice at a time, all of them share one budget, and a service
//! that asked for a pause gets it from every one.

mod feed;
mod kept;
mod outcome;
mod pace;
mod question;
mod sweep;
mod wish;

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use super::budget::Budget;
use super::tail::Tail;
use crate::chat::{Scope, SessionId};
use kept::Kept;
use question::Rank;
use sweep::Sweep;

pub use pace::Pace;
pub(super) use question::{Job, Question};

/// A question that still wants an answer.
#[derive(Debug)]
struct Due {
    question: Question,
    /// When to ask; `None` for what is not repeated by itself, and for what was given up.
    at: Option<Instant>,
    /// When it was asked last.
    asked: Option<Instant>,
    /// Number of the request under way.
    under_way: Option<u64>,
    /// How often it has failed in a row.
    failures: u32,
    /// Whether the list showed that it has an answer waiting.
    has_moved: bool,
}

impl Due {
    /// When to ask, unless it is being asked.
    fn waits_for(&self) -> Option<Instant> {
        self.at.filter(|_| self.under_way.is_none())
    }

    /// Tells whether to ask now. What is asked regularly may come a little early, with something else:
    /// the machine is woken once for both.
    fn is_due(&self, now: Instant) -> bool {
        let early = |at: Instant| match self.asked {
            Some(asked) if self.failures == 0 => at.saturating_duration_since(asked) / 20,
            _ => Duration::ZERO,
        };
        self.waits_for().is_some_and(|at| at <= now + early(at))
    }

    /// Asks no later than then, unless it waits after a failure or was given up.
    fn hasten(&mut self, at: Instant) {
        if self.failures == 0 {
            self.at = Some(self.at.map_or(at, |due| due.min(at)));
        }
    }
}

/// Everything that decides what is asked next.
#[derive(Debug)]
pub(super) struct Plan {
    pace: Pace,
    seed: u64,
    scope: Scope,
    open: Option<SessionId>,
    watched: HashSet<SessionId>,
    /// Whether somebody looks at the window.
    attended: bool,
    dues: Vec<Due>,
    kept: HashMap<SessionId, Kept>,
    sweep: Sweep,
    serial: u64,
    budget: Budget,
    /// What of the budget may go to what nobody looks at.
    background: Budget,
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
            open: None,
            watched: HashSet::new(),
            attended: true,
            dues: Vec::new(),
            kept: HashMap::new(),
            sweep: Sweep::default(),
            serial: 0,
            budget: Budget::new(pace.max_per_second),
            background: Budget::new(pace.max_per_second * pace::BACKGROUND),
            hold: None,
        };
        let list = Question::List { scope, below: None };
        for question in [list, Question::HomeZone, Question::Zones, Question::Me] {
            plan.want(question, now);
        }
        plan
    }

    fn want(&mut self, question: Question, at: Instant) {
        self.dues.push(Due {
            question,
            at: Some(at),
            asked: None,
            under_way: None,
            failures: 0,
            has_moved: false,
        });
    }

    /// When a question may be put that is wanted then: not before it has paid for the last answer.
    fn rested(&self, question: Question, at: Instant) -> Instant {
        let kept = question.session().and_then(|id| self.kept.get(&id));
        kept.map_or(at, |kept| kept.not_before(at))
    }

    fn kept_of(&mut self, question: Question) -> Option<&mut Kept> {
        self.kept.get_mut(&question.session()?)
    }

    fn due(&mut self, question: Question) -> Option<&mut Due> {
        self.dues.iter_mut().find(|due| due.question == question)
    }

    fn forget(&mut self, which: impl Fn(Question) -> bool) {
        self.dues.retain(|due| !which(due.question));
    }

    /// The next request to make now, of what is due the one that is waited for most; `None` when
    /// none may be made.
    pub(super) fn next(&mut self, now: Instant) -> Option<Job> {
        if self.hold.is_some_and(|until| now < until) {
            return None;
        }
        let is_busy = self.is_busy_behind();
        let (place, rank) = (0..self.dues.len())
            .filter(|&place| self.dues[place].is_due(now))
            .map(|place| (place, self.rank(&self.dues[place])))
            .filter(|(_, rank)| !(is_busy && rank.is_background()))
            .filter(|(_, rank)| self.payable(*rank, now) <= now)
            .min_by_key(|(place, rank)| (*rank, self.dues[*place].at))?;
        self.budget.spend(now);
        if rank.is_background() {
            self.background.spend(now);
        }
        self.serial += 1;
        let question = self.dues[place].question;
        let interval = self.interval(question, now);
        let due = &mut self.dues[place];
        due.under_way = Some(self.serial);
        due.asked = Some(now);
        due.has_moved = false;
        due.at = interval.map(|interval| now + interval);
        Some(Job {
            question,
            serial: self.serial,
        })
    }

    /// When to look again, if nothing happens before: never while all that is due is under way.
    pub(super) fn wake(&self, now: Instant) -> Option<Instant> {
        let is_busy = self.is_busy_behind();
        let payable = |due: &Due| {
            let at = due.waits_for()?;
            let rank = self.rank(due);
            let may_wait = is_busy && rank.is_background();
            (!may_wait).then(|| at.max(self.payable(rank, now)))
        };
        let due = self.dues.iter().filter_map(payable).min()?;
        Some(due.max(self.hold.unwrap_or(now)))
    }

    fn payable(&self, rank: Rank, now: Instant) -> Instant {
        let all = self.budget.next(now, rank.spare());
        if rank.is_background() {
            all.max(self.background.next(now, 0))
        } else {
            all
        }
    }

    /// Tells whether as much is being asked behind the person's back as may be.
    fn is_busy_behind(&self) -> bool {
        let is_behind = |due: &&Due| match due.question {
            Question::Messages(session) => Some(session) != self.open,
            question => matches!(question, Question::Sweep { .. }),
        };
        let under_way = self.dues.iter().filter(|due| due.under_way.is_some());
        under_way.filter(is_behind).count() >= pace::AT_ONCE
    }

    fn rank(&self, due: &Due) -> Rank {
        match due.question {
            Question::Messages(session) if Some(session) == self.open => Rank::Open,
            Question::Messages(session) if due.has_moved => {
                let row = self.kept.get(&session).and_then(|kept| kept.row);
                if row.is_some_and(|row| row.needs_reply) {
                    Rank::NeedsReply
                } else {
                    Rank::Moved
                }
            }
            Question::Messages(_) | Question::Sweep { .. } => Rank::Sweep,
            Question::List { below: None, .. } => Rank::List,
            Question::List { .. } | Question::Describe(_) => Rank::Asked,
            Question::HomeZone | Question::Zones | Question::Me => Rank::Once,
        }
    }

    /// How long after a request the question is put again; `None` where nothing but a wish or a move asks again.
    fn interval(&self, question: Question, now: Instant) -> Option<Duration> {
        match question {
            Question::Messages(session) if Some(session) == self.open => {
                let kept = self.kept.get(&session);
                let since = kept.map_or(Duration::ZERO, |kept| now - kept.stirred);
                let row = kept.and_then(|kept| kept.row);
                let is_over = row.is_some_and(|row| row.is_over);
                self.pace
                    .of_reader(since, is_over, self.attended, row.is_some())
            }
            Question::Messages(_) => self.pace.of_watched(),
            Question::List { below: None, .. } => self.pace.of_list(self.attended),
            Question::List { .. }
            | Question::Sweep { .. }
            | Question::Describe(_)
            | Question::HomeZone
            | Question::Zones
            | Question::Me => None,
        }
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

    /// What the pull of a session begins with.
    pub(super) fn tail(&self, session: SessionId, now: Instant) -> Tail {
        let kept = self.kept.get(&session);
        kept.map_or_else(Tail::default, |kept| {
            kept.tail(Some(session) == self.open, now)
        })
    }
}

#[cfg(test)]
mod tests;
