//! Sessions and messages as they are stored.
//!
//! A session keeps its status and its times consistent; ids come from the database.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    enums::{MessageType, SessionStatus, SpecialType},
    scenario::{Agent, CAST, Channel, Customer, Step},
};

/// The real database has this many characters for a special message's parameter.
pub(super) const MAX_PARAM_LENGTH: usize = 255;
/// The real database has this many characters for a session's first and last message.
const MAX_PREVIEW_LENGTH: usize = 1024;

/// Channel, customer and agents are indices into the cast.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: i64,
    pub(super) channel: usize,
    pub(super) customer: usize,
    pub(super) agent: Option<usize>,
    pub(super) transfer_to: Option<usize>,
    pub(super) status: SessionStatus,
    pub(super) requested: DateTime<Utc>,
    /// When it last entered the queue.
    pub(super) queued_at: DateTime<Utc>,
    pub(super) started: Option<DateTime<Utc>>,
    pub(super) ended: Option<DateTime<Utc>>,
    pub(super) idle_since: DateTime<Utc>,
    /// When the customer's browser stopped polling.
    pub(super) left_at: Option<DateTime<Utc>>,
    pub(super) queue_position: usize,
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

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Typing {
    #[default]
    Nobody,
    Customer,
    Agent,
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) id: i64,
    pub(super) kind: MessageType,
    pub(super) text: String,
    pub(super) author: String,
    pub(super) read: bool,
    pub(super) special: SpecialType,
    pub(super) param: String,
    pub(super) posted: DateTime<Utc>,
}

/// A message to be posted.
#[derive(Clone, Debug)]
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
    pub fn from_customer(text: &str) -> Self {
        Self {
            kind: MessageType::ToUser,
            text: text.to_owned(),
            author: String::new(),
            read: true,
            special: SpecialType::None,
            param: String::new(),
            due_in: TimeDelta::zero(),
            id: None,
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
    pub(super) fn channel(&self) -> &'static Channel {
        &CAST.channels[self.channel]
    }

    pub(super) fn customer(&self) -> &'static Customer {
        &CAST.customers[self.customer]
    }

    pub(super) fn agent(&self) -> Option<&'static Agent> {
        self.agent.and_then(|index| CAST.agents.get(index))
    }

    /// Changes the status and what depends on it, such as the end.
    pub(super) fn set_status(&mut self, status: SessionStatus, now: DateTime<Utc>) {
        self.status = status;
        if status == SessionStatus::InQueue {
            self.queued_at = now;
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

    pub(super) fn first_preview(&self) -> String {
        preview(self.chat_messages().next())
    }

    pub(super) fn last_preview(&self) -> String {
        preview(self.chat_messages().next_back())
    }

    /// The messages without special ones.
    fn chat_messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| matches!(message.kind, MessageType::ToCustomer | MessageType::ToUser))
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

    /// A message of the bot, which makes the session active without an agent.
    pub(super) fn bot_message(
        &mut self,
        special: SpecialType,
        text: &str,
        param: &str,
    ) -> NewMessage {
        self.bot_active = true;
        self.on_agent_message();
        NewMessage {
            special,
            param: param.to_owned(),
            ..NewMessage::from_agent(text)
        }
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
        self.channel().bot.as_deref().unwrap_or_default()
    }

    /// The agent's nickname, or the channel's bot before an agent picks up.
    pub(super) fn responder_name(&self) -> &'static str {
        self.agent()
            .map_or(self.bot_name(), |agent| agent.nickname.as_str())
    }

    /// The author of a step's message.
    pub(super) fn author_of(&self, step: &Step) -> String {
        match step {
            Step::Customer(_) | Step::Clicked(_) => &self.customer().name,
            Step::Bot(_) | Step::Delayed { .. } | Step::Options { .. } => self.bot_name(),
            Step::Special { kind, .. } => match kind {
                SpecialType::ClosedByCustomer
                | SpecialType::ReopenedByCustomer
                | SpecialType::IllegalFileType => &self.customer().name,
                SpecialType::NewSession | SpecialType::ClosedByIdle | SpecialType::Error => "",
                _ => self.responder_name(),
            },
            _ => self.responder_name(),
        }
        .to_owned()
    }

    /// A scenario's text with the names and numbers of this session.
    pub(super) fn fill_placeholders(&self, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let agent = self.agent().map_or("", |agent| agent.nickname.as_str());
        text.replace("{first}", &self.customer().alias)
            .replace("{agent}", agent)
            .replace("{number}", &format!("NF-{}", 48_210 + self.id * 7))
    }
}

fn preview(message: Option<&Message>) -> String {
    message.map_or_else(String::new, |message| {
        message.text.chars().take(MAX_PREVIEW_LENGTH).collect()
    })
}
