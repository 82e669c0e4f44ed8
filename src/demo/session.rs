//! One conversation and its messages, as they are stored.
//!
//! A session keeps its own statuses and times in agreement; ids are given by the world.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    enums::{MessageType, SessionStatus, SpecialType},
    scenario::{Agent, CAST, Channel, Customer, Step},
};

/// The database keeps this many characters of a special message's parameter.
pub(super) const MAX_PARAM_LENGTH: usize = 255;
/// The database keeps this many characters of a session's first and last message.
const MAX_PREVIEW_LENGTH: usize = 1024;

/// One conversation; people and channels are places in the cast.
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
    /// When the customer's window was closed, after which it asks for nothing.
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
    /// Elements that are sent among the messages without being any.
    pub(super) injected: Vec<Value>,
}

/// Who types.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Typing {
    #[default]
    Nobody,
    Customer,
    Agent,
}

/// One message as it is stored.
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

/// A message that a test or another program posts into a session.
#[derive(Clone, Debug)]
pub struct NewMessage {
    /// Which way it goes.
    pub kind: MessageType,
    /// Its text, as HTML.
    pub text: String,
    /// Who wrote it; whoever has that part in the session when empty.
    pub author: String,
    /// Whether the customer has read it.
    pub read: bool,
    /// What it is besides talk.
    pub special: SpecialType,
    /// The parameter of that; cut at 255 characters.
    pub param: String,
    /// How long from now it is due; negative for one that comes late.
    pub due_in: TimeDelta,
    /// Its id, such as one below those already there; the next one when absent.
    pub id: Option<i64>,
}

impl NewMessage {
    /// Something the customer writes.
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

    /// Something an agent writes.
    pub fn from_agent(text: &str) -> Self {
        Self {
            kind: MessageType::ToCustomer,
            read: false,
            ..Self::from_customer(text)
        }
    }

    /// Something other than talk.
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
    /// The channel it came in through.
    pub(super) fn channel(&self) -> &'static Channel {
        &CAST.channels[self.channel]
    }

    /// Who writes.
    pub(super) fn customer(&self) -> &'static Customer {
        &CAST.customers[self.customer]
    }

    /// Who answers.
    pub(super) fn agent(&self) -> Option<&'static Agent> {
        self.agent.and_then(|place| CAST.agents.get(place))
    }

    /// Puts it into a status, with the end or the new beginning that goes with it.
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

    /// The first or last thing said, as the session's own copy of it.
    pub(super) fn preview(message: Option<&Message>) -> String {
        message.map_or_else(String::new, |message| {
            message.text.chars().take(MAX_PREVIEW_LENGTH).collect()
        })
    }

    /// What was said, without the events in between.
    pub(super) fn chat_messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| matches!(message.kind, MessageType::ToCustomer | MessageType::ToUser))
    }

    /// Notes that the customer said something; one who waits goes on waiting.
    pub(super) fn on_customer_message(&mut self) {
        self.left_at = None;
        if self.status != SessionStatus::InQueue {
            self.status = SessionStatus::CustomerLast;
            self.ended = None;
        }
    }

    /// Notes that the agent or the bot said something.
    pub(super) fn on_agent_message(&mut self) {
        self.status = SessionStatus::UserLast;
        self.ended = None;
    }

    /// What the bot says, which sets the session going without an agent.
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

    /// What a special message does to the session.
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

    /// Who answers, as the customer sees it: the agent, else the channel's bot.
    pub(super) fn responder_name(&self) -> &'static str {
        let bot = self.channel().bot.as_deref().unwrap_or_default();
        self.agent().map_or(bot, |agent| agent.nickname.as_str())
    }

    /// Who is the author of what an act says.
    pub(super) fn author_of(&self, step: &Step) -> String {
        let bot = self.channel().bot.as_deref().unwrap_or_default();
        match step {
            Step::Customer(_) | Step::Clicked(_) => &self.customer().name,
            Step::Bot(_) | Step::Delayed { .. } | Step::Options { .. } => bot,
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

    /// The words of a script with this session's names and numbers in them.
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
