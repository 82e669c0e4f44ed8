//! The conversations of a customer: those that the service lists for a linked person or company, requested
//! when they are needed, and those of the list.

use std::collections::BTreeMap;

use super::App;
use super::effect::Effect;
use super::layout::Focus;
use super::status::Level;
use super::transcript_pane::Towards;
use crate::chat::{CustomerId, Session, SessionId};
use crate::sync::{ApiError, SyncCommand};

/// The customer whose conversations were requested last.
#[derive(Clone, Debug, Default)]
pub(super) struct Conversations {
    request: Option<(CustomerId, RequestState)>,
    /// As the service listed them.
    listed: Vec<Session>,
    /// The session to continue from once they have arrived.
    pending_step: Option<(SessionId, Towards)>,
    /// Whether the refusal of the service was reported.
    is_refusal_reported: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum RequestState {
    Awaited,
    Answered,
    /// Failed for now: the next key requests them again.
    Failed,
    Refused,
}

impl Conversations {
    /// The state of the request for the conversations of a customer; `None` if they were not requested last.
    fn state_of(&self, customer: CustomerId) -> Option<RequestState> {
        let (of, state) = self.request?;
        (of == customer).then_some(state)
    }

    pub(super) fn get(&self, id: SessionId) -> Option<&Session> {
        self.listed.iter().find(|session| session.id == id)
    }

    /// Replaces each session by another form of it: masked, or as it was.
    pub(super) fn replace_sessions(&mut self, form: impl Fn(&Session) -> Session) {
        for session in &mut self.listed {
            *session = form(session);
        }
    }
}

impl App {
    /// Requests the conversations of a customer anew, unless they are awaited or were refused.
    pub(super) fn request_conversations(&mut self, customer: CustomerId) -> Vec<Effect> {
        let conversations = &mut self.conversations;
        match conversations.state_of(customer) {
            Some(RequestState::Awaited | RequestState::Refused) => return Vec::new(),
            Some(RequestState::Answered | RequestState::Failed) => {}
            None => {
                conversations.listed = Vec::new();
                conversations.pending_step = None;
            }
        }
        conversations.request = Some((customer, RequestState::Awaited));
        vec![Effect::Sync(SyncCommand::FetchConversations(customer))]
    }

    /// The service has listed the conversations of a customer, or not.
    pub(super) fn on_conversations(
        &mut self,
        customer: CustomerId,
        result: Result<Vec<Session>, ApiError>,
    ) -> Vec<Effect> {
        let conversations = &mut self.conversations;
        if conversations.state_of(customer).is_none() {
            return Vec::new();
        }
        self.dirty = true;
        let (state, report) = match result {
            Ok(sessions) => {
                conversations.listed = sessions;
                (RequestState::Answered, None)
            }
            Err(error) if error.kind.is_refusal() => {
                let is_reported = std::mem::replace(&mut conversations.is_refusal_reported, true);
                (RequestState::Refused, (!is_reported).then_some(error.why))
            }
            Err(error) => (RequestState::Failed, Some(error.why)),
        };
        conversations.request = Some((customer, state));
        let step = conversations.pending_step.take();
        let step = step.filter(|(from, _)| {
            let is_here = self.focused_session_id() == Some(*from);
            is_here && self.overlay.is_none() && self.prompt.is_none()
        });
        let effects = match step {
            Some((from, towards)) => self.go_to_conversation_beside(from, towards),
            None => Vec::new(),
        };
        if let Some(why) = report {
            let text = format!("{why}; only sessions of the list are known");
            self.show_notice(Level::Error, text);
        }
        effects
    }

    /// Opens the customer's earlier or later conversation. Those that the service lists are requested first,
    /// if that was not done yet.
    pub(super) fn go_to_conversation(&mut self, towards: Towards) -> Vec<Effect> {
        let Some(from) = self.focused_session_id() else {
            return Vec::new();
        };
        // One of them is of this customer, also before it is known whom it is linked to.
        let is_listed = self.conversations.get(from).is_some();
        let customer = self.known_session(from).and_then(Session::customer_id);
        if let Some(customer) = customer.filter(|_| !is_listed) {
            let state = self.conversations.state_of(customer);
            let settled = [RequestState::Answered, RequestState::Refused];
            if state.is_none_or(|state| !settled.contains(&state)) {
                let effects = self.request_conversations(customer);
                self.conversations.pending_step = Some((from, towards));
                let text = "Loading the customer's conversations…";
                self.show_notice(Level::Info, text);
                return effects;
            }
        }
        self.go_to_conversation_beside(from, towards)
    }

    /// The id of [`Self::focused_session`], also where only the customer's conversations contain it.
    pub(super) fn focused_session_id(&self) -> Option<SessionId> {
        match self.focus {
            Focus::List => self.session_list.selected().map(|session| session.id),
            Focus::Transcript => self.open_session_id().filter(|open| {
                self.known_session(*open).is_some() || self.conversations.get(*open).is_some()
            }),
        }
    }

    fn go_to_conversation_beside(&mut self, from: SessionId, towards: Towards) -> Vec<Effect> {
        let conversations = self.conversations_of(from);
        let count = conversations.len();
        let here = conversations.iter().position(|it| it.id == from);
        let there = here.and_then(|here| match towards {
            Towards::Newer => Some(here + 1),
            Towards::Older => here.checked_sub(1),
        });
        let found = there.and_then(|there| Some((there, conversations.get(there)?.id)));
        let name = self.conversation_name(from);
        let with = name.map_or_else(String::new, |name| format!(" with {name}"));
        let Some((index, id)) = found else {
            let which = match (count, towards) {
                (..=1, _) => "other",
                (_, Towards::Newer) => "later",
                (_, Towards::Older) => "earlier",
            };
            let text = format!("No {which} conversation{with} is known");
            self.show_notice(Level::Info, text);
            return Vec::new();
        };
        let text = format!("Conversation {} of {count}{with}", index + 1);
        self.show_notice(Level::Info, text);
        self.open_conversation(id)
    }

    fn conversation_name(&self, id: SessionId) -> Option<String> {
        let session = self
            .known_session(id)
            .or_else(|| self.conversations.get(id))?;
        session.customer_name().map(str::to_owned)
    }

    /// Opens a conversation of the customer in the transcript pane.
    pub(super) fn open_conversation(&mut self, id: SessionId) -> Vec<Effect> {
        self.go_to_session(id, "Filter cleared: it hides this conversation")
    }

    /// The known conversations of the customer of this session, itself included, oldest first.
    pub(crate) fn conversations_of(&self, id: SessionId) -> Vec<&Session> {
        let listed = &self.conversations.listed;
        let [known, summary] = [self.known_session(id), self.conversations.get(id)];
        let of_same_customer = |other: &&Session| {
            let mut these = known.into_iter().chain(summary);
            these.any(|this| this.id == other.id || this.is_of_same_customer(other))
        };
        // A row of the list has more properties.
        let all = listed.iter().chain(self.session_list.all()).chain(known);
        let all = all.filter(of_same_customer).map(|it| (it.id, it));
        let all: BTreeMap<_, _> = all.collect();
        let mut all: Vec<_> = all.into_values().collect();
        all.sort_by_key(|session| (session.requested, session.id));
        all
    }

    /// Why conversations of the customer of this session may be missing.
    pub(crate) fn conversations_note(&self, session: &Session) -> Option<&'static str> {
        match self.conversations.state_of(session.customer_id()?)? {
            RequestState::Awaited => Some("loading…"),
            RequestState::Failed => Some("could not be loaded: only those of the list"),
            RequestState::Refused => Some("not available: only those of the list"),
            RequestState::Answered => None,
        }
    }
}
