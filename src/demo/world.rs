//! What the service holds: sessions and their messages, and how an act changes them.
//!
//! No clock, no chance and no JSON shapes: whoever acts says when, and the story says who.
//! Ids only grow, except where a test asks for a smaller one.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    cast::{Act, Agent, CAST, Channel, Customer},
    kinds::{Kind, Special, Status},
};

/// The ids that the first session and the first message get.
const FIRST_SESSION: i64 = 341;
const FIRST_MESSAGE: i64 = 9001;
/// The database keeps this many characters of a special message's parameter.
const PARAM_LIMIT: usize = 255;
/// The database keeps this many characters of a session's first and last message.
const COPY_LIMIT: usize = 1024;

/// Everything there is.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) sessions: BTreeMap<i64, Session>,
    /// Elements that are sent among the sessions without being any.
    pub(super) injected: Vec<Value>,
    made_sessions: i64,
    made_messages: i64,
}

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

impl World {
    /// Opens a session and returns its id.
    pub(super) fn open(&mut self, now: DateTime<Utc>, channel: usize, customer: usize) -> i64 {
        let queued = |session: &&Session| session.status == Status::InQueue;
        let queue_position = self.sessions.values().filter(queued).count() + 1;
        let id = FIRST_SESSION + self.made_sessions;
        self.made_sessions += 1;
        self.sessions.insert(
            id,
            Session {
                id,
                channel,
                customer,
                agent: None,
                transfer_to: None,
                status: Status::PreChatForm,
                requested: now,
                started: None,
                ended: None,
                idle: now,
                left: None,
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
        self.post(now, id, Post::special(Special::NewSession, "", ""));
        id
    }

    /// How many conversations are going on.
    pub(super) fn open_sessions(&self) -> usize {
        let open = |session: &&Session| !session.status.is_over();
        self.sessions.values().filter(open).count()
    }

    /// Stores a message and returns its id; 0 when there is no such session.
    pub(super) fn post(&mut self, now: DateTime<Utc>, session: i64, post: Post) -> i64 {
        let Some(session) = self.sessions.get_mut(&session) else {
            return 0;
        };
        let id = post.id.unwrap_or(FIRST_MESSAGE + self.made_messages);
        self.made_messages = self.made_messages.max(id - FIRST_MESSAGE + 1);
        let text = session.filled(&post.text);
        let message = Message {
            id,
            kind: post.kind,
            text,
            author: post.author,
            read: post.read,
            special: post.special,
            param: post.param.chars().take(PARAM_LIMIT).collect(),
            posted: now + post.due_in,
        };
        session.idle = now;
        if matches!(message.kind, Kind::ToCustomer | Kind::ToUser) {
            session.typing = Typing::Nobody;
        }
        let place = session.messages.partition_point(|other| other.id < id);
        session.messages.insert(place, message);
        id
    }

    /// Stores what somebody says and sets the status that goes with it.
    pub(super) fn say(&mut self, now: DateTime<Utc>, id: i64, mut post: Post) -> i64 {
        if let Some(session) = self.sessions.get_mut(&id) {
            let part = match post.kind {
                Kind::ToUser => {
                    session.customer_wrote();
                    session.customer().name.as_str()
                }
                Kind::ToCustomer => {
                    session.status = Status::UserLast;
                    session.answerer()
                }
                Kind::Invalid | Kind::Special => {
                    session.follow(post.special, now);
                    ""
                }
            };
            if post.author.is_empty() {
                part.clone_into(&mut post.author);
            }
        }
        self.post(now, id, post)
    }

    /// Carries out one act; `agent` is whom it names, where it names one.
    pub(super) fn act(&mut self, now: DateTime<Utc>, id: i64, act: &Act, agent: Option<usize>) {
        let rank = self.free_rank(agent);
        let Some(session) = self.sessions.get_mut(&id) else {
            return;
        };
        let post = match act {
            Act::Customer(text) => {
                session.customer_wrote();
                Some(Post::from_customer(text))
            }
            Act::Agent(text) => {
                session.bot_active = session.agent.is_none();
                session.status = Status::UserLast;
                Some(Post::from_agent(text))
            }
            Act::Bot(text) => Some(session.bot_says(Special::BotMessage, text, "")),
            Act::Delayed { text, seconds } => Some(Post {
                due_in: TimeDelta::seconds(*seconds),
                ..session.bot_says(Special::BotMessage, text, "")
            }),
            Act::Options { text, choices } => {
                // The vendor's sample bot stores the array alone.
                let choices = serde_json::to_string(choices).unwrap_or_default();
                Some(session.bot_says(Special::Options, text, &choices))
            }
            Act::Clicked(choice) => {
                session.customer_wrote();
                Some(Post::special(Special::ClickedOption, choice, choice))
            }
            Act::Special {
                kind,
                text,
                param,
            } => {
                session.follow(*kind, now);
                Some(Post::special(*kind, text, param))
            }
            Act::Pickup(_) => {
                session.agent = agent;
                session.rank = rank;
                session.started = Some(now);
                session.bot_active = false;
                session.status = Status::UserLast;
                Some(Post::special(Special::Welcome, &session.channel().welcome, ""))
            }
            Act::Transfer(_) => {
                session.transfer_to = agent;
                None
            }
            Act::Accepted(true) => {
                session.agent = session.transfer_to.take().or(session.agent);
                let name = session.agent().map_or("", |agent| agent.name.as_str());
                Some(Post::special(Special::TransferedSession, "", name))
            }
            Act::Accepted(false) => {
                session.transfer_to = None;
                Some(Post::special(Special::TransferRejected, "", ""))
            }
            Act::Handover(status) => {
                session.bot_active = false;
                session.status = *status;
                None
            }
            Act::Status(status) => {
                session.set_status(*status, now);
                None
            }
            Act::Leaves(left) => {
                session.left = left.then_some(now);
                None
            }
            Act::Rating(stars) => {
                session.rating = *stars;
                None
            }
            Act::Ticket(title) => {
                session.ticket = Some(title.clone());
                None
            }
            Act::Sale(title) => {
                session.sale = Some(title.clone());
                None
            }
            Act::Project(name) => {
                session.project = Some(name.clone());
                None
            }
        };
        if let Some(mut post) = post {
            post.author = session.author(act);
            self.post(now, id, post);
        }
    }

    /// The smallest number from 1 that no active session of this agent has.
    fn free_rank(&self, agent: Option<usize>) -> i64 {
        let taken = |rank: &i64| {
            self.sessions.values().any(|session| {
                session.rank == *rank && session.agent == agent && !session.status.is_over()
            })
        };
        (1..).find(|rank| !taken(rank)).unwrap_or_default()
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

    fn customer_wrote(&mut self) {
        self.left = None;
        if self.status != Status::InQueue {
            self.status = Status::CustomerLast;
        }
    }

    fn bot_says(&mut self, special: Special, text: &str, param: &str) -> Post {
        self.bot_active = true;
        self.status = Status::UserLast;
        Post {
            special,
            param: param.to_owned(),
            ..Post::from_agent(text)
        }
    }

    /// What a special message does to the session.
    fn follow(&mut self, special: Special, now: DateTime<Utc>) {
        match special {
            Special::ClosedByCustomer if self.started.is_none() => {
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
    fn answerer(&self) -> &'static str {
        let bot = self.channel().bot.as_deref().unwrap_or_default();
        self.agent().map_or(bot, |agent| agent.nickname.as_str())
    }

    fn author(&self, act: &Act) -> String {
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
    fn filled(&self, text: &str) -> String {
        if !text.contains('{') {
            return text.to_owned();
        }
        let agent = self.agent().map_or("", |agent| agent.nickname.as_str());
        text.replace("{first}", &self.customer().alias)
            .replace("{agent}", agent)
            .replace("{number}", &format!("NF-{}", 48_210 + self.id * 7))
    }
}
