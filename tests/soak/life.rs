//! The life of one session, told to its end: how it stands and what has been said in it at any moment.

use sochat::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, Message, RichText, Session, SessionId, Status,
    Typing,
};

use crate::day::{At, moment};

pub const AGENTS: [&str; 5] = ["Ola", "Ingrid", "Per", "Silje", "Amir"];
const CHANNELS: [&str; 3] = ["Support NO", "Support SE", "Sales"];

/// One session from its first moment to its last.
pub struct Life {
    pub id: SessionId,
    /// How it stood, and from when on.
    pub states: Vec<(At, State)>,
    pub posts: Vec<Post>,
    pub ends: At,
    pub gone: At,
}

#[derive(Clone, Copy)]
pub struct State {
    pub status: &'static Status,
    pub agent: Option<usize>,
    pub transfer: Option<usize>,
    pub started: Option<At>,
    pub ended: Option<At>,
    pub active: Option<At>,
    pub last: Option<usize>,
    pub bot: bool,
    pub types: bool,
}

/// A message, and when it is to be seen how.
pub struct Post {
    pub message: Message,
    pub shows: At,
    pub read: At,
    pub edited: At,
    pub vanishes: At,
}

pub fn is_mine(session: &Session) -> bool {
    let is_me = |agent: &Agent| agent.id == AssociateId(1);
    session.agent.as_ref().is_some_and(is_me)
}

fn agent(number: usize) -> Agent {
    Agent {
        id: AssociateId(i64::try_from(number).unwrap() + 1),
        name: AGENTS[number].to_owned(),
    }
}

impl Life {
    pub fn begins(&self) -> At {
        self.states[0].0
    }

    /// Tells whether it has not ended before.
    pub fn is_live(&self, at: At) -> bool {
        self.ends > at
    }

    pub fn session(&self, at: At) -> Option<Session> {
        let place = self.states.partition_point(|(from, _)| *from <= at);
        let (_, state) = *self.states.get(place.checked_sub(1)?)?;
        if at >= self.gone {
            return None;
        }
        let number = usize::try_from(self.id.0).unwrap();
        let last = state.last.map(|last| &self.posts[last].message);
        Some(Session {
            id: self.id,
            channel: Channel {
                id: ChannelId(self.id.0 % 3),
                name: CHANNELS[number % CHANNELS.len()].to_owned(),
            },
            status: state.status.clone(),
            customer: Customer {
                name: format!("Customer {}", self.id),
                email: format!("customer{}@example.com", self.id),
                ..Customer::default()
            },
            agent: state.agent.map(agent),
            transfer_to: state.transfer.map(agent),
            bot_active: state.bot,
            typing: Typing {
                customer: state.types,
                agent: false,
            },
            last_message: last.map_or_else(String::new, |last| last.body.text.clone()),
            requested: Some(moment(self.begins())),
            started: state.started.map(moment),
            ended: state.ended.map(moment),
            last_activity: state.active.map(moment),
            ..Session::default()
        })
    }

    pub fn messages(&self, at: At) -> Option<Vec<Message>> {
        let is_there = self.begins() <= at && at < self.gone;
        let posts = || {
            let shown = self.posts.iter();
            let shown = shown.filter(|post| post.shows <= at && at < post.vanishes);
            shown.map(|post| post.message_at(at)).collect()
        };
        is_there.then(posts)
    }
}

impl Post {
    fn message_at(&self, at: At) -> Message {
        let mut message = self.message.clone();
        message.read_by_customer |= self.read <= at;
        if self.edited <= at {
            message.body = RichText::plain(format!("{} (edited)", message.body.text));
        }
        let (id, read, text) = (message.id, message.read_by_customer, &message.body.text);
        let raw = format!(
            r#"{{"ChatMessageId":{id},"Message":"{text}","ReadByCustomer":{}}}"#,
            u8::from(read)
        );
        message.raw = raw.into();
        message
    }
}
