//! Typing indicators. The service may report the customer of an idle session as typing, so the flags
//! of a session are believed only after they have changed once.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;

use super::SessionList;
use crate::chat::{Session, SessionId, Timestamp, Typing};
use crate::text::ListedSession;

/// A customer whose browser has not polled for this long has closed it.
const CUSTOMER_GONE_AFTER: TimeDelta = TimeDelta::minutes(1);

#[derive(Clone, Debug, Default)]
pub(super) struct TypingHistory {
    sessions: HashMap<SessionId, Observed>,
}

#[derive(Clone, Copy, Debug)]
struct Observed {
    initial: Typing,
    changed: bool,
}

impl SessionList {
    /// Returns `true` if the customer is typing, as far as the flag can be believed.
    pub fn is_customer_typing(&self, session: &Session, now: Timestamp) -> bool {
        let is_fresh = |polled: Timestamp| now - polled <= CUSTOMER_GONE_AFTER;
        session.typing.customer
            && self.typing_history.has_changed(session.id)
            && !session.stage().is_over()
            && session.customer_last_poll.is_some_and(is_fresh)
    }
}

impl TypingHistory {
    /// Observes the sessions of a response, `listed` being those of the list before.
    pub(super) fn observe(&mut self, sessions: &[ListedSession], listed: &[ListedSession]) {
        for session in sessions.iter().map(ListedSession::unmasked) {
            let observed = self.sessions.entry(session.id).or_insert(Observed {
                initial: session.typing,
                changed: false,
            });
            observed.changed |= observed.initial != session.typing;
        }
        // Sessions come and go all day: those that are no longer listed are dropped.
        if self.sessions.len() > 2 * (listed.len() + sessions.len()) {
            let listed = listed.iter().map(ListedSession::id);
            let new = sessions.iter().map(ListedSession::id);
            let known: HashSet<_> = listed.chain(new).collect();
            self.sessions.retain(|id, _| known.contains(id));
        }
    }

    fn has_changed(&self, id: SessionId) -> bool {
        self.sessions.get(&id).is_some_and(|seen| seen.changed)
    }
}
