//! Session script: the state and the messages of one session at any time.

use crate::chat::{
    Agent, AssociateId, Channel, ChannelId, Customer, Message, RichText, Session, SessionId,
    Status, Typing,
};

use crate::sync::tests::soak::timeline::{DayMillis, to_timestamp};

pub(super) const AGENTS: [&str; 5] = ["Ola", "Ingrid", "Per", "Silje", "Amir"];
const CHANNELS: [&str; 3] = ["Support NO", "Support SE", "Sales"];

pub(super) struct SessionScript {
    pub id: SessionId,
    /// Its states, each with its begin.
    pub(crate) states: Vec<(DayMillis, State)>,
    pub(crate) scripted_messages: Vec<ScriptedMessage>,
    pub(crate) ended_at: DayMillis,
    pub(crate) removed_at: DayMillis,
}

#[derive(Clone, Copy)]
pub(super) struct State {
    pub status: &'static Status,
    pub agent: Option<usize>,
    pub(crate) transfer: Option<usize>,
    pub started: Option<DayMillis>,
    pub ended: Option<DayMillis>,
    pub(crate) active: Option<DayMillis>,
    pub last_message: Option<usize>,
    pub(crate) bot_active: bool,
    pub(crate) customer_typing: bool,
}

/// The versions of a message, each with its begin.
pub(super) struct ScriptedMessage {
    pub message: Message,
    pub(crate) shown_at: DayMillis,
    pub(crate) read_at: DayMillis,
    pub(crate) edited_at: DayMillis,
    pub(crate) removed_at: DayMillis,
}

pub(super) fn is_mine(session: &Session) -> bool {
    let is_me = |agent: &Agent| agent.id == AssociateId(1);
    session.agent.as_ref().is_some_and(is_me)
}

fn agent(number: usize) -> Agent {
    Agent {
        id: AssociateId(i64::try_from(number).unwrap() + 1),
        name: AGENTS[number].to_owned(),
    }
}

impl SessionScript {
    pub(super) fn begins_at(&self) -> DayMillis {
        self.states[0].0
    }

    /// Returns `true` if it has not ended before.
    pub(super) fn has_not_ended(&self, at: DayMillis) -> bool {
        self.ended_at > at
    }

    pub(super) fn session(&self, at: DayMillis) -> Option<Session> {
        let index = self.states.partition_point(|(from, _)| *from <= at);
        let (_, state) = *self.states.get(index.checked_sub(1)?)?;
        if at >= self.removed_at {
            return None;
        }
        let number = usize::try_from(self.id.0).unwrap();
        let last = state
            .last_message
            .map(|last| &self.scripted_messages[last].message);
        Some(Session {
            id: self.id,
            channel: Channel {
                id: ChannelId(self.id.0 % 3),
                name: CHANNELS[number % CHANNELS.len()].to_owned(),
                ..Channel::default()
            },
            status: state.status.clone(),
            customer: Customer {
                name: format!("Customer {}", self.id),
                email: format!("customer{}@example.com", self.id),
                ..Customer::default()
            },
            agent: state.agent.map(agent),
            transfer_to: state.transfer.map(agent),
            bot_active: state.bot_active,
            typing: Typing {
                customer: state.customer_typing,
                agent: false,
            },
            last_message: last.map_or_else(String::new, |last| last.body.text.clone()),
            requested: Some(to_timestamp(self.begins_at())),
            started: state.started.map(to_timestamp),
            ended: state.ended.map(to_timestamp),
            last_activity: state.active.map(to_timestamp),
            ..Session::default()
        })
    }

    pub(super) fn messages(&self, at: DayMillis) -> Option<Vec<Message>> {
        let is_there = self.begins_at() <= at && at < self.removed_at;
        let posts = || {
            let shown = self.scripted_messages.iter();
            let shown = shown.filter(|post| post.shown_at <= at && at < post.removed_at);
            shown.map(|post| post.message_at(at)).collect()
        };
        is_there.then(posts)
    }
}

impl ScriptedMessage {
    fn message_at(&self, at: DayMillis) -> Message {
        let mut message = self.message.clone();
        message.read_by_customer |= self.read_at <= at;
        if self.edited_at <= at {
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
