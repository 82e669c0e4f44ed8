//! What can be asked, whose link it tells of, and how much it leaves to others.

use crate::app::event::Feed;
use crate::chat::{Scope, SessionId};

/// Something to be asked of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sync) enum Query {
    /// The messages of a session that is open or watched, again and again.
    Messages(SessionId),
    /// The sessions of a scope: again and again, or once the page below an id.
    List {
        scope: Scope,
        below: Option<SessionId>,
    },
    /// A page of the archive that was loaded before, once.
    ArchivePage { below: SessionId },
    /// One session by itself, once.
    Session(SessionId),
    /// The service's zone for this user, once.
    UserZone,
    /// The zones the service knows, once.
    Zones,
    /// Who we are, once.
    Me,
}

/// One request to be made now; `serial` numbers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sync) struct Request {
    pub(in crate::sync) query: Query,
    pub(in crate::sync) id: u64,
}

/// Who waits for an answer, the most urgent first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Priority {
    /// The person, who reads it.
    Open,
    /// The person, who looks at the list.
    List,
    /// The person, who scrolls to a page or opened what the list does not hold.
    Requested,
    /// A watched session that moved and needs a reply.
    NeedsReply,
    /// A watched session that moved.
    Changed,
    /// Nobody in particular, once.
    Once,
    /// Nobody: it has only been long ago.
    Routine,
}

impl Query {
    /// Whose link its outcome tells; most once-only questions tell nobody's.
    pub(in crate::sync) fn feed(self) -> Option<Feed> {
        match self {
            Self::List { .. } => Some(Feed::List),
            Self::Messages(_) => Some(Feed::Messages),
            Self::ArchivePage { .. }
            | Self::Session(_)
            | Self::UserZone
            | Self::Zones
            | Self::Me => None,
        }
    }

    /// Tells whether its first answer is all that is wanted.
    pub(super) fn is_one_shot(self) -> bool {
        !matches!(self, Self::Messages(_) | Self::List { below: None, .. })
    }

    /// The session whose messages it asks for.
    pub(in crate::sync) fn session(self) -> Option<SessionId> {
        match self {
            Self::Messages(session) => Some(session),
            _ => None,
        }
    }
}

impl Priority {
    /// How many requests it leaves to spare for the person, and for the names and pages that a
    /// question may bring along.
    pub(super) fn reserve(self) -> usize {
        match self {
            Self::Open | Self::List | Self::Requested => 0,
            Self::NeedsReply | Self::Changed => 1,
            Self::Once | Self::Routine => 2,
        }
    }

    /// Tells whether it is asked behind the person's back: few at a time, and not often.
    pub(super) fn is_background(self) -> bool {
        matches!(self, Self::NeedsReply | Self::Changed | Self::Routine)
    }
}
