//! One chat session: customer, agent, status and times.
//!
//! All text except [`Session::raw`] is sanitized. A time that the service sends as year 1, meaning
//! "never", is `None`.

use super::{AssociateId, ChannelId, SessionId, Timestamp};

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    pub id: SessionId,
    pub channel: Channel,
    pub status: Status,
    pub customer: Customer,
    /// `None` while no agent is assigned.
    pub agent: Option<Agent>,
    /// The target of a pending transfer.
    pub transfer_to: Option<Agent>,
    pub bot_active: bool,
    pub typing: Typing,
    /// On one line, as the last message; the service truncates both to 1024 characters.
    pub first_message: String,
    pub last_message: String,
    /// When the customer started the chat.
    pub requested: Option<Timestamp>,
    /// When an agent picked it up.
    pub started: Option<Timestamp>,
    pub ended: Option<Timestamp>,
    /// When the last message was written (`WhenIdle`, despite its name).
    pub last_activity: Option<Timestamp>,
    /// When the customer's browser last polled for messages.
    pub customer_last_poll: Option<Timestamp>,
    /// The position when the customer joined the queue; the service never updates it.
    pub queue_position: i64,
    /// The escalation level; 0 is none.
    pub alert_level: i64,
    /// 1 to 5 stars given by the customer.
    pub rating: Option<u8>,
    /// The linked company.
    pub contact: Option<EntityRef>,
    pub person: Option<EntityRef>,
    /// The request that the session became or belongs to.
    pub ticket: Option<EntityRef>,
    pub sale: Option<EntityRef>,
    pub project: Option<EntityRef>,
    /// The entity as received, as JSON text, without its `SessionKey`; not sanitized.
    pub raw: Box<str>,
}

/// A chat channel (topic).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// 0 if the service did not send one.
    pub id: ChannelId,
    /// Empty until known.
    pub name: String,
}

/// The customer of a session; any text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// From the pre-chat form.
    pub name: String,
    pub alias: String,
    pub email: String,
    pub phone: String,
    /// From the pre-chat form.
    pub company: String,
    /// Host name or IP address.
    pub host: String,
    /// Whether the customer gave consent at the start.
    pub consented: bool,
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
/// An idle session may also report `CustomerIsTyping`, so the list shows it only after it has
/// changed at least once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Typing {
    pub customer: bool,
    pub agent: bool,
}

/// `Status`; numbers are the service's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// 0: unknown to the service itself.
    #[default]
    Invalid,
    /// 1: the customer is filling in the form.
    PreChatForm,
    /// 2: the customer is offered FAQ answers.
    Faq,
    /// 3: the form shown while no agent is available.
    OfflineForm,
    /// 4: waiting for an agent.
    InQueue,
    /// 5: the last message is from the customer.
    CustomerLast,
    /// 6: the last message is from the agent or a bot.
    UserLast,
    /// 7: ended; the customer may return.
    Finished,
    /// 8: marked for removal.
    Deleted,
    /// 9.
    Closed,
    /// 10: converted to a request.
    RequestPosted,
    /// 11: the customer left before an agent answered.
    ClosedFromQueue,
    /// An unknown value, as received.
    Other(String),
}

/// Groups of statuses that call for the same action, most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The last message is from the customer.
    NeedsReply,
    /// Waiting for an agent.
    Queued,
    /// The last message is from the agent or a bot.
    Active,
    /// The customer has not entered the queue yet.
    PreChat,
    Unknown,
    Ended,
    /// Ended without an answer.
    Missed,
    Deleted,
}

impl Status {
    const ALL: [(Self, &'static str); 12] = [
        (Self::Invalid, "Invalid"),
        (Self::PreChatForm, "PreChatForm"),
        (Self::Faq, "Faq"),
        (Self::OfflineForm, "OfflineForm"),
        (Self::InQueue, "InQueue"),
        (Self::CustomerLast, "CustomerLast"),
        (Self::UserLast, "UserLast"),
        (Self::Finished, "Finished"),
        (Self::Deleted, "Deleted"),
        (Self::Closed, "Closed"),
        (Self::RequestPosted, "RequestPosted"),
        (Self::ClosedFromQueue, "ClosedFromQueue"),
    ];

    /// Parses a name, in any case, or a number.
    pub fn parse(text: &str) -> Self {
        let mut all = Self::ALL.into_iter();
        let known = match text.trim().parse() {
            Ok(number) => all.nth(number),
            Err(_) => all.find(|(_, name)| name.eq_ignore_ascii_case(text.trim())),
        };
        known.map_or_else(|| Self::Other(text.to_owned()), |(status, _)| status)
    }

    /// The service's name for this status.
    pub fn api_name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => {
                let mut all = Self::ALL.iter();
                all.find(|row| row.0 == *known).map_or("", |row| row.1)
            }
        }
    }

    pub fn stage(&self) -> Stage {
        match self {
            Self::CustomerLast => Stage::NeedsReply,
            Self::InQueue => Stage::Queued,
            Self::UserLast => Stage::Active,
            Self::PreChatForm | Self::Faq => Stage::PreChat,
            Self::OfflineForm | Self::Finished | Self::Closed | Self::RequestPosted => Stage::Ended,
            Self::ClosedFromQueue => Stage::Missed,
            Self::Deleted => Stage::Deleted,
            Self::Invalid | Self::Other(_) => Stage::Unknown,
        }
    }

    /// The text shown to the user.
    pub fn label(&self) -> &str {
        match self {
            Self::PreChatForm => "pre-chat form",
            Self::Faq => "FAQ form",
            Self::OfflineForm => "offline form",
            Self::InQueue => "in queue",
            Self::CustomerLast => "needs reply",
            Self::UserLast => "answered",
            Self::Finished | Self::Closed | Self::RequestPosted => "ended",
            Self::ClosedFromQueue => "missed",
            Self::Deleted => "deleted",
            Self::Invalid | Self::Other(_) => self.api_name(),
        }
    }
}

impl Stage {
    /// Returns `true` if the conversation has not ended.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::NeedsReply | Self::Queued | Self::Active | Self::PreChat
        )
    }
}

impl Session {
    /// The customer's name, alias, or linked person, whichever is first not empty; otherwise the id.
    pub fn title(&self) -> String {
        let person = self.person.as_ref().map(|person| &person.name);
        [&self.customer.name, &self.customer.alias]
            .into_iter()
            .chain(person)
            .find(|name| !name.is_empty())
            .map_or_else(|| format!("session {}", self.id), String::clone)
    }

    /// The linked company, or the one from the form; may be empty.
    pub fn company(&self) -> &str {
        match &self.contact {
            Some(contact) if !contact.name.is_empty() => &contact.name,
            _ => &self.customer.company,
        }
    }

    /// All known times, in no particular order.
    pub fn timestamps(&self) -> impl Iterator<Item = Timestamp> {
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

    /// When the session entered its current stage, as far as that is known.
    pub fn state_since(&self) -> Option<Timestamp> {
        match self.status.stage() {
            Stage::Queued | Stage::PreChat => self.requested,
            Stage::Ended | Stage::Missed | Stage::Deleted => {
                self.ended.or(self.last_activity).or(self.requested)
            }
            Stage::NeedsReply | Stage::Active | Stage::Unknown => {
                self.last_activity.or(self.started).or(self.requested)
            }
        }
    }

    /// The sort key by urgency: the stage, then the longest wait first where the customer waits and
    /// the latest first elsewhere, in milliseconds.
    pub fn urgency(&self) -> (Stage, i64) {
        let stage = match self.status.stage() {
            Stage::Missed => Stage::Ended,
            stage => stage,
        };
        let since = self.state_since();
        let since = since.map_or(i64::MAX, |since| since.timestamp_millis());
        match stage {
            Stage::NeedsReply | Stage::Queued | Stage::PreChat => (stage, since),
            _ => (stage, since.saturating_neg()),
        }
    }
}

/// The sessions that the list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The sessions of the user's channels (`ForCurrentUser`).
    #[default]
    Channels,
    /// Those of them that are assigned to the user.
    Mine,
    /// All sessions, from the archive, newest first.
    All,
}

impl Scope {
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
pub struct SessionPage {
    /// In the order received.
    pub sessions: Vec<Session>,
    /// The next page holds the sessions below this id; `None` on the last page.
    pub next: Option<SessionId>,
    /// The number of elements that could not be decoded as a session.
    pub unreadable_count: usize,
    /// Why sessions may be missing that no other page will have.
    pub incomplete: Option<String>,
}
