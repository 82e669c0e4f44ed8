//! One conversation and its messages, as they are stored.
//!
//! A session keeps its own statuses and times in agreement; ids are given by the world.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    cast::{Act, Agent, CAST, Channel, Customer},
    kinds::{Kind, Special, Status},
};

/// The database keeps this many characters of a special message's parameter.
pub(super) const PARAM_LIMIT: usize = 255;
/// The database keeps this many characters of a session's first and last message.
const COPY_LIMIT: usize = 1024;

/// One conversation; people and channels are places in the cast.
#[derive(Debug)]
pub(super) struct Session {
    pub(super) id: i64,
    pub(super) channel: usize,
    pub(super) customer: usize,
    pub(super) agent: Option<usize>,
    pub(super) transfer_to: Option<usize>,
    pub(super) status: Status,
    pub(super) requested: DateTime<Utc>,
    /// When it last entered the queue.
    pub(super) queued: DateTime<Utc>,
    pub(super) started: Option<DateTime<Utc>>,
    pub(super) ended: Option<DateTime<Utc>>,
    pub(super) idle: DateTime<Utc>,
    /// When the customer's window was closed, after which it asks for nothing.
    pub(super) left: Option<DateTime<Utc>>,
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
    pub(super) kind: Kind,
    pub(super) text: String,
    pub(super) author: String,
    pub(super) read: bool,
    pub(super) special: Special,
    pub(super) param: String,
    pub(super) posted: DateTime<Utc>,
}

/// A message that a test or another program posts into a session.
#[derive(Clone, Debug)]
pub struct Post {
    /// Which way it goes.
    pub kind: Kind,
    /// Its text, as HTML.
    pub text: String,
    /// Who wrote it; whoever has that part in the session when empty.
    pub author: String,
    /// Whether the customer has read it.
    pub read: bool,
    /// What it is besides talk.
    pub special: Special,
    /// The parameter of that; cut at 255 characters.
    pub param: String,
    /// How long from now it is due; negative for one that comes late.
    pub due_in: TimeDelta,
    /// Its id, such as one below those already there; the next one when absent.
    pub id: Option<i64>,
}

impl Post {
    /// Something the customer writes.
    pub fn from_customer(text: &str) -> Self {
        Self {
            kind: Kind::ToUser,
            text: text.to_owned(),
            author: String::new(),
            read: true,
            special: Special::None,
            param: String::new(),
            due_in: TimeDelta::zero(),
            id: None,
        }
    }

    /// Something an agent writes.
    pub fn from_agent(text: &str) -> Self {
        Self {
            kind: Kind::ToCustomer,
            read: false,
            ..Self::from_customer(text)
        }
    }

    /// Something other than talk.
    pub fn special(special: Special, text: &str, param: &str) -> Self {
        Self {
            kind: Kind::Special,
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
    pub(super) fn set_status(&mut self, status: Status, now: DateTime<Utc>) {
        self.status = status;
        if status == Status::InQueue {
            self.queued = now;
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
    pub(super) fn copy_of(message: Option<&Message>) -> String {
        message.map_or_else(String::new, |message| {
            message.text.chars().take(COPY_LIMIT).collect()
        })
    }

    /// What was said, without the events in between.
    pub(super) fn talk(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages
            .iter()
            .filter(|message| matches!(message.kind, Kind::ToCustomer | Kind::ToUser))
    }

    /// Notes that the customer said something; one who waits goes on waiting.
    pub(super) fn customer_wrote(&mut self) {
        self.left = None;
        if self.status != Status::InQueue {
            self.status = Status::CustomerLast;
            self.ended = None;
        }
    }

    /// Notes that the agent or the bot said something.
    pub(super) fn answered(&mut self) {
        self.status = Status::UserLast;
        self.ended = None;
    }

    /// What the bot says, which sets the session going without an agent.
    pub(super) fn bot_says(&mut self, special: Special, text: &str, param: &str) -> Post {
        self.bot_active = true;
        self.answered();
        Post {
            special,
            param: param.to_owned(),
            ..Post::from_agent(text)
        }
    }

    /// What a special message does to the session.
    pub(super) fn follow(&mut self, special: Special, now: DateTime<Utc>) {
        match special {
            Special::ClosedByCustomer if self.status == Status::InQueue => {
                self.set_status(Status::ClosedFromQueue, now);
            }
            Special::ClosedByUser
            | Special::ClosedByCustomer
            | Special::ClosedByIdle
            | Special::Block => self.set_status(Status::Finished, now),
            Special::SessionDeleted => self.set_status(Status::Deleted, now),
            Special::ReopenedByCustomer => self.set_status(Status::CustomerLast, now),
            _ => {}
        }
    }

    /// Who answers, as the customer sees it: the agent, else the channel's bot.
    pub(super) fn answerer(&self) -> &'static str {
        let bot = self.channel().bot.as_deref().unwrap_or_default();
        self.agent().map_or(bot, |agent| agent.nickname.as_str())
    }

    /// Who is the author of what an act says.
    pub(super) fn author(&self, act: &Act) -> String {
        let bot = self.channel().bot.as_deref().unwrap_or_default();
        match act {
            Act::Customer(_) | Act::Clicked(_) => &self.customer().name,
            Act::Bot(_) | Act::Delayed { .. } | Act::Options { .. } => bot,
            Act::Special { kind, .. } => match kind {
                Special::ClosedByCustomer
                | Special::ReopenedByCustomer
                | Special::IllegalFileType => &self.customer().name,
                Special::NewSession | Special::ClosedByIdle | Special::Error => "",
                _ => self.answerer(),
            },
            _ => self.answerer(),
        }
        .to_owned()
    }

    /// The words of a script with this session's names and numbers in them.
    pub(super) fn filled(&self, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let agent = self.agent().map_or("", |agent| agent.nickname.as_str());
        text.replace("{first}", &self.customer().alias)
            .replace("{agent}", agent)
            .replace("{number}", &format!("NF-{}", 48_210 + self.id * 7))
    }
}
