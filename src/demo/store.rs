//! The database, and how a step of a scenario changes it.
//!
//! Without clock, randomness or JSON shapes: the caller sets the time and passes the agent. Ids ascend,
//! except where a test posts a message with a smaller one.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    enums::{SessionStatus, SpecialType},
    scenario::{Agent, Channel, Customer, Step},
    session::{NewMessage, Session, Typing},
};

const FIRST_SESSION: i64 = 341;
const FIRST_MESSAGE: i64 = 9001;
/// The real database has this many characters for a special message's parameter.
const MAX_PARAM_LENGTH: usize = 255;

#[derive(Debug, Default)]
pub(super) struct Database {
    /// The time of all changes.
    pub(super) now: DateTime<Utc>,
    pub(super) sessions: BTreeMap<i64, Session>,
    sessions_created: i64,
    messages_created: i64,
}

impl Database {
    /// Opens a session and returns its id.
    pub(super) fn open_session(
        &mut self,
        channel: &'static Channel,
        customer: &'static Customer,
    ) -> i64 {
        let is_queued = |session: &Session| session.status == SessionStatus::InQueue;
        let ahead = self.sessions.values().map(|it| i64::from(is_queued(it)));
        let queue_position = ahead.sum::<i64>() + 1;
        let id = FIRST_SESSION + self.sessions_created;
        self.sessions_created += 1;
        let session = Session {
            id,
            channel,
            customer,
            agent: None,
            transfer_to: None,
            status: SessionStatus::PreChatForm,
            requested: self.now,
            queued_at: self.now,
            started: None,
            ended: None,
            idle_since: self.now,
            left_at: None,
            queue_position,
            rank: 0,
            typing: Typing::Nobody,
            bot_active: false,
            rating: 0,
            ticket: None,
            sale: None,
            project: None,
            messages: Vec::new(),
            injected: Vec::new(),
        };
        self.sessions.insert(id, session);
        self.insert_message(id, NewMessage::special(SpecialType::NewSession, "", ""));
        id
    }

    pub(super) fn open_sessions(&self) -> impl Iterator<Item = &Session> {
        let sessions = self.sessions.values();
        sessions.filter(|session| !session.status.is_over())
    }

    /// Stores a message and returns its id; 0 if there is no such session.
    fn insert_message(&mut self, session: i64, mut content: NewMessage) -> i64 {
        let Some(session) = self.sessions.get_mut(&session) else {
            return 0;
        };
        let id = content.id.unwrap_or(FIRST_MESSAGE + self.messages_created);
        self.messages_created = self.messages_created.max(id - FIRST_MESSAGE + 1);
        content.param = content.param.chars().take(MAX_PARAM_LENGTH).collect();
        session.insert_message(id, content, self.now);
        id
    }

    /// Stores a message, with the status and the author that go with it.
    pub(super) fn post_message(&mut self, id: i64, mut content: NewMessage) -> i64 {
        if let Some(session) = self.sessions.get_mut(&id) {
            let author = session.apply_message(&content, self.now);
            if content.author.is_empty() {
                author.clone_into(&mut content.author);
            }
        }
        self.insert_message(id, content)
    }

    /// Applies one step; `agent` picks up or is offered a transfer.
    pub(super) fn apply_step(&mut self, id: i64, step: &Step, agent: Option<&'static Agent>) {
        let offered = self.sessions.get(&id).and_then(|it| it.transfer_to);
        let rank = agent.or(offered).map_or(0, |agent| self.free_rank(agent));
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        match step {
            Step::Customer(_) | Step::Clicked(_) => session.on_customer_message(),
            Step::Agent(_) => {
                session.bot_active = session.agent.is_none();
                session.on_agent_message();
            }
            Step::Bot(_) | Step::Delayed { .. } | Step::Options { .. } => {
                session.bot_active = true;
                session.on_agent_message();
            }
            Step::Special { kind, .. } => session.apply_special(*kind, self.now),
            Step::Pickup(_) => {
                session.agent = agent;
                session.rank = rank;
                session.started = Some(self.now);
                session.bot_active = false;
                session.on_agent_message();
            }
            Step::Transfer(_) => session.transfer_to = agent,
            Step::Accepted(true) => {
                session.agent = session.transfer_to.take().or(session.agent);
                session.rank = rank;
            }
            Step::Accepted(false) => session.transfer_to = None,
            Step::Status(status) => session.set_status(*status, self.now),
            Step::Leaves(left) => session.left_at = left.then_some(self.now),
            Step::Rating(stars) => session.rating = *stars,
            Step::Ticket(title) => session.ticket = Some(title.clone()),
            Step::Sale(title) => session.sale = Some(title.clone()),
            Step::Project(name) => session.project = Some(name.clone()),
        }
        if let Some(mut content) = message_of(step, session) {
            content.author = session.author_of(step);
            content.text = session.fill_placeholders(&content.text);
            self.insert_message(id, content);
        }
    }

    /// The smallest number from 1 that no open session of this agent has.
    fn free_rank(&self, agent: &Agent) -> i64 {
        let is_free = |rank: &i64| {
            let mut sessions = self.open_sessions();
            sessions.all(|it| it.rank != *rank || it.agent.is_none_or(|it| it.id != agent.id))
        };
        (1..i64::MAX).find(is_free).unwrap_or_default()
    }
}

/// The message that a step posts, without its author.
fn message_of(step: &Step, session: &Session) -> Option<NewMessage> {
    let from_bot = |special, text: &str, param: String| NewMessage {
        special,
        param,
        ..NewMessage::from_agent(text)
    };
    Some(match step {
        Step::Customer(text) => NewMessage::from_customer(text),
        Step::Agent(text) => NewMessage::from_agent(text),
        Step::Bot(text) => from_bot(SpecialType::BotMessage, text, String::new()),
        Step::Delayed { text, seconds } => NewMessage {
            due_in: TimeDelta::seconds(*seconds),
            ..from_bot(SpecialType::BotMessage, text, String::new())
        },
        Step::Options { text, choices } => {
            // The vendor's sample bot stores the array alone.
            let choices = serde_json::to_string(choices).unwrap_or_default();
            from_bot(SpecialType::Options, text, choices)
        }
        Step::Clicked(choice) => NewMessage::special(SpecialType::ClickedOption, choice, choice),
        Step::Special { kind, text, param } => NewMessage::special(*kind, text, param),
        Step::Pickup(_) => NewMessage::special(SpecialType::Welcome, &session.channel.welcome, ""),
        Step::Accepted(true) => {
            let name = session.agent.map_or("", |agent| &agent.name);
            NewMessage::special(SpecialType::TransferedSession, "", name)
        }
        Step::Accepted(false) => NewMessage::special(SpecialType::TransferRejected, "", ""),
        _ => return None,
    })
}
