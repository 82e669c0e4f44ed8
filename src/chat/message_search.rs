//! A search of message texts by the service: what is requested, what it returns, and whether it can.

use std::time::Duration;

use super::{ChannelId, Message, MessageId, Session, Timestamp};

/// Messages to search for; a response has one page of them, highest ids first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageSearch {
    /// Other spellings of one text, of which a message contains at least one. Empty for any text.
    pub texts: Vec<String>,
    /// Only ids above this one.
    pub above: MessageId,
    /// Only ids below this one.
    pub below: Option<MessageId>,
    /// Only messages in these channels.
    pub channels: Option<Vec<ChannelId>>,
}

/// A message with the properties of the session that its row has.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundMessage {
    /// The channel is unknown (0) where the row does not have it; most of the rest always is.
    pub session: Session,
    pub message: Message,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct MessagePage {
    /// In the order received; without those of other channels.
    pub found: Vec<FoundMessage>,
    /// The lowest id of all rows, below which the next page begins; `None` if there was no row.
    pub lowest: Option<MessageId>,
    /// How long the response took, decoding included, without the wait for the rate limit.
    pub(crate) duration: Duration,
    /// Messages of sessions that may not be read, and rows that could not be decoded.
    pub(crate) forbidden: usize,
    pub(crate) unreadable: usize,
    /// Why messages may be missing that no other page will have.
    pub(crate) incomplete: Option<String>,
    /// Whether not all forms of the texts fitted into the request.
    pub(crate) forms_left_out: bool,
}

/// The id and time of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageMark {
    pub id: MessageId,
    pub posted: Option<Timestamp>,
}

/// Which message of all sessions is requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageEdge {
    Oldest,
    Newest,
    NewestBelow(MessageId),
}

/// Whether the service searches message texts, as last probed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SearchProbe {
    pub(crate) at: Timestamp,
    pub(crate) support: SearchSupport,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SearchSupport {
    Available {
        newest: MessageId,
    },
    /// The service refuses the search, for this reason.
    Refused(String),
}
