//! What the reader of the screen wants from now on: what is open, what is watched, which list, and
//! whether anybody looks.

use std::collections::HashSet;

use tokio::time::Instant;

use super::kept::Kept;
use super::sweep::Sweep;
use super::{Plan, Question};
use crate::chat::SessionId;
use crate::sync::Ask;

/// Of so many sessions that were left it is remembered how far they were read.
const LEFT: usize = 16;

impl Plan {
    /// Takes in what the reader of the screen wants from now on.
    pub(in crate::sync) fn take(&mut self, ask: Ask, now: Instant) {
        match ask {
            Ask::Open {
                session,
                from_start,
            } => self.open(session, from_start, now),
            Ask::AlsoWatch(sessions) => self.watch(sessions, now),
            Ask::List(scope) => {
                self.scope = scope;
                self.sweep = Sweep::default();
                self.forget(|question| {
                    matches!(question, Question::List { .. } | Question::Sweep { .. })
                });
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
                if self.due(same).is_none() {
                    self.want(same, now);
                }
            }
            Ask::Refresh => {
                for due in &mut self.dues {
                    due.failures = 0;
                    due.at = Some(now);
                }
                if let Some(kept) = self.open.and_then(|open| self.kept.get_mut(&open)) {
                    kept.doubt(now);
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
            Ask::Attend(attended) => self.attend(attended, now),
        }
    }

    /// Keeps up with a session in the reader, and no longer with the one before unless it is watched.
    fn open(&mut self, session: SessionId, from_start: bool, now: Instant) {
        let question = Question::Messages(session);
        self.open = Some(session);
        let kept = self.kept.entry(session).or_insert_with(|| Kept::new(now));
        kept.open(now);
        if from_start {
            kept.start_over();
            self.forget(|it| it == question);
        }
        self.forget_unwatched();
        self.forget_left();
        match self.due(question) {
            Some(due) => {
                due.failures = 0;
                due.at = Some(now);
            }
            None => self.want(question, now),
        }
    }

    /// Keeps up with these sessions beside the open one, and with no others.
    fn watch(&mut self, sessions: Vec<SessionId>, now: Instant) {
        self.watched = sessions.iter().copied().collect();
        self.forget_unwatched();
        let mut asked: HashSet<_> = self
            .dues
            .iter()
            .filter_map(|due| due.question.session())
            .collect();
        for session in sessions.into_iter().filter(|id| asked.insert(*id)) {
            self.kept.entry(session).or_insert_with(|| Kept::new(now));
            self.want(Question::Messages(session), now);
        }
        self.forget_left();
    }

    /// Forgets how far those were read that were never open, or were left long ago; whoever goes back
    /// to one reads it from its start.
    fn forget_left(&mut self) {
        let (open, watched) = (self.open, &self.watched);
        let is_left = |id: &SessionId| Some(*id) != open && !watched.contains(id);
        self.kept
            .retain(|id, kept| kept.opened.is_some() || !is_left(id));
        let left = self.kept.iter().filter(|(id, _)| is_left(id));
        let mut left: Vec<_> = left.map(|(id, kept)| (kept.opened, *id)).collect();
        left.sort_unstable();
        for (_, id) in left.iter().rev().skip(LEFT) {
            self.kept.remove(id);
        }
    }

    fn forget_unwatched(&mut self) {
        let (open, watched) = (self.open, std::mem::take(&mut self.watched));
        self.forget(|question| {
            let session = question.session();
            session.is_some_and(|id| session != open && !watched.contains(&id))
        });
        self.watched = watched;
    }

    /// Asks less while nobody looks, and at once for what that has delayed when somebody does.
    fn attend(&mut self, attended: bool, now: Instant) {
        self.attended = attended;
        if !attended {
            return;
        }
        for place in 0..self.dues.len() {
            let quick = match self.dues[place].question {
                Question::Messages(session) if Some(session) == self.open => self.pace.reader,
                Question::List { below: None, .. } => self.pace.list,
                _ => None,
            };
            let Some(quick) = quick else {
                continue;
            };
            let asked = self.dues[place].asked.unwrap_or(now);
            let at = self.rested(self.dues[place].question, asked + quick);
            self.dues[place].hasten(at);
        }
    }
}
