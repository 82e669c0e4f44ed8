//! One chat session: customer, agent, status and times.
//!
//! All text except [`Session::raw`] is sanitized. A time that the service sends as year 1, meaning
//! "never", is `None`.

use std::sync::Arc;

use super::{
    AssociateId, ChannelId, ChannelThresholds, Original, SessionId, Stage, Status, Timestamp,
    stored_session_bytes,
};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub channel: Channel,
    pub status: Status,
    pub customer: Customer,
    /// `None` while no agent is assigned.
    pub agent: Option<Agent>,
    /// The target of a pending transfer.
    pub(crate) transfer_to: Option<Agent>,
    pub(crate) bot_active: bool,
    pub typing: Typing,
    /// On one line, as the last message; the service truncates both to 1024 characters.
    pub(crate) first_message: String,
    pub last_message: String,
    /// When the customer started the chat.
    pub requested: Option<Timestamp>,
    /// When an agent picked it up.
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// When the last message was written (`WhenIdle`, despite its name).
    pub last_activity: Option<Timestamp>,
    /// When the customer's browser last polled for messages.
    pub(crate) customer_last_poll: Option<Timestamp>,
    /// The position when the customer joined the queue; the service never updates it.
    pub(crate) queue_position: i64,
    /// The escalation level; 0 is none.
    pub(crate) alert_level: i64,
    /// 1 to 5 stars given by the customer.
    pub(crate) rating: Option<u8>,
    /// The linked company.
    pub contact: Option<EntityRef>,
    pub person: Option<EntityRef>,
    /// The request that the session became or belongs to.
    pub ticket: Option<EntityRef>,
    pub(crate) sale: Option<EntityRef>,
    pub(crate) project: Option<EntityRef>,
    /// The entity as received, as JSON text, without its `SessionKey`; not sanitized. Shared by the lists
    /// that a session is in.
    pub raw: Arc<str>,
    /// Set if this session is masked.
    pub(crate) original: Original<Session>,
}

/// A chat channel (topic).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// 0 if the service did not send one.
    pub id: ChannelId,
    /// Empty until known.
    pub name: String,
    /// The default until known.
    pub thresholds: ChannelThresholds,
}

/// The customer of a session; any text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// From the pre-chat form.
    pub name: String,
    pub(crate) alias: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    /// From the pre-chat form.
    pub company: String,
    /// Host name or IP address.
    pub(crate) host: String,
    /// Whether the customer gave consent at the start.
    pub(crate) consented: bool,
}

/// A user of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    pub id: AssociateId,
    /// The full name, or the login if there is none.
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityRef {
    pub id: i64,
    /// The name or title, followed by the state if there is one.
    pub name: String,
}

/// The signed-in user.
pub(crate) type CurrentUser = Agent;

/// The typing flags of the service.
///
/// An idle session may also report `CustomerIsTyping`, so the list shows it only once the session has been
/// reported without anyone typing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Typing {
    pub customer: bool,
    pub agent: bool,
}

impl Session {
    /// The customer's name, alias, or linked person, whichever is first not empty.
    pub(crate) fn customer_name(&self) -> Option<&str> {
        let person = self.person.as_ref().map(|person| &person.name);
        [&self.customer.name, &self.customer.alias]
            .into_iter()
            .chain(person)
            .find(|name| !name.is_empty())
            .map(String::as_str)
    }

    /// Returns `true` if another row of this session is the same. What is not in the JSON is compared piece by piece
    /// only without it: channels and names of statuses come from other responses, and the times depend on the zone
    /// requested.
    pub(crate) fn is_same_row(&self, other: &Self) -> bool {
        if self.raw.is_empty() || self.raw != other.raw {
            return self == other;
        }
        (&self.status, &self.channel) == (&other.status, &other.channel)
            && self.timestamps().eq(other.timestamps())
    }

    /// Copies the customer of another row.
    pub(crate) fn copy_customer_of(&mut self, known: &Self) {
        self.customer.clone_from(&known.customer);
        if known.person.is_some() {
            self.person.clone_from(&known.person);
        }
    }

    /// The customer's name, otherwise the id.
    pub fn title(&self) -> String {
        self.customer_name()
            .map_or_else(|| format!("session {}", self.id), str::to_owned)
    }

    /// What the session counts towards a limit of memory, see [`stored_session_bytes`].
    pub(crate) fn stored_bytes(&self) -> usize {
        let original = self.original.get().map_or(0, |it| it.stored_bytes());
        stored_session_bytes(self.raw.len()) + original
    }

    /// The linked company, or the one from the form; may be empty.
    pub fn company(&self) -> &str {
        match &self.contact {
            Some(contact) if !contact.name.is_empty() => &contact.name,
            _ => &self.customer.company,
        }
    }

    /// The name of the agent; empty while none is assigned.
    pub(crate) fn agent_name(&self) -> &str {
        self.agent.as_ref().map_or("", |agent| &agent.name)
    }

    /// All known times, in no particular order.
    pub(crate) fn timestamps(&self) -> impl Iterator<Item = Timestamp> {
        [
            self.requested,
            self.started,
            self.last_activity,
            self.customer_last_poll,
            self.ended,
        ]
        .into_iter()
        .flatten()
    }

    /// The last activity, which filters by time compare.
    pub(crate) fn last_active(&self) -> Option<Timestamp> {
        let times = [self.requested, self.started, self.ended, self.last_activity];
        times.into_iter().flatten().max()
    }

    /// The stage; a bot that answers takes precedence over who wrote last.
    pub(crate) fn stage(&self) -> Stage {
        match self.status.stage() {
            Stage::NeedsReply | Stage::Answered if self.bot_active => Stage::Bot,
            stage => stage,
        }
    }

    /// The state in words.
    pub fn state(&self) -> &str {
        match self.stage() {
            stage @ Stage::Bot => stage.label(1),
            _ => self.status.label(),
        }
    }
}

/// The sessions that the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The sessions of the user's channels (`ForCurrentUser`).
    #[default]
    Channels,
    /// The sessions of the user's channels that are assigned to the user.
    Mine,
    /// All sessions, from the archive, newest first.
    All,
}

impl Scope {
    /// All scopes by their names in command line, configuration and list state.
    pub(crate) const NAMES: [(&'static str, Self); 3] = [
        ("channels", Self::Channels),
        ("mine", Self::Mine),
        ("all", Self::All),
    ];

    pub(crate) fn name(self) -> &'static str {
        let [channels, mine, all] = Self::NAMES.map(|(name, _)| name);
        match self {
            Self::Channels => channels,
            Self::Mine => mine,
            Self::All => all,
        }
    }

    /// The next scope in the cycle of the scope key.
    pub fn next(self) -> Self {
        match self {
            Self::Channels => Self::Mine,
            Self::Mine => Self::All,
            Self::All => Self::Channels,
        }
    }

    /// The text shown to the user.
    pub fn label(self) -> &'static str {
        match self {
            Self::Channels => "my channels",
            Self::Mine => "mine",
            Self::All => "all",
        }
    }
}

/// A list of sessions: a whole scope, or one page of the archive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionPage<S = Session> {
    /// In the order received.
    pub sessions: Vec<S>,
    /// The next page holds the sessions below this id; `None` on the last page.
    pub next: Option<SessionId>,
    /// The number of elements that could not be decoded as a session.
    pub(crate) unreadable_count: usize,
    /// Why sessions may be missing that no other page will have.
    pub(crate) incomplete: Option<String>,
    /// Whether the rows lack status and rating, as those of older versions do.
    pub(crate) lacks_status: bool,
    /// Whether not all forms of a text searched for fitted into the request.
    pub(crate) forms_left_out: bool,
}

impl<S> SessionPage<S> {
    /// Converts each session of the list.
    pub fn map_sessions<T>(self, form: impl FnMut(S) -> T) -> SessionPage<T> {
        SessionPage {
            sessions: self.sessions.into_iter().map(form).collect(),
            next: self.next,
            unreadable_count: self.unreadable_count,
            incomplete: self.incomplete,
            lacks_status: self.lacks_status,
            forms_left_out: self.forms_left_out,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::builders::session;

    #[test]
    fn a_row_with_the_same_json_may_have_another_channel_or_other_times() {
        let row = |raw: &str| Session {
            raw: raw.into(),
            ..session(1, "Kari", Status::CustomerLast, 5)
        };
        let mut renamed = row("{}");
        renamed.channel.name.clear();
        let mut moved = row("{}");
        moved.requested = None;
        let rows = [row("{}"), renamed, moved, row("{ }")];
        let same = rows.map(|it| row("{}").is_same_row(&it));
        assert_eq!(same, [true, false, false, false]);
    }
}
