//! Known data of the people of each session whose messages are stored, and the masks made of it.

use std::sync::Arc;

use super::super::App;
use crate::chat::{Message, Original, Session, SessionId};
use crate::text::{KnownData, Masker};

/// Known data of the people of a session.
#[derive(Debug, Default)]
pub(super) struct SessionNames {
    /// From its rows, the newest first.
    rows: KnownData,
    /// From its rows and messages.
    pub(super) all: KnownData,
}

impl App {
    /// Adds the known data of the row of a session, if there is one.
    pub(super) fn learn_session(&mut self, id: SessionId) {
        let rows = [self.known_session(id), self.conversations.get(id)];
        for row in &rows.map(Option::<&Session>::cloned) {
            let Some(row) = row else { continue };
            self.learn_row(row);
        }
    }

    /// Adds the known data of a row. Returns `true` if that is new; then the messages are to be added again.
    pub(super) fn learn_row(&mut self, row: &Session) -> bool {
        let Some(masker) = self.privacy.active() else {
            return false;
        };
        let mut rows = KnownData::default();
        masker.add_session(&mut rows, original_session(row));
        let names = self.privacy.known.entry(row.id).or_default();
        rows.extend(&names.rows);
        let is_new = !rows.is_same(&names.rows);
        if is_new {
            names.all = rows.clone();
            names.rows = rows;
        }
        is_new
    }

    /// Adds the authors of messages. Returns `true` if any is new.
    pub(super) fn learn_messages<'a>(
        &mut self,
        id: SessionId,
        messages: impl IntoIterator<Item = &'a Message>,
    ) -> bool {
        let Some(masker) = self.privacy.masker.as_ref() else {
            return false;
        };
        let all = &mut self.privacy.known.entry(id).or_default().all;
        let before = all.len();
        for message in messages {
            masker.add_message(all, message);
        }
        all.len() > before
    }

    pub(super) fn original_messages(&self, id: SessionId) -> Vec<Arc<Message>> {
        let pane = self.transcript_panes.get(&id);
        let messages = pane
            .into_iter()
            .flat_map(|pane| pane.transcript().ordered());
        messages.map(original_message).collect()
    }

    /// The open session as it is shown, with its JSON.
    pub(in crate::app) fn session_to_export(&self) -> Option<Session> {
        let session = self.open_session()?;
        Some(match self.privacy.active() {
            Some(masker) => masker.mask_session(original_session(session)),
            None => session.clone(),
        })
    }

    /// Masks the messages of a session by what is known now, or shows them again.
    pub(super) fn replace_messages(&mut self, id: SessionId) {
        let masker = self.privacy.active();
        let known = self.privacy.known.get(&id).map(|names| &names.all);
        let none = KnownData::default();
        let known = known.unwrap_or(&none);
        if let Some(pane) = self.transcript_panes.get_mut(&id) {
            pane.replace_messages(|message| {
                let original = original_message(message);
                match masker {
                    Some(masker) => mask_message(masker, &original, known).into(),
                    None => original,
                }
            });
            self.dirty = true;
        }
        // As they arrived, messages have the numbers of agents.
        if self.open_session_id() == Some(id) {
            self.name_agents_in_transcript();
        }
    }
}

pub(in crate::app) fn original_session(session: &Session) -> &Session {
    session.original.get().map_or(session, |original| original)
}

pub(super) fn original_message(message: &Arc<Message>) -> Arc<Message> {
    Arc::clone(message.original.get().unwrap_or(message))
}

pub(super) fn mask_session(masker: &Masker, session: &Session) -> Session {
    Session {
        original: Original::new(session.clone()),
        ..masker.mask_row(session)
    }
}

pub(super) fn mask_message(masker: &Masker, message: &Arc<Message>, known: &KnownData) -> Message {
    Message {
        original: Original::new(Arc::clone(message)),
        ..masker.mask_message(message, known)
    }
}
