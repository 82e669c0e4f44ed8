//! Session fingerprint: the part of a list row that changes when the messages of the session do.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::chat::{Session, Stage};

/// A row as it was listed last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SessionFingerprint {
    /// Changes when a message is written, and when the session is picked up, transferred, ended or
    /// reopened.
    hash: u64,
    /// Whether the customer wrote last.
    pub(super) needs_reply: bool,
    pub(super) is_over: bool,
}

impl SessionFingerprint {
    pub(super) fn from_session(session: &Session) -> Self {
        let stage = session.stage();
        let agent = session.agent.as_ref().map(|agent| agent.id);
        let transfer = session.transfer_to.as_ref().map(|agent| agent.id);
        let mut hasher = DefaultHasher::new();
        session.status.api_name().hash(&mut hasher);
        session.last_message.hash(&mut hasher);
        (session.started, session.ended, session.last_activity).hash(&mut hasher);
        (agent, transfer, session.bot_active).hash(&mut hasher);
        Self {
            hash: hasher.finish(),
            needs_reply: stage == Stage::NeedsReply,
            is_over: stage.is_over(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Agent, Status, Timestamp, Typing};

    #[test]
    fn a_fingerprint_changes_with_messages_and_not_with_who_is_typing() {
        let row = SessionFingerprint::from_session(&Session::default());
        let moment = Some(Timestamp::default());
        let moves: [fn(&mut Session, Option<Timestamp>); 8] = [
            |session, _| session.status = Status::CustomerLast,
            |session, _| session.last_message = "Hei".to_owned(),
            |session, moment| session.last_activity = moment,
            |session, moment| session.ended = moment,
            // Picked up, transferred, transferred to a bot.
            |session, moment| session.started = moment,
            |session, _| session.agent = Some(Agent::default()),
            |session, _| session.transfer_to = Some(Agent::default()),
            |session, _| session.bot_active = true,
        ];
        for change in moves {
            let mut session = Session::default();
            change(&mut session, moment);
            assert_ne!(SessionFingerprint::from_session(&session), row);
        }
        let still = Session {
            customer_last_poll: moment,
            typing: Typing {
                customer: true,
                ..Typing::default()
            },
            alert_level: 3,
            ..Session::default()
        };
        assert_eq!(SessionFingerprint::from_session(&still), row);
    }
}
