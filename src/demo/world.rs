//! What the service holds, and how an act of the story changes it.
//!
//! No clock, no chance and no JSON shapes: whoever acts says when, and the story says who.
//! Ids only grow, except where a test asks for a smaller one.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::{
    cast::Act,
    kinds::{Kind, Special, Status},
    session::{Message, PARAM_LIMIT, Post, Session, Typing},
};

/// The ids that the first session and the first message get.
const FIRST_SESSION: i64 = 341;
const FIRST_MESSAGE: i64 = 9001;

/// Everything there is.
#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) sessions: BTreeMap<i64, Session>,
    /// Elements that are sent among the sessions without being any.
    pub(super) injected: Vec<Value>,
    made_sessions: i64,
    made_messages: i64,
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
                queued: now,
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
        let message = Message {
            id,
            kind: post.kind,
            text: post.text,
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
                    session.answered();
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
        let offered = self
            .sessions
            .get(&id)
            .and_then(|session| session.transfer_to);
        let rank = agent.or(offered).map_or(0, |agent| self.free_rank(agent));
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
                session.answered();
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
            Act::Special { kind, text, param } => {
                session.follow(*kind, now);
                Some(Post::special(*kind, text, param))
            }
            Act::Pickup(_) => {
                session.agent = agent;
                session.rank = rank;
                session.started = Some(now);
                session.bot_active = false;
                session.answered();
                Some(Post::special(
                    Special::Welcome,
                    &session.channel().welcome,
                    "",
                ))
            }
            Act::Transfer(_) => {
                session.transfer_to = agent;
                None
            }
            Act::Accepted(true) => {
                session.agent = session.transfer_to.take().or(session.agent);
                session.rank = rank;
                let name = session.agent().map_or("", |agent| agent.name.as_str());
                Some(Post::special(Special::TransferedSession, "", name))
            }
            Act::Accepted(false) => {
                session.transfer_to = None;
                Some(Post::special(Special::TransferRejected, "", ""))
            }
            Act::Handover(status) => {
                session.bot_active = false;
                session.set_status(*status, now);
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
            post.text = session.filled(&post.text);
            self.post(now, id, post);
        }
    }

    /// The smallest number from 1 that no active session of this agent has.
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
