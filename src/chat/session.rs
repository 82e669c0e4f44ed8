//! One conversation: who it is with, how it stands, and since when.
//!
//! Every text in here is clean. Times that the service calls "never" (year 1) are `None`.

use super::{AssociateId, ChannelId, SessionId, Timestamp};

/// One chat session.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// The channel it came in through.
    pub channel: Channel,
    /// How it stands.
    pub status: Status,
    /// The customer.
    pub customer: Customer,
    /// The agent who answers; `None` while nobody does.
    pub agent: Option<Agent>,
    /// The agent it is being handed to, while that is pending.
    pub transfer_to: Option<Agent>,
    /// Whether a bot answers now.
    pub bot_active: bool,
    /// Who types, as far as the service can be believed, see [`Typing`].
    pub typing: Typing,
    /// The first message on one line, cut by the service at 1024 characters.
    pub first_message: String,
    /// The last message on one line, cut by the service at 1024 characters.
    pub last_message: String,
    /// When the customer asked.
    pub requested: Option<Timestamp>,
    /// When an agent accepted.
    pub started: Option<Timestamp>,
    /// When it ended.
    pub ended: Option<Timestamp>,
    /// When anyone last wrote (`WhenIdle`, despite its name).
    pub last_activity: Option<Timestamp>,
    /// When the customer's window last asked for news.
    pub customer_last_poll: Option<Timestamp>,
    /// Place in the queue when it was asked for; never updated by the service.
    pub queue_position: i64,
    /// How far the service has escalated it; 0 is not at all.
    pub alert_level: i64,
    /// Stars given by the customer, 1 to 5; `None` when none were.
    pub rating: Option<u8>,
    /// The company it is linked to.
    pub contact: Option<EntityRef>,
    /// The person it is linked to.
    pub person: Option<EntityRef>,
    /// The request it became or belongs to.
    pub ticket: Option<EntityRef>,
    /// The sale it is linked to.
    pub sale: Option<EntityRef>,
    /// The project it is linked to.
    pub project: Option<EntityRef>,
    /// The entity as it was sent, as JSON text, without its secret; not clean.
    pub raw: Box<str>,
}

/// A chat channel (topic).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// Its id, when told.
    pub id: ChannelId,
    /// Its name; empty until known.
    pub name: String,
}

/// What is known of the customer; any text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// Name from the form.
    pub name: String,
    /// Short name.
    pub alias: String,
    /// Mail address.
    pub email: String,
    /// Phone number.
    pub phone: String,
    /// Company from the form.
    pub company: String,
    /// Host name or address.
    pub host: String,
    /// Whether consent was given at the start.
    pub consented: bool,
}

/// A user of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agent {
    /// Their id.
    pub id: AssociateId,
    /// Full name, else login.
    pub name: String,
}

/// Something the session is linked to: its number and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityRef {
    /// Its number.
    pub id: i64,
    /// Its name or title, with its state where it has one.
    pub name: String,
}

/// Who we are signed in as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CurrentUser {
    /// Our id.
    pub id: AssociateId,
    /// Our name.
    pub name: String,
}

/// Who types, by the flags of the service.
///
/// `CustomerIsTyping` is likely also what an idle session says, so the list shows it only
/// after it was seen to change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Typing {
    /// The flags name the customer.
    pub customer: bool,
    /// The flags name the agent.
    pub agent: bool,
}

/// How a session stands (`Status`), with the service's numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub enum Status {
    /// 0: not known to the service itself.
    #[default]
    Invalid,
    /// 1: the customer fills in the form.
    PreChatForm,
    /// 2: the customer is offered answers.
    Faq,
    /// 3: nobody was present; the customer may leave a request.
    OfflineForm,
    /// 4: waits to be picked up.
    InQueue,
    /// 5: the customer wrote last.
    CustomerLast,
    /// 6: the agent or bot wrote last.
    UserLast,
    /// 7: ended, the customer may come back.
    Finished,
    /// 8: about to be removed.
    Deleted,
    /// 9: closed.
    Closed,
    /// 10: became a request.
    RequestPosted,
    /// 11: left before anyone answered.
    ClosedFromQueue,
    /// A value we do not know, as it was sent.
    Other(String),
}

/// What a status means to the person who watches; the order is the order of urgency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The customer wrote last and somebody should answer.
    NeedsReply,
    /// Waits to be picked up.
    Queued,
    /// Under way, the customer is to answer.
    Active,
    /// The customer is still at the form.
    PreChat,
    /// A state we do not know.
    Unknown,
    /// Over.
    Ended,
    /// Over, and nobody ever answered.
    Missed,
    /// About to be removed.
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

    /// Reads a status from the service's name or number, in any case; else keeps it as sent.
    pub fn parse(text: &str) -> Self {
        let known = match text.trim().parse::<usize>() {
            Ok(number) => Self::ALL.get(number),
            Err(_) => Self::ALL
                .iter()
                .find(|(_, name)| name.eq_ignore_ascii_case(text.trim())),
        };
        known.map_or_else(
            || Self::Other(text.to_owned()),
            |(status, _)| status.clone(),
        )
    }

    /// The service's own name for it.
    pub fn api_name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => Self::ALL
                .iter()
                .find(|(status, _)| status == known)
                .map_or("", |(_, name)| name),
        }
    }

    /// What it means to the person who watches.
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

    /// The words shown for it.
    pub fn label(&self) -> &str {
        match self {
            Self::Invalid => "unknown",
            Self::PreChatForm => "at the form",
            Self::Faq => "reading answers",
            Self::OfflineForm => "offline form",
            Self::InQueue => "in queue",
            Self::CustomerLast => "needs reply",
            Self::UserLast => "waiting for customer",
            Self::Finished => "finished",
            Self::Deleted => "deleted",
            Self::Closed => "closed",
            Self::RequestPosted => "became a request",
            Self::ClosedFromQueue => "left the queue",
            Self::Other(name) => name,
        }
    }
}

impl Stage {
    /// Tells whether the conversation can still go on by itself.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::NeedsReply | Self::Queued | Self::Active | Self::PreChat
        )
    }
}

impl Session {
    /// What the customer is called here: name, else alias, else linked person, else the number.
    pub fn title(&self) -> String {
        let person = self
            .person
            .as_ref()
            .map_or("", |person| person.name.as_str());
        [
            self.customer.name.as_str(),
            self.customer.alias.as_str(),
            person,
        ]
        .into_iter()
        .find(|name| !name.is_empty())
        .map_or_else(|| format!("session {}", self.id), str::to_owned)
    }

    /// The customer's company: the linked one, else the one from the form; may be empty.
    pub fn company(&self) -> &str {
        match &self.contact {
            Some(contact) if !contact.name.is_empty() => &contact.name,
            _ => &self.customer.company,
        }
    }

    /// Everything that is known of its course in time.
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

    /// Since when it has been as it is: waiting for a reply or an agent, idle, or over.
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
}

/// Which sessions the list holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Those of the channels I belong to (`ForCurrentUser`).
    #[default]
    Channels,
    /// Of those, the ones assigned to me.
    Mine,
    /// Every session there is, from the archive, newest first.
    All,
}

impl Scope {
    /// The scope that `v` goes to from this one.
    pub fn next(self) -> Self {
        match self {
            Self::Channels => Self::Mine,
            Self::Mine => Self::All,
            Self::All => Self::Channels,
        }
    }

    /// The words shown for it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Channels => "my channels",
            Self::Mine => "mine",
            Self::All => "all",
        }
    }
}

/// One answer to "which sessions are there": all of them, or one page of the archive.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SessionPage {
    /// The sessions, in the order they were sent.
    pub sessions: Vec<Session>,
    /// Where the next page goes on (sessions below this id); `None` at the end.
    pub next: Option<SessionId>,
    /// How many elements could not be read as a session.
    pub unreadable_count: usize,
}
