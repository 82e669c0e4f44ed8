//! Resource: what a request reads, as errors name it.

use std::fmt;

use crate::chat::SessionId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resource {
    SignedInUser,
    /// The current sessions.
    SessionList,
    Session(SessionId),
    Messages(SessionId),
    /// The archived sessions.
    Archive,
    ArchiveColumns,
    Aggregates,
    MessageSearch,
    /// The conversations of a customer.
    Conversations,
    Presence,
    /// The channels of this user.
    Channels,
    ChannelNames,
    StatusNames,
    TimeZones,
    /// The time zone of this user.
    UserZone,
}

impl Resource {
    /// Returns `true` if every signed-in user may read it, so that 403 means that signing in has failed.
    pub(super) fn is_allowed_to_every_user(self) -> bool {
        matches!(self, Self::SignedInUser | Self::SessionList)
    }

    /// Returns `true` if not every user may read it, or not every edition has it, so that 404 does not mean that the
    /// address is wrong.
    pub(super) fn is_optional(self) -> bool {
        matches!(
            self,
            Self::Aggregates | Self::MessageSearch | Self::Conversations | Self::Presence
        )
    }

    /// Returns `true` if every service has it, with all that is requested of it: a refusal is due to the settings. An
    /// archive that every service has may lack columns and conditions.
    pub(super) fn is_required(self) -> bool {
        !self.is_optional() && !matches!(self, Self::Archive | Self::ArchiveColumns)
    }

    /// The one session that is read.
    pub(super) fn session(self) -> Option<SessionId> {
        match self {
            Self::Session(id) | Self::Messages(id) => Some(id),
            _ => None,
        }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Session(id) => return write!(f, "session {id}"),
            Self::Messages(id) => return write!(f, "the messages of session {id}"),
            Self::SignedInUser => "the signed-in user",
            Self::SessionList => "the chat sessions",
            Self::Archive => "the archived chat sessions",
            Self::ArchiveColumns => "the columns of the archive",
            Self::Aggregates => "the aggregates of chat sessions",
            Self::MessageSearch => "the texts of all messages",
            Self::Conversations => "the customer's conversations",
            Self::Presence => "the presence of agents",
            Self::Channels => "the chat channels",
            Self::ChannelNames => "the names of all channels",
            Self::StatusNames => "the names of statuses",
            Self::TimeZones => "the time zones",
            Self::UserZone => "the time zone of this user",
        })
    }
}
