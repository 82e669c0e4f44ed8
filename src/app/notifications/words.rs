//! Watched words: a message with one of them notifies once, whether it is first seen in the row of its
//! session or in its transcript.
//!
//! Only messages that were written while the viewer runs notify.

use std::collections::VecDeque;

use chrono::TimeDelta;

use super::channel_suffix;
use crate::chat::{Message, MessageId, Session, SessionId, Timestamp};
use crate::text::SearchQuery;

/// Older messages are dropped: row and transcript arrive within minutes of each other.
const MAX_STORED: usize = 500;
/// The most by which the times of one message differ between row and transcript.
const MAX_TIME_DIFFERENCE: TimeDelta = TimeDelta::minutes(1);
/// Characters by which a message in a row is recognized in the transcript; the service cuts those in rows.
const COMPARED_CHARACTERS: usize = 200;

#[derive(Clone, Debug)]
pub(super) struct WatchedWords {
    words: Vec<(String, SearchQuery)>,
    /// Messages from before this time do not notify.
    since: Timestamp,
    /// The messages with a word, the newest last.
    found: VecDeque<NotifiedMessage>,
}

/// A message in a row has no id.
#[derive(Clone, Debug)]
struct NotifiedMessage {
    session: SessionId,
    id: Option<MessageId>,
    beginning: String,
    at: Timestamp,
}

impl WatchedWords {
    pub(super) fn new(words: &[String], since: Timestamp) -> Self {
        let query = |word: &String| Some((word.clone(), SearchQuery::phrase(word)?));
        Self {
            words: words.iter().filter_map(query).collect(),
            since,
            found: VecDeque::new(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// The clock of the service turns out to be ahead by this much more.
    pub(super) fn on_clock_moved(&mut self, by: TimeDelta) {
        self.since += by;
    }

    /// The word in the last message of a row, if that message is another one than before.
    pub(super) fn find_in_row(&mut self, row: &Session, before: Option<&str>) -> Option<&str> {
        let at = row.last_activity.filter(|at| *at > self.since)?;
        let text = row.last_message.as_str();
        (before != Some(text)).then_some(())?;
        let index = self.find(row.id, None, text, at)?;
        Some(self.words[index].0.as_str())
    }

    /// The first word in these messages that did not notify yet.
    pub(super) fn find_in_messages(
        &mut self,
        session: SessionId,
        messages: &[Message],
    ) -> Option<&str> {
        if self.is_empty() {
            return None;
        }
        let mut found = None;
        for message in messages {
            let posted = message.posted.filter(|at| *at > self.since);
            if let Some(at) = posted
                && (message.is_of_customer() || message.is_of_agent())
            {
                let text = message.body.to_single_line();
                let index = self.find(session, Some(message.id), &text, at);
                found = found.or(index);
            }
        }
        found.map(|index| self.words[index].0.as_str())
    }

    /// The index of the first word in a message, if that did not notify yet.
    fn find(
        &mut self,
        session: SessionId,
        id: Option<MessageId>,
        text: &str,
        at: Timestamp,
    ) -> Option<usize> {
        let mut words = self.words.iter();
        let index = words.position(|(_, query)| query.is_match_of_whole_words(text))?;
        let beginning: String = text.chars().take(COMPARED_CHARACTERS).collect();
        let message = NotifiedMessage {
            session,
            id,
            beginning,
            at,
        };
        let mut found = self.found.iter_mut();
        if let Some(known) = found.find(|known| known.is_same(&message)) {
            // A second message with the same text is a message of its own.
            known.id = known.id.or(id);
            return None;
        }
        if self.found.len() == MAX_STORED {
            self.found.pop_front();
        }
        self.found.push_back(message);
        Some(index)
    }
}

impl NotifiedMessage {
    fn is_same(&self, other: &Self) -> bool {
        let is_near = (self.at - other.at).abs() <= MAX_TIME_DIFFERENCE;
        self.session == other.session
            && match (self.id, other.id) {
                (Some(one), Some(other)) => one == other,
                _ => is_near && self.beginning == other.beginning,
            }
    }
}

pub(super) fn word_text(word: &str, id: SessionId, session: Option<&Session>) -> String {
    match session {
        Some(session) => format!(
            "\"{word}\" in the chat with {}{}",
            session.title(),
            channel_suffix(session)
        ),
        None => format!("\"{word}\" in session {id}"),
    }
}
