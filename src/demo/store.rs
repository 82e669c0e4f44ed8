//! The database, and how a step of a scenario changes it.
//!
//! Without clock, randomness or JSON shapes: the caller passes the time and the agent. Ids ascend,
//! except where a test posts a message with a smaller one.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    enums::{MessageType, SessionStatus, SpecialType},
    scenario::Step,
    session::{MAX_PARAM_LENGTH, Message, NewMessage, Session, Typing},
};

const FIRST_SESSION: i64 = 341;
const FIRST_MESSAGE: i64 = 9001;

#[derive(Debug, Default)]
pub(super) struct Database {
    pub(super) sessions: BTreeMap<i64, Session>,
    sessions_created: i64,
    messages_created: i64,
}

impl Database {
    /// Opens a session and returns its id.
    pub(super) fn open_session(
        &mut self,
        now: DateTime<Utc>,
        channel: usize,
        customer: usize,
    ) -> i64 {
        let queued = |session: &&Session| session.status == SessionStatus::InQueue;
        let queue_position = self.sessions.values().filter(queued).count() + 1;
        let id = FIRST_SESSION + self.sessions_created;
        self.sessions_created += 1;
        self.sessions.insert(
            id,
            Session {
                id,
                channel,
                customer,
                agent: None,
                transfer_to: None,
                status: SessionStatus::PreChatForm,
                requested: now,
                queued_at: now,
                started: None,
                ended: None,
                idle_since: now,
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
            },
        );
        self.insert_message(
            now,
            id,
            NewMessage::special(SpecialType::NewSession, "", ""),
        );
        id
    }

    pub(super) fn open_session_count(&self) -> usize {
        let open = |session: &&Session| !session.status.is_over();
        self.sessions.values().filter(open).count()
    }

    /// Stores a message and returns its id; 0 if there is no such session.
    fn insert_message(&mut self, now: DateTime<Utc>, session: i64, post: NewMessage) -> i64 {
        let Some(session) = self.sessions.get_mut(&session) else {
            return 0;
        };
        let id = post.id.unwrap_or(FIRST_MESSAGE + self.messages_created);
        self.messages_created = self.messages_created.max(id - FIRST_MESSAGE + 1);
        let message = Message {
            id,
            kind: post.kind,
            text: post.text,
            author: post.author,
            read: post.read,
            special: post.special,
            param: post.param.chars().take(MAX_PARAM_LENGTH).collect(),
            posted: now + post.due_in,
        };
        session.idle_since = now;
        if matches!(message.kind, MessageType::ToCustomer | MessageType::ToUser) {
            session.typing = Typing::Nobody;
        }
        let index = session.messages.partition_point(|other| other.id < id);
        session.messages.insert(index, message);
        id
    }

    /// Stores a message, with the status and the author that go with it.
    pub(super) fn post_message(
        &mut self,
        now: DateTime<Utc>,
        id: i64,
        mut post: NewMessage,
    ) -> i64 {
        if let Some(session) = self.sessions.get_mut(&id) {
            let author = match post.kind {
                MessageType::ToUser => {
                    session.on_customer_message();
                    session.customer().name.as_str()
                }
                MessageType::ToCustomer => {
                    session.on_agent_message();
                    session.responder_name()
                }
                MessageType::Invalid | MessageType::Special => {
                    session.apply_special(post.special, now);
                    ""
                }
            };
            if post.author.is_empty() {
                author.clone_into(&mut post.author);
            }
        }
        self.insert_message(now, id, post)
    }

    /// Applies one step; `agent` is the one who picks up or is offered a transfer.
    pub(super) fn apply_step(
        &mut self,
        now: DateTime<Utc>,
        id: i64,
        step: &Step,
        agent: Option<usize>,
    ) {
        let offered = self
            .sessions
            .get(&id)
            .and_then(|session| session.transfer_to);
        let rank = agent.or(offered).map_or(0, |agent| self.free_rank(agent));
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let post = match step {
            Step::Customer(text) => {
                session.on_customer_message();
                Some(NewMessage::from_customer(text))
            }
            Step::Agent(text) => {
                session.bot_active = session.agent.is_none();
                session.on_agent_message();
                Some(NewMessage::from_agent(text))
            }
            Step::Bot(text) => Some(session.bot_message(SpecialType::BotMessage, text, "")),
            Step::Delayed { text, seconds } => Some(NewMessage {
                due_in: TimeDelta::seconds(*seconds),
                ..session.bot_message(SpecialType::BotMessage, text, "")
            }),
            Step::Options { text, choices } => {
                // The vendor's sample bot stores the array alone.
                let choices = serde_json::to_string(choices).unwrap_or_default();
                Some(session.bot_message(SpecialType::Options, text, &choices))
            }
            Step::Clicked(choice) => {
                session.on_customer_message();
                Some(NewMessage::special(
                    SpecialType::ClickedOption,
                    choice,
                    choice,
                ))
            }
            Step::Special { kind, text, param } => {
                session.apply_special(*kind, now);
                Some(NewMessage::special(*kind, text, param))
            }
            Step::Pickup(_) => {
                session.agent = agent;
                session.rank = rank;
                session.started = Some(now);
                session.bot_active = false;
                session.on_agent_message();
                Some(NewMessage::special(
                    SpecialType::Welcome,
                    &session.channel().welcome,
                    "",
                ))
            }
            Step::Transfer(_) => {
                session.transfer_to = agent;
                None
            }
            Step::Accepted(true) => {
                session.agent = session.transfer_to.take().or(session.agent);
                session.rank = rank;
                let name = session.agent().map_or("", |agent| agent.name.as_str());
                Some(NewMessage::special(
                    SpecialType::TransferedSession,
                    "",
                    name,
                ))
            }
            Step::Accepted(false) => {
                session.transfer_to = None;
                Some(NewMessage::special(SpecialType::TransferRejected, "", ""))
            }
            Step::Handover(status) => {
                session.bot_active = false;
                session.set_status(*status, now);
                None
            }
            Step::Status(status) => {
                session.set_status(*status, now);
                None
            }
            Step::Leaves(left) => {
                session.left_at = left.then_some(now);
                None
            }
            Step::Rating(stars) => {
                session.rating = *stars;
                None
            }
            Step::Ticket(title) => {
                session.ticket = Some(title.clone());
                None
            }
            Step::Sale(title) => {
                session.sale = Some(title.clone());
                None
            }
            Step::Project(name) => {
                session.project = Some(name.clone());
                None
            }
        };
        if let Some(mut post) = post {
            post.author = session.author_of(step);
            post.text = session.fill_placeholders(&post.text);
            self.insert_message(now, id, post);
        }
    }

    /// The smallest number from 1 that no open session of this agent has.
    fn free_rank(&self, agent: usize) -> i64 {
        let taken = |rank: &i64| {
            self.sessions.values().any(|session| {
                session.rank == *rank && session.agent == Some(agent) && !session.status.is_over()
            })
        };
        let highest = i64::try_from(self.sessions.len()).unwrap_or_default() + 1;
        (1..highest).find(|rank| !taken(rank)).unwrap_or(highest)
    }
}
