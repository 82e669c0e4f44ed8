//! One message: who, when, and what was said.
//!
//! Every text in here is clean. The JSON as it was sent stays beside it for `r` and for output.

use super::said::Sent;
use super::{MessageId, Raw, RichText, Said, SpecialKind, Timestamp};

/// One message of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The id, or a stand-in made of the content where none could be read.
    pub id: MessageId,
    /// When it was posted, which also is its place in the transcript. `None`: not told; a
    /// place is then taken from `placed`.
    pub posted: Option<Timestamp>,
    /// For a message without a readable time: the time of the message sent before it.
    pub inferred_time: Option<Timestamp>,
    /// Which way it went.
    pub direction: Direction,
    /// The name over the bubble, clean, possibly empty.
    pub author: String,
    /// What was said, its markup read.
    pub body: RichText,
    /// What kind of special message it is; `None` for ordinary talk.
    pub special: Option<SpecialKind>,
    /// Whether the customer's window has shown it.
    pub read_by_customer: bool,
    /// Why it could not be read, for an element that was no message at all.
    pub unreadable: Option<String>,
    /// The element exactly as it was sent, as JSON text; not clean.
    pub raw: Raw,
}

/// Which way a message went (`Type`).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From an agent or a bot.
    ToCustomer,
    /// From the customer.
    ToUser,
    /// From the service itself, or about the conversation.
    Special,
    /// A value we do not know, by the name it came with; empty for none at all.
    Other(String),
}

impl Message {
    /// The time this message is sorted by: its own, or that of the one sent before it.
    pub fn sort_time(&self) -> Option<Timestamp> {
        self.posted.or(self.inferred_time)
    }

    /// The same, borrowed.
    pub fn said(&self) -> Said<'_> {
        Said {
            id: self.id,
            posted: self.posted,
            placed: self.inferred_time,
            direction: &self.direction,
            author: &self.author,
            body: self.body.body(),
            special: self.special.as_ref(),
            read_by_customer: self.read_by_customer,
            unreadable: self.unreadable.as_deref(),
            sent: Sent::Whole(&self.raw),
        }
    }
}
