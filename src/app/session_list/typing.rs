//! Typing indicators. The service may report the customer of an idle session as typing, so the flag of a
//! session counts only once the session has been reported without anyone typing.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::SessionList;
use crate::chat::{Session, SessionId, Timestamp, Typing};
use crate::text::ListedSession;

/// A customer whose browser has not polled for this long has closed it.
const CUSTOMER_GONE_AFTER: TimeDelta = TimeDelta::minutes(1);

#[derive(Clone, Debug, Default)]
pub(super) struct TypingHistory {
    /// Sessions that have been reported without anyone typing.
    seen_idle: HashSet<SessionId>,
}

impl SessionList {
    /// Returns `true` if the customer is typing, as far as the flag is reliable.
    pub(crate) fn is_customer_typing(&self, session: &Session, now: Timestamp) -> bool {
        let is_fresh = |polled: Timestamp| now - polled <= CUSTOMER_GONE_AFTER;
        session.typing.customer
            && self.typing_history.has_been_idle(session.id)
            && !session.stage().is_over()
            && session.customer_last_poll.is_some_and(is_fresh)
    }
}

impl TypingHistory {
    /// Observes the sessions of a response, `listed` being those of the list before.
    pub(super) fn observe(&mut self, sessions: &[ListedSession], listed: &[ListedSession]) {
        let rows = sessions.iter().map(ListedSession::unmasked);
        let idle = rows.filter(|row| row.typing == Typing::default());
        self.seen_idle.extend(idle.map(|session| session.id));
        // Sessions come and go all day: those that are no longer listed are dropped.
        if self.seen_idle.len() > 2 * (listed.len() + sessions.len()) {
            let listed = listed.iter().map(ListedSession::id);
            let new = sessions.iter().map(ListedSession::id);
            let known: HashSet<_> = listed.chain(new).collect();
            self.seen_idle.retain(|id| known.contains(id));
        }
    }

    fn has_been_idle(&self, id: SessionId) -> bool {
        self.seen_idle.contains(&id)
    }
}
