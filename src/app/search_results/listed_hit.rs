//! A hit of a search as it is listed: what is shown of its message, and what is needed to open it.

use std::sync::Arc;

use crate::chat::{Locator, MessageId, Original, Session, Timestamp};
use crate::sync::search::SearchHit;
use crate::text::{MatchContext, SearchQuery, excerpt, message_text};

/// A hit, with no more of its message than is shown: those of a search are not under the limit for messages.
#[derive(Clone, Debug)]
pub(crate) struct ListedHit {
    /// Without its JSON.
    pub(crate) session: Session,
    pub(super) message: MessageId,
    pub(crate) posted: Option<Timestamp>,
    pub(super) sort_time: Option<Timestamp>,
    pub(crate) author_name: String,
    excerpt: String,
}

impl ListedHit {
    pub(super) fn new(hit: SearchHit, query: &SearchQuery) -> Self {
        let SearchHit { session, message } = hit;
        Self {
            session: Session {
                raw: Arc::default(),
                original: Original::default(),
                ..session
            },
            message: message.id,
            posted: message.posted,
            sort_time: message.sort_time(),
            author_name: message.author_name().to_owned(),
            excerpt: excerpt(&message_text::plain_text(&message), query),
        }
    }

    pub(crate) fn locator(&self) -> Locator {
        Locator {
            session: self.session.id,
            message: Some(self.message),
        }
    }

    /// The line to show, at most this many columns wide.
    pub(crate) fn context(&self, query: &SearchQuery, columns: usize) -> MatchContext {
        MatchContext::new(&self.excerpt, query, columns)
    }
}
