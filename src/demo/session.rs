//! Sessions and messages as they are stored.
//!
//! The status and the times of a session stay consistent; ids come from the database.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    enums::{MessageType, SessionStatus, SpecialType},
    scenario::{Agent, Channel, Customer, Step},
};

/// The real database has this many characters for a session's first and last message.
const MAX_PREVIEW_LENGTH: usize = 1024;

#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: i64,
    pub(super) channel: &'static Channel,
    pub(super) customer: &'static Customer,
    pub(super) agent: Option<&'static Agent>,
    pub(super) transfer_to: Option<&'static Agent>,
    pub(super) status: SessionStatus,
    pub(super) requested: DateTime<Utc>,
    /// When it last entered the queue.
    pub(super) queued_at: DateTime<Utc>,
    pub(super) started: Option<DateTime<Utc>>,
    pub(super) ended: Option<DateTime<Utc>>,
    pub(super) idle_since: DateTime<Utc>,
    /// When the customer's browser stopped polling.
    pub(super) left_at: Option<DateTime<Utc>>,
    pub(super) queue_position: i64,
    pub(super) rank: i64,
    pub(super) typing: Typing,
    pub(super) bot_active: bool,
    pub(super) rating: i64,
    pub(super) ticket: Option<String>,
    pub(super) sale: Option<String>,
    pub(super) project: Option<String>,
    pub(super) messages: Vec<Message>,
    /// Elements of any form that are sent after the messages.
    pub(super) injected: Vec<Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Typing {
    Nobody,
    Customer,
    Agent,
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) id: i64,
    pub(super) posted: DateTime<Utc>,
    pub(super) content: NewMessage,
}

/// A message to be posted, or the content of a posted one.
#[derive(Clone, Debug, Default)]
pub struct NewMessage {
    pub kind: MessageType,
    /// HTML.
    pub text: String,
    /// When empty, the customer or the agent of the session, by `kind`.
    pub author: String,
    /// By the customer.
    pub read: bool,
    pub special: SpecialType,
    /// The parameter of `special`; cut at 255 characters.
    pub param: String,
    /// How far `WhenPosted` is ahead of now; negative for a message that comes late.
    pub due_in: TimeDelta,
    /// The next free id when absent; a given one may be below those already used.
    pub id: Option<i64>,
}

impl NewMessage {
    /// Returns `true` for a message of the customer, of an agent or of a bot.
    fn is_chat(&self) -> bool {
        matches!(self.kind, MessageType::ToCustomer | MessageType::ToUser)
    }

    pub fn from_customer(text: &str) -> Self {
        Self {
            kind: MessageType::ToUser,
            text: text.to_owned(),
            read: true,
            ..Self::default()
        }
    }

    pub fn from_agent(text: &str) -> Self {
        Self {
            kind: MessageType::ToCustomer,
            read: false,
            ..Self::from_customer(text)
        }
    }

    pub fn special(special: SpecialType, text: &str, param: &str) -> Self {
        Self {
            kind: MessageType::Special,
            special,
            param: param.to_owned(),
            ..Self::from_customer(text)
        }
    }
}

impl Session {
    /// Inserts a message in the order of ids.
    pub(super) fn insert_message(&mut self, id: i64, content: NewMessage, now: DateTime<Utc>) {
        self.idle_since = now;
        if content.is_chat() {
            self.typing = Typing::Nobody;
        }
        let posted = now + content.due_in;
        let index = self.messages.partition_point(|other| other.id < id);
        let message = Message {
            id,
            posted,
            content,
        };
        self.messages.insert(index, message);
    }

    /// Changes the status and what depends on it, such as the end.
    pub(super) fn set_status(&mut self, status: SessionStatus, now: DateTime<Utc>) {
        self.status = status;
        if status == SessionStatus::InQueue {
            self.queued_at = now;
            self.bot_active = false;
        }
        if status.is_over() {
            self.ended = self.ended.or(Some(now));
            self.typing = Typing::Nobody;
            self.transfer_to = None;
            self.bot_active = false;
        } else {
            self.ended = None;
        }
    }

    /// The first and the last message without special ones, as far as they are stored.
    pub(super) fn previews(&self) -> [String; 2] {
        let mut chat = self.messages.iter().map(|message| &message.content);
        let first = chat.clone().find(|content| content.is_chat());
        let last = chat.rfind(|content| content.is_chat());
        [first, last].map(|content| {
            let text = content.map_or("", |content| &content.text);
            text.chars().take(MAX_PREVIEW_LENGTH).collect()
        })
    }

    /// Changes the status as a posted message does, and returns its usual author.
    pub(super) fn apply_message(&mut self, post: &NewMessage, now: DateTime<Utc>) -> &'static str {
        match post.kind {
            MessageType::ToUser => {
                self.on_customer_message();
                &self.customer.name
            }
            MessageType::ToCustomer => {
                self.on_agent_message();
                self.responder_name()
            }
            MessageType::Invalid | MessageType::Special => {
                self.apply_special(post.special, now);
                ""
            }
        }
    }

    /// Changes the status as a message of the customer does; a customer in the queue stays there.
    pub(super) fn on_customer_message(&mut self) {
        self.left_at = None;
        if self.status != SessionStatus::InQueue {
            self.status = SessionStatus::CustomerLast;
            self.ended = None;
        }
    }

    /// Changes the status as a message of the agent or the bot does.
    pub(super) fn on_agent_message(&mut self) {
        self.status = SessionStatus::UserLast;
        self.ended = None;
    }

    /// Changes the status as a special message does.
    pub(super) fn apply_special(&mut self, special: SpecialType, now: DateTime<Utc>) {
        match special {
            SpecialType::ClosedByCustomer if self.status == SessionStatus::InQueue => {
                self.set_status(SessionStatus::ClosedFromQueue, now);
            }
            SpecialType::ClosedByUser
            | SpecialType::ClosedByCustomer
            | SpecialType::ClosedByIdle
            | SpecialType::Block => self.set_status(SessionStatus::Finished, now),
            SpecialType::SessionDeleted => self.set_status(SessionStatus::Deleted, now),
            SpecialType::ReopenedByCustomer => self.set_status(SessionStatus::CustomerLast, now),
            _ => {}
        }
    }

    fn bot_name(&self) -> &'static str {
        self.channel.bot.as_deref().unwrap_or_default()
    }

    /// The agent's nickname, or the channel's bot before an agent picks up.
    fn responder_name(&self) -> &'static str {
        self.agent.map_or(self.bot_name(), |agent| &agent.nickname)
    }

    /// The author of a step's message.
    pub(super) fn author_of(&self, step: &Step) -> String {
        match step {
            Step::Customer(_) | Step::Clicked(_) => &self.customer.name,
            Step::Bot(_) | Step::Delayed { .. } | Step::Options { .. } => self.bot_name(),
            Step::Special { kind, .. } => match kind {
                SpecialType::ClosedByCustomer
                | SpecialType::ReopenedByCustomer
                | SpecialType::IllegalFileType => &self.customer.name,
                SpecialType::NewSession | SpecialType::ClosedByIdle | SpecialType::Error => "",
                _ => self.responder_name(),
            },
            _ => self.responder_name(),
        }
        .to_owned()
    }

    /// A scenario's text with the names and numbers of this session.
    pub(super) fn fill_placeholders(&self, text: &str) -> String {
        let agent = self.agent.map_or("", |agent| &agent.nickname);
        text.replace("{first}", &self.customer.alias)
            .replace("{agent}", agent)
            .replace("{number}", &format!("NF-{}", 48_210 + self.id * 7))
    }
}
